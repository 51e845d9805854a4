"""How long a stage still takes."""

from __future__ import annotations

import pytest

from facecam.cli.terminal.time_left import TimeLeft, time_words


def paced(*stretches: tuple[int, float], total: int) -> float | None:
    """What is said after stretches of (photos, photos per s)."""
    left, now_s, done = TimeLeft(), 1000.0, 0
    said = left.take(now_s, done, total)
    for photos, rate in stretches:
        for _ in range(photos):
            now_s, done = now_s + 1 / rate, done + 1
            said = left.take(now_s, done, total)
    return said


def test_a_steady_pace_is_true() -> None:
    assert paced((1_000, 10), total=10_000) == pytest.approx(900, rel=0.01)


def test_what_was_remembered_is_forgotten() -> None:
    """50,000 photos in 50 s, then 20 a second: soon nobody hopes for the other 50,000 at a thousand a second."""
    assert paced((50_000, 1_000), (2_000, 20), total=100_000) == pytest.approx(48_000 / 20, rel=0.01)


def test_a_slow_minute_in_an_hour_changes_little() -> None:
    assert paced((36_000, 10), (60, 1), total=100_000) == pytest.approx(63_940 / 10, rel=0.05)


def test_nothing_is_said_at_once_or_of_what_has_no_end() -> None:
    assert paced((3, 10), total=100) is None
    assert paced((1_000, 10), total=0) is None


def test_one_photo_in_half_a_minute_promises_nothing_but_of_three_things_each_counts() -> None:
    """On a busy computer, before the first batch of vectors is ready, it was said to take a day."""
    assert paced((63, 10), (1, 1 / 30), total=3_000) is None
    assert paced((1, 1 / 30), total=3) == pytest.approx(60)


def test_words() -> None:
    assert [time_words(s) for s in (0, 40, 754, 12_000)] == ["1 s", "40 s", "13 min", "3 h 20 min"]
