"""Move of everybody from one home of the gallery to another: folder and server, both ways."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from facecam.core.config import Settings
from facecam.core.encryption import data_keys
from facecam.core.errors import ConfigError, GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable, resolved
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.photos.station_folders import follow_names
from facecam.engine.transactions.journal import PeopleJournal
from facecam.engine.visits.store import SightingFile, entries_of, key_of
from facecam.engine.visits.table import open_visits, put_back, rewrite
from facecam.gallery.gallery import Gallery
from facecam.gallery.postgres.store import PostgresStore
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.gallery.storage.generation import digest
from facecam.gallery.storage.home import GalleryHome

if TYPE_CHECKING:
    from psycopg import Connection

Change = Callable[[Gallery | None], Gallery]


@dataclass(frozen=True, slots=True)
class MovedHome:
    """What is at the new place, counted there; `source` and `to` as they are named on the command line."""

    source: str
    to: str
    people: int
    vectors: int
    visits: int


def move_people(
    settings: Settings, to: str | Path, *, remove_source: bool = False, on_event: EventSink = ignore
) -> MovedHome:
    """Copy everybody and their visits to another home, all or nothing, and compare what is there with what is here.

    Photos, choices and everything else in the folders stay where they are. A repetition finds itself done.

    Args:
        settings: where people are now.
        to: the address of a server, or a folder.
        remove_source: once all was compared, nobody stays at the source.
        on_event: gets notices.

    Raises:
        ConfigError: it is the same place, or no address.
        GalleryError: nobody is enrolled, other people are there already, or the source changed meanwhile.
        DataError: it cannot be written; what was there before is there again. Nothing is copied from a server from
            which nobody can be removed, where they are to be.
    """
    wanted = (
        replace(settings, server=to) if isinstance(to, str) else replace(settings, server="", database=to)
    )
    same_folder = resolved(wanted.database) == resolved(settings.database)
    if wanted.server == settings.server and (wanted.server or same_folder):
        raise ConfigError(
            f"the people are in {_named(settings)} already", hint="Name another place with --to."
        )
    bare = wanted.server or data_keys.key_file_of(wanted.database) is None
    if bare and not settings.server and data_keys.key_file_of(settings.database) is not None:
        on_event(
            Notice(
                f"the people are encrypted here, and not in {_named(wanted)}",
                "Turn encryption on there, too: of a server it is its disk.",
            )
        )
    store = components.open_store(wanted, on_event)
    with PeopleJournal(settings, on_event).alone():
        source = components.open_store(settings, on_event)
        gallery = source.load()
        if gallery is None:
            raise GalleryError(f"nobody is enrolled in {_named(settings)}", hint="There is nothing to move.")
        here = open_visits(settings)
        lines = [*here.lines(), *here.waiting()]
        was, visits = store.load(), open_visits(wanted)
        if not len(gallery) and was is not None and len(was):
            raise GalleryError(
                f"nobody is enrolled in {_named(settings)} any more, and {counted(len(was), 'person')} in "
                f"{_named(wanted)}",
                hint="If they were moved there before, that was done to its end; nothing was changed.",
            )
        if remove_source:
            _require_removable(source, _nobody(gallery, _named(settings)))
        new = _keys(lines) - _keys(visits.lines())
        _write(store, lambda there: _only(there, gallery, _named(wanted)), lines)
        try:
            visits.put_back(lines)  # Of a server they came with the people: this finds them there.
            _compare(gallery, source, "the source changed meanwhile")
            _compare(gallery, store, f"{_named(wanted)} gave back something else")
            count = _compare_visits(lines, visits.lines(), gallery)
        except BaseException:
            if was is None or not len(was):
                _take_back(store, _nobody(gallery, _named(wanted)), visits, new)
            raise
        if remove_source:
            moved = _keys(lines) & _keys(visits.lines())  # And no visit that ended meanwhile.
            # People last: cut off in between, a repetition finds them, and goes on.
            here.rewrite(lambda entry: None if key_of(entry) in moved else entry)
            source.update(_nobody(gallery, _named(settings)), forget=not settings.server)
    follow_names(wanted, on_event)
    kind = "server" if wanted.server else "folder"
    for database in dict.fromkeys([settings.database, wanted.database]):
        note_in_trail(database, "new home", on_event=on_event, kind=kind, count=len(gallery))
    return MovedHome(_named(settings), _named(wanted), len(gallery), len(gallery.vectors), count)


class _Undone(Exception):
    """Ends a transaction without effect."""


def _require_removable(source: GalleryHome, nobody: Change) -> None:
    """Before anything is copied: a server may be read-only, or the role have no right to delete.

    Of a folder nothing is left to find out once nobody else may change people there.
    """

    def undone(connection: Connection) -> None:
        rewrite(connection, lambda entry: None)
        raise _Undone

    if isinstance(source, PostgresStore):
        with contextlib.suppress(_Undone):
            source.update(nobody, also=undone)


def _write(store: GalleryHome, change: Change, lines: list[str]) -> None:
    """Save people; on a server their visits, too, in one transaction."""
    if isinstance(store, PostgresStore):
        store.update(change, also=lambda connection: put_back(connection, lines))
    else:
        store.update(change)


def _take_back(store: GalleryHome, nobody: Change, visits: SightingFile, new: set[str]) -> None:
    def taken(entry: dict[str, object]) -> dict[str, object] | None:
        return None if key_of(entry) in new else entry

    if isinstance(store, PostgresStore):  # There alone: what waits in the folder may be the source's.
        store.update(nobody, also=lambda connection: rewrite(connection, taken))
    else:
        visits.rewrite(taken)
        store.update(nobody, forget=True)


def _named(settings: Settings) -> str:
    return settings.server or printable(str(settings.database))


def _only(there: Gallery | None, gallery: Gallery, name: str) -> Gallery:
    if there is not None and len(there) and digest(there) != digest(gallery):
        raise GalleryError(
            f"other people are in {name} already", hint="Name an empty place with --to; nothing was changed."
        )
    return gallery


def _nobody(gallery: Gallery, name: str) -> Change:
    """In the place of these people, and of nobody whom another station enrolled or changed meanwhile."""

    def change(there: Gallery | None) -> Gallery:
        if there is not None and len(there) and digest(there) != digest(gallery):
            raise GalleryError(
                f"the people in {name} changed meanwhile: they stay there",
                hint="See `people list` with either --database; delete whom you do not want twice.",
            )
        return Gallery.empty(gallery.model_id, gallery.dimensions, gallery.alignment)

    return change


def _compare(gallery: Gallery, home: GalleryHome, what: str) -> None:
    now = home.load()
    if now is None or digest(now) != digest(gallery):
        raise GalleryError(what, hint="Nothing was moved: repeat it.")


def _compare_visits(here: list[str], there: list[str], gallery: Gallery) -> int:
    """How many there are; those of people who are not enrolled any more stay behind."""
    known = {None, *(one.id for one in gallery.identities)}
    wanted = {key_of(entry) for entry in entries_of(here) if entry.get("id") in known}
    if not wanted <= _keys(there):
        raise GalleryError("not all visits arrived", hint="Nothing was moved: repeat it.")
    return len(there)


def _keys(lines: list[str]) -> set[str]:
    return set(map(key_of, entries_of(lines)))
