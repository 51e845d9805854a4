"""What the options of a detector mean."""

from __future__ import annotations

import pytest

from facecam.vision.detect.protocol import DetectorOptions


@pytest.mark.parametrize(
    ("options", "native_face_px", "scale"),
    [
        (DetectorOptions(), 80, 1.0),
        (DetectorOptions(upsample=1), 80, 2.0),
        (DetectorOptions(upsample=3), 80, 8.0),
        (DetectorOptions(min_face_px=80), 80, 1.0),
        (DetectorOptions(min_face_px=40), 80, 2.0),
        (DetectorOptions(min_face_px=160), 80, 0.5),
        (DetectorOptions(min_face_px=30), 40, 4 / 3),
        (DetectorOptions(min_face_px=80, upsample=2), 80, 1.0),
    ],
)
def test_the_factor_brings_the_smallest_face_to_what_the_detector_sees(
    options: DetectorOptions, native_face_px: int, scale: float
) -> None:
    assert options.scale(native_face_px) == pytest.approx(scale)


def test_the_default_leaves_everything_to_the_detector() -> None:
    options = DetectorOptions()
    assert (options.min_face_px, options.upsample, options.min_score) == (None, 0, None)
