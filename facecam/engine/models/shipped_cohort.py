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
        (0.0, 0.99999917),
        (0.00268, 0.99999917),
        (0.05571, 0.99999854),
        (0.05836, 0.99999782),
        (0.06168, 0.99999643),
        (0.06499, 0.99999417),
        (0.06764, 0.99999141),
        (0.07096, 0.99998613),
        (0.07427, 0.99997771),
        (0.07758, 0.99996434),
        (0.0809, 0.99994326),
        (0.08421, 0.99991018),
        (0.08753, 0.99985851),
        (0.09084, 0.99977826),
        (0.09482, 0.99962236),
        (0.09813, 0.99941477),
        (0.10145, 0.99909773),
        (0.10542, 0.99849357),
        (0.10874, 0.99770426),
        (0.11271, 0.99622114),
        (0.11603, 0.99431121),
        (0.12001, 0.9907792),
        (0.12398, 0.9851936),
        (0.12796, 0.97647306),
        (0.13194, 0.96306979),
        (0.13591, 0.94287349),
        (0.13989, 0.91321241),
        (0.14387, 0.87108864),
        (0.14851, 0.80267702),
        (0.15249, 0.72631034),
        (0.15713, 0.61936617),
        (0.16177, 0.50190859),
        (0.16574, 0.40245402),
        (0.17105, 0.28473045),
        (0.17569, 0.20251597),
        (0.18033, 0.14060547),
        (0.18563, 0.09107496),
        (0.19027, 0.06186182),
        (0.19557, 0.03973182),
        (0.20154, 0.02427036),
        (0.20684, 0.0157891),
        (0.2128, 0.00984908),
        (0.21877, 0.00623034),
        (0.22474, 0.00400059),
        (0.23136, 0.00249041),
        (0.23799, 0.00158099),
        (0.24528, 0.00101626),
        (4.0, 0.0),
    ),
    group_score=0.113,
    fitted_to="dlib-resnet's vectors, mirrored chip added, of 12,000 unlabelled faces (UTKFace, dlib's chips); "
    "it holds means and covariances, no face",
    licence="no commercial use: fitted to faces given for non-commercial research (--normalize off does without)",
)
