"""Chips to batches: from memory or from disk alike, varied by seed alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from facecam.training.config.options import TrainOptions
from facecam.training.data import pipeline
from facecam.training.data.augment import augment
from facecam.training.data.pipeline import ChipImages, plain_batches, training_batches
from tests.training.making import people_of

PLAIN = TrainOptions(
    flip=False,
    crop=0.0,
    rotation_degrees=0.0,
    brightness_low=1.0,
    brightness_high=1.0,
    blur=0.0,
    downscale=0.0,
)


@pytest.fixture(scope="module")
def chips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    found = people_of(tmp_path_factory.mktemp("chips"), people=2, photos=3)
    return [sample.chip for samples in found.values() for sample in samples]


def test_a_set_too_large_for_memory_is_read_from_disk_and_is_the_same(
    chips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = np.concatenate([np.asarray(part) for part in plain_batches(ChipImages(chips, 50), 4)])
    monkeypatch.setattr(pipeline, "_MOST_BYTES_IN_MEMORY", 0)
    read = np.concatenate([np.asarray(part) for part in plain_batches(ChipImages(chips, 50), 4)])
    assert kept.shape == (6, 50, 50, 3) and np.abs(kept - read).max() <= 1.0


def test_batches_depend_on_seed_and_step_and_may_begin_in_the_middle(chips: list[Path]) -> None:
    images = ChipImages(chips, 32)
    batches = [
        (np.array([0, 3]), np.array([0, 1])),
        (np.array([5]), np.array([1])),
        (np.array([1, 2, 4]), np.array([0, 0, 1])),
    ]

    def made(first: int, seed: int = 0) -> list[np.ndarray]:
        options = TrainOptions(seed=seed)
        return [
            np.asarray(one[0]) for one in training_batches(images, batches[first:], options, first_step=first)
        ]

    whole, rest = made(0), made(1)
    assert [len(one) for one in whole] == [2, 1, 3]
    assert all(np.array_equal(first, second) for first, second in zip(whole[1:], rest, strict=True))
    assert not np.array_equal(whole[0], made(0, seed=1)[0])
    _, people, rows = next(iter(training_batches(images, batches, PLAIN, first_step=0)))
    assert people.numpy().tolist() == [0, 1] and rows.numpy().tolist() == [0, 3]


def test_the_variations_are_traced_once_not_in_each_epoch(
    chips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    traced = []
    monkeypatch.setattr(pipeline, "augment", lambda pictures, *_: traced.append(pictures) or pictures)
    images, batches = ChipImages(chips, 24), [(np.array([0, 3]), np.array([0, 1]))]
    pipeline._variation.cache_clear()
    for epoch in range(3):
        (batch,) = training_batches(images, batches, TrainOptions(), first_step=epoch)
        assert batch[0].shape == (2, 24, 24, 3)
    pipeline._variation.cache_clear()  # The graph without variations is nobody else's.
    assert len(traced) == 1


def test_nothing_asked_for_changes_nothing() -> None:
    pictures = tf.random.stateless_uniform([3, 24, 24, 3], [0, 0], 0, 255)
    np.testing.assert_allclose(augment(pictures, tf.constant([1, 2], tf.int64), PLAIN), pictures, atol=1e-2)


def test_half_of_the_pictures_are_mirrored_and_light_stays_in_its_bounds() -> None:
    options = TrainOptions(
        crop=0.0, rotation_degrees=0.0, blur=0.0, downscale=0.0, brightness_low=0.5, brightness_high=1.5
    )
    ramp = np.tile(np.linspace(0, 100, 16, dtype=np.float32)[None, :, None], (16, 1, 3))
    made = np.asarray(augment(tf.constant(np.stack([ramp] * 200)), tf.constant([0, 1], tf.int64), options))
    falling = (made[:, 8, 0, 0] > made[:, 8, -1, 0]).mean()
    assert 0.35 < falling < 0.65
    factors = made.max(axis=(1, 2, 3)) / 100
    assert 0.5 <= factors.min() < 0.6 and 1.4 < factors.max() <= 1.5


def test_a_rotation_turns_about_the_middle() -> None:
    """A bright middle stays where it is, whatever the angle."""
    picture = np.zeros((1, 31, 31, 3), np.float32)
    picture[0, 13:18, 13:18] = 200
    options = TrainOptions(
        rotation_degrees=90.0, crop=0.0, brightness_low=1.0, brightness_high=1.0, blur=0.0, downscale=0.0
    )
    for seed in range(5):
        turned = np.asarray(augment(tf.constant(picture), tf.constant([seed, 0], tf.int64), options))[
            0, :, :, 0
        ]
        weights = turned / turned.sum()
        rows, columns = np.mgrid[0:31, 0:31]
        assert abs((weights * rows).sum() - 15) < 0.3 and abs((weights * columns).sum() - 15) < 0.3


def test_side_light_brightens_one_side_and_darkens_the_other() -> None:
    grey = np.full((64, 21, 21, 3), 100, np.float32)
    made = np.asarray(
        augment(tf.constant(grey), tf.constant([3, 0], tf.int64), replace(PLAIN, side_light=0.5))
    )
    left, right, middle = made[:, 10, 0, 0], made[:, 10, -1, 0], made[:, 10, 10, 0]
    np.testing.assert_allclose(left + right, 200, atol=0.1)
    np.testing.assert_allclose(middle, 100, atol=0.1)
    assert 40 < np.abs(left - right).max() <= 100 and (left > right).any() and (left < right).any()


def test_gamma_keeps_black_and_white() -> None:
    ramp = np.tile(np.linspace(0, 255, 16, dtype=np.float32)[None, None, :, None], (64, 16, 1, 3))
    made = np.asarray(augment(tf.constant(ramp), tf.constant([3, 0], tf.int64), replace(PLAIN, gamma=0.5)))
    np.testing.assert_allclose(made[..., [0, -1], :], ramp[..., [0, -1], :], atol=0.01)
    exponents = np.log(made[:, 8, 8, 0] / 255) / np.log(ramp[:, 8, 8, 0] / 255)
    assert exponents.min() == pytest.approx(np.exp(-0.5), rel=0.1)
    assert exponents.max() == pytest.approx(np.exp(0.5), rel=0.1)


def test_a_square_is_erased_from_the_chosen_share() -> None:
    pictures = tf.random.stateless_uniform([200, 32, 32, 3], [0, 0], 0, 255)
    made = np.asarray(augment(pictures, tf.constant([5, 0], tf.int64), replace(PLAIN, erase=0.5)))
    changed = (np.abs(made - pictures) > 1e-2).any(axis=3)
    touched = changed.any(axis=(1, 2))
    assert 0.4 < touched.mean() < 0.6
    for picture, where in zip(made[touched], changed[touched], strict=True):
        rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
        square = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert max(square.shape) <= 0.45 * 32 + 1
        assert np.ptp(square) < 1e-2


def test_as_many_batches_are_made_at_a_time_as_there_are_cores(
    chips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = tf.data.Dataset.map

    def spy(self, function, num_parallel_calls=None, **named):  # type: ignore[no-untyped-def]
        asked.append(num_parallel_calls)
        return real(self, function, num_parallel_calls=num_parallel_calls, **named)

    monkeypatch.setattr(tf.data.Dataset, "map", spy)
    monkeypatch.setattr("facecam.training.data.pipeline.os.cpu_count", lambda: 16)
    images, batches = ChipImages(chips, 32), [(np.array([0, 3]), np.array([0, 1]))]
    for options in (TrainOptions(), TrainOptions(threads=3)):
        made = training_batches(images, batches, options, first_step=0)
        threading = made.options().threading
        # Each call on a thread of its own: more threads in it would only wait for each other.
        assert len(list(made)) == 1 and threading.max_intra_op_parallelism == 1
        assert threading.private_threadpool_size == asked[-1]
    assert asked == [16, 3]
