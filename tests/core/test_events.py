"""Progress is reported, and a stop is honoured from any thread."""

from __future__ import annotations

import threading
import time

import pytest

from facecam.core.errors import ConfigError, DataError
from facecam.core.events import (
    Cancelled,
    CancelToken,
    Event,
    Metrics,
    Notice,
    Progress,
    faults_told,
    ignore,
    progressing,
)


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


def test_progress_is_told_before_each_item_and_after_the_last_and_a_stop_comes_between() -> None:
    told: list[Event] = []
    token = CancelToken()
    assert list(progressing(("a", "b"), "letters", told.append, token)) == ["a", "b"]
    assert told == [Progress("letters", done, 2) for done in (0, 1, 2)]
    seen = []
    with pytest.raises(Cancelled):
        for letter in progressing(("a", "b"), "letters", ignore, token):
            seen.append(letter)
            token.cancel()
    assert seen == ["a"]


def test_a_fault_is_told_with_its_cure_and_others_go_their_way() -> None:
    told: list[Event] = []
    with faults_told(told.append, what="no map"):
        raise DataError("the disk is full", hint="Free some space.")
    with faults_told(told.append, ConfigError):
        raise ConfigError("no such flag", hint="Leave it out.")
    assert told == [
        Notice("no map: the disk is full", "Free some space."),
        Notice("no such flag", "Leave it out."),
    ]
    with pytest.raises(DataError), faults_told(told.append, ConfigError):
        raise DataError("the disk is full", hint="Free some space.")
