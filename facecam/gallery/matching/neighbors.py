"""Nearest-neighbor index for very large galleries."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, read_file, sha256_file
from facecam.core.types import FloatArray
from facecam.gallery.matching.rows import RowsByOwner

_log = logging.getLogger(__name__)

#: Up to here every vector is compared: it takes milliseconds and misses nobody.
EXACT_UP_TO: Final = 100_000
#: Rows asked for per face: enough that the nearest three of the nearest people are among them.
CANDIDATES: Final = 64
INDEX_FILE: Final = "nearest.index"
ABOUT_FILE: Final = "nearest.json"
#: So many, nearest by the index's values of one byte, are compared by the vectors themselves.
_ROUGHLY_NEAR: Final = 2 * CANDIDATES
#: Edges per vector and how widely is searched while building; an index made otherwise is not used.
_PARAMETERS: Final = {"connectivity": 16, "expansion_add": 64, "dtype": "i8", "metric": "ip"}
#: How widely is searched while looking: see docs/EVALUATION.md.
SEARCHED: Final = 768
_ADD_TOGETHER = 5_000


class NearRows(Protocol):
    """Finds rows of a gallery near a face."""

    def near(self, vector: FloatArray) -> NDArray[np.int64]:
        """Rows near one of float32 (D,), unit length, at most `CANDIDATES`, nearest first."""
        ...


class NeighborIndex:
    """A graph of near vectors. (HNSW: Malkov and Yashunin, 2018; package usearch)

    The graph holds the vectors in bytes, a quarter of the memory; what it
    finds is compared again by the vectors themselves.

    Args:
        vectors: float32 (M, D), unit rows; kept as they are, not copied.
    """

    def __init__(self, vectors: FloatArray) -> None:
        from usearch.index import Index  # Only very large galleries need it.

        self._vectors = vectors
        self._index = Index(ndim=vectors.shape[1], expansion_search=SEARCHED, **_PARAMETERS)

    def __len__(self) -> int:
        return len(self._index)

    def build(self, on_event: EventSink = ignore, cancel: CancelToken = NEVER) -> None:
        """Take in the rows that are not in it yet."""
        total = len(self._vectors)
        for first in range(len(self), total, _ADD_TOGETHER):
            cancel.check()
            part = self._vectors[first : first + _ADD_TOGETHER]
            keys = np.arange(first, first + len(part), dtype=np.uint64)
            # By one thread: of several, one that is interrupted loses edges, and with them now and then somebody.
            self._index.add(keys, part, threads=1)
            on_event(Progress("index of faces", len(self), total))

    def near(self, vector: FloatArray) -> NDArray[np.int64]:
        """Rows near one of float32 (D,), unit length, at most `CANDIDATES`, nearest first."""
        found = self._index.search(vector, min(_ROUGHLY_NEAR, len(self)))
        rows = np.asarray(found.keys, np.int64)
        return rows[np.argsort(-(self._vectors[rows] @ vector), kind="stable")[:CANDIDATES]]

    def save(self, path: Path) -> None:
        """Write the graph, whole or not at all.

        Raises:
            DataError: it cannot be written.
        """
        atomic_write(path, bytes(self._index.save() or b""), private=True)

    def load(self, path: Path) -> None:
        """Read the graph; the caller has made sure that the file is ours and whole.

        Raises:
            DataError: it cannot be read.
            ValueError: it holds something else.
            RuntimeError: the same, as usearch says it.
        """
        self._index.load(read_file(path))
        if self._index.ndim != self._vectors.shape[1] or len(self) > len(self._vectors):
            raise ValueError(
                f"expected rows of {self._vectors.shape}. Received: {len(self)} × {self._index.ndim}"
            )


class NearPeople:
    """The people with a vector among the near ones of a face."""

    def __init__(self, index: NearRows, owners: NDArray[np.int32]) -> None:
        self._index, self._owners, self._rows = index, owners, RowsByOwner(owners)

    def people(self, query: FloatArray) -> NDArray[np.int64]:
        """Their numbers, rising."""
        return np.unique(self._owners[self._index.near(query)]).astype(np.int64)

    def of(self, query: FloatArray) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Each of them with all their rows."""
        for person in self.people(query).tolist():
            yield person, self._rows[person]


def open_index(
    folder: Path, vectors: FloatArray, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> NeighborIndex:
    """The index of a gallery's vectors, kept in the database folder beside the generations.

    Rows added to the gallery since are added to it; after any other change it
    is built anew, which takes minutes for a million vectors. A file that is
    damaged or of other vectors is not used. Where the folder cannot be
    written the index is made for this run only.

    Args:
        folder: the database.
        vectors: float32 (M, D), unit rows.
        on_event: gets `Progress("index of faces", …)`, and a notice when it cannot be kept.
        cancel: asked every 5,000 vectors.
    """
    index = _kept(folder, vectors)
    if len(index) < len(vectors):
        index.build(on_event, cancel)
        try:
            _keep(folder, index, vectors)
        except DataError as error:
            on_event(Notice(f"the index of faces is not kept: {error.message}", error.hint))
    return index


def _kept(folder: Path, vectors: FloatArray) -> NeighborIndex:
    """The index on disk; an empty one where there is none that fits."""
    index = NeighborIndex(vectors)
    try:
        about = parse_json(at_rest.read_text(folder / ABOUT_FILE))
        if about == _about(folder, vectors[: int(about["count"])]):
            index.load(folder / INDEX_FILE)
    except (OSError, KeyError, TypeError):
        pass  # There is none, or half of one: it is made anew.
    except (DataError, RuntimeError, ValueError) as error:
        _log.info("the index of faces is made anew: %s", error)
        return NeighborIndex(vectors)
    return index


def _about(folder: Path, vectors: FloatArray) -> dict[str, Any]:
    """What an index file is used for: nothing else than it says."""
    return {
        "count": len(vectors),
        "vectors": _digest(vectors),
        "index": sha256_file(folder / INDEX_FILE),
        "parameters": _PARAMETERS,
    }


def _keep(folder: Path, index: NeighborIndex, vectors: FloatArray) -> None:
    index.save(folder / INDEX_FILE)
    atomic_write(folder / ABOUT_FILE, json.dumps(_about(folder, vectors)).encode(), private=True)


def _digest(vectors: FloatArray) -> str:
    return hashlib.sha256(np.ascontiguousarray(vectors).data).hexdigest()
