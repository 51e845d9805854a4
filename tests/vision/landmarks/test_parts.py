"""Parts of a face: what they usually look like."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.vision.landmarks.parts import PART_SIZE, usual


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_the_usual_look_is_the_median_of_the_looks(count: int) -> None:
    looks = list(np.random.default_rng(count).normal(size=(count, *PART_SIZE[::-1])).astype(np.float32))
    expected = np.median(np.stack(looks), axis=0)
    expected -= expected.mean()
    np.testing.assert_allclose(usual(looks), expected / np.linalg.norm(expected), atol=1e-6)
