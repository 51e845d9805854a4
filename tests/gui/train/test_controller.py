"""How far a training is, and when it will be done."""

from __future__ import annotations

import pytest

from facecam.core.events import Progress
from facecam.gui.train.controller import TrainingPace


def test_before_the_first_step_the_estimate_counts() -> None:
    assert TrainingPace(300.0).remaining_s(10.0) == 300.0
    assert TrainingPace().remaining_s(10.0) is None


def test_afterwards_the_pace_counts() -> None:
    """Begun at 100 s; at 160 s two of ten epochs and half of the third are done: 60 s for a quarter."""
    pace = TrainingPace(10.0)
    pace.hear(Progress("epochs", 0, 10), 100.0)
    pace.hear(Progress("epochs", 2, 10), 150.0)
    pace.hear(Progress("train", 5, 10), 160.0)
    assert pace.share == pytest.approx(0.25)
    assert pace.remaining_s(160.0) == pytest.approx(180.0)


def test_a_continued_run_does_not_count_what_was_done_before() -> None:
    """Begun at epoch 5 of 10; one epoch in 20 s, four to go."""
    pace = TrainingPace()
    pace.hear(Progress("epochs", 5, 10), 0.001)
    pace.hear(Progress("epochs", 6, 10), 20.001)
    assert pace.remaining_s(20.001) == pytest.approx(80.0)


def test_a_continued_run_knows_nothing_before_its_first_step() -> None:
    """What was done before is no pace of this run: at 70,000 s of the clock that would be a day."""
    assert TrainingPace(epoch=28, epochs=60, heard_s=70_000.0).remaining_s(70_005.0) is None


def test_the_last_batch_and_the_epoch_are_not_counted_twice() -> None:
    pace = TrainingPace()
    pace.hear(Progress("epochs", 0, 2), 1.0)
    pace.hear(Progress("train", 7, 7), 2.0)
    assert pace.share < 0.5
    pace.hear(Progress("epochs", 1, 2), 2.0)
    assert pace.share == 0.5


def test_other_stages_do_not_move_it() -> None:
    pace = TrainingPace(5.0)
    pace.hear(Progress("prepare", 9, 10), 1.0)
    assert pace.share == 0.0 and not pace.began_s


def test_what_is_left_counts_down_between_two_steps_and_before_the_first() -> None:
    pace = TrainingPace(20.0, heard_s=100.0)
    assert pace.remaining_s(108.0) == pytest.approx(12.0)
    pace.hear(Progress("epochs", 0, 4), 110.0)
    pace.hear(Progress("epochs", 1, 4), 120.0)
    assert pace.remaining_s(120.0) == pytest.approx(30.0)
    assert pace.remaining_s(125.0) == pytest.approx(25.0)
