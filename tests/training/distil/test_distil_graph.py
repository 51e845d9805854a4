"""What is in the graph of a distillation: changes to faces, the loss."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from keras import ops

from facecam.core.types import FloatArray, ImageArray
from facecam.training.distil.changes import FaceVariations, area_matrix
from facecam.training.distil.distiller import distance, error_and_variance

_COUNT = 24


@pytest.fixture
def chips() -> ImageArray:
    """Faces that are bright on the left, each of a brightness of its own."""
    chips = np.zeros((_COUNT, 150, 150, 3), np.uint8)
    for index in range(_COUNT):
        chips[index, :, :75] = 100 + 5 * index
    return chips


def changed(chips: ImageArray, strength: float, mixed: float, seed: int = 1) -> FloatArray:
    layer = FaceVariations(_COUNT, 150, seed)
    return np.asarray(layer(chips, ops.convert_to_tensor(strength), ops.convert_to_tensor(mixed)))


def test_without_strength_faces_are_as_they_are_or_mirrored(chips: ImageArray) -> None:
    made = changed(chips, 0.0, 0.0)
    same = np.abs(made - chips).max(axis=(1, 2, 3)) < 0.5
    mirrored = np.abs(made - chips[:, :, ::-1]).max(axis=(1, 2, 3)) < 0.5
    assert (same ^ mirrored).all() and 4 < same.sum() < 20


def test_changed_faces_differ_from_each_other_and_stay_pictures(chips: ImageArray) -> None:
    chips[:] = chips[0]
    made = changed(chips, 1.0, 0.0)
    assert made.shape == chips.shape and made.min() >= 0 and made.max() <= 255
    assert len({one.tobytes() for one in made}) == _COUNT
    np.testing.assert_array_equal(made, changed(chips, 1.0, 0.0))
    assert np.abs(made - changed(chips, 1.0, 0.0, seed=2)).max() > 1


def test_a_mixture_is_of_a_face_and_the_one_before_it(chips: ImageArray) -> None:
    """Faces of one colour each: what is made lies between the two."""
    chips[:] = np.arange(_COUNT, dtype=np.uint8)[:, None, None, None] * 10
    made = changed(chips, 0.0, 1.0)
    own = chips[:, 0, 0, 0].astype(float)
    both = np.stack([own, np.roll(own, 1)])
    assert (made.min(axis=(1, 2, 3)) >= both.min(axis=0) - 0.01).all()
    assert (made.max(axis=(1, 2, 3)) <= both.max(axis=0) + 0.01).all()
    assert (np.abs(made.mean(axis=(1, 2, 3)) - own) > 0.1).all()
    uneven = np.ptp(made, axis=(1, 2, 3)) > 0.5
    assert 4 < uneven.sum() < 20  # the others are mixed evenly


def test_the_students_picture_is_that_of_the_embedder() -> None:
    chip = np.random.default_rng(0).integers(0, 256, (150, 150, 3)).astype(np.uint8)
    matrix = area_matrix(150, 112)
    made = np.einsum("ij,jkc->ikc", matrix, chip.astype(np.float32))
    made = np.einsum("kl,ilc->ikc", matrix, made)
    assert np.abs(made - cv2.resize(chip, (112, 112), interpolation=cv2.INTER_AREA)).max() <= 0.51


_TEACHER = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], np.float32)


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        (_TEACHER, 0.0),
        (0 * _TEACHER, 2.0),  # Always the mean: all of the variance, and no direction at all.
        (-_TEACHER, 6.0),  # Twice as far away, so four times the variance; the opposite direction.
        (np.roll(_TEACHER, 1, axis=0), 3.0),  # √2 away; at right angles.
    ],
    ids=["same", "mean", "opposite", "turned"],
)
def test_the_loss_is_a_share_of_what_a_student_gets_that_knows_nothing(
    student: FloatArray, expected: float
) -> None:
    """The length of the teacher's vectors does not count: only unit vectors are used."""
    assert float(distance(ops.convert_to_tensor(student), 3 * _TEACHER)) == pytest.approx(expected, abs=1e-4)


def test_the_judge_sees_unit_vectors() -> None:
    assert error_and_variance(5 * _TEACHER, 2 * _TEACHER) == pytest.approx((0, 1))
    assert error_and_variance(-5 * _TEACHER, 2 * _TEACHER) == pytest.approx((4, 1))
