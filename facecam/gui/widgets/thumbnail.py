"""Thumbnail: a small square picture with rounded corners."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from facecam.core.types import ImageArray
from facecam.gui.core.images import to_qimage
from facecam.gui.theme.icons import icon_pixmap
from facecam.gui.theme.theme import color, colors


class Thumbnail(QWidget):
    """A face or photo; without a picture it shows an icon.

    Args:
        side_px: width and height.
        round: as a disc.
        icon: shown while there is no picture.
        clickable: takes focus, clicks, Space and Return.
    """

    clicked = Signal()

    def __init__(
        self, side_px: int = 48, *, round: bool = False, icon: str = "person", clickable: bool = False
    ) -> None:
        super().__init__()
        self._side_px, self._round, self._icon, self._clickable = side_px, round, icon, clickable
        self._picture = QImage()
        self._ring = ""
        self.setFixedSize(side_px, side_px)
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_image(self, image: ImageArray | None) -> None:
        """Show a picture, uint8 (H, W, 3) RGB, scaled down here; hand over small ones."""
        self.set_picture(QImage() if image is None else to_qimage(image))

    def set_picture(self, picture: QImage) -> None:
        """Show a Qt picture; a null one shows the icon."""
        side = round(self._side_px * self.devicePixelRatioF())
        self._picture = picture
        if not picture.isNull():
            fill, smooth = (
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._picture = picture.scaled(side, side, fill, smooth)
        self.update()

    def set_pixmap(self, pixmap: QPixmap | None) -> None:
        """Show a picture of a list; None shows the icon."""
        self.set_picture(QImage() if pixmap is None else pixmap.toImage())

    def set_ring(self, role: str) -> None:
        """A coloured rim: a name in `Colors`, or empty for none."""
        self._ring = role
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        inside = self.rect().contains(event.position().toPoint())
        if self._clickable and event.button() == Qt.MouseButton.LeftButton and inside:
            self.clicked.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Return click."""
        if self._clickable and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in its frame."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius_px = area.width() / 2 if self._round else 6
        outline = QPainterPath()
        outline.addRoundedRect(area, radius_px, radius_px)
        painter.fillPath(outline, color("sunken"))
        painter.save()
        painter.setClipPath(outline)
        self._draw_content(painter, area)
        painter.restore()
        ring = "accent" if self.hasFocus() else self._ring
        if ring:
            painter.setPen(QPen(color(ring), 2))
            painter.drawPath(outline)

    def _draw_content(self, painter: QPainter, area: QRectF) -> None:
        if self._picture.isNull():
            ratio = self.devicePixelRatioF()
            side_px = area.width() / 2
            pixmap = icon_pixmap(self._icon, colors().muted, round(side_px * ratio))
            corner = area.center().x() - side_px / 2, area.center().y() - side_px / 2
            painter.drawPixmap(QRectF(*corner, side_px, side_px), pixmap, QRectF(pixmap.rect()))
            return
        side = min(self._picture.width(), self._picture.height())
        left, top = (self._picture.width() - side) / 2, (self._picture.height() - side) / 2
        painter.drawImage(area, self._picture, QRectF(left, top, side, side))
