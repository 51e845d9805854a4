"""Engine messages: what it says when something goes wrong, so that the window can say it in another language.

`FIXED` are complete sentences. In `PATTERNS` a `{}` stands for whatever the engine puts there. What is not
listed is shown as the engine says it.
"""

from __future__ import annotations

from facecam.gui.core import keeping_messages as keeping_phrases
from facecam.gui.core import live_messages as live_phrases
from facecam.gui.core import training_messages as train_phrases
from facecam.gui.core.marked import QT_TRANSLATE_NOOP

FIXED: tuple[str, ...] = (
    # --- models
    QT_TRANSLATE_NOOP("engine", "dlib-ResNet: dlib's face recognition network"),
    QT_TRANSLATE_NOOP("engine", "ResNet50: dlib-ResNet's vectors from a network made to be trained further"),
    QT_TRANSLATE_NOOP("engine", "CenterFace: faces of any size and turn, with landmarks"),
    QT_TRANSLATE_NOOP("engine", "BlazeFace, full range: the fastest, for faces that are not small"),
    QT_TRANSLATE_NOOP("engine", "Face mesh: 468 points on a face, for head pose, blinking and signs of life"),
    QT_TRANSLATE_NOOP("engine", "dlib-MMOD: dlib's CNN face detector"),
    QT_TRANSLATE_NOOP("engine", "MTCNN: three small networks in a cascade"),
    # --- all else
    QT_TRANSLATE_NOOP("engine", "Check the spelling of the path."),
    QT_TRANSLATE_NOOP(
        "engine", "The disk is full: free some space and repeat; what was saved before is untouched."
    ),
    QT_TRANSLATE_NOOP("engine", "Check that you may read and write there, or choose another folder."),
    QT_TRANSLATE_NOOP("engine", "Check the path and the disk, then repeat."),
    QT_TRANSLATE_NOOP("engine", "a folder is missing"),
    QT_TRANSLATE_NOOP("engine", "Choose a folder for each of the three."),
    QT_TRANSLATE_NOOP("engine", "Give a whole number from 0 to 3."),
    QT_TRANSLATE_NOOP("engine", "Give a width from 10 to 2000 px."),
    QT_TRANSLATE_NOOP("engine", "Give a squared distance above 0 and up to 4, such as 0.2."),
    QT_TRANSLATE_NOOP(
        "engine", "Check the address, user name and password, and that the device is switched on."
    ),
    QT_TRANSLATE_NOOP("engine", "Check that it is switched on and not used by another program, then repeat."),
    QT_TRANSLATE_NOOP("engine", "the demo clip is not installed"),
    QT_TRANSLATE_NOOP("engine", "Use rtsp://, http:// or https://; name files by their path alone."),
    QT_TRANSLATE_NOOP(
        "engine", "If it should be one, it may be cut off: copy it again, or convert it to mp4."
    ),
    QT_TRANSLATE_NOOP("engine", "Copy it again from where it came."),
    QT_TRANSLATE_NOOP("engine", "Rename the file or folder."),
    QT_TRANSLATE_NOOP("engine", "Name a video file, a picture or a folder."),
    QT_TRANSLATE_NOOP("engine", "Its format may be unsupported, or it is damaged: convert it to mp4."),
    QT_TRANSLATE_NOOP("engine", "It is damaged or cut off; what came before was used."),
    QT_TRANSLATE_NOOP("engine", "Use jpg, png, bmp, webp, pgm, tiff, gif, avif or heic."),
    QT_TRANSLATE_NOOP("engine", "Name a file inside it."),
    QT_TRANSLATE_NOOP("engine", "Save the picture to a file first."),
    QT_TRANSLATE_NOOP("engine", "Copy the picture again from where it came."),
    QT_TRANSLATE_NOOP(
        "engine", "Copy it again from where it came, or open it elsewhere and save it as a new jpg or png."
    ),
    QT_TRANSLATE_NOOP("engine", "Free some space, or record to another disk."),
    QT_TRANSLATE_NOOP("engine", "The disk may be full: free some space, or record to another disk."),
    QT_TRANSLATE_NOOP("engine", "Record under another name."),
    QT_TRANSLATE_NOOP("engine", "Choose another name, or remove that file first."),
    QT_TRANSLATE_NOOP("engine", "Save it as .png instead."),
    QT_TRANSLATE_NOOP("engine", "Name photos or a folder with photos."),
    QT_TRANSLATE_NOOP("engine", "nobody is enrolled yet"),
    QT_TRANSLATE_NOOP("engine", "nobody is enrolled"),
    QT_TRANSLATE_NOOP("engine", "Enroll somebody first."),
    QT_TRANSLATE_NOOP("engine", "the face was not seen clearly enough yet"),
    QT_TRANSLATE_NOOP("engine", "Wait until it is nearer or turned to the camera."),
    QT_TRANSLATE_NOOP("engine", "There is nothing to take back."),
    QT_TRANSLATE_NOOP("engine", "If both are one person, merge them."),
    QT_TRANSLATE_NOOP("engine", "the model"),
    QT_TRANSLATE_NOOP("engine", "the detector"),
    QT_TRANSLATE_NOOP("engine", "If they are two people, give one of them another name."),
    QT_TRANSLATE_NOOP("engine", "Write the name exactly as one of them is written."),
    QT_TRANSLATE_NOOP("engine", "Choose somebody else."),
    QT_TRANSLATE_NOOP("engine", "Take back what was done to them since, then repeat."),
    QT_TRANSLATE_NOOP("engine", "Use a photo that shows the face."),
    QT_TRANSLATE_NOOP("engine", "Delete that folder by hand."),
    QT_TRANSLATE_NOOP("engine", "Leave out line breaks and other characters that cannot be seen."),
    QT_TRANSLATE_NOOP("engine", "a person's name is empty"),
    QT_TRANSLATE_NOOP("engine", "Give the person a name with at least one letter."),
    QT_TRANSLATE_NOOP("engine", "Give one of the two another name, or add the photos under the name alone."),
    QT_TRANSLATE_NOOP("engine", "Wait until it has finished, or close the other window, then repeat."),
    QT_TRANSLATE_NOOP("engine", "Update facecam: it finishes what was cut off."),
    QT_TRANSLATE_NOOP("engine", "Repeat it if it is still wanted."),
    QT_TRANSLATE_NOOP(
        "engine", "the note of a change of people that was cut off is damaged and was set aside"
    ),
    QT_TRANSLATE_NOOP(
        "engine", "the settings of the window in this backup were left out: there are some here"
    ),
    QT_TRANSLATE_NOOP(
        "engine", "To have those of the backup: restore once more with --replace; then everything here may go"
    ),
    QT_TRANSLATE_NOOP("engine", "Nobody was deleted. Check that you may write there, then repeat."),
    QT_TRANSLATE_NOOP(
        "engine", "Delete these folders by hand: they may hold the face vectors of people you deleted."
    ),
    QT_TRANSLATE_NOOP("engine", "Update facecam, or choose another folder with --database."),
    QT_TRANSLATE_NOOP("engine", "Rename the folder back, or correct `name` in the card."),
    QT_TRANSLATE_NOOP("engine", "Repeat."),
    QT_TRANSLATE_NOOP("engine", "Or go back to the model before."),
    QT_TRANSLATE_NOOP("engine", "They stay in data/."),
    QT_TRANSLATE_NOOP("engine", "Copy it from a complete checkout, or make another."),
    QT_TRANSLATE_NOOP("engine", "Name one by the id in brackets."),
    QT_TRANSLATE_NOOP("engine", "If not, rename one of them."),
    QT_TRANSLATE_NOOP("engine", "the models could not be prepared"),
    QT_TRANSLATE_NOOP("engine", "Repeat with a connection."),
    QT_TRANSLATE_NOOP("engine", "Run set-up again."),
    QT_TRANSLATE_NOOP("engine", "Connect to the network, then repeat; what has been fetched is kept."),
    QT_TRANSLATE_NOOP("engine", "neither pip nor uv is here to fetch the files of the models"),
    QT_TRANSLATE_NOOP("engine", "Wait for it or close it, then repeat."),
    QT_TRANSLATE_NOOP("engine", "the trained network gives every face the same vector"),
    QT_TRANSLATE_NOOP("engine", "Train again with a lower --learning-rate, or with --mining semi_hard."),
    QT_TRANSLATE_NOOP("engine", "Training needs two or more."),
    QT_TRANSLATE_NOOP("engine", "They stay recognisable; add photos and train again."),
    QT_TRANSLATE_NOOP("engine", "Train again to have a map."),
    QT_TRANSLATE_NOOP("engine", "the training process was killed, perhaps because memory ran out"),
    QT_TRANSLATE_NOOP("engine", "Wait for it, or stop it where it was started."),
    QT_TRANSLATE_NOOP("engine", "Choose another --name, or remove that model first."),
    QT_TRANSLATE_NOOP("engine", "Add photos or people, or raise --hold-out-share."),
    QT_TRANSLATE_NOOP("engine", "a test needs two people with a usable photo each"),
    QT_TRANSLATE_NOOP("engine", "There are no photos in data/: enroll people for the new model."),
    QT_TRANSLATE_NOOP("engine", "Give off, auto, or a number from 0 (start) to 1 (trained)."),
    QT_TRANSLATE_NOOP("engine", "Give 2 or more, or choose --loss softmax."),
    QT_TRANSLATE_NOOP("engine", "--photos-per-person is 1, and triplets need two photos of a person"),
    QT_TRANSLATE_NOOP("engine", "--schedule file needs a file"),
    QT_TRANSLATE_NOOP("engine", "Nobody is taken for somebody else."),
    QT_TRANSLATE_NOOP("engine", "folder of photos, one folder per person"),
    QT_TRANSLATE_NOOP("engine", "where training computes"),
    QT_TRANSLATE_NOOP("engine", "arithmetic of the networks"),
    QT_TRANSLATE_NOOP("engine", "smallest face looked for; below the detector's own the picture is enlarged"),
)

