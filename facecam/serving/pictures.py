"""Recognition of pictures for many askers: one set of models, a short queue, and a refusal when it is full."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import EventSink
from facecam.engine.recognition.json_lines import face_report, limits_of
from facecam.engine.recognition.recognizer import GalleryWatch
from facecam.engine.recognition.still_images import PictureRecognizer
from facecam.vision.images.read import picture_from_bytes

#: Pictures that come in, wait or are being worked on. Each costs its bytes, and whoever waits longer has given up.
MOST_WAITING: Final = 16


class Overloaded(FacecamError):
    """More pictures at once than the queue takes."""


class PictureService:
    """Who is in a picture, for several askers at once.

    Args:
        settings: models, database, detector, threshold.
        on_event: gets notices, such as of a database that cannot be used.

    Raises:
        WeightsError: a model is missing or damaged.
        GalleryError: the database is unreadable or stale.
    """

    def __init__(self, settings: Settings, on_event: EventSink) -> None:
        self._pictures = PictureRecognizer(settings, on_event)
        self._watch = GalleryWatch(settings, self._pictures.embedder, on_event)
        self._lock, self._people = threading.Lock(), self._names()
        self._waiting, self._is_ending = 0, False
        self._at_work, self._quiet = 0, threading.Condition()

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue, to be had before the bytes of a picture are kept.

        Raises:
            Overloaded: too many pictures are waiting.
        """
        if self._waiting >= MOST_WAITING:
            raise Overloaded(
                f"{self._waiting} pictures are waiting already",
                hint="Ask again in a second, or ask less often.",
            )
        self._waiting += 1  # One thread, that of the event loop, counts.
        try:
            yield
        finally:
            self._waiting -= 1

    async def recognize(self, content: bytes) -> dict[str, Any]:
        """The faces of a picture as plain values, see `face_report`, for whoever has a place.

        Args:
            content: of a picture file.

        Raises:
            DataError: this is no picture.
            GalleryError: the people cannot be read.
        """
        return await run_in_threadpool(self._recognized, content)

    def end(self, patience_s: float = 0.0) -> bool:
        """No picture is begun any more; whether none is being worked on, at last after so long."""
        self._is_ending = True
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._at_work, patience_s)

    def people(self) -> list[str]:
        """The names of everybody enrolled, in the order of the alphabet."""
        with self._lock:
            self._refresh()
            return list(self._people)

    def _recognized(self, content: bytes) -> dict[str, Any]:
        with self._working():
            image = picture_from_bytes(content, "what was sent")
            with self._lock:
                if self._is_ending:
                    raise Overloaded("the service is ending", hint="Ask again once it runs again.")
                self._refresh()
                faces = self._pictures.recognize(image)
                limits = limits_of(self._pictures.matcher)
        height, width = image.shape[:2]
        return {
            "width": width,
            "height": height,
            "faces": [face_report(face, image, *limits) for face in faces],
        }

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        with self._quiet:
            self._at_work += 1
        try:
            yield
        finally:
            with self._quiet:
                self._at_work -= 1
                self._quiet.notify_all()

    def _refresh(self) -> None:
        matcher = self._watch.changed()
        if matcher is not None:
            self._pictures.matcher = matcher
            self._people = self._names()

    def _names(self) -> list[str]:
        return sorted((one.name for one in self._pictures.matcher.gallery.identities), key=str.casefold)
