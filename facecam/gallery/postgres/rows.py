"""Rows of faces in the binary format of COPY: arrays in, arrays out, no Python object per number.

A file is a header of 19 bytes, a record per row and −1 as int16; a record is the number of its fields (int16), and of
each its length (int32) and bytes. A vector is its dimensions (int16), 0 (int16) and float32; all big-endian.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import GalleryError

if TYPE_CHECKING:
    from psycopg import Connection

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_TYPES: Final = {"id": ">i8", "person": ">i4", "kind": ">i2", "model": ">i4", "alignment": ">i2"}
_WRITTEN: Final = ("person", "kind", "model", "alignment", "embedding")
_CHUNK: Final = 1 << 22


def fetch(
    connection: Connection, columns: Sequence[str], where: str, values: Sequence[object], dimensions: int
) -> NDArray[np.void]:
    """Rows of `facecam.face` by rising id, as a structured array with a field per column.

    Args:
        connection: with a transaction.
        columns: of `id`, `person`, `alignment`, `embedding`.
        where, values: condition, with its placeholders.
        dimensions: of every embedding.

    Raises:
        GalleryError: a row is not what belongs there.
    """
    chosen = f"SELECT {', '.join(columns)} FROM facecam.face WHERE {where} ORDER BY id"
    with connection.cursor().copy(f"COPY ({chosen}) TO STDOUT (FORMAT binary)".encode(), values) as copy:
        content = b"".join(copy)
    record = _record(columns, dimensions)
    body = content[len(_HEADER) : len(content) - len(_TRAILER)]
    rows = np.frombuffer(body, record) if len(body) % record.itemsize == 0 else None
    if rows is None or ("embedding" in columns and not (rows["embedding dimensions"] == dimensions).all()):
        raise GalleryError(
            f"the shared database holds vectors that are not of {dimensions} values",
            hint="Restore it from its pg_dump.",
        )
    return rows


def send(
    connection: Connection,
    persons: NDArray[np.integer],
    alignments: NDArray[np.integer],
    vectors: NDArray[np.float32],
    kind: int,
    model: int,
) -> None:
    """Add rows to `facecam.face`: persons (N,), alignments (N,), vectors (N, D)."""
    record = _record(_WRITTEN, vectors.shape[1])
    rows = np.zeros(len(vectors), record)
    rows["fields"], rows["embedding dimensions"] = len(_WRITTEN), vectors.shape[1]
    for name in _WRITTEN:
        fields: Any = record.fields
        rows[f"{name} length"] = fields[name][0].itemsize + (4 if name == "embedding" else 0)
    rows["person"], rows["kind"], rows["model"] = persons, kind, model
    rows["alignment"], rows["embedding"] = alignments, vectors
    with connection.cursor().copy(
        f"COPY facecam.face ({', '.join(_WRITTEN)}) FROM STDIN (FORMAT binary)".encode()
    ) as copy:
        for part in _parts(_HEADER, rows.tobytes(), _TRAILER):
            copy.write(part)


def _parts(*contents: bytes) -> Iterable[bytes]:
    for content in contents:
        for start in range(0, len(content), _CHUNK):
            yield content[start : start + _CHUNK]


def _record(columns: Sequence[str], dimensions: int) -> np.dtype[np.void]:
    fields: list[tuple[Any, ...]] = [("fields", ">i2")]
    for name in columns:
        fields.append((f"{name} length", ">i4"))
        if name == "embedding":
            fields += [("embedding dimensions", ">i2"), ("unused", ">i2"), (name, ">f4", (dimensions,))]
        else:
            fields.append((name, _TYPES[name]))
    return np.dtype(fields)
