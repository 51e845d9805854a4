"""The face mesh: 468 points on a face, from a crop of 192×192 px turned upright by the eyes.

Kartynnik, Ablavatski, Grishchenko and Grundmann: Real-time Facial Surface Geometry from Monocular Video on Mobile
GPUs (CVPR workshop 2019). Left and right are the picture's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from facecam.core.types import Detection, FloatArray, ImageArray, check_image

POINTS = 468
_SIDE_PX = 192
#: Side of the crop in sizes of the face: of the detector's box (root of its area), of the mesh itself (its longer
#: side upright), as published.
_SIDE_PER_BOX, _SIDE_PER_MESH = 1.5, 1.5
_LEAST_SIDE_PX = 8.0
#: Ends of the eyes, outer and inner.
_LEFT_EYE, _RIGHT_EYE = (33, 133), (263, 362)
#: Inner edges of the lips, upper and lower; corners of the opening.
_LIPS, _LIP_CORNERS = ((13, 14), (82, 87), (312, 317)), (78, 308)

#: float32 (1, 192, 192, 3) RGB in 0…1 to points (1, 1, 1, 1404) and the raw presence (1, 1, 1, 1).
MeshNetwork = Callable[[FloatArray], list[FloatArray]]


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Which way a head looks, degrees.

    Attributes:
        yaw: turned towards the picture's right, in (−180, 180].
        pitch: nodded down.
        roll: tilted clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceMesh:
    """468 points on a face.

    Attributes:
        points: float32 (468, 3): x and y in px of the picture; z in the same unit, away from the camera, from
            the middle of the head. Hidden points are guessed.
        presence: how sure the network is that there is a face, in [0, 1].
    """

    points: FloatArray
    presence: float

    def __post_init__(self) -> None:
        if self.points.dtype != np.float32 or self.points.shape != (POINTS, 3):
            raise ValueError(
                f"expected points float32 ({POINTS}, 3). Received: {self.points.dtype} {self.points.shape}"
            )

    @property
    def pose(self) -> HeadPose:
        """Which way the head looks."""
        return head_pose(self.points)

    @property
    def mouth_openness(self) -> float:
        """Height of the opening between the lips as a share of its width: 0 closed."""
        upper, lower = self.points[list(_LIPS)].swapaxes(0, 1)
        left, right = self.points[list(_LIP_CORNERS)]
        height = np.linalg.norm(upper - lower, axis=1).mean()
        return float(height / max(np.linalg.norm(left - right), 1e-6))


class MeshFinder:
    """Puts the mesh on faces that were found.

    Args:
        network: see `MeshNetwork`.
    """

    def __init__(self, network: MeshNetwork) -> None:
        self._network = network

    def find(self, image: ImageArray, face: Detection | FaceMesh) -> FaceMesh:
        """The mesh of one face.

        Args:
            image: uint8 (H, W, 3) RGB.
            face: where it was found, or its mesh in a picture shortly before, which places the crop more steadily.
        """
        check_image(image)
        crop = _crop_of_mesh(face.points) if isinstance(face, FaceMesh) else _crop_of_box(face)
        seen = _upright(image, crop)
        raw_points, raw_presence = self._network((seen.astype(np.float32) / 255.0)[None])
        presence = 1 / (1 + math.exp(-min(max(float(raw_presence.ravel()[0]), -80.0), 80.0)))
        return FaceMesh(_in_picture(raw_points.reshape(POINTS, 3), crop), presence)


@dataclass(frozen=True, slots=True, eq=False)
class UprightFace:
    """A face as the network sees it: upright and always of the same size.

    Attributes:
        grey: uint8 (192, 192), beyond the picture black.
        points: float32 (468, 2), px of it.
    """

    grey: ImageArray
    points: FloatArray


def upright_face(image: ImageArray, mesh: FaceMesh) -> UprightFace:
    """The face of a mesh, upright; `image` is uint8 (H, W, 3) RGB."""
    crop = _crop_of_mesh(mesh.points)
    scale = _SIDE_PX / crop.side
    points = (mesh.points[:, :2] - (crop.x, crop.y)) @ _turn(-crop.angle).T * scale + _SIDE_PX / 2
    grey = cv2.cvtColor(_upright(image, crop), cv2.COLOR_RGB2GRAY)
    return UprightFace(np.asarray(grey, np.uint8), points.astype(np.float32))


@dataclass(frozen=True, slots=True)
class _MeshCrop:
    """A square of the picture: middle and side, px, and by how much it is turned, radians, clockwise."""

    x: float
    y: float
    side: float
    angle: float


def _crop_of_box(face: Detection) -> _MeshCrop:
    x, y = face.box.center
    side = max(_SIDE_PER_BOX * math.sqrt(face.box.area), _LEAST_SIDE_PX)
    return _MeshCrop(x, y, side, math.radians(face.tilt_degrees))


def _crop_of_mesh(points: FloatArray) -> _MeshCrop:
    flat = points[:, :2].astype(np.float64)
    across = flat[list(_RIGHT_EYE)].mean(axis=0) - flat[list(_LEFT_EYE)].mean(axis=0)
    angle = math.atan2(across[1], across[0])
    turn = _turn(-angle)
    upright = flat @ turn.T
    low, high = upright.min(axis=0), upright.max(axis=0)
    x, y = turn.T @ ((low + high) / 2)
    side = max(_SIDE_PER_MESH * float((high - low).max()), _LEAST_SIDE_PX)
    return _MeshCrop(float(x), float(y), side, angle)


def _turn(angle: float) -> np.ndarray:
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([(cosine, -sine), (sine, cosine)])


def _upright(image: ImageArray, crop: _MeshCrop) -> ImageArray:
    """The crop, uint8 (192, 192, 3); beyond the picture it is black."""
    # Reducing first, as warping alone would skip most pixels of a large face.
    factor = min(1.0, 2 * _SIDE_PX / crop.side)
    if factor < 0.75:
        image, crop = _reduced(image, crop, factor)
    matrix = _turn(-crop.angle) * (_SIDE_PX / crop.side)
    shift = np.array([_SIDE_PX / 2, _SIDE_PX / 2]) - matrix @ np.array([crop.x, crop.y])
    # Pixels are squares here and points in OpenCV: half a pixel apart.
    shift += matrix @ np.array([0.5, 0.5]) - 0.5
    seen = cv2.warpAffine(
        image, np.column_stack([matrix, shift]), (_SIDE_PX, _SIDE_PX), flags=cv2.INTER_LINEAR
    )
    return np.asarray(seen, np.uint8)


def _reduced(image: ImageArray, crop: _MeshCrop, factor: float) -> tuple[ImageArray, _MeshCrop]:
    """The part of the picture around the crop, smaller, and the crop in it."""
    reach = crop.side * 0.75
    height, width = image.shape[:2]
    left, top = max(0, math.floor(crop.x - reach)), max(0, math.floor(crop.y - reach))
    right, bottom = min(width, math.ceil(crop.x + reach)), min(height, math.ceil(crop.y + reach))
    if right <= left or bottom <= top:
        return image, crop
    part = image[top:bottom, left:right]
    size = max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    moved = _MeshCrop((crop.x - left) * factor, (crop.y - top) * factor, crop.side * factor, crop.angle)
    return np.asarray(small, np.uint8), moved


def _in_picture(points: np.ndarray, crop: _MeshCrop) -> FloatArray:
    scale = crop.side / _SIDE_PX
    flat = (points[:, :2] - _SIDE_PX / 2) @ _turn(crop.angle).T * scale + (crop.x, crop.y)
    return np.column_stack([flat, points[:, 2] * scale]).astype(np.float32)


#: Points that hardly move against the skull, and their places on an average head: see `head_pose`.
_SKULL = (33, 133, 362, 263, 168, 6, 197, 10, 127, 356, 234, 454, 93, 323)
#: Medians over 300 photos of as many people, made symmetric, and turned so that the median photo looks ahead.
_SKULL_PLACES = (
    np.array(
        [
            (-192, -22, -63),
            (-73, -15, -87),
            (73, -15, -87),
            (192, -22, -63),
            (0, -38, -158),
            (0, -5, -177),
            (0, 25, -198),
            (0, -236, -141),
            (-300, -5, 148),
            (300, -5, 148),
            (-296, 54, 168),
            (296, 54, 168),
            (-293, 115, 171),
            (293, 115, 171),
        ]
    )
    / 1000.0
)


def head_pose(points: FloatArray) -> HeadPose:
    """Which way a head looks, from points float32 (468, 3) as in `FaceMesh`.

    The rotation that turns an average head looking at the camera into this one, by least squares. (Kabsch 1976, A
    solution for the best rotation to relate two sets of vectors, Acta Crystallographica A32:922)
    """
    seen = points[list(_SKULL)].astype(np.float64)
    seen -= seen.mean(axis=0)
    left, _, right = np.linalg.svd(seen.T @ _SKULL_PLACES)
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    rotation = left @ flip @ right
    across, ahead = rotation[:, 0], rotation[:, 2]
    yaw = math.degrees(math.atan2(-ahead[0], ahead[2]))
    pitch = math.degrees(math.asin(float(np.clip(-ahead[1], -1, 1))))
    return HeadPose(yaw, pitch, math.degrees(math.atan2(across[1], across[0])))
