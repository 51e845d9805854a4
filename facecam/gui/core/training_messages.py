"""Engine messages of the Train tab, so that they can be translated; `{}` stands for names and numbers."""

from __future__ import annotations

from facecam.gui.core.marked import QT_TRANSLATE_NOOP

PATTERNS: tuple[str, ...] = (
    # --- findings about photos
    QT_TRANSLATE_NOOP("engine", "{} is unlike {}"),
    QT_TRANSLATE_NOOP("engine", "{} looks like {} ({}), not like {}"),
    QT_TRANSLATE_NOOP("engine", "{} and {} look like one person"),
    QT_TRANSLATE_NOOP("engine", "{} looks like {} ({}), not like {}: {} has no other photo"),
    QT_TRANSLATE_NOOP("engine", "the same picture {} times: {}"),
    QT_TRANSLATE_NOOP("engine", "the same picture is there as {}"),
    QT_TRANSLATE_NOOP("engine", "{}: no face was found, however the picture was turned or enlarged"),
    QT_TRANSLATE_NOOP("engine", "{} is blurred: {}"),
    QT_TRANSLATE_NOOP("engine", "Look at the photo; if it shows somebody else, move it to their folder."),
    QT_TRANSLATE_NOOP("engine", "Open it in a picture program and save it again, or take it out of data/."),
    QT_TRANSLATE_NOOP("engine", "Keep one of them: a copy teaches nothing new."),
    QT_TRANSLATE_NOOP("engine", "Remove it from the people it does not show."),
    QT_TRANSLATE_NOOP("engine", "Use a photo that shows the face from the front."),
    QT_TRANSLATE_NOOP("engine", "Use a sharper photo."),
    QT_TRANSLATE_NOOP("engine", "Use a better photo."),
    # --- the test on one's own people
    QT_TRANSLATE_NOOP(
        "engine",
        "The model in use was trained on these photos: on new ones it will do less well, and a threshold "
        "found here would let strangers in.",
    ),
    QT_TRANSLATE_NOOP("engine", "{} is nearer to {} than to the other photos of its person"),
    QT_TRANSLATE_NOOP("engine", "{} is one of the nearest to {} photos of other people that get this name"),
    # --- the sentence of the comparison
    QT_TRANSLATE_NOOP("engine", "On {} of {} it was not trained on, {} is better than {}: {} against {}."),
    QT_TRANSLATE_NOOP(
        "engine", "On {} of {} it was not trained on, {} is not to be told apart from {}: {} against {}."
    ),
    QT_TRANSLATE_NOOP("engine", "On {} of {} it was not trained on, {} is worse than {}: {} against {}."),
    QT_TRANSLATE_NOOP(
        "engine",
        "On {} of {} it was not trained on (it takes {} of {}), {} is not to be compared with {}: {} against {}.",
    ),
    QT_TRANSLATE_NOOP("engine", "area under the ROC curve {}"),
    QT_TRANSLATE_NOOP("engine", "area under the ROC curve {} ({} to {})"),
    QT_TRANSLATE_NOOP("engine", "{} of the same-person pairs accepted at 1 % false accepts, area {}"),
    QT_TRANSLATE_NOOP(
        "engine", "{} ({} to {}) of the same-person pairs accepted at 1 % false accepts, area {}"
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "Of {} of {} who played strangers {} get a name from {}, {} from {}; of {} of known people {} and {} are "
        "missed.",
    ),
    QT_TRANSLATE_NOOP("engine", "Where {} of the strangers get one, {} and {} are missed: surely fewer."),
    QT_TRANSLATE_NOOP("engine", "Where {} of the strangers get one, {} and {} are missed: surely more."),
    QT_TRANSLATE_NOOP(
        "engine", "Where {} of the strangers get one, {} and {} are missed: no sure difference."
    ),
    QT_TRANSLATE_NOOP("engine", "{} ({} to {})"),
    QT_TRANSLATE_NOOP("engine", "{}, with a head for {} people"),
    QT_TRANSLATE_NOOP("engine", "{} trained on {} people"),
    QT_TRANSLATE_NOOP("engine", "{} new photo"),
    QT_TRANSLATE_NOOP("engine", "{} new photos"),
    QT_TRANSLATE_NOOP("engine", "{} photo"),
    QT_TRANSLATE_NOOP("engine", "{} people"),
    QT_TRANSLATE_NOOP("engine", "{} person"),
    # --- what became of it
    QT_TRANSLATE_NOOP(
        "engine", "The threshold of {} was found on people it was trained on: strangers may pass."
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "Nobody has tried {} on strangers: it may give the name of somebody you know to more of them.",
    ),
    QT_TRANSLATE_NOOP("engine", "{} could not be tried on strangers: that takes {} photos of {} people."),
    QT_TRANSLATE_NOOP("engine", "Where {} lets no more strangers in than {}, it misses more known people."),
    QT_TRANSLATE_NOOP(
        "engine",
        "Where as many strangers get a name, {} does not surely miss fewer known people than {}.",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "Faces of nobody, blended from two people's photos, have drawn together: {} of their pairs are below the "
        "threshold, {} before. So will strangers.",
    ),
    QT_TRANSLATE_NOOP("engine", "Both models will be tried on the strangers in {}."),
    QT_TRANSLATE_NOOP(
        "engine",
        "A network trained on {} is not safe: it draws all faces together, and more strangers get a name (with twelve "
        "people five times as many as before).",
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "It is put in use by itself only where strangers show no harm (`models strangers` fetches some). "
        "The safe way: --preset {}",
    ),
    QT_TRANSLATE_NOOP("engine", "the photos kept aside make no pair of one person"),
    QT_TRANSLATE_NOOP("engine", "the photos kept aside make no pair of different people"),
    # --- where and how long
    QT_TRANSLATE_NOOP("engine", "A small layer is trained on vectors: the processor is enough."),
    QT_TRANSLATE_NOOP("engine", "Training on the processor; its speed was measured."),
    QT_TRANSLATE_NOOP("engine", "Training on the graphics card; its speed was measured."),
    QT_TRANSLATE_NOOP("engine", "As on the processor: nobody has measured the graphics card yet."),
    QT_TRANSLATE_NOOP("engine", "Training on the processor: there is no NVIDIA driver on this computer."),
    QT_TRANSLATE_NOOP(
        "engine",
        "Training on the processor: on Windows TensorFlow reaches an NVIDIA card through WSL2 only.",
    ),
    QT_TRANSLATE_NOOP("engine", "Training on the processor: TensorFlow does not use the graphics of a Mac."),
    QT_TRANSLATE_NOOP("engine", "Training on the processor: TensorFlow uses graphics cards on x86-64 only."),
    QT_TRANSLATE_NOOP(
        "engine", "Training on the processor: WSL2 shows no NVIDIA card: its driver belongs into Windows."
    ),
    QT_TRANSLATE_NOOP("engine", "Training on the processor, as asked for."),
    # --- without TensorFlow
    QT_TRANSLATE_NOOP("engine", "training a network needs TensorFlow, which is not installed"),
    QT_TRANSLATE_NOOP("engine", "going on with this training needs TensorFlow, which is not installed"),
    QT_TRANSLATE_NOOP("engine", "TensorFlow does not start: {}"),
    QT_TRANSLATE_NOOP("engine", "Python 3.11 to 3.13"),
    # --- plots
    QT_TRANSLATE_NOOP("engine", "AUC {}"),
    QT_TRANSLATE_NOOP("engine", "EER {} at {}"),
    QT_TRANSLATE_NOOP("engine", "{}: FAR {}, TAR {}"),
    QT_TRANSLATE_NOOP("engine", "same person ({} pairs)"),
    QT_TRANSLATE_NOOP("engine", "different people ({} pairs)"),
    QT_TRANSLATE_NOOP("engine", "in use: {}"),
    QT_TRANSLATE_NOOP("engine", "best accuracy: {}"),
    QT_TRANSLATE_NOOP("engine", "Same person, rejected at {} {} ({}): 1 pair"),
    QT_TRANSLATE_NOOP("engine", "Same person, rejected at {} {} ({}): {} pairs"),
    QT_TRANSLATE_NOOP("engine", "Same person, rejected at {} {} ({}): {} worst of {} pairs"),
    QT_TRANSLATE_NOOP("engine", "Different people, accepted at {} {} ({}): 1 pair"),
    QT_TRANSLATE_NOOP("engine", "Different people, accepted at {} {} ({}): {} pairs"),
    QT_TRANSLATE_NOOP("engine", "Different people, accepted at {} {} ({}): {} worst of {} pairs"),
    QT_TRANSLATE_NOOP("engine", "{}: {} photos of {} people; each dot a photo, each colour a person"),
    QT_TRANSLATE_NOOP(
        "engine",
        "{}: {} photos of the {} most photographed of {} people; each dot a photo, each colour a person",
    ),
)
