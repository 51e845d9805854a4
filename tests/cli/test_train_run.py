"""A training in the foreground, asked to stop by hand and by the system."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import NoReturn

import pytest

from facecam.cli import main, train
from facecam.cli.actions import train_sweep
from facecam.cli.actions.train_run import stopped_by_hand
from facecam.cli.terminal.flags import Parser
from facecam.core.config import Settings
from facecam.core.events import CancelToken


def _receive(number: int, cancel: CancelToken) -> None:
    os.kill(os.getpid(), number)
    assert cancel.wait(60)


@pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", 1)])
def test_the_system_has_a_training_stopped_as_by_hand_and_then_the_program_ended(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    ended_in_order: list[bool] = []

    def trained(arguments: list[str]) -> int:
        with stopped_by_hand() as cancel:
            _receive(number, cancel)
            ended_in_order.append(True)
        return 0

    monkeypatch.setattr(main, "_dispatch", trained)
    before = signal.signal(number, signal.SIG_DFL)
    try:
        assert main.main([]) == 128 + number
    finally:
        signal.signal(number, before)
    assert ended_in_order == [True]


@pytest.mark.parametrize(("end", "code"), [(KeyboardInterrupt(), 0), (main._Ended(signal.SIGTERM), 143)])
def test_a_sweep_that_is_stopped_says_how_it_goes_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    end: KeyboardInterrupt,
    code: int,
) -> None:
    (file := tmp_path / "sweep.toml").write_text("[parameters]\nmargin = [0.1, 0.2]\n")
    parser = Parser()
    train.add_arguments(parser)

    def run_sweep(*_: object, **__: object) -> NoReturn:
        raise end

    monkeypatch.setattr(train_sweep, "run_sweep", run_sweep)
    swept = parser.parse_args(["--sweep", str(file)])
    monkeypatch.setattr(main, "_dispatch", lambda _: train_sweep.sweep(Settings(), swept))
    assert main.main([]) == code
    assert "the same command goes on with this sweep" in capsys.readouterr().err


def test_by_hand_it_only_stops_and_the_second_time_it_ends() -> None:
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with stopped_by_hand() as cancel:
            _receive(signal.SIGINT, cancel)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        with pytest.raises(KeyboardInterrupt), stopped_by_hand() as cancel:
            _receive(signal.SIGINT, cancel)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)
    finally:
        signal.signal(signal.SIGINT, handler)
