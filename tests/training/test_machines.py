"""Two machines, each a process here, train one run together; one dies, and both go on from the checkpoint."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.errors import ConfigError
from facecam.core.events import CancelToken, ignore
from facecam.core.home import PROGRAM_FOLDER
from facecam.training.run.folder import RunFolder
from facecam.training.run.job import read_job
from facecam.training.run.machines import is_follower, machines, require_possible
from facecam.training.trainer.checkpoints import CheckpointFolder
from facecam.training.worker import run_job
from tests.training.making import plan, tiny

_EPOCHS = 8


def told(index: int, *addresses: str) -> str:
    return json.dumps({"cluster": {"worker": list(addresses)}, "task": {"type": "worker", "index": index}})


#: Below those that whoever asks for any port gets: nobody takes one before the processes do.
_PORTS = itertools.count(10_000 + os.getpid() * 7 % 20_000)


def free_addresses(count: int) -> list[str]:
    free: list[str] = []
    while len(free) < count:
        port = next(_PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            free.append(f"127.0.0.1:{port}")
    return free


def started(run: RunFolder, said: int = subprocess.PIPE, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "facecam.training.worker", str(run.path)],
        cwd=PROGRAM_FOLDER,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", **variables},
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def both(run: RunFolder) -> tuple[subprocess.Popen[str], subprocess.Popen[str]]:
    """The one that keeps what is learnt, and the other, to which nobody listens."""
    addresses = free_addresses(2)
    chief = started(run, TF_CONFIG=told(0, *addresses))
    return chief, started(run, subprocess.DEVNULL, TF_CONFIG=told(1, *addresses))


def last(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The last line; standard input stays open, whose end is a wish to stop."""
    assert process.stdout is not None
    (*_, line) = process.stdout
    process.wait()
    return dict(json.loads(line))


@pytest.mark.heavy
@pytest.mark.slow
def test_two_machines_learn_what_one_does_though_one_dies(tmp_path: Path) -> None:
    options = tiny(epochs=_EPOCHS, interpolation="off", hold_out_share=0.0)
    run, alone = (plan(tmp_path / name, options, people=12) for name in ("together", "alone"))
    chief, follower = both(run)
    assert chief.stdout is not None
    for line in chief.stdout:
        if '"epochs"' in line:
            break
    follower.kill()
    follower.wait()
    gone = last(chief)
    assert chief.returncode == 2 and "do not train together any more" in gone["message"], gone
    kept = CheckpointFolder(run.checkpoints).newest()
    assert kept is not None and 0 < kept.state["position"]["epoch"] < _EPOCHS
    chief, follower = both(run)
    ended = last(chief)["result"]
    assert ended["epochs"] == _EPOCHS and not ended["stopped"] and follower.wait() == 0
    assert run_job(alone, ignore, CancelToken())["step"] == ended["step"]
    ours, theirs = (np.load(one.model / "weights.npz") for one in (run, alone))
    for name in theirs.files:
        np.testing.assert_allclose(ours[name], theirs[name], atol=2e-2)


def test_without_a_word_one_machine_trains_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert (machines(), is_follower()) == (1, False)
    monkeypatch.setenv("TF_CONFIG", told(0, "one:1"))
    assert (machines(), is_follower()) == (1, False)


def test_the_first_keeps_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", told(0, "one:1", "two:1"))
    assert (machines(), is_follower()) == (2, False)
    monkeypatch.setenv("TF_CONFIG", told(1, "one:1", "two:1"))
    assert (machines(), is_follower()) == (2, True)


@pytest.mark.parametrize("text", ["{", "[]", '{"cluster": 3}'])
def test_what_describes_no_machines_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ConfigError, match="TF_CONFIG") as refused:
        machines()
    assert '"cluster"' in refused.value.hint


def test_a_clock_of_each_machine_cannot_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = read_job(plan(tmp_path, tiny(max_minutes=1.0)))
    require_possible(job)
    monkeypatch.setenv("TF_CONFIG", told(0, "one:1", "two:1"))
    with pytest.raises(ConfigError, match="max-minutes"):
        require_possible(job)
