"""Pictures kept in `data/` for vectors that are about to be saved: both are there in the end, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Literal

from facecam.core.config import Settings
from facecam.core.events import EventSink, ignore
from facecam.core.paths import readable_os_errors
from facecam.core.types import FloatArray, Identity
from facecam.engine.people_change import Done, PeopleChange
from facecam.engine.people_journal import PeopleJournal
from facecam.engine.photos import PhotoLibrary
from facecam.gallery.gallery import Gallery


def keep_with_vectors(
    settings: Settings,
    name: str,
    pictures: Mapping[Path, Path | bytes],
    kind: Literal["vectors", "rejections"],
    vectors: FloatArray,
    change: Callable[[Gallery | None], Gallery],
    *,
    discard: Sequence[Path] = (),
    beside: AbstractContextManager[object] | None = None,
    on_event: EventSink = ignore,
) -> Gallery:
    """Put pictures into a person's folder and save vectors; returns the gallery.

    A photo without vectors would be taken for enrolled, and would join the person with the next rebuild.

    Args:
        settings: where everything is.
        name: the person's.
        pictures: place (see `PhotoLibrary.place_of`) → file or content; what is there already is left alone.
        kind: what the vectors are to the person.
        vectors: float32 (N, D), unit rows.
        change: saves them; its gallery is given the newest.
        discard: pictures that go once the vectors are saved.
        beside: what else is done when the pictures are there, and taken back where the vectors cannot be saved.
        on_event: gets a notice of what was removed, or could not be.

    Raises:
        DataError: disk full, no permission; nothing was changed.
        GalleryError: the database cannot be written, or another facecam changes people.
    """
    journal, library = PeopleJournal(settings, on_event), PhotoLibrary(settings.data, on_event)
    saved: list[Gallery] = []
    new = {place: source for place, source in pictures.items() if not place.exists()}
    folders = {place.parent for place in new} | {library.folder_of(name)}
    planned = PeopleChange(
        "enroll" if kind == "vectors" else "reject",
        Identity("", name),
        Done(holds=(kind, name, vectors)),
        made=tuple(new),
        folders=tuple((folder, name) for folder in sorted(folders) if not folder.exists()),
        discard=tuple(discard),
    )

    def copy() -> None:
        for place, source in new.items():
            library.put(name, place, source if isinstance(source, bytes) else _content(source))

    def save() -> None:
        with beside or nullcontext():
            saved.append(journal.store.update(change))

    journal.carry_out(planned, save, prepare=copy)
    return saved[0]


def _content(path: Path) -> bytes:
    with readable_os_errors("read", path):
        return path.read_bytes()
