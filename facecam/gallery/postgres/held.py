"""What the server holds: read into a frozen gallery, and changed by what differs in another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import Alignment, AlignmentCodes, FloatArray, Identity, joined
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.owned_vectors import OwnedVectors
from facecam.gallery.postgres.rows import fetch, send
from facecam.gallery.postgres.schema import KEPT, REJECTIONS, VECTORS
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

    def rows(self, which: NDArray[np.bool_ | np.int64]) -> Rows:
        """Some of them, chosen or in another order."""
        return Rows(self.persons[which], self.alignments[which], self.vectors[which], self.ids[which])

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
        return Held(), None
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
    kept = {
        plain(name): OwnedVectors(rows.vectors, places[rows.persons], rows.alignments)
        for (kind, _), (name, rows) in found.items()
        if kind == KEPT
    }
    return replace(
        nobody,
        people=tuple(one.person for one in people),
        vectors=own.vectors,
        owners=places[own.persons],
        rejections=OwnedVectors(rejected.vectors, places[rejected.persons], rejected.alignments),
        alignments=own.alignments,
        kept=kept,
    )


def _known(before: Held, key: _Key, dimensions: int) -> Rows:
    known = before.rows.get(key)
    return known if known is not None and known.vectors.shape[1] == dimensions else _no_rows(dimensions)


def _no_rows(dimensions: int) -> Rows:
    return Rows(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros((0, dimensions), np.float32))


def _rows(connection: Connection, key: _Key, known: Rows, changed: _Changed | None) -> Rows:
    """Those known that no change names, and whatever else is there: an id that was free may be another face's now."""
    where, columns = "kind = %s AND model = %s AND id", ("id", "person", "alignment", "embedding")
    dimensions, last = known.vectors.shape[1], int(known.ids.max(initial=0))
    named = np.zeros(0, np.int64) if changed is None else changed.faces[changed.faces <= last]
    again = fetch(connection, columns, f"{where} = ANY(%s)", [*key, named.tolist()], dimensions)
    new = fetch(connection, columns, f"{where} > %s", [*key, last], dimensions)
    gone = np.isin(known.ids, named)
    # Nothing is copied that need not be: it may be gigabytes.
    known = known.rows(~gone) if gone.any() else known
    for fresh in filter(len, (again, new)):
        more = Rows(
            fresh["person"].astype(np.int64),
            fresh["alignment"].astype(np.uint8),
            fresh["embedding"].astype(np.float32),
            fresh["id"].astype(np.int64),
        )
        known = joined([known, more]) if len(known.ids) else more
    return known.rows(np.argsort(known.ids)) if len(again) else known


def write(connection: Connection, before: Held, gallery: Gallery, *, forget: bool, kept: str = "") -> Held:
    """Make `gallery` of what the server holds; returns what it holds once the transaction counts.

    Args:
        connection: with a transaction that has locked the row of `facecam.gallery`.
        before: what is held, read in this transaction.
        gallery: what shall be.
        forget: whoever is not there any more was deleted: their visits go with them.
        kept: else, the id of whom they are part of from now on; empty: of nobody.
    """
    people, gone, changed = _write_people(connection, before, gallery)
    model = _model_number(connection, gallery.model_id, gallery.dimensions)
    of = np.array([one.number for one in people], np.int64)
    rejections = gallery.rejections
    wanted: dict[_Key, Rows] = {
        (VECTORS, model): Rows(of[gallery.owners], gallery.alignments, gallery.vectors),
        (REJECTIONS, model): Rows(of[rejections.owners], rejections.alignments, rejections.vectors),
    }
    aside = {
        (KEPT, _model_number(connection, model_id, one.vectors.shape[1])): Rows(
            of[one.owners], one.alignments, one.vectors
        )
        for model_id, one in gallery.kept.items()
    }
    held, faces = dict(before.rows), list[int]()
    held_kept = {key: rows for key, rows in held.items() if key[0] == KEPT}
    if [*aside] != [*held_kept] or not all(rows.equals(held_kept[key]) for key, rows in aside.items()):
        # Few, and their order counts: written anew.
        connection.execute("DELETE FROM facecam.face WHERE kind = %s", [KEPT])
        held = {key: rows for key, rows in held.items() if key[0] != KEPT}
        faces += [one for rows in held_kept.values() for one in rows.ids.tolist()]
    wanted |= aside
    rows = dict[_Key, Rows]()
    used = [one.ids for one in before.rows.values()]
    for key in {**held, **wanted}:
        rows[key], changed_faces = _write_rows(connection, key, held.get(key), wanted.get(key), used)
        used.append(rows[key].ids)
        faces += changed_faces
    if gone:
        if not forget:  # Merged: whose visits they are is said next.
            connection.execute("UPDATE facecam.visit SET person = NULL WHERE person = ANY(%s)", [gone])
        if forget or kept:
            connection.execute(
                "INSERT INTO facecam.deleted SELECT id, %s FROM facecam.person WHERE number = ANY(%s)"
                " ON CONFLICT DO NOTHING",
                [None if forget else stored(kept), gone],
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
    connection: Connection,
    key: _Key,
    held: Rows | None,
    wanted: Rows | None,
    used: Sequence[NDArray[np.int64]],
) -> tuple[Rows, list[int]]:
    """Rows held stay where they are wanted; new ones get ids that are free between them, or come behind all.

    Args:
        connection, key: where.
        held, wanted: None: no rows.
        used: all ids that are not free, each rising.

    Returns:
        What is held then, and the ids of rows that go, that come in between, or that are another person's now.
    """
    values = next(one.vectors.shape[1] for one in (wanted, held) if one is not None)
    wanted, held = (_no_rows(values) if one is None else one for one in (wanted, held))
    places = _places(held, wanted)
    ids = _ids(places, held.ids, used)
    stay, behind = np.flatnonzero((places >= 0) & (ids > 0)), np.flatnonzero(ids == 0)
    between = np.flatnonzero((places < 0) & (ids > 0))
    left = np.delete(held.ids, places[stay]).tolist()
    connection.execute("DELETE FROM facecam.face WHERE id = ANY(%s)", [left])
    moved = stay[held.persons[places[stay]] != wanted.persons[stay]]
    connection.execute(
        "UPDATE facecam.face SET person = new.person"
        " FROM unnest(%s::bigint[], %s::int[]) AS new(id, person) WHERE face.id = new.id",
        [ids[moved].tolist(), wanted.persons[moved].tolist()],
    )
    for rows, numbers in ((between, ids[between]), (behind, None)):
        if len(rows):
            some = wanted.persons[rows], wanted.alignments[rows], wanted.vectors[rows]
            send(connection, *some, *key, ids=numbers)
    if len(behind):
        where, last = "kind = %s AND model = %s AND id > %s", int(held.ids.max(initial=0))
        ids[behind] = fetch(connection, ("id",), where, [*key, last], values)["id"]
    return replace(wanted, ids=ids), [*left, *ids[between].tolist(), *ids[moved].tolist()]


