"""The people facecam knows, with their face vectors. Frozen: every change is a new `Gallery`."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.errors import GalleryError
from facecam.core.paths import printable
from facecam.core.types import (
    Alignment,
    AlignmentCodes,
    Embeddings,
    FloatArray,
    Identity,
    check_unit_rows,
    checked_alignments,
    read_only,
)
from facecam.gallery.names import alike, clean_name, closest_names, fresh_name, name_key, spelled
from facecam.gallery.owned_vectors import NO_VECTORS, OwnedVectors

REBUILD_HINT = "Rebuild it from the photos with `python main.py people rebuild`."

#: What a threshold is one of where no cohort took part (see `gallery.cohort`).
PLAIN_SCORE = "squared_l2"

#: The largest squared_l2 two unit vectors can have.
MAX_SQUARED_L2 = 4.0

#: Two looks at one face, a moment apart, are at most this far apart.
SAME_FACE_SQUARED_L2 = 0.05

#: squared_l2 below which two vectors are one: what is made or read a second time differs by rounding only.
_SAME_VECTOR_SQUARED_L2 = 1e-6


class OtherModelError(GalleryError):
    """A database whose vectors another model made."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was enrolled.

    Attributes:
        identity: UUID and name; the name is stored as `clean_name` returns it.
        created: when the person was enrolled, ISO 8601 with time zone UTC.
        consent: how and when the person agreed, in the user's words; None when not recorded.
    """

    identity: Identity
    created: str
    consent: str | None = None

    def __post_init__(self) -> None:
        moment = datetime.fromisoformat(self.created)
        if moment.utcoffset() != timedelta(0):
            raise ValueError(
                f"expected a time in UTC like 2026-01-31T12:00:00+00:00. Received: {self.created!r}"
            )
        if not self.identity.id:
            raise ValueError("expected a person's id. Received an empty text")
        if clean_name(self.identity.name) != self.identity.name:
            raise ValueError(f"expected a name in NFC without outer blanks. Received: {self.identity.name!r}")

    @classmethod
    def new(cls, name: str) -> Person:
        """Somebody enrolled now, with a fresh id.

        Raises:
            GalleryError: the name is empty, or holds control characters or those that turn text round.
        """
        return cls(Identity(str(uuid.uuid4()), fresh_name(name)), _now())


#: A person in a call: by name or id, by identity (its id counts), or the person itself.
Who = str | Identity | Person


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """People and their unit vectors, all made by one model.

    Attributes:
        model_id: `ModelCard.model_id` of the embedder of every vector.
        people: nobody twice, neither by id nor by name.
        vectors: float32 (M, D), rows of L2 norm 1; read-only.
        owners: int32 (M,), the index into `people` of each row; read-only.
        threshold: below which a face is accepted, in (0, 4], found for these
            people; None to use the model card's.
        threshold_score: of what it is one: `squared_l2`, or the name of a `Cohort`.
        rejections: faces that are not the person they look like.
        alignments: uint8 (M,), how the chip of each row was aligned, see `Embeddings`;
            left out: all `dlib`; read-only.
        alignment: what photos were aligned by when the gallery was begun or last
            made anew from them. Single rows may differ: who has no photos, and
            photos in which only another detector found the face.
        kept: vectors by other models, by `model_id`, for the day it is used again: of people without photos, who
            could not be enrolled again with the model of their gallery.

    Raises:
        ValueError: wrong types, shapes, norms or indices.
    """

    model_id: str
    people: tuple[Person, ...]
    vectors: FloatArray
    owners: NDArray[np.int32]
    threshold: float | None = None
    rejections: OwnedVectors = NO_VECTORS
    alignments: AlignmentCodes = field(default_factory=lambda: np.zeros(0, np.uint8))
    alignment: Alignment = "dlib"
    kept: Mapping[str, OwnedVectors] = field(default_factory=dict)
    threshold_score: str = PLAIN_SCORE
    #: The place of each id in `people`.
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_arrays(self.vectors, self.owners, len(self.people))
        places = {person.identity.id: place for place, person in enumerate(self.people)}
        object.__setattr__(self, "_places", places)
        _check_rejections(self.rejections, self.dimensions, len(self.people))
        _check_nobody_twice(self.people)
        if self.threshold is not None:
            object.__setattr__(self, "threshold", _checked_threshold(self.threshold))
        object.__setattr__(self, "vectors", read_only(self.vectors))
        object.__setattr__(self, "owners", read_only(self.owners))
        object.__setattr__(self, "alignments", checked_alignments(self.alignments, len(self.vectors)))
        _check_kept(self.kept, self.model_id, len(self.people))

    @classmethod
    def empty(cls, model_id: str, dimensions: int, alignment: Alignment = "dlib") -> Gallery:
        """A gallery of nobody, for vectors of `dimensions` values made by `model_id` of chips aligned so."""
        nothing = np.empty((0, dimensions), np.float32)
        return cls(model_id, (), nothing, np.empty(0, np.int32), alignment=alignment)

    @property
    def dimensions(self) -> int:
        """Values in a vector (D)."""
        return int(self.vectors.shape[1])

    @property
    def identities(self) -> tuple[Identity, ...]:
        """The identity of every person, in the order of `people`."""
        return tuple(person.identity for person in self.people)

    def __len__(self) -> int:
        return len(self.people)

    # ------------------------------------------------------------------ looking up

    def knows(self, who: Who) -> bool:
        """Whether there is such a person."""
        try:
            self._index(who)
        except GalleryError:
            return False
        return True

    def find(self, who: Who) -> Person:
        """The person with this id or name: an id wins over a name, and the very spelling over another.

        Raises:
            GalleryError: there is no such person, and the hint offers similar names; or the name is that of
                several people but for case, blanks and invisible characters.
        """
        return self.people[self._index(who)]

    def vectors_of(self, who: Who) -> FloatArray:
        """The vectors of one person, float32 (n, D), unit rows; n may be 0.

        Raises:
            GalleryError: there is no such person.
        """
        return self.embeddings_of(who).vectors

    def embeddings_of(self, who: Who) -> Embeddings:
        """The vectors of one person with what made them, N ≥ 0.

        Raises:
            GalleryError: there is no such person.
        """
        rows = self.owners == self._index(who)
        return Embeddings(self.vectors[rows], self.model_id, self.alignments[rows])

    def those_of(self, who: Who, vectors: FloatArray) -> Embeddings:
        """Which of a person's vectors are exactly among `vectors`, float32 (n, D), with what made them.

        Raises:
            GalleryError: there is no such person.
        """
        wanted, own = {row.tobytes() for row in vectors}, self.embeddings_of(who)
        return own.rows(np.array([row.tobytes() in wanted for row in own.vectors], bool))

    def rejections_of(self, who: Who) -> FloatArray:
        """The faces that are not this person, float32 (k, D), unit rows; k may be 0.

        Raises:
            GalleryError: there is no such person.
        """
        return self.rejected_of(who).vectors

    def rejected_of(self, who: Who) -> Embeddings:
        """`rejections_of` with what made them, K ≥ 0.

        Raises:
            GalleryError: there is no such person.
        """
        index = self._index(who)
        if not len(self.rejections):
            return Embeddings(np.empty((0, self.dimensions), np.float32), self.model_id)
        return self.rejections.of(index, self.model_id)

    def kept_of(self, who: Who) -> tuple[Embeddings, ...]:
        """The vectors of one person by other models, one entry a model that has some.

        Raises:
            GalleryError: there is no such person.
        """
        index = self._index(who)
        found = (one.of(index, model_id) for model_id, one in self.kept.items())
        return tuple(embeddings for embeddings in found if len(embeddings))

    def counts(self) -> NDArray[np.int64]:
        """How many vectors each person has, int64 (P,), in the order of `people`."""
        return np.bincount(self.owners, minlength=len(self.people)).astype(np.int64)

    def require_model(self, model_id: str, dimensions: int | None = None) -> None:
        """Refuse vectors that cannot be compared with the ones in here.

        Raises:
            GalleryError: the gallery was made by another model, or D differs.
        """
        if model_id != self.model_id:
            raise OtherModelError(
                f"the database was made by the model '{printable(self.model_id)}', not by "
                f"'{printable(model_id)}': their vectors cannot be compared",
                hint=REBUILD_HINT,
            )
        if dimensions is not None and dimensions != self.dimensions:
            raise GalleryError(
                f"the database holds vectors of {self.dimensions} values. Received: {dimensions} values",
                hint=REBUILD_HINT,
            )

    # ------------------------------------------------------------------ changing

    def add(self, who: Who, embeddings: Embeddings) -> Gallery:
        """Give vectors to a person, who is made if the gallery does not know them.

        Args:
            who: a name of an old or a new person, compared as `find` does;
                an `Identity` or a `Person`, found by id, else taken in as it
                is (a rebuild keeps ids, dates and consents this way).
            embeddings: vectors of the gallery's model, N ≥ 0.

        Raises:
            GalleryError: another model's vectors; a name that is empty, holds
                control characters, or belongs to a person of another id.
        """
        return self.add_all([(who, embeddings)])

    def add_all(self, entries: Iterable[tuple[Who, Embeddings]]) -> Gallery:
        """`add` for many people at once; one copy of the vectors instead of one per person."""
        roster = _Roster(self.people)
        vectors, owners, alignments = [self.vectors], [self.owners], [self.alignments]
        for who, embeddings in entries:
            self.require_model(embeddings.model_id, embeddings.vectors.shape[1])
            vectors.append(embeddings.vectors)
            alignments.append(embeddings.alignments)
            owners.append(np.full(len(embeddings), roster.index_for(who), np.int32))
        return replace(
            self,
            people=tuple(roster.people),
            vectors=np.concatenate(vectors),
            owners=np.concatenate(owners),
            alignments=np.concatenate(alignments),
        )

    def unknown_of(self, who: Who, embeddings: Embeddings) -> Embeddings:
        """Those of `embeddings` that the person, who may be new, has not got yet: what is repeated adds nothing."""
        return _unlike(embeddings, self.vectors_of(who)) if self.knows(who) else embeddings

    def keep(self, who: Who, embeddings: Embeddings) -> Gallery:
        """Keep vectors of another model for a person, instead of those of that model kept before.

        Raises:
            GalleryError: there is no such person.
            ValueError: they are of the gallery's own model.
        """
        index, kept = self._index(who), dict(self.kept)
        before = kept.pop(embeddings.model_id, NO_VECTORS)
        now = before.rows(before.owners != index).added(index, embeddings)
        return replace(self, kept={**kept, embeddings.model_id: now} if len(now) else kept)

    def reject(self, who: Who, embeddings: Embeddings) -> Gallery:
        """Remember faces that are not this person, however much they look alike.

        Raises:
            GalleryError: no such person, or another model's vectors.
        """
        self.require_model(embeddings.model_id, embeddings.vectors.shape[1])
        return replace(self, rejections=self.rejections.added(self._index(who), embeddings))

    def accept(self, who: Who, vectors: FloatArray, squared_l2: float) -> Gallery:
        """Take back the rejections of a person that lie nearer than `squared_l2` to one of `vectors`.

        Raises:
            GalleryError: there is no such person.
        """
        return replace(self, rejections=self.rejections.without_near(self._index(who), vectors, squared_l2))

    def without_vectors(self, who: Who, vectors: FloatArray) -> Gallery:
        """Take exactly these vectors, float32 (n, D), away from a person; the person stays.

        Raises:
            GalleryError: there is no such person.
        """
        index = self._index(who)
        gone = {row.tobytes() for row in vectors}
        kept = self.owners != index
        kept[~kept] = [row.tobytes() not in gone for row in self.vectors[~kept]]
        return replace(
            self, vectors=self.vectors[kept], owners=self.owners[kept], alignments=self.alignments[kept]
        )

    def rename(self, who: Who, new_name: str) -> Gallery:
        """Give a person another name; the id stays.

        Raises:
            GalleryError: no such person, a bad name, or the name of somebody else.
        """
        index, name = self._index(who), fresh_name(new_name)
        key = name_key(name)
        others = [one.identity.name for number, one in enumerate(self.people) if number != index]
        taken = next((other for other in others if name_key(other) == key), None)
        if taken is not None:
            old = self.people[index].identity.name
            raise GalleryError(
                f"the name '{name}' already belongs to somebody",
                hint=f"If '{old}' and '{taken}' are one person, join them with `python main.py people merge`.",
            )
        person = self.people[index]
        return self._with_person(index, replace(person, identity=Identity(person.identity.id, name)))

    def merge(self, source: Who, target: Who) -> Gallery:
        """Give all vectors of `source` to `target` and drop `source`.

        The target keeps id, name and, where there is one, consent; the earlier
        of the two dates of enrollment stays.

        Raises:
            GalleryError: no such person, or both are the same.
        """
        gone, kept = self._index(source), self._index(target)
        if gone == kept:
            raise GalleryError(
                f"'{self.people[gone].identity.name}' cannot be merged with themselves",
                hint="Name two different people: first who goes, then who stays.",
            )
        joined = self._with_person(kept, _joined(self.people[gone], self.people[kept]))
        joined = joined._without_index(gone, heir=kept)
        # One person now: a face of the one that was said not to be the other is no rejection any more.
        return joined.accept(target, joined.vectors_of(target), SAME_FACE_SQUARED_L2)

    def remove(self, who: Who) -> Gallery:
        """Drop a person and all their vectors.

        Raises:
            GalleryError: there is no such person.
        """
        return self._without_index(self._index(who))

    def with_consent(self, who: Who, consent: str | None) -> Gallery:
        """Record how and when a person agreed, or that nothing is on record (None)."""
        index = self._index(who)
        return self._with_person(index, replace(self.people[index], consent=consent))

    def with_threshold(self, threshold: float | None, score: str = PLAIN_SCORE) -> Gallery:
        """Set the acceptance threshold, in (0, 4], or None for the model card's; `score`: see `threshold_score`."""
        return replace(self, threshold=threshold, threshold_score=PLAIN_SCORE if threshold is None else score)

    def with_threshold_of(self, other: Gallery) -> Gallery:
        """Set the threshold of another gallery, and what it is one of."""
        return self.with_threshold(other.threshold, other.threshold_score)

    # ------------------------------------------------------------------ inside

    def _with_person(self, index: int, person: Person) -> Gallery:
        return replace(self, people=(*self.people[:index], person, *self.people[index + 1 :]))

    def _without_index(self, index: int, heir: int | None = None) -> Gallery:
        """Without a person; what was theirs is the heir's, or gone where there is none."""
        numbers = np.arange(len(self), dtype=np.int32)
        numbers[index:] -= 1
        numbers[index] = -1 if heir is None else numbers[heir]
        owners = numbers[self.owners]
        there = owners >= 0
        kept = {model_id: one.renumbered(numbers) for model_id, one in self.kept.items()}
        return replace(
            self,
            people=self.people[:index] + self.people[index + 1 :],
            vectors=self.vectors[there],
            owners=owners[there],
            rejections=self.rejections.renumbered(numbers),
            alignments=self.alignments[there],
            kept={model_id: one for model_id, one in kept.items() if len(one)},
        )

    def _by_name(self) -> dict[str, int]:
        return {person.identity.name: index for index, person in enumerate(self.people)}

    def _index(self, who: Who) -> int:
        wanted = who.identity if isinstance(who, Person) else who
        wanted_id = wanted.id if isinstance(wanted, Identity) else wanted
        if wanted_id in self._places:
            return self._places[wanted_id]
        if isinstance(wanted, str):
            return self._index_of_name(wanted)
        raise self._unknown(wanted.name)

    def _index_of_name(self, name: str) -> int:
        by_name = self._by_name()
        found = alike(clean_name(name), by_name)
        if not found:
            raise self._unknown(name)
        return by_name[_the_only(name, [self.people[by_name[one]].identity for one in found]).name]

    def _unknown(self, name: str) -> GalleryError:
        similar = closest_names(name, (person.identity.name for person in self.people))
        hint = "See who is enrolled with `python main.py people list`."
        if similar:
            hint = "Did you mean " + " or ".join(f"'{other}'" for other in similar) + "?"
        if not self.people:
            hint = "The database is empty: enroll somebody first with `python main.py enroll NAME PHOTO`."
        return GalleryError(f"nobody in the database is called '{printable(name)}'", hint=hint)


