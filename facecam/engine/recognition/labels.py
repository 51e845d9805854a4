"""Labels of faces, drawn into a frame."""

from __future__ import annotations

from facecam.core.types import Box, Face, FaceState, FrameResult, Identity, ImageArray
from facecam.core.words import ENGLISH, LabelWords
from facecam.runtime.card import ModelCard
from facecam.vision.draw.overlay import Label, LabelState, draw_faces

_COLORS: dict[FaceState, LabelState] = {"known": "known", "unknown": "unknown"}


def annotated(result: FrameResult, card: ModelCard) -> ImageArray:
    """A copy of the frame with its faces boxed and named, uint8 (H, W, 3) RGB."""
    return draw_faces(result.frame.image, [label_of(face, card) for face in result.faces])


def label_of(face: Face, card: ModelCard) -> Label:
    """How a face is labelled: name and percent, `unknown`, `like Ada`, or nothing while undecided."""
    percent = card.percent_of(face.match) if face.match is not None else 0.0
    return label(face.detection.box, face.state, face.identity or face.looks_like, percent)


def label(
    box: Box, state: FaceState, person: Identity | None, percent: float, words: LabelWords = ENGLISH
) -> Label:
    """A face as `draw_faces` takes it; `person` is who it is, or who a duplicate looks like."""
    text = None
    if state == "known" and person is not None:
        text = f"{person.name}  {percent:.0f} %"
    elif state == "duplicate" and person is not None:
        text = words.like.format(name=person.name)
    elif state == "unknown":
        text = words.unknown
    return Label(box, text, _COLORS.get(state, "undecided"))
