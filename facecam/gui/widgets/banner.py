"""Banner floating over the tab: what happened, what to do, and a button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QFrame, QWidget

from facecam.gui.core.context import Message
from facecam.gui.theme.theme import GRID_PX, theme
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import IconLabel, label, set_look
from facecam.gui.widgets.layouts import below, horizontal, vertical

_ICON_PX = 20
_LOOKS = {"info": ("info", "accent"), "warning": ("warning", "unknown"), "fault": ("fault", "fault")}
_GRAVITY = ("fault", "warning", "info")
#: More would cover the tab; the others wait their turn.
_AT_ONCE, _MAX_WAITING = 3, 20
_WIDTH_PX = 640
#: Of a dialog that is lower it would cover what is asked; a low one hides little of the window.
_LEAST_DIALOG_PX = 240
#: News goes by itself: long enough to be read twice, with a button long enough to think better of it.
_NEWS_MS, _OFFER_MS = 12_000, 30_000


class Banner(QFrame):
    """The newest messages one above the other; a fault stays in sight whatever comes after it.

    It lies over its parent, at the lower edge, and moves nothing. While a large dialog is open, which would hide it, it
    lies over that, with the newest alone of those that came since: what was said before does not cover its question.

    Args:
        parent: over which it floats.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home = parent
        self._messages: list[Message] = []
        #: Messages that came while dialogs were open, with those dialogs.
        self._came_over: list[tuple[Message, list[QWidget]]] = []
        self._floor_px: Callable[[], int] = int
        self._cards = [_MessageCard(self) for _ in range(_AT_ONCE)]
        self._column = vertical(self, *self._cards, margins=0, spacing=GRID_PX // 2)
        for card in self._cards:
            card.closed.connect(self._on_closed)
            card.acted.connect(self._on_acted)
        if parent is not None:
            parent.installEventFilter(self)
        theme().changed.connect(self._refresh)
        self.hide()

    @property
    def message(self) -> Message | None:
        """The one that Escape closes: the newest."""
        return self._messages[-1] if self._messages else None

    @property
    def shown(self) -> tuple[Message, ...]:
        """What is in sight, the newest last."""
        newest = self._messages[-_AT_ONCE:]
        graver = [one for one in self._messages[:-_AT_ONCE] if one.level == "fault"][-1:]
        if graver:
            newest = [*graver, *newest[1:]]
        return tuple(newest)

    def show_message(self, message: Message) -> None:
        """Show it on top; the same message is not shown twice."""
        same = [one for one in self._messages if _same(one, message)]
        self._messages = [one for one in self._messages if one not in same]
        # One with a key is withdrawn when it is mended, and may have a button.
        message = next((one for one in same if one.key and not message.key), message)
        self._messages.append(message)
        while len(self._messages) > _MAX_WAITING:
            self._messages.remove(max(self._messages, key=lambda one: _GRAVITY.index(one.level)))
        self._came_over.append((message, _open_dialogs()))
        self._came_over = [one for one in self._came_over if any(one[0] is kept for kept in self._messages)]
        self._refresh()

    def withdraw(self, key: str) -> None:
        """Take away the messages with a key."""
        self._messages = [one for one in self._messages if one.key != key or not key]
        self._refresh()

    def clear(self) -> None:
        """Take all away: they may name people who were erased."""
        self._messages, self._came_over = [], []
        self._refresh()

    def close_message(self) -> None:
        """Close the newest."""
        if self._messages:
            self._on_closed(self._messages[-1])

    def stand_on(self, floor_px: Callable[[], int]) -> None:
        """What says how far above the lower edge of the parent the messages end, px: what is below stays free."""
        self._floor_px = floor_px
        self.place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the newest message."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_message()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It stays at the edge of its parent, and leaves a dialog that closes."""
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self.place()
        elif watched is not self._home and event.type() == QEvent.Type.Hide:
            self._refresh()
        return super().eventFilter(watched, event)

    def _on_closed(self, message: Message) -> None:
        self._messages = [one for one in self._messages if one is not message]
        self._refresh()

    def _on_acted(self, message: Message) -> None:
        self._on_closed(message)
        if message.action is not None:
            message.action[1]()

    def _over(self, dialog: QWidget) -> list[Message]:
        """The messages that came since a dialog was opened."""
        came = [message for message, dialogs in self._came_over if any(one is dialog for one in dialogs)]
        return [one for one in self._messages if any(one is message for message in came)]

    def _move(self) -> None:
        dialog = QApplication.activeModalWidget()
        is_over = (
            isinstance(dialog, QDialog)
            and dialog.isVisible()
            and dialog.height() >= _LEAST_DIALOG_PX
            and bool(self._over(dialog))
        )
        around = dialog if is_over else self._home
        before = self.parentWidget()
        if around is not before and around is not None and before is not None:
            if before is not self._home:
                before.removeEventFilter(self)
            if around is not self._home:
                around.installEventFilter(self)
            self.setParent(around)

    def _refresh(self) -> None:
        self._move()
        around = self.parentWidget()
        messages = self._messages if around is None or around is self._home else self._over(around)
        shown = self.shown if messages is self._messages else messages[-1:]
        more = len(messages) - len(shown)
        for place, card in enumerate(self._cards):
            card.show_message(shown[place] if place < len(shown) else None, more if not place else 0)
        if self._messages:
            self.setAccessibleName(self._messages[-1].text)
            self.setAccessibleDescription(self._messages[-1].hint)
        self.place()  # Before it is seen: elsewhere the pointer might be over it.
        self.setVisible(bool(shown))
        self.place()

    def place(self) -> None:
        """Lie above what is to stay free: to be called when that has grown or shrunk."""
        around = self.parentWidget()
        if around is None or not self._messages:
            return
        width = max(1, min(_WIDTH_PX, around.width() - 2 * GRID_PX))
        for card in self._cards:
            # What a card's labels take now; by itself it would find out in the next turn of the event loop.
            card.row.invalidate()
            card.row.activate()
        self._column.activate()
        height = self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else 0
        height = max(height, self._column.minimumSize().height())
        left, top = (around.width() - width) // 2, around.height() - self._below_px(around) - GRID_PX - height
        self.setGeometry(left, max(GRID_PX, top), width, height)
        self.raise_()

    def _below_px(self, around: QWidget) -> int:
        """What stays free: of a dialog its row of buttons."""
        if around is self._home:
            return self._floor_px()
        only = Qt.FindChildOption.FindDirectChildrenOnly
        box = around.findChild(QDialogButtonBox, options=only)
        return 0 if box is None else around.height() - box.mapTo(around, QPoint()).y()


class _MessageCard(QFrame):
    """One message."""

    closed = Signal(object)
    acted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("floating", True)
        self._message: Message | None = None
        self._icon = IconLabel("info", _ICON_PX)
        self._text = label(wrap=True)
        self._hint = label(role="muted", wrap=True)
        self._count = label(role="muted")
        self._action = push_button(" ")
        self._close = IconButton("close", self.tr("Close this message (Esc)"))
        self._action.clicked.connect(lambda: self.acted.emit(self._message))
        self._close.clicked.connect(lambda: self.closed.emit(self._message))
        self._going = QTimer(self, singleShot=True)
        self._going.timeout.connect(lambda: self.closed.emit(self._message))
        self._arrange()

    def show_message(self, message: Message | None, more: int) -> None:
        """Show it, with how many wait behind it; None: nothing."""
        if message is not self._message:
            self._going.stop()
            self._message = message
            self._let_go()
        self.setVisible(message is not None)
        if message is None:
            return
        set_look(self, "kind", f"banner-{message.level}")
        self._icon.show_icon(*_LOOKS[message.level])
        self._text.setText(message.text)
        self._hint.setText(message.hint)
        self._hint.setVisible(bool(message.hint))
        self._count.setText(self.tr("%n more", "", more) if more else "")
        self._action.setVisible(message.action is not None)
        if message.action is not None:
            self._action.setText(message.action[0])
        self.setAccessibleName(message.text)
        self.setAccessibleDescription(message.hint)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Nothing goes while it is pointed at."""
        self._going.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Now it may."""
        self._let_go()
        super().leaveEvent(event)

    def _let_go(self) -> None:
        if self._message is not None and self._message.level == "info":
            self._going.start(_OFFER_MS if self._message.action else _NEWS_MS)

    def _arrange(self) -> None:
        words = below(self._text, self._hint, spacing=0)
        icon = (self._icon, 0, Qt.AlignmentFlag.AlignTop)
        parts = (icon, (words, 1), self._count, self._action, self._close)
        margins = (2 * GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        self.row = horizontal(self, *parts, margins=margins, spacing=GRID_PX)


def _open_dialogs() -> list[QWidget]:
    widgets = QApplication.topLevelWidgets()
    return [one for one in widgets if isinstance(one, QDialog) and one.isModal() and one.isVisible()]


def _same(one: Message, other: Message) -> bool:
    if one.key and other.key:
        return one.key == other.key
    return (one.text, one.hint) == (other.text, other.hint)
