"""Moving photos from one person to another: files, vectors and chosen faces, in a way that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.paths import printable
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.engine.faces.library_scan import forget_photos_seen
from facecam.engine.photos.chosen_faces import ChosenFace, ChosenFaces, folder_in, remembered
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.journal import PeopleJournal
from facecam.engine.transactions.person_snapshot import has, some
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """What a move did.

    Attributes:
        source: whose the photos were.
        target: whose they are.
        files: where each was and where it is.
        made: those of the new places that were not there before.
        lost: vectors the source had by them, N ≥ 0; None where nobody was enrolled.
        gained: those of them the target did not have.
        is_new: nobody knew the target before.
        choices: which face was chosen in each photo at its new place before.
        arrangement: of the database before; None where nobody was enrolled.
    """

    source: Identity
    target: Identity
    files: Mapping[Path, Path]
    made: frozenset[Path]
    lost: Embeddings | None
    gained: Embeddings | None
    is_new: bool
    choices: Mapping[Path, ChosenFace | None]
    arrangement: Arrangement | None


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Of a change: photos that go from one person to another.

    `gone` are files that go once it counts, `choices` which faces are chosen in photos at their new places, where it
    is not those of the old ones.
    """

    source: Identity
    target: Identity
    files: Mapping[Path, Path]
    made: frozenset[Path]
    gone: frozenset[Path]
    done: Done
    changed: Callable[[Gallery], Gallery]
    emptied: bool = False
    choices: Mapping[Path, ChosenFace | None] = field(default_factory=dict)

    @classmethod
    def forth(cls, moved: Moved) -> _Part:
        source, target, lost, gained = moved.source, moved.target, moved.lost, moved.gained

        def changed(gallery: Gallery) -> Gallery:
            without = gallery.without_vectors(source, _vectors(lost))
            return without if gained is None else without.add(_who(target), gained)

        done = _done(source, target, lost, gained)
        return cls(source, target, moved.files, moved.made, frozenset(moved.files), done, changed)

    @classmethod
    def back(cls, moved: Moved, gallery: Gallery | None) -> _Part:
        source, target, lost, gained = moved.source, moved.target, moved.lost, moved.gained
        files = {place: origin for origin, place in moved.files.items() if place.exists()}
        known = gallery is not None and has(gallery, source)
        back = lost if lost is None or gallery is None or not known else gallery.unknown_of(source, lost)

        def changed(gallery: Gallery) -> Gallery:
            who = _who(target)
            if gained is not None and gallery.knows(who):
                gallery = gallery.without_vectors(who, gained.vectors)
                if moved.is_new and not len(gallery.vectors_of(who)):
                    gallery = gallery.remove(who)
            gallery = gallery if back is None else gallery.add(source, back)
            return gallery if moved.arrangement is None else moved.arrangement.applied(gallery)

        made = frozenset(origin for origin in files.values() if not origin.exists())
        gone = frozenset(place for place in files if place in moved.made)
        done = _done(target, source, gained, back)
        there = {place: moved.choices[place] for place in files}
        return cls(target, source, files, made, gone, done, changed, moved.is_new, there)

    @property
    def folders(self) -> set[tuple[Path, str]]:
        """Those that go again where nothing of the user's is in them."""
        ours = {(place.parent, self.target.name) for place in self.made if not place.parent.exists()}
        # Whom only a move had made has no folder once it is taken back.
        return ours | {(place.parent, self.source.name) for place in self.gone if self.emptied}


