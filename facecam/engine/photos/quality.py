"""Enrollment quality: whether a photo is fit to know somebody by. One reason each, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from facecam.core.types import Box
from facecam.vision.images.quality import FaceQuality
from facecam.vision.images.read import pages_in

Reason = Literal[
    "good",
    "unreadable",
    "no face",
    "several faces",
    "too small",
    "cut off",
    "blurred",
    "too dark",
    "too bright",
    "too flat",
    "turned away",
    "duplicate",
    "unlike the others",
]

#: Of a file with several pictures in which no face was found; their number follows.
ONE_PICTURE: Final = "only one picture was looked at of"

#: Limits below which an embedding moves by a third of the threshold or more
#: (measured by blurring, shrinking and darkening clear faces).
SMALLEST_FACE_PX = 32.0
LEAST_SHARPNESS = 30.0
DARKEST, BRIGHTEST = 35.0, 225.0
LEAST_CONTRAST = 6.0
LARGEST_YAW = 0.65
#: Share of the face beyond the picture's border. (Measured by cropping clear faces from all four sides: of those that
#: lack this much at the forehead, an embedding moves by half of the threshold; at a cheek or the chin by a fifth.)
LARGEST_OUTSIDE = 0.2

_HINTS: dict[Reason, str] = {
    "unreadable": "open it in a picture program and save it again",
    "no face": "use a photo that shows the face from the front",
    "several faces": "crop the photo to the person, or use one with nobody else",
    "too small": "use a photo taken from nearer",
    "cut off": "use a photo that shows the whole face",
    "blurred": "use a sharper photo",
    "too dark": "use a photo with light on the face",
    "too bright": "use a photo with less light",
    "too flat": "use a photo with more contrast",
    "turned away": "use a photo facing the camera",
    "duplicate": "nothing to do: the same picture is there already",
    "unlike the others": "check whether it shows the same person",
}


@dataclass(frozen=True, slots=True)
class PhotoVerdict:
    """What became of one photo.

    Attributes:
        path: the photo.
        reason: `good`, or why it was not used.
        detail: the reason with its numbers, one line.
        box: the judged face, px, as far as it is inside the upright picture; None without one.
        quality: its measurements; None without a face.
        cure: of a photo that cannot be read, as a sentence; else the reason has one.
        told: the box in the picture as it is read: so reports tell it.
    """

    path: Path
    reason: Reason
    detail: str = ""
    box: Box | None = None
    quality: FaceQuality | None = None
    cure: str = ""
    told: Box | None = None

    @property
    def used(self) -> bool:
        """Whether the person is now known by this photo."""
        return self.reason == "good"

    @property
    def hint(self) -> str:
        """What to do about it, as part of a sentence; empty for a good photo."""
        if self.cure:
            return f"{self.cure[0].lower()}{self.cure[1:].rstrip('.')}"
        return _HINTS.get(self.reason, "")


def judge(quality: FaceQuality) -> tuple[Reason, str]:
    """The reason not to use a face, or `good`, with its numbers in words."""
    if quality.size_px < SMALLEST_FACE_PX:
        return "too small", f"the face is {quality.size_px:.0f} px wide, {SMALLEST_FACE_PX:.0f} are needed"
    if quality.outside > LARGEST_OUTSIDE:
        return "cut off", f"{quality.outside:.0%} of the face is beyond the picture's border"
    if quality.brightness < DARKEST:
        return "too dark", f"mean brightness {quality.brightness:.0f} of 255, {DARKEST:.0f} are needed"
    if quality.brightness > BRIGHTEST:
        return (
            "too bright",
            f"mean brightness {quality.brightness:.0f} of 255, at most {BRIGHTEST:.0f} are useful",
        )
    if quality.contrast < LEAST_CONTRAST:
        return "too flat", f"contrast {quality.contrast:.0f}, {LEAST_CONTRAST:.0f} are needed"
    if quality.sharpness < LEAST_SHARPNESS:
        return "blurred", f"sharpness {quality.sharpness:.0f}, {LEAST_SHARPNESS:.0f} are needed"
    if abs(quality.yaw) > LARGEST_YAW:
        return "turned away", f"turned by {abs(quality.yaw):.2f} (0 is frontal, at most {LARGEST_YAW})"
    return "good", f"quality {quality.overall:.0%}"


def is_enrollable(quality: FaceQuality) -> bool:
    """Whether a face may be somebody's where it is known whose it is: one that is turned away is only less sure."""
    return judge(quality)[0] in ("good", "turned away")


def pages_unseen(path: Path) -> str:
    """For a picture in which no face was found: that its file holds more of them; empty where it does not."""
    pages = pages_in(path)
    return f"{ONE_PICTURE} {pages} in the file" if pages > 1 else ""
