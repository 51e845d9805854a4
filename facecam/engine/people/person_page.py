"""The page of a person: each photo judged, and a small picture of its face."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.types import Detection, FloatArray, Identity, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.enrollment.face_observation import nose_drop
from facecam.engine.enrollment.head_pose import PoseView, coverage, pose_of
from facecam.engine.enrollment.selection import UNLIKE_FACTOR
from facecam.engine.faces.face_finder import main_face
from facecam.engine.faces.looks_of_people import LooksOfPeople
from facecam.engine.faces.photo_reader import Marks, PhotoReader, PhotoReading
from facecam.engine.people.resemblances import LikePerson, TwoPeople, like_people
from facecam.engine.photos.chosen_faces import ChosenFace, ChosenFaces, certain_photos, remembered
from facecam.engine.photos.copies import digits_in
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.notes import NoteBook, PhotoNote
from facecam.engine.photos.portrait import Portrait
from facecam.engine.photos.quality import judge
from facecam.engine.recognition.likeness import likely_people
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.table import open_visits
from facecam.gallery.gallery import Gallery
from facecam.gallery.names import name_key
from facecam.vision.images.crop import around, shrunk
from facecam.vision.images.quality import assess
from facecam.vision.images.read import read_picture

#: Side of the small pictures of faces, px: twice what lists show, for sharp screens.
FACE_PX = 160
#: Photos that are looked at to say whom they are like.
_MOST_LIKELY = 3
#: Photos of which the best face stands for somebody.
_MOST_FOR_PORTRAIT = 3
#: How the names of pictures begin that were saved when a face was named in Live.
FROM_FILMS = "live-"
#: A vector this near to the photo's own is the one that was made from it.
_OWN_SQUARED_L2 = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCard:
    """A photo of somebody as the page shows it.

    Attributes:
        path: the file.
        note: what looking at it showed.
        known: whether the person is known by this photo: a vector of it is in the database.
        unlike: whether that is farther than photos of one person usually are.
        pose: which way the face looks; None without a face.
    """

    path: Path
    note: PhotoNote
    known: bool
    unlike: bool
    pose: PoseView | None


@dataclass(frozen=True, slots=True, eq=False)
class PersonPage:
    """Everything about one person.

    Attributes:
        identity: the person; the id is empty for somebody not enrolled.
        photos: theirs, in order of the files.
        vectors: how many the database holds.
        poses: the ways of looking of which there is a photo.
        groups: where the photos look like several people, those of each, the largest group first; else empty.
        alike: other people whom they may be taken for, the likeliest first.
        from_films: how many of the photos were taken out of a film or camera picture when a face was named there.
        visits: when they were seen, where a log is kept: oldest first.
        rejected: pictures of faces that somebody said are not this person, oldest first.
    """

    identity: Identity
    photos: tuple[PhotoCard, ...]
    vectors: int
    poses: frozenset[PoseView]
    groups: tuple[tuple[Path, ...], ...] = ()
    alike: tuple[LikePerson, ...] = ()
    from_films: int = 0
    visits: tuple[Sighting, ...] = ()
    rejected: tuple[Path, ...] = ()

    @property
    def in_use(self) -> int:
        """By how many of the photos the person is known."""
        return sum(card.known for card in self.photos)


class PersonPageBuilder:
    """Looks at the photos of people and remembers what it saw. May be used from several threads.

    Args:
        settings: models, folders, threshold.
        embedder: one that is open already.
        on_event: gets notices.
    """

    def __init__(self, settings: Settings, embedder: Embedder, on_event: EventSink = ignore) -> None:
        self._settings, self._embedder = settings, embedder
        self._marks = Marks(settings)
        self._looker = PhotoReader(settings, marks=self._marks)
        self._library = PhotoLibrary(settings.data, on_event)
        self._store = components.open_store(settings, on_event)
        self._visits = open_visits(settings)
        self._keys = PhotoDigests()
        self._looks = LooksOfPeople.of(settings, embedder.card)
        self._lock = threading.Lock()

    def page(
        self, identity: Identity, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER
    ) -> PersonPage:
        """Judge every photo of a person; those looked at before cost only reading.

        Raises:
            GalleryError: the database is unreadable.
        """
        gallery, threshold = self._gallery()
        enrolled = {one.id: one for one in gallery.identities}.get(identity.id)
        own = gallery.vectors_of(enrolled) if enrolled else np.zeros((0, gallery.dimensions), np.float32)
        notes: list[tuple[Path, PhotoNote]] = []
        photos = self._library.photos_of(identity.name)
        for folder in self._library.folders_of(identity.name):
            book = NoteBook(folder)
            try:
                for photo in [one for one in photos if folder in one.parents]:
                    cancel.check()
                    on_event(Progress("photos", len(notes), len(photos)))
                    notes.append((photo, self._note(book, photo, own)))
                book.forget({self._keys.key_of(photo) for photo, _ in notes if photo.is_file()})
            finally:
                book.save()
        on_event(Progress("photos", len(photos), len(photos)))
        cards = _cards(notes, own, gallery.model_id, threshold * UNLIKE_FACTOR)
        poses = coverage([card.note for card in cards if card.pose is not None and not card.unlike])
        return PersonPage(
            identity,
            tuple(cards),
            len(own),
            poses,
            self._people_seen(notes, own, gallery.model_id),
            (*self._spelled_alike(gallery, identity), *self._alike(gallery, enrolled)),
            sum(photo.name.startswith(FROM_FILMS) for photo in photos),
            self._seen(identity, on_event),
            tuple(self._library.rejected_of(identity.name)),
        )

    def confirm(self, identity: Identity, photos: Sequence[Path]) -> Callable[[], Identity]:
        """Remember that photos do show the person: they are not doubted again; returns what takes that back.

        Raises:
            DataError: one cannot be read, or this cannot be written; nothing is remembered.
        """
        gallery, _ = self._gallery()
        known = gallery.knows(identity) if identity.id else False
        own = gallery.vectors_of(identity) if known else np.zeros((0, gallery.dimensions), np.float32)
        choices, before = dict[Path, ChosenFace | None](), dict[Path, ChosenFace | None]()
        for photo in photos:
            with self._lock:
                look = self._looker.look(photo)
            if look.found.detections:
                face, _ = self._whose(look, own)
                choices[photo] = look.meant.choice(face.box, by_hand=True)
                before[photo] = ChosenFaces(self._folder_of(photo)).of(self._keys.key_of(photo))
        with remembered(self._settings.data, choices):
            pass

        def take_back() -> Identity:
            there = {photo: choice for photo, choice in before.items() if photo.is_file()}
            with remembered(self._settings.data, there):
                pass
            return identity

        return take_back

    def choose_portrait(self, photo: Path) -> Callable[[], None]:
        """Have the face of a photo stand for the person in lists; returns what takes that back.

        Raises:
            DataError: it cannot be read, or this cannot be written.
        """
        portrait, key = Portrait(self._folder_of(photo)), self._keys.key_of(photo)
        before = portrait.key
        portrait.choose(key)
        return lambda: portrait.choose(before)

    def face_of_person(self, photos: Sequence[Path]) -> ImageArray | None:
        """A small picture of the portrait somebody chose, or of the best face of the first photos.

        The same photos give the same portrait: it does not matter which of them somebody has looked at since, nor
        that encryption took the names of our copies.
        """
        chosen = next(filter(self._is_portrait, photos), None)
        if chosen is not None and (face := self.face_of_photo(chosen)) is not None:
            return face
        best: tuple[float, ImageArray] | None = None
        for photo in sorted(photos, key=lambda one: digits_in(one.name) or one.name)[:_MOST_FOR_PORTRAIT]:
            if (face := self.face_of_photo(photo)) is not None:
                note = NoteBook(self._folder_of(photo)).note_of(self._keys.key_or_none(photo) or "")
                quality = note.overall if note is not None and note.box else -1.0
                best = max(best or (quality, face), (quality, face), key=lambda one: one[0])
        return best[1] if best else None

    def face_of_photo(self, photo: Path) -> ImageArray | None:
        """A small picture of the face in a photo of the library, or of the photo if it has none.

        Returns:
            uint8 (H, W, 3) RGB, at most 160 px; None if the photo cannot be read.
        """
        key = self._keys.key_or_none(photo)
        if key is None:
            return None
        book = NoteBook(self._folder_of(photo))
        note = book.note_of(key)
        fresh = note is None or note.stamp == self._marks.stamp(photo, key)
        if fresh and (face := book.face_of(key)) is not None:
            return face
        self._note(book, photo, np.zeros((0, self._embedder.card.dimensions), np.float32))
        face = book.face_of(key)
        book.save()
        return face

    def likely(self, photos: Sequence[Path], cancel: CancelToken) -> tuple[tuple[str, float], ...]:
        """Everybody by how much the main face of some photos looks like them, in percent.

        Raises:
            GalleryError: the database is unreadable.
        """
        gallery, _ = self._gallery()
        nobody = np.zeros((0, gallery.dimensions), np.float32)
        vectors = []
        for photo in photos[:_MOST_LIKELY]:
            cancel.check()
            vector = self._looked_at(photo, nobody)[0].vector
            if vector is not None and vector.shape == (gallery.dimensions,):
                vectors.append(vector)
        if not vectors or gallery.model_id != self._embedder.card.model_id:
            return ()
        matcher = components.open_matcher(self._settings, gallery, self._embedder.card)
        return likely_people(matcher, self._embedder.card, np.stack(vectors))

    def vectors_of_photo(self, identity: Identity, photo: Path) -> FloatArray:
        """The person's vector that was made from this photo, float32 (n, D); n is 0 where there is none, else 1.

        Raises:
            GalleryError: the database is unreadable.
        """
        gallery, _ = self._gallery()
        nothing = np.zeros((0, gallery.dimensions), np.float32)
        if identity.id not in {one.id for one in gallery.identities}:
            return nothing
        own = gallery.vectors_of(identity)
        note = self._looked_at(photo, own)[0]
        if note.vector is None or note.vector.shape != (gallery.dimensions,):
            return nothing
        # Shots of one moment are hardly farther apart than rounding: only the nearest is this photo's.
        distances = _distances(own, note.vector)
        nearest = distances.argsort()[:1]
        return np.asarray(own[nearest][distances[nearest] < _OWN_SQUARED_L2], np.float32)

    # ------------------------------------------------------------------ inside

    def _gallery(self) -> tuple[Gallery, float]:
        gallery = self._store.load()
        card = self._embedder.card
        if gallery is None:
            gallery = Gallery.empty(card.model_id, card.dimensions)
        return gallery, components.accepted_threshold(self._settings, gallery, card)

    def _people_seen(
        self, notes: Sequence[tuple[Path, PhotoNote]], own: FloatArray, model_id: str
    ) -> tuple[tuple[Path, ...], ...]:
        """The photos by whom they look like, where that is more than one person."""
        usable = [
            (path, note.vector)
            for path, note in notes
            if _is_comparable(note, own, model_id) and note.reason in ("good", "turned away")
        ]
        paths = [path for path, _ in usable]
        vectors = np.array([vector for _, vector in usable], np.float32).reshape(-1, own.shape[1])
        certain = certain_photos(self._settings.data, paths)
        groups = self._looks.groups(vectors, [path in certain for path in paths])
        return tuple(tuple(paths[row] for row in group) for group in groups)

    def _seen(self, who: Identity, on_event: EventSink) -> tuple[Sighting, ...]:
        try:
            visits = self._visits.read()
        except DataError as error:  # The page is as good without.
            on_event(Notice(error.message, error.hint))
            return ()
        return tuple(one for one in visits if one.identity is not None and one.identity.id == who.id)

    def _spelled_alike(self, gallery: Gallery, who: Identity) -> tuple[LikePerson, ...]:
        """Those whose names differ in case, blanks and invisible characters only."""
        known = {one.name: one for one in gallery.identities}
        names = [name for name in {**known, **self._library.people()} if name != who.name]
        said = TwoPeople(self._settings.database)
        twins = [
            known.get(name, Identity("", name)) for name in names if name_key(name) == name_key(who.name)
        ]
        return tuple(LikePerson(one, None) for one in twins if not said.holds(who, one))

    def _alike(self, gallery: Gallery, who: Identity | None) -> tuple[LikePerson, ...]:
        card = self._embedder.card
        if who is None or gallery.model_id != card.model_id or len(gallery) < 2:
            return ()
        matcher = components.open_matcher(self._settings, gallery, card)
        return like_people(matcher, card, who, TwoPeople(self._settings.database))

    def _is_portrait(self, photo: Path) -> bool:
        key = Portrait(self._folder_of(photo)).key
        return bool(key) and key == self._keys.key_or_none(photo)

    def _folder_of(self, photo: Path) -> Path:
        return self._settings.data / photo.relative_to(self._settings.data).parts[0]

    def _note(self, book: NoteBook, photo: Path, own: FloatArray) -> PhotoNote:
        key = self._keys.key_or_none(photo)
        if key is None:
            return PhotoNote("unreadable", "the file cannot be read")
        note, stamp = book.note_of(key), self._marks.stamp(photo, key)
        if note is None or note.model_id not in ("", self._embedder.card.model_id) or note.stamp != stamp:
            note, face = self._looked_at(photo, own)
            note = replace(note, stamp=stamp)
            book.add(key, note, face)
        return note

    def _looked_at(self, photo: Path, own: FloatArray) -> tuple[PhotoNote, ImageArray | None]:
        try:
            image = read_picture(photo)
        except DataError as error:
            return PhotoNote("unreadable", error.message), None
        with self._lock:  # Detectors take one picture at a time.
            look = self._looker.look(photo, image)
        found = look.found
        if not found.detections:
            detail = "no face was found, however the picture was turned or enlarged"
            return PhotoNote("no face", detail), shrunk(image, FACE_PX)
        face, vector = self._whose(look, own)
        chip, spec = self._embedder.chip(found.image, face), self._embedder.chip_spec
        quality = assess(face, chip, spec, found.image.shape[1::-1])
        reason, detail = judge(quality)
        note = PhotoNote(
            reason,
            "; ".join(part for part in (detail, found.how, look.meant.how) if part),
            quality.overall,
            quality.yaw,
            nose_drop(face),
            face.box,
            self._embedder.card.model_id,
            vector,
        )
        return note, shrunk(around(found.image, face.box), FACE_PX)

    def _whose(self, look: PhotoReading, own: FloatArray) -> tuple[Detection, FloatArray]:
        """The face that was chosen; else the one most like the person, if they are known; else the main one."""
        found = look.found
        faces = list(found.detections)
        main = main_face(faces, found.image)
        views = [self._embedder.views(found.image, face) for face in faces]
        vectors = self._embedder.embed(views, mirror=True).vectors
        index = faces.index(main)
        if look.meant.index is not None:
            index = look.meant.index
        elif len(faces) > 1 and len(own) and own.shape[1] == vectors.shape[1]:
            index = int(unit_squared_l2(vectors, own).min(axis=1).argmin())
        return faces[index], vectors[index]


def _cards(
    notes: Sequence[tuple[Path, PhotoNote]], own: FloatArray, model_id: str, limit: float
) -> list[PhotoCard]:
    drops = [note.drop for _, note in notes if note.box is not None]
    usable = {path: note.vector for path, note in notes if _is_comparable(note, own, model_id)}
    good = [usable[path] for path, note in notes if path in usable and note.reason == "good"]
    # What the person is known by; photos that nobody has judged yet prove nothing about each other.
    references = own if len(own) else np.array(good, np.float32).reshape(-1, own.shape[1])
    cards = []
    for path, note in notes:
        vector = usable.get(path)
        known, nearest, others = _likeness(vector, own, references)
        # Of two photos nobody can say which is the odd one.
        unlike = nearest is not None and others >= 2 and nearest > limit
        pose = pose_of(note, drops) if note.box is not None else None
        cards.append(PhotoCard(path, _with_likeness(note, unlike, nearest), known, unlike, pose))
    return cards


def _is_comparable(note: PhotoNote, own: FloatArray, model_id: str) -> bool:
    return note.vector is not None and note.model_id == model_id and note.vector.shape == own.shape[1:]


def _likeness(
    vector: FloatArray | None, own: FloatArray, references: FloatArray
) -> tuple[bool, float | None, int]:
    """Whether the vector is one of the person's, the distance to the nearest other one, how many others."""
    if vector is None:
        return False, None, 0
    known = bool((_distances(own, vector) < _OWN_SQUARED_L2).any())
    distances = _distances(references, vector)
    others = distances[distances >= _OWN_SQUARED_L2]
    return known, float(others.min()) if len(others) else None, len(others)


def _with_likeness(note: PhotoNote, unlike: bool, nearest: float | None) -> PhotoNote:
    if not unlike or note.reason != "good":
        return note
    detail = f"squared_l2 {nearest:.2f} to the person's most similar other photo"
    return replace(note, reason="unlike the others", detail=detail)


def _distances(vectors: FloatArray, vector: FloatArray) -> FloatArray:
    return np.asarray(unit_squared_l2(vectors, vector), np.float32)
