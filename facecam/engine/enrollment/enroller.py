"""Enrollment: making a person known from a few photos."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.errors import DataError, EnrollmentError
from facecam.core.events import NEVER, CancelToken, EventSink, faults_told, ignore, progressing
from facecam.core.paths import is_folder, printable
from facecam.core.types import Box, Embeddings, FloatArray, Identity, alignment_codes
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.enrollment.addition import Addition
from facecam.engine.enrollment.consent import Consent, consent_note
from facecam.engine.enrollment.messages import first_hint, nothing_fit
from facecam.engine.enrollment.selection import (
    UNLIKE_FACTOR,
    Candidate,
    Known,
    PhotoSink,
    Request,
    dominant,
    first_impression,
    is_beside_somebody_larger,
    judge_by_hand,
    picked_by_likeness,
    unseen,
    without_outliers,
)
from facecam.engine.faces.face_finder import FoundFaces, main_face
from facecam.engine.faces.library_scan import PhotoFacts, RememberedFace, remember_seen
from facecam.engine.faces.looks_of_people import LooksOfPeople
from facecam.engine.faces.photo_batches import Seen
from facecam.engine.faces.photo_reader import PhotoReader, PhotoReading
from facecam.engine.photos.chosen_faces import remembered
from facecam.engine.photos.fingerprint_cache import library_fingerprints
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.names import settled_name
from facecam.engine.photos.quality import PhotoVerdict, judge, pages_unseen
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.engine.recognition.likeness import LookAlike, look_alike
from facecam.engine.transactions.journal import recover
from facecam.engine.transactions.photo_copies import Kept, keep_with_vectors
from facecam.gallery.gallery import Gallery
from facecam.gallery.names import fresh_name
from facecam.vision.images.align import face_chip
from facecam.vision.images.fingerprint import fingerprint
from facecam.vision.images.quality import assess
from facecam.vision.images.read import list_pictures, read_picture

#: Two vectors of one face of one photo are at most this far apart.
_SAME_FACE_SQUARED_L2 = 0.01


class NothingFitError(EnrollmentError):
    """None of the photos can be used; `verdicts` says why for each."""

    def __init__(self, message: str, *, hint: str, verdicts: tuple[PhotoVerdict, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.verdicts = verdicts


@dataclass(frozen=True, slots=True)
class EnrollReport:
    """What enrolling did.

    Attributes:
        identity: the person.
        verdicts: one per photo, in the order given.
        vectors: how many the person has now.
        look_alike: somebody else who looks like them, or None.
        consent: what they agreed to; None: not recorded.
        addition: what was put there, for taking it back.
        groups: where the photos used look like several people: one group each, the first one is whom the person looks
            like most with what they were known by before, and may be empty; else there is none.
        places: where the copies of the photos used are.
    """

    identity: Identity
    verdicts: tuple[PhotoVerdict, ...]
    vectors: int
    look_alike: LookAlike | None
    consent: Consent | None = None
    addition: Addition | None = None
    groups: tuple[tuple[Path, ...], ...] = ()
    places: Mapping[Path, Path] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Number of photos used."""
        return sum(verdict.used for verdict in self.verdicts)


