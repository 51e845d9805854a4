"""Any kind of picture Pillow can hold, made upright 8-bit RGB."""

from __future__ import annotations

import logging

import numpy as np
from PIL import Image
from PIL.PpmImagePlugin import PpmImageFile

from facecam.core.types import ImageArray

_log = logging.getLogger(__name__)
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: Rounded value/257: 65535 becomes 255.
_SIXTEEN_TO_EIGHT_BITS = np.rint(np.arange(65536) / 257).astype(np.uint8)


def upright_rgb(loaded: Image.Image, max_side_px: int) -> ImageArray:
    """A loaded picture of any mode as uint8 (H, W, 3) RGB, upright, both sides ≤ `max_side_px`.

    Transparent parts become white. Values of more than 8 bits are scaled by
    the range of their kind, never clipped.
    """
    orientation = _orientation(loaded)
    small = _shrunk(_resizable(loaded), max_side_px)
    eight_bit = _eight_bits(small, is_pnm=isinstance(loaded, PpmImageFile))
    upright = eight_bit.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else eight_bit
    return np.array(upright, dtype=np.uint8)


def _orientation(loaded: Image.Image) -> int:
    """Exif orientation, 1 to 8; asked after loading, because TIFF turns itself and PNG may name it last."""
    try:
        value = loaded.getexif().get(_ORIENTATION_TAG, 1)
    except Exception as error:  # its parser raises anything, and the picture itself is fine
        _log.debug("unreadable Exif data ignored: %s", error)
        return 1
    return value if isinstance(value, int) else 1


def _resizable(picture: Image.Image) -> Image.Image:
    """`picture` in a mode that can be averaged: palettes and 16-bit grey cannot."""
    if picture.mode.startswith("I;16"):
        return Image.fromarray(_SIXTEEN_TO_EIGHT_BITS[np.asarray(picture)])
    if picture.has_transparency_data and picture.mode not in ("I", "F"):
        # Before averaging, which would need two more copies of a picture with alpha.
        return _on_white(picture if picture.mode == "RGBA" else picture.convert("RGBA"))
    return picture.convert("RGB") if picture.mode in ("P", "1") else picture


def _on_white(picture: Image.Image) -> Image.Image:
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture)
    return paper


def _shrunk(picture: Image.Image, max_side_px: int) -> Image.Image:
    factor = max_side_px / max(picture.size)
    if factor >= 1:
        return picture
    width, height = (max(1, round(side * factor)) for side in picture.size)
    # Lanczos overshoots, which would spoil the guess of the range of 32-bit values.
    method = Image.Resampling.BILINEAR if picture.mode in ("I", "F") else Image.Resampling.LANCZOS
    return picture.resize((width, height), method, reducing_gap=2.0)


def _eight_bits(picture: Image.Image, *, is_pnm: bool) -> Image.Image:
    """RGB of any mode that `_resizable` returns."""
    if picture.mode in ("I", "F"):
        # Pillow stretches a PNM file of any depth over 8 bits to 0…65535.
        full_scale = 65535.0 if is_pnm and picture.mode == "I" else None
        picture = Image.fromarray(_scaled_to_8_bits(np.asarray(picture), full_scale))
    return picture.convert("RGB")


def _scaled_to_8_bits(values: np.ndarray, full_scale: float | None) -> np.ndarray:
    """32-bit grey values (H, W) → uint8; NaN becomes black, infinities the ends of the range."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return np.zeros(values.shape, np.uint8)
    low, high = (0.0, full_scale) if full_scale else _value_range(float(finite.min()), float(finite.max()))
    grey = np.nan_to_num(values.astype(np.float32), nan=low, posinf=high, neginf=low)
    grey -= low
    grey *= 255.0 / (high - low)
    return np.asarray(np.rint(grey, out=grey), np.uint8)


def _value_range(low: float, high: float) -> tuple[float, float]:
    """The range that values from `low` to `high` were most likely meant in; else just that range."""
    for full_scale in (1.0, 255.0, 65535.0):
        if low >= 0 and high <= full_scale:
            return 0.0, full_scale
    return (low, high) if high > low else (min(low, 0.0), max(high, 0.0))
