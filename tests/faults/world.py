"""A small household: four people with photos, vectors, visits, a training and what the caches keep of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.encryption import at_rest, data_keys
from facecam.core.encryption.unlocking import PASSPHRASE_VARIABLE
from facecam.core.types import Embeddings, Identity
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.enrollment.rejections import reject_photos
from facecam.engine.faces.chip_cache import chip_store
from facecam.engine.faces.face_shards import FaceShards
from facecam.engine.faces.library_scan import CACHE_FOLDER
from facecam.engine.faces.user_caches import unfinished_folder
from facecam.engine.photos.embedding_cache import VectorCache
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.places import user_cache_folder
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from facecam.gallery.gallery import Gallery
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Preset
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split
from facecam.training.run.folder import RunFolder, read_json, write_json
from facecam.vision.images.read import read_picture
from tests.faults.stage import DIMENSIONS, Hand, face_of, picture, save

PEOPLE = ("Pauline One", "Quentin Two", "Rosalind Three", "Sebastian Four")
PHOTOS_EACH = 3
_RUN = "2026-01-31-test-1"


@dataclass(frozen=True)
class World:
    """Where everything of the household lies.

    Attributes:
        root: `data`, `database`, `weights`, `runs`, `cache` and, as the user's own, `originals`.
    """

    root: Path

    @property
    def settings(self) -> Settings:
        folders = {name: self.root / name for name in ("data", "database", "weights")}
        return replace(Settings(), **folders)

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    def enter(self) -> None:
        """Have this process keep its caches here."""
        os.environ["XDG_CACHE_HOME"] = str(self.root / "cache")
        os.environ[PASSPHRASE_VARIABLE] = "four words nobody guesses"
        data_keys.enter(self.settings.database)


def build(root: Path, seed: int) -> World:
    """Make the household; to be called on the stage."""
    world = World(root)
    world.enter()
    settings = world.settings
    (root / "weights").mkdir(parents=True)
    for person in range(6):
        for number in range(2 * PHOTOS_EACH):
            save(world.originals / str(person) / f"{number}.png", picture(person, number, seed))
    for person, name in enumerate(PEOPLE):
        photos = [world.originals / str(person) / f"{number}.png" for number in range(PHOTOS_EACH)]
        Enroller(settings).enroll(name, photos)
    components.open_store(settings).update(lambda gallery: _some(gallery).with_threshold(0.3))
    # The first was taken for the second, and somebody unknown for the first.
    reject_photos(settings, PEOPLE[1], [world.originals / "0" / "4.png"])
    reject_photos(settings, PEOPLE[0], [world.originals / "5" / "0.png"])
    _visits(settings)
    _training(settings)
    _caches(settings)
    for lock in root.rglob(".people.lock"):
        lock.unlink()  # As an earlier version left it.
    return world


def _some(gallery: Gallery | None) -> Gallery:
    assert gallery is not None
    return gallery


def _visits(settings: Settings) -> None:
    gallery, file = _some(components.open_store(settings).load()), SightingFile(settings.database)
    moment = datetime(2026, 1, 31, 12, 0)
    for number, identity in enumerate((*gallery.identities, *gallery.identities)):
        file.append(Sighting(number, identity, moment, moment, 90.0, "demo"))


def _training(settings: Settings) -> None:
    run = RunFolder(settings.weights.parent / "runs" / _RUN)
    run.path.mkdir(parents=True)
    samples = tuple(
        Sample(name, photo, digest, Path(f"{digest}.png"))
        for name, photos in PhotoLibrary(settings.data).people().items()
        for photo in photos
        for digest in [hashlib.sha256(photo.read_bytes()).hexdigest()]
    )
    split = Split(samples[:-2], (), samples[-2:], "photo")
    run.write_plan(Preset("test", "Test", "", TrainOptions(), ()), TrainOptions(), split, {"name": "mine"})
    write_json(run.path / "projection.json", {"kind": "pca", "people": [one.person for one in samples]})
    for name in ("before", "after"):
        np.save(run.path / f"{name}.npy", np.arange(2 * len(samples), dtype=np.float32).reshape(-1, 2))
        (run.path / f"{name}.png").write_bytes(b"a legend with names")


def _caches(settings: Settings) -> None:
    chips, hand = chip_store(settings), Hand()
    digests = PhotoDigests(chips.folder.parent / "digests.json")
    key, everyone = {"model_id": hand.card.model_id}, list[Path]()
    caches = [
        VectorCache(folder, key, DIMENSIONS)
        for folder in (settings.database / CACHE_FOLDER, user_cache_folder())
    ]
    for photos in PhotoLibrary(settings.data).people().values():
        for photo in photos:
            image = read_picture(photo)
            chip = hand.chip(image, face_of(image))
            digest = digests.of(photo)
            chips.add(digest, chip)
            for cache in caches:
                cache.add(bytes.fromhex(digest), "", hand.embed([chip]).vectors[0])
            everyone.append(photo)
    digests.save()
    for cache in caches:
        cache.save()
    # A grouping that was broken off.
    unfinished = unfinished_folder(everyone, "grouped")
    FaceShards(settings, hand, unfinished, every_face=True).make(everyone)  # type: ignore[arg-type]


# ---------------------------------------------------------------------- looking

State = dict[str, tuple[object, ...]]


def state_of(world: World) -> State:
    """What the program knows of everybody, by name, in a form that can be compared: no dates and no fresh ids."""
    world.enter()
    settings = world.settings
    gallery = components.open_store(settings).load()
    people: dict[str, list[object]] = {}
    visits = _lines(settings)
    run = RunFolder(settings.weights.parent / "runs" / _RUN)
    record = read_json(run.data) if run.data.is_file() else {"train": [], "held": []}
    trained = [one["person"] for kind in ("train", "held") for one in record[kind]]
    for person in gallery.people if gallery else ():
        vectors = [_digest(row.tobytes()) for row in gallery.vectors_of(person)]
        rejected = sorted(_digest(row.tobytes()) for row in gallery.rejections_of(person))
        seen = sum(1 for one in visits if one["id"] == person.identity.id)
        people[person.identity.name] = [tuple(vectors), tuple(rejected), seen]
    library = PhotoLibrary(settings.data)
    for name, photos in library.people().items():
        kept = sorted(_digest(at_rest.read_bytes(photo)) for photo in photos)
        faces = sorted(_digest(at_rest.read_bytes(photo)) for photo in library.rejected_of(name))
        people.setdefault(name, [(), (), 0]).extend([tuple(kept), tuple(faces)])
    for name, what in people.items():
        what += [((), ())[: max(0, 5 - len(what))], trained.count(name)]
    known = {person.identity.id for person in gallery.people} if gallery else set()
    strange = tuple(sorted(str(one["name"]) for one in visits if one["id"] not in known))
    return {**{name: tuple(what) for name, what in people.items()}, "(visits of nobody)": strange}


def order_of(world: World) -> tuple[object, ...]:
    """Everybody, every vector and every photo, in the order and at the place where each is."""
    world.enter()
    gallery, data = _some(components.open_store(world.settings).load()), world.settings.data
    rejections = gallery.rejections
    rows = [*zip(gallery.owners.tolist(), gallery.vectors.tolist(), gallery.alignments.tolist(), strict=True)]
    refused = [*zip(rejections.owners.tolist(), rejections.vectors.tolist(), strict=True)]
    photos = {
        str(path.relative_to(data)): _digest(at_rest.read_bytes(path)) for path in sorted(data.rglob("*.png"))
    }
    return gallery.people, rows, refused, photos


def _lines(settings: Settings) -> list[dict[str, object]]:
    file = SightingFile(settings.database).path
    return [json.loads(line) for line in at_rest.read_text(file).splitlines()] if file.is_file() else []


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


_LEFT_OVER = re.compile(r".*\.tmp|\.removed|changing\.json|\.writing-.*|\.adding-.*|.*restoring(\.json)?")


def left_overs(world: World) -> list[str]:
    """Files and folders that only somebody at work may have."""
    return sorted(
        str(path.relative_to(world.root)) for path in world.root.rglob("*") if _LEFT_OVER.fullmatch(path.name)
    )


def needles_of(world: World, name: str) -> list[bytes]:
    """What must not be found any more when somebody was deleted: names, ids, photos, chips, vectors."""
    settings = world.settings
    gallery = _some(components.open_store(settings).load())
    person = gallery.find(name)
    library, hand = PhotoLibrary(settings.data), Hand()
    photos = library.photos_of(name)
    needles = [name.encode(), person.identity.id.encode()]
    needles += [row.tobytes() for row in gallery.vectors_of(person)]
    for photo in photos:
        image = read_picture(photo)
        chip = hand.chip(image, face_of(image))
        content = at_rest.read_bytes(photo)
        digest = hashlib.sha256(content).hexdigest()
        needles += [content[60:600], digest.encode(), bytes.fromhex(digest), chip[0].tobytes()]
        stored = chip_store(settings).path(digest)
        needles += [at_rest.read_bytes(stored)[60:600]] if stored.is_file() else []
    for rejected in (path for other in PEOPLE if other != name for path in library.rejected_of(other)):
        needles.append(at_rest.read_bytes(rejected)[60:600])
    return needles


def found_in(world: World, needles: Iterable[bytes]) -> list[str]:
    """Files of ours that hold one of these; the user's originals do not count."""
    wanted = list(needles)
    hits = []
    for path in sorted(world.root.rglob("*")):
        if world.originals in path.parents or path.is_symlink() or "elsewhere" in path.parts:
            continue
        content = os.fsencode(str(path.relative_to(world.root)))
        if path.is_file():
            content += b"\0" + path.read_bytes()
        if any(needle in content for needle in wanted):
            hits.append(str(path.relative_to(world.root)))
    return hits


def identity(settings: Settings, name: str) -> Identity:
    """Somebody by name."""
    gallery = components.open_store(settings).load()
    for one in gallery.identities if gallery else ():
        if one.name == name:
            return one
    return Identity("", name)


def embeddings_of(world: World, person: int, numbers: Iterable[int]) -> Embeddings:
    """Vectors of originals."""
    hand = Hand()
    images = [read_picture(world.originals / str(person) / f"{number}.png") for number in numbers]
    return hand.embed([hand.chip(image, face_of(image)) for image in images])
