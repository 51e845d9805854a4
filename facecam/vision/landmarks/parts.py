"""Parts of a face as they look, cut out by the mesh, to be compared with themselves over time: eyes, nose, bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from facecam.core.types import FloatArray
from facecam.vision.landmarks.mesh import UprightFace

#: Width and height of a part, px, and how much wider than the eye it is.
PART_SIZE = (48, 28)
_ROOM = 1.5
#: A part is looked for this far around its place, px: the mesh trembles.
_SEARCH_PX = 4
#: What the noise of a camera leaves of a part is not told from a change: smoothed, px of the upright face.
_SMOOTHING_PX = 1.2
#: Corners of the eyes, the picture's left and right one; bridge and tip of the nose; outer corners of both eyes.
_LEFT_EYE, _RIGHT_EYE, _NOSE, _ACROSS = (33, 133), (362, 263), (168, 1), (33, 263)
#: Inner corners of the eyes, and how much of the way between them is the bridge: with `_ROOM` all of it.
_BRIDGE, _OF_BRIDGE = (133, 362), 1 / _ROOM


@dataclass(frozen=True, slots=True, eq=False)
class FaceParts:
    """Each float32 (28, 48), grey, zero mean and unit norm."""

    left_eye: FloatArray
    right_eye: FloatArray
    nose: FloatArray
    bridge: FloatArray


def face_parts(face: UprightFace) -> FaceParts:
    """Cut out the parts of a face."""
    points, grey = face.points, cv2.GaussianBlur(face.grey, (0, 0), _SMOOTHING_PX)
    middle = points[list(_NOSE)].mean(axis=0)
    reach = (points[_ACROSS[1]] - points[_ACROSS[0]]) / 4
    between = points[list(_BRIDGE)].mean(axis=0)
    half = (points[_BRIDGE[1]] - points[_BRIDGE[0]]) / 2 * _OF_BRIDGE
    return FaceParts(
        _part(grey, points[_LEFT_EYE[0]], points[_LEFT_EYE[1]]),
        _part(grey, points[_RIGHT_EYE[0]], points[_RIGHT_EYE[1]]),
        _part(grey, middle - reach, middle + reach),
        _part(grey, between - half, between + half),
    )


def _part(grey: np.ndarray, left: np.ndarray, right: np.ndarray) -> FloatArray:
    width, height = PART_SIZE
    way = (right - left).astype(np.float64)
    step = way * (_ROOM / width)
    matrix = np.array([(step[0], -step[1], 0.0), (step[1], step[0], 0.0)])
    matrix[:, 2] = (left + right) / 2 - 0.5 - matrix[:, :2] @ ((width - 1) / 2, (height - 1) / 2)
    seen = cv2.warpAffine(grey, matrix, PART_SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return _normalized(seen.astype(np.float32))


def _normalized(part: np.ndarray) -> FloatArray:
    values = part - part.mean()
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-6), np.float32)


def usual(parts: Sequence[FloatArray]) -> FloatArray:
    """How a part looks most of the time: the median of its looks, float32 (28, 48)."""
    ordered, middle = np.sort(np.stack(parts), axis=0), len(parts) // 2
    return _normalized((ordered[middle] + ordered[~middle]) / 2)  # `np.median` takes four times as long.


def likeness(part: FloatArray, usual_look: FloatArray) -> float:
    """Correlation of a part with how it usually looks, at the place around its own where it is highest, in [−1, 1]."""
    middle = np.ascontiguousarray(usual_look[_SEARCH_PX:-_SEARCH_PX, _SEARCH_PX:-_SEARCH_PX])
    # Scaled up: OpenCV takes templates of tiny values for flat ones.
    found = cv2.matchTemplate(part * 1000, middle * 1000, cv2.TM_CCOEFF_NORMED)
    best = float(found.max())
    return best if np.isfinite(best) else 0.0
