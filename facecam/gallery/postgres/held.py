"""What the server holds: read into a frozen gallery, and changed by what differs in another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import Alignment, AlignmentCodes, Embeddings, FloatArray, Identity
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.kept_vectors import KeptVectors
from facecam.gallery.postgres.rows import fetch, send
from facecam.gallery.postgres.schema import KEPT, REJECTIONS, VECTORS
from facecam.gallery.rejections import NO_REJECTIONS, Rejections
from facecam.gallery.storage.document import threshold_rule, threshold_score, usable_threshold

if TYPE_CHECKING:
    from psycopg import Connection

#: Kinds of row and models there are rows of, by their first row: models of kept vectors have an order.
_GROUPS: Final = """
SELECT kind, number, model_id, dimensions FROM (
    SELECT kind, model.*, (
        SELECT min(id) FROM facecam.face WHERE face.kind = kinds.kind AND model = number) AS first
    FROM facecam.model, unnest(ARRAY[0, 1, 2]::smallint[]) AS kinds(kind)) AS each
WHERE first IS NOT NULL ORDER BY first
"""
#: Kind of row and number of the model.
_Key = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of one kind and model, N: ids (none yet where they are to be written), persons, vectors (N, D)."""

    persons: NDArray[np.int64]
    alignments: AlignmentCodes
    vectors: FloatArray
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def equals(self, other: Rows | None) -> bool:
        """Whether the same stands in both, in the same order."""
        return other is not None and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("persons", "alignments", "vectors")
        )


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The gallery at one moment, and under which numbers the server has it.

    Attributes:
        revision: rises with every change; 0: nothing was ever saved.
        forgotten: the revision of the last deletion.
        gallery: None: nothing was ever saved.
        numbers: of the people, in their order.
        rows: of faces, in the order of the server.
        outdated_threshold: one that was found with another rule of matching.
    """

    revision: int = 0
    forgotten: int = 0
    gallery: Gallery | None = None
    numbers: tuple[int, ...] = ()
    rows: Mapping[_Key, Rows] = field(default_factory=dict)
    outdated_threshold: float | None = None


def read(connection: Connection, before: Held) -> Held:
    """What the server holds now; of the vectors only those are fetched that `before` does not have.

    Raises:
        GalleryError, ValueError: it makes no sense.
    """
    (revision, forgotten, model, model_id, dimensions, alignment, threshold, rule) = _one(
        connection,
        "SELECT revision, forgotten, model, model_id, dimensions, alignment, threshold, threshold_rule"
        " FROM facecam.gallery LEFT JOIN facecam.model ON number = model",
    )
    if revision == before.revision:
        return before
    if model is None:
        return Held(revision, forgotten)
    if revision < before.revision:  # An older copy of this database: numbers mean something else.
        before = Held()
    numbers, people = _people(connection)
    found = {
        (kind, number): (name, _rows(connection, kind, number, values, before.rows.get((kind, number))))
        for kind, number, name, values in connection.execute(_GROUPS.encode()).fetchall()
    }
    gallery = _assembled(plain(model_id), model, dimensions, numbers, people, found)
    usable = usable_threshold(threshold, rule)
    gallery = replace(gallery, alignment=cast(Alignment, alignment)).with_threshold(
        usable, threshold_score(rule)
    )
    rows = {key: one for key, (_, one) in found.items()}
    return Held(revision, forgotten, gallery, numbers, rows, None if usable is not None else threshold)


def _people(connection: Connection) -> tuple[tuple[int, ...], tuple[Person, ...]]:
    """Their numbers, and they themselves, in their order."""
    found = connection.execute(
        "SELECT number, id, name, created, consent FROM facecam.person ORDER BY place"
    ).fetchall()
    people = (
        Person(Identity(plain(id_), plain(name)), created, None if consent is None else plain(consent))
        for _, id_, name, created, consent in found
    )
    return tuple(number for number, *_ in found), tuple(people)


def _assembled(
    model_id: str,
    model: int,
    dimensions: int,
    numbers: tuple[int, ...],
    people: tuple[Person, ...],
    found: Mapping[_Key, tuple[str, Rows]],
) -> Gallery:
    places = np.full(max(numbers, default=0) + 1, -1, np.int32)
    places[list(numbers)] = np.arange(len(numbers))
    _, own = found.get((VECTORS, model), ("", _no_rows(dimensions)))
    _, rejected = found.get((REJECTIONS, model), ("", _no_rows(dimensions)))
    rejections = Rejections(rejected.vectors, places[rejected.persons], rejected.alignments)
    kept = tuple(
        KeptVectors(Embeddings(rows.vectors, plain(name), rows.alignments), places[rows.persons])
        for (kind, _), (name, rows) in found.items()
        if kind == KEPT
    )
    return Gallery(
        model_id,
        people,
        own.vectors,
        places[own.persons],
        rejections=rejections if len(rejections) else NO_REJECTIONS,
        alignments=own.alignments,
        kept=kept,
    )


def _no_rows(dimensions: int) -> Rows:
    return Rows(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros((0, dimensions), np.float32))


def _rows(connection: Connection, kind: int, model: int, dimensions: int, known: Rows | None) -> Rows:
    where, values = "kind = %s AND model = %s", [kind, model]
    heads = fetch(connection, ("id", "person"), where, values, dimensions)
    ids = heads["id"].astype(np.int64)
    known = known or _no_rows(dimensions)
    there = np.isin(known.ids, ids, assume_unique=True)
    new = fetch(
        connection,
        ("id", "alignment", "embedding"),
        f"{where} AND id > %s",
        [*values, int(known.ids.max(initial=0))],
        dimensions,
    )
    alignments = np.concatenate([known.alignments[there], new["alignment"].astype(np.uint8)])
    fresh = new["embedding"].astype(np.float32)
    vectors = fresh if not there.any() else np.concatenate([known.vectors[there], fresh])
    return Rows(heads["person"].astype(np.int64), alignments, vectors, ids)


def write(connection: Connection, before: Held, gallery: Gallery, *, forget: bool) -> int:
    """Make `gallery` of what the server holds; returns the new revision.

    Args:
        connection: with a transaction that has locked the row of `facecam.gallery`.
        before: what is held, read in this transaction.
        gallery: what shall be.
        forget: whoever is not there any more was deleted: their visits go with them.
    """
    numbers, gone = _write_people(connection, before, gallery)
    model = _model_number(connection, gallery.model_id, gallery.dimensions)
    of = np.array(numbers, np.int64)
    rejections = gallery.rejections
    wanted: dict[_Key, Rows] = {
        (VECTORS, model): Rows(of[gallery.owners], gallery.alignments, gallery.vectors),
        (REJECTIONS, model): Rows(of[rejections.owners], rejections.alignments, rejections.vectors),
    }
    kept = {
        (KEPT, _model_number(connection, one.model_id, one.embeddings.vectors.shape[1])): Rows(
            of[one.owners], one.embeddings.alignments, one.embeddings.vectors
        )
        for one in gallery.kept
    }
    held = dict(before.rows)
    held_kept = {key: rows for key, rows in held.items() if key[0] == KEPT}
    if [*kept] != [*held_kept] or not all(rows.equals(held_kept[key]) for key, rows in kept.items()):
        # Few, and their order counts: written anew.
        connection.execute("DELETE FROM facecam.face WHERE kind = %s", [KEPT])
        held = {key: rows for key, rows in held.items() if key[0] != KEPT}
    wanted |= kept
    for key in {**held, **wanted}:
        _write_rows(connection, key, held.get(key), wanted.get(key))
    if gone:
        if not forget:  # Merged: whose visits they are is said next.
            connection.execute("UPDATE facecam.visit SET person = NULL WHERE person = ANY(%s)", [gone])
        connection.execute("DELETE FROM facecam.person WHERE number = ANY(%s)", [gone])
    (revision,) = _one(
        connection,
        "UPDATE facecam.gallery SET revision = revision + 1, model = %s, alignment = %s, threshold = %s,"
        " threshold_rule = %s, forgotten = CASE WHEN %s THEN revision + 1 ELSE forgotten END RETURNING revision",
        [model, gallery.alignment, gallery.threshold, threshold_rule(gallery), forget],
    )
    return int(revision)


def _write_people(connection: Connection, before: Held, gallery: Gallery) -> tuple[list[int], list[int]]:
    """The numbers of everybody, in their order, and of those who go."""
    known = {
        person.identity.id: (number, place, person)
        for place, (number, person) in enumerate(
            zip(before.numbers, before.gallery.people if before.gallery else (), strict=True)
        )
    }
    following = max(before.numbers, default=0) + 1
    numbers, new, changed = [], [], []
    for place, person in enumerate(gallery.people):
        number, *there = known.pop(person.identity.id, (following,))
        consent = None if person.consent is None else stored(person.consent)
        values = (place, stored(person.identity.name), person.created, consent)
        if not there:
            following += 1
            new.append((number, stored(person.identity.id), *values))
        elif there != [place, person]:
            changed.append((*values, number))
        numbers.append(number)
    with connection.cursor() as cursor:
        columns = "(number, id, place, name, created, consent)"
        with cursor.copy(f"COPY facecam.person {columns} FROM STDIN".encode()) as copy:
            for row in new:
                copy.write_row(row)
        cursor.executemany(
            "UPDATE facecam.person SET place = %s, name = %s, created = %s, consent = %s WHERE number = %s",
            changed,
        )
    return numbers, [number for number, *_ in known.values()]


def _write_rows(connection: Connection, key: _Key, held: Rows | None, wanted: Rows | None) -> None:
    """Of the rows held stay those that are wanted, in their order; what else is wanted comes behind them."""
    stay = np.zeros(0, np.int64) if held is None or wanted is None else _staying(held, wanted)
    taken = len(stay)
    if held is not None and taken < len(held.ids):
        gone = np.delete(held.ids, stay).tolist()
        connection.execute("DELETE FROM facecam.face WHERE id = ANY(%s)", [gone])
    if wanted is None:
        return
    if held is not None:
        moved = np.flatnonzero(held.persons[stay] != wanted.persons[:taken])
        connection.execute(
            "UPDATE facecam.face SET person = new.person"
            " FROM unnest(%s::bigint[], %s::int[]) AS new(id, person) WHERE face.id = new.id",
            [held.ids[stay[moved]].tolist(), wanted.persons[moved].tolist()],
        )
    send(connection, wanted.persons[taken:], wanted.alignments[taken:], wanted.vectors[taken:], *key)


def _staying(held: Rows, wanted: Rows) -> NDArray[np.int64]:
    """Places of the rows held that are the first so many of those wanted."""
    count = len(held.ids)
    if np.array_equal(held.alignments, wanted.alignments[:count]) and np.array_equal(
        held.vectors, wanted.vectors[:count]
    ):
        return np.arange(count)
    found: list[int] = []
    there, keys = _keys(held), _keys(wanted)
    for place, one in enumerate(there):
        if len(found) < len(keys) and one == keys[len(found)]:
            found.append(place)
    return np.array(found, np.int64)


def _keys(rows: Rows) -> list[bytes]:
    return [
        bytes([alignment]) + vector.tobytes()
        for alignment, vector in zip(rows.alignments.tolist(), rows.vectors, strict=True)
    ]


def _model_number(connection: Connection, model_id: str, dimensions: int) -> int:
    """Of a model and the length of its vectors."""
    (number,) = _one(
        connection,
        "INSERT INTO facecam.model SELECT coalesce(max(number), 0) + 1, %(id)s, %(values)s FROM facecam.model"
        " ON CONFLICT (model_id) DO UPDATE SET dimensions = %(values)s RETURNING number",
        {"id": stored(model_id), "values": dimensions},
    )
    return int(number)


def _one(
    connection: Connection, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(statement.encode(), values).fetchone()
    assert row is not None
    return row


def stored(text: str) -> str:
    """A text as the server takes it: what is no UTF-8, or NUL, is written as JSON behind a backslash."""
    if text.startswith("\\") or "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        return "\\" + json.dumps(text)
    return text


def plain(text: str) -> str:
    """The reverse of `stored`."""
    return str(json.loads(text[1:])) if text.startswith("\\") else text
