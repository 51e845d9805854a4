"""What two models do to strangers: faces drawn around people on a sphere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from facecam.core.types import FloatArray
from facecam.gallery.matching.cohort import Cohort
from facecam.training.gate.strangers import Lookups, judge_strangers, matched_threshold

KNOWN, STRANGERS, PHOTOS = 10, 40, 8
OWNERS = np.repeat(np.arange(KNOWN + STRANGERS), PHOTOS)
STRANGE = OWNERS >= KNOWN
NEW = ~STRANGE & (np.arange(len(OWNERS)) % PHOTOS < 3)
ENROLLED = ~STRANGE & ~NEW
SPREAD = 0.085


def unit(rows: np.ndarray) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def faces(scatter: float = 0.5, *, drawn_together: float = 0.0, seed: int = 0) -> FloatArray:
    """Vectors of all photos; `drawn_together` moves everybody towards one direction, as a training on few people."""
    generator = np.random.default_rng(seed)
    centers = generator.normal(size=(KNOWN + STRANGERS, 24))
    rows = centers[OWNERS] + scatter * generator.normal(size=(len(OWNERS), 24))
    return unit(unit(rows) + drawn_together * np.eye(24)[0])


def lookups(vectors: FloatArray) -> Lookups:
    return Lookups.of(vectors, OWNERS, ENROLLED, NEW, strangers=STRANGE, spread=SPREAD)


def threshold_naming(found: Lookups, share: float) -> float:
    return float(np.quantile(found.strangers.first, share))


def test_a_model_beside_itself_is_harmless() -> None:
    found = lookups(faces())
    threshold = threshold_naming(found, 0.05)
    report = judge_strangers(("new", found, threshold), ("old", found, threshold))
    assert report.harmless and report.candidate.named == report.deployed.named
    assert (report.strangers, report.people, report.known) == (STRANGERS * PHOTOS, STRANGERS, 3 * KNOWN)
    assert report.candidate.named.low < report.candidate.named.value < report.candidate.named.high
    assert report.candidate.missed_at_rate is not None and report.text.startswith(
        "Of 320 photos of 40 people"
    )


def test_all_vectors_drawn_together_at_the_old_threshold_are_harm() -> None:
    """What a fine-tuned network does with the threshold of the card it began with."""
    old, new = lookups(faces()), lookups(faces(drawn_together=0.5))
    threshold = threshold_naming(old, 0.05)
    report = judge_strangers(("new", new, threshold), ("old", old, threshold))
    assert report.candidate.named.value > 3 * report.deployed.named.value and not report.harmless


def test_a_threshold_of_its_own_holds_for_other_strangers_as_well() -> None:
    """Chosen on half of the strangers, tried on the other half; the mean of twelve worlds."""
    half = STRANGE & (OWNERS % 2 == 0)
    shares = []
    for seed in range(12):
        vectors = faces(seed=seed), faces(drawn_together=0.5, seed=seed)
        threshold = threshold_naming(lookups(vectors[0]), 0.05)
        old, new = (
            Lookups.of(rows, OWNERS, ENROLLED, NEW, strangers=half, spread=SPREAD) for rows in vectors
        )
        own = matched_threshold(old, new, threshold)
        chosen = judge_strangers(("new", new, own), ("old", old, threshold))
        assert own < threshold and chosen.candidate.named.value <= chosen.deployed.named.value
        others = [
            Lookups.of(rows, OWNERS, ENROLLED, NEW, strangers=STRANGE & ~half, spread=SPREAD)
            for rows in vectors
        ]
        shares.append(
            [
                one.named(at).mean()
                for one, at in zip((*others, others[1]), (threshold, own, threshold), strict=True)
            ]
        )
    before, after, taken_over = np.mean(shares, axis=0)
    assert after <= 1.25 * before and taken_over > 3 * before


def test_no_more_pairs_of_strangers_may_be_near_than_before() -> None:
    """Known people moved away from everybody, as by a head: for them alone the threshold could be higher."""
    moved = np.hstack([faces(), np.zeros((len(OWNERS), 1), np.float32)])
    moved[~STRANGE, -1] = 0.6
    old, new = lookups(faces()), lookups(unit(moved))
    threshold = threshold_naming(old, 0.05)
    assert new.strangers.first.mean() > old.strangers.first.mean() + 0.05
    assert matched_threshold(old, new, threshold) <= threshold * 1.001
    assert (new.pairs < threshold).mean() == (old.pairs < threshold).mean() > 0
    alone = replace(new, pairs=np.full(len(new.pairs), 4.0, np.float32))
    assert matched_threshold(old, alone, threshold) > threshold * 1.02


def test_a_poorer_model_misses_more_where_it_lets_no_more_in() -> None:
    old, new = lookups(faces()), lookups(faces(1.1))
    threshold = threshold_naming(old, 0.05)
    own = matched_threshold(old, new, threshold)
    report = judge_strangers(("new", new, own), ("old", old, threshold))
    assert report.candidate.missed.value > report.deployed.missed.value and not report.harmless


def test_too_few_strangers_for_a_rate_leave_it_out() -> None:
    few = STRANGE & (OWNERS < KNOWN + 7)
    found = Lookups.of(faces(), OWNERS, ENROLLED, NEW, strangers=few, spread=SPREAD)
    report = judge_strangers(("new", found, 1.0), ("old", found, 1.0))
    assert report.strangers == 56 and report.candidate.missed_at_rate is None
    assert report.probability_better == 0.5 and not report.gains and report.text.endswith("are missed.")


def test_a_gain_is_one_where_equally_many_strangers_get_a_name() -> None:
    """A threshold that names nobody misses everybody: at one rate the better vectors show all the same."""
    better, poorer = lookups(faces(0.7)), lookups(faces(1.1))
    report = judge_strangers(("new", better, 1e-3), ("old", poorer, 0.5))
    assert report.candidate.missed.value == 1.0
    assert report.gains and "surely fewer" in report.text
    backwards = judge_strangers(("new", poorer, 0.5), ("old", better, 0.5))
    assert backwards.probability_better < 0.025 and "surely more" in backwards.text


def test_equal_models_gain_nothing_on_each_other() -> None:
    sure = [
        judge_strangers(
            ("new", lookups(faces(0.9, seed=2 * n)), 0.5), ("old", lookups(faces(0.9, seed=2 * n + 1)), 0.5)
        )
        for n in range(20)
    ]
    assert sum(one.gains for one in sure) <= 2


def test_scores_of_a_cohort_stand_for_distances() -> None:
    cohort = Cohort(unit(np.random.default_rng(7).normal(size=(300, 24))), 20, 0.2)
    vectors = faces()
    plain = lookups(vectors)
    scored = Lookups.of(vectors, OWNERS, ENROLLED, NEW, strangers=STRANGE, spread=SPREAD, cohort=cohort)
    added = scored.strangers.first - plain.strangers.first
    assert np.corrcoef(added, cohort.shifts(vectors[STRANGE]))[0, 1] > 0.5
    assert not np.allclose(scored.pairs, plain.pairs)
