"""Labels of faces, drawn into a frame."""

from __future__ import annotations

from facecam.core.types import Box, Face, FaceState, FrameResult, Identity, ImageArray, LifeTask
from facecam.core.words import ENGLISH, LabelWords
from facecam.engine.recognition.face_blur import FaceBlur
from facecam.runtime.card import ModelCard
from facecam.vision.draw.blur import blurred
from facecam.vision.draw.overlay import Label, LabelState, draw_faces

_COLORS: dict[FaceState, LabelState] = {"known": "known", "unknown": "unknown"}


def annotated(result: FrameResult, card: ModelCard, blur: FaceBlur | None = None) -> ImageArray:
    """A copy of the frame with its faces boxed and named, uint8 (H, W, 3) RGB.

    Args:
        result: a frame; with `blur`, the next of its stream.
        card: of the model in use.
        blur: makes faces unrecognisable; they have a box but no name.
    """
    hidden = [face for face in result.faces if blur is not None and _is_hidden(face, blur)]
    places = blur_places(result, blur) if blur is not None else ()
    labels = [label_of(face, card) for face in result.faces if face not in hidden]
    boxes = [Label(face.detection.box, None, "undecided") for face in hidden]
    return draw_faces(blurred(result.frame.image, places), [*labels, *boxes])


def blur_places(result: FrameResult, blur: FaceBlur) -> tuple[Box, ...]:
    """Where the next frame of a stream is to be blurred, px."""
    hidden = [(face.track_id, face.detection.box) for face in result.faces if _is_hidden(face, blur)]
    return blur.places(hidden, (face.track_id for face in result.faces), result.frame.captured_at)


def _is_hidden(face: Face, blur: FaceBlur) -> bool:
    return blur.rule.hides(face.state, face.identity, face.looks_like)


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
    name = "" if person is None or text is None or person.name not in text else person.name
    return Label(box, text, _COLORS.get(state, "undecided"), name)
