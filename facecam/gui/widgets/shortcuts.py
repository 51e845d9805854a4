"""Keyboard shortcuts: the one list of keys, and the sheet that shows it (F1).

A tab that wants a key takes it from here: `key("live.panel")`. No two entries that are alive at the same time
may have the same keys; a test looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from facecam.gui.core.marked import QT_TRANSLATE_NOOP
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import IN_DIALOG, below, beside, held, scrolling, vertical
from facecam.gui.widgets.look_dialog import button_box

Where = Literal["window", "enroll", "train", "live"]


#: Longer explanations are broken, so that the sheet fits a small screen.
_WORDS_PX = 240


@dataclass(frozen=True, slots=True)
class Entry:
    """A key: its id, in Qt's portable spelling, what it does, where it works."""

    id: str
    keys: str
    text: str
    where: Where


def _entries(where: Where, *rows: tuple[str, str, str]) -> tuple[Entry, ...]:
    """(id without its place, keys, text) of keys that work in one place."""
    return tuple(Entry(f"{where}.{name}", keys, text, where) for name, keys, text in rows)


ENTRIES = (
    *_entries(
        "window",
        ("enroll", "Ctrl+1", QT_TRANSLATE_NOOP("Shortcuts", "Enroll people")),
        ("train", "Ctrl+2", QT_TRANSLATE_NOOP("Shortcuts", "Train a model")),
        ("live", "Ctrl+3", QT_TRANSLATE_NOOP("Shortcuts", "Recognise live")),
        ("settings", "Ctrl+,", QT_TRANSLATE_NOOP("Shortcuts", "Settings")),
        ("fullscreen", "F11", QT_TRANSLATE_NOOP("Shortcuts", "Full screen on and off")),
        ("shortcuts", "F1", QT_TRANSLATE_NOOP("Shortcuts", "Show these keys")),
        ("quit", "Ctrl+Q", QT_TRANSLATE_NOOP("Shortcuts", "Quit")),
    ),
    *_entries(
        "enroll",
        ("new", "Ctrl+N", QT_TRANSLATE_NOOP("Shortcuts", "Enroll somebody new")),
        ("search", "Ctrl+F", QT_TRANSLATE_NOOP("Shortcuts", "Search people")),
        ("files", "Ctrl+O", QT_TRANSLATE_NOOP("Shortcuts", "Add photos")),
        ("undo", "Ctrl+Z", QT_TRANSLATE_NOOP("Shortcuts", "Take back the last change")),
        ("merge", "Ctrl+M", QT_TRANSLATE_NOOP("Shortcuts", "Make the chosen people one")),
        ("photo_open", "Return", QT_TRANSLATE_NOOP("Shortcuts", "Show the chosen photo large")),
        ("photo_face", "F", QT_TRANSLATE_NOOP("Shortcuts", "Choose the face in the chosen photo")),
        ("photo_portrait", "P", QT_TRANSLATE_NOOP("Shortcuts", "Set the chosen photo as portrait")),
        ("photo_move", "M", QT_TRANSLATE_NOOP("Shortcuts", "Move the chosen photos to somebody")),
        ("photo_right", "R", QT_TRANSLATE_NOOP("Shortcuts", "The chosen photos do show the person")),
        ("photo_remove", "Del", QT_TRANSLATE_NOOP("Shortcuts", "Remove the chosen photos")),
    ),
    *_entries(
        "live",
        ("play", "Ctrl+Space", QT_TRANSLATE_NOOP("Shortcuts", "Start and stop")),
        ("pause", "Space", QT_TRANSLATE_NOOP("Shortcuts", "Hold the picture and go on")),
        ("back", ",", QT_TRANSLATE_NOOP("Shortcuts", "A frame or picture back")),
        ("forward", ".", QT_TRANSLATE_NOOP("Shortcuts", "A frame or picture forward")),
        ("unknown", "N", QT_TRANSLATE_NOOP("Shortcuts", "To the next unknown face")),
        ("slower", "-", QT_TRANSLATE_NOOP("Shortcuts", "Play a film slower")),
        ("faster", "+", QT_TRANSLATE_NOOP("Shortcuts", "Play a film faster")),
        ("snapshot", "Ctrl+S", QT_TRANSLATE_NOOP("Shortcuts", "Save a picture")),
        ("record", "Ctrl+R", QT_TRANSLATE_NOOP("Shortcuts", "Record")),
        ("screen", "Ctrl+Return", QT_TRANSLATE_NOOP("Shortcuts", "Only the picture")),
        ("people", "Ctrl+B", QT_TRANSLATE_NOOP("Shortcuts", "List of people")),
    ),
    Entry("live.panel", "F12", QT_TRANSLATE_NOOP("Shortcuts", "Speed of the stages in Live"), "window"),
)


