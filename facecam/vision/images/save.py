"""Saving pictures."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from facecam.core.errors import DataError
from facecam.core.paths import atomic_write, make_folder, printable
from facecam.core.types import ImageArray

_JPEG_QUALITY = 92


def png_bytes(image: ImageArray) -> bytes:
    """uint8 (H, W, 3) RGB as the content of a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def write_picture(image: ImageArray, path: Path, *, private: bool = False) -> None:
    """Write uint8 (H, W, 3) RGB as JPEG or PNG, by the ending; missing folders are made.

    Args:
        image: what is saved.
        path: the file.
        private: whether only this user may read it, see `core.private`.

    Raises:
        DataError: disk full or no permission; a file that was there before stays.
    """
    buffer = io.BytesIO()
    try:
        if path.suffix.lower() == ".png":
            Image.fromarray(image).save(buffer, "PNG")
        else:
            Image.fromarray(image).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    except OSError as error:
        size = f"{image.shape[1]}×{image.shape[0]} px"
        raise DataError(
            f"{printable(path)}: a picture of {size} does not fit the format",
            hint="Save it as .png instead.",
        ) from error
    make_folder(path.parent, private=private)
    atomic_write(path, buffer.getvalue(), private=private)
