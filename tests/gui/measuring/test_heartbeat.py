"""Freezes are counted by how long somebody waits."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from facecam.gui.measuring.heartbeat import Heartbeat, report_of


def test_one_freeze_among_ticks_in_time() -> None:
    """99 gaps of 10 ms and one of 110: late by 100 ms; clicks meanwhile wait 100, 90, … 10 ms."""
    report = report_of([10.0] * 99 + [110.0])
    assert report.samples == 99 + 10
    assert (report.median_ms, report.worst_ms) == (0.0, 100.0)
    assert report.p99_ms == 90.0
    assert report.seconds == pytest.approx(1.1)


def test_ticks_that_come_early_are_no_credit() -> None:
    assert report_of([4.0, 10.0, 16.0]).worst_ms == 6.0
    assert report_of([4.0]).median_ms == 0.0


def test_nothing_measured_is_no_report() -> None:
    with pytest.raises(ValueError, match="at least one gap"):
        report_of([])


def test_a_blocked_window_is_seen(qtbot: QtBot) -> None:
    heartbeat = Heartbeat()
    heartbeat.start()
    qtbot.wait(30)
    time.sleep(0.2)
    qtbot.wait(30)
    assert heartbeat.stop().worst_ms >= 150
