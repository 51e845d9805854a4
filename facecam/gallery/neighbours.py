"""Which vectors of a very large gallery are near, without looking at all of them."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.paths import atomic_write, readable_os_errors, sha256_file
from facecam.core.types import FloatArray
from facecam.gallery.cells import cell_count, middles_of, nearest_middles

_log = logging.getLogger(__name__)

#: Up to here every vector is compared: it takes milliseconds and misses nobody.
EXACT_UP_TO: Final = 100_000
#: Rows asked for per face: enough that the nearest three of the nearest people are among them.
CANDIDATES: Final = 64
INDEX_FILE: Final = "nearest.index"
ABOUT_FILE: Final = "nearest.json"
#: Rows compared per face, in the cells nearest to it: see docs/EVALUATION.md.
LOOKED_AT: Final = 24_000
#: So many of them, nearest by values of one byte, are compared by the vectors themselves.
_ROUGHLY_NEAR: Final = 2 * CANDIDATES
#: How the cells are made; an index made otherwise is not used.
_PARAMETERS: Final = {"kind": "cells", "version": 1}
#: A gallery that has grown beyond this multiple gets new cells: the old ones have become too full.
_MOST_GROWTH: Final = 2
_ASSIGN_TOGETHER = 20_000


@dataclass(frozen=True, slots=True)
class _About:
    """What an index file holds: it is used for nothing else."""

    count: int
    vectors: str
    index: str
    parameters: dict[str, Any]


class NeighbourIndex:
    """A gallery's vectors sorted into cells around middles; only the nearest cells are compared.

    (Inverted lists: Sivic and Zisserman, 2003; Jégou, Douze and Schmid, 2011)

    A copy in bytes, cell after cell, is read for the first choice: a quarter of the memory, and in one piece.

    Args:
        vectors: float32 (M, D), unit rows; kept as they are, not copied.
    """

    def __init__(self, vectors: FloatArray) -> None:
        self._vectors = vectors
        self._middles = np.zeros((0, vectors.shape[1]), np.float32)
        self._cells = np.zeros(0, np.int32)
        self._made_for = 0
        self._sort()

    def __len__(self) -> int:
        return len(self._cells)

    def build(self, on_event: EventSink = ignore, cancel: CancelToken | None = None) -> None:
        """Take in the rows that are not in it yet."""
        cancel, total = cancel or CancelToken(), len(self._vectors)
        cancel.check()
        if total > _MOST_GROWTH * self._made_for:
            self._middles = middles_of(self._vectors, cell_count(total), cancel)
            self._cells, self._made_for = self._cells[:0], total
        parts = [self._cells]
        for first in range(len(self), total, _ASSIGN_TOGETHER):
            cancel.check()
            parts.append(nearest_middles(self._vectors[first : first + _ASSIGN_TOGETHER], self._middles))
            on_event(Progress("index of faces", min(total, first + _ASSIGN_TOGETHER), total))
        self._cells = np.concatenate(parts)
        self._sort()

    def near(self, vector: FloatArray) -> NDArray[np.int64]:
        """Rows near one of float32 (D,), unit length, at most `CANDIDATES`, nearest first."""
        order = np.argsort(-(self._middles @ vector))
        looked_at = np.cumsum(self._sizes[order])
        chosen = order[: int(np.searchsorted(looked_at, LOOKED_AT)) + 1].tolist()
        places = [slice(self._starts[cell], self._starts[cell + 1]) for cell in chosen]
        rows = np.concatenate([self._rows[place] for place in places])
        # Cell by cell: each fits the processor's cache, and small products wake no further threads.
        roughly = np.concatenate([self._small[place].astype(np.float32) @ vector for place in places])
        if len(rows) > _ROUGHLY_NEAR:
            rows = rows[np.argpartition(-roughly, _ROUGHLY_NEAR)[:_ROUGHLY_NEAR]]
        return rows[np.argsort(-(self._vectors[rows] @ vector), kind="stable")[:CANDIDATES]]

    def save(self, path: Path) -> None:
        """Write the cells, whole or not at all.

        Raises:
            DataError: it cannot be written.
        """
        content = io.BytesIO()
        np.savez(content, middles=self._middles, cells=self._cells, made_for=np.int64(self._made_for))
        atomic_write(path, content.getvalue())

    def load(self, path: Path) -> None:
        """Read the cells of the first rows; the caller has made sure that the file is ours and whole.

        Raises:
            DataError: it cannot be read.
            ValueError: it holds something else.
        """
        with readable_os_errors("read", path):
            content = path.read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            middles, cells, made_for = kept["middles"], kept["cells"], int(kept["made_for"])
        if middles.shape[1:] != self._vectors.shape[1:] or cells.ndim != 1 or len(cells) > len(self._vectors):
            raise ValueError(
                f"expected cells of {self._vectors.shape}. Received: {middles.shape}, {cells.shape}"
            )
        self._middles, self._cells, self._made_for = middles, cells, made_for
        self._sort()

    def _sort(self) -> None:
        """List the rows of every cell one after the other."""
        self._rows = np.argsort(self._cells, kind="stable")
        self._sizes = np.bincount(self._cells, minlength=len(self._middles))
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)])
        self._small = _in_bytes(self._vectors, self._rows)


def _in_bytes(vectors: FloatArray, rows: NDArray[np.int64]) -> NDArray[np.int8]:
    """These rows, int8 (N, D), all by one factor, which changes no order of likenesses but for rounding."""
    small = np.empty((len(rows), vectors.shape[1]), np.int8)
    factor = 127 / max(float(np.abs(vectors).max(initial=0)), 1e-6)
    for first in range(0, len(rows), _ASSIGN_TOGETHER):
        part = slice(first, first + _ASSIGN_TOGETHER)
        small[part] = np.rint(vectors[rows[part]] * factor)
    return small


def open_index(
    folder: Path, vectors: FloatArray, *, on_event: EventSink = ignore, cancel: CancelToken | None = None
) -> NeighbourIndex:
    """The index of a gallery's vectors, kept in the database folder beside the generations.

    Rows added to the gallery since are added to it; after any other change it
    is built anew, which takes seconds for a million vectors. A file that is
    damaged or of other vectors is not used. Where the folder cannot be
    written the index is made for this run only.

    Args:
        folder: the database.
        vectors: float32 (M, D), unit rows.
        on_event: gets `Progress("index of faces", …)`, and a notice when it cannot be kept.
        cancel: asked every 20,000 vectors.
    """
    index = _kept(folder, vectors)
    if len(index) < len(vectors):
        index.build(on_event, cancel)
        try:
            _keep(folder, index, vectors)
        except DataError as error:
            on_event(Notice(f"the index of faces is not kept: {error.message}", error.hint))
    return index


def _kept(folder: Path, vectors: FloatArray) -> NeighbourIndex:
    """The index on disk; an empty one where there is none that fits."""
    index = NeighbourIndex(vectors)
    about = _about(folder / ABOUT_FILE)
    if about is None or about.parameters != _PARAMETERS or about.count > len(vectors):
        return index
    if about.vectors != _digest(vectors[: about.count]):
        return index
    try:
        if sha256_file(folder / INDEX_FILE) == about.index:
            index.load(folder / INDEX_FILE)
    except (DataError, ValueError, KeyError, zipfile.BadZipFile) as error:
        _log.info("the index of faces is made anew: %s", error)
        return NeighbourIndex(vectors)
    return index


def _about(path: Path) -> _About | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return _About(int(values["count"]), values["vectors"], values["index"], values["parameters"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # There is none, or half of one: it is made anew.


def _keep(folder: Path, index: NeighbourIndex, vectors: FloatArray) -> None:
    path = folder / INDEX_FILE
    index.save(path)
    about = {
        "count": len(vectors),
        "vectors": _digest(vectors),
        "index": sha256_file(path),
        "parameters": _PARAMETERS,
    }
    atomic_write(folder / ABOUT_FILE, json.dumps(about).encode())


def _digest(vectors: FloatArray) -> str:
    return hashlib.sha256(np.ascontiguousarray(vectors).data).hexdigest()