@dataclass(frozen=True, slots=True, eq=False)
class PhotoMover:
    """Moves photos, each move whole or not at all, to however many people.

    Attributes:
        settings: folders.
        journal: carries it out.
        library: the photos.
    """

    settings: Settings
    journal: PeopleJournal
    library: PhotoLibrary

    def move(
        self, source: Identity, groups: Sequence[tuple[Identity, Mapping[Path, FloatArray]]]
    ) -> tuple[Moved, ...]:
        """Give photos, each with the vectors that were made from it, float32 (n, D), to other people, in one change.

        Args:
            source: whose they are; the id is empty for somebody not enrolled.
            groups: to whom, each once, and which photos in the folders of `source`; the vectors make somebody new.

        Raises:
            GalleryError: somebody gets their own photos, or the database is locked.
            DataError: something cannot be read or written; all is as it was.
        """
        if any(source.name == target.name for target, _ in groups):
            raise GalleryError(
                f"the photos are {printable(source.name)}'s already", hint="Choose somebody else."
            )
        if not groups:
            return ()
        with self.journal.alone():
            gallery = self.journal.store.load()
            moved = tuple(self._planned(gallery, source, *group) for group in groups)
            self._carry([_Part.forth(one) for one in moved])
        return moved

    def take_back(self, moved: Sequence[Moved]) -> Identity:
        """The photos and vectors go back; whom only the move had made is gone again.

        Raises:
            GalleryError: the database is locked, or the source is not there any more and their name is taken.
            DataError: something cannot be read or written; all is as it was.
        """
        with self.journal.alone():
            gallery = self.journal.store.load()
            self._carry([_Part.back(one, gallery) for one in moved])
        return moved[0].source

    # ------------------------------------------------------------------ inside

    def _places(self, name: str, photos: list[Path]) -> dict[Path, Path]:
        """Where photos go: under their own names where these are free."""
        folder, places = self.library.folder_of(name), dict[Path, Path]()
        for photo in photos:
            place, plain = self.library.place_of(name, photo), folder / photo.name
            taken = place.exists() or plain.exists() or plain in places.values()
            places[photo] = place if taken else plain
        return places

    def _planned(
        self, gallery: Gallery | None, source: Identity, target: Identity, photos: Mapping[Path, FloatArray]
    ) -> Moved:
        lost = _rows(gallery, source, list(photos.values()))
        is_new = gallery is None or not gallery.knows(target.id or target.name)
        gained = lost if is_new or lost is None or gallery is None else gallery.unknown_of(_who(target), lost)
        files = self._places(target.name, list(photos))
        made = frozenset(place for place in files.values() if not place.exists())
        before = {place: self._choice(place, photo) for photo, place in files.items()}
        arrangement = self.journal.arrangement()
        return Moved(source, target, files, made, lost, gained, is_new, before, arrangement)

    def _carry(self, parts: Sequence[_Part]) -> None:
        first = parts[0]
        files = {origin: place for one in parts for origin, place in one.files.items()}
        done = next((one.done for one in parts if not one.done.is_told_by_note), Done())
        change = PeopleChange(
            "move",
            first.source,
            done,
            first.target,
            made=tuple(place for one in parts for place in one.made),
            folders=tuple(sorted({folder for one in parts for folder in one.folders})),
            discard=tuple(sorted(path for one in parts for path in one.gone)),
            also=tuple(
                one
                for one in dict.fromkeys(who for part in parts[1:] for who in (part.source, part.target))
                if one not in (first.source, first.target)
            ),
        )

        def prepare() -> None:
            forget_photos_seen(self.settings, list(files))
            for one in parts:
                for origin, place in one.files.items():
                    if place in one.made:
                        self.library.put(one.target.name, place, origin)

        def changed(gallery: Gallery | None) -> Gallery:
            current = some(gallery)
            for one in parts:
                current = one.changed(current)
            return current

        def commit() -> None:
            there = {place: choice for one in parts for place, choice in one.choices.items()}
            with remembered(self.settings.data, {**self._choices(files), **there}):
                self.journal.save(change, changed)

        self.journal.carry_out(change, commit, prepare=prepare)

    def _choices(self, files: Mapping[Path, Path]) -> dict[Path, ChosenFace | None]:
        """Which face is the person's goes where the photo goes."""
        choices = {place: self._choice(origin, origin) for origin, place in files.items()}
        return {place: choice for place, choice in choices.items() if choice is not None}

    def _choice(self, place: Path, content: Path) -> ChosenFace | None:
        """What was chosen in the folder of `place` of a photo with this content."""
        folder = folder_in(self.settings.data, place)
        return None if folder is None else ChosenFaces(folder).of(PhotoDigests().key_or_none(content) or "")


def _rows(gallery: Gallery | None, source: Identity, vectors: list[FloatArray]) -> Embeddings | None:
    """Which of the source's rows belong to the photos; None where there is nothing to change in the database."""
    if gallery is None or not source.id:
        return None
    wanted = np.concatenate([np.zeros((0, gallery.dimensions), np.float32), *vectors])
    rows = gallery.those_of(source, wanted)
    return rows if len(rows) else None


def _done(source: Identity, target: Identity, lost: Embeddings | None, gained: Embeddings | None) -> Done:
    if gained is not None and len(gained):
        return Done(holds=("vectors", target.id or target.name, gained.vectors))
    if lost is not None and len(lost):
        return Done(lacks=("vectors", source.id or source.name, lost.vectors))
    return Done()


def _who(identity: Identity) -> Identity | str:
    return identity if identity.id else identity.name


def _vectors(rows: Embeddings | None) -> FloatArray:
    return np.zeros((0, 0), np.float32) if rows is None else rows.vectors
