"""Distances from photos to people. Vectors lie on a circle: squared_l2 of an angle a is 2 − 2·cos a."""

from __future__ import annotations

import math

import numpy as np
import pytest

from facecam.metrics.neighbors import distances_to_people, picture_groups
from tests.gallery.factories import on_circle


def squared_l2(degrees: float) -> float:
    return 2 - 2 * math.cos(math.radians(degrees))


def test_a_photo_is_measured_against_its_persons_other_photos() -> None:
    """Person 0 at 0°, 10°; person 1 at 90°: the photo itself does not count."""
    distances = distances_to_people(on_circle(0, 10, 90), np.array([0, 0, 1]), 2)
    assert distances[0, 0] == pytest.approx(squared_l2(10), abs=1e-5)
    assert distances[0, 1] == pytest.approx(squared_l2(90), abs=1e-5)
    assert distances[2, 1] == np.inf  # a person of one photo


def test_the_three_nearest_are_averaged() -> None:
    """From 0° to 10°, 20°, 30° and 80°: the last is not among the three."""
    distances = distances_to_people(on_circle(0, 10, 20, 30, 80), np.array([0, 1, 1, 1, 1]), 2)
    expected = np.mean([squared_l2(angle) for angle in (10, 20, 30)])
    assert distances[0, 1] == pytest.approx(expected, abs=1e-5)


def test_a_copy_of_the_photo_does_not_count_either() -> None:
    vectors, owners = on_circle(0, 0, 40), np.array([0, 0, 0])
    flattered = distances_to_people(vectors, owners, 1)
    honest = distances_to_people(vectors, owners, 1, pictures=np.array([7, 7, 9]))
    assert flattered[0, 0] == pytest.approx(squared_l2(40) / 2, abs=1e-5)
    assert honest[0, 0] == pytest.approx(squared_l2(40), abs=1e-5)


def test_a_person_without_photos_is_infinitely_far() -> None:
    assert distances_to_people(on_circle(0, 5), np.array([0, 0]), 3)[:, 1:].tolist() == [[np.inf] * 2] * 2


def test_nobody_at_all() -> None:
    assert distances_to_people(np.zeros((0, 2), np.float32), np.zeros(0, np.intp), 0).shape == (0, 0)


def test_blocks_give_what_one_piece_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, owners = on_circle(*range(0, 180, 9)), np.arange(20) % 4
    whole = distances_to_people(vectors, owners, 4)
    monkeypatch.setattr("facecam.metrics.neighbors._BLOCK_VALUES", 60)
    np.testing.assert_allclose(distances_to_people(vectors, owners, 4), whole, atol=1e-6)


def test_fingerprints_that_differ_in_few_bits_share_a_group() -> None:
    """0b111 and 0b1 differ in two bits; the third number in 254."""
    groups = picture_groups([0b111, (1 << 255) - 1, 0b1], most_bits=2)
    assert groups.tolist() == [0, 1, 0]


def test_no_fingerprints() -> None:
    assert picture_groups([], 45).tolist() == []


@pytest.mark.parametrize("block", [1, 700, 8_000_000])
def test_groups_are_those_of_the_first_alike_however_many_are_compared_at_once(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.metrics.neighbors._BLOCK_VALUES", block)
    draw = np.random.default_rng(3)
    prints: list[int] = []
    for _ in range(90):
        like = prints[draw.integers(len(prints))] if prints and draw.random() < 0.7 else draw.bytes(32)
        number = like if isinstance(like, int) else int.from_bytes(like, "big")
        for bit in draw.integers(256, size=draw.integers(30)).tolist():
            number ^= 1 << bit
        prints.append(number)
    expected: list[int] = []
    for row, one in enumerate(prints):
        alike = [other for other in range(row) if (one ^ prints[other]).bit_count() <= 20]
        expected.append(expected[alike[0]] if alike else row)
    assert picture_groups(prints, 20).tolist() == expected and len(set(expected)) < 80
