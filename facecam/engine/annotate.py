"""Names and boxes drawn into a frame."""

from __future__ import annotations

from facecam.core.types import Face, FrameResult, ImageArray
from facecam.runtime.card import ModelCard
from facecam.vision.draw import Label, draw_faces


def annotated(result: FrameResult, card: ModelCard) -> ImageArray:
    """A copy of the frame with its faces boxed and named, uint8 (H, W, 3) RGB."""
    return draw_faces(result.frame.image, [label_of(face, card) for face in result.faces])


def label_of(face: Face, card: ModelCard) -> Label:
    """How a face is labelled: name and percent, `unknown`, or nothing while undecided."""
    if face.match is None:
        return Label(face.detection.box, None, "undecided")
    if face.match.identity is None:
        return Label(face.detection.box, "unknown", "unknown")
    percent = card.percent_of(face.match)
    return Label(face.detection.box, f"{face.match.identity.name}  {percent:.0f} %", "known")
