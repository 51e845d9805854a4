"""The depth of a face: seen where a head turns, and not where a sheet moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import ImageArray
from facecam.engine import components
from facecam.vision.landmarks.mesh import FaceMesh, MeshFinder, upright_face
from facecam.vision.landmarks.relief import Relief
from tests.engine.studio import BARACK
from tests.vision.landmarks.motions import noisy, tilted_sheet, turned_head


@pytest.fixture(scope="module")
def finder(weights: Path) -> MeshFinder:
    return components.open_mesh_finder(replace(Settings(), weights=weights))


@pytest.fixture(scope="module")
def sitter(
    weights: Path, finder: MeshFinder, portraits: dict[str, ImageArray]
) -> tuple[ImageArray, FaceMesh]:
    """A portrait with a face of 150 px, and its mesh."""
    detector = components.open_detector(replace(Settings(), weights=weights))
    portrait = portraits[BARACK]
    width = max(detector.detect(portrait), key=lambda one: one.box.area).box.width
    small = cv2.resize(portrait, None, fx=150 / width, fy=150 / width, interpolation=cv2.INTER_AREA)
    image = np.asarray(small, np.uint8)
    face = max(detector.detect(image), key=lambda one: one.box.area)
    return image, finder.find(image, finder.find(image, face))


@pytest.mark.parametrize("degrees", [-3.0, -1.5, 1.5, 3.0])
def test_a_head_that_turns_shows_its_depth(
    finder: MeshFinder, sitter: tuple[ImageArray, FaceMesh], degrees: float
) -> None:
    (image, mesh), random = sitter, np.random.default_rng(0)
    relief, angle = Relief(upright_face(noisy(image, random), mesh), mesh), np.radians(degrees)
    sideways = noisy(turned_head(image, mesh, angle), random)
    seen = relief.turn(upright_face(sideways, finder.find(sideways, mesh)))
    assert (
        seen.across == pytest.approx(angle, abs=abs(angle) / 2) and abs(seen.across) > 4 * seen.across_error
    )
    assert abs(seen.down) < 4 * seen.down_error
    nodding = noisy(turned_head(image, mesh, 0.0, angle), random)
    seen = relief.turn(upright_face(nodding, finder.find(nodding, mesh)))
    assert seen.down == pytest.approx(angle, abs=abs(angle) / 2) and abs(seen.down) > 4 * seen.down_error


@pytest.mark.parametrize(
    ("tilt", "bend", "light"), [(0.0, 0.0, 1.0), (0.1, 0.0, 0.8), (-0.15, 0.0, 1.1), (0.05, 0.1, 1.0)]
)
def test_a_sheet_that_is_tilted_bent_or_lit_otherwise_shows_none(
    finder: MeshFinder, sitter: tuple[ImageArray, FaceMesh], tilt: float, bend: float, light: float
) -> None:
    (image, mesh), random = sitter, np.random.default_rng(1)
    relief = Relief(upright_face(noisy(image, random), mesh), mesh)
    moved = noisy(tilted_sheet(image, tilt, bend, light), random)
    seen = relief.turn(upright_face(moved, finder.find(moved, mesh)))
    # A polynomial is nearly, but not quite, the motion of a bent sheet.
    assert max(abs(seen.across), abs(seen.down)) < np.radians(0.6)
    assert max(seen.across_error, seen.down_error) < np.radians(1.0) and 0.3 < seen.misfit < 6


def test_what_lies_over_a_part_of_the_face_is_not_taken_for_depth(
    finder: MeshFinder, sitter: tuple[ImageArray, FaceMesh]
) -> None:
    (image, mesh), random = sitter, np.random.default_rng(2)
    relief, covered = Relief(upright_face(noisy(image, random), mesh), mesh), image.copy()
    x, y = np.rint(mesh.points[50, :2]).astype(int).tolist()
    cv2.line(covered, (x, y), (x, image.shape[0]), (205, 160, 130), 26, cv2.LINE_AA)
    seen = relief.turn(upright_face(noisy(covered, random), mesh))
    assert abs(seen.across) < 4 * seen.across_error and abs(seen.down) < 4 * seen.down_error


def test_a_picture_without_noise_is_compared_no_finer_than_whole_grey_values_allow(
    sitter: tuple[ImageArray, FaceMesh],
) -> None:
    """As one that is shown by software: the same look twice has no difference at all, and an error all the same."""
    image, mesh = sitter
    seen = Relief(upright_face(image, mesh), mesh).turn(upright_face(image, mesh))
    assert (seen.across, seen.down) == (0, 0)
    assert min(seen.across_error, seen.down_error) > 1e-4
