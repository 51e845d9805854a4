"""Imported face encodings, above all of the `face_recognition` package.

Its encodings are the vectors of dlib's network before normalisation: divided
by their norm they are ours. Accepted files:

- `.npy`: an (N, 128) array, its names in a .txt (one a line) or .json (a list)
  of the same name beside it, or given;
- `.npz`: one array per person, named like the person; or two arrays
  `encodings` (N, 128) and `names` (N,);
- `.json`: `{name: vector or list of vectors}`,
  `[{"name": …, "encoding": vector or list of vectors}, …]`, or
  `{"encodings": [vector, …], "names": [name, …]}`.

Pickles are refused: reading one can run any program.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np

from facecam.core.errors import DataError
from facecam.core.paths import printable, read_file
from facecam.core.types import FloatArray
from facecam.gallery.storage.imported import (
    ENCODING_DIMENSIONS,
    imported_name,
    shown,
    unit_rows,
)
from facecam.gallery.storage.npy import NotAnArray, PickledData, parse_npy

#: Bytes an .npz may unpack to: a million vectors, and no more from a zip bomb.
MAX_UNPACKED_BYTES = 1 << 30
#: Of text: 100,000 encodings have 260 MB, and become five times as much in memory.
_MOST_JSON_BYTES = 1 << 28
#: A million names.
MOST_NAMES_BYTES = 20_000_000

_JSON_HINT = 'Write it like {"Ada": [[0.1, …]]} or [{"name": "Ada", "encoding": [0.1, …]}].'
_PICKLE_SUFFIXES = (".pkl", ".pickle", ".p", ".dat")
_NAMES_HINT = "Give the names, or put them beside the file as .txt (one a line) or .json (a list)."
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)

#: Where an entry stands in its file, the name it has there, its vectors.
_Entry = tuple[str, str, object]


def import_encodings(
    path: Path, names: Sequence[str] | str | None = None, dimensions: int = ENCODING_DIMENSIONS
) -> dict[str, FloatArray]:
    """Vectors by person's name, from a file of encodings.

    Args:
        path: .npy, .npz or .json, see above.
        names: for .npy only: one for each row, or one text for all rows.
        dimensions: values in a vector.

    Returns:
        Name → float32 (n, dimensions), rows of norm 1, in the order of the
        file; entries of one name are put together.

    Raises:
        DataError: a pickle, another format, wrong dimension, NaN, zero or
            empty entries (the message names the entry), missing names.
    """
    suffix = path.suffix.lower()
    content = read_file(path, _MOST_JSON_BYTES if suffix == ".json" else MAX_UNPACKED_BYTES)
    if content[:1] == b"\x80" or suffix in _PICKLE_SUFFIXES:
        _refuse_pickle(path)
    if suffix == ".npy":
        entries = _npy_entries(path, content, names)
    elif suffix == ".npz":
        entries = _npz_entries(path, content)
    elif suffix == ".json":
        entries = _json_entries(path, content)
    else:
        raise DataError(
            f"{shown(path)} is no file of encodings that facecam reads",
            hint="Choose a .npy, .npz or .json file.",
        )
    return _collected(entries, shown(path), dimensions)


def _collected(entries: list[_Entry], file: str, dimensions: int) -> dict[str, FloatArray]:
    if not entries:
        raise DataError(f"{file} holds no encodings", hint="Choose a file with at least one person.")
    collected: dict[str, list[FloatArray]] = {}
    for place, name, values in entries:
        where = f"{file}: {place}"
        collected.setdefault(imported_name(name, where), []).append(unit_rows(values, where, dimensions))
    return {name: np.concatenate(vectors) for name, vectors in collected.items()}


# ---------------------------------------------------------------------- .npy and .npz


def _npy_entries(path: Path, content: bytes, names: Sequence[str] | str | None) -> list[_Entry]:
    rows = np.atleast_2d(_array(path, content, shown(path)))
    if isinstance(names, str):
        return [("the array", names, rows)]
    return _paired(shown(path), list(_sibling_names(path) if names is None else names), rows)


def _npz_entries(path: Path, content: bytes) -> list[_Entry]:
    arrays = {
        name: _array(path, member, f"{shown(path)}: '{printable(name)}'")
        for name, member in _unpacked(path, content).items()
    }
    if arrays.keys() != {"encodings", "names"}:
        return [(f"'{printable(name)}'", name, array) for name, array in arrays.items()]
    if arrays["names"].dtype.kind not in "US":
        raise DataError(f"{shown(path)}: 'names' holds no texts", hint="Save the names as an array of texts.")
    names = [_decoded(name) for name in np.atleast_1d(arrays["names"]).ravel().tolist()]
    return _paired(shown(path), names, np.atleast_2d(arrays["encodings"]))


def _paired(file: str, names: list[str], rows: np.ndarray | list[object]) -> list[_Entry]:
    if len(names) != len(rows):
        raise DataError(f"{file}: {len(names)} names for {len(rows)} encodings", hint=_NAMES_HINT)
    return [
        (f"row {number} ('{printable(name)}')", name, row)
        for number, (name, row) in enumerate(zip(names, rows, strict=True), start=1)
    ]


def _array(path: Path, content: bytes, where: str) -> np.ndarray:
    try:
        return parse_npy(content)
    except PickledData:
        _refuse_pickle(path)
    except NotAnArray as error:
        raise DataError(
            f"{where} cannot be used: {error}",
            hint="Save the encodings again with numpy.save or numpy.savez.",
        ) from error


def _unpacked(path: Path, content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise DataError(
                    f"{shown(path)} unpacks to more than {MAX_UNPACKED_BYTES >> 20} MB",
                    hint="Split it into smaller files.",
                )
            return {member.filename.removesuffix(".npy"): archive.read(member) for member in members}
    except _ZIP_FAULTS as error:
        raise DataError(
            f"{shown(path)} is damaged or no .npz file ({error})", hint="Save it again with numpy.savez."
        ) from error


def _decoded(name: str | bytes) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name


def _sibling_names(path: Path) -> list[str]:
    text, listing = path.with_suffix(".txt"), path.with_suffix(".json")
    if text.is_file():
        return [line for line in _text(text).splitlines() if line.strip()]
    if listing.is_file():
        names = _parsed(listing, read_file(listing, MOST_NAMES_BYTES))
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return [str(name) for name in names]
        raise DataError(f"{shown(listing)} is not a list of names", hint='Write it like ["Ada", "Grace"].')
    raise DataError(f"{shown(path)} does not say whose encodings it holds", hint=_NAMES_HINT)


# ---------------------------------------------------------------------- .json


def _json_entries(path: Path, content: bytes) -> list[_Entry]:
    document = _parsed(path, content)
    if isinstance(document, dict) and document.keys() == {"encodings", "names"}:
        return _json_pairs(shown(path), document["names"], document["encodings"])
    if isinstance(document, dict):
        return [(f"'{printable(name)}'", name, values) for name, values in document.items()]
    if isinstance(document, list) and document and not any(isinstance(one, dict) for one in document):
        raise DataError(
            f"{shown(path)} does not say whose encodings it holds: entry 1 has no 'name'", hint=_JSON_HINT
        )
    if isinstance(document, list):
        return [_listed_entry(shown(path), number, entry) for number, entry in enumerate(document, start=1)]
    raise DataError(
        f"{shown(path)} is neither an object nor a list",
        hint=_JSON_HINT,
    )


def _json_pairs(file: str, names: object, rows: object) -> list[_Entry]:
    if (
        not isinstance(names, list)
        or not all(isinstance(name, str) for name in names)
        or not isinstance(rows, list)
    ):
        raise DataError(f"{file}: 'names' and 'encodings' are no lists of texts and vectors", hint=_JSON_HINT)
    return _paired(file, names, rows)


def _listed_entry(file: str, number: int, entry: object) -> _Entry:
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(name, str) or "encoding" not in entry:
        raise DataError(
            f"{file}: entry {number} has no 'name' and 'encoding'",
            hint='Write every entry like {"name": "Ada", "encoding": [0.1, …]}.',
        )
    return f"entry {number} ('{printable(name)}')", name, entry["encoding"]


def _parsed(path: Path, content: bytes) -> object:
    try:
        return json.loads(content.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{shown(path)} cannot be read as JSON: {error}", hint="Mend the file, then import again."
        ) from error


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):  # json would keep the last one only, and lose a person's vectors
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"'{printable(twice)}' occurs twice")
    return document


def _text(path: Path) -> str:
    try:
        return read_file(path, MOST_NAMES_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{shown(path)} is not UTF-8 text", hint="Save it as UTF-8.") from error


def _refuse_pickle(path: Path) -> NoReturn:
    loaded = "pickle.load(open(F, 'rb'))"
    if path.suffix.lower() in (".npy", ".npz"):
        loaded = "numpy.load(F, allow_pickle=True).item()"
    raise DataError(
        f"{shown(path)} holds pickled Python objects, which could run any program when read",
        hint="If you trust it, convert it in Python (F is the file): "
        f"import numpy, pickle; d = {loaded}; "
        "numpy.savez('encodings.npz', encodings=d['encodings'], names=d['names'])",
    )
