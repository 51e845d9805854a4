"""Marks of imported vectors, which no photo here made: so no rebuild drops them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.core.private import make_private_folder
from facecam.core.types import Embeddings, FloatArray
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.npy import NotAnArray, npy_bytes, parse_npy

#: In the database: the first 8 bytes of the SHA-256 of each vector, "<u8" (N,).
MARKS_FILE = "imported.npy"


class ImportMarks:
    """Which vectors were imported, by what they hold: so they stay marked whoever gets them.

    Args:
        database: its folder.

    Raises:
        DataError: the file is damaged or cannot be read.
    """

    def __init__(self, database: Path) -> None:
        self._file = database / MARKS_FILE
        self._marks = self._read()
        self._saved = frozenset(self._marks)

    def __len__(self) -> int:
        return len(self._marks)

    def add(self, vectors: FloatArray) -> None:
        """Mark vectors, float32 (n, D); a mark of one that is nowhere does no harm."""
        self._marks.update(_marks_of(vectors))

    def among(self, embeddings: Embeddings) -> Embeddings:
        """Those that are marked."""
        return embeddings.rows(np.array([one in self._marks for one in _marks_of(embeddings.vectors)], bool))

    def keep_those_in(self, gallery: Gallery | None) -> None:
        """Forget the marks of vectors that are nobody's any more."""
        there = [] if gallery is None else [gallery.vectors, *(one.vectors for one in gallery.kept.values())]
        self._marks &= {mark for vectors in there for mark in _marks_of(vectors)}

    def save(self) -> None:
        """Write what has changed.

        Raises:
            DataError: disk full or no permission.
        """
        if self._marks == self._saved:
            return
        with readable_os_errors("write", self._file):
            make_private_folder(self._file.parent)
            atomic_write(self._file, npy_bytes(np.array(sorted(self._marks), "<u8")), private=True)

    def _read(self) -> set[int]:
        with readable_os_errors("read", self._file):
            try:
                array = parse_npy(at_rest.read_bytes(self._file))
            except FileNotFoundError:
                return set()
            except NotAnArray as error:
                raise self._damaged() from error
        if array.dtype != np.dtype("<u8") or array.ndim != 1:
            raise self._damaged()
        return set(array.tolist())

    def _damaged(self) -> DataError:
        return DataError(
            f"{printable(str(self._file))}, which says what vectors were imported, is damaged",
            hint="Delete it, then import those of people with photos again: else a rebuild drops them.",
        )


def _marks_of(vectors: FloatArray) -> list[int]:
    rows = np.ascontiguousarray(vectors, "<f4")
    return [int.from_bytes(hashlib.sha256(row).digest()[:8], "little") for row in rows]
