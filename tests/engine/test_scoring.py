"""Which threshold is in force, and of what: by hand, measured, by the number of people, the card's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import Notice
from facecam.core.types import Match
from facecam.engine import components
from facecam.engine.scoring import (
    Limit,
    distance_of_groups,
    higher,
    limit_for,
    limit_of_groups,
    limit_of_people,
    name_of,
    open_cohort,
)
from facecam.gallery.gallery import PLAIN_SCORE, Gallery, Person
from facecam.gallery.matching.cohort import Cohort, Mixture, mixture_bytes
from facecam.gallery.storage.store import GalleryStore
from facecam.metrics.false_accepts import rate_at, rate_per_person, share_of_strangers, threshold_at
from facecam.runtime.card import CohortSpec, InputSpec, ModelCard

DIMENSIONS = 4
DISTANCES = ((0.001, 0.1), (0.01, 0.2))
SCORES = ((0.001, 0.08), (0.01, 0.16))


def content() -> bytes:
    factors = np.tile(0.2 * np.eye(DIMENSIONS, dtype=np.float32), (2, 1, 1))
    return mixture_bytes(Mixture(np.array([0.5, 0.5]), np.eye(DIMENSIONS, dtype=np.float32)[:2], factors))


def a_spec(**changes: object) -> CohortSpec:
    values: dict[str, object] = {
        "file": "cohort.npz",
        "sha256": hashlib.sha256(content()).hexdigest(),
        "size": 100,
        "seed": 0,
        "nearest": 10,
        "weight": 0.2,
        "components": 2,
        "threshold": 0.16,
        "false_accept_rate": 0.01,
        "calibration": SCORES,
        "score_to_probability": ((0.0, 1.0), (0.16, 0.5), (0.4, 0.0)),
        "fitted_to": "made-up faces",
        "licence": "none needed",
    }
    return CohortSpec(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def card() -> ModelCard:
    pixels = InputSpec(
        height=32, width=32, layout="NHWC", mean=(0, 0, 0), std=(1, 1, 1), normalised_inside=True
    )
    return ModelCard(
        name="small",
        title="Small",
        task="embedding",
        files=("model.onnx",),
        input=pixels,
        chip="dlib",
        dimensions=DIMENSIONS,
        unit_norm_inside=True,
        threshold=0.2,
        false_accept_rate=0.01,
        calibration=DISTANCES,
        distance_to_probability=((0.0, 1.0), (0.2, 0.6), (0.4, 0.0)),
        cohort=a_spec(),
        licence="CC0-1.0",
        lineage="made up",
        sha256={"model.onnx": "a" * 64},
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "weights" / "small"
    folder.mkdir(parents=True)
    (folder / "cohort.npz").write_bytes(content())
    return Settings(weights=tmp_path / "weights", database=tmp_path / "database")


def people(count: int) -> Gallery:
    vectors = np.random.default_rng(0).standard_normal((count, DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    persons = tuple(Person.new(f"p{one}") for one in range(count))
    return Gallery("small@1", persons, vectors.astype(np.float32), np.arange(count, dtype=np.int32))


@pytest.fixture
def cohort(settings: Settings, card: ModelCard) -> Cohort:
    opened = open_cohort(settings, card)
    assert opened is not None
    return opened


# ---------------------------------------------------------------------- the file


def test_the_cohort_is_sampled_from_the_file_and_kept(settings: Settings, card: ModelCard) -> None:
    opened = open_cohort(settings, card)
    assert opened is not None and opened is open_cohort(settings, card)
    assert opened.vectors.shape == (100, DIMENSIONS) and (opened.nearest, opened.weight) == (10, 0.2)
    assert card.cohort is not None and opened.name == name_of(card.cohort)


def test_it_does_without_where_that_is_asked_for(settings: Settings, card: ModelCard) -> None:
    assert open_cohort(replace(settings, normalize="off"), card) is None
    assert open_cohort(replace(settings, threshold=0.2), card) is None
    assert open_cohort(settings, replace(card, cohort=None)) is None
    assert open_cohort(settings, replace(card, cohort=a_spec(threshold=None, false_accept_rate=None))) is None


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.unlink(), "missing"),
        (lambda file: file.write_bytes(b"something else"), "SHA-256"),
        (lambda file: (file.unlink(), file.mkdir()), "missing"),
    ],
)
def test_a_missing_or_damaged_file_is_said_and_distances_decide(
    settings: Settings, card: ModelCard, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(settings.weights / "small" / "cohort.npz")
    said: list[object] = []
    assert open_cohort(settings, card, said.append) is None
    assert len(said) == 1 and isinstance(said[0], Notice) and words in said[0].text and said[0].hint
    matcher = components.open_matcher(settings, people(3), card)
    assert matcher.match_threshold is None and matcher.threshold == 0.2


def test_a_head_goes_on_with_the_cohort_of_its_base(
    settings: Settings, card: ModelCard, cohort: Cohort
) -> None:
    """What a head appends is 0 for faces of nobody: strangers keep their shifts."""
    assert card.cohort is not None
    headed = replace(card, dimensions=DIMENSIONS + 3, cohort=replace(card.cohort, appended=3))
    wide = open_cohort(settings, headed)
    assert wide is not None and wide.dimensions == DIMENSIONS + 3
    faces = people(5).vectors
    strangers = np.pad(faces, ((0, 0), (0, 3)))
    assert wide.shifts(strangers) == pytest.approx(cohort.shifts(faces), abs=1e-5)
    assert wide.shifts(strangers) == pytest.approx(cohort.widened(DIMENSIONS + 3).shifts(strangers), abs=1e-5)


def test_a_file_of_another_model_is_no_use(settings: Settings, card: ModelCard) -> None:
    said: list[object] = []
    assert open_cohort(settings, replace(card, dimensions=8), said.append) is None
    assert isinstance(said[0], Notice) and "4 values, not 8" in said[0].text
    junk = b"no mixture"
    (settings.weights / "small" / "cohort.npz").write_bytes(junk)
    spec = a_spec(sha256=hashlib.sha256(junk).hexdigest())
    assert open_cohort(settings, replace(card, cohort=spec), said.append) is None
    assert isinstance(said[1], Notice) and "cannot be used" in said[1].text


# ---------------------------------------------------------------------- the threshold


def test_the_reverse_of_a_rate_is_its_threshold() -> None:
    for rate in (3e-4, 1e-3, 3e-3, 1e-2, 3e-2):
        threshold = threshold_at(DISTANCES, rate)
        assert threshold is not None and rate_at(DISTANCES, threshold) == pytest.approx(rate)
    assert threshold_at((), 0.01) is None
    assert threshold_at(DISTANCES, 1e-30) == 1e-3


def test_a_share_of_strangers_and_so_many_people_make_a_rate() -> None:
    assert rate_per_person(0.03, 1) == pytest.approx(0.03)
    assert 1 - (1 - rate_per_person(0.03, 40)) ** 40 == pytest.approx(0.03)
    assert rate_per_person(0.03, 0) == pytest.approx(0.03)


def test_by_hand_it_is_one_of_distances(settings: Settings, card: ModelCard) -> None:
    by_hand = replace(settings, threshold=0.3)
    gallery = people(50).with_threshold(0.13)
    limit = limit_for(by_hand, gallery, card, open_cohort(by_hand, card))
    assert limit is not None and (limit.squared_l2, limit.match_score, limit.origin) == (0.3, None, "given")
    matcher = components.open_matcher(by_hand, gallery, card)
    assert matcher.threshold == matcher.limit == 0.3 and matcher.match_threshold is None


def test_then_the_one_measured_on_these_people(settings: Settings, card: ModelCard, cohort: Cohort) -> None:
    scored = limit_for(settings, people(50).with_threshold(0.12, cohort.name), card, cohort)
    assert scored is not None and scored.match_score == 0.12 and scored.origin == "own people"
    # The distance that as many strangers come below: half-way, as 0.12 is between 0.08 and 0.16.
    assert scored.squared_l2 == pytest.approx(0.15)
    plain = limit_for(settings, people(50).with_threshold(0.13), card, cohort)
    assert plain is not None and (plain.squared_l2, plain.match_score) == (0.13, None)
    assert components.open_matcher(settings, people(5).with_threshold(0.13), card).match_threshold is None


def test_then_by_the_number_of_people_and_never_above_the_cards(
    settings: Settings, card: ModelCard, cohort: Cohort
) -> None:
    few = limit_for(settings, people(2), card, cohort)
    assert few is not None and (few.squared_l2, few.match_score, few.origin) == (0.2, 0.16, "model card")
    before = 0.16
    for count in (10, 40, 200):
        limit = limit_for(settings, people(count), card, cohort)
        assert limit is not None and limit.match_score is not None and limit.origin == "number of people"
        assert limit.match_score < before
        before = limit.match_score
        assert share_of_strangers(SCORES, limit.match_score, count) == pytest.approx(0.03)
        assert share_of_strangers(DISTANCES, limit.squared_l2, count) == pytest.approx(0.03)
    stricter = limit_of_people(replace(settings, strangers=0.01), card, cohort, 40)
    usual = limit_of_people(settings, card, cohort, 40)
    assert stricter is not None and usual is not None and stricter.value < usual.value


def test_a_model_measured_at_one_point_keeps_it(settings: Settings, card: ModelCard) -> None:
    limit = limit_of_people(settings, replace(card, cohort=None, calibration=()), None, 500)
    assert limit is not None and (limit.value, limit.origin) == (0.2, "model card")
    unmeasured = replace(card, cohort=None, calibration=(), threshold=None, false_accept_rate=None)
    assert limit_of_people(settings, unmeasured, None, 5) is None


def test_a_stored_threshold_of_another_score_is_not_used_and_said(
    settings: Settings, card: ModelCard
) -> None:
    gallery = people(2).with_threshold(0.05, "cohort-of-before")
    said: list[object] = []
    matcher = components.open_matcher(settings, gallery, card, said.append)
    assert matcher.match_threshold == 0.16
    assert [one.hint for one in said if isinstance(one, Notice)] == [
        "Find one again: python main.py evaluate --own --apply"
    ]
    assert components.accepted_threshold(settings, gallery, card) == 0.2


@pytest.mark.parametrize("share", [1.0, -0.1, 1.5, float("nan")])
def test_strangers_that_cannot_be_expected_are_refused(share: float) -> None:
    with pytest.raises(ConfigError, match="strangers-expected"):
        Settings(strangers_expected=share)


def test_the_limit_of_groups_is_the_cards_own(card: ModelCard, cohort: Cohort) -> None:
    assert card.cohort is not None
    own = replace(card, group_distance=0.15, cohort=replace(card.cohort, group_score=0.11))
    both = limit_of_groups(own, cohort)
    assert both is not None and (both.squared_l2, both.match_score) == (0.15, 0.11)
    plain = limit_of_groups(own, None)
    assert plain is not None and (plain.squared_l2, plain.match_score) == (0.15, None)


def test_else_it_follows_the_pairs_of_different_people(card: ModelCard, cohort: Cohort) -> None:
    """Of what one in 200 of them comes below, found between the measured points, 0.73."""
    assert card.cohort is not None
    unmeasured = replace(card, group_distance=None, cohort=replace(card.cohort, group_score=None))
    limit, at_200 = limit_of_groups(unmeasured, cohort), threshold_at(DISTANCES, 0.005)
    assert limit is not None and at_200 is not None and limit.squared_l2 == pytest.approx(0.73 * at_200)
    without = replace(unmeasured, calibration=(), cohort=None)
    once = limit_of_groups(without, None)
    assert once is not None and once.squared_l2 == pytest.approx(0.73 * 0.2)
    nobody = replace(without, threshold=None, false_accept_rate=None, alignment_thresholds=())
    assert limit_of_groups(nobody, None) is None
    assert distance_of_groups(nobody, 0.3) == pytest.approx(0.73 * 0.3)


def test_of_very_many_faces_fewer_pairs_may_come_below(card: ModelCard) -> None:
    own = replace(card, group_distance=0.15)
    limits = [limit_of_groups(own, None, faces) for faces in (10, 2000, 4000, 50_000)]
    values = [limit.squared_l2 for limit in limits if limit is not None]
    assert values[0] == values[1] == 0.15 and values[1] > values[2] > values[3]
    rates = [rate_at(DISTANCES, value) or 0 for value in values]
    assert rates[2] == pytest.approx(rates[1] / 2) and rates[3] == pytest.approx(rates[1] / 25)


def test_a_higher_limit_of_groups_is_of_the_kind_that_decides(card: ModelCard) -> None:
    assert higher(Limit(0.1, None, "model card"), card, 0.15) == Limit(0.15, None, "model card")
    least = Limit(0.12, 0.11, "model card")
    assert higher(least, card, 0.11) == least
    both = higher(least, card, 0.14)
    assert both.match_score == 0.14 and both.squared_l2 == pytest.approx(
        threshold_at(DISTANCES, rate_at(SCORES, 0.14) or 0)
    )


def test_what_stands_beside_a_name_knows_how_many_there_are(settings: Settings, card: ModelCard) -> None:
    """The same face, 3, 30 and 300 people: surer with few; with fewer strangers expected, surer too."""
    shown = []
    for count in (3, 30, 300):
        gallery = people(count)
        matcher = components.open_matcher(settings, gallery, card)
        match = matcher.match(gallery.vectors[:1])[0]
        assert match.probability is not None and card.percent_of(match) == 100 * match.probability
        shown.append(match.probability)
    assert shown[0] > shown[1] > shown[2]
    fewer = components.open_matcher(replace(settings, strangers_expected=0.1), people(30), card)
    match = fewer.match(people(30).vectors[:1])[0]
    assert match.probability is not None and match.probability > shown[1]


@pytest.mark.parametrize("share", [0.0, -0.1, 0.6, float("nan")])
def test_a_promise_that_cannot_be_meant_is_refused(share: float) -> None:
    with pytest.raises(ConfigError, match="strangers"):
        Settings(strangers=share)


def test_the_store_keeps_what_a_threshold_is_one_of(tmp_path: Path) -> None:
    store = GalleryStore(tmp_path)
    for threshold, score in ((0.1, "cohort-0123456789ab"), (0.2, PLAIN_SCORE), (None, PLAIN_SCORE)):
        store.update(lambda _, t=threshold, s=score: people(2).with_threshold(t, s))  # type: ignore[misc]
        loaded = GalleryStore(tmp_path).load()
        assert loaded is not None and (loaded.threshold, loaded.threshold_score) == (threshold, score)


# ---------------------------------------------------------------------- percent


def test_percent_is_that_of_what_decided(card: ModelCard) -> None:
    plain = Match(None, 0.2, 0.2)
    scored = replace(plain, match_score=0.16, match_threshold=0.16)
    assert card.percent_of(plain) == pytest.approx(60) and card.percent_of(scored) == pytest.approx(50)
    assert card.percent_of(replace(scored, match_score=-0.01)) == 100
    assert card.percent_of(replace(scored, match_score=float("inf"))) == 0
    assert replace(card, cohort=None).percent_of(scored) == pytest.approx(60)
