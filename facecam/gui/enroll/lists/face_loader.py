"""Face loader: small pictures for lists, loaded when first shown, a few at a time, newest wish first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken
from facecam.core.types import ImageArray
from facecam.gui.core.context import AppContext
from facecam.gui.core.images import to_qimage

T = TypeVar("T")
_BATCH = 6
_ON_SCREEN = 24
_KEPT = 800
#: Wishes older than these were scrolled past.
_WAITING = 120


class _Cache(QObject):
    """Signals cannot live in a generic class."""

    ready = Signal(object)


class FaceCache(_Cache, Generic[T]):
    """Pixmaps by key. `ready(key)` tells that one has come.

    Args:
        context: does the loading in its pool.
        load: gives the picture of an item, uint8 (H, W, 3) RGB, or None; called in a worker.
        parent: owner.
    """

    def __init__(
        self, context: AppContext, load: Callable[[T], ImageArray | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._load = context, load
        self._pixmaps: OrderedDict[Hashable, QPixmap | None] = OrderedDict()
        self._wanted: OrderedDict[Hashable, T] = OrderedDict()
        self._busy = False
        self._round = 0

    def get(self, key: Hashable, item: T) -> QPixmap | None:
        """The pixmap, or None: then it is on its way, or there is none."""
        if key in self._pixmaps:
            self._pixmaps.move_to_end(key)
            return self._pixmaps[key]
        self._wanted[key] = item
        self._wanted.move_to_end(key)
        while len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)
        self._start()
        return None

    def put(self, key: Hashable, image: ImageArray) -> None:
        """Hand over a picture that need not be loaded, uint8 (H, W, 3) RGB."""
        self._pixmaps[key] = QPixmap.fromImage(to_qimage(image))
        self._wanted.pop(key, None)
        self.ready.emit(key)

    def forget(self, key: Hashable) -> None:
        """Have one picture loaded anew."""
        self._pixmaps.pop(key, None)

    def clear(self) -> None:
        """Forget everything, as after a change of model or folders."""
        self._pixmaps.clear()
        self._wanted.clear()
        self._round += 1

    def _start(self) -> None:
        if self._busy or not self._wanted:
            return
        self._busy = True
        # What was wished for last is what is on the screen; of that from top to bottom.
        keys = list(self._wanted)[-_ON_SCREEN:][:_BATCH]
        batch = {key: self._wanted.pop(key) for key in keys}
        mine = self._round
        self._context.run(
            lambda on_event, cancel: self._loaded(batch, cancel),
            done=lambda images: self._on_loaded(images, mine),
            failed=lambda error: self._on_failed(error, batch, mine),
            owner=self,
        )

    def _loaded(self, batch: Mapping[Hashable, T], cancel: CancelToken) -> dict[Hashable, QImage]:
        images = {}
        try:
            for key, item in batch.items():
                cancel.check()
                image = self._load(item)
                images[key] = QImage() if image is None else to_qimage(image)
        finally:
            self._busy = False  # Whatever happens: the next pictures must not wait for this batch for ever.
        return images

    def _on_loaded(self, images: Mapping[Hashable, QImage], mine: int) -> None:
        if mine == self._round:
            for key, image in images.items():
                self._pixmaps[key] = None if image.isNull() else QPixmap.fromImage(image)
                self.ready.emit(key)
            while len(self._pixmaps) > _KEPT:
                self._pixmaps.popitem(last=False)
        self._start()

    def _on_failed(self, error: FacecamError, batch: Mapping[Hashable, T], mine: int) -> None:
        # Without models there are no faces; the list works all the same and says nothing more about it.
        self._on_loaded(dict.fromkeys(batch, QImage()), mine)
