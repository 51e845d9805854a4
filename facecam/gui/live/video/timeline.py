"""Timeline of a film: where it stands, and who is in sight where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from facecam.gui.live.times import duration
from facecam.gui.theme.theme import GRID_PX, colors

_TRACK_PX, _LANE_PX, _HANDLE_PX = 16, 16, 6
#: Room for names: as much as the longest takes, within these.
_NAMES_PX, _MOST_NAMES_PX = 104, 200
#: Seconds that the arrow and page keys go.
_ARROW_S, _PAGE_S = 5.0, 30.0
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -2,
    Qt.Key.Key_PageDown: 2,
}


@dataclass(frozen=True, slots=True)
class Lane:
    """A line of marks: a name, where it is in sight as (start, end) in s, whether they are strangers."""

    name: str
    spans: tuple[tuple[float, float], ...]
    unknown: bool = False


class Timeline(QWidget):
    """Shows a film's length, position and marks; a click, a drag or a key asks for another place."""

    wanted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        #: Where it stands, s.
        self._duration_s, self.position_s, self._pictures = 0.0, 0.0, False
        self._looked_at: Sequence[tuple[float, float]] = ()
        #: The marks shown.
        self.lanes: Sequence[Lane] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Place in the film"))

    def show_film(self, duration_s: float, pictures: bool) -> None:
        """A film of this length (s), or so many pictures; nothing is known of it yet."""
        self._duration_s, self._pictures = duration_s, pictures
        self.position_s = 0.0
        self.show_marks((), ())

    def show_length(self, duration_s: float) -> None:
        """How long the film is, s; place and marks stay."""
        self._duration_s = duration_s
        self.update()

    def show_position(self, time_s: float) -> None:
        """Where it stands (s)."""
        self.position_s = min(max(time_s, 0.0), self._duration_s)
        self.setAccessibleDescription(self.words_at(self.position_s))
        self.update()

    def show_marks(self, looked_at: Sequence[tuple[float, float]], lanes: Sequence[Lane]) -> None:
        """What was recognised so far, and who is where."""
        grows = len(lanes) != len(self.lanes)
        self._looked_at, self.lanes = looked_at, lanes
        if grows:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line, and one for each lane."""
        return QSize(320, _TRACK_PX + _LANE_PX * len(self.lanes) + 4)

    def minimumSizeHint(self) -> QSize:
        """As high as it wants to be."""
        return QSize(160, self.sizeHint().height())

    def words_at(self, time_s: float) -> str:
        """The time, and who is in sight then, as far as it is known."""
        when = (
            self.tr("Picture {number}").format(number=int(time_s) + 1) if self._pictures else duration(time_s)
        )
        here = [lane.name for lane in self.lanes if any(a <= time_s < b for a, b in lane.spans)]
        return f"{when}: {', '.join(here)}" if here else when

    # --- asking

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """There."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._ask(self._time_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragged to there."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(self._time_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and page keys go back and on, Home and End to the ends."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            step = _KEYS[key]
            unit_s = (
                (1.0 if abs(step) == 1 else 10.0) if self._pictures else (0, _ARROW_S, _PAGE_S)[abs(step)]
            )
            self._ask(self.position_s + (unit_s if step > 0 else -unit_s))
        elif key == Qt.Key.Key_Home:
            self._ask(0.0)
        elif key == Qt.Key.Key_End:
            self._ask(self._duration_s)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """The time and the people under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(self._time_at(event.pos().x())), self)
            return True
        return super().event(event)

    def _ask(self, time_s: float) -> None:
        self.show_position(time_s)
        self.wanted.emit(self.position_s)

    # --- places

    def _line(self) -> QRectF:
        left = self._names_px()
        return QRectF(left, 0, max(1.0, self.width() - left - _HANDLE_PX), _TRACK_PX)

    def _names_px(self) -> int:
        if not self.lanes:
            return _HANDLE_PX
        longest = max(self.fontMetrics().horizontalAdvance(lane.name) for lane in self.lanes)
        return max(_NAMES_PX, min(longest + GRID_PX, _MOST_NAMES_PX, self.width() // 4))

    def _time_at(self, x: float) -> float:
        line = self._line()
        share = min(max((x - line.left()) / line.width(), 0.0), 1.0)
        return share * self._duration_s

    def _x_at(self, time_s: float) -> float:
        line = self._line()
        return line.left() + line.width() * (time_s / self._duration_s if self._duration_s else 0.0)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Line, what was looked at, marks, position."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c, line = colors(), self._line()
        middle = line.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.border))
        painter.drawRoundedRect(QRectF(line.left(), middle - 2, line.width(), 4), 2, 2)
        painter.setBrush(QColor(c.muted))
        for start, end in self._looked_at:
            painter.drawRect(self._bar(start, end, middle - 2, 4))
        for row, lane in enumerate(self.lanes):
            self._draw_lane(painter, lane, _TRACK_PX + row * _LANE_PX)
        x = self._x_at(self.position_s)
        painter.setPen(QPen(QColor(c.text), 1))
        painter.drawLine(QPointF(x, middle), QPointF(x, self.height() - 3))
        painter.setBrush(QColor(c.accent))
        painter.setPen(QPen(QColor(c.text if self.hasFocus() else c.surface), 2 if self.hasFocus() else 1))
        painter.drawEllipse(QPointF(x, middle), _HANDLE_PX, _HANDLE_PX)

    def _draw_lane(self, painter: QPainter, lane: Lane, top: float) -> None:
        c, metrics = colors(), painter.fontMetrics()
        painter.setPen(QColor(c.text))
        names_px = self._names_px()
        name = metrics.elidedText(lane.name, Qt.TextElideMode.ElideRight, names_px - GRID_PX)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(0, top, names_px, _LANE_PX), flags, name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.unknown if lane.unknown else c.accent))
        for start, end in lane.spans:
            painter.drawRoundedRect(self._bar(start, end, top + 4, _LANE_PX - 8), 2, 2)

    def _bar(self, start_s: float, end_s: float, top: float, height: float) -> QRectF:
        left = self._x_at(start_s)
        return QRectF(left, top, max(2.0, self._x_at(end_s) - left), height)
