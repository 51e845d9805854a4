"""The face mesh: read alike by another reader, put where the face is, and turned as the head is."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.engine import components
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.package_files import FACE_MESH
from facecam.vision.landmarks.mesh import POINTS, FaceMesh, MeshFinder, head_pose
from tests.engine.studio import BARACK, EILEEN, JOE
from tests.vision.lite_reader import lite_answers


@pytest.fixture(scope="module")
def network(weights: Path) -> CompiledNetwork:
    return CompiledNetwork(weights / "facemesh" / "model.xml")


@pytest.fixture(scope="module")
def faces(weights: Path, portraits: dict[str, ImageArray]) -> dict[str, Detection]:
    detector = components.open_detector(replace(Settings(), weights=weights))
    return {
        name: max(detector.detect(image), key=lambda one: one.box.area) for name, image in portraits.items()
    }


@pytest.fixture(scope="module")
def finder(weights: Path) -> MeshFinder:
    return components.open_mesh_finder(replace(Settings(), weights=weights))


def test_tensorflow_lite_reads_the_published_file_and_answers_alike(
    network: CompiledNetwork, portraits: dict[str, ImageArray], faces: dict[str, Detection]
) -> None:
    box = faces[EILEEN].box
    left, top, right, bottom = box.as_ints()
    head = portraits[EILEEN][max(0, top - 30) : bottom + 30, max(0, left - 30) : right + 30]
    picture = (cv2.resize(head, (192, 192)).astype(np.float32) / 255)[None]
    theirs = lite_answers(FACE_MESH.find(), picture)
    for ours in network(picture):
        # Points are in px of the 192.
        assert np.abs(ours - theirs[ours.shape]).max() < 0.05


@pytest.mark.parametrize("name", [EILEEN, BARACK, JOE])
def test_the_eyes_of_the_mesh_are_those_of_the_detector(
    finder: MeshFinder, portraits: dict[str, ImageArray], faces: dict[str, Detection], name: str
) -> None:
    face = faces[name]
    mesh = finder.find(portraits[name], face)
    assert mesh.presence > 0.9
    for eye, ends in zip(face.eyes, ((33, 133), (263, 362)), strict=True):
        middle = mesh.points[list(ends), :2].mean(axis=0)
        assert np.linalg.norm(middle - eye) < 0.08 * face.box.width
    assert min(_eye_openness(mesh)) > 0.1 and max(_eye_openness(mesh)) < 0.6
    again = finder.find(portraits[name], mesh)
    apart = np.linalg.norm(again.points[:, :2] - mesh.points[:, :2], axis=1)
    assert apart.mean() < 0.04 * face.box.width


@pytest.mark.parametrize("degrees", [-70, -30, 40, 100])
def test_a_face_turned_in_the_picture_rolls_by_as_much(
    finder: MeshFinder, portraits: dict[str, ImageArray], faces: dict[str, Detection], degrees: float
) -> None:
    image, face = portraits[BARACK], faces[BARACK]
    height, width = image.shape[:2]
    side = math.ceil(math.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    matrix[:, 2] += (side / 2 - width / 2, side / 2 - height / 2)
    turned = np.asarray(cv2.warpAffine(image, matrix, (side, side)), np.uint8)
    landmarks = (np.column_stack([face.landmarks, np.ones(5)]) @ matrix.T).astype(np.float32)
    (x, y), half = matrix @ np.array([*face.box.center, 1.0]), math.sqrt(face.box.area) / 2
    there = replace(face, box=Box(x - half, y - half, x + half, y + half), landmarks=landmarks)
    before, after = finder.find(image, face), finder.find(turned, there)
    assert after.presence > 0.9
    assert after.pose.roll - before.pose.roll == pytest.approx(degrees, abs=5)
    assert after.pose.yaw == pytest.approx(before.pose.yaw, abs=5)
    moved = np.column_stack([before.points[:, :2], np.ones(POINTS)]) @ matrix.T
    assert np.linalg.norm(after.points[:, :2] - moved, axis=1).mean() < 0.03 * face.box.width


def test_a_mirrored_face_looks_the_other_way(
    finder: MeshFinder, portraits: dict[str, ImageArray], faces: dict[str, Detection]
) -> None:
    image, face = portraits[JOE], faces[JOE]
    width = image.shape[1]
    points = face.landmarks * (-1, 1) + (width, 0)
    box = Box(width - face.box.right, face.box.top, width - face.box.left, face.box.bottom)
    mirrored = replace(face, box=box, landmarks=points[[1, 0, 2, 4, 3]].astype(np.float32))
    one = finder.find(image, face).pose
    other = finder.find(np.ascontiguousarray(image[:, ::-1]), mirrored).pose
    assert other.yaw == pytest.approx(-one.yaw, abs=4)
    assert other.roll == pytest.approx(-one.roll, abs=4)
    assert other.pitch == pytest.approx(one.pitch, abs=4)


def turned(points: FloatArray, axis: int, degrees: float) -> FloatArray:
    """Points turned about an axis of the picture: 0 across, 1 down."""
    angle = math.radians(degrees)
    one, other = [index for index in range(3) if index != axis]
    matrix = np.eye(3)
    matrix[one, one] = matrix[other, other] = math.cos(angle)
    matrix[one, other], matrix[other, one] = -math.sin(angle), math.sin(angle)
    return np.asarray(points @ matrix.T, np.float32)


def test_the_pose_of_points_turned_by_known_angles(
    finder: MeshFinder, portraits: dict[str, ImageArray], faces: dict[str, Detection]
) -> None:
    points = finder.find(portraits[BARACK], faces[BARACK]).points
    straight = head_pose(points)
    # Away from the camera is up in z: a head turned to the picture's right shows its left cheek.
    to_the_right = head_pose(turned(points, 1, 25))
    assert abs(to_the_right.yaw - straight.yaw) == pytest.approx(25, abs=2)
    nose, middle = turned(points, 1, 25)[1], turned(points, 1, 25).mean(axis=0)
    assert (nose[0] > middle[0]) == (to_the_right.yaw > 0)
    nodding = head_pose(turned(points, 0, 20))
    assert abs(nodding.pitch - straight.pitch) == pytest.approx(20, abs=2)
    nose, middle = turned(points, 0, 20)[1], turned(points, 0, 20).mean(axis=0)
    below = nose[1] - middle[1] - (points[1] - points.mean(axis=0))[1]
    assert (below > 0) == (nodding.pitch > straight.pitch)


def _eye_openness(mesh: FaceMesh) -> list[float]:
    """Height of the left and the right eye's opening as a share of its width."""
    eyes = (((160, 144), (158, 153)), (33, 133)), (((387, 373), (385, 380)), (263, 362))
    return [
        float(
            np.mean([np.linalg.norm(mesh.points[upper] - mesh.points[lower]) for upper, lower in lids])
            / np.linalg.norm(mesh.points[left] - mesh.points[right])
        )
        for lids, (left, right) in eyes
    ]


