"""Random variations of chips, the same for the same seed. Imports TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from facecam.training.config.options import TrainOptions

Tensor = Any
_BELL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)


def augment(images: Tensor, seed: Tensor, options: TrainOptions) -> Tensor:
    """Mirror, move, turn, darken, lighten, shade, blur, coarsen and hide parts at random.

    Every picture of the batch is varied by itself, and all of it depends on `seed` alone, so that a training
    that is continued sees the pictures it would have seen.

    Args:
        images: float32 (N, S, S, 3), 0…255.
        seed: int64 (2,).
        options: which variations, and how strong.

    Returns:
        float32 (N, S, S, 3), 0…255.
    """
    seeds = tf.random.experimental.stateless_split(seed, 5)
    images = _moved(images, seeds[0], options)
    if options.downscale:
        images = _some(images, seeds[1], options.downscale, lambda some: _coarse(some, seeds[4]))
    if options.blur:
        images = _some(images, seeds[2], options.blur, _blurred)
    images = _lit(images, seeds[3], options)
    if options.gamma or options.side_light:
        images = _shaded(images, seed + 1, options)
    return _erased(images, seed + 2, options.erase) if options.erase else images


def _uniform(seed: Tensor, shape: Any, low: float, high: float) -> Tensor:
    return tf.random.stateless_uniform(shape, seed, low, high)


def _moved(images: Tensor, seed: Tensor, options: TrainOptions) -> Tensor:
    """Mirroring, rotation, zoom and shift in one resampling, the edge continued by its mirror image."""
    count, side = tf.shape(images)[0], tf.cast(tf.shape(images)[1], tf.float32)
    seeds = tf.random.experimental.stateless_split(seed, 4)
    degrees, crop = options.rotation_degrees, options.crop
    angle = _uniform(seeds[0], [count], -degrees, degrees) * (3.14159265 / 180)
    zoom = _uniform(seeds[1], [count], 1 - crop, 1 + crop)
    shift = _uniform(seeds[2], [count, 2], -crop / 2, crop / 2) * side
    mirror = tf.where(_uniform(seeds[3], [count], 0, 1) < (0.5 if options.flip else 0.0), -1.0, 1.0)
    cos, sin = zoom * tf.cos(angle), zoom * tf.sin(angle)
    half = (side - 1) / 2
    # Output (x, y) → input (a·x + b·y + c, d·x + e·y + f), about the middle of the picture.
    a, b, d, e = mirror * cos, -mirror * sin, sin, cos
    c = half + shift[:, 0] - a * half - b * half
    f = half + shift[:, 1] - d * half - e * half
    zero = tf.zeros([count])
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, c, d, e, f, zero, zero], axis=1),
        output_shape=tf.shape(images)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )


def _some(images: Tensor, seed: Tensor, share: float, vary: Callable[[Tensor], Tensor]) -> Tensor:
    """A share of the pictures varied, the rest as they are; only the chosen ones cost time."""
    chosen = tf.where(_uniform(seed, [tf.shape(images)[0]], 0, 1) < share)

    def varied() -> Tensor:
        return tf.tensor_scatter_nd_update(images, chosen, vary(tf.gather_nd(images, chosen)))

    return tf.cond(tf.size(chosen) > 0, varied, lambda: images)


def _coarse(images: Tensor, seed: Tensor) -> Tensor:
    """Made smaller by a factor of 1.5 to 4, the same in one batch, and enlarged again."""
    side = tf.shape(images)[1]
    small = tf.cast(tf.cast(side, tf.float32) / _uniform(seed, [], 1.5, 4.0), tf.int32)
    small = tf.maximum(small, 4)
    return tf.image.resize(tf.image.resize(images, [small, small], method="area"), [side, side])


def _blurred(images: Tensor) -> Tensor:
    """A bell of 1 px: the binomial weights 1, 4, 6, 4, 1 along columns and rows."""
    side = tf.shape(images)[1]
    padded = tf.pad(images, [[0, 0], [2, 2], [2, 2], [0, 0]], "REFLECT")
    columns = tf.add_n([weight * padded[:, at : at + side] for at, weight in enumerate(_BELL)])
    return tf.add_n([weight * columns[:, :, at : at + side] for at, weight in enumerate(_BELL)])


def _lit(images: Tensor, seed: Tensor, options: TrainOptions) -> Tensor:
    factor = _uniform(seed, [tf.shape(images)[0], 1, 1, 1], options.brightness_low, options.brightness_high)
    return tf.clip_by_value(images * factor, 0.0, 255.0)


def _shaded(images: Tensor, seed: Tensor, options: TrainOptions) -> Tensor:
    """Another gamma, and light that comes more from one side."""
    seeds = tf.random.experimental.stateless_split(seed, 2)
    one_each = [tf.shape(images)[0], 1, 1, 1]
    exponent = tf.exp(_uniform(seeds[0], one_each, -options.gamma, options.gamma))
    images = 255 * tf.pow(images / 255, exponent)
    gain = _uniform(seeds[1], [2, *one_each], -options.side_light, options.side_light)
    across, down = _places(images)
    return tf.clip_by_value(images * (1 + gain[0] * across + gain[1] / 2 * down), 0.0, 255.0)


def _erased(images: Tensor, seed: Tensor, share: float) -> Tensor:
    """A square of the picture's mean, in a share of the pictures (Zhong et al., 2020, arXiv:1708.04896).

    Its side is 15 % to 45 % of the picture's, its middle anywhere: what is left must do.
    """
    one_each = [tf.shape(images)[0], 1, 1, 1]
    seeds = tf.random.experimental.stateless_split(seed, 3)
    chosen = _uniform(seeds[0], one_each, 0, 1) < share
    middle = _uniform(seeds[1], [2, *one_each], -1, 1)
    half = _uniform(seeds[2], one_each, 0.15, 0.45)
    across, down = _places(images)
    inside = (tf.abs(across - middle[0]) < half) & (tf.abs(down - middle[1]) < half)
    return tf.where(chosen & inside, tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True), images)


def _places(images: Tensor) -> tuple[Tensor, Tensor]:
    """Where each pixel is, -1 to 1: across (1, 1, S, 1) and down (1, S, 1, 1)."""
    line = tf.linspace(-1.0, 1.0, tf.shape(images)[1])
    return line[None, None, :, None], line[None, :, None, None]
