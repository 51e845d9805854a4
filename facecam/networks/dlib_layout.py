"""What is known of dlib's two networks beside the weights in their files."""

from __future__ import annotations

from typing import Final

#: Mean of each of R, G, B (0…255) that dlib subtracts, and the divisor.
MEAN_RGB: Final = (122.782, 117.001, 104.298)
SCALE: Final = 256.0

#: The face recognition ResNet: side of its chips, px, and length of its vectors.
CHIP_PX: Final = 150
DIMENSIONS: Final = 128
#: Its blocks from the input: filters, whether the block halves the resolution.
BLOCKS: Final = (
    *[(32, False)] * 3,
    (64, True),
    *[(64, False)] * 3,
    (128, True),
    *[(128, False)] * 2,
    (256, True),
    *[(256, False)] * 2,
    (256, True),
)
