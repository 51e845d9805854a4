"""Whatever is done to people, taking it back gives exactly what was: sequences drawn at random over all changes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.paths import sha256_file
from facecam.core.types import Box, Embeddings, FloatArray, Identity
from facecam.engine import components
from facecam.engine.enrollment.addition import Addition
from facecam.engine.enrollment.rejections import Rejected, take_back
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.resemblances import FILE as TWO_PEOPLE
from facecam.engine.people.resemblances import TwoPeople
from facecam.engine.photos.chosen_faces import ChosenFace, ChosenFaces, key_of_digest
from facecam.engine.photos.library import NOTES_FOLDER, PhotoLibrary
from facecam.engine.photos.portrait import Portrait
from facecam.engine.transactions.photo_copies import keep_with_vectors
from facecam.engine.transactions.trash import FOLDER
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.table import open_visits
from facecam.gallery.gallery import Gallery
from tests.gallery.factories import MODEL, random_units

#: Of a photo the first byte is the number of its vector: the same photo gives the same vector to whoever has it.
_VECTORS = random_units(24, 8, seed=7)
_NAMES = ("Ada", "Bea", "Cem", "Dora", "Eve", "Fay")
_STEPS = 7


class World:
    """People with photos, vectors, rejections, chosen faces and portraits, and what can be done to them."""

    def __init__(self, folder: Path, seed: int, server: str) -> None:
        self.settings = replace(Settings(), data=folder / "data", database=folder / "database", server=server)
        self.random, self.originals = random.Random(seed), folder
        self.store = components.open_store(self.settings)
        self.library = PhotoLibrary(self.settings.data)
        self.editor = PeopleEditor(self.settings)
        for day, name in enumerate(("Ada", "Bea", "Cem"), start=1):
            self.enroll(name, self.random.sample(range(24), 3))
            self.reject(name, self.random.randrange(24))
            who, came = self.gallery().find(name).identity, datetime(2026, 1, day, tzinfo=UTC)
            open_visits(self.settings).append(Sighting(1, who, came, came, 90.0, "camera 0"))
        self.library.add("Dora", self.photo(5))
        for name in ("Ada", "Bea"):
            self.choose(self.random.choice(self.library.photos_of(name)))

    # ------------------------------------------------------------------ what is there

    def gallery(self) -> Gallery:
        return self.store.load() or Gallery.empty(MODEL, 8)

    def state(self) -> tuple[object, ...]:
        """All that belongs to people: records, vectors and how they were aligned, rejections, every file in data/."""
        gallery = self.gallery()
        people = [
            (
                person.identity.id,
                person.identity.name,
                person.created,
                person.consent or "",
                *map(_rows, (gallery.embeddings_of(person), gallery.rejected_of(person))),
                tuple((one.model_id, _rows(one)) for one in gallery.kept_of(person)),
            )
            for person in gallery.people
        ]
        order: object = (gallery.owners.tolist(), gallery.rejections.owners.tolist())
        if self.settings.server:  # There what is given back comes last.
            order = None
            people = sorted((*one[:4], sorted(one[4]), sorted(one[5]), one[6]) for one in people)
        paths = [path for path in self.settings.data.rglob("*") if FOLDER not in path.parts]
        files = {
            str(path.relative_to(self.settings.data)): path.read_bytes()
            for path in paths
            if path.is_file() and NOTES_FOLDER not in path.parts
        }
        folders = [path for path in paths if path.is_dir() and path.parent == self.settings.data]
        notes = {folder.name: (dict(ChosenFaces(folder).all()), Portrait(folder).key) for folder in folders}
        two = self.settings.database / TWO_PEOPLE
        pairs = json.loads(two.read_text())["pairs"] if two.is_file() else []
        visits = [(one.came, one.identity) for one in open_visits(self.settings).read()]
        return people, order, files, notes, pairs, visits

    def everybody(self) -> list[Identity]:
        known = {one.name: one for one in self.gallery().identities}
        owners = [name for name, photos in self.library.people().items() if photos]
        return [known.get(name, Identity("", name)) for name in dict.fromkeys([*known, *owners])]

    def anybody(self) -> Identity:
        return self.random.choice(self.everybody())

    def somebody_else(self, *but: Identity) -> Identity:
        return self.random.choice([one for one in self.everybody() if one not in but])

    def some_photos(self, who: Identity) -> dict[Path, FloatArray]:
        photos = self.library.photos_of(who.name)
        some = self.random.sample(photos, self.random.randint(0, len(photos)))
        return {photo: self.vector_of(who, photo) for photo in some}

    def vector_of(self, who: Identity, photo: Path) -> FloatArray:
        vector = _VECTORS[photo.read_bytes()[0]][None]
        known = who.id and self.gallery().knows(who) and len(self.gallery().those_of(who, vector))
        return vector if known else vector[:0]

    # ------------------------------------------------------------------ what can be done

    def photo(self, number: int) -> Path:
        file = self.originals / f"{number}.jpg"
        file.write_bytes(bytes([number]) + b"photo")
        return file

    def enroll(self, name: str, numbers: list[int]) -> Addition:
        files, vectors = [self.photo(number) for number in numbers], _VECTORS[numbers]
        kept = keep_with_vectors(
            self.settings,
            name,
            lambda: {self.library.place_of(name, file): file for file in files},
            "vectors",
            vectors,
            lambda current: _added(current, name, Embeddings(vectors, MODEL)),
        )
        return Addition.between(kept.before, kept.gallery, name, kept.made)

    def reject(self, name: str, number: int) -> Rejected:
        vectors, who = _VECTORS[[number]], self.gallery().find(name).identity
        new = [row for row in vectors if row.tobytes() not in _known(self.gallery().rejections_of(who))]
        added = np.array(new, np.float32).reshape(-1, 8)
        content = b"face %d" % number
        kept = keep_with_vectors(
            self.settings,
            name,
            lambda: {self.library.place_of_png(name, "not", content, rejected=True): content},
            "rejections",
            vectors,
            lambda current: (current or self.gallery()).reject(who, Embeddings(added, MODEL)),
        )
        return Rejected(who, kept.made, added, 1)

    def choose(self, photo: Path) -> None:
        folder, key = self.settings.data / photo.parent.name, key_of_digest(sha256_file(photo))
        ChosenFaces(folder).change({key: ChosenFace(Box(0.1, 0.2, 0.3, 0.4), "hand")})
        Portrait(folder).choose(key)

    def act(self) -> tuple[str, Callable[[], object]]:
        """Do something; what it was, and what takes it back.

        Raises:
            FacecamError: it cannot be done.
        """
        action = self.random.choice(
            [
                self._rename,
                self._merge,
                self._merge_all,
                self._delete,
                self._delete_all,
                self._move,
                self._split,
                self._remove_photos,
                self._enroll,
                self._reject,
                self._choose_portrait,
                self._say_two,
            ]
        )
        return action.__name__.strip("_"), action()

    def _rename(self) -> Callable[[], object]:
        return self.editor.rename(self.anybody(), self.random.choice([*_NAMES, "Gil", "ada", "Hugo"]))

    def _merge(self) -> Callable[[], object]:
        gone = self.anybody()
        return self.editor.merge(gone, self.somebody_else(gone))

    def _merge_all(self) -> Callable[[], object]:
        kept = self.anybody()
        others = [one for one in self.everybody() if one != kept]
        return self.editor.merge_all(self.random.sample(others, min(2, len(others))), kept)

    def _delete(self) -> Callable[[], object]:
        return self.editor.delete(self.anybody())

    def _delete_all(self) -> Callable[[], object]:
        return self.editor.delete_all(self.random.sample(self.everybody(), 2))

    def _move(self) -> Callable[[], object]:
        source = self.anybody()
        target = self.random.choice([self.somebody_else(source), Identity("", self.random.choice(_NAMES))])
        known = {one.name: one for one in self.everybody()}
        return self.editor.move_photos(source, known.get(target.name, target), self.some_photos(source))

    def _split(self) -> Callable[[], object]:
        source = self.anybody()
        photos = list(self.some_photos(source).items())
        groups = [
            (Identity("", "New one"), dict(photos[::2])),
            (self.somebody_else(source), dict(photos[1::2])),
        ]
        return self.editor.split(source, [group for group in groups if group[1]])

    def _remove_photos(self) -> Callable[[], object]:
        who = self.anybody()
        return self.editor.remove_photos(who, self.some_photos(who))

    def _enroll(self) -> Callable[[], object]:
        names = self.random.sample(_NAMES, self.random.randint(1, 3))
        additions = [self.enroll(name, self.random.sample(range(24), 2)) for name in names]
        return lambda: self.editor.take_enrollments_back(additions)

    def _choose_portrait(self) -> Callable[[], object]:
        photo = self.random.choice([one for photos in self.library.people().values() for one in photos])
        portrait = Portrait(self.settings.data / photo.parent.name)
        before = portrait.key
        portrait.choose(key_of_digest(sha256_file(photo)))
        return lambda: portrait.choose(before)

    def _say_two(self) -> Callable[[], object]:
        one = self.anybody()
        other, said = self.somebody_else(one), TwoPeople(self.settings.database)
        before = said.holds(one, other)
        said.say(one, other)
        return lambda: said.say(one, other, two=before)

    def _reject(self) -> Callable[[], object]:
        enrolled = [one for one in self.everybody() if one.id]
        rejected = self.reject(self.random.choice(enrolled).name, self.random.randrange(24))
        return lambda: take_back(self.settings, rejected)


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    kind, seed = request.param
    server = request.getfixturevalue("database_server").new_database() if kind == "server" else ""
    made = World(tmp_path, seed, server)
    yield made
    made.editor.close()


@pytest.mark.parametrize(
    "world",
    [*(("folder", seed) for seed in range(40)), *(("server", seed) for seed in range(100, 108))],
    indirect=True,
)
def test_taking_back_gives_exactly_what_was(world: World) -> None:
    """A sequence of changes, each of which starts from what the ones before have left, taken back from the last on."""
    steps: list[tuple[str, Callable[[], object], tuple[object, ...]]] = []
    while len(steps) < _STEPS and len(world.everybody()) > 2:
        before = world.state()
        try:
            kind, undo = world.act()
        except FacecamError:
            assert world.state() == before, "what cannot be done leaves all as it was"
            continue
        steps.append((kind, undo, before))
    assert steps
    while steps:
        kind, undo, before = steps.pop()
        undo()
        assert world.state() == before, f"{kind}, after {[one[0] for one in steps]}"


def _added(current: Gallery | None, name: str, embeddings: Embeddings) -> Gallery:
    gallery = current or Gallery.empty(MODEL, 8)
    return gallery.add(name, gallery.unknown_of(name, embeddings))


def _known(vectors: FloatArray) -> set[bytes]:
    return {row.tobytes() for row in vectors}


def _rows(embeddings: Embeddings) -> list[tuple[bytes, int]]:
    pairs = zip(embeddings.vectors, embeddings.alignments, strict=True)
    return [(row.tobytes(), int(code)) for row, code in pairs]
