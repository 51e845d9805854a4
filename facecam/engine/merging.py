"""Making two people one, in a way that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.events import EventSink
from facecam.core.types import Embeddings, Identity
from facecam.engine.photos import PhotoLibrary
from facecam.engine.rejections_back import (
    Picture,
    delete_pictures,
    pictures_taken_back,
    restore_pictures,
)
from facecam.engine.remembered import Remembered, has, parted, some
from facecam.engine.sighting_file import SightingFile
from facecam.gallery.gallery import Gallery, Who
from facecam.gallery.store import GalleryStore


@dataclass(frozen=True, slots=True, eq=False)
class Merging:
    """Everything of one person goes to another; the photos stay in their folder, which changes hands.

    Attributes:
        settings: models and folders.
        store: the database.
        library: the photos.
        on_event: gets notices.
        gone: who is part of `kept` afterwards; the id is empty for photos of somebody never enrolled.
        kept: likewise.
        remembered: `gone` as the database held them; None for photos only.
        before: `kept` likewise.
        folders: the photos of `gone`.
        pictures: of faces that were said not to be the one or the other and are; deleted by `carry_out`.
    """

    settings: Settings
    store: GalleryStore
    library: PhotoLibrary
    on_event: EventSink
    gone: Identity
    kept: Identity
    remembered: Remembered | None
    before: Remembered | None
    folders: tuple[Path, ...]
    pictures: list[Picture] = field(default_factory=list)

    def carry_out(self) -> None:
        """Do it, all or nothing.

        Raises:
            GalleryError: one of them is not there; the database is locked.
            DataError: something cannot be written.
        """
        merged = None if self.remembered is None else self._join(self.remembered)
        try:
            for folder in self.folders:
                self.library.claim(folder, self.kept.name)
            if merged is not None:
                self._forget_contradictions(merged)
            if self.gone.id and self.kept.id:
                # Stays so when the merge is taken back: who was seen cannot be told apart any more.
                SightingFile(self.settings.database).hand_over(self.gone, self.kept)
        except BaseException:
            # Visits under an id that is gone would outlive a deletion: all or nothing.
            self.take_back()
            raise

    def take_back(self) -> Identity:
        """Two people again; what came since stays with `kept`. Can be repeated if it was cut off.

        Raises:
            GalleryError: the database is locked.
            DataError: something cannot be written.
        """
        restore_pictures(self.pictures)
        if self.remembered is not None:
            self.store.update(self._parted)
        for folder in self.folders:
            if folder.is_dir():
                self.library.claim(folder, self.gone.name)
        return self.gone

    @property
    def _one(self) -> Who:
        """The person both are meanwhile."""
        return self.kept if self.kept.id else self.kept.name

    def _join(self, remembered: Remembered) -> Gallery:
        def change(gallery: Gallery | None) -> Gallery:
            current = some(gallery)
            if self.before is not None:
                return current.merge(self.gone, self.kept)
            # Somebody with photos only: vectors and rejections go on under that name.
            model_id = remembered.model_id
            joined = current.remove(self.gone).add(self.kept.name, Embeddings(remembered.vectors, model_id))
            if not len(remembered.rejections):
                return joined
            return joined.reject(self.kept.name, Embeddings(remembered.rejections, model_id))

        return self.store.update(change)

    def _forget_contradictions(self, merged: Gallery) -> None:
        """Pictures saying that one is not the other, which a rebuild would bring back."""
        paths = pictures_taken_back(self.settings, self.library, merged, self._one, self.on_event)
        self.pictures.extend(delete_pictures(paths))

    def _parted(self, gallery: Gallery | None) -> Gallery:
        assert self.remembered is not None
        current = some(gallery)
        if has(current, self.gone):  # a second attempt
            return current
        return self.remembered.restored(parted(current, self._one, self.remembered, self.before))
