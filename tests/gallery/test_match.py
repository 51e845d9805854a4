from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest

from facecam.core.errors import ConfigError
from facecam.core.types import FloatArray
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.distances import MatchRule
from facecam.gallery.matching.match import Matcher
from tests.gallery.factories import (
    MODEL,
    circle_gallery,
    embeddings,
    on_circle,
    random_gallery,
    random_units,
    squared_l2,
)

RULES: tuple[MatchRule, ...] = ("nearest", "k_nearest", "centre", "counted_centre")


def test_nearest_on_a_circle() -> None:
    """Ada at 0° and 10°, Grace at 90°; a face at 14° is 4° from Ada and 76° from Grace."""
    gallery = circle_gallery({"Ada": [0, 10], "Grace": [90]})
    match = Matcher(gallery, 0.2).match(on_circle(14))[0]
    assert match.verdict == "match"
    assert match.identity == match.nearest == gallery.find("Ada").identity
    assert match.runner_up == gallery.find("Grace").identity
    assert match.squared_l2 == pytest.approx(squared_l2(4), abs=1e-6)
    assert match.runner_up_squared_l2 == pytest.approx(squared_l2(76), abs=1e-6)
    assert match.threshold == 0.2


def test_k_nearest_is_the_mean_of_three_or_of_fewer() -> None:
    """Ada's three nearest to 0° are 10°, 20°, 30°, not 180°; Grace has only two, 40° and 50°."""
    gallery = circle_gallery({"Ada": [180, 30, 10, 20], "Grace": [40, 50], "Linus": [60]})
    distances = Matcher(gallery, 0.2, "k_nearest").distances(on_circle(0))[0]
    three = (squared_l2(10) + squared_l2(20) + squared_l2(30)) / 3
    two = (squared_l2(40) + squared_l2(50)) / 2
    assert distances == pytest.approx([three, two, squared_l2(60)], abs=1e-6)


def test_center_is_a_unit_vector_between() -> None:
    """The centre of 0° and 60° is at 30°, so a face there is at distance 0, not 1 − cos."""
    gallery = circle_gallery({"Ada": [0, 60]})
    assert Matcher(gallery, 0.2, "centre").distances(on_circle(30))[0, 0] == pytest.approx(0, abs=1e-6)


def test_vectors_that_cancel_out_have_no_center() -> None:
    gallery = circle_gallery({"Ada": [0, 180], "Grace": [90]})
    assert Matcher(gallery, 4, "centre").distances(on_circle(0)).tolist() == [[math.inf, 2.0]]


def test_a_look_just_named_is_known_again_among_many_photos() -> None:
    """The centre of 27 photos at 0° and 3 at 60° is far from 60°; the three at 60° are near."""
    many = {"Ada": [-1, 0, 1] * 9 + [59, 60, 61]}
    (found,) = Matcher(circle_gallery(many), 0.155, "counted_centre").distances(on_circle(60))[0]
    assert found == pytest.approx(squared_l2(1) * 2 / 3 + 0.94 * 0.085, abs=1e-5) and found < 0.155
    assert Matcher(circle_gallery(many), 0.155, "centre").distances(on_circle(60))[0, 0] > 0.6


def test_the_number_of_photos_counts_at_a_center() -> None:
    """By a spread of 0.08, 0.04 · (1 − 1/n) is added to the distance from the centre: 0.02 for 2 photos, 0.03 for 4."""
    gallery = circle_gallery({"One": [0], "Two": [-20, 20], "Four": [-30, -20, 20, 30]})
    distances = Matcher(gallery, 0.2, "counted_centre", spread=0.08).distances(on_circle(0, 10))
    assert distances[0] == pytest.approx([0, 0.02, 0.03], abs=1e-6)
    assert distances[1] == pytest.approx(squared_l2(10) + np.array([0, 0.02, 0.03]), abs=1e-6)


def test_looks_that_hardly_differ_count_as_one() -> None:
    """Copies add nothing; two looks 2° apart no more than twice what averaging gained them."""
    gallery = circle_gallery({"Copies": [0, 0, 0, 0], "Moment": [-1, 1]})
    distances = Matcher(gallery, 0.2, "counted_centre", spread=0.08).distances(on_circle(0))[0]
    gained = 1 - np.cos(np.radians(1)) ** 2
    assert distances == pytest.approx([0, 2 * gained], abs=1e-6)
    assert 2 * gained < 0.001


def test_nobody_is_farther_than_the_opposite() -> None:
    gallery = circle_gallery({"Ada": [-5, 5]})
    assert Matcher(gallery, 4, "counted_centre").distances(on_circle(180)).tolist() == [[4.0]]


def test_the_threshold_is_strict() -> None:
    gallery = circle_gallery({"Ada": [0]})
    at = Matcher(gallery, 4).match(on_circle(20))[0].squared_l2
    assert Matcher(gallery, at).match(on_circle(20))[0].verdict == "unknown"
    above = float(np.nextafter(at, 4))
    assert Matcher(gallery, above).match(on_circle(20))[0].verdict == "match"


