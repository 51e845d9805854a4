"""Any kind of picture Pillow can hold, made upright 8-bit RGB."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
from PIL import Image
from PIL.PpmImagePlugin import PpmImageFile

from facecam.core.types import ImageArray

_log = logging.getLogger(__name__)
_ORIENTATION_TAG = 0x0112
#: What makes pixels upright, by Exif orientation.
_UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels[::-1].swapaxes(0, 1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: pixels[:, ::-1].swapaxes(0, 1),
}
#: Rows of the reduced picture made at a time, and how many of its rows Lanczos looks to either side.
_STRIP_ROWS, _FILTER_ROWS = 256, 3
#: Rounded value/257: 65535 becomes 255.
_SIXTEEN_TO_EIGHT_BITS = np.rint(np.arange(65536) / 257).astype(np.uint8)


def upright_rgb(loaded: Image.Image, max_side_px: int) -> ImageArray:
    """A loaded picture of any mode as uint8 (H, W, 3) RGB, upright, both sides ≤ `max_side_px`.

    Transparent parts become white. Values of more than 8 bits are scaled by
    the range of their kind, never clipped.
    """
    orientation = _orientation(loaded)
    # Pillow stretches a PNM file of any depth over 8 bits to 0…65535.
    full_scale = 65535.0 if isinstance(loaded, PpmImageFile) and loaded.mode == "I" else None
    pixels = _eight_bits(_shrunk(loaded, max_side_px), full_scale)
    return np.ascontiguousarray(_UPRIGHT[orientation](pixels) if orientation in _UPRIGHT else pixels)


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


def _shrunk(picture: Image.Image, max_side_px: int) -> np.ndarray:
    """`picture` with both sides ≤ `max_side_px`: uint8 (H, W, 3) RGB, or its 32-bit values (H, W).

    Strip by strip, since a picture of 64 megapixels that is converted, reduced
    and copied as a whole takes twice the memory. A strip is cut with the rows
    around it that the filter looks at, and so becomes what it would have
    become within the whole.
    """
    factor = min(1.0, max_side_px / max(picture.size))
    width, height = (max(1, round(side * factor)) for side in picture.size)
    is_32_bit = picture.mode in ("I", "F")
    pixels = np.empty(
        (height, width) if is_32_bit else (height, width, 3), np.float32 if is_32_bit else np.uint8
    )
    for top in range(0, height, _STRIP_ROWS):
        bottom = min(height, top + _STRIP_ROWS)
        pixels[top:bottom] = np.asarray(_strip(picture, (width, height), top, bottom))
    return pixels


def _strip(picture: Image.Image, size: tuple[int, int], top: int, bottom: int) -> Image.Image:
    """Rows `top` to `bottom` of `picture` reduced to `size`, in the mode RGB, I or F."""
    if size == picture.size:
        return _plain(picture.crop((0, top, size[0], bottom)))
    step = picture.height / size[1]
    around = _FILTER_ROWS * step
    first, last = max(0, int(top * step - around) - 1), min(picture.height, int(bottom * step + around) + 2)
    cut = _resizable(picture.crop((0, first, picture.width, last)))
    box = (0.0, top * step - first, float(picture.width), min(bottom * step, picture.height) - first)
    # Lanczos overshoots, which would spoil the guess of the range of 32-bit values.
    method = Image.Resampling.BILINEAR if cut.mode in ("I", "F") else Image.Resampling.LANCZOS
    return _plain(cut.resize((size[0], bottom - top), method, box, reducing_gap=2.0))


def _plain(strip: Image.Image) -> Image.Image:
    strip = _resizable(strip)
    return strip if strip.mode in ("RGB", "I", "F") else strip.convert("RGB")


def _eight_bits(pixels: np.ndarray, full_scale: float | None) -> ImageArray:
    """What `_shrunk` returns as uint8 (H, W, 3); `full_scale` is white where that is known."""
    if pixels.ndim == 3:
        return pixels
    return np.repeat(_scaled_to_8_bits(pixels, full_scale)[..., None], 3, axis=2)


def _scaled_to_8_bits(values: np.ndarray, full_scale: float | None) -> np.ndarray:
    """32-bit grey values (H, W) → uint8; NaN becomes black, infinities the ends of the range."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return np.zeros(values.shape, np.uint8)
    low, high = (0.0, full_scale) if full_scale else _value_range(float(finite.min()), float(finite.max()))
    # Near either end of float32's range, what follows would leave it.
    precision = np.float32 if 1e-30 < high - low < 1e30 else np.float64
    grey = np.nan_to_num(values.astype(precision), nan=low, posinf=high, neginf=low)
    grey -= low
    grey *= 255.0 / (high - low)
    return np.asarray(np.rint(grey, out=grey), np.uint8)


def _value_range(low: float, high: float) -> tuple[float, float]:
    """The range that values from `low` to `high` were most likely meant in; else just that range."""
    for full_scale in (1.0, 255.0, 65535.0):
        if low >= 0 and high <= full_scale:
            return 0.0, full_scale
    return (low, high) if high > low else (min(low, 0.0), max(high, 0.0))
