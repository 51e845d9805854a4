"""Labels of faces, drawn into a frame."""

from __future__ import annotations

from facecam.core.types import Box, Face, FaceState, FrameResult, Identity, ImageArray, LifeTask
from facecam.core.words import ENGLISH, LabelWords
from facecam.runtime.card import ModelCard
from facecam.vision.draw.overlay import Label, LabelState, draw_faces

_COLORS: dict[FaceState, LabelState] = {"known": "known", "unknown": "unknown"}


def annotated(result: FrameResult, card: ModelCard) -> ImageArray:
    """A copy of the frame with its faces boxed and named, uint8 (H, W, 3) RGB."""
    return draw_faces(result.frame.image, [label_of(face, card) for face in result.faces])


def label_of(face: Face, card: ModelCard) -> Label:
    """How a face is labelled: name and percent, `unknown`, `like Ada`, what Ada is to do, or nothing."""
    percent = card.percent_of(face.match) if face.match is not None else 0.0
    asked = face.life.asked if face.life is not None else None
    return label(face.detection.box, face.state, face.identity or face.looks_like, percent, asked=asked)


def label(
    box: Box,
    state: FaceState,
    person: Identity | None,
    percent: float,
    words: LabelWords = ENGLISH,
    *,
    asked: LifeTask | None = None,
) -> Label:
    """A face as `draw_faces` takes it; `person` is who it is, or who it looks like, and is `asked` for something."""
    text = None
    if state == "known" and person is not None:
        text = f"{person.name}  {percent:.0f} %"
    elif state == "duplicate" and person is not None:
        text = words.like.format(name=person.name)
    elif state == "unproven" and person is not None:
        text = (words.unproven if asked is None else words.tasks[asked]).format(name=person.name)
    elif state == "unknown":
        text = words.unknown
    return Label(box, text, _COLORS.get(state, "undecided"))
