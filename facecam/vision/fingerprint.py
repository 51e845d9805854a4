"""Telling that two pictures are the same one, saved twice."""

from __future__ import annotations

import cv2
import numpy as np

from facecam.core.types import ImageArray

#: Bits of 256 in which two copies of one picture may differ (other size, other JPEG quality).
SAME_PICTURE_BITS = 10


def fingerprint(image: ImageArray) -> int:
    """A 256-bit difference hash: whether each cell of a 17×16 grey picture is brighter than the next.

    Args:
        image: uint8 (H, W, 3) RGB.
    """
    grey = cv2.cvtColor(cv2.resize(image, (17, 16), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    bits = (grey[:, 1:] > grey[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def is_same_picture(first: int, second: int) -> bool:
    """Whether two fingerprints belong to one picture."""
    return (first ^ second).bit_count() <= SAME_PICTURE_BITS
