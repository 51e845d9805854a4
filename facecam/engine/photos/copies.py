"""Copies of photos that facecam made: known by the first digits of their SHA-256 at the end of their name."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from facecam.core.encryption.at_rest import is_sealed_file
from facecam.core.errors import DataError
from facecam.core.paths import sha256_file

_COPY = re.compile(r".*-([0-9a-f]{12})\.[^.]+")


def digits_in(name: str) -> str:
    """The digits at the end of a file's name; empty where there are none."""
    match = _COPY.fullmatch(name)
    return match[1] if match else ""


def is_our_copy(path: Path, name: str = "") -> bool:
    """Whether facecam made a photo in `data/`: its name says what is in it.

    Args:
        path: the file.
        name: it has elsewhere; empty: its own.
    """
    digits = digits_in(name or path.name)
    with contextlib.suppress(DataError, OSError):
        # What is sealed is ours, and is not to cost anybody the passphrase.
        return (
            bool(digits) and path.is_file() and (is_sealed_file(path) or sha256_file(path).startswith(digits))
        )
    return False
