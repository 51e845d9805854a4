"""Training a head on made-up people: clusters on a sphere, of known spread."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from facecam.core.errors import TrainingError
from facecam.core.events import Cancelled, CancelToken, Event, Metrics, Notice, Progress
from facecam.core.types import FloatArray
from facecam.metrics.rates import Scores, area_under_roc, squared_distances
from facecam.training.head.centers import find_centers, robust_weights
from facecam.training.head.choice import CANDIDATES, CAUTIOUS, NOTHING, Strength, choose_strength
from facecam.training.head.fit import MOST_CODE_VALUES, HeadOptions, fit_head, identity_codes
from facecam.training.head.head import Head
from facecam.training.head.score import log_roc

DIMENSIONS = 32


def faces(
    people: int, photos: int, *, spread: float = 0.5, alike: float = 1.2, seed: int = 0, draw: int = 0
) -> tuple[FloatArray, NDArray[np.intp]]:
    """Unit vectors and owners: `people` directions around a common one, `photos` of each around its own.

    Args:
        people: how many.
        photos: of each.
        spread: of the photos of a person, relative to the distance between people.
        alike: length of the direction all share, as face networks have it.
        seed: of the people.
        draw: of the photos; another draw gives new photos of the same people.
    """
    directions = np.random.default_rng(seed).normal(size=(people, DIMENSIONS)) / np.sqrt(DIMENSIONS)
    directions[:, 0] += alike
    noise = np.random.default_rng((seed, draw, 1)).normal(size=(people, photos, DIMENSIONS))
    vectors = (directions[:, None] + spread * noise / np.sqrt(DIMENSIONS)).reshape(-1, DIMENSIONS)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors, np.float32), np.repeat(np.arange(people), photos)


def scores(vectors: FloatArray, owners: NDArray[np.intp]) -> Scores:
    first, second = np.triu_indices(len(owners), k=1)
    return Scores.of(squared_distances(vectors, first, second), owners[first] == owners[second])


def merit(vectors: FloatArray, owners: NDArray[np.intp]) -> float:
    found = scores(vectors, owners)
    value = log_roc(found.same, found.different)
    assert value is not None
    return value


class TestGain:
    def test_new_photos_of_known_people_are_told_apart_better(self) -> None:
        vectors, owners = faces(20, 8, spread=0.7)
        fresh, fresh_owners = faces(20, 8, spread=0.7, draw=1)
        head = fit_head(vectors, None, owners)
        assert head.gain > 0
        assert merit(head.apply(fresh), fresh_owners) > merit(fresh, fresh_owners) + 0.02

    def test_strangers_lose_nothing_to_speak_of(self) -> None:
        head = fit_head(*_without_mirror(faces(20, 8, spread=0.7)))
        strangers, owners = faces(30, 5, spread=0.7, seed=7)
        before, after = scores(strangers, owners), scores(head.apply(strangers), owners)
        assert area_under_roc(after) > area_under_roc(before) - 0.005

    def test_wrong_labels_do_not_undo_it(self) -> None:
        vectors, owners = faces(20, 8, spread=0.7)
        noisy = owners.copy()
        wrong = np.random.default_rng(3).choice(len(owners), len(owners) // 10, replace=False)
        noisy[wrong] = (noisy[wrong] + 1 + wrong % 7) % 20
        fresh, fresh_owners = faces(20, 8, spread=0.7, draw=1)
        head = fit_head(vectors, None, noisy)
        assert merit(head.apply(fresh), fresh_owners) > merit(fresh, fresh_owners)

    def test_three_people_with_five_photos_get_a_cautious_head(self) -> None:
        vectors, owners = faces(3, 5)
        head = fit_head(vectors, vectors, owners)
        assert head.gain == CAUTIOUS.gain and head.centers.shape == (3, DIMENSIONS)
        fresh, fresh_owners = faces(3, 5, draw=1)
        before, after = scores(fresh, fresh_owners), scores(head.apply(fresh), fresh_owners)
        assert area_under_roc(after) >= area_under_roc(before)

    def test_a_thousand_people_get_codes_of_64_values(self) -> None:
        vectors, owners = faces(1000, 2)
        head = fit_head(vectors, None, owners, HeadOptions(strength=Strength(0.1, 4.0, 0.3)))
        assert head.codes.shape == (1000, MOST_CODE_VALUES)
        assert head.apply(vectors).shape == (2000, DIMENSIONS + MOST_CODE_VALUES)

    def test_same_seed_same_head(self) -> None:
        vectors, owners = faces(10, 6, spread=0.7)
        first, second = (fit_head(vectors, None, owners, HeadOptions(seed=5)) for _ in range(2))
        assert np.array_equal(first.centers, second.centers)
        assert (first.similarity, first.sharpness, first.gain) == (
            second.similarity,
            second.sharpness,
            second.gain,
        )

    def test_names_serve_as_labels(self) -> None:
        vectors, owners = faces(4, 5)
        names = np.array(["Zoë", "../x", "李", "🙂"])[owners]
        assert len(fit_head(vectors, None, names).centers) == 4


class TestNothingToGain:
    def test_people_already_apart_keep_their_vectors_and_it_is_said(self) -> None:
        vectors, owners = faces(10, 6, spread=0.05, alike=0.0)
        events: list[Event] = []
        head = fit_head(vectors, None, owners, on_event=events.append)
        assert head.is_identity
        assert [type(event) for event in events].count(Notice) == 1

    def test_one_photo_each(self) -> None:
        vectors, owners = faces(5, 1)
        events: list[Event] = []
        assert fit_head(vectors, None, owners, on_event=events.append).is_identity
        assert any(isinstance(event, Notice) and "one photo" in event.text for event in events)

    def test_one_person(self) -> None:
        vectors, _ = faces(1, 5)
        with pytest.raises(TrainingError, match="one person"):
            fit_head(vectors, None, np.zeros(5, np.intp))

    def test_labels_and_vectors_belong_together(self) -> None:
        vectors, owners = faces(3, 3)
        with pytest.raises(ValueError, match="a label for each vector"):
            fit_head(vectors, None, owners[1:])
        with pytest.raises(ValueError, match="expected mirrored"):
            fit_head(vectors, vectors[1:], owners)


class TestEvents:
    def test_progress_ends_at_its_total_and_numbers_are_told(self) -> None:
        events: list[Event] = []
        fit_head(*_without_mirror(faces(10, 6, spread=0.7)), on_event=events.append)
        steps = [event for event in events if isinstance(event, Progress)]
        assert [step.done for step in steps] == list(range(steps[0].total + 1))
        numbers = [event for event in events if isinstance(event, Metrics)]
        assert set(numbers[0].values) == {"gain", "similarity", "sharpness", "doubtful"}

    def test_stop_is_honoured(self) -> None:
        cancel = CancelToken()
        cancel.cancel()
        with pytest.raises(Cancelled):
            fit_head(*_without_mirror(faces(10, 6)), cancel=cancel)


class TestCenters:
    def test_a_wrong_photo_moves_the_center_little(self) -> None:
        """Nine photos of one direction, one of another at right angles: the plain mean is 6.3° off."""
        vectors = np.tile([1.0, 0.0], (10, 1))
        vectors[9] = [0.0, 1.0]
        mean = robust_weights(vectors) @ vectors
        assert np.degrees(np.arctan2(mean[1], mean[0])) < 0.1

    def test_own_similarity_leaves_the_photo_out(self) -> None:
        """Two photos at 60°: each one's centre without itself is the other, cosine 0.5."""
        vectors = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)], [0.0, -1.0]], np.float32)
        centers = find_centers(vectors, None, np.array([0, 0, 1]))
        assert centers.own[:2] == pytest.approx([0.5, 0.5], abs=1e-6)
        assert np.isnan(centers.own[2])
        assert not centers.trusted[2]

    def test_a_mislabeled_photo_is_not_trusted(self) -> None:
        vectors, owners = faces(6, 8, spread=0.3)
        owners[3] = 1
        centers = find_centers(vectors, vectors, owners)
        assert not centers.trusted[3] and centers.trusted.sum() == len(owners) - 1


