"""The weights of dlib's frontal face detector, read from dlib itself."""

from __future__ import annotations

import logging
import math
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import dlib
import numpy as np

from facecam.core.errors import DependencyError
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.core.types import FloatArray

CHANNELS = 31
WINDOW_CELLS = 10

_CELL_PX = 8
_WINDOW_PX = WINDOW_CELLS * _CELL_PX
_WEIGHTS = CHANNELS * WINDOW_CELLS * WINDOW_CELLS


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class FaceFilters:
    """Linear filters over HOG windows, and how overlapping answers are merged.

    Attributes:
        weights: float32 (F, 31, 10, 10): filter, feature, row, column.
        offsets: float32 (F,); a window's score is its dot product minus this.
        max_iou: of two boxes overlapping more than this, the weaker goes.
        max_covered: likewise, when one is covered to more than this fraction.
    """

    weights: FloatArray
    offsets: FloatArray
    max_iou: float
    max_covered: float


@lru_cache(maxsize=4)
def frontal_face_filters(kept_in: Path | None = None) -> FaceFilters:
    """dlib's five filters: frontal, left, right, and frontal turned either way.

    Args:
        kept_in: file to read them from, made when it is missing or damaged; asking dlib
            takes half a second, reading a file a twentieth of one. None: ask dlib.

    Raises:
        DependencyError: dlib stores its detector in another way than expected.
        DataError: the file cannot be read or written.
    """
    if kept_in is None:
        return parse_filters(_ask_dlib())
    if kept_in.is_file():
        with readable_os_errors("read", kept_in):
            data = kept_in.read_bytes()
        try:
            return parse_filters(data)
        except DependencyError:
            _log.warning("%s is damaged and made again", kept_in)
    data = _ask_dlib()
    filters = parse_filters(data)
    atomic_write(kept_in, data)
    return filters


def _ask_dlib() -> bytes:
    with tempfile.TemporaryDirectory(prefix="facecam-") as folder:
        path = Path(folder) / "hog.svm"
        dlib.get_frontal_face_detector().save(str(path))
        return path.read_bytes()


def parse_filters(data: bytes) -> FaceFilters:
    """Read a serialised dlib `object_detector` of 80×80 px windows.

    Layout, found by reading such a file: integers version, scanner version,
    two zeros, cell size, padding, window width and height, three pyramid
    limits; a float (regularisation); the number of features of a window; the
    two overlap limits; the number of filters; then each filter as a column
    vector of its weights followed by its offset.

    Raises:
        DependencyError: the data are something else.
    """
    reader = _FilterReader(data)
    try:
        head = [reader.integer() for _ in range(11)]
        reader.real()
        size = reader.integer()
        max_iou, max_covered = reader.real(), reader.real()
        vectors = [reader.vector() for _ in range(reader.integer())]
    except (IndexError, OverflowError) as error:
        raise _unexpected() from error
    known = head[:8] == [2, 1, 0, 0, _CELL_PX, 0, _WINDOW_PX, _WINDOW_PX] and size == _WEIGHTS
    if not known or not vectors or any(len(vector) != _WEIGHTS + 1 for vector in vectors):
        raise _unexpected()
    table = np.array(vectors, np.float32)
    weights = table[:, :-1].reshape(-1, CHANNELS, WINDOW_CELLS, WINDOW_CELLS)
    return FaceFilters(weights.copy(), table[:, -1].copy(), max_iou, max_covered)


class _FilterReader:
    """dlib's packed numbers: a byte of sign (0x80) and length, then little-endian bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def integer(self) -> int:
        head = self._data[self._at]
        start, self._at = self._at + 1, self._at + 1 + (head & 0x0F)
        if self._at > len(self._data):
            raise IndexError(self._at)
        value = int.from_bytes(self._data[start : self._at], "little")
        return -value if head & 0x80 else value

    def real(self) -> float:
        mantissa = self.integer()
        return math.ldexp(mantissa, self.integer())

    def vector(self) -> list[float]:
        # dlib stores the two dimensions of a matrix negated.
        rows, columns = abs(self.integer()), abs(self.integer())
        return [self.real() for _ in range(rows * columns)]


def _unexpected() -> DependencyError:
    return DependencyError(
        "the installed dlib stores its face detector in an unknown way",
        hint="Install the pinned version: `python -m pip install -r requirements.txt`.",
    )
