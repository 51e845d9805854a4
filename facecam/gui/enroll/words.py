"""Names of the engine's words in the window. Each call translates anew, so the language may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from facecam.engine.enrollment.guide import Hint, Pose
    from facecam.engine.enrollment.head_pose import PoseView
    from facecam.engine.people.list import Standing
    from facecam.engine.photos.quality import Reason

translate = QCoreApplication.translate


def photos_in_words(count: int) -> str:
    """`1 photo`, `12 photos`."""
    return translate("enroll", "1 photo") if count == 1 else translate("enroll", "%n photos", "", count)


def alike_tip() -> str:
    """What is meant by how much two people are alike."""
    return translate(
        "enroll",
        "Of a hundred pairs of photos as like one another as the nearest two of theirs, so many show one person.",
    )


def standing_word(standing: Standing) -> str:
    """How well somebody is known."""
    return {
        "not enrolled": translate("enroll", "not enrolled yet"),
        "other model": translate("enroll", "known to another model"),
        "no photos": translate("enroll", "known without photos"),
        "other alignment": translate("enroll", "known by older data"),
        "few photos": translate("enroll", "more would help"),
        "good": translate("enroll", "good"),
        "very good": translate("enroll", "very good"),
    }[standing]


def standing_help(standing: Standing) -> str:
    """What that means and what to do."""
    return {
        "not enrolled": translate("enroll", "There are photos, but this person is not recognised yet."),
        "no photos": translate(
            "enroll", "Recognised by imported data. Photos would keep the person after a training."
        ),
        "other model": translate(
            "enroll",
            "There are no photos, and what is known was made by another model. It is kept until that model is used "
            "again. Add photos to have this person recognised now.",
        ),
        "other alignment": translate(
            "enroll",
            "There are no photos, and what is known was made with another detector. It is recognised with a limit "
            "of its own. Photos would make it more certain.",
        ),
        "few photos": translate("enroll", "Three or more photos make recognition much more certain."),
        "good": translate(
            "enroll", "Recognised well. More photos from other sides make it more certain still."
        ),
        "very good": translate("enroll", "Recognised very well."),
    }[standing]


def reason_word(reason: Reason) -> str:
    """A verdict in two words."""
    return {
        "good": translate("enroll", "Good"),
        "unreadable": translate("enroll", "Cannot be read"),
        "no face": translate("enroll", "No face"),
        "several faces": translate("enroll", "Several faces"),
        "too small": translate("enroll", "Face too small"),
        "cut off": translate("enroll", "Cut off"),
        "blurred": translate("enroll", "Blurred"),
        "too dark": translate("enroll", "Too dark"),
        "too bright": translate("enroll", "Too bright"),
        "too flat": translate("enroll", "Too little contrast"),
        "turned away": translate("enroll", "Turned away"),
        "duplicate": translate("enroll", "Already there"),
        "unlike the others": translate("enroll", "Unlike the others"),
    }[reason]


def reason_help(reason: Reason) -> str:
    """What to do about a verdict, a sentence; empty for a good photo."""
    return {
        "good": "",
        "unreadable": translate("enroll", "Open it in a picture program and save it again."),
        "no face": translate("enroll", "Use a photo that shows the face from the front."),
        "several faces": translate("enroll", "Say which face is meant."),
        "too small": translate("enroll", "Use a photo taken from nearer."),
        "cut off": translate("enroll", "Use a photo that shows the whole face."),
        "blurred": translate("enroll", "Use a sharper photo."),
        "too dark": translate("enroll", "Use a photo with light on the face."),
        "too bright": translate("enroll", "Use a photo with less light."),
        "too flat": translate("enroll", "Use a photo with more contrast."),
        "turned away": translate("enroll", "Use a photo facing the camera."),
        "duplicate": translate("enroll", "Nothing to do: the same picture is there already."),
        "unlike the others": translate("enroll", "Check whether it shows the same person."),
    }[reason]


def reason_look(reason: Reason) -> tuple[str, str]:
    """Icon and colour of a verdict: green, amber, or red for what cannot be used at all."""
    if reason == "good":
        return "check", "accent"
    if reason == "duplicate":
        return "copy", "muted"
    return ("fault", "fault") if reason in ("unreadable", "no face") else ("warning", "unknown")


def pose_word(pose: Pose | PoseView) -> str:
    """The name of a pose."""
    return {
        "front": translate("enroll", "Front"),
        "smile": translate("enroll", "Smile"),
        "left": translate("enroll", "Left"),
        "right": translate("enroll", "Right"),
        "up": translate("enroll", "Up"),
        "down": translate("enroll", "Down"),
    }[pose]


def hint_words(hint: Hint) -> str:
    """What to do, addressed to whoever sits in front of the camera."""
    return {
        "get ready": translate("enroll", "Get ready: look into the camera"),
        "no face": translate("enroll", "Show your face to the camera"),
        "several faces": translate("enroll", "Only one person, please"),
        "come closer": translate("enroll", "Come closer"),
        "move back": translate("enroll", "Move back a little"),
        "centre": translate("enroll", "Move to the middle of the picture"),
        "more light": translate("enroll", "More light on your face, please"),
        "less light": translate("enroll", "Less light, please"),
        "look straight": translate("enroll", "Look straight into the camera"),
        "head upright": translate("enroll", "Hold your head upright"),
        "turn left": translate("enroll", "Turn your head a little to the left"),
        "turn right": translate("enroll", "Turn your head a little to the right"),
        "turn back": translate("enroll", "Turn back a little"),
        "chin up": translate("enroll", "Raise your chin a little"),
        "chin down": translate("enroll", "Lower your chin a little"),
        "smile": translate("enroll", "Now smile"),
        "hold still": translate("enroll", "Hold still"),
        "finished": translate("enroll", "Done"),
    }[hint]


def plain_detail(detail: str) -> str:
    """What was found out about a photo, without the parts that only numbers of the command line explain."""
    return "; ".join(part for part in detail.split("; ") if "squared_l2" not in part)