#: Keys that belong to lists, pictures and dialogs themselves: shown, not installed. (keys, text, where)
OTHERS: tuple[tuple[str, str, Where], ...] = (
    ("Esc", QT_TRANSLATE_NOOP("Shortcuts", "Close a message or a dialog, go back"), "window"),
    ("Tab", QT_TRANSLATE_NOOP("Shortcuts", "To the next field; with Shift to the one before"), "window"),
    ("Menu", QT_TRANSLATE_NOOP("Shortcuts", "What can be done with what is chosen"), "window"),
    (
        "Down",
        QT_TRANSLATE_NOOP("Shortcuts", "From the search to the list, as Return does; Esc clears it"),
        "enroll",
    ),
    ("F2", QT_TRANSLATE_NOOP("Shortcuts", "Rename the chosen person"), "enroll"),
    ("Del", QT_TRANSLATE_NOOP("Shortcuts", "Delete the chosen people, in their list"), "enroll"),
    ("Ctrl+A", QT_TRANSLATE_NOOP("Shortcuts", "Choose all in the list"), "enroll"),
    ("Ctrl+A", QT_TRANSLATE_NOOP("Shortcuts", "Mark all earlier runs, to compare or delete them"), "train"),
    ("Return", QT_TRANSLATE_NOOP("Shortcuts", "Show the marked earlier run"), "train"),
    ("Right", QT_TRANSLATE_NOOP("Shortcuts", "The next face, or the next picture of a folder"), "live"),
    ("Down", QT_TRANSLATE_NOOP("Shortcuts", "The next face"), "live"),
    ("Return", QT_TRANSLATE_NOOP("Shortcuts", "What can be done with the chosen face"), "live"),
    ("Esc", QT_TRANSLATE_NOOP("Shortcuts", "Back from only the picture"), "live"),
)


def key(entry_id: str) -> QKeySequence:
    """The key of an entry.

    Raises:
        KeyError: there is no such entry.
    """
    return QKeySequence(_entry(entry_id).keys)


def with_key(text: str, entry_id: str) -> str:
    """A tooltip that names its key: `Settings (Ctrl+,)`."""
    return f"{text} ({key(entry_id).toString(QKeySequence.SequenceFormat.NativeText)})"


def install(owner: QWidget, entry_id: str, act: Callable[[], None]) -> QShortcut:
    """Let a key of the list do something while `owner`, or something in it, has the focus.

    Entries of the window work anywhere in the window.
    """
    anywhere = _entry(entry_id).where == "window"
    shortcut = QShortcut(key(entry_id), owner)
    context = Qt.ShortcutContext
    shortcut.setContext(context.WindowShortcut if anywhere else context.WidgetWithChildrenShortcut)
    shortcut.activated.connect(act)
    return shortcut


def _entry(entry_id: str) -> Entry:
    for entry in ENTRIES:
        if entry.id == entry_id:
            return entry
    raise KeyError(entry_id)


class ShortcutSheet(QDialog):
    """All keys, by place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard"))
        groups = beside(margins=0, spacing=5 * GRID_PX)
        titles = dict(self._titles())
        places: tuple[tuple[Where, ...], ...] = (("window", "train"), ("enroll",), ("live",))
        for wheres in places:
            group = below(spacing=3 * GRID_PX)
            for where in wheres:
                entries = [(entry.keys, entry.text) for entry in ENTRIES if entry.where == where]
                entries += [(keys, text) for keys, text, place in OTHERS if place == where]
                group.addLayout(self._group(titles[where], entries))
            group.addStretch(1)
            groups.addLayout(group)
        keys = held(groups)
        area = scrolling(keys, sideways=True)
        vertical(self, (area, 1), button_box(self, None), margins=IN_DIALOG, spacing=2 * GRID_PX)
        room = self.screen().availableSize() - QSize(GRID_PX, 5 * GRID_PX)
        self.resize((keys.sizeHint() + QSize(8 * GRID_PX, 12 * GRID_PX)).boundedTo(room))

    def _titles(self) -> tuple[tuple[Where, str], ...]:
        return (
            ("window", self.tr("Everywhere")),
            ("enroll", self.tr("Enroll")),
            ("train", self.tr("Train")),
            ("live", self.tr("Live")),
        )

    def _group(self, title: str, entries: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID_PX)
        grid.setVerticalSpacing(GRID_PX // 2)
        grid.addWidget(label(title, "heading"), 0, 0, 1, 2)
        for row, (keys, text) in enumerate(entries, start=1):
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(label(shown, "accent"), row, 0)
            words = label(QCoreApplication.translate("Shortcuts", text), wrap=True)
            words.setFixedWidth(_WORDS_PX)
            words.ensurePolished()
            # On a small screen Qt makes a dialog lower than wrapped words need.
            words.setMinimumHeight(words.heightForWidth(_WORDS_PX))
            grid.addWidget(words, row, 1)
        grid.setRowStretch(len(entries) + 1, 1)
        return grid
