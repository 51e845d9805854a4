"""The process that trains says what keeps it from its work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from facecam.core.errors import DependencyError
from facecam.core.events import CancelToken, ignore
from facecam.training.worker import run_job
from tests.training.making import plan, tiny


def test_a_tensorflow_that_does_not_start_is_no_riddle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows without the C++ runtime: found, and its import raises."""
    run = plan(tmp_path, tiny())
    monkeypatch.setitem(sys.modules, "facecam.training.devices", None)
    with pytest.raises(DependencyError, match="TensorFlow does not start: ") as caught:
        run_job(run, ignore, CancelToken())
    assert "Python 3.11 to 3.13" in caught.value.hint
