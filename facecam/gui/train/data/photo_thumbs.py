"""Photo thumbnails in rows, each with its name; a click opens its folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.labels import ElidedLabel
from facecam.gui.widgets.layouts import below, held
from facecam.gui.widgets.thumbnail import Thumbnail

_SIDE_PX = 96


class PhotoThumbs(QWidget):
    """The photos appear as they are read.

    Args:
        photos: which.
        faces: gives their pictures.
    """

    def __init__(self, photos: Iterable[Path], faces: FaceCache[Path]) -> None:
        super().__init__()
        self._faces = faces
        self.setLayout(FlowLayout(*map(self._made, photos)))

    def _made(self, photo: Path) -> QWidget:
        thumb = Thumbnail(_SIDE_PX, icon="picture", clickable=True)
        thumb.setToolTip(self.tr("{0}\nClick to open the folder").format(photo))
        thumb.setAccessibleName(photo.name)
        thumb.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(photo.parent))))
        self._faces.show(thumb, photo, thumb.set_pixmap)
        holder = held(below(thumb, ElidedLabel(photo.name, "small"), margins=0, spacing=2))
        holder.setFixedWidth(_SIDE_PX)
        return holder
