"""Changes to faces that teacher and student both see: part of the graph, on the device. Imports Keras."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

_TURN_RADIANS, _SCALE, _ASPECT, _SHIFT_SHARE = 0.2, 0.15, 0.06, 0.06
_GAIN, _TINT, _LIFT, _GAMMA = 0.4, 0.1, 30.0, 0.4
_BLUR_PX, _NOISE = 2.5, 12.0
_GROUND_CHANCE = 0.4
_GRAY_CHANCE, _BLUR_CHANCE, _NOISE_CHANCE, _PATCH_CHANCE = 0.1, 0.35, 0.3, 0.25
#: How fast a mixture of two faces may change across the picture, per half side.
_MOST_SLOPE = 8.0
#: How sharp a face stands out from a ground it was put before.
_GROUND_SLOPE = 10.0


class FaceVariations(keras.layers.Layer):
    """Each face mirrored or not, turned, lit, blurred, covered in part, and mixed with another.

    A student that sees only faces as they are learns 12,000 answers by heart; one that is asked what its teacher
    says of pictures nobody took, the same picture for both, learns the function (Beyer et al., 2022,
    arXiv:2106.05237).

    Args:
        count: N, faces per batch.
        side_px: S.
        seed: of chance.
    """

    def __init__(self, count: int, side_px: int, seed: int) -> None:
        super().__init__(dtype="float32", trainable=False, name="changes")
        self._count, self._side_px = count, side_px
        self._seed = keras.random.SeedGenerator(seed)

    def call(self, chips: Any, strength: Any, mixed: Any) -> Any:
        """Changed faces, float32 (N, S, S, 3), RGB 0…255.

        Args:
            chips: uint8 (N, S, S, 3).
            strength: 0…1, of the strongest change of a batch; 0 leaves the faces as they are, but for mirroring.
            mixed: 0…1, the share of faces that are mixed with another.
        """
        chips = ops.reshape(chips, (self._count, self._side_px, self._side_px, 3))
        degree = self._chance(0, 1) * strength  # Many faces are hardly changed: such are what it is for.
        x = self._moved(chips, degree)
        x = self._mixed(self._before_another(x, strength), mixed)
        x = self._lit(x, degree, strength)
        x = self._blurred(x, degree, strength)
        x = self._covered(x, degree, strength)
        return ops.clip(x, 0, 255)

    def _chance(self, low: float, high: float, *shape: int) -> Any:
        return keras.random.uniform((self._count, *(shape or (1,))), low, high, seed=self._seed)

    def _moved(self, chips: Any, degree: Any) -> Any:
        """Similarity transform and mirroring, by bilinear sampling; what is beyond the border repeats it."""
        side, count = self._side_px, self._count
        angle, shift = self._chance(-1, 1) * degree * _TURN_RADIANS, self._chance(-1, 1, 2) * degree
        scale = ops.exp(self._chance(-1, 1) * degree * _SCALE)
        aspect = ops.exp(self._chance(-1, 1) * degree * _ASPECT)
        mirror = ops.where(self._chance(0, 1) < 0.5, -1.0, 1.0)
        shift = shift * _SHIFT_SHARE * side
        rows, columns = (
            one.reshape(1, -1).astype(np.float32) for one in np.indices((side, side)) - (side - 1) / 2
        )
        cos, sin = ops.cos(angle), ops.sin(angle)
        x = mirror * (cos * columns - sin * rows) * scale * aspect + shift[:, :1] + (side - 1) / 2
        y = (sin * columns + cos * rows) * scale / aspect + shift[:, 1:] + (side - 1) / 2
        x, y = ops.clip(x, 0, side - 1), ops.clip(y, 0, side - 1)
        left, top = (ops.minimum(ops.floor(one), side - 2) for one in (x, y))
        right_share, low_share = (x - left)[..., None], (y - top)[..., None]
        first = np.arange(count, dtype=np.int32)[:, None] * side * side
        place = ops.cast(top * side + left, "int32") + first
        pixels = ops.reshape(chips, (count * side * side, 3))

        def at(offset: int) -> Any:
            return ops.cast(ops.take(pixels, place + offset, axis=0), "float32")

        above = at(0) * (1 - right_share) + at(1) * right_share
        below = at(side) * (1 - right_share) + at(side + 1) * right_share
        return ops.reshape(above * (1 - low_share) + below * low_share, (count, side, side, 3))

    def _before_another(self, x: Any, strength: Any) -> Any:
        """Parts of another picture around the face: aligned faces often come with nothing but black there."""
        side = self._side_px
        ground = ops.roll(ops.roll(x, 2, axis=0), (side // 2, side // 2), axis=(1, 2))
        line = np.linspace(-1, 1, side, dtype=np.float32)
        radii = self._chance(0.65, 1.1, 2)
        across = ops.square(line[None, None, :] / radii[:, :1, None])
        down = ops.square(line[None, :, None] / radii[:, 1:, None])
        weight = ops.sigmoid(_GROUND_SLOPE * (1 - across - down))[..., None]
        chosen = self._chance(0, 1, 1, 1, 1) < _GROUND_CHANCE * strength
        return ops.where(chosen, weight * x + (1 - weight) * ground, x)

    def _mixed(self, x: Any, mixed: Any) -> Any:
        """With the face before it in the batch: evenly, or more of one on one side than on the other."""
        share = self._chance(0.02, 0.98)
        direction, slope = self._chance(-np.pi, np.pi), self._chance(-1, 1) * _MOST_SLOPE
        slope = ops.where(slope > 0, slope, 0.0)  # Half of them evenly.
        line = np.linspace(-1, 1, self._side_px, dtype=np.float32)
        columns, rows = line[None, None, :], line[None, :, None]
        across = ops.cos(direction)[..., None] * columns + ops.sin(direction)[..., None] * rows
        weight = ops.sigmoid(ops.log(share / (1 - share))[..., None] + slope[..., None] * across)[..., None]
        weight = ops.where(self._chance(0, 1, 1, 1, 1) < mixed, weight, 1.0)
        return weight * x + (1 - weight) * ops.roll(x, 1, axis=0)

    def _lit(self, x: Any, degree: Any, strength: Any) -> Any:
        """Gamma, contrast, brightness, a cast of color, no color."""
        degree = degree[..., None, None]
        x = 255 * ops.power(
            ops.clip(x / 255, 1e-4, 1), ops.exp(self._chance(-1, 1, 1, 1, 1) * degree * _GAMMA)
        )
        gain = ops.exp((self._chance(-1, 1, 1, 1, 1) * _GAIN + self._chance(-1, 1, 1, 1, 3) * _TINT) * degree)
        x = ops.clip((x - 128) * gain + 128 + self._chance(-1, 1, 1, 1, 1) * degree * _LIFT, 0, 255)
        grey = ops.sum(x * np.array([0.299, 0.587, 0.114], np.float32), axis=-1, keepdims=True)
        return ops.where(self._chance(0, 1, 1, 1, 1) < _GRAY_CHANCE * strength, grey, x)

    def _blurred(self, x: Any, degree: Any, strength: Any) -> Any:
        """By a Gaussian, as one matrix for rows and columns; and grainy."""
        chosen = self._chance(0, 1) < _BLUR_CHANCE * strength
        sigma = 0.1 + ops.where(chosen, self._chance(0, 1) * _BLUR_PX, 0.0)[..., None]
        line = np.arange(self._side_px, dtype=np.float32)
        apart = np.square(line[:, None] - line[None, :])[None]
        matrix = ops.exp(-apart / (2 * ops.square(sigma)))
        matrix = matrix / ops.sum(matrix, axis=-1, keepdims=True)
        x = ops.einsum("nij,njkc->nikc", matrix, x)
        x = ops.einsum("nkl,nilc->nikc", matrix, x)
        chosen = self._chance(0, 1, 1, 1, 1) < _NOISE_CHANCE * strength
        deviation = ops.where(chosen, degree[..., None, None] * _NOISE, 0.0)
        return x + deviation * keras.random.normal(ops.shape(x), seed=self._seed)

    def _covered(self, x: Any, degree: Any, strength: Any) -> Any:
        """A rectangle of one color over some."""
        line = np.linspace(0, 1, self._side_px, dtype=np.float32)[None]
        chosen = self._chance(0, 1) < _PATCH_CHANCE * strength
        half = self._chance(0.03, 0.2, 2) * degree
        middle = self._chance(0, 1, 2)
        rows, columns = (ops.abs(line - middle[:, one : one + 1]) < half[:, one : one + 1] for one in (0, 1))
        covered = ops.logical_and(rows[:, :, None], columns[:, None, :])
        covered = ops.logical_and(covered, chosen[..., None])[..., None]
        return ops.where(covered, self._chance(0, 255, 1, 1, 3), x)


def area_matrix(from_px: int, to_px: int) -> np.ndarray:
    """What makes a line of `to_px` pixels of one of `from_px` by area, float32 (to_px, from_px).

    As OpenCV's INTER_AREA, with which the embedder makes the student's pictures.
    """
    edges = np.arange(to_px + 1) * (from_px / to_px)
    start, end = edges[:-1, None], edges[1:, None]
    pixels = np.arange(from_px)[None]
    shares = np.clip(np.minimum(end, pixels + 1) - np.maximum(start, pixels), 0, None)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)
