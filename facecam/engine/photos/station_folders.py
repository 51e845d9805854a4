"""Folders of photos at a station that shares its people: each follows its person, whatever other stations call them.

Beside the database stands whose each folder is, by id. Where the server calls them otherwise now, the folder's
`person.json` says so, too. What it is about to say is noted first: cut off anywhere, the next look goes on.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError, GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import delete_file, make_folder, printable
from facecam.engine.photos.json_store import read_document, write_document
from facecam.engine.photos.library import PhotoLibrary
from facecam.gallery.postgres import schema
from facecam.gallery.postgres.connection import transaction
from facecam.gallery.postgres.held import plain, stored
from facecam.gallery.storage.lock import PEOPLE_LOCK_FILE, locked

#: In the database folder.
FILE: Final = "photo-folders.json"
_VERSION: Final = 1
_log = logging.getLogger(__name__)


class _Bound(NamedTuple):
    """Whose a folder is, by id, and what its owner is called: two names while it is about to change."""

    id: str
    names: tuple[str, ...]


class _Known(NamedTuple):
    """What the server says: name by id, also of those who were merged; id by name; ids of the deleted."""

    names: Mapping[str, str]
    ids: Mapping[str, str]
    deleted: Collection[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Folders to be claimed, with the name of before and of now, and whose each is."""

    claims: tuple[tuple[Path, str, str], ...]
    bound: Mapping[str, _Bound]


def follow_names(settings: Settings, on_event: EventSink = ignore) -> None:
    """Have the folders follow, unless somebody is changing people, who does it; what is in the way is said."""
    folders = StationFolders(settings, on_event)
    try:
        if folders.is_behind():
            with locked(settings.database / PEOPLE_LOCK_FILE, GalleryError("busy", hint="")):
                folders.follow()
    except FacecamError as error:
        _log.info("folders do not follow now: %s", error.message)


class StationFolders:
    """Whose the folders of photos are at this station.

    Args:
        settings: where they are; without a server, nobody else gives names.
        on_event: gets notices.
    """

    def __init__(self, settings: Settings, on_event: EventSink = ignore) -> None:
        self._settings, self._on_event = settings, on_event
        self._library = PhotoLibrary(settings.data, on_event)
        self._path = settings.database / FILE

    def is_behind(self) -> bool:
        """Whether `follow` has something to do.

        Raises:
            FacecamError: the server does not answer, or a folder cannot be read.
        """
        return self._due({}) is not None

    def follow(self, given: Mapping[str, str] | None = None) -> None:
        """Have each folder say what its person is called now; for who holds the lock of changes of people.

        Args:
            given: by name, whose id it is as a change just made here says.

        Raises:
            FacecamError: the server does not answer, or the note cannot be written; a folder that cannot is said.
        """
        if not self._settings.server:
            delete_file(self._path)  # Of a server that was left.
            return
        plan = self._due(given or {})
        if plan is None:
            return
        make_folder(self._path.parent, private=True)
        write_document(self._path, {"version": _VERSION, "folders": plan.bound})
        for folder, before, now in plan.claims:
            try:
                self._library.claim(folder, now)
            except DataError as error:
                self._on_event(Notice(_still(before, now), error.message))
                continue
            self._on_event(
                Notice(f"{printable(before)} is called {printable(now)} now: {printable(folder)} follows")
            )

    def require_followed(self) -> None:
        """Before people are made from folders.

        Raises:
            DataError: one says another name than its person has.
            FacecamError: see `is_behind`.
        """
        plan = self._plan(self._bound(), {})
        if plan is not None and plan.claims:
            folder, before, now = plan.claims[0]
            raise DataError(_still(before, now), hint=f"Have {printable(folder)} writable, then repeat.")

    # ------------------------------------------------------------------ inside

    def _bound(self) -> dict[str, _Bound]:
        return read_document(self._path, _parsed, {}, version=_VERSION)

    def _due(self, given: Mapping[str, str]) -> _Plan | None:
        """None: there is nothing to do."""
        bound = self._bound()
        plan = self._plan(bound, given)
        return plan if plan is not None and (plan.claims or plan.bound != bound) else None

    def _plan(self, bound: Mapping[str, _Bound], given: Mapping[str, str]) -> _Plan | None:
        """None: nobody here has photos, or the server has no people yet."""
        owners = dict(self._library.owners()) if self._settings.server else {}
        if not self._settings.server or not (owners or bound):
            return None
        noted = {
            folder: one.id
            for folder, owner in owners.items()
            if (one := bound.get(folder.name)) is not None and owner in one.names
        }
        known = self._ask({*noted.values(), *given.values()}, {*owners.values()})
        if known is None:
            return None
        claims, after, taken = [], {}, {*known.ids, *owners.values()}
        for folder, owner in owners.items():
            id_ = noted.get(folder, "")
            if id_ not in known.names and (id_ not in known.deleted or owner in given):
                id_ = given.get(owner) or known.ids.get(owner, "")
            now = known.names.get(id_, owner)
            if id_ in known.deleted and owner in known.ids:  # Another person is called so now.
                now = _free_name(owner, taken)
                taken.add(now)
            if now != owner:
                claims.append((folder, owner, now))
            if id_:
                after[folder.name] = _Bound(id_, tuple(dict.fromkeys((owner, now))))
        return _Plan(tuple(claims), after)

    def _ask(self, ids: Collection[str], names: Collection[str]) -> _Known | None:
        with transaction(self._settings.server, reading=True) as connection:
            if schema.version_of(connection) < len(schema.STEPS):
                return None
            people = connection.execute(
                "SELECT id, name FROM facecam.person WHERE id = ANY(%s) OR name = ANY(%s)",
                [[*map(stored, ids)], [*map(stored, names)]],
            ).fetchall()
            called = {plain(id_): plain(name) for id_, name in people}
            gone = [stored(id_) for id_ in ids if id_ not in called]
            merged = connection.execute(
                f"{schema.MERGED} SELECT merged.person, kept, name FROM merged"
                " LEFT JOIN facecam.person ON id = kept WHERE merged.person = ANY(%s)".encode(),
                [gone],
            ).fetchall()
        by_name = {name: id_ for id_, name in called.items()}
        called |= {plain(id_): plain(name) for id_, _, name in merged if name is not None}
        return _Known(called, by_name, {plain(id_) for id_, kept, _ in merged if kept is None})


def _parsed(document: Any) -> dict[str, _Bound]:
    return {
        str(folder): _Bound(str(id_), tuple(map(str, names)))
        for folder, (id_, names) in document["folders"].items()
    }


def _free_name(name: str, taken: Collection[str]) -> str:
    numbered = (f"{name} (deleted {number})" for number in itertools.count(2))
    return next(one for one in itertools.chain([f"{name} (deleted)"], numbered) if one not in taken)


def _still(before: str, now: str) -> str:
    return f"photos of {printable(now)} are still those of {printable(before)} here"
