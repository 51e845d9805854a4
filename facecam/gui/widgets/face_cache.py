"""Cache of small pictures, loaded when first shown, a few at a time, newest wish first."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from facecam.core.events import CancelToken
from facecam.core.types import ImageArray
from facecam.gui.core.context import AppContext
from facecam.gui.core.images import to_qimage
from facecam.gui.core.jobs import no_job

T = TypeVar("T")
Put = Callable[[QPixmap | None], None]
_BATCH = 6
_ON_SCREEN = 24
_KEPT = 800
#: Wishes older than these were scrolled past.
_WAITING = 120


class _Cache(QObject):
    """Signals cannot live in a generic class."""

    ready = Signal(object)


class FaceCache(_Cache, Generic[T]):
    """Pixmaps of items. `ready(key)` tells that one has come.

    Args:
        context: does the loading in its pool.
        load: gives the picture of an item, uint8 (H, W, 3) RGB, or None; called in a worker.
        parent: owner.
        key: what is the same for items of the same picture.
    """

    def __init__(
        self,
        context: AppContext,
        load: Callable[[T], ImageArray | None],
        parent: QObject,
        key: Callable[[T], Hashable] = lambda item: item,
    ) -> None:
        super().__init__(parent)
        self._context, self._load, self._key = context, load, key
        self._pixmaps: OrderedDict[Hashable, QPixmap | None] = OrderedDict()
        self._wanted: OrderedDict[Hashable, T] = OrderedDict()
        self._waiting: dict[QWidget, tuple[T, Put]] = {}
        self._job = no_job()
        self._round = 0

    def show(self, widget: QWidget, item: T, put: Put) -> None:
        """Give a widget the picture of an item, now or when it has come; of several items the last one's."""
        key = self._key(item)
        put(self._pixmaps.get(key))
        self._waiting.pop(widget, None)
        if key not in self._pixmaps:
            self._waiting[widget] = item, put
            self._start()

    def get(self, item: T) -> QPixmap | None:
        """The pixmap for a list that paints; None: it is on its way, or there is none."""
        key = self._key(item)
        if key in self._pixmaps:
            self._pixmaps.move_to_end(key)
            return self._pixmaps[key]
        self._wanted[key] = item
        self._wanted.move_to_end(key)
        while len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)
        self._start()
        return None

    def put(self, item: T, image: ImageArray) -> None:
        """Hand over a picture that need not be loaded, uint8 (H, W, 3) RGB."""
        self._wanted.pop(self._key(item), None)
        self._take(self._key(item), to_qimage(image))

    def forget(self, item: T) -> None:
        """Have one picture loaded anew."""
        self._pixmaps.pop(self._key(item), None)

    def clear(self) -> None:
        """Forget everything, as after a change of model or folders."""
        self._pixmaps.clear()
        self._wanted.clear()
        self._waiting.clear()
        self._round += 1

    def _start(self) -> None:
        if self._job.pending or not (batch := self._next_batch()):
            return
        mine = self._round
        self._job = self._context.run(
            lambda on_event, cancel: self._loaded(batch, cancel),
            done=lambda images: self._on_loaded(images, mine),
            # Without models there are no faces; all works the same and says nothing more about it.
            failed=lambda error: self._on_loaded(dict.fromkeys(batch, QImage()), mine),
            owner=self,
        )

    def _next_batch(self) -> dict[Hashable, T]:
        """What was wished for last is what is on the screen; of that, and of all widgets, from top to bottom."""
        keys = list(self._wanted)[-_ON_SCREEN:][:_BATCH]
        if keys:
            return {key: self._wanted.pop(key) for key in keys}
        self._waiting = {widget: what for widget, what in self._waiting.items() if isValid(widget)}
        waiting = {self._key(item): item for item, _ in self._waiting.values()}
        return dict(itertools.islice(waiting.items(), _BATCH))

    def _loaded(self, batch: Mapping[Hashable, T], cancel: CancelToken) -> dict[Hashable, QImage]:
        images = {}
        for key, item in batch.items():
            cancel.check()
            image = self._load(item)
            images[key] = QImage() if image is None else to_qimage(image)
        return images

    def _on_loaded(self, images: Mapping[Hashable, QImage], mine: int) -> None:
        if mine == self._round:
            for key, image in images.items():
                self._take(key, image)
            while len(self._pixmaps) > _KEPT:
                self._pixmaps.popitem(last=False)
        self._start()

    def _take(self, key: Hashable, image: QImage) -> None:
        pixmap = self._pixmaps[key] = None if image.isNull() else QPixmap.fromImage(image)
        for widget, (item, put) in list(self._waiting.items()):
            if self._key(item) == key:
                del self._waiting[widget]
                if isValid(widget):
                    put(pixmap)
        self.ready.emit(key)
