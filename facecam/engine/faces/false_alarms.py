"""False alarms in photos: found places that are no face, said and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.paths import printable, sha256_file
from facecam.core.types import Box
from facecam.engine.faces.drawn_box import inside
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.engine.photos.chosen_faces import key_of_digest
from facecam.engine.photos.no_faces import NoFace, NoFaces, in_photo
from facecam.vision.images.read import read_picture

#: A box somebody gives and the one of a detector mean the same thing when they overlap this much.
_SAME_IOU = 0.3


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """A mark in a photo and where it is, as far as that is in the picture as it is read, px."""

    mark: NoFace
    box: Box


def mark_no_face(settings: Settings, photo: Path, box: Box, *, looker: PhotoReader | None = None) -> NoFace:
    """Remember that what is found in a box of a photo is no face, for every command and for training.

    Args:
        settings: where the database is, and which detector.
        photo: the file.
        box: px of the picture as `looker` shows it, else as it is read.
        looker: shows pictures turned upright.

    Raises:
        DataError: the photo cannot be read, nothing is found there, or the disk is full.
        EnrollmentError: the box lies outside the picture, or is too small.
    """
    look = (looker or PhotoReader(settings)).look(photo)
    read = box if looker is None else look.meant.turn.box_back(box)
    if looker is None:
        box = look.meant.turn.box_forth(box)
    drawn, (height, width) = inside(box, look.found.image), look.found.image.shape[:2]
    overlaps = [drawn.iou(face.box.inside(width, height)) for face in look.found.detections]
    if max(overlaps, default=0) < _SAME_IOU:
        for place in marked_places(settings, photo):
            if place.box.iou(read) >= _SAME_IOU:
                return place.mark  # It was said before: the same again, as after a crash.
        raise DataError(
            f"no face is found in that box of {printable(str(photo))}",
            hint="`recognize PHOTO --json` says where faces are found.",
        )
    found = look.found.detections[overlaps.index(max(overlaps))].box
    marks = NoFaces(settings.database)
    return marks.add(in_photo(_key(photo)), look.meant.turn.shares(found))


def marked_places(settings: Settings, photo: Path) -> tuple[MarkedPlace, ...]:
    """What was said to be no face in a photo.

    Raises:
        DataError: it cannot be read.
    """
    marks = NoFaces(settings.database).at(in_photo(_key(photo))).marks
    if not marks:
        return ()
    height, width = read_picture(photo).shape[:2]
    return tuple(
        MarkedPlace(mark, mark.place.in_picture(width, height).inside(width, height)) for mark in marks
    )


def unmark(
    settings: Settings, photo: Path, box: Box | None = None, *, looker: PhotoReader | None = None
) -> int:
    """It is a face after all: in a box of a photo, or (None) all that was marked; returns how many marks went.

    Args:
        settings: where the database is.
        photo: the file.
        box: px of the picture as `looker` shows it, else as it is read.
        looker: shows pictures turned upright.

    Raises:
        DataError: the photo cannot be read, or the disk is full.
    """
    if box is not None and looker is not None:
        box = looker.look(photo).meant.turn.box_back(box)
    places = marked_places(settings, photo)
    gone = [place.mark for place in places if box is None or place.box.iou(box) >= _SAME_IOU]
    if gone:
        NoFaces(settings.database).remove(gone)
    return len(gone)


def _key(photo: Path) -> str:
    return key_of_digest(sha256_file(photo))
