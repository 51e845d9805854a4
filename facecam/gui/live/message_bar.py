"""Message bar in the picture: what is amiss with the people, and the button for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label, set_look
from facecam.gui.widgets.layouts import horizontal

_WIDTH_PX = 640


class MessageBar(QFrame):
    """Hidden while all is well; it lies over the lower edge of the picture, which it does not move: faces are above."""

    #: It came or went.
    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._act: Callable[[], None] = _nothing
        self._text = label(wrap=True)
        self.button = push_button(" ")
        self.button.clicked.connect(self._on_clicked)
        margins = (2 * GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX // 2)
        horizontal(self, (self._text, 1), self.button, margins=margins)
        self._around: QWidget | None = None
        self.hide()

    def float_over(self, around: QWidget) -> None:
        """Lie over a widget from now on."""
        self._around = around
        self.setParent(around)
        self.setProperty("floating", True)
        around.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It stays at the edge."""
        if watched is self._around and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """What floats above it makes room."""
        super().showEvent(event)
        self.moved.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """It may come down again."""
        super().hideEvent(event)
        self.moved.emit()

    def _place(self) -> None:
        if self._around is None:
            return
        room = self._around.rect().adjusted(GRID_PX, GRID_PX, -GRID_PX, -GRID_PX)
        width = max(1, min(_WIDTH_PX, room.width(), self._width_px()))
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(room.right() - width, room.bottom() - height, width, height)
        self.raise_()

    def _width_px(self) -> int:
        """What its words take in one line, beside the button."""
        beside = self.minimumSizeHint().width() - self._text.minimumSizeHint().width()
        return beside + self._text.fontMetrics().horizontalAdvance(self._text.text()) + 2 * GRID_PX

    @property
    def text(self) -> str:
        """What it says; empty while hidden."""
        return self._text.text() if not self.isHidden() else ""

    def say(
        self, text: str, action: str = "", act: Callable[[], None] | None = None, *, warning: bool = False
    ) -> None:
        """Show a line, with a button if `action` has words."""
        set_look(self, "kind", "banner-warning" if warning else "banner-info")
        self._text.setText(text)
        self._act = act or _nothing
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.show()
        self._place()

    def _on_clicked(self) -> None:
        self._act()


def _nothing() -> None:
    """No button, nothing to do."""
