"""Scan of the photo library: face, vector, quality and fingerprint of each photo, remembered between runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError, WeightsError
from facecam.core.events import NEVER, CancelToken, EventSink, ignore
from facecam.core.json_text import parse_json
from facecam.core.paths import sha256_file
from facecam.core.types import FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.chip_cache import chip_store, forget_prepared
from facecam.engine.faces.looks_of_people import LooksOfPeople
from facecam.engine.faces.photo_batches import PhotoEmbedder, PhotoFault, PhotoVectors, Seen, depends_on
from facecam.engine.faces.photo_reader import Marks
from facecam.engine.faces.user_caches import vector_caches
from facecam.engine.photos.chosen_faces import certain_photos
from facecam.engine.photos.embedding_cache import VectorCache, forget
from facecam.engine.photos.fingerprint_cache import forget_fingerprints
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.scoring import FALLBACK_THRESHOLD, Limit, limit_for, open_cohort
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.centers import SPREAD
from facecam.gallery.matching.cohort import Cohort
from facecam.runtime.card import ModelCard
from facecam.vision.images.fingerprint import fingerprint
from facecam.vision.images.quality import FaceQuality, assess

_log = logging.getLogger(__name__)

#: Beside the database, since these vectors are of the same people: who removes one removes the other.
CACHE_FOLDER = "photos-seen"
#: Words in the lineage of the card of a model that was trained here.
OWN_PHOTOS = "the user's photos"
_FACTS_VERSION = 3


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is remembered of a photo besides its vector.

    Attributes:
        fingerprint: perceptual hash of the whole picture, 255 bits.
        faces: how many were found.
        how: which attempt found them; empty for the first.
        quality: of the main face; None without one.
        box: left, top, right, bottom of the main face as shares of the upright picture; empty without one.
    """

    fingerprint: int
    faces: int
    how: str = ""
    quality: FaceQuality | None = None
    box: tuple[float, ...] = ()

    @classmethod
    def of(cls, seen: Seen) -> PhotoFacts:
        """The facts of a photo that is being looked at."""
        print_ = fingerprint(seen.image)
        if seen.face is None:
            return cls(print_, 0)
        height, width = seen.found.image.shape[:2]
        shares = astuple(seen.face.box.shares_of(width, height))
        rounded = tuple(round(share, 4) for share in shares)
        quality = assess(seen.face, seen.views[0], picture_px=(width, height))
        return cls(print_, len(seen.found.detections), seen.found.how, quality, rounded)

    def to_text(self) -> str:
        """As one line of JSON."""
        quality = None if self.quality is None else list(asdict(self.quality).values())
        return json.dumps([f"{self.fingerprint:x}", self.faces, self.how, quality, list(self.box)])

    @classmethod
    def from_text(cls, text: str) -> PhotoFacts:
        """The reverse of `to_text`."""
        print_, faces, how, quality, box = parse_json(text)
        known = None if quality is None else FaceQuality(*quality)
        return cls(int(print_, 16), faces, how, known, tuple(box))


@dataclass(frozen=True, slots=True, eq=False)
class RememberedFace:
    """The face of a photo as `remember_seen` keeps it.

    Attributes:
        facts: of the photo, with this face as the main one.
        vector: float32 (D,), unit length, of the face and its mirror image.
        chip: as a training wants it, see `chip_store`.
    """

    facts: PhotoFacts
    vector: FloatArray
    chip: ImageArray


@dataclass(frozen=True, slots=True)
class LibraryPhoto:
    """A photo of a person.

    Attributes:
        person: index into `LibraryPhotos.people`.
        path: the file.
        facts: None when it cannot be read.
        fault: why not.
    """

    person: int
    path: Path
    facts: PhotoFacts | None
    fault: PhotoFault | None = None

    @property
    def has_face(self) -> bool:
        """Whether a face was found in it."""
        return self.facts is not None and self.facts.faces > 0


@dataclass(frozen=True, slots=True, eq=False)
class LibraryPhotos:
    """All photos of `data/`.

    Attributes:
        people: names, alphabetical; also those without a photo.
        photos: in the order of people, then of paths.
        vectors: float32 (N, D), one row per photo, unit length; zeros for a photo without face or unreadable.
        model_id: of the embedder.
        threshold: squared_l2 in force for these vectors.
        looked_at: photos looked at in this run.
        remembered: photos known from an earlier one.
        trained_on: whether the model was trained on the user's photos, which makes it look better on them.
        spread: mean squared_l2 of two photos of one person by the model.
        cohort: what scores are normalised by; None: distances decide.
        limit: by which names are given; None: `threshold`, a distance, is all there is.
        looks: tells of how many people the photos of one person seem to be.
        certain: photos of which somebody said that they show the person.
    """

    people: tuple[str, ...]
    photos: tuple[LibraryPhoto, ...]
    vectors: FloatArray
    model_id: str
    threshold: float
    looked_at: int
    remembered: int
    trained_on: bool = False
    spread: float = SPREAD
    cohort: Cohort | None = None
    limit: Limit | None = None
    looks: LooksOfPeople = LooksOfPeople(None)
    certain: frozenset[Path] = frozenset()

    @property
    def owners(self) -> NDArray[np.intp]:
        """(N,), the person of every photo."""
        return np.array([photo.person for photo in self.photos], np.intp)

    @property
    def with_face(self) -> NDArray[np.intp]:
        """Rows of the photos in which a face was found."""
        return np.flatnonzero([photo.has_face for photo in self.photos])


