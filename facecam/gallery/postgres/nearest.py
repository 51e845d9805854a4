"""Nearest faces of a very large gallery, found by the server: more than needed, and compared again here.

pgvector's graph (HNSW) of the vectors in half precision finds `_ASKED` faces near a probe; what is compared with their
people is the vectors of the frozen gallery, by the rule of the embedded home. Where the server has no such index yet,
or does not answer, all vectors are compared.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import FacecamError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.types import FloatArray
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.neighbors import CANDIDATES
from facecam.gallery.matching.rows import RowsByOwner
from facecam.gallery.postgres.connection import connect, driver, translated
from facecam.gallery.postgres.held import plain, stored
from facecam.gallery.postgres.schema import VECTORS

if TYPE_CHECKING:
    from psycopg import Connection

_ASKED: Final = 2 * CANDIDATES
#: How widely the graph is searched: see docs/BENCHMARKS.md.
SEARCHED: Final = 300
#: pgvector indexes no longer vectors of half precision.
_MOST_DIMENSIONS: Final = 4000
_BUILDING: Final = 0x66616366
_AGAIN_S: Final = 5.0
_log = logging.getLogger(__name__)


class ServerNeighbors:
    """Finds rows near a face by the server's index.

    Args:
        address: of the server.
        gallery: whose rows they are.
        on_event: is told once why the index is not used.
    """

    def __init__(self, address: str, gallery: Gallery, on_event: EventSink = ignore) -> None:
        self._address, self._vectors, self._on_event = address, gallery.vectors, on_event
        self._model_id, self._dimensions = gallery.model_id, gallery.dimensions
        self._places = {one.id: place for place, one in enumerate(gallery.identities)}
        self._rows = RowsByOwner(gallery.owners)
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._query, self._again_s = "", 0.0

    def near(self, vector: FloatArray) -> NDArray[np.int64]:
        """Rows near one of float32 (D,), unit length, at most `CANDIDATES`, nearest first."""
        people = self._people(vector)
        if people is None:
            rows = np.arange(len(self._vectors))
            alike = self._vectors @ vector
        else:
            rows = np.concatenate([np.zeros(0, np.int64), *(self._rows[person] for person in people)])
            alike = self._vectors[rows] @ vector
        best = np.argpartition(-alike, CANDIDATES)[:CANDIDATES] if len(alike) > CANDIDATES else slice(None)
        rows, alike = rows[best], alike[best]
        return rows[np.argsort(-alike, kind="stable")]

    def _people(self, vector: FloatArray) -> list[int] | None:
        """Who has a face near; None: the server does not tell."""
        if not self.is_open:
            if self._query and time.monotonic() >= self._again_s:  # It was, before the connection was lost.
                self._again_s = time.monotonic() + _AGAIN_S
                self.open()
            return None
        with self._lock:
            assert self._connection is not None
            try:
                words = "[" + ",".join(map(repr, vector.tolist())) + "]"
                found = self._connection.execute(self._query.encode(), [words], prepare=True).fetchall()
            except driver().Error as error:
                _log.warning("the index of the server is not used: %s", error)
                self._connection.close()
                return None
        return [self._places[id_] for (text,) in found if (id_ := plain(text)) in self._places]

    @property
    def is_open(self) -> bool:
        """Whether the server's index is used."""
        with self._lock:
            return self._connection is not None and not self._connection.closed

    def open(self) -> None:
        """Use the index from now on, or have it built in the background where there is none."""
        threading.Thread(target=self._open, name="index of faces", daemon=True).start()

    def _open(self) -> None:
        try:
            connection = connect(self._address, self._on_event, autocommit=True)
            with translated(self._address):
                self._use(connection)
        except FacecamError as error:
            self._on_event(
                Notice(
                    f"the index of faces of the server is not used: {error.message}",
                    "Everybody is compared instead, which takes longer. The owner of the tables makes the index: see "
                    "docs/POSTGRES.md.",
                )
            )

    def _use(self, connection: Connection) -> None:
        row = connection.execute(
            "SELECT number FROM facecam.model WHERE model_id = %s", [stored(self._model_id)]
        ).fetchone()
        if row is None or self._dimensions > _MOST_DIMENSIONS:
            connection.close()
            return
        model, values = int(row[0]), self._dimensions
        build(connection, model, values)
        connection.execute(f"SET hnsw.ef_search = {SEARCHED}".encode())
        query = (
            "SELECT DISTINCT person.id FROM (SELECT face.person FROM facecam.face"
            f" WHERE kind = {VECTORS} AND model = {model}"
            f" ORDER BY embedding::halfvec({values}) <#> %s::halfvec({values}) LIMIT {_ASKED}) AS near"
            " JOIN facecam.person ON number = near.person"
        )
        weakref.finalize(self, connection.close)
        with self._lock:
            self._connection, self._query, self._on_event = connection, query, ignore


def build(connection: Connection, model: int, dimensions: int) -> None:
    """Make the index of a model's vectors unless it is there; stations that come meanwhile wait for it.

    Args:
        connection: one that commits by itself: the tables stay free meanwhile.
        model: its number.
        dimensions: of its vectors.
    """
    name = f"face_near_{model}"
    # Not by waiting in the server: a statement that waits there is waited for by the one that builds.
    while not _is_so(connection, "SELECT pg_try_advisory_lock(%s)", _BUILDING):
        time.sleep(_AGAIN_S)
    try:
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
        if _is_so(connection, valid, f"facecam.{name}"):
            return
        connection.execute(f"DROP INDEX IF EXISTS facecam.{name}".encode())  # Building was cut off.
        connection.execute(
            f"CREATE INDEX CONCURRENTLY {name} ON facecam.face USING hnsw"
            f" ((embedding::halfvec({dimensions})) halfvec_ip_ops)"
            f" WHERE kind = {VECTORS} AND model = {model}".encode()
        )
    finally:
        with contextlib.suppress(driver().Error):
            connection.execute("SELECT pg_advisory_unlock(%s)", [_BUILDING])


def _is_so(connection: Connection, question: str, value: object) -> bool:
    row = connection.execute(question.encode(), [value]).fetchone()
    return bool(row and row[0])
