"""Films whose pixels are not square, and those that telephones hold sideways."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.types import Frame
from facecam.vision.draw.video_writer import VideoRecorder
from facecam.vision.sources.live import LiveSource
from facecam.vision.sources.open import open_source
from facecam.vision.sources.video import VideoSource
from tests.vision.films import corner, disc, disc_aspect, state_pixel_aspect, state_rotation, write_film


def first_frame(path: Path) -> np.ndarray:
    with open_source(str(path)) as opened:
        frame = opened.read()
    assert isinstance(frame, Frame)
    return frame.image


def squeezed(path: Path, size: tuple[int, int], pixels: tuple[int, int], frames: int = 2) -> Path:
    """A film of a disc that is round once its pixels are shown as wide as the file says."""
    width, height = size
    write_film(path, [disc(width, height, pixels[0] / pixels[1])] * frames)
    state_pixel_aspect(path, *pixels)
    return path


@pytest.mark.parametrize(
    ("size", "pixels", "shown"),
    [
        ((360, 360), (16, 9), (640, 360)),
        ((360, 360), (9, 16), (360, 640)),
        ((720, 480), (8, 9), (720, 540)),
        ((720, 576), (64, 45), (1024, 576)),
        ((320, 240), (1, 1), (320, 240)),
        ((320, 240), (200, 199), (320, 240)),  # nobody sees half a percent
        ((320, 240), (1000, 1), (320, 240)),  # not believable: shown as it was stored
    ],
)
def test_pixels_become_square(
    tmp_path: Path, size: tuple[int, int], pixels: tuple[int, int], shown: tuple[int, int]
) -> None:
    believed = pixels if pixels[0] < 1000 else (1, 1)
    path = write_film(tmp_path / "a.mp4", [disc(*size, believed[0] / believed[1])] * 2)
    state_pixel_aspect(path, *pixels)
    image = first_frame(path)
    assert image.shape == (shown[1], shown[0], 3)
    assert disc_aspect(image) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(
    ("degrees", "shown", "place"),
    [
        (0, (640, 360), "upper left"),
        (90, (360, 640), "upper right"),
        (180, (640, 360), "lower right"),
        (270, (360, 640), "lower left"),
    ],
)
def test_a_turned_film_is_shown_upright_and_its_pixels_square(
    tmp_path: Path, degrees: int, shown: tuple[int, int], place: str
) -> None:
    """The shape of the pixels is stated for the frames as they are stored, before they are turned."""
    path = squeezed(tmp_path / "phone.mp4", (360, 360), (16, 9))
    state_rotation(path, degrees)
    image = first_frame(path)
    assert image.shape == (shown[1], shown[0], 3)
    assert disc_aspect(image) == pytest.approx(1, abs=0.03)
    assert corner(image) == place


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_recording_of_a_turned_film_has_its_size(tmp_path: Path, degrees: int) -> None:
    path = squeezed(tmp_path / "phone.mp4", (160, 120), (4, 3), frames=4)
    state_rotation(path, degrees)
    with open_source(str(path)) as opened:
        first = opened.read()
        assert first is not None
        height, width = first.image.shape[:2]
        with VideoRecorder(tmp_path / "out.mp4", (width, height), opened.fps) as recorder:
            recorder.write(first.image)
            for frame in iter(opened.read, None):
                recorder.write(frame.image)
    recorded = first_frame(tmp_path / "out.mp4")
    assert recorded.shape == ((120, 213 + 1, 3) if degrees == 180 else (213 + 1, 120, 3)), "even sizes"
    assert corner(recorded) == corner(first.image)
    assert disc_aspect(recorded) == pytest.approx(1, abs=0.05)


class Tape:
    """A capture of squeezed pictures; `turned` as OpenCV states a rotation it has carried out."""

    def __init__(self, pixels: tuple[float, float], turned: float = 0.0, frames: int | None = None) -> None:
        self.stated = {
            cv2.CAP_PROP_SAR_NUM: pixels[0],
            cv2.CAP_PROP_SAR_DEN: pixels[1],
            cv2.CAP_PROP_ORIENTATION_META: turned,
            cv2.CAP_PROP_ORIENTATION_AUTO: 1.0,
        }
        self.left = itertools.count() if frames is None else iter(range(frames))

    def read(self) -> tuple[bool, np.ndarray | None]:
        number = next(self.left, None)
        return number is not None, None if number is None else np.full((30, 40, 3), number % 200, np.uint8)

    def get(self, property_id: int) -> float:
        return self.stated.get(property_id, 0.0)

    def release(self) -> None:
        self.stated = {}


def test_a_stream_has_square_pixels_too() -> None:
    with LiveSource(lambda: Tape((2, 1)), "stream") as opened:
        frame = opened.read()
    assert frame is not None and frame.image.shape == (30, 80, 3)


def test_a_change_of_shape_in_the_middle_is_followed() -> None:
    """Television switches between 4:3 and 16:9 without a new file."""
    tape = Tape((1, 1))
    with VideoSource(tape, "tape") as opened:
        before = opened.read()
        tape.stated[cv2.CAP_PROP_SAR_NUM] = 2.0
        after = opened.read()
    assert before is not None and before.image.shape == (30, 40, 3)
    assert after is not None and after.image.shape == (30, 80, 3)


@pytest.mark.parametrize("stated", [(0, 0), (-1, -1), (0, 1), (float("nan"), 1), (float("inf"), 1), (5, -5)])
def test_a_shape_that_is_not_known_is_square(stated: tuple[float, float]) -> None:
    with VideoSource(Tape(stated), "camera") as opened:
        frame = opened.read()
    assert frame is not None and frame.image.shape == (30, 40, 3)
