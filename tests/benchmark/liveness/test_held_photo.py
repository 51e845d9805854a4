"""The simulator of held photos: planes seen in perspective, the same again from the same seed, noise that is new."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.random import default_rng

from facecam.benchmark.liveness.camera import Camera, wander
from facecam.benchmark.liveness.held_photo import MOVEMENTS, SCENE, WAYS, HeldPhoto, Medium, Movement
from facecam.core.types import Box, ImageArray

FACE = Box(120, 110, 200, 210)


@pytest.fixture(scope="module")
def photo() -> ImageArray:
    """Smooth blots, so that every place looks like no other."""
    blots = default_rng(5).uniform(0, 255, (30, 32, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(blots, (320, 300), interpolation=cv2.INTER_CUBIC), np.uint8)


def held(photo: ImageArray, medium: Medium, movement: Movement, seed: int = 1) -> HeldPhoto:
    return HeldPhoto(photo, FACE, medium, movement, default_rng(seed))


@pytest.mark.parametrize(("medium", "movement"), WAYS)
def test_every_way_gives_scenes_that_the_same_seed_gives_again(
    photo: ImageArray, medium: Medium, movement: Movement
) -> None:
    one, again = held(photo, medium, movement), held(photo, medium, movement)
    for at_s in (0.0, 0.7, 2.9):
        scene = one.at(at_s)
        assert scene.shape == (SCENE[1], SCENE[0], 3) and scene.dtype == np.uint8
        assert (scene == again.at(at_s)).all()


def test_on_a_stand_nothing_moves_and_in_a_hand_it_does(photo: ImageArray) -> None:
    stand, hand = held(photo, "print", "stand"), held(photo, "print", "held")
    assert (stand.at(0.0) == stand.at(2.0)).all()
    assert np.abs(hand.at(0.0).astype(int) - hand.at(2.0)).mean() > 0.5


def test_screens_do_not_bend_and_every_movement_is_tried() -> None:
    assert ("screen", "bent") not in WAYS and ("print", "bent") in WAYS
    assert {movement for _, movement in WAYS} == set(MOVEMENTS)


@pytest.mark.parametrize("movement", ["moved", "tilted", "turned"])
def test_a_flat_photo_is_seen_by_a_plane_perspective(photo: ImageArray, movement: Movement) -> None:
    """One homography leads from each scene to each other, to a fraction of a pixel."""
    trial = held(photo, "screen", movement, seed=3)
    trial._stripes = trial._shine = trial._exposure_s = 0.0
    first = cv2.cvtColor(trial.at(0.0), cv2.COLOR_RGB2GRAY)
    later = cv2.cvtColor(trial.at(0.1), cv2.COLOR_RGB2GRAY)
    corners = cv2.goodFeaturesToTrack(first[120:360, 180:460], 200, 0.02, 6)
    assert corners is not None
    corners += np.array([180, 120], np.float32)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(first, later, corners, None, winSize=(21, 21), maxLevel=4)
    good = found.ravel() == 1
    matrix, inliers = cv2.findHomography(corners[good], moved[good], cv2.RANSAC, 1.0)
    assert matrix is not None and good.sum() > 20 and inliers.mean() > 0.7


def test_a_film_shows_its_pictures_on_the_same_screen(photo: ImageArray) -> None:
    other = np.ascontiguousarray(photo[:, ::-1])
    film = HeldPhoto([photo, photo, other], FACE, "screen", "stand", default_rng(2))
    assert (film.at(0.0, 0) == film.at(0.1, 1)).all()
    assert np.abs(film.at(0.2, 2).astype(int) - film.at(0.1, 1)).mean() > 1


def test_the_camera_keeps_the_picture_and_its_noise_is_new_every_time(photo: ImageArray) -> None:
    camera = Camera(lambda time_s: 1.0, 0.5, 3.0, 90, default_rng(0))
    one, other = camera.see(photo, 0.0), camera.see(photo, 0.0)
    assert one.shape == photo.shape and (one != other).any()
    assert np.abs(one.astype(int) - photo).mean() < 12
    dark = Camera(lambda time_s: 0.5, 0.5, 3.0, 90, default_rng(0)).see(photo, 0.0)
    assert dark.mean() == pytest.approx(photo.mean() / 2, rel=0.1)


def test_a_movement_stays_within_its_reach_and_does_not_jump() -> None:
    move = wander(default_rng(1), 10.0, 0.2, 0.8)
    path = np.array([move(at_s) for at_s in np.arange(0, 10, 0.05)])
    assert np.abs(path).max() <= 10 and np.ptp(path) > 1
    assert np.abs(np.diff(path)).max() < 10 * 0.05 * 2 * np.pi * 0.8 + 1e-6
