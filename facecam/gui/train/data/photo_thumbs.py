"""Photo thumbnails in rows, each with its name; a click opens its folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from facecam.core.events import CancelToken, EventSink
from facecam.core.types import ImageArray
from facecam.gui.core.context import AppContext
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.labels import ElidedLabel
from facecam.gui.widgets.layouts import below, held
from facecam.gui.widgets.thumbnail import Thumbnail

_SIDE_PX = 96


class PhotoThumbs(QWidget):
    """`add` photos, then `load` them all in one job."""

    def __init__(self) -> None:
        super().__init__()
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        self.thumbs: list[tuple[Path, Thumbnail]] = []

    def add(self, photos: Iterable[Path]) -> None:
        """Places for photos."""
        for photo in photos:
            self._flow.addWidget(self._made(photo))

    def load(self, context: AppContext, service: EngineTrainService) -> None:
        """Read the pictures in the background."""
        load(context, service, self.thumbs, self)

    def _made(self, photo: Path) -> QWidget:
        thumb = Thumbnail(_SIDE_PX, icon="picture", clickable=True)
        thumb.setToolTip(self.tr("{0}\nClick to open the folder").format(photo))
        thumb.setAccessibleName(photo.name)
        thumb.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(photo.parent))))
        self.thumbs.append((photo, thumb))
        holder = held(below(thumb, ElidedLabel(photo.name, "small"), margins=0, spacing=2))
        holder.setFixedWidth(_SIDE_PX)
        return holder


def load(
    context: AppContext, service: EngineTrainService, thumbs: Sequence[tuple[Path, Thumbnail]], owner: QWidget
) -> None:
    """Read the pictures of all `thumbs` in one job."""
    photos = [photo for photo, _ in thumbs]

    def work(on_event: EventSink, cancel: CancelToken) -> list[ImageArray | None]:
        pictures = []
        for photo in photos:
            cancel.check()
            pictures.append(service.face_picture(photo))
        return pictures

    def show(pictures: list[ImageArray | None]) -> None:
        for (_, thumb), picture in zip(thumbs, pictures, strict=True):
            thumb.set_image(picture)

    if photos:
        context.run(work, done=show, owner=owner)
