"""Copies of a picture are recognised, other pictures are not taken for copies."""

from __future__ import annotations

import io
import itertools

import cv2
import numpy as np
import pytest
from PIL import Image

from facecam.core.types import ImageArray
from facecam.vision.images.fingerprint import SAME_PICTURE_BITS, fingerprint, is_same_picture


def jpeg(image: ImageArray, quality: int) -> ImageArray:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def resized(image: ImageArray, factor: float) -> ImageArray:
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("frequency", [1, 3, 7, 15])
def test_the_bit_of_a_pure_wave_is_set(frequency: int) -> None:
    """64×64 px of 127 + 100·cos(π·(2x+1)·k/128) is one basis picture of the transform: bit k of row 0."""
    x = np.arange(64)
    row = 127 + 100 * np.cos(np.pi * (2 * x + 1) * frequency / 128)
    image = np.repeat(np.tile(np.rint(row).astype(np.uint8), (64, 1))[:, :, None], 3, axis=2)
    assert f"{fingerprint(image):0256b}"[frequency - 1] == "1"


def test_a_flat_picture_has_no_bit_set() -> None:
    assert fingerprint(np.full((20, 30, 3), 99, np.uint8)) == 0


def test_it_has_256_bits_whatever_the_size() -> None:
    generator = np.random.default_rng(3)
    for height, width in ((1, 1), (1, 500), (500, 1), (17, 16), (333, 777)):
        bits = fingerprint(generator.integers(0, 256, (height, width, 3), np.uint8))
        assert 0 <= bits < 2**256


@pytest.mark.parametrize("quality", [30, 60, 90])
def test_a_copy_of_another_jpeg_quality_is_the_same(portraits: dict[str, ImageArray], quality: int) -> None:
    for image in portraits.values():
        assert is_same_picture(fingerprint(image), fingerprint(jpeg(image, quality)))


@pytest.mark.parametrize("factor", [0.25, 0.5, 0.77])
def test_a_smaller_copy_is_the_same(portraits: dict[str, ImageArray], factor: float) -> None:
    for image in portraits.values():
        assert is_same_picture(fingerprint(image), fingerprint(jpeg(resized(image, factor), 75)))


def test_other_pictures_are_others(portraits: dict[str, ImageArray]) -> None:
    for first, second in itertools.combinations(portraits.values(), 2):
        assert not is_same_picture(fingerprint(first), fingerprint(second))


def test_mirrored_turned_and_cropped_pictures_are_others(portraits: dict[str, ImageArray]) -> None:
    for image in portraits.values():
        height, width = image.shape[:2]
        for other in (image[:, ::-1], image[::-1], image[height // 5 :, : width - width // 5]):
            assert not is_same_picture(fingerprint(image), fingerprint(np.ascontiguousarray(other)))


def test_the_limit_is_part_of_the_same() -> None:
    assert is_same_picture(0, 2**SAME_PICTURE_BITS - 1)
    assert not is_same_picture(0, 2 ** (SAME_PICTURE_BITS + 1) - 1)
    assert is_same_picture(2**255, 2**255)
