"""`window`: two lines where there is no display; the measurement says what it measured."""

from __future__ import annotations

import builtins
import subprocess
from pathlib import Path
from typing import Any

import pytest

from facecam.cli import window
from facecam.core.children import command_of, environment_for
from facecam.core.config import Settings
from facecam.core.errors import DependencyError
from tests.cli.conftest import Run


def test_no_display_is_two_lines(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(window, "has_display", lambda: False)
    what, cure = run("window").two_lines()
    assert "no display" in what and "--help" in cure


@pytest.mark.parametrize("measurement", ["--measure", "--soak"])
def test_measured_without_a_display_it_is_two_lines(measurement: str, tmp_path: Path) -> None:
    """Whatever says there is one: no demo is played, nothing is left behind."""
    answer = subprocess.run(
        command_of("facecam", "window", measurement, "1"),
        cwd=tmp_path,
        env=environment_for(QT_QPA_PLATFORM="none-such", XDG_CONFIG_HOME=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    what, cure = answer.stderr.splitlines()
    assert answer.returncode == 2 and "cannot be opened" in what and "--help" in cure
    assert answer.stdout == "" and not list(tmp_path.glob("*.mp4"))


def test_qt_that_cannot_be_loaded_is_two_lines(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_qt(name: str, *rest: Any) -> Any:
        if name == "facecam.gui.app.application":
            raise ImportError("libEGL.so.1: cannot open shared object file")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_qt)
    with pytest.raises(DependencyError, match=r"needs Qt.*libEGL") as caught:
        window.open_window(settings)
    assert "requirements.txt" in caught.value.hint


def test_the_first_paint_of_a_real_process_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert window._start_s() > 0