class _Roster:
    """People while entries are added: finds or makes each in constant time."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people: list[Person] = []
        self._by_id: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self._by_key: dict[str, list[int]] = {}
        for person in people:
            self._append(person)

    def index_for(self, who: Who) -> int:
        if isinstance(who, str):
            index = self._by_id.get(who, self._by_name.get(clean_name(who)))
            if index is None:
                index = self._index_alike(who)
            return self._append(Person.new(who)) if index is None else index
        identity = who.identity if isinstance(who, Person) else who
        index = self._by_id.get(identity.id)
        return self._append(self._newcomer(who)) if index is None else index

    def _index_alike(self, name: str) -> int | None:
        """Somebody whose name differs in case, blanks or invisible characters only."""
        found = self._by_key.get(name_key(name), [])
        if not found:
            return None
        return self._by_id[_the_only(name, [self.people[index].identity for index in found]).id]

    def _newcomer(self, who: Identity | Person) -> Person:
        identity = who.identity if isinstance(who, Person) else who
        name = clean_name(identity.name)
        if name in self._by_name:
            raise GalleryError(
                f"the name '{name}' already belongs to somebody else",
                hint="Give one of the two another name, or add the photos under the name alone.",
            )
        identity = Identity(identity.id, name)
        return replace(who, identity=identity) if isinstance(who, Person) else Person(identity, _now())

    def _append(self, person: Person) -> int:
        index = len(self.people)
        self.people.append(person)
        self._by_id[person.identity.id] = index
        self._by_name[person.identity.name] = index
        self._by_key.setdefault(name_key(person.identity.name), []).append(index)
        return index


def _the_only(name: str, people: list[Identity]) -> Identity:
    if len(people) == 1:
        return people[0]
    listed = ", ".join(f"'{spelled(one.name)}' ({one.id})" for one in people)
    raise GalleryError(
        f"'{spelled(name)}' may be any of {len(people)} people: {listed}",
        hint="Name one by the id in brackets. If they are one person, join them: python main.py people merge ID ID",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _joined(gone: Person, kept: Person) -> Person:
    first = min(gone, kept, key=lambda person: datetime.fromisoformat(person.created))
    consent = gone.consent if kept.consent is None else kept.consent
    return replace(kept, created=first.created, consent=consent)


def _checked_threshold(threshold: float) -> float:
    if not 0 < threshold <= MAX_SQUARED_L2:  # False for NaN, too
        raise ValueError(f"expected a threshold (squared_l2) in (0, 4]. Received: {threshold}")
    return float(threshold)


def _check_arrays(vectors: FloatArray, owners: NDArray[np.int32], people: int) -> None:
    check_unit_rows(vectors)
    if not vectors.shape[1]:
        raise ValueError("expected vectors of 1 value or more")
    if owners.dtype != np.int32 or owners.shape != (len(vectors),):
        raise ValueError(f"expected owners int32 ({len(vectors)},). Received: {owners.dtype} {owners.shape}")
    _check_owners(owners, people, "vectors")


def _check_rejections(rejections: OwnedVectors, dimensions: int, people: int) -> None:
    if not len(rejections):
        return
    values = rejections.vectors.shape[1]
    if values != dimensions:
        raise ValueError(f"expected rejections of {dimensions} values. Received: {values} values")
    _check_owners(rejections.owners, people, "rejections")


def _check_kept(kept: Mapping[str, OwnedVectors], model_id: str, people: int) -> None:
    if model_id in kept or not all(map(len, kept.values())):
        raise ValueError(f"expected kept vectors of other models, one or more. Received: {list(kept)}")
    for one in kept.values():
        _check_owners(one.owners, people, "kept vectors")


def _check_owners(owners: NDArray[np.int32], people: int, what: str) -> None:
    if len(owners) and not (owners.min() >= 0 and owners.max() < people):
        raise ValueError(
            f"expected {what} of people 0 to {people - 1}. Received: {owners.min()} to {owners.max()}"
        )


def _unlike(embeddings: Embeddings, known: FloatArray) -> Embeddings:
    if not len(embeddings) or not len(known):
        return embeddings
    nearest = unit_squared_l2(embeddings.vectors, known).min(axis=1)
    return embeddings.rows(nearest >= _SAME_VECTOR_SQUARED_L2)


def _check_nobody_twice(people: tuple[Person, ...]) -> None:
    for what in ("id", "name"):
        values = [getattr(person.identity, what) for person in people]
        if len(set(values)) < len(values):
            twice = next(value for value, count in Counter(values).items() if count > 1)
            raise ValueError(f"expected every {what} once. Received twice: {twice!r}")
