"""Trainings that come to nothing are noticed within twenty steps; others are left in peace."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest
import tensorflow as tf

from facecam.training.losses.distances import spread
from facecam.training.losses.triplet import SOFT_COLLAPSE, TripletLoss
from facecam.training.trainer.collapse import CollapseDetector, StepReport
from tests.training.batches import random_batch


def reports(
    steps: int = 40, *, loss: float = 0.1, people: int = 8, spread: float = 0.5, triplets: int | None = 99
) -> list[StepReport]:
    return [StepReport(loss, people, spread, triplets)] * steps


def said(detector: CollapseDetector, steps: Iterable[StepReport]) -> list[tuple[int, str]]:
    """(step from 1, text) of every notice."""
    return [
        (number, notice.text)
        for number, report in enumerate(steps, start=1)
        for notice in detector.observe(report)
        if notice.hint
    ]


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.19, 0.25, 1.0])
def test_a_training_that_learns_is_left_in_peace(loss: float) -> None:
    assert said(CollapseDetector(0.2), reports(200, loss=loss)) == []


@pytest.mark.parametrize(("level", "shown"), [(0.2, "0.2"), (SOFT_COLLAPSE, "0.693")])
def test_a_loss_that_stays_at_the_margin(level: float, shown: str) -> None:
    ((step, text),) = said(CollapseDetector(level), reports(loss=level * 1.001))
    assert step == 20
    assert f"stayed at {shown} for 20 steps" in text
    assert "not learning" in text


def test_one_step_off_the_margin_starts_the_count_again() -> None:
    steps = [*reports(19, loss=0.2), *reports(1, loss=0.1), *reports(19, loss=0.2)]
    detector = CollapseDetector(0.2)
    assert said(detector, steps) == []
    assert len(said(detector, reports(1, loss=0.2))) == 1


def test_vectors_that_fall_together() -> None:
    ((step, text),) = said(CollapseDetector(), reports(spread=1e-6, triplets=None))
    assert step == 20
    assert "same vector for every face" in text


def test_a_batch_of_one_person() -> None:
    ((step, text),) = said(CollapseDetector(0.2), [*reports(3), *reports(5, people=1)])
    assert step == 4
    assert "one person only" in text
    assert said(CollapseDetector(), reports(5, people=1, triplets=None)) == []


@pytest.mark.parametrize(("loss", "apart"), [(math.nan, 0.5), (math.inf, 0.5), (0.1, math.nan)])
def test_numbers_that_are_none_at_once_and_only_once(loss: float, apart: float) -> None:
    ((step, text),) = said(CollapseDetector(0.2), reports(loss=loss, spread=apart))
    assert step == 1
    assert "NaN" in text


def test_no_triplets_in_twenty_steps() -> None:
    ((step, text),) = said(CollapseDetector(0.2), reports(loss=0.0, triplets=0))
    assert step == 20
    assert "No triplet" in text


@pytest.mark.parametrize("soft", [False, True])
def test_a_network_that_really_collapsed_is_noticed(soft: bool) -> None:
    """Vectors a thousandth apart, through the real loss."""
    loss = TripletLoss("batch_hard", soft=soft)
    batch = random_batch(0)
    x = tf.math.l2_normalize(tf.constant(np.ones_like(batch.x) + 0.001 * batch.x), axis=1)
    terms = loss(x, batch.labels)
    step = StepReport(float(terms.loss), 5, float(spread(x)), int(terms.triplets))
    assert len(said(CollapseDetector(loss.collapsed_loss), [step] * 20)) == 2
