"""Rows of faces as arrays, in the server's binary formats: no Python object per number.

What is sent is a file of COPY: a header of 19 bytes, a record per row and −1 as int16; a record is the number of its
fields (int16), and of each its length (int32) and bytes. A vector is its dimensions (int16), 0 (int16) and float32; all
is big-endian.
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
_SENT: Final = {
    "id": "int8send(id)",
    "person": "int4send(person)",
    "alignment": "int2send(alignment)",
    "embedding": "vector_send(embedding)",
}
_CHUNK: Final = 1 << 22
_BLOCK_BYTES: Final = 1 << 26


def fetch(
    connection: Connection, columns: Sequence[str], where: str, values: Sequence[object], dimensions: int
) -> NDArray[np.void]:
    """Rows of `facecam.face` by rising id, as a structured array with a field per column.

    They come as long byte strings, a block each: as rows they would be an object of Python each.

    Args:
        connection: with a transaction.
        columns: `id` and others of `person`, `alignment`, `embedding`.
        where, values: condition, with its placeholders.
        dimensions: of every embedding.

    Raises:
        GalleryError: a row is not what belongs there.
    """
    record = np.dtype([field for name in columns for field in _fields(name, dimensions)])
    block = max(1, _BLOCK_BYTES // record.itemsize)
    statement = (
        f"SELECT count(*), coalesce(string_agg({' || '.join(_SENT[name] for name in columns)}, ''::bytea"
        f" ORDER BY id), ''::bytea) FROM (SELECT * FROM facecam.face WHERE {where} AND id > %s"
        f" ORDER BY id LIMIT {block}) AS block"
    ).encode()
    found, last = [np.zeros(0, record)], 0
    while True:
        row = connection.cursor(binary=True).execute(statement, [*values, last]).fetchone()
        count, content = row or (0, b"")
        if len(content) != count * record.itemsize:
            raise _strange(dimensions)
        rows = np.frombuffer(content, record)
        if "embedding" in columns and not (rows["embedding dimensions"] == dimensions).all():
            raise _strange(dimensions)
        found.append(rows)
        if count < block:
            return np.concatenate(found)
        last = int(rows["id"][-1])


def _strange(dimensions: int) -> GalleryError:
    return GalleryError(
        f"the shared database holds vectors that are not of {dimensions} values",
        hint="Restore it from its pg_dump.",
    )


def send(
    connection: Connection,
    persons: NDArray[np.integer],
    alignments: NDArray[np.integer],
    vectors: NDArray[np.float32],
    kind: int,
    model: int,
    ids: NDArray[np.integer] | None = None,
) -> None:
    """Add rows to `facecam.face`: persons (N,), alignments (N,), vectors (N, D), ids (N,); None: the next ones."""
    written = _WRITTEN if ids is None else (*_WRITTEN, "id")
    fields: list[tuple[Any, ...]] = [("fields", ">i2")]
    for name in written:
        fields += [(f"{name} length", ">i4"), *_fields(name, vectors.shape[1])]
    rows = np.zeros(len(vectors), fields)
    rows["fields"], rows["embedding dimensions"] = len(written), vectors.shape[1]
    for name in written:
        rows[f"{name} length"] = rows.dtype[name].itemsize + (4 if name == "embedding" else 0)
    rows["person"], rows["kind"], rows["model"] = persons, kind, model
    rows["alignment"], rows["embedding"] = alignments, vectors
    if ids is not None:
        rows["id"] = ids
    with connection.cursor().copy(
        f"COPY facecam.face ({', '.join(written)}) FROM STDIN (FORMAT binary)".encode()
    ) as copy:
        for part in _parts(_HEADER, rows.tobytes(), _TRAILER):
            copy.write(part)


def _parts(*contents: bytes) -> Iterable[bytes]:
    for content in contents:
        for start in range(0, len(content), _CHUNK):
            yield content[start : start + _CHUNK]


def _fields(name: str, dimensions: int) -> list[tuple[Any, ...]]:
    if name != "embedding":
        return [(name, _TYPES[name])]
    return [("embedding dimensions", ">i2"), ("unused", ">i2"), (name, ">f4", (dimensions,))]
