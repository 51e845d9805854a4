"""Row of tiles below the large picture: one for each further source."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from facecam.engine.live.view import LiveView
from facecam.gui.core.translation import engine_text, figure, sentence
from facecam.gui.live.controller import RunState
from facecam.gui.live.video.video_view import LiveStage
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.labels import label, set_role
from facecam.gui.widgets.layouts import beside, held, scrolling, vertical

_PICTURE_PX = QSize(208, 117)
#: Name and button above the picture, a line below it, the frame, a bar to scroll.
_HEIGHT_PX = _PICTURE_PX.height() + 9 * GRID_PX


class SourceTile(QFrame):
    """A small picture with the name of its source, who is seen, how fast; a click wants it large.

    Args:
        name: of the source, as it is shown.
    """

    chosen = Signal()
    closed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setProperty("hot", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.stage, self.status = LiveStage(), label("", "muted")
        self.stage.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.stage.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stage.setFixedSize(_PICTURE_PX)
        self.status.setFixedWidth(_PICTURE_PX.width())
        self._title, self._close = label(""), IconButton("close", " ")
        self._still, self._paused = False, False
        self._close.clicked.connect(self.closed)
        head = beside((self._title, 1), self._close)
        vertical(self, head, self.stage, self.status, margins=(GRID_PX, 0, GRID_PX, GRID_PX // 2), spacing=0)
        self.show_name(name)

    def show_name(self, name: str) -> None:
        """What is watched in it."""
        room = _PICTURE_PX.width() - 4 * GRID_PX
        self._title.setText(self._title.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room))
        self.setAccessibleName(self.tr("{source}: show it large").format(source=name))
        self.setToolTip(self.accessibleName())
        words = self.tr("Close {source}").format(source=name)
        self._close.setToolTip(words)
        self._close.setAccessibleName(words)

    def show_view(self, view: LiveView) -> None:
        """The picture goes on."""
        self.stage.show_view(view)
        if self._still or self._paused:
            return  # A picture drawn anew, in another size, says nothing of the source.
        names = [one.identity.name for one in view.here if one.identity is not None]
        rate = self.tr("{rate} pictures/s").format(rate=figure(view.frames_per_s, 0))
        self._say(" · ".join([rate, ", ".join(names)] if names else [rate]))

    def show_state(self, state: RunState) -> None:
        """What the source is doing, while no picture says so."""
        words = {
            "opening": self.tr("Opening…"),
            "lost": self.tr("Lost; it comes back by itself"),
            "ended": self.tr("Over"),
            "idle": self.tr("Stopped"),
            "failed": sentence(engine_text(state.text)),
        }.get(state.kind)
        self.stage.set_message(words if words and state.kind == "lost" else "")
        self._still = bool(words)
        if words:
            self._say(words)

    def show_paused(self, paused: bool) -> None:
        """Whether its picture stands still."""
        self._paused = paused
        if paused:
            self._say(self.tr("Paused"))

    def _say(self, words: str) -> None:
        metrics = self.status.fontMetrics()
        self.status.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.status.width()))
        self.status.setToolTip(words)
        self.setAccessibleDescription(words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and the space bar do as a click does, Delete as the button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class TileRow(QWidget):
    """Tiles beside each other, and a line that says how fast all of them go; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.pace = label("", "muted", wrap=True)
        self._row = beside(1, margins=0)
        area = scrolling(held(self._row), sideways=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedHeight(_HEIGHT_PX)
        vertical(self, area, self.pace, margins=0, spacing=GRID_PX // 2)
        self.hide()

    def add(self, tile: SourceTile) -> None:
        """One more, at the right."""
        self._row.insertWidget(self._row.count() - 1, tile)
        self.show()

    def remove(self, tile: SourceTile) -> None:
        """One less."""
        self._row.removeWidget(tile)
        tile.hide()
        tile.deleteLater()
        self.setVisible(self._row.count() > 1)

    def say_pace(self, words: str, *, warning: bool = False) -> None:
        """How fast all sources go."""
        set_role(self.pace, "unknown" if warning else "muted")
        self.pace.setText(words)
