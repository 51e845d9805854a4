"""Picture view: a picture as large as its place allows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from facecam.core.types import ImageArray
from facecam.gui.core.images import fitted, shared_qimage
from facecam.gui.theme.theme import color

#: Draws over the picture: painter in widget px, picture px → widget px (mirroring included).
Overlay = Callable[[QPainter, QTransform], None]


#: Up to this many px converting pays; measured: 640×360 at 960×540 in 4 ms instead of 13, 4K in 38 instead of 15.
_MOST_CONVERTED_PX = 1280 * 720


class PictureView(QWidget):
    """The newest picture, letterboxed; converted when painted, so that superseded pictures cost nothing.

    Give boxes and names an `overlay` instead of drawing into the picture: text stays sharp, and
    never mirrored, at any size.
    """

    def __init__(self, *, radius_px: int = 8) -> None:
        super().__init__()
        #: What is shown, uint8 (H, W, 3) RGB.
        self.image: ImageArray | None = None
        self._picture = QImage()
        self._stale = False
        self._mirrored = False
        self._radius_px = radius_px
        self._overlay: Overlay | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)

    def sizeHint(self) -> QSize:
        """A usual camera picture."""
        return QSize(640, 480)

    def set_image(self, image: ImageArray | None) -> None:
        """Show a picture, uint8 (H, W, 3) RGB, or nothing. The array must not be changed afterwards."""
        self.image, self._stale = image, True
        self.update()

    def set_mirrored(self, mirrored: bool) -> None:
        """Show left and right swapped, like a mirror."""
        self._mirrored = mirrored
        self.update()

    def set_overlay(self, overlay: Overlay | None) -> None:
        """What is drawn over the picture; called at each paint."""
        self._overlay = overlay
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture is, widget px."""
        if self.image is None:
            return QRectF()
        height_px, width_px = self.image.shape[:2]
        return fitted(QSizeF(width_px, height_px), QRectF(self.rect()))

    def to_widget(self) -> QTransform:
        """Picture px → widget px."""
        place = self.picture_rect()
        if self.image is None or place.isEmpty():
            return QTransform()
        scale = place.width() / self.image.shape[1]
        if self._mirrored:
            return QTransform(-scale, 0, 0, scale, place.right(), place.top())
        return QTransform(scale, 0, 0, scale, place.left(), place.top())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, then overlay."""
        # Ended even when the overlay fails: an open painter would take the whole window down.
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), self._radius_px, self._radius_px)
        painter.fillPath(clip, color("sunken"))
        if self.image is None:
            return
        if self._stale:
            self._picture, self._stale = _quick_to_scale(self.image), False
        painter.setClipPath(clip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.save()
        painter.setTransform(self.to_widget(), combine=True)
        painter.drawImage(0, 0, self._picture)
        painter.restore()
        if self._overlay is not None:
            self._overlay(painter, self.to_widget())


def _quick_to_scale(image: ImageArray) -> QImage:
    """Qt scales 32-bit pictures several times as fast as 24-bit ones; of large ones it reads few pixels anyway."""
    picture = shared_qimage(image)
    if picture.width() * picture.height() > _MOST_CONVERTED_PX:
        return picture
    return picture.convertToFormat(QImage.Format.Format_RGB32)
