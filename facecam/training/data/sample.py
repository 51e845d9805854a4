"""A photo ready for training. No TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo ready for training.

    Attributes:
        person: name.
        photo: the file in `data/`.
        digest: SHA-256 of the photo, 64 hex digits.
        chip: file of its chip.
    """

    person: str
    photo: Path
    digest: str
    chip: Path
