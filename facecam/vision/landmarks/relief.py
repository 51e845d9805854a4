"""Relief of a face: by how much its depth shows between two looks, which that of a picture on a sheet never does.

When a head turns by a degree or two its nose moves against cheeks and brow. A sheet can be moved, tilted and bent: all
of that is a smooth motion, here a polynomial of the third degree, which is fitted to the pixels of the face and taken
off. What is left is compared with the motion that the depth of the mesh would make. (Least-squares image alignment:
Lucas and Kanade 1981, An iterative image registration technique with an application to stereo vision)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.vision.landmarks.mesh import FaceMesh, UprightFace

Values = NDArray[np.float64]

#: The outline of the mesh, and how much of the way from its middle is looked at.
_OUTLINE: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_OF_OUTLINE: Final = 0.95
#: Outer corners of the eyes; bridge and tip of the nose.
_ACROSS, _NOSE = (33, 263), (168, 1)
#: Every so many-th pixel of the upright face, both ways, takes part.
_STEP_PX: Final = 4
#: Depth between the points of the mesh: a mean by distance, px of the upright face.
_DEPTH_REACH_PX: Final = 5.0
#: Smoothing, px, degree of the polynomial and rounds of the fit: from coarse to fine.
_COARSE, _FINE = (2.5, 2, 3), (1.2, 3, 3)
#: Differences this many times the usual one count less, or not at all: something moves there, or lies over it.
_LESS, _NOT_AT_ALL = 2.0, 6.0
#: Least misfit, grey values: what rounding two pictures to whole ones makes, twice the variance of 1/12.
_LEAST_MISFIT: Final = 0.41


@dataclass(frozen=True, slots=True)
class ReliefTurn:
    """What one look shows against the reference.

    Attributes:
        across: by how much the relief turned sideways beyond what a sheet explains, radians of a rigid head.
        down: the same up and down.
        across_error: standard error of `across` by the noise of the pixels.
        down_error: the same of `down`.
        misfit: usual difference of a pixel after the fit, grey values.
    """

    across: float
    down: float
    across_error: float
    down_error: float
    misfit: float


class Relief:
    """A look at a face to which later ones are compared.

    Args:
        face: the face.
        mesh: of it.
    """

    def __init__(self, face: UprightFace, mesh: FaceMesh) -> None:
        grey, points = face.grey, face.points
        self._points = points.astype(np.float64)
        across = np.linalg.norm(self._points[_ACROSS[1]] - self._points[_ACROSS[0]])
        seen_across = np.linalg.norm(mesh.points[_ACROSS[1], :2] - mesh.points[_ACROSS[0], :2])
        self._middle, self._unit = self._points[list(_NOSE)].mean(axis=0), max(float(across), 1e-6)
        self._pixels = _pixels_within(grey.shape[:2], points)
        self._depth = self._depth_of(mesh.points[:, 2] * (across / max(float(seen_across), 1e-6)))
        columns, rows = self._pixels.T.astype(int)
        self._looks = {}
        for smoothing, degree, _ in (_COARSE, _FINE):
            smooth = _smoothed(grey, smoothing)
            sides = [cv2.Scharr(smooth, -1, *order)[rows, columns] / 32 for order in ((1, 0), (0, 1))]
            self._looks[smoothing] = smooth[rows, columns], sides[0], sides[1], self._terms(degree)

    def turn(self, face: UprightFace) -> ReliefTurn:
        """By how much the relief of the same face turned since."""
        moved = self._moved_by_mesh(face.points)
        weights = np.ones(len(self._pixels))
        for smoothing, _, rounds in (_COARSE, _FINE):
            now, (usual, right, down, terms) = _smoothed(face.grey, smoothing), self._looks[smoothing]
            light = np.column_stack([np.ones(len(usual)), usual / 100, self._places()])
            motions = np.column_stack([right[:, None] * terms, down[:, None] * terms, light])
            for _ in range(rounds):
                left = _at(now, self._pixels + moved) - usual
                fitted = _solved(motions, weights, left)
                across, along = fitted[: terms.shape[1]], fitted[terms.shape[1] : 2 * terms.shape[1]]
                moved = moved - np.column_stack([terms @ across, terms @ along])
                left = left - motions @ fitted
                misfit = max(1.4826 * float(np.median(np.abs(left))), _LEAST_MISFIT)
                weights = 1 / np.maximum(1, np.abs(left) / (_LESS * misfit))
                weights[np.abs(left) > _NOT_AT_ALL * misfit] = 0
        depth = np.column_stack([right * self._depth, down * self._depth])
        beyond = depth - motions @ _solved(motions, weights, depth)
        square = (beyond * weights[:, None]).T @ beyond + 1e-9 * np.eye(2)
        turned = -np.linalg.solve(square, (beyond * weights[:, None]).T @ left)
        errors = misfit * np.sqrt(np.diag(np.linalg.inv(square)))
        return ReliefTurn(float(turned[0]), float(turned[1]), float(errors[0]), float(errors[1]), misfit)

    def _places(self) -> Values:
        return np.asarray((self._pixels - self._middle) / self._unit)

    def _terms(self, degree: int) -> Values:
        x, y = self._places().T
        powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
        return np.stack([x**i * y**j for i, j in powers], axis=1)

    def _depth_of(self, depth: FloatArray) -> Values:
        far = ((self._pixels[:, None, :] - self._points[None]) ** 2).sum(axis=2)
        near = np.exp(-far / (2 * _DEPTH_REACH_PX**2)) + 1e-12
        return np.asarray((near * depth).sum(axis=1) / near.sum(axis=1))

    def _moved_by_mesh(self, points: FloatArray) -> Values:
        """Where the fit starts: the motion of the mesh, as far as it is that of a stiff plane."""
        ones = np.ones(len(points))
        here = np.column_stack([ones, (self._points - self._middle) / self._unit])
        motion, *_ = np.linalg.lstsq(here, points.astype(np.float64), rcond=None)
        there = np.column_stack([np.ones(len(self._pixels)), self._places()]) @ motion
        return np.asarray(there - self._pixels)


def _pixels_within(size: tuple[int, int], points: FloatArray) -> Values:
    """Pixels within the outline, x and y, float64 (M, 2)."""
    outline = points[list(_OUTLINE)]
    middle = outline.mean(axis=0)
    inside = np.zeros(size, np.uint8)
    cv2.fillConvexPoly(inside, np.rint(middle + (outline - middle) * _OF_OUTLINE).astype(np.int32), 1)
    rows, columns = np.nonzero(inside[::_STEP_PX, ::_STEP_PX])
    return np.stack([columns, rows], axis=1).astype(np.float64) * _STEP_PX


def _smoothed(grey: np.ndarray, smoothing: float) -> FloatArray:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), smoothing), np.float32)


def _at(grey: FloatArray, places: Values) -> Values:
    x, y = (places[:, side].astype(np.float32)[:, None] for side in (0, 1))
    seen = cv2.remap(grey, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen[:, 0], np.float64)


def _solved(terms: Values, weights: Values, values: Values) -> Values:
    """Least squares by weights; held a little, for places without any texture."""
    weighted = terms * weights[:, None]
    square = weighted.T @ terms
    square[np.diag_indices_from(square)] += 1e-6 * np.trace(square) / len(square)
    return np.asarray(np.linalg.solve(square, weighted.T @ values))
