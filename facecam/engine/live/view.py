"""A frame as a window shows it: small enough to paint, with everything that stands on and beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from facecam.core.types import Box, Face, FaceState, Frame, FrameResult, Identity, ImageArray, LifeTask
from facecam.core.words import ENGLISH, LabelWords
from facecam.engine.photos.no_faces import NoFace
from facecam.engine.recognition.face_blur import BlurRule
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.recognition.labels import label
from facecam.engine.visits.log import Visitor
from facecam.runtime.card import ModelCard
from facecam.vision.draw.blur import blurred
from facecam.vision.draw.overlay import Label, draw_faces
from facecam.vision.images.save import write_picture

#: A picture this much larger than where it is shown is shrunk before it gets there.
_SHRINK_FROM = 1.25
NOBODY_BLURRED = BlurRule()


@dataclass(frozen=True, slots=True, eq=False)
class SeenFace:
    """A face as it is marked.

    Attributes:
        track_id: the same number for the same face, from 1.
        box: where, px of the frame.
        state: decides the colour.
        identity: who; None unless `known`.
        percent: similarity to `identity`, 0…100; 0 unless `known`.
        samples: its clearest looks so far, best first.
        looks_like: who another face of the frame is (`duplicate`), or who was not yet seen to be alive (`unproven`).
        asked: what the latter is to do; None: nothing.
        hidden: whether it is blurred; then no name is drawn either.
    """

    track_id: int
    box: Box
    state: FaceState
    identity: Identity | None
    percent: float
    samples: tuple[FaceSample, ...]
    looks_like: Identity | None = None
    asked: LifeTask | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SeenNoFace:
    """What a detector takes for a face and somebody said is none: where, px of the frame, and what says so."""

    box: Box
    mark: NoFace


@dataclass(frozen=True, slots=True, eq=False)
class LiveView:
    """What a window shows at one moment.

    Attributes:
        frame: the whole frame, for snapshots.
        picture: the same, perhaps shrunk, uint8 (h, w, 3) RGB.
        faces: marked on it, in coordinates of `frame`.
        here: who is here now, in order of arrival.
        timings_ms: per stage, and `total`.
        frames_per_s: recognised of late.
        age_ms: from capture (a camera) or the start of recognition (a file) to `made_at_s`.
        made_at_s: `time.monotonic()`.
        people: how many people the gallery knows.
        threshold: squared_l2 in force.
        no_faces: what was kept back, in coordinates of `frame`.
        blurred: places made unrecognisable in `picture` and in what is saved, in coordinates of `frame`, which
            itself is as it came.
        tried: the model on trial; empty: none.
        tried_faces: the same faces with the names it gives.
    """

    frame: Frame
    picture: ImageArray
    faces: tuple[SeenFace, ...]
    here: tuple[Visitor, ...]
    timings_ms: Mapping[str, float]
    frames_per_s: float
    age_ms: float
    made_at_s: float
    people: int
    threshold: float
    no_faces: tuple[SeenNoFace, ...] = ()
    blurred: tuple[Box, ...] = ()
    tried: str = ""
    tried_faces: tuple[SeenFace, ...] = ()


def seen_faces(
    result: FrameResult,
    card: ModelCard,
    samples: Mapping[int, tuple[FaceSample, ...]],
    rule: BlurRule = NOBODY_BLURRED,
) -> tuple[SeenFace, ...]:
    """The faces of a result as they are marked."""
    return tuple(_seen(face, card, samples, rule) for face in result.faces)


def _seen(
    face: Face, card: ModelCard, samples: Mapping[int, tuple[FaceSample, ...]], rule: BlurRule
) -> SeenFace:
    track = face.track_id or 0
    match = face.match if face.state == "known" else None
    percent = card.percent_of(match) if match is not None else 0.0
    looks = samples.get(track, ())
    asked = face.life.asked if face.life is not None else None
    hidden = rule.hides(face.state, face.identity, face.looks_like)
    box = face.detection.box
    return SeenFace(track, box, face.state, face.identity, percent, looks, face.looks_like, asked, hidden)


def for_screen(image: ImageArray, size_px: tuple[int, int]) -> ImageArray:
    """`image`, shrunk if it is much larger than (width, height); 0 means unknown."""
    height, width = image.shape[:2]
    if 0 in size_px:
        return image
    factor = min(size_px[0] / width, size_px[1] / height)
    if factor * _SHRINK_FROM > 1:
        return image
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def annotated_view(view: LiveView, words: LabelWords = ENGLISH) -> ImageArray:
    """A copy of the whole frame with its faces boxed and named, uint8 (H, W, 3) RGB."""
    return draw_faces(plain_view(view), labels_of(view.faces, words))


def plain_view(view: LiveView) -> ImageArray:
    """The whole frame without marks, blurred where it is to be, uint8 (H, W, 3) RGB; not to be written to."""
    return blurred(view.frame.image, view.blurred)


def labels_of(faces: Sequence[SeenFace], words: LabelWords = ENGLISH) -> list[Label]:
    """The faces as `draw_faces` takes them."""
    return [
        Label(face.box, None, "undecided")
        if face.hidden
        else label(
            face.box, face.state, face.identity or face.looks_like, face.percent, words, asked=face.asked
        )
        for face in faces
    ]


def save_snapshot(view: LiveView, path: Path, *, annotated: bool, words: LabelWords = ENGLISH) -> Path:
    """Write the frame as PNG (or JPEG, by the ending), with or without what is marked on it.

    Raises:
        DataError: disk full or no permission.
    """
    write_picture(annotated_view(view, words) if annotated else plain_view(view), path, private=True)
    return path
