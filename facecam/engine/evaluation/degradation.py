"""Clear photos made worse on purpose: smaller, blurred, darker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np

from facecam.core.types import Box, ImageArray

Kind = Literal["size", "blur", "dark"]

#: Face width at which photos are blurred and darkened, px.
USUAL_PX: Final = 100.0
#: Enlarging invents pixels: photos whose face would have to grow by more take no part.
LARGEST_FACTOR: Final = 1.25
#: Around a small picture, so that every detector is given a usual frame.
_CANVAS: Final = (320, 240)
_GRAY: Final = (110, 110, 110)
#: Standard deviation of a sensor's noise in dim light, in values of 255.
_NOISE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Spoiling:
    """One way to make a photo worse.

    Attributes:
        kind: of what.
        value: `size`: face width, px; `blur`: standard deviation of a Gaussian, px, where the face is `USUAL_PX`
            wide; `dark`: factor of the light.
        words: for the table.
    """

    kind: Kind
    value: float
    words: str

    @property
    def face_px(self) -> float:
        """Width the face gets, px."""
        return self.value if self.kind == "size" else USUAL_PX


#: In the order of the table.
SPOILINGS: Final = (
    *(Spoiling("size", px, f"face {px} px wide") for px in (100, 80, 60, 48, 40, 32, 24, 20, 16)),
    *(Spoiling("blur", px, f"100 px, blurred by {px} px") for px in (1, 2, 3, 4, 5, 6, 8)),
    *(Spoiling("dark", gain, f"100 px, light × {gain:g}") for gain in (0.5, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05)),
)


def spoiled(image: ImageArray, face: Box, spoiling: Spoiling, seed: int = 0) -> tuple[ImageArray, Box] | None:
    """The photo made worse, and where its face is then; None where it would have to be enlarged too much.

    Args:
        image: uint8 (H, W, 3) RGB.
        face: its face.
        spoiling: see `Spoiling`.
        seed: of the noise.
    """
    factor = spoiling.face_px / face.width
    if factor > LARGEST_FACTOR:
        return None
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    picture: np.ndarray = cv2.resize(image, None, fx=factor, fy=factor, interpolation=way)
    if spoiling.kind == "blur":
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), spoiling.value))
    elif spoiling.kind == "dark":
        noise = np.random.default_rng(seed).normal(0, _NOISE, picture.shape)
        picture = np.clip(np.round(picture * spoiling.value + noise), 0, 255).astype(np.uint8)
    return _on_canvas(np.asarray(picture, np.uint8), face.scaled(factor))


def _on_canvas(picture: ImageArray, face: Box) -> tuple[ImageArray, Box]:
    """In the middle of something grey, at least `_CANVAS` large."""
    height, width = picture.shape[:2]
    across, down = max(0, _CANVAS[0] - width), max(0, _CANVAS[1] - height)
    left, top = across // 2, down // 2
    whole = cv2.copyMakeBorder(
        picture, top, down - top, left, across - left, cv2.BORDER_CONSTANT, value=_GRAY
    )
    return np.ascontiguousarray(whole, np.uint8), face.moved(left, top)
