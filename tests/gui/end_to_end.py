"""The window from enrolment to recognition, as a person would go: `make e2e`. Not part of the suite.

On a virtual X screen: three people are enrolled from files (name typed, photo dropped), the demo clip is played
in Live until all three names were seen, the window is closed, opened again in a new process, and must see them
again. Needs Xvfb; prints what it saw, exit code 0 if that was right. Pictures of the screen go to the folder
given as argument, if one is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER, ROOT

_STEP_TIMEOUT_S = 120.0
_POLL_MS = 100
Condition = Callable[[], object]
Steps = Iterator[tuple[str, Condition]]


def main(arguments: list[str]) -> int:
    """Both visits; 0 if everybody was seen in each."""
    pictures = Path(arguments[0]).absolute() if arguments else None
    with tempfile.TemporaryDirectory(prefix="facecam-e2e-") as folder, _screen() as display:
        for visit in ("first", "second"):
            environment = {
                **os.environ,
                "DISPLAY": display,
                "QT_QPA_PLATFORM": "xcb",
                "XDG_CONFIG_HOME": folder,
                "LANG": "C.UTF-8",
            }
            command = [sys.executable, "-m", "tests.gui.end_to_end", "--visit", visit, folder]
            if pictures is not None:
                command.append(str(pictures))
            code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
            if code:
                return code
    _say("everybody was enrolled, seen, and seen again after a restart")
    return 0


@contextmanager
def _screen() -> Iterator[str]:
    """A virtual screen of 1280×800 on a free display."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()


def visit(which: str, folder: Path, pictures: Path | None) -> int:
    """One visit to the window, in a process of its own."""
    from facecam.core.config import Settings
    from facecam.gui.app.application import run_window
    from facecam.gui.app.window import MainWindow

    settings = replace(Settings(), data=folder / "data", database=folder / "database")
    outcome: list[int] = []
    kept: list[_Script] = []  # Qt does not keep the object whose method a timer calls.

    def begin(window: MainWindow) -> None:
        script = _Script(window, pictures, outcome)
        kept.append(script)
        script.run(script.enroll_and_see(settings.data) if which == "first" else script.see())

    code = run_window(settings, settings_file=folder / "facecam.toml", on_first_paint=begin)
    return code or (outcome[0] if outcome else 1)


class _Script:
    """Steps with conditions to wait for, driven by a timer while the window lives."""

    def __init__(self, window: object, pictures: Path | None, outcome: list[int]) -> None:
        self.window, self.pictures, self.outcome = window, pictures, outcome
        self.seen: set[str] = set()

    def run(self, steps: Steps) -> None:
        from PySide6.QtCore import QTimer

        self._steps = steps
        self._timer = QTimer(self.window)  # type: ignore[arg-type]
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

    def _met(self) -> bool:
        try:
            return bool(self._condition())
        except BaseException:
            self._end(1)
            raise

    def _poll(self) -> None:
        if self._met():
            _say(f"  {self._name}")
            self._picture(self._name)
            self._advance()
        elif time.monotonic() > self._until_s:
            _say(f"not reached: {self._name}; seen so far: {sorted(self.seen)}")
            self._picture("fault")
            self._end(1)

    def _end(self, code: int) -> None:
        self._timer.stop()
        self.outcome.append(code)
        self.window.close()  # type: ignore[attr-defined]

    def _picture(self, name: str) -> None:
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            shot = self.window.screen().grabWindow(0)  # type: ignore[attr-defined]
            shot.save(str(self.pictures / f"{name.replace(' ', '-')}.png"))

    def enroll_and_see(self, data: Path) -> Steps:
        """Enrol everybody of the demo, the stranger too, then watch."""
        window = self.window
        yield "the window is ready", lambda: window.ready  # type: ignore[attr-defined]
        for portrait in Demo(DEMO_FOLDER).portraits():
            yield from self._enroll(portrait.name, portrait.path)
        assert len(list(data.iterdir())) == 3
        yield from self.see()

    def _enroll(self, name: str, photo: Path) -> Steps:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        from facecam.gui.enroll.dialogs.name_dialog import PersonNameDialog

        window = self.window
        window.context.go_to("enroll")  # type: ignore[attr-defined]
        tab = window.current_tab  # type: ignore[attr-defined]
        yield f"room for {name}", lambda: not tab.adding.busy
        tab.begin_new()

        def dialog() -> PersonNameDialog | None:
            return next(
                (one for one in QApplication.topLevelWidgets() if isinstance(one, PersonNameDialog)), None
            )

        yield f"asked who {name} is", lambda: (one := dialog()) is not None and one.isVisible()
        asked = dialog()
        assert asked is not None
        QTest.keyClicks(asked.line, name)
        QTest.keyClick(asked.line, Qt.Key.Key_Return)
        yield f"named {name}", lambda: dialog() is None
        _drop(tab, photo)
        names = lambda: [entry.name for entry in tab.people.model.everybody]  # noqa: E731
        yield f"enrolled {name}", lambda: name in names() and not tab.adding.busy

    def see(self) -> Steps:
        """Watch the demo clip until everybody was named."""
        window = self.window
        yield "ready to watch", lambda: window.ready  # type: ignore[attr-defined]
        window.context.go_to("live", source="demo")  # type: ignore[attr-defined]
        tab = window.current_tab  # type: ignore[attr-defined]
        wanted = {portrait.name for portrait in Demo(DEMO_FOLDER).portraits()}

        def everybody() -> bool:
            self.seen |= {row.rpartition(", ")[0] for row in tab.side.here.names}
            return wanted <= self.seen

        yield "saw everybody", everybody
        strangers = self.seen - wanted - {"Unknown faces"}
        assert not strangers, strangers


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _drop(target: object, photo: Path) -> None:
    """What the desktop sends when a file is dropped."""
    from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photo))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with warnings.catch_warnings():
        # Its only constructor is deprecated, and Qt delivers no drop that was not announced.
        warnings.simplefilter("ignore", DeprecationWarning)
        enter = QDragEnterEvent(QPoint(600, 400), copy, mime, left, none)
    QCoreApplication.sendEvent(target, enter)  # type: ignore[arg-type]
    QCoreApplication.sendEvent(target, QDropEvent(QPointF(600, 400), copy, mime, left, none))  # type: ignore[arg-type]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--visit"]:
        sys.exit(visit(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]) if len(sys.argv) > 4 else None))
    sys.exit(main(sys.argv[1:]))
