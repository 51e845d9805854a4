"""Rows of measurements: medians and ratios worked out by hand, ours and the peer in turn."""

from __future__ import annotations

import time

import pytest

from facecam.benchmark.timing import compare, row_from, time_ms


def test_less_is_better_for_times() -> None:
    """Pair by pair: 100/10 = 10, 60/20 = 3, 150/30 = 5; the median of the ratios is 5."""
    row = row_from("x", "ms", [10, 20, 30], [100, 60, 150], wanted="3×")
    assert (row.ours, row.peer, row.ratio, row.spread, row.runs, row.wanted) == (20, 100, 5, (3, 10), 3, "3×")


def test_more_is_better_for_frames_per_second() -> None:
    row = row_from("x", "frames/s", [60, 90], [30, 30])
    assert row.ratio == 2.5 and row.spread == (2, 3)


def test_without_a_peer_there_is_no_ratio() -> None:
    row = row_from("x", "MB", [400, 410, 390])
    assert (row.ours, row.peer, row.ratio, row.spread) == (400, None, None, (390, 410))


def test_pairs_must_be_pairs() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        row_from("x", "ms", [1, 2], [1])


def test_a_comparison_warms_up_and_takes_turns() -> None:
    calls: list[str] = []
    row = compare("x", lambda: calls.append("o"), lambda: calls.append("p"), runs=2, calls=3)
    assert "".join(calls) == "op" + "ooop" * 2
    assert row.runs == 2 and row.unit == "ms"


def test_a_comparison_without_peer_calls_ours_alone() -> None:
    calls: list[str] = []
    assert compare("x", lambda: calls.append("o"), runs=2).peer is None
    assert len(calls) == 3


def test_the_time_of_one_call_is_the_mean_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [5.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now_s[0])

    def work() -> None:
        now_s[0] += 0.01

    assert time_ms(work, calls=3) == pytest.approx(10)