def test_closed_eyes_and_an_open_mouth_are_told_by_the_points(
    finder: MeshFinder, portraits: dict[str, ImageArray], faces: dict[str, Detection]
) -> None:
    mesh = finder.find(portraits[BARACK], faces[BARACK])
    points = mesh.points.copy()
    for upper, lower in ((160, 144), (158, 153), (387, 373), (385, 380)):
        points[upper] = points[lower]
    points[[14, 87, 317], 1] += 20
    changed = FaceMesh(points, mesh.presence)
    assert max(_eye_openness(changed)) < 0.01
    assert changed.mouth_openness > mesh.mouth_openness + 0.1


def test_nothing_is_no_face(finder: MeshFinder) -> None:
    grey = np.full((240, 320, 3), 128, np.uint8)
    landmarks = np.array([(140, 100), (180, 100), (160, 120), (145, 140), (175, 140)], np.float32)
    assert finder.find(grey, Detection(Box(120, 70, 200, 170), 1.0, landmarks, "five")).presence < 0.5


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (1, 4000)])
@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(-500, -500, -400, -300), Box(0, 0, 5000, 5000)])
def test_boxes_beside_and_beyond_the_picture_are_borne(
    finder: MeshFinder, size: tuple[int, int], box: Box
) -> None:
    face = Detection(box, 1.0, np.zeros((5, 2), np.float32), "five")
    mesh = finder.find(np.full((*size, 3), 90, np.uint8), face)
    assert np.isfinite(mesh.points).all() and 0 <= mesh.presence <= 1
    assert np.isfinite(finder.find(np.full((*size, 3), 90, np.uint8), mesh).points).all()


def test_points_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="468"):
        FaceMesh(np.zeros((467, 3), np.float32), 1.0)
