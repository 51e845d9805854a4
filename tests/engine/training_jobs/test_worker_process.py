"""The process that trains, killed in the middle while it works on two devices."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from facecam.core import children
from facecam.core.errors import ConfigError, TrainingError
from facecam.core.events import CancelToken, Event, Metrics, ignore
from facecam.engine.training_jobs.worker_process import train_in_child
from facecam.training.run.folder import RunFolder
from facecam.training.trainer.checkpoints import CheckpointFolder
from facecam.training.worker import run_job
from tests.training.making import losses, plan, tiny

_EPOCHS = 10
_STEPS = 3 * _EPOCHS


@pytest.mark.heavy
def test_a_kill_costs_nothing_and_two_devices_compute_what_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two logical processors until a kill -9 after the first epoch, then one: the losses are those of one alone.

    Of many epochs: an epoch takes an instant, and the kill must come before the last.
    """
    options = tiny(
        epochs=_EPOCHS, batches_per_epoch=3, checkpoint_minutes=0.0, joint="softmax", clip_norm=1.0
    )
    whole, killed = plan(tmp_path / "whole", options), plan(tmp_path / "killed", options)
    run_job(whole, ignore, CancelToken())
    processes: list[subprocess.Popen[bytes]] = []
    real_start = children._start

    def start(*arguments, **more):  # type: ignore[no-untyped-def]
        processes.append(real_start(*arguments, **more))
        return processes[0]

    def kill(event: Event) -> None:
        if isinstance(event, Metrics) and len(losses(killed)) >= 3:
            processes[0].kill()

    monkeypatch.setattr(children, "_start", start)
    monkeypatch.setenv("FACECAM_LOGICAL_CPUS", "2")
    with pytest.raises(TrainingError, match="killed") as caught:
        train_in_child(killed, kill, CancelToken())
    assert "--resume" in caught.value.hint and str(killed.log) in caught.value.hint
    monkeypatch.delenv("FACECAM_LOGICAL_CPUS")
    kept = CheckpointFolder(killed.checkpoints).newest()
    assert kept is not None and kept.state["position"]["step"] >= 2
    run_job(killed, ignore, CancelToken())
    assert len(losses(killed)) == _STEPS
    np.testing.assert_allclose(losses(killed), losses(whole), atol=1e-4)


@pytest.mark.parametrize(
    ("script", "error", "said"),
    [
        ("import sys; sys.exit(3)", TrainingError, "exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", TrainingError, "signal 15"),
        (
            "from facecam.core.children import error_to_line; from facecam.core.errors import ConfigError\n"
            "print('chatter'); print(error_to_line(ConfigError('wrong', hint='right'))); raise SystemExit(2)",
            ConfigError,
            "wrong",
        ),
    ],
    ids=["falls over", "is ended", "says what is wrong"],
)
@pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")
def test_every_end_of_the_process_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, error: type[Exception], said: str
) -> None:
    worker = tmp_path / "modules" / "pretended.py"
    worker.parent.mkdir()
    worker.write_text(script)
    monkeypatch.setenv("PYTHONPATH", str(worker.parent))
    with pytest.raises(error, match=said):
        train_in_child(RunFolder(tmp_path), ignore, CancelToken(), worker="pretended")
    assert (tmp_path / "log.txt").is_file()


def test_a_stop_reaches_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "modules" / "patient.py"
    worker.parent.mkdir()
    worker.write_text(
        "import sys\nfrom facecam.core.children import result_to_line\n"
        "assert sys.stdin.readline().strip() == 'stop'\nprint(result_to_line({'stopped': True}))"
    )
    monkeypatch.setenv("PYTHONPATH", str(worker.parent))
    cancel = CancelToken()
    cancel.cancel()
    assert train_in_child(RunFolder(tmp_path), ignore, cancel, worker="patient") == {"stopped": True}
