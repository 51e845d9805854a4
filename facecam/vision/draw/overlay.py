"""Boxes and names on a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np

from facecam.core.plates import PlatePlaces
from facecam.core.types import Box, ImageArray, box_rows, check_image
from facecam.vision.draw.text import MAX_LETTERS, one_line, shortened, text_mask

LabelState = Literal["known", "unknown", "undecided"]
Color = tuple[int, int, int]

#: RGB.
COLORS: dict[LabelState, Color] = {
    "known": (53, 167, 156),
    "unknown": (245, 166, 35),
    "undecided": (138, 146, 153),
}
_INKS: tuple[Color, ...] = ((14, 22, 22), (255, 255, 255))
_PICTURE_HEIGHT_PER_TEXT_SIZE = 24
_TEXT_SIZES_PX = (11, 64)
#: For a face among others: share of the size of letters, and the widest plate in widths of the face, and in sizes of
#: the letters where that is more. The next is tried where one hides somebody.
_ROOM = ((1.0, 2.0, 12.0), (1.0, 1.2, 8.0), (0.6, 1.5, 12.0), (0.6, 1.0, 8.0), (0.6, 1.0, 5.0))
#: Of a name that is shortened: the first one and the ellipsis.
_LEAST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Label:
    """A face to mark.

    Attributes:
        box: where, px; may reach beyond the picture.
        text: what to write above it, such as "Ada 93 %", or None for the box alone.
        state: decides the colour; `undecided` faces normally have no text.
        name: the part of the text that is shortened where there is no room; empty: all of it.
    """

    box: Box
    text: str | None
    state: LabelState
    name: str = ""


def draw_faces(image: ImageArray, labels: Sequence[Label]) -> ImageArray:
    """A copy of a picture with a box around each face and its text on a plate above.

    Args:
        image: uint8 (H, W, 3) RGB; it is left as it is.
        labels: the faces; later ones lie on top.

    Returns:
        uint8 (H, W, 3) RGB. Text grows with the picture's height (H/24 px); a plate that
        would not fit above its box, or would hide another face or name there, is moved, and,
        where it would everywhere, its name is shortened and then set in smaller letters.
    """
    check_image(image)
    canvas = image.copy()
    for label in labels:
        _draw_box(canvas, label.box, COLORS[label.state])
    places = PlatePlaces((0, 0, *canvas.shape[1::-1]), box_rows([label.box for label in labels]))
    for number, label in enumerate(labels):  # after all boxes, so that no box crosses a name
        if label.text is not None and one_line(label.text):
            _draw_plate(canvas, places, number, label, alone=len(labels) == 1)
    return canvas


def line_width_px(picture_height_px: int) -> int:
    """Width of the boxes: 2 px, and more for pictures beyond 900 px."""
    return max(2, round(picture_height_px / 360))


def _draw_box(canvas: ImageArray, box: Box, color: Color) -> None:
    height, width = canvas.shape[:2]
    line = line_width_px(height)
    # Cut far outside the picture before rounding, so that huge coordinates stay drawable.
    left, right = (round(min(max(x, -line), width + line)) for x in (box.left, box.right))
    top, bottom = (round(min(max(y, -line), height + line)) for y in (box.top, box.bottom))
    _fill(canvas, left, top, right, top + line, color)
    _fill(canvas, left, bottom - line, right, bottom, color)
    _fill(canvas, left, top, left + line, bottom, color)
    _fill(canvas, right - line, top, right, bottom, color)


def _fill(canvas: ImageArray, left: int, top: int, right: int, bottom: int, color: Color) -> None:
    canvas[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = color


def _draw_plate(canvas: ImageArray, places: PlatePlaces, number: int, label: Label, *, alone: bool) -> None:
    height, width = canvas.shape[:2]
    smallest, largest = _TEXT_SIZES_PX
    size_px = min(max(round(height / _PICTURE_HEIGHT_PER_TEXT_SIZE), smallest), largest)
    sizes = [(size_px, width)] if alone else list(_sizes(label.box.width, size_px, width))
    for size in sizes:
        plate = _plate(label.text or "", label.state, *size, label.name)[:height]
        left, top = map(round, places.place(number, plate.shape[1], plate.shape[0]))
        if not places.hidden or size == sizes[-1]:
            break
        places.take_back()
    canvas[top : top + plate.shape[0], left : left + plate.shape[1]] = plate


def _sizes(face_px: float, size_px: int, width: int) -> Iterator[tuple[int, int]]:
    """Sizes of letters and widest plates for a face among others, px, the best first.

    Widths go in steps: one for each width a face has in a film would have every name drawn in every frame.
    """
    for share, faces, letters in _ROOM:
        size = max(_TEXT_SIZES_PX[0], round(share * size_px))
        room, step = min(max(faces * face_px, letters * size), width), 2 * size
        yield size, min(round(room // step + 1) * step, width)


@lru_cache(maxsize=256)
def _plate(text: str, state: LabelState, size_px: int, max_width_px: int, name: str = "") -> ImageArray:
    """The plate with its text, (H, W, 3) RGB with W ≤ `max_width_px`; shared, not to be written to."""
    margin = max(2, size_px // 3)
    before, name, after = text.partition(name) if name else ("", text, "")
    kept = max(1, MAX_LETTERS - len(before) - len(after))  # Else the end would be cut off, and not the name.
    shown = shortened(name, kept)
    mask = text_mask(before + shown + after, size_px)
    while mask.shape[1] + 2 * margin > max_width_px and kept > _LEAST_LETTERS:
        fitting = len(before + shown + after) * (max_width_px - 2 * margin) // mask.shape[1]
        kept = max(_LEAST_LETTERS, min(kept, len(shown), fitting - len(before + after)) - 1)
        shown = shortened(name, kept)
        mask = text_mask(before + shown + after, size_px)
    roomy = cv2.copyMakeBorder(mask, 0, 0, margin, margin, cv2.BORDER_CONSTANT, value=(0,))
    return _colored(roomy[:, :max_width_px], COLORS[state], ink_for(COLORS[state]))


def _colored(mask: np.ndarray, background: Color, ink: Color) -> ImageArray:
    share = mask[:, :, None].astype(np.float32) / 255
    blend = share * np.array(ink, np.float32) + (1 - share) * np.array(background, np.float32)
    return np.asarray(np.rint(blend), np.uint8)


def ink_for(background: Color) -> Color:
    """The text colour, near black or white, that stands out more from `background`."""
    return max(_INKS, key=lambda ink: contrast(ink, background))


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio of two RGB colours, 1 to 21; text needs 4.5 (WCAG 2.2, success criterion 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    """Relative luminance in [0, 1] (WCAG 2.2, definition of relative luminance)."""
    linear = [
        channel / 255 / 12.92 if channel / 255 <= 0.04045 else ((channel / 255 + 0.055) / 1.055) ** 2.4
        for channel in color
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
