"""Faces as the library gives them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from facecam.core.types import Box, Face, FaceState, FloatArray, FrameResult, ImageArray
from facecam.runtime.card import ModelCard


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedFace:
    """A face and whose it is.

    Attributes:
        name: of the person; None for a stranger, or while a new face in a stream is undecided.
        distance: squared_l2 from the nearest enrolled person, 0 (the same) to 4; infinite where nobody is enrolled.
        similarity: what stands beside a name, in percent: the probability of that name among all enrolled; without a
            name, or for a model of which nobody measured it, that of a pair with the nearest person.
        box: where, px of the picture as it was given.
        landmarks: float32 (5, 2), px, see `Detection`.
        state: `known`, `unknown`, `duplicate` (another face of the picture has this name), `unproven` (not yet seen
            to be alive), `undecided` or `ignored`.
        quality: fitness for recognition, in [0, 1].
        track: the same number for the same face from frame to frame, from 1; None in photos.
        looks_like: of `duplicate` and `unproven`: whose name it does not get.
    """

    name: str | None
    distance: float
    similarity: float
    box: Box
    landmarks: FloatArray
    state: FaceState
    quality: float
    track: int | None = None
    looks_like: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RecognizedFrame:
    """A frame of a stream and the faces in it.

    Attributes:
        image: uint8 (H, W, 3) RGB.
        faces: those in view.
        index: number of the frame, from 0.
        seconds: since the beginning of a file; of the clock `time.monotonic()` for a camera.
        file: what the picture is called, in a folder of pictures; else empty.
    """

    image: ImageArray
    faces: tuple[RecognizedFace, ...]
    index: int
    seconds: float
    file: str = ""


def recognized_face(face: Face, card: ModelCard) -> RecognizedFace:
    """A face of the engine's, with the card of the model that judged it."""
    match = face.match
    return RecognizedFace(
        face.identity.name if face.identity is not None else None,
        match.squared_l2 if match is not None else math.inf,
        card.percent_of(match) if match is not None and match.nearest is not None else 0.0,
        face.detection.box,
        face.detection.landmarks,
        face.state,
        face.quality,
        face.track_id,
        face.looks_like.name if face.looks_like is not None else None,
    )


def recognized_frame(result: FrameResult, card: ModelCard) -> RecognizedFrame:
    """A result of the engine's, likewise."""
    frame = result.frame
    faces = tuple(recognized_face(face, card) for face in result.faces)
    return RecognizedFrame(frame.image, faces, frame.index, frame.captured_at, frame.name)