class TestChoice:
    def test_few_people_get_the_cautious_strength(self) -> None:
        vectors, owners = faces(7, 6)
        chosen = choose_strength(vectors, None, owners, seed=0, on_event=[].append, cancel=CancelToken())
        assert chosen == CAUTIOUS

    def test_noise_gets_nothing(self) -> None:
        """Labels without meaning: no candidate can gain."""
        vectors, owners = faces(10, 6, spread=3.0)
        owners = np.random.default_rng(0).permutation(owners)
        chosen = choose_strength(vectors, None, owners, seed=0, on_event=[].append, cancel=CancelToken())
        assert chosen == NOTHING == CANDIDATES[0]

    def test_codes_are_unit_and_nearly_at_right_angles(self) -> None:
        assert np.array_equal(identity_codes(5, 0), np.eye(5))
        codes = identity_codes(500, 0)
        cosines = codes @ codes.T - np.eye(500)
        assert np.linalg.norm(codes, axis=1) == pytest.approx(np.ones(500))
        assert np.abs(cosines).max() < 0.7 and cosines.std() == pytest.approx(0.125, abs=0.01)


class TestScore:
    def test_all_same_pairs_closer_is_one(self) -> None:
        assert log_roc(np.full(10, 0.1), np.linspace(1, 2, 5000)) == 1.0

    def test_all_same_pairs_farther_is_zero(self) -> None:
        assert log_roc(np.full(10, 3.0), np.linspace(1, 2, 5000)) == 0.0

    def test_half_way_on_the_log_scale(self) -> None:
        """Different pairs uniform on 0…1, same pairs at 0.01: accepted at rates above 0.01, half of them."""
        assert log_roc(np.full(10, 0.01), np.linspace(0, 1, 100_001)) == pytest.approx(0.5, abs=0.03)

    def test_too_few_pairs_say_nothing(self) -> None:
        assert log_roc(np.full(10, 0.1), np.ones(20)) is None
        assert log_roc(np.zeros(0), np.ones(5000)) is None


def _without_mirror(
    made: tuple[FloatArray, NDArray[np.intp]],
) -> tuple[FloatArray, None, NDArray[np.intp]]:
    return made[0], None, made[1]


def test_head_type_is_what_the_engine_saves() -> None:
    assert isinstance(fit_head(*_without_mirror(faces(3, 3))), Head)