def test_a_threshold_of_zero_accepts_nobody() -> None:
    match = Matcher(circle_gallery({"Ada": [0]}), 0).match(on_circle(0))[0]
    assert (match.verdict, match.identity, match.nearest is not None) == ("unknown", None, True)


def test_two_people_equally_near_are_ambiguous() -> None:
    gallery = circle_gallery({"Ada": [-5], "Grace": [5.2]})
    match = Matcher(gallery, 0.2, min_gap=0.02).match(on_circle(0))[0]
    assert (match.verdict, match.identity) == ("ambiguous", None)
    assert match.nearest == gallery.find("Ada").identity
    assert match.runner_up == gallery.find("Grace").identity


def test_the_gap_decides() -> None:
    """At 0°, Ada is 5° and Grace 10° away: gap 0.0304 − 0.0076 = 0.0228."""
    gallery = circle_gallery({"Ada": [-5], "Grace": [10]})
    gap = squared_l2(10) - squared_l2(5)
    assert Matcher(gallery, 0.2, min_gap=gap - 1e-4).match(on_circle(0))[0].verdict == "match"
    assert Matcher(gallery, 0.2, min_gap=gap + 1e-4).match(on_circle(0))[0].verdict == "ambiguous"


def test_a_runner_up_beyond_the_threshold_makes_nothing_ambiguous() -> None:
    gallery = circle_gallery({"Ada": [-5], "Grace": [10]})
    threshold = (squared_l2(5) + squared_l2(10)) / 2
    match = Matcher(gallery, threshold, min_gap=4).match(on_circle(0))[0]
    assert (match.verdict, match.identity) == ("match", gallery.find("Ada").identity)


def test_two_photos_of_one_person_are_not_rivals() -> None:
    assert Matcher(circle_gallery({"Ada": [0, 0.1]}), 0.2).match(on_circle(0))[0].verdict == "match"


def test_a_tie_goes_to_the_first_when_the_gap_is_off() -> None:
    gallery = circle_gallery({"Grace": [0], "Ada": [0]})
    assert Matcher(gallery, 0.2, min_gap=0).match(on_circle(0))[0].identity == gallery.people[0].identity
    assert Matcher(gallery, 0.2).match(on_circle(0))[0].verdict == "ambiguous"


@pytest.mark.parametrize("rule", RULES)
def test_nobody_to_match(rule: MatchRule) -> None:
    empty = Matcher(Gallery.empty(MODEL, 2), 0.2, rule)
    match = empty.match(on_circle(0))[0]
    assert (match.identity, match.squared_l2, match.threshold, match.nearest) == (None, math.inf, 0.2, None)
    assert match.verdict == "unknown"
    assert empty.distances(on_circle(0, 1)).shape == (2, 0)
    assert empty.match(np.empty((0, 2), np.float32)) == []


@pytest.mark.parametrize("rule", RULES)
def test_people_without_vectors_never_match(rule: MatchRule) -> None:
    none = embeddings(np.empty((0, 2), np.float32))
    only = Gallery.empty(MODEL, 2).add("Ghost", none)
    match = Matcher(only, 4, rule).match(on_circle(0))[0]
    assert (match.verdict, match.nearest, match.squared_l2) == ("unknown", None, math.inf)
    gallery = only.add("Ada", embeddings(on_circle(0))).add("Spook", none)
    match = Matcher(gallery, 4, rule).match(on_circle(10))[0]
    assert match.identity == gallery.find("Ada").identity
    assert (match.runner_up, match.runner_up_squared_l2) == (None, math.inf)


def brute_force(gallery: Gallery, queries: FloatArray, rule: MatchRule) -> np.ndarray:
    """(N, P) in float64, one person and one vector at a time, from the definition ‖a − b‖²."""
    table = np.full((len(queries), len(gallery)), np.inf)
    for column, person in enumerate(gallery.people):
        own = gallery.vectors_of(person).astype(np.float64)
        if not len(own):
            continue
        added, looks = 0.0, math.inf
        if rule in ("centre", "counted_centre"):
            mean, count = own.mean(axis=0, keepdims=True), len(own)
            length = np.linalg.norm(mean)
            own = mean / length
            if rule == "counted_centre":
                looks = 0.94 * 0.085
                photos = gallery.vectors_of(person).astype(np.float64)
                added = min(0.0425 * (1 - 1 / count), 2 * (1 - length**2))
        for row, query in enumerate(queries.astype(np.float64)):
            nearest = sorted(float(((query - vector) ** 2).sum()) for vector in own)
            table[row, column] = np.mean(nearest[:3]) if rule == "k_nearest" else min(4, nearest[0] + added)
            if rule == "counted_centre":
                near = sorted(float(((query - photo) ** 2).sum()) for photo in photos)[:3]
                if np.mean(near) < 0.085:
                    table[row, column] = min(table[row, column], np.mean(near) + looks)
    return table


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "counts", [[1, 2, 3, 4, 5, 6, 0, 3], [70, 1, 0, 33, 32, 33], [5] * 40, [1], list(range(20))], ids=str
)
def test_equal_to_brute_force(rule: MatchRule, counts: list[int]) -> None:
    gallery = random_gallery(counts, dimensions=6, seed=len(counts))
    queries = np.concatenate([random_units(9, 6, seed=99), gallery.vectors[:3]])
    matcher = Matcher(gallery, 0.9, rule, min_gap=0.1)
    expected = brute_force(gallery, queries, rule)
    assert np.allclose(matcher.distances(queries), expected, atol=2e-6)
    for match, row in zip(matcher.match(queries), expected, strict=True):
        first, second = [*np.sort(row), math.inf][:2]
        accepted, rivals = first < 0.9, second < 0.9 and second - first < 0.1
        verdict = "unknown" if not accepted else "ambiguous" if rivals else "match"
        assert match.verdict == verdict
        assert match.nearest == gallery.people[int(row.argmin())].identity
        assert (match.identity == match.nearest) == (verdict == "match")
        assert match.squared_l2 == pytest.approx(first, abs=2e-6)


