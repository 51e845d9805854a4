"""Following what other stations change: one connection per server that hears its notifications."""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from typing import TYPE_CHECKING, Final, Protocol

from facecam.core.errors import FacecamError, GalleryError
from facecam.core.events import Notice
from facecam.gallery.postgres.connection import ServerError, connect, driver, translated
from facecam.gallery.postgres.held import version
from facecam.gallery.postgres.schema import STEPS, version_of

if TYPE_CHECKING:
    from psycopg import Connection

CHANNEL: Final = "facecam_gallery"
_AGAIN_S: Final = 0.5
_LOOK_UP_S: Final = 2.0
_LONGEST_WAIT_S: Final = 60.0
_all: dict[str, Following] = {}
_all_lock = threading.Lock()


class Hearer(Protocol):
    """Who is told of a connection that is lost, or back. Called from another thread."""

    def tell(self, notice: Notice) -> None:
        """What became of it."""

    def keep_up(self) -> None:
        """It is there: every 2 seconds."""


def following(address: str) -> Following:
    """The one of this process for a server."""
    with _all_lock:
        return _all.setdefault(address, Following(address))


class Refusal:
    """How a server answers to what is sent again and again: where it refuses, it is asked less and less often."""

    def __init__(self) -> None:
        self._reason, self._wait_s, self._again_at = "", 0.0, 0.0

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask again."""
        return time.monotonic() >= self._again_at

    def came(self, reason: str) -> bool:
        """It refuses; returns whether it did not before, or for another reason."""
        self._wait_s = min(max(2 * self._wait_s, _LOOK_UP_S), _LONGEST_WAIT_S)
        self._again_at = time.monotonic() + self._wait_s
        is_new, self._reason = reason != self._reason, reason
        return is_new

    def ended(self) -> bool:
        """It does not; returns whether it did before."""
        was = bool(self._reason)
        self._reason, self._wait_s, self._again_at = "", 0.0, 0.0
        return was


class Following:
    """Knows the version of a server's gallery without asking for it, as long as somebody wants to know.

    Attributes:
        is_lost: the connection was lost, and is not back: who must not wait need not try.
        refusal: of visits, by any of this process.
    """

    def __init__(self, address: str) -> None:
        self._address, self._version, self.is_lost = address, "", False
        self.refusal = Refusal()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._hearers: weakref.WeakSet[Hearer] = weakref.WeakSet()

    def version(self, hearer: Hearer) -> str:
        """As last heard, see `Held.version`; empty before the first change.

        Raises:
            ServerError: nothing was heard yet, and the server does not answer.
        """
        self._hearers.add(hearer)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                connection = self._opened()
                self._thread = threading.Thread(
                    target=self._follow, args=(connection,), name="follow the server", daemon=True
                )
                self._thread.start()
        return self._version

    def saw(self, version: str) -> None:
        """What was changed here is known here at once."""
        self._version = version

    def _opened(self) -> Connection:
        connection = connect(self._address, self._tell, autocommit=True)
        try:
            with translated(self._address):
                with contextlib.suppress(driver().errors.ReadOnlySqlTransaction):  # A standby tells nothing.
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                self._version = _version_now(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _follow(self, connection: Connection) -> None:
        while self._hearers:
            try:
                with translated(self._address):
                    for heard in connection.notifies(timeout=_LOOK_UP_S):
                        self._version = heard.payload
                    # Nobody tells of a backup that is restored, nor of anything at a standby.
                    self._version = _version_now(connection)
                for hearer in list(self._hearers):
                    hearer.keep_up()
            except ServerError:
                connection.close()
                self.is_lost = True
                self._tell(
                    Notice(
                        f"the connection to {self._address} is lost: recognition goes on with the people it knows",
                        "It is tried again all the time; see whether the server runs.",
                    )
                )
                again = self._opened_again()
                self.is_lost, self.refusal = False, Refusal()
                if again is None:
                    return
                connection = again
                self._tell(Notice(f"the connection to {self._address} is back", ""))
        connection.close()

    def _opened_again(self) -> Connection | None:
        while self._hearers:
            time.sleep(_AGAIN_S)
            try:
                return self._opened()
            except FacecamError:
                continue
        return None

    def _tell(self, event: object) -> None:
        if isinstance(event, Notice):
            for hearer in list(self._hearers):
                hearer.tell(event)


def _version_now(connection: Connection) -> str:
    try:
        if version_of(connection) < len(STEPS):
            return ""
    except GalleryError as error:
        return error.message  # Whoever loads what is there is told.
    row = connection.execute(
        "SELECT gallery.revision, change.id FROM facecam.gallery"
        " LEFT JOIN facecam.change ON change.revision = gallery.revision"
    ).fetchone()
    return version(*row) if row else ""
