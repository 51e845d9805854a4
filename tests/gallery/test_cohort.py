"""Cohorts: mixtures as files, shifts against plain loops, and what a matcher makes of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from facecam.core.types import Embeddings, FloatArray
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.matching.centers import SPREAD
from facecam.gallery.matching.cohort import BadMixture, Cohort, Mixture, mixture_bytes, parse_mixture
from facecam.gallery.matching.distances import RULE_IN_USE
from facecam.gallery.matching.match import Matcher
from facecam.gallery.matching.neighbors import NeighborIndex

DIMENSIONS = 8


def unit(values: np.ndarray) -> FloatArray:
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True), np.float32)


def drawn(count: int, seed: int) -> FloatArray:
    """Vectors that crowd around one direction, as faces do."""
    noise = np.random.default_rng(seed).standard_normal((count, DIMENSIONS)) * 0.3
    return unit(noise + np.eye(DIMENSIONS)[0])


def a_mixture(seed: int = 0) -> Mixture:
    generator = np.random.default_rng(seed)
    factors = np.tril(generator.normal(0, 0.05, (3, DIMENSIONS, DIMENSIONS))) + 0.1 * np.eye(DIMENSIONS)
    means = drawn(3, seed).astype(np.float32)
    return Mixture(np.array([0.5, 0.3, 0.2]), means, factors.astype(np.float32))


def a_gallery(seed: int = 3, people: int = 6) -> Gallery:
    generator = np.random.default_rng(seed)
    counts = [1, 2, 3, 5, 4, 1][:people]
    owners = np.repeat(np.arange(people, dtype=np.int32), counts)
    centers = drawn(people, seed)
    vectors = unit(centers[owners] + generator.normal(0, 0.05, (len(owners), DIMENSIONS)))
    return Gallery("m@1", tuple(Person.new(f"p{one}") for one in range(people)), vectors, owners)


@pytest.fixture
def cohort() -> Cohort:
    return Cohort(drawn(300, 7), 20, 0.2)


def shift_by_hand(vector: FloatArray, cohort: Cohort) -> float:
    nearest = sorted((float(vector @ other) for other in cohort.vectors), reverse=True)[: cohort.nearest]
    return 2 * cohort.weight * (sum(nearest) / len(nearest) - cohort.usual)


# ---------------------------------------------------------------------- the mixture


def test_a_mixture_survives_its_file_to_half_precision() -> None:
    mixture = a_mixture()
    again = parse_mixture(mixture_bytes(mixture))
    assert np.allclose(again.means, mixture.means, atol=1e-3)
    assert np.allclose(again.factors, mixture.factors, atol=1e-3)
    assert again.shares.sum() == pytest.approx(1) and np.allclose(again.shares, mixture.shares, atol=1e-3)
    assert mixture_bytes(again) == mixture_bytes(mixture)


def test_samples_are_unit_the_same_each_time_and_have_the_means_of_the_mixture() -> None:
    mixture = a_mixture()
    one, other = mixture.sample(6000, 1), mixture.sample(6000, 1)
    assert one.dtype == np.float32 and one.shape == (6000, DIMENSIONS) and (one == other).all()
    assert np.allclose(np.linalg.norm(one, axis=1), 1, atol=1e-5)
    assert (mixture.sample(6000, 2) != one).any()
    # The first half belongs to the component whose share is a half.
    assert np.allclose(unit(one[:3000].mean(axis=0)), unit(mixture.means[0]), atol=0.05)


def test_every_component_has_its_share_of_a_small_sample() -> None:
    tight = replace(a_mixture(), factors=np.zeros((3, DIMENSIONS, DIMENSIONS), np.float32))
    sample = tight.sample(10, 0)
    nearest = (sample @ unit(tight.means).T).argmax(axis=1)
    assert np.bincount(nearest).tolist() == [5, 3, 2]


def broken(content: bytes) -> bytes:
    """Its first array does not unpack any more."""
    start = zipfile.ZipFile(io.BytesIO(content)).infolist()[0]
    at = start.header_offset + 30 + len(start.filename)
    return content[:at] + b"\xff" * 4 + content[at + 4 :]


def rewritten(change: Callable[[dict[str, np.ndarray]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(mixture_bytes(a_mixture()))) as archive:
        arrays = {name[:-4]: np.load(io.BytesIO(archive.read(name))) for name in archive.namelist()}
    change(arrays)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, value in arrays.items():
            content = io.BytesIO()
            np.save(content, value)
            archive.writestr(f"{name}.npy", content.getvalue())
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no zip file at all",
        mixture_bytes(a_mixture())[:200],
        rewritten(lambda arrays: arrays.pop("means")),
        rewritten(lambda arrays: arrays.update(means=arrays["means"][:2])),
        rewritten(lambda arrays: arrays.update(means=np.full_like(arrays["means"], np.nan))),
        rewritten(lambda arrays: arrays.update(factors=arrays["factors"][:, :-1])),
        rewritten(lambda arrays: arrays.update(shares=-arrays["shares"])),
        rewritten(lambda arrays: arrays.update(shares=np.array(["a", "b", "c"]))),
        rewritten(lambda arrays: arrays.update(shares=np.array(3.0))),
        # Its covariances would take gigabytes.
        rewritten(lambda arrays: arrays.update(means=np.zeros((3, 60_000), np.float16))),
        broken(mixture_bytes(a_mixture())),
    ],
)
def test_what_is_no_mixture_is_refused(content: bytes) -> None:
    with pytest.raises(BadMixture):
        parse_mixture(content)


# ---------------------------------------------------------------------- shifts


def test_shifts_are_those_of_a_plain_loop(cohort: Cohort) -> None:
    vectors = drawn(15, 1)
    wanted = [shift_by_hand(vector, cohort) for vector in vectors]
    assert np.allclose(cohort.shifts(vectors), wanted, atol=1e-6)
    assert np.allclose(cohort.shifts(vectors[::-1]), wanted[::-1], atol=1e-6)  # from memory


def test_the_cohort_itself_is_shifted_by_nothing_on_average(cohort: Cohort) -> None:
    others = [
        np.sort(np.delete(cohort.vectors @ vector, row))[-cohort.nearest :].mean()
        for row, vector in enumerate(cohort.vectors)
    ]
    assert cohort.usual == pytest.approx(float(np.mean(others)), abs=1e-5)


def test_faces_like_everybody_are_put_farther_away(cohort: Cohort) -> None:
    common, rare = unit(np.eye(DIMENSIONS)[0]), unit(np.eye(DIMENSIONS)[0] + 3 * np.eye(DIMENSIONS)[1])
    shifts = cohort.shifts(np.stack([common, rare]))
    assert shifts[0] > 0 > shifts[1]


def test_no_vectors_have_no_shifts_and_nonsense_is_refused() -> None:
    vectors = drawn(30, 2)
    assert Cohort(vectors, 5, 0.2).shifts(vectors[:0]).shape == (0,)
    assert not Cohort(vectors, 5, 0.0).shifts(vectors).any()
    for nearest, weight in ((0, 0.2), (30, 0.2), (5, -0.1), (5, 1.1)):
        with pytest.raises(ValueError, match="expected"):
            Cohort(vectors, nearest, weight)


def test_another_cohort_or_use_of_it_has_another_name() -> None:
    vectors = drawn(30, 2)
    names = {Cohort(vectors, 5, 0.2).name, Cohort(vectors, 6, 0.2).name, Cohort(vectors, 5, 0.3).name}
    assert len({*names, Cohort(drawn(30, 3), 5, 0.2).name}) == 4
    assert Cohort(vectors, 5, 0.2).name in names


# ---------------------------------------------------------------------- matching by scores


def test_scores_are_distances_and_both_shifts(cohort: Cohort) -> None:
    gallery, queries = a_gallery(), drawn(9, 4)
    plain = Matcher(gallery, 0.2, "centre")
    scored = Matcher(gallery, 0.2, "centre", cohort=cohort)
    for row, query in enumerate(queries):
        for person in range(len(gallery)):
            center = unit(gallery.vectors[gallery.owners == person].mean(axis=0))
            wanted = float(plain.distances(queries)[row, person])
            wanted += shift_by_hand(query, cohort) + shift_by_hand(center, cohort)
            assert scored.scores(queries)[row, person] == pytest.approx(wanted, abs=1e-5)
    assert np.array_equal(scored.distances(queries), plain.distances(queries))
    assert np.array_equal(plain.scores(queries), plain.distances(queries))


@pytest.mark.parametrize("rule", ["nearest", "k_nearest", "centre", RULE_IN_USE])
def test_matches_go_by_scores_and_both_pairs_of_numbers_agree(cohort: Cohort, rule: str) -> None:
    gallery, queries = a_gallery(), np.concatenate([drawn(40, 5), a_gallery().vectors])
    matcher = Matcher(gallery, 0.3, rule, cohort=cohort, match_threshold=0.1)  # type: ignore[arg-type]
    scores, distances = matcher.scores(queries), matcher.distances(queries)
    named = 0
    for row, match in enumerate(matcher.match(queries)):
        nearest = int(scores[row].argmin())
        assert match.nearest == gallery.identities[nearest]
        assert match.match_score == match.score == pytest.approx(float(scores[row, nearest]), abs=1e-6)
        assert match.squared_l2 == pytest.approx(float(distances[row, nearest]), abs=1e-6)
        assert match.match_threshold == 0.1
        assert (match.verdict == "unknown") == (not match.score < 0.1)
        if 0 < match.threshold < 4:
            assert (match.squared_l2 < match.threshold) == (match.score < 0.1)
        second = np.sort(scores[row])[1]
        assert (match.verdict == "ambiguous") == (second < 0.1 and second - match.score < matcher.min_gap)
        named += match.identity is not None
    assert 0 < named < len(queries)


def test_a_threshold_by_hand_is_one_of_distances_and_the_scores_come_back(cohort: Cohort) -> None:
    gallery, queries = a_gallery(), drawn(30, 6)
    scored = Matcher(gallery, 0.2, RULE_IN_USE, cohort=cohort, match_threshold=0.1)
    by_hand = scored.with_threshold(0.3)
    assert by_hand.match(queries) == Matcher(gallery, 0.3, RULE_IN_USE).match(queries)
    assert all(match.match_score is None and match.threshold == 0.3 for match in by_hand.match(queries))
    assert by_hand.with_threshold(0.2, 0.1).match(queries) == scored.match(queries)
    # Without a cohort there are no scores to come back to.
    assert Matcher(gallery, 0.2).with_threshold(0.3, 0.1).match_threshold is None


def test_one_person_has_no_runner_up_and_an_empty_gallery_nobody(cohort: Cohort) -> None:
    alone = Matcher(a_gallery(people=1), 0.2, cohort=cohort).match(drawn(2, 1))[0]
    assert alone.nearest is not None and alone.runner_up is None
    assert alone.runner_up_squared_l2 == float("inf")
    nobody = Matcher(Gallery.empty("m@1", DIMENSIONS), 0.2, cohort=cohort).match(drawn(2, 1))
    assert all(one.nearest is None and one.score == float("inf") for one in nobody)


def test_people_whose_vectors_cancel_out_stay_infinitely_far(cohort: Cohort) -> None:
    vector = drawn(1, 8)
    owners = np.zeros(2, np.int32)
    gallery = Gallery("m@1", (Person.new("nowhere"),), np.concatenate([vector, -vector]), owners)
    matcher = Matcher(gallery, 0.2, "centre", cohort=cohort)
    assert np.isinf(matcher.scores(vector)).all()
    assert matcher.match(vector)[0].nearest is None


def test_rejections_hold_for_scores_too(cohort: Cohort) -> None:
    gallery = a_gallery()
    probe = gallery.vectors[:1]
    strict = Matcher(gallery, 0.2, "centre", cohort=cohort, match_threshold=1.0, min_gap=0)
    assert strict.match(probe)[0].nearest == gallery.identities[0]
    look = unit(probe + 0.01 * np.eye(DIMENSIONS)[1:2])
    rejected = gallery.reject("p0", Embeddings(look, "m@1"))
    matcher = Matcher(rejected, 0.2, "centre", cohort=cohort, match_threshold=1.0, min_gap=0)
    assert matcher.distances(look)[0].argmin() == 0 and strict.match(look)[0].nearest == gallery.identities[0]
    # Nearer to the face that was said not to be them than to them: somebody else is asked, or nobody.
    other = matcher.match(look)[0]
    assert other.nearest == gallery.identities[int(strict.scores(look)[0].argsort()[1])]
    # Their own photo is farther from that face than from them.
    assert matcher.match(probe)[0].nearest == gallery.identities[0]


def test_the_index_finds_the_same_scores_for_people_near_by(cohort: Cohort) -> None:
    gallery, queries = a_gallery(), drawn(5, 9)
    index = NeighborIndex(np.asarray(gallery.vectors))
    index.build()
    near = Matcher(gallery, 0.2, RULE_IN_USE, index=index, spread=SPREAD, cohort=cohort).scores(queries)
    everybody = Matcher(gallery, 0.2, RULE_IN_USE, spread=SPREAD, cohort=cohort).scores(queries)
    assert np.isfinite(near).any() and np.allclose(near[np.isfinite(near)], everybody[np.isfinite(near)])