@pytest.mark.parametrize("rule", RULES)
def test_blocks_change_nothing(rule: MatchRule, monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = random_gallery([3, 0, 8, 2, 3, 40], dimensions=6)
    queries = random_units(25, 6, seed=5)
    matcher = Matcher(gallery, 0.9, rule)
    whole, verdicts = matcher.distances(queries), matcher.match(queries)
    monkeypatch.setattr("facecam.gallery.matching.match._BLOCK_VALUES", 150)  # two or a few rows at a time
    assert np.allclose(matcher.distances(queries), whole, atol=1e-6)
    assert [match.identity for match in matcher.match(queries)] == [match.identity for match in verdicts]


def test_distances_stay_in_range_and_a_vector_is_at_zero_from_itself() -> None:
    """Rows a little off unit length, as low precision makes them, must not leave [0, 4]."""
    vectors = random_units(50, 8) * np.float32(1.0005)
    gallery = Gallery.empty(MODEL, 8).add("Ada", embeddings(vectors))
    matcher = Matcher(gallery, 0.2)
    assert np.all(matcher.distances(vectors) <= 1e-6)
    opposite = matcher.distances(-vectors)
    assert np.all(matcher.distances(vectors) >= 0) and np.all(opposite <= 4)


@pytest.mark.parametrize(
    "vectors",
    [
        on_circle(0).astype(np.float64),
        on_circle(0)[0],
        random_units(1, 3),
        np.zeros((1, 2), np.float32),
        np.full((1, 2), np.nan, np.float32),
    ],
    ids=["float64", "one-dimensional", "3 values", "zero", "nan"],
)
def test_vectors_that_cannot_be_matched(vectors: FloatArray) -> None:
    with pytest.raises(ValueError, match="expected"):
        Matcher(circle_gallery({"Ada": [0]}), 0.2).match(vectors)


@pytest.mark.parametrize("threshold", [-0.1, 5, float("nan")])
def test_impossible_thresholds(threshold: float) -> None:
    with pytest.raises(ConfigError, match="threshold"):
        Matcher(circle_gallery({"Ada": [0]}), threshold)


def test_impossible_rule_and_gap() -> None:
    with pytest.raises(ConfigError, match="rule 'mean'"):
        Matcher(circle_gallery({"Ada": [0]}), 0.2, "mean")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="gap"):
        Matcher(circle_gallery({"Ada": [0]}), 0.2, min_gap=-1)


@pytest.mark.parametrize("rule", RULES)
def test_a_large_gallery_needs_little_memory(rule: MatchRule) -> None:
    """4,000 people × 5 vectors, 400 faces at once: the full table of distances alone would be 32 MB."""
    gallery = random_gallery([5] * 4000, dimensions=32)
    matcher, queries = Matcher(gallery, 0.2, rule), random_units(400, 32, seed=1)
    tracemalloc.start()
    matcher.match(queries)
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert peak_mb < 64


def test_an_offset_is_a_threshold_of_their_own_for_a_person() -> None:
    """Ada at 0° and Eve at 90°; 26° is squared_l2 0.2024 from Ada: with 0.01 taken off it is below 0.2."""
    gallery = circle_gallery({"Ada": [0], "Eve": [90]})
    query, offsets = on_circle(26), np.array([-0.01, 0], np.float32)
    (plain,) = Matcher(gallery, 0.2).match(query)
    (match,) = Matcher(gallery, 0.2, offsets=offsets).match(query)
    assert plain.verdict == "unknown"
    assert match.identity is not None and match.identity.name == "Ada"
    assert match.squared_l2 == pytest.approx(plain.squared_l2), "the distance is what it is"
    assert match.threshold == pytest.approx(0.21) and match.squared_l2 < match.threshold
    assert match.runner_up_squared_l2 == pytest.approx(plain.runner_up_squared_l2)


def test_offsets_decide_who_is_nearest() -> None:
    gallery = circle_gallery({"Ada": [0], "Eve": [20]})
    offsets = np.array([-0.05, 0], np.float32)
    (match,) = Matcher(gallery, 0.2, min_gap=0, offsets=offsets).match(on_circle(11))
    assert match.identity is not None and match.identity.name == "Ada"
