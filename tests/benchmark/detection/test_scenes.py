"""Scenes of the detection benchmark: the face is where it is said to be, and what is to hide it does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.benchmark.detection.backgrounds import Backgrounds, made_scene
from facecam.benchmark.detection.conditions import CONDITIONS, SCENE, Condition
from facecam.benchmark.detection.scenes import ClearFace, covered, make_scene
from facecam.core.errors import DataError
from facecam.core.events import Event, Notice
from facecam.core.types import Box, ImageArray
from tests.engine.studio import save

BY_NAME = {condition.name: condition for condition in CONDITIONS}
GREEN, RED = (0, 255, 0), (255, 0, 0)


def drawn_face(tilt: float = 0.0) -> ClearFace:
    """A green ellipse that fills its box, 100 px wide, on grey; the eyes tilted by so many px of height."""
    image = np.full((260, 260, 3), 128, np.uint8)
    y, x = np.mgrid[:260, :260] + 0.5
    image[((x - 130) / 50) ** 2 + ((y - 130) / 50) ** 2 <= 1] = GREEN
    eyes = [(165, 115 + tilt), (150, 115 + tilt), (95, 115 - tilt), (110, 115 - tilt)]
    landmarks = np.array([*eyes, (130, 150)], np.float32)
    return ClearFace("a.png", image, Box(80, 80, 180, 180), landmarks)


def plain(size: tuple[int, int] = SCENE) -> ImageArray:
    return np.full((size[1], size[0], 3), 128, np.uint8)


def extent(image: ImageArray) -> tuple[int, int, int, int]:
    """What is rather green than grey."""
    rows, columns = np.nonzero(image[:, :, 1].astype(int) - image[:, :, 0] > 64)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize(
    "name", ["100-px", "40-px", "16-px", "turned-30", "turned-90", "turned-180", "close-up"]
)
def test_the_face_is_where_it_is_said_to_be(name: str) -> None:
    for seed in range(3):
        scene = make_scene(drawn_face(), BY_NAME[name], plain(), np.random.default_rng(seed))
        assert scene.image.shape == (480, 640, 3)
        assert np.abs(np.array(extent(scene.image)) - scene.face.as_ints()).max() <= 2
        assert scene.face.width == pytest.approx(BY_NAME[name].face_px, rel=0.02)
        assert scene.face.left > 0 and scene.face.bottom < 480


def test_a_long_face_turned_is_as_wide_as_it_was_high() -> None:
    face = replace(drawn_face(), box=Box(80, 70, 180, 190))
    upright = make_scene(face, BY_NAME["100-px"], plain(), np.random.default_rng(0)).face
    turned = make_scene(face, BY_NAME["turned-90"], plain(), np.random.default_rng(0)).face
    assert (upright.width, upright.height) == pytest.approx((100, 120))
    assert (turned.width, turned.height) == pytest.approx((120, 100))


def test_a_tilted_head_is_made_level_first() -> None:
    face = drawn_face(tilt=10)
    assert face.roll_degrees == pytest.approx(np.degrees(np.arctan2(20, 55)), abs=0.5)
    scene = make_scene(
        replace(face, image=_with_a_mark(face, (165, 125))),
        Condition("level", "level", middle=True),
        plain(),
        np.random.default_rng(0),
    )
    rows, _ = np.nonzero(scene.image[:, :, 0].astype(int) - scene.image[:, :, 1] > 64)
    middle = (face.landmarks[0] + face.landmarks[2]) / 2
    assert abs(rows.mean() - (240 + middle[1] - 130)) < 5, "the eye is as high as the middle between both"


def _with_a_mark(face: ClearFace, at: tuple[int, int]) -> ImageArray:
    image = face.image.copy()
    image[at[1] - 4 : at[1] + 4, at[0] - 4 : at[0] + 4] = RED
    return image


def test_part_of_the_face_is_beyond_the_border() -> None:
    for seed in range(6):
        face = make_scene(drawn_face(), BY_NAME["cut"], plain(), np.random.default_rng(seed)).face
        out = max(-face.left, -face.top, face.right - 640, face.bottom - 480)
        assert out == pytest.approx(30)


def test_mask_and_glasses_hide_their_half() -> None:
    face = drawn_face()
    changed = {
        name: (covered(face, name, np.random.default_rng(0)) != face.image).any(axis=2)  # type: ignore[arg-type]
        for name in ("mask", "glasses")
    }
    assert changed["mask"][150:175, 120:140].all() and not changed["mask"][80:118].any()
    assert changed["glasses"][112:120, 95:105].all() and changed["glasses"][112:120, 155:165].all()
    assert not changed["glasses"][145:].any()
    assert covered(face, "", np.random.default_rng(0)) is face.image


def test_light_blur_and_noise_reach_the_whole_scene() -> None:
    usual = make_scene(drawn_face(), BY_NAME["100-px"], plain(), np.random.default_rng(0)).image
    dark = make_scene(drawn_face(), BY_NAME["dark"], plain(), np.random.default_rng(0)).image
    assert dark.mean() < 0.2 * usual.mean() and dark[:20].std() > 1
    blurred = make_scene(drawn_face(), BY_NAME["blur"], plain(), np.random.default_rng(0)).image
    assert (
        np.abs(np.diff(blurred.astype(int), axis=1)).max()
        < 0.5 * np.abs(np.diff(usual.astype(int), axis=1)).max()
    )


def test_every_scene_comes_again_from_its_seed() -> None:
    for condition in CONDITIONS:
        background = plain(condition.size)
        first, second = (
            make_scene(drawn_face(), condition, background, np.random.default_rng(5)).image for _ in range(2)
        )
        assert np.array_equal(first, second), condition.name
    assert len({condition.name for condition in CONDITIONS}) == len(CONDITIONS)


def test_made_up_backgrounds_have_the_size_asked_for_and_differ() -> None:
    scenes = [made_scene((64, 48), np.random.default_rng(seed)) for seed in range(12)]
    assert all(scene.shape == (48, 64, 3) and scene.dtype == np.uint8 for scene in scenes)
    assert len({scene.tobytes() for scene in scenes}) == 12


def test_backgrounds_come_from_the_pictures_of_a_folder(tmp_path: Path) -> None:
    save(np.full((50, 300, 3), RED, np.uint8), tmp_path / "deep" / "wide.png")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    heard: list[Event] = []
    backgrounds = Backgrounds(tmp_path, 0, heard.append)
    scene = backgrounds.scene(SCENE, np.random.default_rng(0))
    assert scene.shape == (480, 640, 3) and (scene == RED).all() and not backgrounds.made
    assert any(isinstance(event, Notice) and "broken.jpg" in event.text for event in heard)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no readable picture"):
        Backgrounds(tmp_path / "empty", 0)
