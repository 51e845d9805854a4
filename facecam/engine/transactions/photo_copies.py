"""Photo copies in `data/` for vectors about to be saved: both are there in the end, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from facecam.core.config import Settings
from facecam.core.events import EventSink, ignore
from facecam.core.types import FloatArray, Identity
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.journal import PeopleJournal, nothing
from facecam.gallery.gallery import Gallery


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What was done.

    Attributes:
        before: the gallery that was there; None where there was none.
        gallery: as it was saved.
        pictures: where they are.
        made: those of them that were not there before.
    """

    before: Gallery | None
    gallery: Gallery
    pictures: tuple[Path, ...]
    made: tuple[Path, ...]


def keep_with_vectors(
    settings: Settings,
    name: str,
    pictures: Callable[[], Mapping[Path, Path | bytes]],
    kind: Literal["vectors", "rejections"],
    vectors: FloatArray,
    change: Callable[[Gallery | None], Gallery],
    *,
    discard: Sequence[Path] = (),
    beside: Callable[[Sequence[Path]], AbstractContextManager[object]] | None = None,
    afterwards: Callable[[], object] = nothing,
    on_event: EventSink = ignore,
) -> Kept:
    """Put pictures into a person's folder and save vectors.

    A photo without vectors would be taken for enrolled, and would join the person with the next rebuild.

    Args:
        settings: where everything is.
        name: the person's.
        pictures: gives place (see `PhotoLibrary.place_of`) → file or content, when nobody else changes people; what
            is there already is left alone.
        kind: what the vectors are to the person.
        vectors: float32 (N, D), unit rows.
        change: saves them; its gallery is given the newest.
        discard: pictures that go once the vectors are saved.
        beside: with the places, what else is done when the pictures are there, and taken back where the vectors
            cannot be saved.
        afterwards: done once all of it is saved; what a cut leaves of it half-written is swept at the next start.
        on_event: gets a notice of what was removed, or could not be.

    Raises:
        DataError: disk full, no permission; nothing was changed.
        GalleryError: the database cannot be written, or another facecam changes people.
    """
    journal, library = PeopleJournal(settings, on_event), PhotoLibrary(settings.data, on_event)
    saved: list[tuple[Gallery | None, Gallery]] = []

    def noted(before: Gallery | None) -> Gallery:
        seen[:] = [before]
        return change(before)

    def save() -> None:
        with beside(places) if beside is not None else nullcontext():
            gallery = journal.store.update(noted)
            saved.append((seen[0], gallery))

    seen: list[Gallery | None] = []
    with journal.alone():
        wanted = pictures()
        places = tuple(wanted)
        new = {place: source for place, source in wanted.items() if not place.exists()}
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
                library.put(name, place, source)

        journal.carry_out(planned, save, prepare=copy, afterwards=afterwards)
    return Kept(*saved[0], places, tuple(new))
