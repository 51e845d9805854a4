"""The window from end to end, as a person would go: `make e2e`. Not part of the suite.

On a virtual X screen: three people are enrolled from files (name typed, photo dropped), the demo clip is played
in Live until all three names were seen, the window is closed, opened again in a new process, and must see them
again. Then, in a profile of its own: a face of a paused film is named, a mixed folder is split into people, groups
of unsorted photos are named by yes and no, 60 people are enrolled, make the threshold stricter, and are taken back
by one undo, and a trained model is tried live. At last the clicks and seconds from the first start to the first right
name are counted on four ways. On screens of 1280×800 and 1366×768 the whole window must be on the screen. Needs Xvfb;
prints what it saw, exit code 0 if that was right. Pictures of the screen go to the folder given as first argument, if
one is; names of visits after it choose some of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from facecam.engine.places import ROOT

_SMALL, _LAPTOP = "1280x800", "1366x768"
#: Name of the visit, profile, screen.
_PLAN = (
    ("first", "usual", _SMALL),
    ("second", "usual", _LAPTOP),
    ("objects", "objects", _LAPTOP),
    ("way demo", "way-demo", _SMALL),
    ("way files", "way-files", _SMALL),
    ("way film", "way-film", _SMALL),
    ("way unsorted", "way-unsorted", _SMALL),
)


def main(arguments: list[str]) -> int:
    """All visits; 0 if all went well."""
    pictures = Path(arguments[0]).absolute() if arguments else None
    with tempfile.TemporaryDirectory(prefix="facecam-e2e-") as name:
        for visit_name, profile, screen in _PLAN:
            if arguments[1:] and visit_name not in arguments[1:]:
                continue
            folder = Path(name) / profile
            folder.mkdir(exist_ok=True)
            with _screen(screen) as display:
                environment = {
                    **os.environ,
                    "DISPLAY": display,
                    "QT_QPA_PLATFORM": "xcb",
                    "XDG_CONFIG_HOME": str(folder),
                    "XDG_CACHE_HOME": str(folder / "cache"),
                    "LANG": "C.UTF-8",
                }
                command = [sys.executable, "-m", "tests.gui.end_to_end", "--visit", visit_name, str(folder)]
                command += [str(pictures)] if pictures is not None else []
                code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
            if code:
                return code
    sys.stdout.write("all visits went well\n")
    return 0


@contextmanager
def _screen(size: str) -> Iterator[str]:
    """A virtual screen on a free display."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()


def visit(name: str, folder: Path, pictures: Path | None) -> int:
    """One visit to the window, in a process of its own."""
    from facecam.core.config import Settings
    from facecam.gui.app.application import run_window
    from facecam.gui.app.window import MainWindow
    from tests.gui.first_name import measured
    from tests.gui.hand import Script
    from tests.gui.visits import VISITS

    settings = replace(Settings(), data=folder / "data", database=folder / "database")
    if name == "objects":
        # A model that is trained is none of this checkout's.
        settings = replace(settings, weights=_own_weights(settings.weights, folder / "weights"))
    outcome: list[int] = []
    kept: list[Script] = []  # Qt does not keep the object whose method a timer calls.
    steps = measured(name.removeprefix("way ")) if name.startswith("way ") else VISITS[name]

    def begin(window: MainWindow) -> None:
        room = window.screen().availableGeometry()
        if not room.contains(window.frameGeometry()):
            sys.stdout.write(f"the window {window.frameGeometry()} is not on the screen {room}\n")
            outcome.append(1)
        kept.append(Script(window, steps(window, folder), outcome.append, pictures))

    code = run_window(settings, settings_file=folder / "facecam.toml", on_first_paint=begin)
    return code or (max(outcome) if outcome else 1)


def _own_weights(shipped: Path, own: Path) -> Path:
    import shutil

    if not own.exists():
        shutil.copytree(shipped, own)
    return own


if __name__ == "__main__":
    if sys.argv[1:2] == ["--visit"]:
        sys.exit(visit(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]) if len(sys.argv) > 4 else None))
    sys.exit(main(sys.argv[1:]))
