"""Banner under the tab bar: what happened, what to do, and a button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facecam.gui.core.context import Message
from facecam.gui.theme.icons import icon_pixmap
from facecam.gui.theme.theme import GRID_PX, colors, theme
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import label, set_look

_ICON_PX = 20
_LOOKS = {"info": ("info", "accent"), "warning": ("warning", "unknown"), "fault": ("fault", "fault")}
#: More would push the tab out of sight; the oldest gives way.
_MAX_WAITING = 20


class Banner(QFrame):
    """One message at a time; faults before warnings before news, closed ones uncover the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: list[Message] = []
        self._icon = QLabel()
        self._text = label(wrap=True)
        self._hint = label(role="muted", wrap=True)
        self._count = label(role="muted")
        self._action = push_button(" ")
        self._close = IconButton("close", self.tr("Close this message (Esc)"))
        self._action.clicked.connect(self._on_action)
        self._close.clicked.connect(self.close_message)
        self._arrange()
        theme().changed.connect(self._refresh)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is shown."""
        order = ("fault", "warning", "info")
        return min(reversed(self._messages), key=lambda one: order.index(one.level), default=None)

    def show_message(self, message: Message) -> None:
        """Show it, now or when more important ones are closed; the same message is not shown twice."""
        self._messages = [one for one in self._messages if not _same(one, message)]
        self._messages.append(message)
        del self._messages[:-_MAX_WAITING]
        self._refresh()

    def withdraw(self, key: str) -> None:
        """Take away the messages with a key."""
        self._messages = [one for one in self._messages if one.key != key or not key]
        self._refresh()

    def close_message(self) -> None:
        """Close what is shown."""
        if (shown := self.message) is not None:
            self._messages.remove(shown)
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the message."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_message()
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._text)
        words.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        row.setSpacing(GRID_PX)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._count)
        row.addWidget(self._action)
        row.addWidget(self._close)

    def _on_action(self) -> None:
        shown = self.message
        self.close_message()
        if shown is not None and shown.action is not None:
            shown.action[1]()

    def _refresh(self) -> None:
        shown = self.message
        self.setVisible(shown is not None)
        if shown is None:
            return
        icon, role = _LOOKS[shown.level]
        set_look(self, "kind", f"banner-{shown.level}")
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(icon_pixmap(icon, getattr(colors(), role), round(_ICON_PX * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        self._icon.setPixmap(pixmap)
        self._text.setText(shown.text)
        self._hint.setText(shown.hint)
        self._hint.setVisible(bool(shown.hint))
        more = len(self._messages) - 1
        self._count.setText(self.tr("%n more", "", more) if more else "")
        self._action.setVisible(shown.action is not None)
        if shown.action is not None:
            self._action.setText(shown.action[0])
            self._action.setAccessibleName(shown.action[0].replace("&", ""))
        self.setAccessibleName(shown.text)
        self.setAccessibleDescription(shown.hint)


def _same(one: Message, other: Message) -> bool:
    if one.key or other.key:
        return one.key == other.key
    return (one.text, one.hint) == (other.text, other.hint)
