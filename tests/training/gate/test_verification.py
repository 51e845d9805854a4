"""Which model may take the other's place. Vectors are placed by angle on a circle, or drawn around people."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.training.gate.bootstrap import draw
from facecam.training.gate.verification import compare, held_out_pairs


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


def people(count: int, photos: int, scatter: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(owners int (N,), unit vectors float32 (N, 32)): the higher the scatter, the poorer the model."""
    generator = np.random.default_rng(seed)
    owners = np.repeat(np.arange(count), photos)
    centers = generator.normal(size=(count, 32))
    vectors = centers[owners] + scatter * generator.normal(size=(len(owners), 32))
    return owners, (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    ("new", "old", "verdict", "least"), [(0.5, 1.2, "better", 0.975), (1.2, 0.5, "worse", 0.0)]
)
def test_a_clear_difference_is_called_one(new: float, old: float, verdict: str, least: float) -> None:
    owners, candidate = people(20, 6, new, 1)
    deployed = people(20, 6, old, 2)[1]
    pairs = held_out_pairs(owners, np.arange(len(owners)) % 2 == 0)
    report = compare(("new", candidate), ("old", deployed), pairs)
    assert report.verdict == verdict and report.passes == (verdict == "better")
    assert least <= report.probability_better <= least + 0.025
    assert "new" in report.text and "old" in report.text and report.text.endswith(".")
    for scores, interval in (
        (report.candidate, report.candidate_range),
        (report.deployed, report.deployed_range),
    ):
        assert interval is not None and 0 <= interval[0] < interval[1] <= 1
        assert interval[0] <= scores.tar_at_far[0.01] <= interval[1]  # type: ignore[operator]
        assert f"({interval[0]:.1%} to {interval[1]:.1%})" in report.text


def test_equal_models_are_called_equal() -> None:
    """120 pairs of models that are equally good and err on different photos; one in twenty may be called unequal."""
    verdicts = []
    for seed in range(120):
        owners, candidate = people(12, 3, 0.9, 2 * seed)
        deployed = people(12, 3, 0.9, 2 * seed + 1)[1]
        pairs = held_out_pairs(owners, np.ones(len(owners), bool))
        verdicts.append(compare(("new", candidate), ("old", deployed), pairs).verdict)
    assert verdicts.count("as good") >= 0.95 * len(verdicts), verdicts
    assert verdicts.count("too few") == 0


def test_one_model_beside_itself_is_as_good_and_kept_out() -> None:
    owners, vectors = people(12, 4, 0.9, 0)
    report = compare(("new", vectors), ("old", vectors), held_out_pairs(owners, np.ones(len(owners), bool)))
    assert (report.verdict, report.probability_better, report.passes) == ("as good", 0.5, False)
    assert "not to be told apart" in report.text


@pytest.mark.parametrize(("count", "photos"), [(2, 2), (7, 10), (8, 2)])
def test_few_people_or_photos_are_no_evidence(count: int, photos: int) -> None:
    owners, candidate = people(count, photos, 0.1, 0)
    deployed = people(count, photos, 3.0, 1)[1]
    pairs = held_out_pairs(owners, np.ones(len(owners), bool))
    report = compare(("new", candidate), ("old", deployed), pairs)
    assert report.verdict == "too few" and not report.passes
    assert f"{len(owners)} photos of {count} people" in report.text and "24 of 8" in report.text


def test_too_few_pairs_for_a_rate_leave_it_out() -> None:
    report = compare(("new", GOOD), ("old", POOR), held_out_pairs(OWNERS, HELD))
    assert report.candidate.tar_at_far[1e-2] is None and report.candidate.auc == 1.0
    assert "area under the ROC curve 1.0000 (0.5101 to 1.0000)" in report.text


def test_the_share_accepted_comes_first_then_the_area() -> None:
    """Three people with two photos each, pairs at given distances."""
    first, second = (np.repeat(np.arange(3), 2)[rows] for rows in np.triu_indices(6, k=1))
    same = first == second
    apart = np.where(same, 0.1, 1.0)
    mixed = np.where(same, 0.1, np.linspace(0.0, 0.2, len(same)))
    # Equal at the rate, since no different pair is nearer; the other's area is smaller.
    later = np.where(same, np.where(first == 0, 1.5, 0.1), 1.0)
    drawn = draw(apart, mixed, first, second, rate=0.01)
    assert drawn.share_ahead > 0.8 and (drawn.new == 1.0).all()
    drawn = draw(apart, later, first, second, rate=None)
    assert set(np.unique(drawn.ahead)) <= {0.5, 1.0} and drawn.share_ahead > 0.5
    swapped = draw(later, apart, first, second, rate=None)
    assert np.array_equal(swapped.ahead, 1 - drawn.ahead)


@pytest.mark.parametrize("owners", [np.arange(4), np.zeros(4, int)], ids=["no same", "no different"])
def test_pairs_of_one_kind_only_are_refused(owners: np.ndarray) -> None:
    with pytest.raises(DataError, match="no pair"):
        held_out_pairs(owners, np.ones(4, bool))
