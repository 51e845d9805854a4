"""The database of FaceNet_TF-2.0: `faces_emb_reference.npy` and `names_reference.txt`.

The array holds float64 [persons, 128], the component-wise median of each
person's embeddings, not of unit length; the text holds the names in one line,
separated by blanks. So a name with a blank in it cannot be written there:
`export_pair` puts `_` for every blank, and `import_pair` leaves `_` alone,
because nobody knows which of them were blanks. Give the names explicitly to
get them back exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from facecam.core.errors import DataError, GalleryError
from facecam.core.paths import atomic_write_together, read_file
from facecam.core.types import FloatArray
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.encodings import MAX_UNPACKED_BYTES, MOST_NAMES_BYTES
from facecam.gallery.storage.imported import (
    ENCODING_DIMENSIONS,
    imported_name,
    shown,
    unit_rows,
)
from facecam.gallery.storage.npy import NotAnArray, npy_bytes, parse_npy

_NAMES_HINT = "Pass the names explicitly, one for each row, in the order of the rows."


def import_pair(
    npy: Path, txt: Path, names: Sequence[str] | None = None, dimensions: int = ENCODING_DIMENSIONS
) -> list[tuple[str, FloatArray]]:
    """Names and reference vectors of an older database, in the order of its rows.

    Args:
        npy: `faces_emb_reference.npy`.
        txt: `names_reference.txt`; not read when `names` is given.
        names: one for each row.
        dimensions: values in a vector.

    Returns:
        (name, float32 (dimensions,) of norm 1) for each row.

    Raises:
        DataError: a file that cannot be read or is no array, as many names as
            rows are not there, or a row that is zero or NaN.
    """
    vectors = unit_rows(_array(npy), shown(npy), dimensions)
    found = list(names) if names is not None else _names(txt)
    if len(found) != len(vectors):
        source = "given" if names is not None else f"in {shown(txt)} (a name with a blank counts as two)"
        raise DataError(
            f"{len(found)} names {source}, but {len(vectors)} rows in {shown(npy)}", hint=_NAMES_HINT
        )
    cleaned = [imported_name(name, f"name {number}") for number, name in enumerate(found, start=1)]
    return list(zip(cleaned, vectors, strict=True))


def export_pair(
    gallery: Gallery, npy: Path, txt: Path, more: Mapping[Path, bytes] = MappingProxyType({})
) -> list[str]:
    """Write `gallery` as an older database; returns the names left out for lack of vectors.

    `more` are files beside it: all are written, or none.

    Raises:
        GalleryError: nobody has vectors, or two names differ only in blanks and `_`.
        DataError: disk full or no permission.
    """
    medians, names, left_out = [], [], []
    for person in gallery.people:
        vectors = gallery.vectors_of(person)
        if len(vectors):
            medians.append(np.median(vectors.astype(np.float64), axis=0))
            names.append(_without_blanks(person.identity.name))
        else:
            left_out.append(person.identity.name)
    _refuse_unusable(names)
    atomic_write_together({npy: npy_bytes(np.stack(medians)), txt: " ".join(names).encode(), **more})
    return left_out


def _refuse_unusable(names: list[str]) -> None:
    if not names:
        raise GalleryError("there are no face vectors to export", hint="Enroll somebody first.")
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise GalleryError(
            f"two people would both be called '{name}' in the old format, which knows no blanks in names",
            hint="Rename one of them, then export again.",
        )


def _without_blanks(name: str) -> str:
    return "".join("_" if char.isspace() else char for char in name)


def _array(npy: Path) -> np.ndarray:
    try:
        array = parse_npy(read_file(npy, MAX_UNPACKED_BYTES))
    except NotAnArray as error:
        raise DataError(
            f"{shown(npy)} cannot be used: {error}",
            hint="Choose the faces_emb_reference.npy of the old system.",
        ) from error
    if array.ndim != 2:
        raise DataError(
            f"{shown(npy)} has the shape {array.shape} where one row for each person belongs",
            hint="Choose the faces_emb_reference.npy of the old system.",
        )
    return array


def _names(txt: Path) -> list[str]:
    try:
        return read_file(txt, MOST_NAMES_BYTES).decode("utf-8-sig").split()
    except UnicodeDecodeError as error:
        raise DataError(f"{shown(txt)} is not UTF-8 text", hint=_NAMES_HINT) from error
