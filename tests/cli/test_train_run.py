"""A training in the foreground, asked to stop by hand and by the system."""

from __future__ import annotations

import os
import signal
import time

import pytest

from facecam.cli import main
from facecam.cli.actions.train_run import stopped_by_hand
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