def _places(held: Rows, wanted: Rows) -> NDArray[np.int64]:
    """Of each wanted row its place among those held, rising; −1: it is new, or all from there on is too different."""
    places, place, row = np.full(len(wanted.persons), -1), 0, 0
    ends = len(held.persons), len(wanted.persons)
    if held.vectors.shape[1] != wanted.vectors.shape[1]:
        return places
    while place < ends[0] and row < ends[1]:
        alike = _alike(held, place, wanted, row)
        places[row : row + alike] = np.arange(place, place + alike)
        place, row = place + alike, row + alike
        ahead, size, gone, new = 0, 1, -1, -1
        while place < ends[0] and row < ends[1] and gone < 0 and new < 0:
            if ahead >= max(ends[0] - place, ends[1] - row):
                return places
            gone = _like(held, place + ahead, size, wanted, row)  # Rows of those held are gone, …
            new = _like(wanted, row + ahead, size, held, place)  # … or some of those wanted are new.
            ahead, size = ahead + size, min(8 * size, _COMPARED)
        place, row = (gone, row) if gone >= 0 else (place, new if new >= 0 else row)
    return places


def _alike(held: Rows, place: int, wanted: Rows, row: int) -> int:
    """How many rows are the same from there on."""
    count, size, most = 0, 1, min(len(held.persons) - place, len(wanted.persons) - row)
    while count < most:
        size = min(size, most - count)
        here, there = slice(place + count, place + count + size), slice(row + count, row + count + size)
        same = (held.vectors[here] == wanted.vectors[there]).all(axis=1)
        same &= held.alignments[here] == wanted.alignments[there]
        if not same.all():
            return count + int(np.argmin(same))
        count, size = count + size, min(8 * size, _COMPARED)
    return count


def _like(among: Rows, start: int, size: int, one: Rows, row: int) -> int:
    """Which of so many rows is the first that is like a row of others; −1: none."""
    here = slice(start, start + size)
    same = (among.vectors[here] == one.vectors[row]).all(axis=1) & (
        among.alignments[here] == one.alignments[row]
    )
    return start + int(np.argmax(same)) if same.any() else -1


def _ids(
    places: NDArray[np.int64], held: NDArray[np.int64], used: Sequence[NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Of each wanted row its id, rising; 0 from where on they come behind all: between rows held none was free."""
    there = np.flatnonzero(places >= 0)
    ids = np.zeros(len(places), np.int64)
    ids[there] = held[places[there]]
    for number in np.flatnonzero(np.diff(there, prepend=-1) > 1).tolist():
        first, last = (there[number - 1] + 1 if number else 0), there[number]
        before = int(ids[first - 1]) if number else 0
        taken = [one[slice(*np.searchsorted(one, [before + 1, ids[last]]))] for one in used]
        free = np.setdiff1d(np.arange(before + 1, ids[last]), np.concatenate(taken))
        if len(free) < last - first:
            ids[first:] = 0
            break
        ids[first:last] = free[: last - first]
    return ids


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
