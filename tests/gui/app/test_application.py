"""Starting, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.engine.places import ROOT

_OPEN = """
import sys
sys.path.insert(0, sys.argv[1])
{first}
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QTimer
from facecam.core.config import Settings
from facecam.gui.app.application import run_window

def painted(window):
    def look():
        if window.ready:
            window.show_tab("live")
            print("ready", sorted(set(sys.modules) & {{"tensorflow", "keras", "torch"}}), flush=True)
            QTimer.singleShot({linger_ms}, window.close)
        else:
            QTimer.singleShot(50, look)
    look()

here = Path(sys.argv[2])
settings = replace(Settings(), data=here / "data", database=here / "database", weights=Path(sys.argv[3]))
sys.exit(run_window(settings, settings_file=here / "facecam.toml", on_first_paint=painted))
"""


def script(first: str, linger_ms: int = 100) -> str:
    return _OPEN.format(first=first, linger_ms=linger_ms)


def start(code: str, folder: Path, weights: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", code, str(ROOT), str(folder), str(weights)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_window_opens_after_opencv_and_without_tensorflow(tmp_path: Path, settings: Settings) -> None:
    """opencv-python points Qt at plugins of its own when it is imported."""
    with start(script("import cv2"), tmp_path, settings.weights) as process:
        out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert out == "ready []\n"
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_it_opens_with_qt_first_too_and_ctrl_c_closes_it_unasked(tmp_path: Path, settings: Settings) -> None:
    first = "import PySide6.QtWidgets, cv2"
    with start(script(first, linger_ms=60_000), tmp_path, settings.weights) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready []\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=240)
    assert process.returncode == 0 and err == ""


def test_the_first_paint_waits_for_no_numpy_and_no_database(tmp_path: Path) -> None:
    """As `python main.py` goes up to it: what is slow to load comes afterwards, in a thread."""
    code = (
        "import os, sys, pathlib, facecam.cli.main as main\n"
        "from facecam.gui.app import application\n"
        "def painted(window):\n"
        "    print(sorted(set(sys.modules) & {'numpy', 'filelock', 'facecam.gallery.storage.store', 'email'}))\n"
        "    window.close()\n"
        "run = application.run_window\n"
        "application.run_window = lambda *a, **k: run(*a, **{**k, 'on_first_paint': painted})\n"
        "sys.exit(main.main(['window']))\n"
    )
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "FACECAM_HOME": str(tmp_path)}
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), **folders}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stdout) == (0, "[]\n"), answer.stderr
