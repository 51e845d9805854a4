"""Import checks: what vectors and names from elsewhere must satisfy before they enter a gallery."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facecam.core.errors import DataError, GalleryError
from facecam.core.paths import printable
from facecam.core.types import FloatArray
from facecam.gallery.names import fresh_name

#: Values in a vector of face_recognition and of the earlier FaceNet systems.
ENCODING_DIMENSIONS = 128

_HINT = "Remove or replace that entry in the file, then import again."
_SHORTEST = 1e-6


def unit_rows(values: object, where: str, dimensions: int) -> FloatArray:
    """`values`, one vector or several, as float32 (n, dimensions) rows of norm 1.

    Args:
        values: (D,) or (n, D) numbers; an array or nested lists.
        where: names the entry in errors.
        dimensions: the D wanted.

    Raises:
        DataError: no numbers, ragged, another D, none at all, NaN, infinite or zero.
    """
    rows = np.atleast_2d(_numbers(values, where))
    if rows.size == 0:
        raise DataError(f"{where} is empty", hint=_HINT)
    if rows.ndim != 2 or rows.shape[1] != dimensions:
        raise DataError(
            f"{where} has the shape {rows.shape} where vectors of {dimensions} values belong",
            hint="Import vectors of the same kind of model only.",
        )
    with np.errstate(over="ignore"):  # squares of absurdly large values: refused as infinite below
        norms = np.linalg.norm(rows, axis=1)
    _refuse_row(~np.isfinite(norms), where, "holds values that are not finite numbers (NaN or infinite)")
    _refuse_row(norms < _SHORTEST, where, "is all zeros: no face has this vector")
    return np.asarray(rows / norms[:, None], np.float32)


def imported_name(name: str, where: str) -> str:
    """`name` cleaned.

    Raises:
        DataError: it is empty or holds control characters; says `where`.
    """
    try:
        return fresh_name(name)
    except GalleryError as error:
        raise DataError(f"{where}: {error.message}", hint=error.hint) from error


def shown(path: Path) -> str:
    """A file's name for messages."""
    return printable(path.name)


def _numbers(values: object, where: str) -> np.ndarray:
    try:
        array = np.asarray(values)
    except (ValueError, OverflowError) as error:
        raise DataError(f"{where} holds vectors of different lengths", hint=_HINT) from error
    if array.size and array.dtype.kind not in "iuf":
        raise DataError(f"{where} holds something else than numbers", hint=_HINT)
    return array.astype(np.float64) if array.size else array


def _refuse_row(bad: np.ndarray, where: str, reason: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0]) + 1
        raise DataError(f"{where}: row {row} of {len(bad)} {reason}", hint=_HINT)
