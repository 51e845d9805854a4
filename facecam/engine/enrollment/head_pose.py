"""Head pose, as far as five landmarks tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from facecam.engine.photos.notes import PhotoNote

PoseView = Literal["front", "left", "right", "up", "down"]

#: See `FaceQuality.yaw`; the guide asks for 0.25.
_TURNED_YAW = 0.22
#: Difference of `look.nose_drop` from the person's usual one; the guide asks for 0.08.
_NOD = 0.07
#: The usual one of people of whom there are too few photos to tell (median of 500 press photos).
_USUAL_DROP = 0.77
_ENOUGH = 3


def pose_of(note: PhotoNote, drops: Sequence[float]) -> PoseView:
    """Which way the face of a photo looks; left and right are the person's own.

    Args:
        note: a note with a face.
        drops: `PhotoNote.drop` of all the person's faces.
    """
    if abs(note.yaw) >= _TURNED_YAW:
        return "left" if note.yaw > 0 else "right"
    usual = float(np.median(drops)) if len(drops) >= _ENOUGH else _USUAL_DROP
    limit = _NOD if len(drops) >= _ENOUGH else 2 * _NOD
    if note.drop < usual - limit:
        return "up"
    return "down" if note.drop > usual + limit else "front"


def coverage(notes: Iterable[PhotoNote]) -> frozenset[PoseView]:
    """The ways of looking of which there is a photo."""
    faces = [note for note in notes if note.box is not None]
    drops = [note.drop for note in faces]
    return frozenset(pose_of(note, drops) for note in faces)
