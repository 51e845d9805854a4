"""The gallery on a PostgreSQL server: many stations, one set of people; what is this station's stays in its folder."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from facecam.core.errors import FacecamError, GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.gallery.gallery import Gallery
from facecam.gallery.postgres import held, schema
from facecam.gallery.postgres.connection import ServerError, driver, transaction
from facecam.gallery.postgres.following import CHANNEL, following
from facecam.gallery.postgres.held import Held
from facecam.gallery.storage.home import GalleryHome, change_under_way, taken_back
from facecam.gallery.storage.store import GalleryStore, of_another_rule

if TYPE_CHECKING:
    from psycopg import Connection

#: In the folder: the last deletion that was followed here.
FOLLOWED_FILE: Final = ".followed"
_REMEMBERED: Final = "90 days"
_log = logging.getLogger(__name__)


class PostgresStore(GalleryHome):
    """Loads and saves the gallery of a server; every update is one transaction there.

    Args:
        address: of the server.
        folder: the database folder of this station: what is derived from vectors lies there, and what the server
            knows nothing of.
        on_event: gets notices.
        forget: is told the ids of all who were deleted, at whichever station, and drops what else lies here of them.
        send: sends what waits here for the server; asked every 2 seconds while it is followed.
        heard: called when people are loaded that were changed since.
    """

    #: A look costs nothing: notifications come by themselves.
    pause_s = 0.05

    def __init__(
        self,
        address: str,
        folder: Path,
        *,
        on_event: EventSink = ignore,
        forget: Callable[[set[str]], None] = lambda gone: None,
        send: Callable[[], None] = lambda: None,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self.address, self.folder, self._forget, self._send = address, folder, forget, send
        self._heard, self._told = heard, ""
        self._on_event, self._local = on_event, GalleryStore(folder, on_event=on_event)
        self._held = Held()

    def tell(self, notice: Notice) -> None:
        """Hand on what became of the connection."""
        self._on_event(notice)

    def keep_up(self) -> None:
        """Send what waits here."""
        try:
            self._send()
        except FacecamError as error:
            _log.warning("what waits for %s is not sent: %s", self.address, error.message)

    def version(self) -> str:
        """The revision as last heard: the server is not asked.

        Raises:
            ServerError: nothing was heard yet, and it does not answer.
        """
        return following(self.address).version(self)

    def load(self) -> Gallery | None:
        """The saved gallery, or None when nothing was ever saved.

        Raises:
            GalleryError: it cannot be used, or a newer facecam made it.
            ServerError: the server does not answer, or refuses.
        """
        with transaction(self.address, self._on_event, reading=True) as connection:
            version = schema.version_of(connection)
            if version == len(schema.STEPS):
                self._follow(connection)
        if version == 0:
            return None
        if version < len(schema.STEPS):
            with transaction(self.address, self._on_event) as connection:
                self._lock(connection)  # Or what is read now and what in a moment may be of two revisions.
                self._follow(connection)
        gallery = self._held.gallery
        if self._told != self._held.version:
            self._told = self._held.version
            self._heard()
        return gallery

    def update(
        self,
        change: Callable[[Gallery | None], Gallery],
        *,
        forget: bool = False,
        start_over: bool = False,
        also: Callable[[Connection], None] | None = None,
    ) -> Gallery:
        """Save `change(newest gallery)` in one transaction, and with it what `also` writes; see `GalleryStore.update`.

        What cannot be read is never started over: it is not this station's alone.

        Raises:
            GalleryError: what is there cannot be used, or a newer facecam made it.
            ServerError: another station is writing for longer than the timeout, the disk there is full, the
                connection is lost, …: nothing was changed, or, if the connection was lost at the very end, all of it.
        """
        with transaction(self.address, self._on_event) as connection:
            self._lock(connection)
            before = self._read(connection)
            gallery = change(before.gallery)
            if forget:
                self._local.drop_derived()
            change_id, kept = change_under_way.get()
            written = held.write(connection, before, gallery, forget=forget, kept=kept)
            gone = _deleted(connection) if forget else set()  # Also whom others deleted since the last look.
            if change_id:
                connection.execute(
                    "INSERT INTO facecam.change VALUES (%s) ON CONFLICT DO NOTHING", [change_id]
                )
                connection.execute(
                    f"DELETE FROM facecam.change WHERE made < now() - interval '{_REMEMBERED}'".encode()
                )
            if also is not None:
                also(connection)
            connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, written.version])
        self._held = written
        following(self.address).saw(written.version)
        if forget:
            self._follow_deletion(written.forgotten, gone)
        return gallery

    def make_room(self) -> bool:
        """See `GalleryStore.make_room`: the disk is this station's."""
        return self._local.make_room()

    def keep_reserve(self) -> None:
        """See `GalleryStore.keep_reserve`."""
        self._local.keep_reserve()

    def has_left_overs(self) -> bool:
        """Whether something half-written lies in the folder; a transaction leaves nothing."""
        return self._local.has_left_overs()

    def sweep(self) -> None:
        """Remove it."""
        self._local.sweep()

    def was_committed(self, change: str) -> bool | None:
        """Whether a change counts, once whoever is writing has finished; see `making`.

        Raises:
            ServerError: the server does not answer: nobody knows.
        """
        try:
            return self._counts(change, self._lock)
        except ServerError as error:
            refused = driver().errors
            if not isinstance(
                error.__cause__, refused.InsufficientPrivilege | refused.ReadOnlySqlTransaction
            ):
                raise
            # Whoever may not lock has nothing under way that would have to be waited for.
            return self._counts(change, _require_no_standby)

    # ------------------------------------------------------------------ inside

    def _counts(self, change: str, lock: Callable[[Connection], None]) -> bool:
        with transaction(self.address, self._on_event) as connection:
            if schema.version_of(connection) == 0:
                return False
            lock(connection)
            found = connection.execute(
                "SELECT id FROM facecam.change WHERE id = ANY(%s)", [[change, taken_back(change)]]
            ).fetchall()
        return found == [(change,)]

    def _lock(self, connection: Connection) -> None:
        schema.ensure(connection)
        schema.lock(connection)

    def _follow(self, connection: Connection) -> None:
        self._read(connection)
        if self._held.outdated_threshold is not None:
            self._on_event(of_another_rule(self._held.outdated_threshold))
        if self._held.forgotten != self._followed():  # Another one, or none, in a database that was restored.
            self._follow_deletion(self._held.forgotten, _deleted(connection))

    def _read(self, connection: Connection) -> Held:
        try:
            self._held = held.read(connection, self._held)
            return self._held
        except ValueError as error:  # A person with an impossible name, a vector of another length.
            raise GalleryError(
                f"what {self.address} holds makes no sense: {error}", hint="Restore it from its pg_dump."
            ) from error

    def _followed(self) -> str:
        try:
            return (self.folder / FOLLOWED_FILE).read_text()
        except (OSError, ValueError):
            return ""

    def _follow_deletion(self, deletion: str, gone: set[str]) -> None:
        """Somebody was deleted, perhaps at another station: nothing of them stays in the folder of this one."""
        try:
            self._forget(gone)
            self._local.drop_derived()
            if self._local.version() and gone & _ids(self._local.load()):
                self._local.update(lambda gallery: _without(gallery, gone), forget=True)
            if self.folder.is_dir():
                with readable_os_errors("write", self.folder):
                    atomic_write(self.folder / FOLLOWED_FILE, deletion.encode(), private=True, sealed=False)
        except ServerError:
            raise
        except FacecamError as error:
            self._on_event(
                Notice(f"copies of somebody deleted may still be here: {error.message}", error.hint)
            )


def _require_no_standby(connection: Connection) -> None:
    """What counts at its primary may not have come to it yet."""
    if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
        raise driver().errors.ReadOnlySqlTransaction("25006 a standby")


def _deleted(connection: Connection) -> set[str]:
    """Their ids, and those of people who were part of them."""
    found = connection.execute(f"{schema.MERGED} SELECT person FROM merged WHERE kept IS NULL".encode())
    return {held.plain(id_) for (id_,) in found.fetchall()}


def _ids(gallery: Gallery | None) -> set[str]:
    return set() if gallery is None else {one.id for one in gallery.identities}


def _without(gallery: Gallery | None, gone: set[str]) -> Gallery:
    assert gallery is not None
    for one in gallery.identities:
        if one.id in gone:
            gallery = gallery.remove(one)
    return gallery
