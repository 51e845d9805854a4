"""Changes to a face that must not change its vector. No TensorFlow here."""

from __future__ import annotations

import cv2
import numpy as np

from facecam.core.types import FloatArray, ImageArray

_TURN_DEGREES, _SCALE_SHARE, _SHIFT_SHARE = 7.0, 0.07, 0.03
_BLUR_CHANCE, _SMALL_CHANCE, _GRAY_CHANCE = 0.15, 0.25, 0.05


def augmented(chip: ImageArray, size_px: int, generator: np.random.Generator) -> ImageArray:
    """A chip turned, scaled and shifted a little, in other light, perhaps blurred, at another size.

    Args:
        chip: uint8 (S, S, 3) RGB; mirrored already if it is to be.
        size_px: side of the result.
        generator: of chance.

    Returns:
        uint8 (size_px, size_px, 3) RGB.
    """
    return _blurred(_lit(_moved(chip, size_px, generator), generator), generator)


def resized(chip: ImageArray, size_px: int) -> ImageArray:
    """A chip at the student's size as the embedder makes it: by area."""
    if chip.shape[0] == size_px:
        return chip
    return np.asarray(cv2.resize(chip, (size_px, size_px), interpolation=cv2.INTER_AREA), np.uint8)


def _moved(chip: ImageArray, size_px: int, generator: np.random.Generator) -> ImageArray:
    side = chip.shape[0]
    angle = generator.uniform(-_TURN_DEGREES, _TURN_DEGREES)
    scale = 1 + generator.uniform(-_SCALE_SHARE, _SCALE_SHARE)
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), angle, scale)
    matrix[:, 2] += generator.uniform(-_SHIFT_SHARE, _SHIFT_SHARE, 2) * side
    turned = cv2.warpAffine(
        chip, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return resized(np.asarray(turned, np.uint8), size_px)


def _lit(chip: ImageArray, generator: np.random.Generator) -> ImageArray:
    """Brightness, contrast, gamma and a cast of colour as one table per channel."""
    gain = np.exp(generator.uniform(-0.3, 0.3)) * np.exp(generator.uniform(-0.06, 0.06, 3))
    gamma = np.exp(generator.uniform(-0.3, 0.3))
    lift = generator.uniform(-20, 20)
    level = 255 * (np.arange(256) / 255) ** gamma
    table: FloatArray = np.clip((level[:, None] - 128) * gain + 128 + lift, 0, 255).astype(np.float32)
    lit = cv2.LUT(chip, np.ascontiguousarray(table.round().astype(np.uint8)[:, None, :]))
    if generator.random() < _GRAY_CHANCE:
        lit = cv2.cvtColor(cv2.cvtColor(lit, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return np.asarray(lit, np.uint8)


def _blurred(chip: ImageArray, generator: np.random.Generator) -> ImageArray:
    side = chip.shape[0]
    chance = generator.random()
    if chance < _BLUR_CHANCE:
        return np.asarray(cv2.GaussianBlur(chip, (0, 0), float(generator.uniform(0.4, 1.2))), np.uint8)
    if chance < _BLUR_CHANCE + _SMALL_CHANCE:
        small = max(8, round(side * generator.uniform(0.35, 0.85)))
        reduced = cv2.resize(chip, (small, small), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(reduced, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)
    return chip
