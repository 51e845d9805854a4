"""Class losses, centre loss and the terms beside them, against what their formulas say in float64."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from facecam.training.config.options import TrainOptions
from facecam.training.losses.center import ClassCenters
from facecam.training.losses.classification import (
    MARGINS,
    ClassHead,
    arcface_logits,
    cosface_logits,
    cross_entropy,
)
from facecam.training.losses.distances import prelogits_norms
from tests.training import reference

_RNG = np.random.default_rng(0)
_F = _RNG.normal(size=(5, 4))
_VECTORS = _RNG.normal(size=(4, 3))
_LABELS = np.array([0, 2, 1, 1, 0], np.int32)
_PAIR = np.array([0, 0, 2], np.int32)
_FEW = np.array([0, 1, 1, 0, 0], np.int32)


def cosines(f: NDArray[np.float64]) -> NDArray[np.float64]:
    unit = f / np.linalg.norm(f, axis=1, keepdims=True)
    return unit @ (_VECTORS / np.linalg.norm(_VECTORS, axis=0))


def expected_logits(kind: str, f: NDArray[np.float64]) -> NDArray[np.float64]:
    if kind == "softmax":
        return f @ _VECTORS
    logits = cosines(f)
    for row, label in enumerate(_LABELS):
        c = logits[row, label]
        if kind == "cosface":
            logits[row, label] = c - 0.25
        else:
            theta = math.acos(c)
            logits[row, label] = math.cos(theta + 0.5) if theta + 0.5 < math.pi else c - 0.5 * math.sin(0.5)
    return 64 * logits


@pytest.mark.parametrize("kind", ["softmax", "cosface", "arcface"])
class TestHead:
    def test_value_and_gradient(self, kind: Any) -> None:
        head = ClassHead(3, kind)
        x = tf.Variable(_F.astype(np.float32))
        head(x, _LABELS)
        head.vectors.assign(_VECTORS.astype(np.float32))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(cross_entropy(head(x, _LABELS), _LABELS))

        def value(f: NDArray[np.float64]) -> float:
            return reference.cross_entropy(expected_logits(kind, f), _LABELS.tolist())

        assert float(loss) == pytest.approx(value(_F), rel=1e-5)
        slope = reference.finite_gradient(value, _F)
        np.testing.assert_allclose(tape.gradient(loss, x), slope, atol=1e-5 * max(1, np.abs(slope).max()))

    def test_no_photos_give_no_losses(self, kind: Any) -> None:
        head = ClassHead(3, kind)
        assert cross_entropy(head(tf.zeros((0, 4)), np.zeros(0, np.int32)), np.zeros(0, np.int32)).shape == (
            0,
        )


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="softmax, cosface, arcface"):
        ClassHead(3, "sphereface")  # type: ignore[arg-type]


class TestArcface:
    def test_gradient_is_finite_everywhere(self) -> None:
        """Also where a cosine is ±1, or by rounding a little more."""
        values = tf.Variable([[-1.0000001], [-1.0], [-0.9999999], [0.0], [0.9999999], [1.0], [1.0000001]])
        with tf.GradientTape() as tape:
            logits = arcface_logits(values, [0] * 7)
        assert np.isfinite(logits.numpy()).all()
        assert np.isfinite(tape.gradient(logits, values).numpy()).all()

    def test_falls_with_the_angle_all_the_way(self) -> None:
        angles = np.linspace(0.001, math.pi - 0.001, 400)
        logits = arcface_logits(np.cos(angles)[:, None].astype(np.float32), [0] * 400).numpy().ravel()
        assert (np.diff(logits) < 0).all()


def test_cosface_by_hand() -> None:
    """s = 64, m = 0.25: 64·(0.5 − 0.25) at the right class, 64·0.5 at the other."""
    assert cosface_logits([[0.5, 0.5]], [1]).numpy().tolist() == [[32, 16]]


class TestCenters:
    def test_losses_then_update_by_hand(self) -> None:
        """Centres at 0: mean of squares. Class 0 has the mean (2, 2), of which 5 % are taken over."""
        centers, f = ClassCenters(3), np.array([[1.0, 3.0], [3.0, 1.0], [0.0, 4.0]], np.float32)
        losses = centers(f, _PAIR)
        assert losses.numpy().tolist() == [5, 5, 8]
        centers.update(f, _PAIR)
        np.testing.assert_allclose(centers.centers, [[0.1, 0.1], [0, 0], [0, 0.2]], atol=1e-6)
        centers.update(f, _PAIR)
        np.testing.assert_allclose(centers.centers, [[0.195, 0.195], [0, 0], [0, 0.39]], atol=1e-6)

    def test_gradient_goes_to_the_vectors_only(self) -> None:
        centers, f = ClassCenters(2, alfa=0.5), tf.Variable(_F.astype(np.float32))
        centers.build(f.shape)
        centers.update(f, _FEW)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(centers(f, _FEW))
        assert centers.trainable_variables == []
        fixed = centers.centers.numpy().astype(np.float64)

        def value(moved: NDArray[np.float64]) -> float:
            return float(((moved - fixed[_FEW]) ** 2).mean())

        slope = reference.finite_gradient(value, f.numpy().astype(np.float64))
        np.testing.assert_allclose(tape.gradient(loss, f), slope, atol=1e-5)

    def test_an_empty_batch_moves_nothing(self) -> None:
        centers = ClassCenters(2)
        centers.build((None, 2))
        centers.update(tf.zeros((0, 2)), np.zeros(0, np.int32))
        assert (centers.centers.numpy() == 0).all()


class TestTerms:
    def test_prelogits_norms_by_hand(self) -> None:
        f = [[3.0, -4.0], [0.0, 0.0]]
        np.testing.assert_allclose(prelogits_norms(f), [7.0002, 0.0002], rtol=1e-5)
        np.testing.assert_allclose(prelogits_norms(f, 2)[0], math.hypot(3.0001, 4.0001), rtol=1e-6)


def test_the_help_says_the_margins_that_are_taken() -> None:
    helps = {field.name: field.metadata["help"] for field in dataclasses.fields(TrainOptions)}
    words = helps["class_margin"]
    assert f"cosface (default {MARGINS['cosface']};" in words
    assert f"arcface (default {MARGINS['arcface']}," in words