def look_at_library(
    settings: Settings,
    *,
    remember: bool = True,
    keep_chips: bool = False,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> LibraryPhotos:
    """Look at every photo of `data/`; what was seen before comes from the cache, so a second run takes seconds.

    Args:
        settings: model, detector, folders.
        remember: keep what is seen in `database/photos-seen/`.
        keep_chips: keep the chips of photos looked at now for the training that is going to follow.
        on_event: gets `Progress("photos", …)` and notices.
        cancel: stops between photos; what was seen stays remembered.

    Raises:
        WeightsError: a model is missing or damaged.
        DataError: `data/` cannot be read.
    """
    embedder = components.open_embedder(settings)
    people = PhotoLibrary(settings.data, on_event).people()
    paths = {str(path): path for photos in people.values() for path in photos}
    folder = settings.database / CACHE_FOLDER if remember else None
    cache = VectorCache(folder, _key(settings, embedder), embedder.card.dimensions, on_event)
    reader = PhotoEmbedder(
        settings,
        embedder,
        cache,
        flip=True,
        describe=lambda seen: PhotoFacts.of(seen).to_text(),
        chips=chip_store(settings) if keep_chips else None,
    )
    read = reader.read(paths, on_event, cancel)
    return _gathered(settings, embedder, people, read)


def remember_seen(
    settings: Settings, embedder: Embedder, seen: Iterable[tuple[Path, RememberedFace]]
) -> None:
    """Keep what enrolling found in photos of `data/`, so that nobody looks at them again before a training.

    What cannot be kept is looked at again.

    Args:
        settings: as for `look_at_library`.
        embedder: made the vectors.
        seen: photos where they are now, each with the face that is the person's.
    """
    cache = VectorCache(
        settings.database / CACHE_FOLDER, _key(settings, embedder), embedder.card.dimensions, ignore
    )
    marks, chips = Marks(settings), chip_store(settings)
    for photo, face in seen:
        try:
            digest = marks.digest_seen(photo, sha256_file(photo))
            if not chips.has_chip(digest):
                chips.add(digest, face.chip)
        except DataError as fault:
            _log.info("this photo is looked at again: %s", fault)
            continue
        cache.add(bytes.fromhex(digest), face.facts.to_text(), face.vector)
    cache.save()


def forget_photos_seen(settings: Settings, photos: Iterable[Path], others: Iterable[str] = ()) -> int:
    """Remove what is remembered of photos that are about to be deleted; returns how many entries are gone.

    Args:
        settings: where the database is.
        photos: the files.
        others: SHA-256 of photos that are gone already, 64 hex digits each.

    Raises:
        DataError: it cannot be deleted.
    """
    digests = set(map(bytes.fromhex, others))
    photos = list(photos)
    forget_fingerprints(photos)
    for photo in photos:
        try:
            digests.add(bytes.fromhex(sha256_file(photo)))
        except DataError:
            continue  # Nothing is remembered of a photo that cannot be read.
    chips = forget_prepared(digest.hex() for digest in digests)
    folders = (settings.database / CACHE_FOLDER, *vector_caches())
    return chips + sum(forget(folder, digests) for folder in folders if folder.is_dir())


def _gathered(
    settings: Settings, embedder: Embedder, people: dict[str, list[Path]], read: PhotoVectors
) -> LibraryPhotos:
    faults = {fault.name: fault for fault in read.faults}
    facts = {name: PhotoFacts.from_text(text) for name, text in read.found_by.items()}
    photos = tuple(
        LibraryPhoto(index, path, facts.get(str(path)), faults.get(str(path)))
        for index, paths in enumerate(people.values())
        for path in paths
    )
    vectors = np.zeros((len(photos), embedder.card.dimensions), np.float32)
    for row, photo in enumerate(photos):
        if photo.has_face:
            vectors[row] = read.vectors[read.rows[str(photo.path)]]
    gallery = _gallery(settings, embedder)
    cohort = open_cohort(settings, embedder.card)
    limit = limit_for(settings, gallery, embedder.card, cohort, len(people))
    return LibraryPhotos(
        people=tuple(people),
        photos=photos,
        vectors=vectors,
        model_id=embedder.card.model_id,
        threshold=_threshold(settings, gallery, embedder.card),
        looked_at=read.looked_at,
        remembered=read.remembered,
        trained_on=OWN_PHOTOS in embedder.card.lineage,
        spread=components.spread_of(embedder.card),
        cohort=None if limit is None or limit.match_score is None else cohort,
        limit=limit,
        looks=LooksOfPeople.of(settings, embedder.card),
        certain=certain_photos(settings.data, (photo.path for photo in photos)),
    )


def _gallery(settings: Settings, embedder: Embedder) -> Gallery:
    """The saved gallery of this model; an empty one where there is none."""
    empty = Gallery.empty(embedder.card.model_id, embedder.card.dimensions)
    try:
        gallery = components.open_store(settings).load()
    except (GalleryError, DataError):
        return empty  # Photos can be looked at without a database; `live` and `people` say what is wrong.
    return empty if gallery is None or gallery.model_id != embedder.card.model_id else gallery


def _threshold(settings: Settings, gallery: Gallery, card: ModelCard) -> float:
    try:
        return components.accepted_threshold(settings, gallery, card)
    except WeightsError:
        return FALLBACK_THRESHOLD  # Nobody calibrated the model.


def _key(settings: Settings, embedder: Embedder) -> dict[str, object]:
    quality = [field.name for field in fields(FaceQuality)]
    return {"facts": _FACTS_VERSION, "quality": quality, **depends_on(settings, embedder)}
