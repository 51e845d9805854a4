"""What the server holds: read into a frozen gallery, and changed by what differs in another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

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
#: So many changes are told to who comes later, and of one so many numbers of people and faces: of others, look at all.
_CHANGES_KEPT: Final = 1000
_MOST_NUMBERS: Final = 100_000
#: So many rows are compared at once, at most: they fit into the cache.
_COMPARED: Final = 4096
#: Kind of row and number of the model.
_Key = tuple[int, int]


class _Changed(NamedTuple):
    """Numbers of people who are new, changed or gone, and ids of faces that are gone or another person's."""

    people: NDArray[np.int64]
    faces: NDArray[np.int64]


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


class Numbered(NamedTuple):
    """A person under the server's number, and their place among all: it rises, with gaps."""

    number: int
    place: int
    person: Person


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The gallery at one moment, and under which numbers the server has it.

    Attributes:
        revision: rises with every change; 0: nothing was ever saved.
        mark: the id of the change that made it: a restored copy of the database may count the same revisions.
        forgotten: the last deletion, by revision and mark; empty: none.
        gallery: None: nothing was ever saved.
        people: in their order.
        rows: of faces, in the order of the server.
        outdated_threshold: one that was found with another rule of matching.
    """

    revision: int = 0
    mark: str | None = None
    forgotten: str = ""
    gallery: Gallery | None = None
    people: tuple[Numbered, ...] = ()
    rows: Mapping[_Key, Rows] = field(default_factory=dict)
    outdated_threshold: float | None = None

    @property
    def version(self) -> str:
        """Tells it from every other moment, also of another past; empty: nothing was ever saved."""
        return version(self.revision, self.mark)


def version(revision: int, mark: str | None) -> str:
    """Tells a moment of the gallery from every other; empty: nothing was ever saved."""
    return f"{revision} {mark}" if revision else ""


def read(connection: Connection, before: Held) -> Held:
    """What the server holds now; only what changed is fetched, where that is known, else everything.

    Raises:
        GalleryError, ValueError: it makes no sense.
    """
    (revision, mark, forgotten, deletion, model, model_id, dimensions, alignment, threshold, rule) = _one(
        connection,
        "SELECT gallery.revision, change.id, forgotten, deletion.id, model, model_id, dimensions, alignment,"
        " threshold, threshold_rule FROM facecam.gallery LEFT JOIN facecam.model ON number = model"
        " LEFT JOIN facecam.change ON change.revision = gallery.revision"
        " LEFT JOIN facecam.change AS deletion ON deletion.revision = forgotten",
    )
    if (revision, mark) == (before.revision, before.mark):
        return before
    forgotten = version(forgotten, deletion)
    if model is None:
        return Held(revision, mark, forgotten)
    before, changed = _since(connection, before, revision)
    people = _people(connection, before, changed)
    found = {
        (kind, number): (
            name,
            _rows(connection, (kind, number), _known(before, (kind, number), values), changed),
        )
        for kind, number, name, values in connection.execute(_GROUPS.encode()).fetchall()
    }
    usable = usable_threshold(threshold, rule)
    gallery = _assembled(
        Gallery.empty(plain(model_id), dimensions, cast(Alignment, alignment)).with_threshold(
            usable, threshold_score(rule)
        ),
        model,
        people,
        found,
    )
    rows = {key: one for key, (_, one) in found.items()}
    return Held(revision, mark, forgotten, gallery, people, rows, None if usable is not None else threshold)


def _since(connection: Connection, before: Held, revision: int) -> tuple[Held, _Changed | None]:
    """What to start from, and what of it changed; None: that is not known."""
    if not before.revision:
        return before, None
    changes = connection.execute(
        "SELECT id, people, faces FROM facecam.change WHERE revision >= %s ORDER BY revision",
        [before.revision],
    ).fetchall()
    told = len(changes) == revision - before.revision + 1
    if not changes or not told or changes[0][0] != before.mark:
        return Held(), None  # Too long ago, or another past: numbers mean something else.
    _, *since = changes
    if any(people is None for _, people, _ in since):
        return before, None
    return before, _Changed(
        np.unique([one for _, people, _ in since for one in people]).astype(np.int64),
        np.unique([one for *_, faces in since for one in faces]).astype(np.int64),
    )


def _people(connection: Connection, before: Held, changed: _Changed | None) -> tuple[Numbered, ...]:
    statement, values = "SELECT number, place, id, name, created, consent FROM facecam.person", []
    kept: list[Numbered] = []
    if changed is not None:
        numbers = changed.people.tolist()
        statement, values, others = f"{statement} WHERE number = ANY(%s)", [numbers], set(numbers)
        kept = [one for one in before.people if one.number not in others]
    found = (
        Numbered(
            number,
            place,
            Person(Identity(plain(id_), plain(name)), created, None if consent is None else plain(consent)),
        )
        for number, place, id_, name, created, consent in connection.execute(statement.encode(), values)
    )
    return tuple(sorted([*kept, *found], key=attrgetter("place")))


def _assembled(
    nobody: Gallery, model: int, people: tuple[Numbered, ...], found: Mapping[_Key, tuple[str, Rows]]
) -> Gallery:
    """`nobody` with these people."""
    numbers = np.array([one.number for one in people], np.int64)
    places = np.full(numbers.max(initial=0) + 1, -1, np.int32)
    places[numbers] = np.arange(len(numbers))
    _, own = found.get((VECTORS, model), ("", _no_rows(nobody.dimensions)))
    _, rejected = found.get((REJECTIONS, model), ("", _no_rows(nobody.dimensions)))
    rejections = Rejections(rejected.vectors, places[rejected.persons], rejected.alignments)
    kept = tuple(
        KeptVectors(Embeddings(rows.vectors, plain(name), rows.alignments), places[rows.persons])
        for (kind, _), (name, rows) in found.items()
        if kind == KEPT
    )
    return replace(
        nobody,
        people=tuple(one.person for one in people),
        vectors=own.vectors,
        owners=places[own.persons],
        rejections=rejections if len(rejections) else NO_REJECTIONS,
        alignments=own.alignments,
        kept=kept,
    )


def _known(before: Held, key: _Key, dimensions: int) -> Rows:
    known = before.rows.get(key)
    return known if known is not None and known.vectors.shape[1] == dimensions else _no_rows(dimensions)


def _no_rows(dimensions: int) -> Rows:
    return Rows(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros((0, dimensions), np.float32))


def _rows(connection: Connection, key: _Key, known: Rows, changed: _Changed | None) -> Rows:
    """Those known that are still there, with their persons of now, and behind them the new ones: ids only rise."""
    where, dimensions = "kind = %s AND model = %s AND id", known.vectors.shape[1]
    last = int(known.ids.max(initial=0))
    looked_at = known.ids if changed is None else known.ids[np.isin(known.ids, changed.faces)]
    which, values = ("<= %s", last) if changed is None else ("= ANY(%s)", looked_at.tolist())
    heads = fetch(connection, ("id", "person"), f"{where} {which}", [*key, values], dimensions)
    new = fetch(
        connection, ("id", "person", "alignment", "embedding"), f"{where} > %s", [*key, last], dimensions
    )
    persons = known.persons.copy()
    persons[np.searchsorted(known.ids, heads["id"])] = heads["person"]
    gone = np.setdiff1d(looked_at, heads["id"], assume_unique=True)
    stay = np.isin(known.ids, gone, assume_unique=True, invert=True) if len(gone) else None
    return Rows(
        _joined(persons, stay, new["person"]),
        _joined(known.alignments, stay, new["alignment"]),
        _joined(known.vectors, stay, new["embedding"]),
        _joined(known.ids, stay, new["id"]),
    )


def _joined(known: NDArray[Any], stay: NDArray[np.bool_] | None, new: NDArray[Any]) -> NDArray[Any]:
    """The rows that stay (None: all) and the new ones; nothing is copied that need not be: it may be gigabytes."""
    kept = known if stay is None else known[stay]
    if not len(new):
        return kept
    fresh = new.astype(known.dtype)
    return np.concatenate([kept, fresh]) if len(kept) else fresh


def write(connection: Connection, before: Held, gallery: Gallery, *, forget: bool) -> Held:
    """Make `gallery` of what the server holds; returns what it holds once the transaction counts.

    Args:
        connection: with a transaction that has locked the row of `facecam.gallery`.
        before: what is held, read in this transaction.
        gallery: what shall be.
        forget: whoever is not there any more was deleted: their visits go with them.
    """
    people, gone, changed = _write_people(connection, before, gallery)
    model = _model_number(connection, gallery.model_id, gallery.dimensions)
    of = np.array([one.number for one in people], np.int64)
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
    held, faces = dict(before.rows), list[int]()
    held_kept = {key: rows for key, rows in held.items() if key[0] == KEPT}
    if [*kept] != [*held_kept] or not all(rows.equals(held_kept[key]) for key, rows in kept.items()):
        # Few, and their order counts: written anew.
        connection.execute("DELETE FROM facecam.face WHERE kind = %s", [KEPT])
        held = {key: rows for key, rows in held.items() if key[0] != KEPT}
        faces += [one for rows in held_kept.values() for one in rows.ids.tolist()]
    wanted |= kept
    rows = dict[_Key, Rows]()
    for key in {**held, **wanted}:
        rows[key], left = _write_rows(connection, key, held.get(key), wanted.get(key))
        faces += left
    if gone:
        if not forget:  # Merged: whose visits they are is said next.
            connection.execute("UPDATE facecam.visit SET person = NULL WHERE person = ANY(%s)", [gone])
        else:
            connection.execute(
                "INSERT INTO facecam.deleted SELECT id FROM facecam.person WHERE number = ANY(%s)"
                " ON CONFLICT DO NOTHING",
                [gone],
            )
        connection.execute("DELETE FROM facecam.person WHERE number = ANY(%s)", [gone])
    (revision,) = _one(
        connection,
        "UPDATE facecam.gallery SET revision = revision + 1, model = %s, alignment = %s, threshold = %s,"
        " threshold_rule = %s, forgotten = CASE WHEN %s THEN revision + 1 ELSE forgotten END RETURNING revision",
        [model, gallery.alignment, gallery.threshold, threshold_rule(gallery), forget],
    )
    few = len(changed) + len(faces) <= _MOST_NUMBERS
    (mark,) = _one(
        connection,
        "INSERT INTO facecam.change (id, revision, people, faces) VALUES (gen_random_uuid(), %s, %s, %s)"
        " RETURNING id",
        [revision, changed if few else None, faces if few else None],
    )
    connection.execute(
        "DELETE FROM facecam.change USING facecam.gallery"
        " WHERE change.revision <= %s AND change.revision <> forgotten",
        [revision - _CHANGES_KEPT],
    )
    found = sorted((one for one in rows.items() if len(one[1].ids)), key=lambda one: int(one[1].ids[0]))
    return Held(
        revision, mark, version(revision, mark) if forget else before.forgotten, gallery, people, dict(found)
    )


def _write_people(
    connection: Connection, before: Held, gallery: Gallery
) -> tuple[tuple[Numbered, ...], list[int], list[int]]:
    """Everybody, in their order, and the numbers of those who go, and of all who are new, changed or gone."""
    known = {one.person.identity.id: one for one in before.people}
    following = max((one.number for one in before.people), default=0) + 1
    people, new, changed, last = list[Numbered](), list[Numbered](), list[Numbered](), -1
    for person in gallery.people:
        there = known.pop(person.identity.id, None)
        # Everybody stays in their place, if somebody before them goes: or all behind would change.
        last = last + 1 if there is None or there.place <= last else there.place
        if there is None:
            there = Numbered(following + len(new), last, person)
            new.append(there)
        elif there.place != last or there.person != person:
            there = Numbered(there.number, last, person)
            changed.append(there)
        people.append(there)
    with connection.cursor() as cursor:
        columns = "(place, name, created, consent, number, id)"
        with cursor.copy(f"COPY facecam.person {columns} FROM STDIN".encode()) as copy:
            for one in new:
                copy.write_row((*_columns(one), stored(one.person.identity.id)))
        back = [[stored(one.person.identity.id) for one in new]]
        cursor.execute("DELETE FROM facecam.deleted WHERE person = ANY(%s)", back)
        cursor.executemany(
            "UPDATE facecam.person SET place = %s, name = %s, created = %s, consent = %s WHERE number = %s",
            map(_columns, changed),
        )
    gone = [one.number for one in known.values()]
    return tuple(people), gone, [*gone, *(one.number for one in new), *(one.number for one in changed)]


def _columns(one: Numbered) -> tuple[int, str, str, str | None, int]:
    person = one.person
    consent = None if person.consent is None else stored(person.consent)
    return one.place, stored(person.identity.name), person.created, consent, one.number


def _write_rows(
    connection: Connection, key: _Key, held: Rows | None, wanted: Rows | None
) -> tuple[Rows, list[int]]:
    """Of the rows held stay those that are wanted, in their order; what else is wanted comes behind them.

    Returns:
        What is held then, and the ids of rows that go, or are another person's now.
    """
    values = next(one.vectors.shape[1] for one in (wanted, held) if one is not None)
    wanted, held = (_no_rows(values) if one is None else one for one in (wanted, held))
    stay = _staying(held, wanted)
    taken, left = len(stay), np.delete(held.ids, stay).tolist()
    connection.execute("DELETE FROM facecam.face WHERE id = ANY(%s)", [left])
    kept = held.ids[stay]
    moved = np.flatnonzero(held.persons[stay] != wanted.persons[:taken])
    connection.execute(
        "UPDATE facecam.face SET person = new.person"
        " FROM unnest(%s::bigint[], %s::int[]) AS new(id, person) WHERE face.id = new.id",
        [kept[moved].tolist(), wanted.persons[moved].tolist()],
    )
    new = np.zeros(0, np.int64)
    if taken < len(wanted.persons):
        send(connection, wanted.persons[taken:], wanted.alignments[taken:], wanted.vectors[taken:], *key)
        last = int(held.ids.max(initial=0))
        new = fetch(connection, ("id",), "kind = %s AND model = %s AND id > %s", [*key, last], values)["id"]
    return replace(wanted, ids=np.concatenate([kept, new])), [*left, *kept[moved].tolist()]


def _staying(held: Rows, wanted: Rows) -> NDArray[np.int64]:
    """Places of the rows held that are the first so many of those wanted."""
    runs, place, taken = [np.zeros(0, np.int64)], 0, 0
    while held.vectors.shape[1] == wanted.vectors.shape[1] and taken < len(wanted.persons):
        place = _first(held, place, wanted, taken, alike=True)
        end = _first(held, place, wanted, taken, alike=False)
        if end == place:
            break
        runs.append(np.arange(place, end))
        place, taken = end, taken + end - place
    return np.concatenate(runs)


def _first(held: Rows, place: int, wanted: Rows, taken: int, *, alike: bool) -> int:
    """Where the first row held is, from a place on, that is like the wanted row `taken`; or unlike its counterpart."""
    stop = len(held.persons) if alike else min(len(held.persons), place + len(wanted.persons) - taken)
    start, size = place, 1
    while start < stop:
        here = slice(start, min(stop, start + size))
        ahead = start - place
        there = slice(taken, taken + 1) if alike else slice(taken + ahead, taken + ahead + size)
        same = (held.vectors[here] == wanted.vectors[there][: stop - start]).all(axis=1)
        same &= held.alignments[here] == wanted.alignments[there][: stop - start]
        if (same == alike).any():
            return start + int(np.argmax(same == alike))
        start, size = here.stop, min(8 * size, _COMPARED)
    return stop


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
    if row is None:
        raise ValueError("its facecam.gallery is empty")
    return row


def stored(text: str) -> str:
    """A text as the server takes it: what is no UTF-8, or NUL, is written as JSON behind a backslash."""
    if text.startswith("\\") or "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        return "\\" + json.dumps(text)
    return text


def plain(text: str) -> str:
    """The reverse of `stored`."""
    return str(json.loads(text[1:])) if text.startswith("\\") else text
