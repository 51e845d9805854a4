"""The journal of changes of people: one at a time, each of them whole or not at all.

Before a change begins, what it takes to finish it or to take it back is written to `changing.json` beside the database,
and removed as the very last step. Whoever comes next and finds the file, because a process was killed or the disk was
full, goes on from there: `recover`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from facecam.core.config import Settings
from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, FacecamError, GalleryError
from facecam.core.events import EventSink, Notice, faults_told, ignore
from facecam.core.held_files import patiently
from facecam.core.json_text import parse_json
from facecam.core.paths import FULL, atomic_write, delete_file, printable, readable_os_errors, sweep_temporary
from facecam.core.types import Identity
from facecam.engine import components
from facecam.engine.faces.library_scan import forget_photos_seen
from facecam.engine.photos.library import NOTES_FOLDER, PhotoLibrary
from facecam.engine.photos.station_folders import StationFolders
from facecam.engine.transactions import trash
from facecam.engine.transactions.change import PeopleChange
from facecam.engine.transactions.forgetting import forget_for_good
from facecam.engine.transactions.layout import DAMAGED_JOURNAL_FILE, JOURNAL_FILE, may_be_cut_off
from facecam.engine.transactions.person_snapshot import some
from facecam.engine.transactions.trash_notes import each_note
from facecam.engine.visits.table import open_visits
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.gallery.storage.home import making, taken_back
from facecam.gallery.storage.lock import PEOPLE_LOCK_FILE, locked

_FORMAT = 2
_LOCK_TIMEOUT_S = 10.0
_log = logging.getLogger(__name__)


def nothing() -> None:
    """What is to be done where nothing is."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A change that was cut off and is done now.

    Attributes:
        kind: see `PeopleChange`.
        who: whom it was done to.
        other: the second person, or the new name.
    """

    kind: str
    who: Identity
    other: Identity = Identity("", "")

    def is_of(self, kind: str, who: str) -> bool:
        """Whether it is what somebody asks for now."""
        return self.kind == kind and who in (self.who.id, self.who.name)


class PeopleJournal:
    """Carries out changes of people.

    Args:
        settings: where everything is.
        on_event: gets notices of what was taken back or finished.

    Attributes:
        store: the database.
    """

    def __init__(self, settings: Settings, on_event: EventSink = ignore) -> None:
        self._settings, self._on_event = settings, on_event
        self.store = components.open_store(settings, on_event)
        self._library = PhotoLibrary(settings.data, on_event)
        self._visits = open_visits(settings)
        self._path = settings.database / JOURNAL_FILE
        self._turn, self._is_alone = threading.RLock(), False
        self._id = ""  # Of the change under way, for a database that other stations change too.

    def carry_out(
        self,
        change: PeopleChange,
        commit: Callable[[], object] = nothing,
        *,
        prepare: Callable[[], object] = nothing,
        uncommit: Callable[[], object] | None = None,
        afterwards: Callable[[], object] = nothing,
    ) -> None:
        """Do a change: whole, or not at all.

        Args:
            change: what is written down.
            commit: changes the database.
            prepare: what is done to files before, which the change knows how to take back.
            uncommit: changes the database back, for the case that the rest cannot be done.
            afterwards: done once nothing can be taken back, and again at the next start if it fails.

        Raises:
            FacecamError: whatever it was that could not be done; all is as it was, or the next start goes on.
        """
        with self.alone():
            self.store.keep_reserve()
            self._id = uuid.uuid4().hex

            def attempt() -> None:
                self._attempt(change, commit, prepare, uncommit)

            if change.kind == "delete":
                self.in_room_made(attempt)
                self.in_room_made(afterwards)
            else:
                attempt()
                afterwards()
            self._note(change)
            self._follow(change)
            delete_file(self._path)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes people while the block runs, and nothing is half done: what is planned here is so then.

        Raises:
            GalleryError: another facecam is changing people.
            DataError: what was cut off cannot be finished.
        """
        with self._turn:
            if self._is_alone:
                yield
                return
            with self._locked():
                self._recover()
                self._is_alone = True
                try:
                    yield
                finally:
                    self._is_alone = False

    def note_that_it_counts(self, change: PeopleChange) -> None:
        """For a change that the database does not show: it does from now on.

        Raises:
            DataError: this cannot be written.
        """
        self._write(replace(change, done=replace(change.done, noted=True)))

    def save(
        self, change: PeopleChange, update: Callable[[Gallery | None], Gallery], *, forget: bool = False
    ) -> None:
        """What a change does to the database; where that does not show it, it is noted that it counts.

        Args:
            change: what is carried out.
            update: makes the gallery of the newest one.
            forget: see `GalleryHome.update`.

        Raises:
            GalleryError, DataError: this cannot be written.
        """
        if change.done.is_told_by_note:
            self.note_that_it_counts(change)
        else:
            self.store.update(update, forget=forget)

    def recover(self) -> tuple[Finished, ...]:
        """Finish or take back what was cut off, here or in a window that crashed; returns what is done now.

        Raises:
            GalleryError: another facecam is changing people.
            DataError: something cannot be written or deleted.
        """
        cut_off = may_be_cut_off(self._settings) or self.store.has_left_overs()
        if not (cut_off or self._half_written_notes()):
            return ()
        with self._turn, self._locked():
            return self._recover()

    def in_room_made(self, work: Callable[[], object]) -> None:
        """Do what a deletion does; on a full disk, what it drops anyway goes first, and it is done once more.

        Raises:
            FacecamError: what `work` raises.
        """
        try:
            work()
        except DataError as error:
            if not is_full(error) or not self.store.make_room():
                raise
            work()

    # ------------------------------------------------------------------ inside

    def _attempt(
        self,
        change: PeopleChange,
        commit: Callable[[], object],
        prepare: Callable[[], object],
        uncommit: Callable[[], object] | None,
    ) -> None:
        self._write(change)
        try:
            prepare()
            change.claim(self._library)
            with making(self._id, change.other.id if change.visits == "hand over" else ""):
                commit()
        except BaseException:
            self._end_of_failure(change)
            raise
        self._finish(change, uncommit)

    def _recover(self) -> tuple[Finished, ...]:
        change = self._read()
        finished = [] if change is None else self._go_on(change)
        self._follow(change)
        notes = trash.sweep(self._settings.data, self._forget)
        for folder in (self._settings.database, *self._half_written_notes()):
            sweep_temporary(folder)
        self.store.sweep()
        if change is not None:
            forget_photos_seen(self._settings, ())  # Sweeps the caches.
            delete_file(self._path)
        known = {one.who for one in finished}
        deleted = [
            Identity(str(one.get("id", "")), str(one.get("name", "")))
            for note in notes
            for one in each_note(note)
            if "name" in one
        ]
        return (*finished, *(Finished("delete", one) for one in deleted if one not in known))

    def _half_written_notes(self) -> set[Path]:
        """Folders of notes beside photos in which somebody who was killed left a file."""
        return {path.parent for path in self._settings.data.glob(f"*/{NOTES_FOLDER}/.*.tmp")}

    def _go_on(self, change: PeopleChange) -> list[Finished]:
        what = f"a change of {printable(change.who.name)} that was cut off"
        if not self._is_done(change):
            change.take_back(self._library)
            self._on_event(Notice(f"{what} was taken back", "Repeat it if it is still wanted."))
            return []
        self._finish(change, None)
        if change.at_once and change.note is not None:
            self._forget(change.note)
        self._note(change)
        self._on_event(Notice(f"{what} is finished now", ""))
        return [Finished(change.kind, one, change.other) for one in change.people]

    def _is_done(self, change: PeopleChange) -> bool:
        known = self.store.was_committed(self._id) if self._id and not change.done.is_told_by_note else None
        if known is not None:
            return known
        try:
            return change.done.is_so(self.store.load())
        except GalleryError as error:
            _log.warning("nobody knows whether a change was saved: %s", error)
            return False

    def _finish(self, change: PeopleChange, uncommit: Callable[[], object] | None) -> None:
        try:
            if change.put_back is not None:
                self._give_back(change, change.put_back)
            self.in_room_made(lambda: change.finish(self._library, self._visits))
        except FacecamError:
            if uncommit is not None:
                with making(taken_back(self._id)):
                    uncommit()
                change.take_back(self._library)
                delete_file(self._path)
            raise

    def arrangement(self) -> Arrangement | None:
        """In which order everybody and everything is, for whoever takes a change back; None where nobody is yet."""
        gallery = self.store.load()
        return None if gallery is None else Arrangement.of(gallery)

    def _note(self, change: PeopleChange) -> None:
        """In the audit trail. Cut off right after this, it is written once more: a change never goes without."""
        people = (*change.people, change.other)
        ids = [one.id or self._id_of(one.name) for one in people if one.name or one.id]
        note_in_trail(self._settings.database, change.kind, dict.fromkeys(ids), self._on_event)

    def _follow(self, change: PeopleChange | None) -> None:
        """Folders here follow what other stations changed; what names this change gave is known without them."""
        people = () if change is None else (*change.people, change.other)
        try:
            StationFolders(self._settings, self._on_event).follow(
                {one.name: one.id for one in people if one.id}
            )
        except FacecamError as error:
            _log.info("folders do not follow now: %s", error.message)

    def _id_of(self, name: str) -> str:
        """Of somebody who is enrolled by now; empty for others."""
        with contextlib.suppress(FacecamError):
            gallery = self.store.load()
            known = {} if gallery is None else {one.name: one.id for one in gallery.identities}
            return known.get(name, "")
        return ""

    def _give_back(self, change: PeopleChange, folder: Path) -> None:
        """Photos first: only they cannot be made again. Then the database, and the owners it wants."""
        if folder.is_dir():
            trash.put_back(folder)
        restoration, names = change.restoration, {one.name: one.name for one in change.people}
        if restoration.people or restoration.rejections or restoration.vectors:
            current = self.store.load()
            if current is not None or restoration.people:
                gallery = self.store.update(lambda now: some(restoration.applied(now)))
                now = {one.id: one.name for one in gallery.identities}
                names = {one.name: now.get(one.id, one.name) for one in change.people}
        self._visits.put_back(restoration.visits)
        for place, before in change.folders:
            name = names.get(before, before)
            if place.is_dir() and self._library.owner_of(place) != name:
                self._library.claim(place, name)

    def _forget(self, note: Mapping[str, Any]) -> None:
        forget_for_good(self._settings, note, self._on_event)

    def _end_of_failure(self, change: PeopleChange) -> None:
        """As it was, or, where the database was changed in spite of all, whole; else the next start goes on."""
        with faults_told(self._on_event, what="the next start finishes this change or takes it back"):
            if self._is_done(change):
                self._finish(change, None)
                self._note(change)
            else:
                change.take_back(self._library)
                if change.made and change.kind in ("enroll", "reject"):
                    self._on_event(Notice(_copies_went(len(change.made)), ""))
            delete_file(self._path)

    # ------------------------------------------------------------------ the file

    def _write(self, change: PeopleChange) -> None:
        about = {"format": _FORMAT, "id": self._id, "server": self._settings.server}
        document = {**about, **change.to_json(self._settings.data)}
        atomic_write(self._path, json.dumps(document).encode("utf-8", "surrogatepass"), private=True)

    def _read(self) -> PeopleChange | None:
        with readable_os_errors("read", self._path):
            if not self._path.is_file():
                return None
            content = at_rest.read_bytes(self._path)
        try:
            document = parse_json(content.decode("utf-8", "surrogatepass"))
            if document["format"] > _FORMAT:
                raise GalleryError(
                    f"{printable(str(self._path))} was written by a newer facecam",
                    hint="Update facecam: it finishes what was cut off.",
                )
            change = PeopleChange.from_json(document, self._settings.data)
            home, self._id = str(document.get("server", "")), str(document.get("id", ""))
        except (ValueError, KeyError, TypeError, DataError) as error:
            _log.warning("%s: %s", self._path, error)
            self._on_event(
                Notice(
                    "the note of a change of people that was cut off is damaged and was set aside",
                    "Look at the list of people: `people list`.",
                )
            )
            with readable_os_errors("rename", self._path):
                patiently(self._path.replace, self._path.with_name(DAMAGED_JOURNAL_FILE))
            return None
        if home != self._settings.server:
            raise GalleryError(
                "a change of people that was cut off belongs to another database",
                hint=f"It is finished there: python main.py people list --database {home or self._settings.database}",
            )
        return change

    def _locked(self) -> AbstractContextManager[None]:
        folder = self._settings.database
        busy = GalleryError(
            f"another facecam is changing people in {printable(str(folder))}",
            hint="Wait until it has finished, or close the other window, then repeat.",
        )
        return locked(
            folder / PEOPLE_LOCK_FILE, busy, timeout_s=_LOCK_TIMEOUT_S, make_room=self.store.make_room
        )


def recover(settings: Settings, on_event: EventSink = ignore) -> tuple[Finished, ...]:
    """See `PeopleJournal.recover`."""
    return PeopleJournal(settings, on_event).recover()


def recover_if_possible(settings: Settings, on_event: EventSink = ignore) -> tuple[Finished, ...]:
    """`recover` for those who only look: what is in the way is said, and looking goes on."""
    try:
        return recover(settings, on_event)
    except FacecamError as error:
        on_event(Notice(error.message, error.hint))
        return ()


def is_full(error: BaseException) -> bool:
    """Whether an error comes from a full disk."""
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in FULL


def _copies_went(count: int) -> str:
    what = "the copy" if count == 1 else f"the {count} copies"
    return f"{what} just made in the photo folder went again: nothing was saved"
