"""Child processes: what becomes of them when whoever started them is interrupted or cannot listen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from facecam.core import children
from facecam.core.children import run_child
from facecam.core.events import CancelToken, Event, Notice

_SAVES = """
import pathlib, sys
from facecam.core.children import leave, serve
from facecam.core.events import CancelToken, Notice

def work(tell, cancel):
    tell(Notice("at work", ""))
    cancel.wait(60)
    pathlib.Path(sys.argv[1]).write_text("saved")
    return {}

leave(serve(work, CancelToken()))
"""


@pytest.fixture
def saves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the module `saves`, which works until it is told to stop, writes what it has then."""
    (tmp_path / "saves.py").write_text(_SAVES)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "saved"


def test_interrupted_a_patient_parent_leaves_it_time_to_save(
    saves: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C in a sweep, or the system that ends the program, costs no more than a parent that is killed."""
    heard = threading.Event()

    def interrupted(*_: object) -> None:
        heard.wait(60)
        raise KeyboardInterrupt

    monkeypatch.setattr(children, "_wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_child("saves", str(saves), on_event=lambda event: heard.set(), patience_s=60.0)
    assert saves.read_text() == "saved"


def test_what_a_listener_raises_is_raised_where_the_child_was_started(saves: Path) -> None:
    def broken(event: Event) -> None:
        assert event == Notice("at work", "")
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run_child("saves", str(saves), on_event=broken, cancel=CancelToken(), patience_s=60.0)
    assert saves.read_text() == "saved"
