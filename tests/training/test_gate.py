"""Which model may take the other's place. Vectors are placed by angle on a circle."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.training.gate import Scores, compare, held_out_pairs, judge


def at(*degrees: float) -> np.ndarray:
    """Unit vectors, float32 (N, 2)."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


OWNERS = np.repeat(np.arange(4), 3)
HELD = np.arange(12) % 3 == 0
GOOD = at(0, 2, 4, 90, 92, 94, 180, 182, 184, 270, 272, 274)
#: The last person's first photo lies among the first person's.
POOR = at(0, 2, 4, 90, 92, 94, 180, 182, 184, 1, 272, 274)


def test_pairs_have_a_photo_that_was_not_trained_on() -> None:
    """Four photos kept aside of twelve: 66 pairs less the 28 of the other eight."""
    pairs = held_out_pairs(OWNERS, HELD)
    assert len(pairs.first) == 38 and (HELD[pairs.first] | HELD[pairs.second]).all()
    assert int(pairs.is_same.sum()) == 8 and (pairs.held, pairs.people) == (4, 4)


@pytest.mark.parametrize(
    ("candidate", "deployed", "verdict", "probability"),
    [(GOOD, POOR, "better", 1.0), (POOR, GOOD, "worse", 0.0), (GOOD, GOOD, "as good", 0.5)],
)
def test_the_verdict_and_its_probability(candidate, deployed, verdict: str, probability: float) -> None:
    report = compare(("new", candidate), ("old", deployed), held_out_pairs(OWNERS, HELD))
    assert report.verdict == verdict and report.passes == (verdict != "worse")
    # A drawing without the misplaced photo is a tie.
    assert abs(report.probability_better - probability) <= 0.25
    assert "new" in report.text and "old" in report.text and report.text.endswith(".")


def test_too_few_pairs_for_a_rate_leave_it_out() -> None:
    report = compare(("new", GOOD), ("old", POOR), held_out_pairs(OWNERS, HELD))
    assert report.candidate.tar_at_far[1e-2] is None and report.candidate.auc == 1.0


def scores(tar: float | None, auc: float) -> Scores:
    return Scores("m", {1e-2: tar}, auc, 0.1, 10, 1000)


@pytest.mark.parametrize(
    ("new", "old", "verdict"),
    [
        ((0.9, 0.95), (0.8, 0.99), "better"),
        ((0.8, 0.99), (0.9, 0.95), "worse"),
        ((0.9, 0.99), (0.9, 0.98), "better"),
        ((0.9, 0.98), (0.9, 0.99), "worse"),
        ((0.9, 0.99), (0.9, 0.99001), "as good"),
        ((None, 0.99), (None, 0.98), "better"),
    ],
)
def test_tar_comes_first_then_the_area(new, old, verdict: str) -> None:
    assert judge(scores(*new), scores(*old)) == verdict


@pytest.mark.parametrize("owners", [np.arange(4), np.zeros(4, int)], ids=["no same", "no different"])
def test_pairs_of_one_kind_only_are_refused(owners: np.ndarray) -> None:
    with pytest.raises(DataError, match="no pair"):
        held_out_pairs(owners, np.ones(4, bool))
