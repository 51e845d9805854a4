"""Rubber band: a box drawn over a picture with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QTransform

from facecam.core.types import Box
from facecam.gui.theme.palette import DARK
from facecam.gui.widgets.picture_view import PictureView

#: A shorter way of the mouse is a click with a trembling hand.
_CLICK_PX = 6.0


class DrawingView(PictureView):
    """A picture on which a box can be drawn; what is no box is told as a click when the button goes up."""

    #: A box, widget px.
    drawn = Signal(QRectF)
    #: The spot of a click, widget px.
    pointed = Signal(QPointF)

    def __init__(self) -> None:
        super().__init__()
        self._from: QPointF | None = None
        self._to = QPointF()

    def may_draw(self) -> bool:
        """Whether a box can be drawn now; where not, a click is told at once."""
        return True

    def cancel(self) -> None:
        """Nothing was meant."""
        self._from = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click or the first corner of a box."""
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if not self.may_draw():
            self.pointed.emit(event.position())
        elif self.picture_rect().contains(event.position()):
            self._from = self._to = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The other corner, which stays in the picture."""
        super().mouseMoveEvent(event)
        if self._from is not None:
            spot, place = event.position(), self.picture_rect()
            x = min(max(spot.x(), place.left()), place.right())
            self._to = QPointF(x, min(max(spot.y(), place.top()), place.bottom()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A box, or a click."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self._from is None:
            return
        rect, self._from = self._rect(), None
        if rect is None:
            self.pointed.emit(event.position())
        else:
            self.drawn.emit(rect)
        self.update()

    def _rect(self) -> QRectF | None:
        """What is drawn; None for nothing, or a click with a trembling hand."""
        if self._from is None or (self._to - self._from).manhattanLength() <= _CLICK_PX:
            return None
        return QRectF(self._from, self._to).normalized()

    def _paint(self, painter: QPainter) -> None:
        super()._paint(painter)
        if (rect := self._rect()) is not None:
            draw_box(painter, rect)


def draw_box(painter: QPainter, rect: QRectF) -> None:
    """A box by hand: a dashed line that is seen on any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 4))
    painter.drawRect(rect)
    pen = QPen(QColor(DARK.accent), 2, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawRect(rect)


def draw_no_face(painter: QPainter, rect: QRectF, words: str) -> None:
    """What was said to be no face: grey, crossed out."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((QColor(0, 0, 0, 150), 4), (QColor(DARK.muted), 2)):
        painter.setPen(QPen(color, width, Qt.PenStyle.DashLine))
        painter.drawRect(rect)
        painter.drawLine(rect.topLeft(), rect.bottomRight())
    if words:
        metrics = painter.fontMetrics()
        plate = QRectF(0, 0, metrics.horizontalAdvance(words) + 10, metrics.height() + 4)
        plate.moveTopLeft(rect.bottomLeft() + QPointF(0, 3))
        painter.fillRect(plate, QColor(0, 0, 0, 165))
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), words)


def draw_outline(painter: QPainter, rect: QRectF, color: QColor | Qt.GlobalColor, width_px: int = 2) -> None:
    """A line around a face, with a dark rim that is seen on bright pictures."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(Qt.GlobalColor.black, max(4, width_px + 1)), QPen(color, width_px)):
        painter.setPen(pen)
        painter.drawRoundedRect(rect, 6, 6)


def box_rect(box: Box, to_widget: QTransform) -> QRectF:
    """Where a box of the picture is in the widget."""
    return to_widget.mapRect(QRectF(box.left, box.top, box.width, box.height))


def box_of(rect: QRectF, to_widget: QTransform) -> Box:
    """A box of the picture, px, from one of the widget."""
    inverse, _ = to_widget.inverted()
    there = inverse.mapRect(rect)
    return Box(
        there.left(),
        there.top(),
        max(there.right(), there.left() + 1e-3),
        max(there.bottom(), there.top() + 1e-3),
    )
