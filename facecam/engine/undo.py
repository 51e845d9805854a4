"""Changes to people that can be taken back as long as the window is open."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError, GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.engine import parts
from facecam.engine.library_photos import forget_photos_seen
from facecam.engine.photos import NOTES_FOLDER, PhotoLibrary
from facecam.engine.sighting_file import SightingFile
from facecam.engine.trash import Bin, Trash, sweep
from facecam.gallery.gallery import Gallery, Person, Who
from facecam.gallery.names import fresh_name

Undo = Callable[[], Identity]


@dataclass(frozen=True, slots=True)
class DeletionPlan:
    """Exactly what deleting somebody takes away.

    Attributes:
        identity: the person; the id is empty for photos of somebody never enrolled.
        photos: how many.
        other_files: files in the folders that are no photos and go with them.
        folders: where they are.
        vectors: how many, in every saved generation of the database.
    """

    identity: Identity
    photos: int
    other_files: int
    folders: tuple[Path, ...]
    vectors: int


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """A person as the database held them: vectors and rejections float32 (n, D), (k, D)."""

    person: Person
    model_id: str
    vectors: FloatArray
    rejections: FloatArray

    @classmethod
    def of(cls, gallery: Gallery, identity: Identity) -> Remembered:
        """What `gallery` knows of a person.

        Raises:
            GalleryError: there is no such person.
        """
        person = gallery.find(identity)
        return cls(person, gallery.model_id, gallery.vectors_of(person), gallery.rejections_of(person))

    def restored(self, gallery: Gallery | None) -> Gallery:
        """`gallery` with the person as they were; with a number after the name if that is taken now.

        Vectors of another model than the gallery's are of no use and left out. A gallery that
        has the person already stays as it is, so that an undo cut off half-way can be repeated.
        """
        if gallery is not None and _has(gallery, self.person.identity):
            return gallery
        if gallery is None:
            gallery = Gallery.empty(self.model_id, self.vectors.shape[1])
        same_model = gallery.model_id == self.model_id
        nothing = np.zeros((0, gallery.dimensions), np.float32)
        person = self._with_free_name(gallery)
        vectors = self.vectors if same_model else nothing
        gallery = gallery.add(person, Embeddings(vectors, gallery.model_id))
        if same_model and len(self.rejections):
            gallery = gallery.reject(person, Embeddings(self.rejections, gallery.model_id))
        return gallery

    def _with_free_name(self, gallery: Gallery) -> Person:
        identity, taken = self.person.identity, {one.name for one in gallery.identities}
        numbered = (f"{identity.name} ({number})" for number in itertools.count(2))
        name = next(name for name in itertools.chain([identity.name], numbered) if name not in taken)
        return Person(Identity(identity.id, name), self.person.created, self.person.consent)


class PeopleEditor:
    """Renames, merges and deletes; each step returns what takes it back.

    Vectors needed for taking back stay in memory, photos in a bin beside
    `data/`'s people. `close` forgets both for good.

    Args:
        settings: where the database and the photos are.
        on_event: gets notices.
    """

    def __init__(self, settings: Settings, on_event: EventSink = ignore) -> None:
        self._settings, self._on_event = settings, on_event
        self._store = parts.open_store(settings, on_event)
        self._library = PhotoLibrary(settings.data, on_event)
        self._data = settings.data
        self._trash = Trash(settings.data)

    def recover(self) -> None:
        """Finish what a crashed session left: its removed photos are deleted.

        Raises:
            DataError: something cannot be deleted.
        """
        sweep(self._data)

    def plan_deletion(self, identity: Identity) -> DeletionPlan:
        """What `delete` would take away.

        Raises:
            GalleryError: there is no such person.
        """
        gallery = self._store.load()
        folders = tuple(self._library.folders_of(identity.name))
        vectors = len(gallery.vectors_of(identity)) if gallery and identity.id else 0
        photos = len(self._library.photos_of(identity.name))
        return DeletionPlan(identity, photos, _count_files(folders) - photos, folders, vectors)

    def delete(self, identity: Identity) -> Undo:
        """Take a person's photos out of `data/` and their vectors out of every generation.

        Raises:
            GalleryError: there is no such person; the database is locked.
            DataError: something cannot be moved or written; all is as it was.
        """
        remembered = self._remembered(identity)
        forget_photos_seen(self._settings, self._library.photos_of(identity.name))
        with self._binned(self._library.folders_of(identity.name)) as taken:
            # First, since it cannot be done later: a person who is gone cannot be deleted again.
            SightingFile(self._settings.database).forget(identity)
            if remembered is not None:
                self._store.update(lambda gallery: _some(gallery).remove(identity), forget=True)
        places: list[Path] = []
        return lambda: self._undelete(identity, remembered, taken, places)

    def remove_photo(self, identity: Identity, photo: Path, vectors: FloatArray) -> Undo:
        """Take one photo out of `data/` and these vectors, float32 (n, D), from the person.

        Raises:
            GalleryError: there is no such person; the database is locked.
            DataError: it cannot be moved; all is as it was.
        """
        forget_photos_seen(self._settings, [photo])
        with self._binned([photo]) as taken:
            if len(vectors):
                self._store.update(
                    lambda gallery: _some(gallery).without_vectors(identity, vectors), forget=True
                )
        model_id = _some(self._store.load()).model_id if len(vectors) else ""
        return lambda: self._give_photo_back(identity, taken, vectors, model_id)

    def rename(self, identity: Identity, name: str) -> Undo:
        """Give a person another name.

        Raises:
            GalleryError: the name is somebody else's or cannot be one.
        """
        old, new = identity.name, fresh_name(name)
        if new != old and self._library.folders_of(new):
            raise GalleryError(
                f"there are photos of somebody called '{new}' already",
                hint="If both are one person, merge them.",
            )
        if identity.id:
            self._store.update(lambda gallery: _some(gallery).rename(identity, new))
        self._library.rename_person(old, new)
        return lambda: self._rename_back(Identity(identity.id, new), old)

    def merge(self, gone: Identity, kept: Identity) -> Undo:
        """Give everything of `gone` to `kept`. The photos stay in their folder, which changes hands.

        Raises:
            GalleryError: one of them is not there, or both are the same.
            DataError: something cannot be written.
        """
        if gone.name == kept.name:
            raise GalleryError(
                f"'{gone.name}' cannot be merged with themselves", hint="Choose somebody else."
            )
        remembered, before = self._remembered(gone), self._remembered(kept)
        folders = self._library.folders_of(gone.name)
        if remembered is not None:
            self._join(remembered, gone, kept, before is not None)
        for folder in folders:
            self._library.claim(folder, kept.name)
        if gone.id and kept.id:
            # Stays so when the merge is taken back: who was seen cannot be told apart any more.
            try:
                SightingFile(self._settings.database).hand_over(gone, kept)
            except BaseException:
                # Visits under an id that is gone would outlive a deletion: all or nothing.
                self._unmerge(gone, kept, remembered, before, folders)
                raise
        return lambda: self._unmerge(gone, kept, remembered, before, folders)

    def close(self) -> None:
        """Delete for good what was removed; nothing can be taken back any more.

        Raises:
            DataError: something cannot be deleted.
        """
        self._trash.close()

    # ------------------------------------------------------------------ inside

    def _remembered(self, identity: Identity) -> Remembered | None:
        if not identity.id:
            return None
        return Remembered.of(_some(self._store.load()), identity)

    @contextlib.contextmanager
    def _binned(self, paths: list[Path]) -> Iterator[Bin | None]:
        """Paths out of sight while the block runs; back if it fails, to stay there if not."""
        taken = self._trash.put(paths) if paths else None
        try:
            yield taken
        except BaseException:
            if taken is not None:
                self._trash.put_back(taken)
            raise
        if taken is not None:
            self._trash.settle(taken)

    def _undelete(
        self, identity: Identity, remembered: Remembered | None, taken: Bin | None, places: list[Path]
    ) -> Identity:
        """Photos first: only they cannot be made again. `places` remembers them for another attempt."""
        name = identity.name
        if taken is not None:
            places.extend(self._trash.put_back(taken))
        if remembered is not None:
            gallery = self._store.update(remembered.restored)
            name = gallery.find(identity).identity.name
        for folder in places:
            if self._library.owner_of(folder) != name:
                self._library.claim(folder, name)
        return Identity(identity.id, name)

    def _give_photo_back(
        self, identity: Identity, taken: Bin | None, vectors: FloatArray, model_id: str
    ) -> Identity:
        if taken is not None:
            self._trash.put_back(taken)
        if len(vectors):
            with _told(self._on_event):
                self._store.update(
                    lambda gallery: _some(gallery).add(identity, Embeddings(vectors, model_id))
                )
        return identity

    def _rename_back(self, identity: Identity, old: str) -> Identity:
        self.rename(identity, old)
        return Identity(identity.id, old)

    def _join(self, remembered: Remembered, gone: Identity, kept: Identity, kept_is_known: bool) -> None:
        def change(gallery: Gallery | None) -> Gallery:
            current = _some(gallery)
            if kept_is_known:
                return current.merge(gone, kept)
            # Somebody with photos only: the vectors go on under that name.
            embeddings = Embeddings(remembered.vectors, remembered.model_id)
            return current.remove(gone).add(kept.name, embeddings)

        self._store.update(change)

    def _unmerge(
        self,
        gone: Identity,
        kept: Identity,
        remembered: Remembered | None,
        before: Remembered | None,
        folders: list[Path],
    ) -> Identity:
        def change(gallery: Gallery | None) -> Gallery:
            assert remembered is not None
            current = _some(gallery)
            if _has(current, gone):  # a second attempt
                return current
            who = kept if kept.id else kept.name
            return remembered.restored(_parted(current, who, remembered, before))

        if remembered is not None:
            self._store.update(change)
        for folder in folders:
            if folder.is_dir():
                self._library.claim(folder, gone.name)
        return gone


def _has(gallery: Gallery, identity: Identity) -> bool:
    return any(one.id == identity.id for one in gallery.identities)


def _parted(gallery: Gallery, who: Who, gone: Remembered, before: Remembered | None) -> Gallery:
    """`gallery` without what `gone` brought to a person, who is as they were `before` but for what came since."""
    model_id, name = gallery.model_id, gallery.find(who).identity.name
    vectors = _without(gallery.vectors_of(who), gone.vectors)
    rejections = _without(gallery.rejections_of(who), gone.rejections)
    gallery = gallery.remove(who)
    if before is not None:
        identity = Identity(before.person.identity.id, name)
        kept: Who = Person(identity, before.person.created, before.person.consent)
    elif len(vectors):
        kept = name
    else:
        return gallery
    gallery = gallery.add(kept, Embeddings(vectors, model_id))
    return gallery.reject(kept, Embeddings(rejections, model_id)) if len(rejections) else gallery


def _without(rows: FloatArray, gone: FloatArray) -> FloatArray:
    taken = {row.tobytes() for row in gone}
    return np.asarray(rows[[row.tobytes() not in taken for row in rows]], np.float32)


@contextlib.contextmanager
def _told(on_event: EventSink) -> Iterator[None]:
    """A photo that is back matters more than a vector that a rebuild makes again."""
    try:
        yield
    except (GalleryError, DataError) as error:
        on_event(Notice(error.message, error.hint))


def _some(gallery: Gallery | None) -> Gallery:
    if gallery is None:
        raise GalleryError("nobody is enrolled yet", hint="Enrol somebody first.")
    return gallery


def _count_files(folders: tuple[Path, ...]) -> int:
    """Files in the folders that the user may have put there; our own notes do not count."""
    count = 0
    for folder in folders:
        with contextlib.suppress(OSError, FacecamError):
            count += sum(1 for path in folder.rglob("*") if path.is_file() and not _is_ours(path, folder))
    return count


def _is_ours(path: Path, folder: Path) -> bool:
    parts_below = path.relative_to(folder).parts
    return parts_below[0] in (NOTES_FOLDER, "person.json")
