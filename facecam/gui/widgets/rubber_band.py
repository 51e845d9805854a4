"""Rubber band: a box drawn over a picture with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from facecam.core.types import Box
from facecam.gui.theme.palette import DARK

#: A shorter way of the mouse is a click with a trembling hand.
_CLICK_PX = 6.0


class RubberBand:
    """From the press of a button to its release, in widget px; the widget hands the events over."""

    def __init__(self) -> None:
        self._from: QPointF | None = None
        self._to = QPointF()

    @property
    def active(self) -> bool:
        """Whether the button is down."""
        return self._from is not None

    @property
    def drawing(self) -> bool:
        """Whether it is a box by now, and no click."""
        return self._from is not None and (self._to - self._from).manhattanLength() > _CLICK_PX

    @property
    def rect(self) -> QRectF:
        """What is drawn, widget px."""
        return QRectF() if self._from is None else QRectF(self._from, self._to).normalized()

    def press(self, spot: QPointF) -> None:
        """The button goes down."""
        self._from, self._to = QPointF(spot), QPointF(spot)

    def move(self, spot: QPointF, place: QRectF) -> None:
        """The mouse moves; the box stays in `place`."""
        if self._from is not None:
            self._to = QPointF(
                min(max(spot.x(), place.left()), place.right()),
                min(max(spot.y(), place.top()), place.bottom()),
            )

    def release(self) -> QRectF | None:
        """The button goes up: the box, or None for a click."""
        rect = self.rect if self.drawing else None
        self._from = None
        return rect

    def cancel(self) -> None:
        """Nothing was meant."""
        self._from = None

    def draw(self, painter: QPainter) -> None:
        """Draw it while it is drawn, widget px."""
        if self.drawing:
            draw_box(painter, self.rect)


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
