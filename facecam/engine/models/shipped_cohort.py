"""The cohort that comes with dlib-resnet, and what scores by it mean."""

from __future__ import annotations

from typing import Final

from facecam.engine.models.cohorts import COHORT_FILE, NEAREST, SIZE, WEIGHT
from facecam.runtime.card import CohortSpec

#: On which photos and in which alignment the thresholds of dlib-resnet were measured.
CALIBRATED_ON: Final = (
    "1,549 photos of 963 people (LFW View 1, test), detector's and dlib's landmarks and mirrored chips summed"
)

RESNET_COHORT: Final = CohortSpec(
    file=COHORT_FILE,
    sha256="3b5843b8d338d896e3ad4ac4ffbfdbf45b08880ff024c13a4303f04930a65b23",
    size=SIZE,
    seed=0,
    nearest=NEAREST,
    weight=WEIGHT,
    components=32,
    threshold=0.1561,
    false_accept_rate=0.005,
    calibration=(
        (0.00001, 0.0926),
        (0.00003, 0.1009),
        (0.0001, 0.1111),
        (0.0003, 0.1204),
        (0.001, 0.1339),
        (0.003, 0.1485),
        (0.005, 0.1561),
        (0.01, 0.1675),
    ),
    calibrated_on=CALIBRATED_ON,
    score_to_probability=(
        (0.0, 1.0),
        (0.0871, 0.9999),
        (0.1, 0.9995),
        (0.1125, 0.997),
        (0.12, 0.99),
        (0.128, 0.98),
        (0.1324, 0.967),
        (0.1374, 0.93),
        (0.147, 0.83),
        (0.1545, 0.63),
        (0.1617, 0.45),
        (0.168, 0.3),
        (0.1743, 0.145),
        (0.1839, 0.085),
        (0.1946, 0.047),
        (0.2069, 0.042),
        (0.2262, 0.03),
        (0.245, 0.004),
        (0.3, 0.0004),
        (0.45, 0.0),
    ),
    fitted_to="dlib-resnet's vectors, mirrored chip added, of 12,000 unlabelled faces (UTKFace, dlib's chips); "
    "it holds means and covariances, no face",
    licence="no commercial use: fitted to faces given for non-commercial research (--normalize off does without)",
)
