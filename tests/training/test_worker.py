"""The process that trains says what keeps it from its work."""

from __future__ import annotations

import os
import subprocess
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
    monkeypatch.setitem(sys.modules, "facecam.training.trainer.devices", None)
    with pytest.raises(DependencyError, match="TensorFlow does not start: ") as caught:
        run_job(run, ignore, CancelToken())
    assert "Python 3.11 to 3.13" in caught.value.hint


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows has no such number")
@pytest.mark.parametrize(("begun", "trains"), [(0, 10), (4, 10), (12, 12)])
def test_a_program_that_was_begun_nicely_does_not_train_last_of_all(begun: int, trains: int) -> None:
    now = os.nice(0)
    if now > begun:
        pytest.skip("the tests themselves were begun nicer")
    code = (
        f"import os; os.nice({begun - now}); from facecam.training.worker import be_polite; be_polite(); "
        "print(os.nice(0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == trains
