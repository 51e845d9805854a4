"""Erasing everything of the user's: what goes, said beforehand, and the doing of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore
from facecam.core.paths import delete
from facecam.core.types import Identity
from facecam.engine import components
from facecam.engine.faces.user_caches import count_cached, erase_caches
from facecam.engine.models import custom
from facecam.engine.models.cohorts import drop_cohort
from facecam.engine.people.deletion_plan import count_other_files
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.list import everybody, roster
from facecam.engine.people.resemblances import FILE as TWO_PEOPLE_FILE
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import NoFaces
from facecam.engine.photos.station_folders import FILE as FOLDERS_FILE
from facecam.engine.recognition.threshold_prices import FILE as OWN_TEST_FILE
from facecam.engine.runs.fitted import with_cohorts_of_people
from facecam.engine.runs.layout import FITTED_FILE, FITTED_LOCK_FILE, run_folders, runs_folder, sweep_files
from facecam.engine.runs.removal import delete_run, is_run
from facecam.engine.runs.trained_on import made_here, name_deployed, photo_digests, trained_on
from facecam.engine.transactions.layout import DAMAGED_JOURNAL_FILE, EXPORT_FILES
from facecam.engine.visits.table import WAITING_FILE, open_visits
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.store import DAMAGED_PREFIX, DERIVED, NothingReadable

#: Of people, in the database folder, besides what goes with each of them.
_OF_PEOPLE: Final = (
    *DERIVED, *EXPORT_FILES, DAMAGED_JOURNAL_FILE, FOLDERS_FILE, OWN_TEST_FILE, TWO_PEOPLE_FILE, WAITING_FILE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes when everything of the user's is erased.

    Attributes:
        people: everybody, enrolled or with photos only.
        photos: how many of them in `data/`.
        other_files: files in their folders that are no photos and go with them.
        runs: trainings, by the names of their folders.
        models: those that have learnt from the people's photos.
        cohorts: further models, whose cohorts were fitted to people: these go, and distances are compared as they are.
        in_use: the model in use, if it is one of them; the shipped one takes its place.
        visits: lines of the log.
        marks: places said to be no face.
        cached: files and folders with what was computed of faces, and exports beside the database.
        links: people's folders that are links: the link goes, what it leads to stays.
        unreadable: the database is damaged: it goes with whoever is in it, and only who has photos is among `people`.
    """

    people: tuple[Identity, ...]
    photos: int
    other_files: int
    runs: tuple[str, ...]
    models: tuple[str, ...]
    in_use: str
    visits: int
    marks: int
    cached: int
    links: tuple[Path, ...]
    unreadable: bool = False
    cohorts: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to erase."""
        found = (self.people, self.runs, self.models, self.cohorts, self.visits, self.marks, self.cached)
        return not (any(found) or self.unreadable)


def plan_erasure(settings: Settings, on_event: EventSink = ignore) -> Erasure:
    """Look at what there is; changes nothing.

    Raises:
        GalleryError: a newer facecam wrote the database.
        DataError: the system does not let us read.
    """
    unreadable = False
    try:
        entries = roster(settings, on_event)
    except NothingReadable:
        entries, unreadable = tuple(one for one in everybody(settings, None, on_event) if one.photos), True
    library = PhotoLibrary(settings.data, on_event)
    photos = {entry.identity.name: photo_digests(library, entry.identity.name) for entry in entries}
    learnt = [trained_on(settings, name, digests) for name, digests in photos.items()]
    models = {model for one in learnt for model in one.models} | made_here(settings)
    folders = [folder for entry in entries for folder in library.folders_of(entry.identity.name)]
    return Erasure(
        tuple(entry.identity for entry in entries),
        sum(len(entry.photos) for entry in entries),
        count_other_files(folders),
        tuple(folder.name for folder in run_folders(settings) if is_run(folder) and not folder.is_symlink()),
        tuple(sorted(models)),
        deployed if (deployed := name_deployed(components.open_weights(settings))) in models else "",
        len(open_visits(settings).read()),
        len(NoFaces(settings.database).all()),
        count_cached() + len(_the_rest(settings)),
        tuple(folder for folder in folders if folder.is_symlink()),
        unreadable,
        tuple(
            card.name
            for card in with_cohorts_of_people(settings, set().union(*photos.values()))
            if card.name not in models
        ),
    )


def erase_everything(
    settings: Settings, planned: Erasure, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> None:
    """Erase what `plan_erasure` found; it cannot be taken back. After an error or a cancellation the rest is there.

    Raises:
        Cancelled: between two things.
        ConfigError: a run is being trained.
        GalleryError, WeightsError, DataError: something cannot be changed or deleted.
    """
    editor = PeopleEditor(settings, on_event)
    editor.recover()

    def start_over() -> None:
        components.open_store(settings, on_event).update(
            lambda found: found or Gallery.empty("", 1), forget=True, start_over=True
        )

    steps: list[Callable[[], object]] = [
        # Runs first: one that is being trained refuses before anybody is gone.
        *(lambda run=run: delete_run(settings, run) for run in planned.runs),
        # Before anybody is gone: then nothing says any more whose photos these were fitted to.
        *(lambda name=name: _drop_cohort(settings, name) for name in planned.cohorts),
        *([start_over] if planned.unreadable else []),
        *(lambda who=who: editor.delete_for_good(who) for who in planned.people),
        lambda: _remove_models(settings, planned),
        open_visits(settings).clear,
        lambda: NoFaces(settings.database).remove(NoFaces(settings.database).all()),
        erase_caches,
        lambda: _delete_the_rest(settings),
    ]
    for number, step in enumerate(steps, start=1):
        cancel.check()
        step()
        on_event(Progress("erasing", number, len(steps)))


def _remove_models(settings: Settings, planned: Erasure) -> None:
    store = components.open_weights(settings)
    if planned.in_use:
        if components.DEFAULT_MODEL in planned.models:
            raise WeightsError(
                f"the model in use, {planned.in_use}, has learnt from your photos, and there is no other",
                hint="Put another model in use, then repeat.",
            )
        custom.deploy(settings, components.DEFAULT_MODEL)
    for model in planned.models:
        store.remove(model)


def _drop_cohort(settings: Settings, name: str) -> None:
    drop_cohort(settings, components.open_weights(settings).card(name))


def _delete_the_rest(settings: Settings) -> None:
    for path in _the_rest(settings):
        delete(path)


def _the_rest(settings: Settings) -> list[Path]:
    """What is of nobody in particular, or was left by an older version, a crash or another command."""
    folder = settings.database
    places = (
        *(folder / name for name in _OF_PEOPLE),
        *folder.glob(f"{DAMAGED_PREFIX}*"),
        *sweep_files(settings),
        *(runs_folder(settings) / name for name in (FITTED_FILE, FITTED_LOCK_FILE)),
    )
    return [path for path in places if os.path.lexists(path)]
