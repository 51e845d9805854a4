"""A hand at the mouse and the keyboard of a window that lives: clicks, and counts them."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

_STEP_TIMEOUT_S = 240.0
_POLL_MS = 100
Condition = Callable[[], object]
#: What was waited for, and whether it is there.
Steps = Iterator[tuple[str, Condition]]


def say(text: str) -> None:
    """A line to whoever looks."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Hand:
    """Clicks and types like a person; what goes past it is not counted."""

    def __init__(self) -> None:
        self.clicks = 0
        self.begun_s = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it took hold of the mouse."""
        return time.monotonic() - self.begun_s

    def click(self, widget: Any, where: QPoint | None = None) -> None:
        """A click, which must hit something that can be seen and is enabled."""
        assert widget.isVisible() and widget.isEnabled(), widget
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where or QPoint())

    def choose_tab(self, window: Any, name: str) -> None:
        """A click on a tab."""
        bar = window._header.tabs
        names = [plan.name for plan in window._plans]
        self.click(bar, bar.tabRect(names.index(name)).center())

    def type(self, line: QWidget, text: str) -> None:
        """Letters and Enter; typing is no clicking."""
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def choose_in_dialog(self, path: Path) -> None:
        """The next question for a file or folder is answered by a double click on it."""

        def once(*_: object) -> str:
            self.clicks += 1
            return str(path)

        QFileDialog.getOpenFileName = lambda *a: (once(*a), "")  # type: ignore[method-assign,assignment]
        QFileDialog.getOpenFileNames = lambda *a: ([once(*a)], "")  # type: ignore[method-assign,assignment]
        QFileDialog.getExistingDirectory = once  # type: ignore[method-assign,assignment]

    def drop(self, target: object, paths: Iterable[Path]) -> None:
        """What the desktop sends when files are dropped."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        with warnings.catch_warnings():
            # Its only constructor is deprecated, and Qt delivers no drop that was not announced.
            warnings.simplefilter("ignore", DeprecationWarning)
            enter = QDragEnterEvent(QPoint(600, 400), copy, mime, left, none)
        QCoreApplication.sendEvent(target, enter)  # type: ignore[arg-type]
        QCoreApplication.sendEvent(target, QDropEvent(QPointF(600, 400), copy, mime, left, none))  # type: ignore[arg-type]


def dialog(kind: type[QDialog]) -> Any:
    """The dialog of a kind that is open; None: there is none."""
    return next(
        (one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None
    )


class Script(QObject):
    """Steps with conditions to wait for, driven by a timer while the window lives.

    Args:
        window: the window; closed at the end.
        steps: what is done and waited for.
        ended: gets 0, or 1 where a step was not reached.
        pictures: where to put a picture of the screen after each step; None: nowhere.
    """

    def __init__(
        self, window: Any, steps: Steps, ended: Callable[[int], None], pictures: Path | None = None
    ) -> None:
        super().__init__(window)
        self._window, self._steps, self._ended, self._pictures = window, steps, ended, pictures
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._poll)
        self._advance()
        self._timer.start(_POLL_MS)

    def _advance(self) -> None:
        """The next step; a step that raises ends the visit, or it would raise for ever."""
        try:
            self._name, self._condition = next(self._steps)
            self._until_s = time.monotonic() + _STEP_TIMEOUT_S
        except StopIteration:
            self._end(0)
        except BaseException:
            self._end(1)
            raise

    def _poll(self) -> None:
        try:
            met = bool(self._condition())
        except BaseException:
            self._end(1)
            raise
        if met:
            say(f"  {self._name}")
            self._picture(self._name)
            self._advance()
        elif time.monotonic() > self._until_s:
            say(f"not reached: {self._name}")
            self._picture("fault")
            self._end(1)

    def _end(self, code: int) -> None:
        self._timer.stop()
        self._ended(code)
        self._window.close_unasked()

    def _picture(self, name: str) -> None:
        if self._pictures is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
            shot = self._window.screen().grabWindow(0)
            shot.save(str(self._pictures / f"{name.replace(' ', '-')}.png"))
