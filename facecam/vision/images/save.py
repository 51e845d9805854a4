"""Saving pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from facecam.core.errors import DataError
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.core.private import make_private_folder
from facecam.core.types import ImageArray

_JPEG_QUALITY, _ANIMATION_QUALITY = 92, 60


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
    with readable_os_errors("make the folder of", path):
        if private:
            make_private_folder(path.parent)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(path, buffer.getvalue(), private=private)


def write_animation(frames: Sequence[tuple[ImageArray, int]], path: Path) -> None:
    """Write pictures that follow each other, as an animated WebP that begins again at its end.

    Args:
        frames: uint8 (H, W, 3) RGB, and how long each is shown, ms.
        path: the file.

    Raises:
        DataError: disk full or no permission.
    """
    first, *others = (Image.fromarray(image) for image, _ in frames)
    buffer = io.BytesIO()
    durations = [milliseconds for _, milliseconds in frames]
    first.save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        quality=_ANIMATION_QUALITY,
        method=6,
        minimize_size=True,
    )
    with readable_os_errors("write", path):
        atomic_write(path, buffer.getvalue())
