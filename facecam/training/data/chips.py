"""Chip store: face chips on disk, so that training reads small pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import cv2
import numpy as np

from facecam.core.errors import DataError
from facecam.core.paths import atomic_file, read_file, readable_os_errors, sweep_temporary
from facecam.core.private import make_private_folder
from facecam.core.types import ImageArray, check_image

_CHIP, _FACELESS = ".png", ".none"
#: Digits of the digest of a chip that are always the photo's own.
_PHOTO_DIGITS = 48
#: A chip is lossless: measured vectors must not depend on whether a chip came from here.
_PNG_QUICKLY = [cv2.IMWRITE_PNG_COMPRESSION, 1]
_JPEG_WELL = [cv2.IMWRITE_JPEG_QUALITY, 95]


class ChipStore:
    """Chips by the SHA-256 of their photo; other settings of detector or alignment have another folder.

    A chip is written under another name and renamed, so a killed run leaves whole chips only, and the next
    one goes on where it ended. Several processes may write at once.

    Args:
        folder: of the cache.
        key: everything a chip depends on besides the photo.
    """

    def __init__(self, folder: Path, key: Mapping[str, object]) -> None:
        text = json.dumps(dict(key), sort_keys=True)
        self.key = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.folder = folder / self.key

    def path(self, digest: str) -> Path:
        """Where the chip of a photo is or would be; `digest`: 64 hex digits, the first 48 of them the photo's own."""
        return self.folder / digest[:2] / f"{digest}{_CHIP}"

    def has_chip(self, digest: str) -> bool:
        """Whether there is a chip of this photo."""
        return self.path(digest).is_file()

    def is_faceless(self, digest: str) -> bool:
        """Whether the photo was looked at and shows no face."""
        return self.path(digest).with_suffix(_FACELESS).is_file()

    def add(self, digest: str, chip: ImageArray) -> Path:
        """Keep a chip, uint8 (S, S, 3) RGB; returns its file.

        Raises:
            DataError: disk full or no permission.
        """
        path = self.path(digest)
        write_chip(path, chip)
        return path

    def add_faceless(self, digest: str) -> None:
        """Remember that a photo shows no face.

        Raises:
            DataError: disk full or no permission.
        """
        _write(self.path(digest).with_suffix(_FACELESS), b"")


def write_chip(path: Path, chip: ImageArray) -> None:
    """Write a chip, uint8 (S, S, 3) RGB, to where `ChipStore.path` says.

    Raises:
        DataError: disk full or no permission.
    """
    check_image(chip)
    _write(path, _encoded(chip, _CHIP, _PNG_QUICKLY))


def jpeg_of(chip: ImageArray) -> bytes:
    """A chip, uint8 (S, S, 3) RGB, as JPEG of a quality at which a network sees no difference."""
    return _encoded(chip, ".jpg", _JPEG_WELL)


def _encoded(chip: ImageArray, ending: str, parameters: list[int]) -> bytes:
    _, content = cv2.imencode(ending, cv2.cvtColor(chip, cv2.COLOR_RGB2BGR), parameters)
    return content.tobytes()


def decoded(content: bytes) -> ImageArray | None:
    """The picture of a PNG or JPEG, uint8 (H, W, 3) RGB; None if it is none."""
    bgr = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    return None if bgr is None else np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def _write(path: Path, content: bytes) -> None:
    with readable_os_errors("write", path):
        # Faces are personal data: for this user's eyes only.
        make_private_folder(path.parent)
    # Not made to last, which would take longer than finding the face: a broken chip is made again.
    with atomic_file(path, lasting=False, private=True) as file:
        file.write(content)


def sweep_chips(folder: Path) -> None:
    """Remove what killed processes left half-written in the cache.

    Args:
        folder: of the cache.
    """
    sweep_temporary(folder)
    for path in folder.glob("*/*") if folder.is_dir() else ():
        if path.is_dir():
            sweep_temporary(path)


def forget_chips(folder: Path, digests: Iterable[str]) -> int:
    """Delete what the cache keeps of photos, under whatever settings it was made; returns how many chips.

    Args:
        folder: of the cache.
        digests: SHA-256 of the photos, 64 hex digits each.

    Raises:
        DataError: a file cannot be deleted.
    """
    stores = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    count = 0
    for digest in digests:
        for folder in (store / digest[:2] for store in stores):
            with readable_os_errors("delete", folder):
                # What was said about a photo's faces changes the last digits of its chip's name.
                for path in folder.glob(f"{digest[:_PHOTO_DIGITS]}*"):
                    if path.suffix in (_CHIP, _FACELESS):
                        path.unlink()
                        count += path.suffix == _CHIP
    return count


def read_chip(path: Path) -> ImageArray:
    """A chip, uint8 (S, S, 3) RGB.

    Raises:
        DataError: missing or damaged.
    """
    if not path.is_file():
        raise DataError(
            "the face of a photo is not there any more: somebody was deleted meanwhile, or the cache was",
            hint="Start a new training.",
        )
    chip = decoded(read_file(path))
    if chip is None:
        raise DataError(f"the chip {path} is damaged", hint="Delete it and repeat: it is made again.")
    return chip
