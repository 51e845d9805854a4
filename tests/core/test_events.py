"""Progress is reported, and a stop is honoured from any thread."""

from __future__ import annotations

import threading
import time

import pytest

from facecam.core.events import Cancelled, CancelToken, Metrics, Notice, Progress, ignore


def test_a_token_raises_only_after_it_was_cancelled() -> None:
    token = CancelToken()
    token.check()
    assert not token.cancelled
    token.cancel()
    token.cancel()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.check()


def test_a_cancellation_is_no_error_that_a_loop_over_files_would_swallow() -> None:
    from facecam.core.errors import FacecamError

    assert not issubclass(Cancelled, FacecamError)


def test_waiting_ends_as_soon_as_another_thread_cancels() -> None:
    token = CancelToken()
    threading.Timer(0.05, token.cancel).start()
    started_s = time.monotonic()
    assert token.wait(120.0)
    assert time.monotonic() - started_s < 60


def test_waiting_without_a_stop_takes_its_time_and_says_so() -> None:
    started_s = time.monotonic()
    assert not CancelToken().wait(0.05)
    assert time.monotonic() - started_s >= 0.045


def test_events_are_plain_values() -> None:
    assert Progress("photos", 1, 2) == Progress("photos", 1, 2)
    assert Notice("text").hint == ""
    assert Metrics("train", 3, {"loss": 0.5}).values["loss"] == 0.5
    for event in (Progress("photos", 0, 0), Notice("text")):
        ignore(event)
