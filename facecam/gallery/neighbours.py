"""Which vectors of a very large gallery are near, without looking at all of them."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.paths import atomic_write, readable_os_errors, sha256_file
from facecam.core.types import FloatArray

_log = logging.getLogger(__name__)

#: Up to here every vector is compared: it takes milliseconds and misses nobody.
EXACT_UP_TO: Final = 100_000
#: Rows asked for per face: enough that the nearest three of the nearest people are among them.
CANDIDATES: Final = 64
INDEX_FILE: Final = "nearest.index"
ABOUT_FILE: Final = "nearest.json"
#: Edges per vector, and how widely is searched while building and while looking: see docs/BENCHMARKS.md.
_PARAMETERS: Final = {
    "connectivity": 16,
    "expansion_add": 64,
    "expansion_search": 96,
    "dtype": "i8",
    "metric": "ip",
}
_ADD_TOGETHER = 20_000


@dataclass(frozen=True, slots=True)
class _About:
    """What an index file holds: it is used for nothing else."""

    count: int
    vectors: str
    index: str
    parameters: dict[str, Any]


class NeighbourIndex:
    """A graph of near vectors. (HNSW: Malkov and Yashunin, 2018; package usearch)

    Args:
        dimensions: D.
    """

    def __init__(self, dimensions: int) -> None:
        from usearch.index import Index  # Only very large galleries need it.

        self._index = Index(ndim=dimensions, **_PARAMETERS)

    def __len__(self) -> int:
        return len(self._index)

    def add(
        self, vectors: FloatArray, on_event: EventSink = ignore, cancel: CancelToken | None = None
    ) -> None:
        """Take in further rows, float32 (N, D), unit length; they continue the numbering."""
        start, total = len(self), len(self) + len(vectors)
        for first in range(0, len(vectors), _ADD_TOGETHER):
            (cancel or CancelToken()).check()
            part = vectors[first : first + _ADD_TOGETHER]
            keys = np.arange(start + first, start + first + len(part), dtype=np.uint64)
            self._index.add(keys, part, threads=os.cpu_count() or 1)
            on_event(Progress("index of faces", len(self), total))

    def near(self, vector: FloatArray) -> NDArray[np.int64]:
        """Rows near one of float32 (D,), unit length, at most `CANDIDATES`, nearest first."""
        return np.asarray(self._index.search(vector, min(CANDIDATES, len(self))).keys, np.int64)

    def save(self, path: Path) -> None:
        """Write the graph, whole or not at all.

        Raises:
            DataError: it cannot be written.
        """
        atomic_write(path, bytes(self._index.save() or b""))

    def load(self, path: Path) -> None:
        """Read the graph; the caller has made sure that the file is ours and whole.

        Raises:
            DataError: it cannot be read.
        """
        with readable_os_errors("read", path):
            self._index.load(path.read_bytes())


def open_index(
    folder: Path, vectors: FloatArray, *, on_event: EventSink = ignore, cancel: CancelToken | None = None
) -> NeighbourIndex:
    """The index of a gallery's vectors, kept in the database folder beside the generations.

    Rows added to the gallery since are added to it; after any other change it
    is built anew, which takes minutes for a million vectors. A file that is
    damaged or of other vectors is not used. Where the folder cannot be
    written the index is made for this run only.

    Args:
        folder: the database.
        vectors: float32 (M, D), unit rows.
        on_event: gets `Progress("index of faces", …)`, and a notice when it cannot be kept.
        cancel: asked every 20,000 vectors.
    """
    index, kept = _kept(folder, vectors)
    if kept < len(vectors):
        index.add(vectors[kept:], on_event, cancel)
        try:
            _keep(folder, index, vectors)
        except DataError as error:
            on_event(Notice(f"the index of faces is not kept: {error.message}", error.hint))
    return index


def _kept(folder: Path, vectors: FloatArray) -> tuple[NeighbourIndex, int]:
    """The index on disk and how many of the rows it holds; an empty one and 0 where there is none that fits."""
    index = NeighbourIndex(vectors.shape[1])
    about = _about(folder / ABOUT_FILE)
    if about is None or about.parameters != _PARAMETERS or about.count > len(vectors):
        return index, 0
    if about.vectors != _digest(vectors[: about.count]):
        return index, 0
    try:
        if sha256_file(folder / INDEX_FILE) != about.index:
            return index, 0
        index.load(folder / INDEX_FILE)
    except (DataError, RuntimeError, ValueError) as error:
        _log.info("the index of faces is made anew: %s", error)
        return NeighbourIndex(vectors.shape[1]), 0
    return index, about.count


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
