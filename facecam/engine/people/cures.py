"""Cures: what a finding about photos can be mended with, for the window; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from facecam.core.config import Settings
from facecam.core.events import EventSink, ignore
from facecam.core.types import FloatArray, Identity, ImageArray
from facecam.engine import components
from facecam.engine.people.directory import find_person
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.person_page import PersonPageBuilder

CureKind = Literal["move", "merge", "delete", "right"]
TakeBack = Callable[[], object]


@dataclass(frozen=True, slots=True)
class PhotoCure:
    """What to do about photos.

    Attributes:
        kind: give them to `other`, make `person` a part of `other`, remove them, or remember that they are right.
        person: whose they are.
        photos: which ones; none for `merge`.
        other: the second person's name.
    """

    kind: CureKind
    person: str
    photos: tuple[Path, ...] = ()
    other: str = ""


class PhotoCures:
    """Carries cures out, the way the list of people does. `close` forgets for good what was removed.

    Args:
        settings: models and folders.
        on_event: gets notices.
    """

    def __init__(self, settings: Settings, on_event: EventSink = ignore) -> None:
        self._settings, self._on_event = settings, on_event
        self._editor = PeopleEditor(settings, on_event)
        self._page = PersonPageBuilder(settings, components.open_embedder(settings), on_event)

    def face_of_photo(self, photo: Path) -> ImageArray | None:
        """See `PersonPageBuilder.face_of_photo`."""
        return self._page.face_of_photo(photo)

    def carry_out(self, cure: PhotoCure) -> TakeBack:
        """Do it; returns what takes it back.

        Raises:
            GalleryError: somebody is not there any more; the database is locked.
            DataError: something cannot be read or written; all is as it was.
        """
        person = find_person(self._settings, cure.person, self._on_event)
        if cure.kind == "right":
            return self._page.confirm(person, cure.photos)
        if cure.kind == "delete":
            return self._editor.remove_photos(person, self._vectors(person, cure.photos))
        other = find_person(self._settings, cure.other, self._on_event)
        if cure.kind == "merge":
            return self._editor.merge(person, other)
        return self._editor.move_photos(person, other, self._vectors(person, cure.photos))

    def close(self) -> None:
        """Delete for good what was removed.

        Raises:
            DataError: something cannot be deleted.
        """
        self._editor.close()

    def _vectors(self, person: Identity, photos: Sequence[Path]) -> dict[Path, FloatArray]:
        return {photo: self._page.vectors_of_photo(person, photo) for photo in photos}