PATTERNS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("engine", "{} cannot be fetched: {}"),
    QT_TRANSLATE_NOOP("engine", "the detector hog cannot be made ready: {}"),
    QT_TRANSLATE_NOOP("engine", "Give this Python its pip, then repeat: {} -m ensurepip"),
    QT_TRANSLATE_NOOP("engine", "could not read {}: {}"),
    QT_TRANSLATE_NOOP("engine", "could not write {}: {}"),
    QT_TRANSLATE_NOOP("engine", "could not make the folder of {}: {}"),
    QT_TRANSLATE_NOOP("engine", "--{} is {}"),
    QT_TRANSLATE_NOOP("engine", "Choose one of {}."),
    QT_TRANSLATE_NOOP("engine", "Give a number from {} to {}."),
    QT_TRANSLATE_NOOP("engine", "there is no camera {}"),
    QT_TRANSLATE_NOOP("engine", "Plug it in, or choose another. {}"),
    QT_TRANSLATE_NOOP("engine", "camera {} is busy or does not deliver pictures"),
    QT_TRANSLATE_NOOP("engine", "this user may not use camera {} ({})"),
    QT_TRANSLATE_NOOP("engine", "{} does not answer, or not with video"),
    QT_TRANSLATE_NOOP("engine", "{} delivers pictures again"),
    QT_TRANSLATE_NOOP("engine", "{} did not answer within {} s"),
    QT_TRANSLATE_NOOP("engine", "addresses that begin with {}:// cannot be opened"),
    QT_TRANSLATE_NOOP("engine", "there is no file or folder {}"),
    QT_TRANSLATE_NOOP("engine", "{} is not a video facecam can read"),
    QT_TRANSLATE_NOOP("engine", "no picture of {} can be decoded"),
    QT_TRANSLATE_NOOP("engine", "the video ends early after frame {} of {}: {}"),
    QT_TRANSLATE_NOOP("engine", "{} is not a picture facecam can read"),
    QT_TRANSLATE_NOOP("engine", "{} is a folder, not a picture"),
    QT_TRANSLATE_NOOP("engine", "{} is damaged or incomplete: {}"),
    QT_TRANSLATE_NOOP("engine", "{} is empty"),
    QT_TRANSLATE_NOOP("engine", "recording {} stopped because the disk is nearly full; {}"),
    QT_TRANSLATE_NOOP("engine", "{} could not be completed; {}"),
    QT_TRANSLATE_NOOP("engine", "{} exists already"),
    QT_TRANSLATE_NOOP("engine", "Use a name that ends in {}."),
    QT_TRANSLATE_NOOP("engine", "there are no pictures to look at ({})"),
    QT_TRANSLATE_NOOP("engine", "no usable photos in {}"),
    QT_TRANSLATE_NOOP(
        "engine",
        "{} has no photos and is not recognised with this model: the vectors of the model before are kept",
    ),
    QT_TRANSLATE_NOOP("engine", "none of the photos of {} can be used: the vectors from before stay"),
    QT_TRANSLATE_NOOP("engine", "the threshold {} was found for {} before and is given up"),
    QT_TRANSLATE_NOOP(
        "engine",
        "'{}' is taken for '{}', who is known already: "
        "the names differ only in case, blanks or characters that cannot be seen",
    ),
    QT_TRANSLATE_NOOP("engine", "{} differ only in case, blanks or characters that cannot be seen"),
    QT_TRANSLATE_NOOP("engine", "'{}' may be any of {} people: {}"),
    QT_TRANSLATE_NOOP("engine", "{}; nobody is named"),
    QT_TRANSLATE_NOOP("engine", "{} shows no face"),
    QT_TRANSLATE_NOOP("engine", "there are photos of somebody called '{}' already"),
    QT_TRANSLATE_NOOP("engine", "nobody in the database is called '{}'"),
    QT_TRANSLATE_NOOP("engine", "the name '{}' already belongs to somebody else"),
    QT_TRANSLATE_NOOP("engine", "the name '{}' already belongs to somebody"),
    QT_TRANSLATE_NOOP("engine", "the name '{}' holds control characters"),
    QT_TRANSLATE_NOOP("engine", "the database in {} cannot be read ({})"),
    QT_TRANSLATE_NOOP("engine", "another facecam is writing to {} since {} seconds"),
    QT_TRANSLATE_NOOP("engine", "another facecam is changing people in {}"),
    QT_TRANSLATE_NOOP("engine", "{} was written by a newer facecam"),
    QT_TRANSLATE_NOOP("engine", "a change of {} that was cut off is finished now"),
    QT_TRANSLATE_NOOP("engine", "a change of {} that was cut off was taken back"),
    QT_TRANSLATE_NOOP("engine", "{} is damaged and named somebody who was deleted: it was deleted, too"),
    QT_TRANSLATE_NOOP("engine", "{} is back, but {} is not known by it"),
    QT_TRANSLATE_NOOP("engine", "{} is not there any more"),
    QT_TRANSLATE_NOOP("engine", "the photos are {}'s already"),
    QT_TRANSLATE_NOOP("engine", "{} photos are back, but {} is not known by them"),
    QT_TRANSLATE_NOOP("engine", "only the first {} minutes of {} are used"),
    QT_TRANSLATE_NOOP(
        "engine", "the database was made by the model '{}', not by '{}': their vectors cannot be compared"
    ),
    QT_TRANSLATE_NOOP("engine", "there is no model {} in {}"),
    QT_TRANSLATE_NOOP("engine", "There are: {}."),
    QT_TRANSLATE_NOOP("engine", "{} is missing"),
    QT_TRANSLATE_NOOP("engine", "{} is not the file its card describes: {}"),
    QT_TRANSLATE_NOOP("engine", "{} names the model {}, which is not there"),
    QT_TRANSLATE_NOOP("engine", "the model {} has no threshold yet"),
    QT_TRANSLATE_NOOP("engine", "the threshold {} stored with the people is one of another score: not used"),
    QT_TRANSLATE_NOOP("engine", "{} is missing: distances are compared as they are"),
    QT_TRANSLATE_NOOP(
        "engine",
        "{} is not the file its card speaks of (SHA-256 differs): distances are compared as they are",
    ),
    QT_TRANSLATE_NOOP("engine", "{} cannot be used: {}: distances are compared as they are"),
    QT_TRANSLATE_NOOP("engine", "{} makes no vectors of faces"),
    QT_TRANSLATE_NOOP("engine", "{} is the deployed model"),
    QT_TRANSLATE_NOOP("engine", "{} is not a readable network: {}"),
    QT_TRANSLATE_NOOP("engine", "the training process fell over (exit code {})"),
    QT_TRANSLATE_NOOP("engine", "the training process was ended by signal {}"),
    QT_TRANSLATE_NOOP("engine", "If so, use a smaller --batch-size. {}"),
    QT_TRANSLATE_NOOP("engine", "Too few photos to train on: {}."),
    QT_TRANSLATE_NOOP("engine", "Photos of {} were used to train {}: what was learnt stays in the weights."),
    QT_TRANSLATE_NOOP("engine", "The model {} is in use: train again or deploy another one first."),
    QT_TRANSLATE_NOOP("engine", "{} is being trained already"),
    QT_TRANSLATE_NOOP("engine", "there is a model {} already"),
    QT_TRANSLATE_NOOP("engine", "{} is kept in weights/; {} stays in use."),
    QT_TRANSLATE_NOOP("engine", "no comparison with the model in use: {}"),
    QT_TRANSLATE_NOOP("engine", "{} of {} photos of {} cannot be used now"),
    QT_TRANSLATE_NOOP("engine", "{} photo cannot be used: {}"),
    QT_TRANSLATE_NOOP("engine", "{} photos cannot be used: {}"),
    QT_TRANSLATE_NOOP("engine", "{} has {} usable photo"),
    QT_TRANSLATE_NOOP("engine", "{} has {} usable photos"),
    QT_TRANSLATE_NOOP(
        "engine", "Add photos: {} are of use, 10 are good. With fewer than 2 nobody is trained on."
    ),
    QT_TRANSLATE_NOOP("engine", "{} people were tested with {} photos."),
    QT_TRANSLATE_NOOP(
        "engine", "With the threshold in use, {}, {} of the photos get the right name (95 % sure: {} to {})."
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "Were each of these people in turn a stranger, {} of their photos would get somebody else's name "
        "(95 % sure: {} to {}).",
    ),
    QT_TRANSLATE_NOOP(
        "engine", "For a threshold of your own this is too little: it takes {} people and {} photos."
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "So that about {} of strangers' photos get a name, {} is suggested: then {} of the photos of "
        "your people get the right one.",
    ),
    QT_TRANSLATE_NOOP("engine", "Confused most: {}, taken for {} in {}."),
    QT_TRANSLATE_NOOP("engine", "{} photos"),
    QT_TRANSLATE_NOOP("engine", "{} photo does harm and should be looked at."),
    QT_TRANSLATE_NOOP("engine", "{} photos do harm and should be looked at."),
    *train_phrases.PATTERNS,
    *live_phrases.PATTERNS,
    *keeping_phrases.PATTERNS,
)