class Enroller:
    """Enrolls people with one set of models.

    Args:
        settings: models, folders, detector, threshold.
        on_event: gets progress per photo and notices.
        cancel: asked before each photo; nothing is saved after a cancellation.

    Raises:
        WeightsError: a model is missing or damaged.
    """

    def __init__(
        self, settings: Settings, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER
    ) -> None:
        self._settings, self._on_event, self._cancel = settings, on_event, cancel
        self.embedder: Embedder = components.open_embedder(settings)
        self.looker = PhotoReader(settings)
        self._looks = LooksOfPeople.of(settings, self.embedder.card)
        self._store = components.open_store(settings, on_event)
        self._library = PhotoLibrary(settings.data, on_event)

    def listening(self, on_event: EventSink, cancel: CancelToken = NEVER) -> Self:
        """The same enroller, models and all, that reports elsewhere and is cancelled elsewhere."""
        other = copy.copy(self)
        other._on_event, other._cancel = on_event, cancel
        return other

    def enroll(
        self,
        name: str,
        paths: Iterable[Path],
        *,
        chosen_faces: Mapping[Path, Box] | None = None,
        distinct: bool = False,
        on_photo: PhotoSink = unseen,
        consent: str | None = None,
    ) -> EnrollReport:
        """Judge photos, keep copies of the good ones in `data/`, and add their vectors.

        Args:
            name: a new person's or a known one's; whose name differs from a known one in case, blanks and
                invisible characters only is that person, with a notice.
            paths: photos and folders of photos.
            chosen_faces: by photo, the box (px of the upright picture, as `faces_in` gives it) of
                the face that somebody said is the person's: one that was found, or one drawn by hand. It is not
                doubted for being one of several, turned away or unlike the person's others, only for its quality.
                If the person was known by another face of the same photo, they no longer are.
            distinct: the photos are known to be different shots, however alike they look.
            on_photo: told as soon as a photo was looked at: its fault, or `good` as far as one can
                tell without the others. The report has the last word.
            consent: what the person agreed to, in words; None leaves what is recorded as it is.

        Raises:
            NothingFitError: none of the photos fit.
            EnrollmentError: no photo given, a drawn box is no place in its photo, or the consent says nothing.
            GalleryError: the database is unreadable or stale, or the name cannot be one.
            DataError: disk full or no permission; the database and `data/` are as they were.
        """
        name, note = fresh_name(name), None if consent is None else consent_note(consent)
        photos = expand(paths, self._on_event)
        recover(self._settings, self._on_event)
        gallery = components.load_gallery(self._store, self.embedder.card)
        name = settled_name(name, gallery, self._library, self._on_event)
        request = Request(dict(chosen_faces or {}), distinct, on_photo)
        verdicts, chosen = self._choose(name, photos, gallery, request)
        if not chosen:
            why, hint = nothing_fit(name, verdicts), first_hint(verdicts)
            raise NothingFitError(why, hint=hint, verdicts=tuple(verdicts))
        embeddings = self._embeddings(chosen)
        alike = self._look_alike(name, embeddings, gallery)
        self._cancel.check()
        kept, places = self._kept(name, chosen, embeddings, note)
        updated, person = kept.gallery, kept.gallery.find(name)
        return EnrollReport(
            person.identity,
            tuple(verdicts),
            len(updated.vectors_of(name)),
            alike,
            Consent.read(person.consent),
            Addition.between(kept.before, updated, name, kept.made),
            self._people_seen(chosen, updated.vectors_of(name)),
            places,
        )

    def faces_in(self, path: Path) -> FoundFaces:
        """The faces of a photo, in the upright picture.

        Raises:
            DataError: it cannot be read.
        """
        return self.look(path).found

    def look(self, path: Path, name: str = "") -> PhotoReading:
        """The faces of a photo, in the upright picture, for somebody to choose from.

        Args:
            path: the photo.
            name: whose face is looked for: the one chosen before is pointed out.

        Raises:
            DataError: it cannot be read.
        """
        return self.looker.look(path, person=name)

    def vectors_from_library(self, name: str) -> tuple[Embeddings | None, list[PhotoVerdict]]:
        """Vectors of the photos already in `data/`, judged anew; None if none fit."""
        gallery = Gallery.empty(self.embedder.card.model_id, self.embedder.card.dimensions)
        verdicts, chosen = self._choose(name, self._library.photos_of(name), gallery, against_library=False)
        if not chosen:
            return None, verdicts
        # What was chosen for want of a memory is remembered; what was remembered stays as it is.
        picked = {one.path: one.choice() for one in chosen if one.meant and one.meant.index is None}
        # Photos that may only be read can be learnt from all the same.
        with faults_told(self._on_event, DataError), remembered(self._settings.data, picked):
            pass
        return self._embeddings(chosen), verdicts

    def _embeddings(self, chosen: Sequence[Candidate]) -> Embeddings:
        vectors = np.concatenate([one.vectors for one in chosen])
        alignments = np.concatenate([one.alignments for one in chosen])
        return Embeddings(vectors, self.embedder.card.model_id, alignments)

    def _people_seen(self, chosen: Sequence[Candidate], own: FloatArray) -> tuple[tuple[Path, ...], ...]:
        """The photos by whom they look like, where they and what the person is known by look like several people.

        What somebody said is the person's face is not doubted.
        """
        rows = [int(unit_squared_l2(own, one.vectors[0]).argmin()) for one in chosen]
        certain = np.zeros(len(own), bool)
        certain[[row for row, one in zip(rows, chosen, strict=True) if one.is_certain]] = True
        groups = [
            tuple(one.path for one, row in zip(chosen, rows, strict=True) if row in group)
            for group in self._looks.groups(own, certain.tolist())
        ]
        return tuple(groups) if any(groups[1:]) else ()

    def _kept(
        self, name: str, chosen: Sequence[Candidate], embeddings: Embeddings, note: str | None
    ) -> tuple[Kept, dict[Path, Path]]:
        """Copy photos into `data/`, remember which face is meant, and add their vectors: all or nothing."""
        places: dict[Path, Path] = {}
        wrong = [one.others for one in chosen if one.is_certain and one.others is not None]

        def pictures() -> dict[Path, Path]:
            places.update({one.path: self._library.place_of(name, one.path) for one in chosen})
            return {place: photo for photo, place in places.items()}

        def change(current: Gallery | None) -> Gallery:
            gallery = self._added(current, name, embeddings, wrong)
            return gallery if note is None else gallery.with_consent(name, note)

        def choices(_: Sequence[Path]) -> AbstractContextManager[None]:
            return remembered(self._settings.data, {places[one.path]: one.choice() for one in chosen})

        def remember() -> None:
            seen = ((places[one.path], one.seen[0]) for one in chosen if one.is_remembered)
            remember_seen(self._settings, self.embedder, seen)

        kept = keep_with_vectors(
            self._settings,
            name,
            pictures,
            "vectors",
            embeddings.vectors,
            change,
            beside=choices,
            afterwards=remember,
            on_event=self._on_event,
        )
        return kept, places

    def _added(
        self, current: Gallery | None, name: str, embeddings: Embeddings, wrong: Sequence[FloatArray]
    ) -> Gallery:
        card = self.embedder.card
        gallery = current or Gallery.empty(card.model_id, card.dimensions, photo_alignment(self._settings))
        # Another process may have enrolled the very same photos meanwhile.
        gallery = gallery.add(name, gallery.unknown_of(name, embeddings))
        own, others = gallery.vectors_of(name), np.concatenate([embeddings.vectors[:0], *wrong])
        if not len(others):
            return gallery
        # Vectors of other faces of these very photos: somebody said that they are not the person's.
        mistaken = unit_squared_l2(own, others).min(axis=1) < _SAME_FACE_SQUARED_L2
        mistaken &= unit_squared_l2(own, embeddings.vectors).min(axis=1) >= _SAME_FACE_SQUARED_L2
        return gallery.without_vectors(name, own[mistaken])

    def _choose(
        self,
        name: str,
        photos: Sequence[Path],
        gallery: Gallery,
        request: Request | None = None,
        *,
        against_library: bool = True,
    ) -> tuple[list[PhotoVerdict], list[Candidate]]:
        """A verdict per photo, and the candidates that are good."""
        request = request or Request()
        verdicts: dict[Path, PhotoVerdict] = {}
        candidates: list[Candidate] = []
        for path in progressing(photos, "photos", self._on_event, self._cancel):
            outcome = self._examine(path, name, request.chosen_faces.get(path))
            if isinstance(outcome, PhotoVerdict):
                verdicts[path] = outcome
                request.on_photo(outcome)
            else:
                candidates.append(outcome)
                request.on_photo(first_impression(outcome, self.embedder.chip_spec))
        known = Known.of(name, gallery, self._fingerprints(name) if against_library else [])
        threshold = components.accepted_threshold(self._settings, gallery, self.embedder.card)
        good = self._judged(candidates, known, verdicts, threshold, request)
        return [verdicts[path] for path in photos], good

    def _examine(self, path: Path, name: str = "", drawn: Box | None = None) -> PhotoVerdict | Candidate:
        try:
            image = read_picture(path)
        except DataError as error:
            return PhotoVerdict(path, "unreadable", error.message, cure=error.hint)
        look = self.looker.look(path, image, drawn=drawn, person=name)
        found = look.found
        if not found.detections:
            detail = "no face was found, however the picture was turned or enlarged"
            return PhotoVerdict(path, "no face", "; ".join(filter(None, (detail, pages_unseen(path)))))
        faces = tuple(found.detections)
        views = [self.embedder.views(found.image, face) for face in faces]
        chips = tuple(view[0] for view in views)
        vectors = self.embedder.embed(views, mirror=True).vectors
        main = faces.index(main_face(faces, found.image))
        alignments = alignment_codes(map(self.embedder.alignment_of, faces, views))
        how = "; ".join(part for part in (found.how, look.meant.how) if part)
        seen = tuple(
            RememberedFace(
                PhotoFacts.of(Seen(image, found, face, view)), vector, face_chip(found.image, face)
            )
            for face, view, vector in zip(faces, views, vectors, strict=True)
        )
        print_ = fingerprint(image)
        height, width = found.image.shape[:2]
        return Candidate(
            path, how, main, faces, (width, height), chips, vectors, print_, alignments, look.meant, seen=seen
        )

    def _judged(
        self,
        candidates: Sequence[Candidate],
        known: Known,
        verdicts: dict[Path, PhotoVerdict],
        threshold: float,
        request: Request,
    ) -> list[Candidate]:
        good: list[Candidate] = []
        several: list[Candidate] = []
        for candidate in candidates:
            main = request.chosen(candidate) or dominant(candidate)
            if main is None:
                several.append(candidate)
            elif self._passes(main, verdicts) and (request.distinct or known.is_new(main, good, verdicts)):
                good.append(main)
        certain = [one for one in good if one.is_certain]
        doubtful = [one for one in good if not one.is_certain]
        own = np.concatenate([*(one.vectors for one in certain), known.vectors])
        good = certain + without_outliers(doubtful, own, threshold * UNLIKE_FACTOR, verdicts)
        for candidate in candidates:
            if len(candidate.faces) > 1 and request.chosen(candidate) is None:
                others = [one for one in good if one.path != candidate.path]
                references = np.concatenate([*(one.vectors for one in others), known.vectors])
                if is_beside_somebody_larger(candidate, references, threshold):
                    good = others
                    several.append(candidate)
        references = np.concatenate([*(one.vectors for one in good), known.vectors])
        for candidate in several:
            picked = picked_by_likeness(candidate, references, threshold, verdicts)
            if picked is not None and self._passes(picked, verdicts) and known.is_new(picked, good, verdicts):
                good.append(picked)
        return good

    def _passes(self, candidate: Candidate, verdicts: dict[Path, PhotoVerdict]) -> bool:
        face, chip = candidate.faces[0], candidate.chips[0]
        quality = assess(face, chip, self.embedder.chip_spec, candidate.size)
        reason, detail = judge_by_hand(quality) if candidate.is_certain else judge(quality)
        detail = "; ".join(part for part in (detail, candidate.how) if part)
        box, told = candidate.box, candidate.told
        verdicts[candidate.path] = PhotoVerdict(candidate.path, reason, detail, box, quality, told=told)
        return reason == "good"

    def _fingerprints(self, name: str) -> list[int]:
        photos = self._library.photos_of(name)
        return [
            one
            for folder in self._library.folders_of(name)
            for one in library_fingerprints(folder, [photo for photo in photos if folder in photo.parents])
        ]

    def _look_alike(self, name: str, embeddings: Embeddings, gallery: Gallery) -> LookAlike | None:
        if name in {one.name for one in gallery.identities} or not len(gallery):
            return None
        matcher = components.open_matcher(self._settings, gallery, self.embedder.card)
        return look_alike(matcher, embeddings.vectors)


def expand(paths: Iterable[Path], on_event: EventSink = ignore) -> list[Path]:
    """Photos and the pictures in folders, each once, in order.

    Raises:
        EnrollmentError: there is none.
    """
    photos: dict[Path, None] = {}
    given = list(paths)
    for path in given:
        # Too long or impossible a name is no folder: reading it as a photo says so.
        for photo in list_pictures(path, recursive=True, on_event=on_event) if is_folder(path) else [path]:
            photos[photo] = None
    if not photos:
        where = ", ".join(printable(path) for path in given) or "nothing given"
        raise EnrollmentError(
            f"there are no pictures to look at ({where})", hint="Name photos or a folder with photos."
        )
    return list(photos)
