"""Face chips in parts of some hundred: what a student learns from.

A part is one `.npz` file written atomically, so that preparing can be killed
and goes on where it was. No TensorFlow here.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from facecam.core.errors import DataError
from facecam.core.paths import atomic_write, printable, read_file
from facecam.core.types import ImageArray
from facecam.networks.npz import parse_npz
from facecam.training.data.chips import decoded

CHIP_PX = 150


@dataclass(frozen=True, slots=True, eq=False)
class FacePart:
    """N faces.

    Attributes:
        digest: of what the part was made from.
        chips: N JPEG files of dlib chips, 150 px.
    """

    digest: str
    chips: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """All faces of a distillation; see `FacePart`. A million of them are some 6 GB."""

    chips: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.chips)

    def chip(self, index: int) -> ImageArray:
        """One chip, uint8 (150, 150, 3) RGB.

        Raises:
            DataError: it is damaged.
        """
        chip = decoded(self.chips[index])
        if chip is None:
            hint = "Delete its folder `faces` and repeat."
            raise DataError("a face of the distillation is damaged", hint=hint)
        return chip

    def first(self, count: int) -> Faces:
        """The first of them, at most `count`."""
        return Faces(self.chips[:count])

    def split(self, held_out: int) -> tuple[Faces, Faces]:
        """(faces to learn from, faces to judge on): the last `held_out`, at most a fifth."""
        kept = len(self) - min(held_out, len(self) // 5)
        return Faces(self.chips[:kept]), Faces(self.chips[kept:])


def part_file(folder: Path, index: int) -> Path:
    """Where a part is or would be."""
    return folder / f"faces-{index:05d}.npz"


def digest_of(names: Sequence[str]) -> str:
    """Of what a part is made from: names with sizes and times."""
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()


def write_part(part: FacePart, path: Path) -> None:
    """Write a part, whole or not at all.

    Raises:
        DataError: disk full or no permission.
    """
    content = io.BytesIO()
    ends = np.cumsum([len(chip) for chip in part.chips], dtype=np.int64)
    np.savez(
        content,
        digest=np.frombuffer(bytes.fromhex(part.digest), np.uint8),
        chips=np.frombuffer(b"".join(part.chips), np.uint8),
        ends=ends,
    )
    atomic_write(path, content.getvalue(), private=True)


def read_part(path: Path) -> FacePart:
    """Read a part.

    Raises:
        DataError: missing or damaged.
    """
    content = read_file(path)
    try:
        arrays = parse_npz(content)
        packed, ends = arrays["chips"].tobytes(), arrays["ends"].tolist()
        chips = tuple(packed[start:end] for start, end in pairwise([0, *ends]))
        return FacePart(arrays["digest"].tobytes().hex(), chips)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{printable(str(path))} is damaged", hint="Delete it and repeat: it is made again."
        ) from error


def is_made(path: Path, digest: str) -> bool:
    """Whether a sound part made from exactly this is there already."""
    try:
        return path.is_file() and read_part(path).digest == digest
    except DataError:
        return False


def read_faces(folder: Path) -> Faces:
    """All parts of a folder, in their order.

    Raises:
        DataError: there are none, or one is damaged.
    """
    parts = [read_part(path) for path in sorted(folder.glob("faces-*.npz"))]
    chips = tuple(chip for part in parts for chip in part.chips)
    if not chips:
        raise DataError(f"{printable(str(folder))} holds no faces", hint="Prepare the faces again.")
    return Faces(chips)
