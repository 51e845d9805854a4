"""Engine messages that Live shows, so that they can be translated; see `engine_messages`."""

from __future__ import annotations

from facecam.gui.core.marked import QT_TRANSLATE_NOOP

PATTERNS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("engine", "there is no camera {}"),
    QT_TRANSLATE_NOOP("engine", "camera {} is busy or does not deliver pictures"),
    QT_TRANSLATE_NOOP("engine", "camera {} did not answer within {} s"),
    QT_TRANSLATE_NOOP("engine", "this user may not use camera {} ({})"),
    QT_TRANSLATE_NOOP("engine", "camera {} stopped delivering pictures"),
    QT_TRANSLATE_NOOP("engine", "camera {} shows a frozen picture"),
    QT_TRANSLATE_NOOP("engine", "{} stopped delivering pictures"),
    QT_TRANSLATE_NOOP("engine", "{} does not answer, or not with video"),
    QT_TRANSLATE_NOOP("engine", "Plug it in, or choose another. {}"),
    QT_TRANSLATE_NOOP("engine", "No camera was found."),
    QT_TRANSLATE_NOOP("engine", "Cameras found: {}."),
    QT_TRANSLATE_NOOP("engine", "Close other programs that use it (video calls, browsers). {}"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Allow this program under System Settings > Privacy > Camera, and close other programs using it.",
    ),
    QT_TRANSLATE_NOOP("engine", "Check that it is switched on and not used by another program, then repeat."),
    QT_TRANSLATE_NOOP(
        "engine", "Check the address, user name and password, and that the device is switched on."
    ),
    QT_TRANSLATE_NOOP("engine", "there is no file or folder {}"),
    QT_TRANSLATE_NOOP("engine", "Check the spelling of the path. {}"),
    QT_TRANSLATE_NOOP("engine", "{} is no file, folder, address or camera"),
    QT_TRANSLATE_NOOP("engine", "Name a file, an address or a camera by its number. {}"),
    QT_TRANSLATE_NOOP("engine", "addresses that begin with {}:// cannot be opened"),
    QT_TRANSLATE_NOOP("engine", "Use rtsp://, http:// or https://; name files by their path alone."),
    QT_TRANSLATE_NOOP("engine", "{} is not a video facecam can read"),
    QT_TRANSLATE_NOOP(
        "engine", "If it should be one, it may be cut off: copy it again, or convert it to mp4."
    ),
    QT_TRANSLATE_NOOP("engine", "the folder {} holds no pictures"),
    QT_TRANSLATE_NOOP("engine", "the demo clip is not installed"),
    QT_TRANSLATE_NOOP(
        "engine", "the database was made by the model '{}', not by '{}': their vectors cannot be compared"
    ),
    QT_TRANSLATE_NOOP("engine", "the face cannot be saved as {}: {}"),
    QT_TRANSLATE_NOOP("engine", "it was not seen clearly yet"),
    QT_TRANSLATE_NOOP("engine", "Wait until the face is nearer or turned to the camera."),
    QT_TRANSLATE_NOOP(
        "engine", "Wait for a clearer look, then name the face again; or add photos under Enroll."
    ),
    QT_TRANSLATE_NOOP("engine", "the face was not seen clearly enough yet"),
    QT_TRANSLATE_NOOP("engine", "Wait until it is nearer or turned to the camera."),
    QT_TRANSLATE_NOOP("engine", "the box {} lies outside the picture, which is {} × {} px"),
    QT_TRANSLATE_NOOP(
        "engine",
        "Draw it around a face in the picture: left, top, right, bottom in pixels from the upper left.",
    ),
    QT_TRANSLATE_NOOP("engine", "the box is too small to hold a face: {}, {} are needed"),
    QT_TRANSLATE_NOOP("engine", "Draw it around the whole face, or use a photo taken from nearer."),
    QT_TRANSLATE_NOOP("engine", "hardly any of the face is in the picture"),
    QT_TRANSLATE_NOOP("engine", "Draw the box around a face in the picture."),
    QT_TRANSLATE_NOOP(
        "engine", "the detector finds no face in the box; the landmarks were looked for without it"
    ),
    QT_TRANSLATE_NOOP(
        "engine",
        "neither a face nor its landmarks were found in the box, so it is taken as it was drawn: less sure",
    ),
    QT_TRANSLATE_NOOP(
        "engine", "the face is turned away, so it is less sure; a picture from the front would help"
    ),
    QT_TRANSLATE_NOOP("engine", "no face is found in that box of {}"),
    QT_TRANSLATE_NOOP("engine", "no picture of {} can be decoded"),
    QT_TRANSLATE_NOOP("engine", "no picture of {} can be decoded: its codec is {}"),
    QT_TRANSLATE_NOOP("engine", "the video is damaged at {}: {}: {}"),
    QT_TRANSLATE_NOOP("engine", "passed over {} s that cannot be decoded"),
    QT_TRANSLATE_NOOP("engine", "{} of its {} frames cannot be decoded"),
    QT_TRANSLATE_NOOP("engine", "Copy it again from where it came, if you can; the rest is used."),
    QT_TRANSLATE_NOOP("engine", "no other unknown face up to the end"),
    QT_TRANSLATE_NOOP("engine", "Go back to the beginning to search again."),
    QT_TRANSLATE_NOOP("engine", "recording {} stopped because the disk is nearly full; {}"),
    QT_TRANSLATE_NOOP("engine", "Free some space, or record to another disk."),
)
