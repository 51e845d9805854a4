"""Size, rate and rotation asked of a camera."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from facecam.core.errors import ConfigError
from facecam.vision.sources import camera, camera_format
from facecam.vision.sources.camera_format import CameraFormat


class FakeCamera:
    """Remembers what was set; gives a picture of 4×2 px with a mark in the upper left corner."""

    def __init__(self, *_: object) -> None:
        self.wanted: dict[int, float] = {}
        self.released = False

    def isOpened(self) -> bool:
        return True

    def set(self, property_id: int, value: float) -> bool:
        self.wanted[property_id] = value
        return True

    def get(self, property_id: int) -> float:
        return 30.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        picture = np.zeros((2, 4, 3), np.uint8)
        picture[0, 0] = 255
        return True, picture

    def release(self) -> None:
        self.released = True


@pytest.mark.parametrize(
    "text", ["", "1280x720", "@15", "r270", "640x480@30r90", "e-2", "1280x720@30r90e+1", "ea"]
)
def test_what_is_written_is_read_again(text: str) -> None:
    assert str(CameraFormat.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["big", "1280", "1280x720r45", "1280x720@", "1x1; rm", "-1x5", "e", "e9", "e+"]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="no format") as refused:
        CameraFormat.parse(text)
    assert "1280x720@30" in refused.value.hint


def test_size_and_rate_are_asked_for_and_nothing_where_nothing_is_wanted() -> None:
    fake = FakeCamera()
    assert CameraFormat().applied(fake) is fake and fake.wanted == {}
    assert CameraFormat(1280, 720, 15).applied(fake) is fake
    wanted = {cv2.CAP_PROP_FRAME_WIDTH: 1280, cv2.CAP_PROP_FRAME_HEIGHT: 720, cv2.CAP_PROP_FPS: 15}
    assert wanted.items() <= fake.wanted.items()


@pytest.mark.parametrize(
    "rotation, corner, shape", [(90, (0, 1), (4, 2)), (180, (1, 3), (2, 4)), (270, (3, 0), (4, 2))]
)
def test_pictures_are_turned(rotation: int, corner: tuple[int, int], shape: tuple[int, int]) -> None:
    fake = FakeCamera()
    turned = CameraFormat(rotation=rotation).applied(fake)
    got, picture = turned.read()
    assert got and picture is not None and picture.shape[:2] == shape and picture[corner].all()
    assert turned.get(5) == 30.0
    turned.release()
    assert fake.released


@pytest.mark.parametrize(
    ("system", "text", "wanted"),
    [
        ("linux", "ea", {cv2.CAP_PROP_AUTO_EXPOSURE: 3}),
        ("linux", "e+1", {cv2.CAP_PROP_AUTO_EXPOSURE: 1, cv2.CAP_PROP_EXPOSURE: 60.0}),
        ("linux", "e-2", {cv2.CAP_PROP_AUTO_EXPOSURE: 1, cv2.CAP_PROP_EXPOSURE: 7.5}),
        ("win32", "e-2", {cv2.CAP_PROP_AUTO_EXPOSURE: 0, cv2.CAP_PROP_EXPOSURE: 28.0}),
        ("win32", "ea", {cv2.CAP_PROP_AUTO_EXPOSURE: 1}),
    ],
)
def test_exposure_is_fixed_from_where_it_is_or_automatic(
    system: str, text: str, wanted: dict[int, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_format.sys, "platform", system)
    fake = FakeCamera()
    CameraFormat.parse(text).applied(fake)
    assert fake.wanted == wanted


def test_what_was_fixed_is_given_back_or_every_opening_would_be_darker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera_format.sys, "platform", "linux")
    kept: dict[int, float] = {cv2.CAP_PROP_EXPOSURE: 160.0}

    class Persistent(FakeCamera):
        """What was set outlives its closing, as in a real camera."""

        def __init__(self) -> None:
            self.wanted = kept

        def get(self, property_id: int) -> float:
            return kept[property_id]

    for _ in range(3):
        opened = CameraFormat.parse("r90e-2").applied(Persistent())
        assert kept == {cv2.CAP_PROP_EXPOSURE: 40.0, cv2.CAP_PROP_AUTO_EXPOSURE: 1}
        opened.release()
    assert kept == {cv2.CAP_PROP_EXPOSURE: 160.0, cv2.CAP_PROP_AUTO_EXPOSURE: 3}


@pytest.mark.parametrize(
    ("system", "now", "most", "asked", "wanted"),
    [
        ("linux", 30.0, 70.0, "e+2", {cv2.CAP_PROP_AUTO_EXPOSURE: 1, cv2.CAP_PROP_EXPOSURE: 60.0}),
        ("linux", 0.0, 70.0, "e+1", {cv2.CAP_PROP_AUTO_EXPOSURE: 3}),
        ("linux", float("nan"), 70.0, "e0", {cv2.CAP_PROP_AUTO_EXPOSURE: 3}),
        ("win32", -6.0, -5.0, "e+4", {cv2.CAP_PROP_AUTO_EXPOSURE: 0, cv2.CAP_PROP_EXPOSURE: -5.0}),
        ("win32", -1.0, -100.0, "e-1", {cv2.CAP_PROP_AUTO_EXPOSURE: 1}),
    ],
)
def test_a_camera_that_refuses_gets_the_nearest_it_takes_or_stays_automatic(
    system: str,
    now: float,
    most: float,
    asked: str,
    wanted: dict[int, float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera_format.sys, "platform", system)

    class Stubborn(FakeCamera):
        def get(self, property_id: int) -> float:
            return now

        def set(self, property_id: int, value: float) -> bool:
            taken = property_id != cv2.CAP_PROP_EXPOSURE or value <= most
            return taken and super().set(property_id, value)

    fake = Stubborn()
    CameraFormat.parse(asked).applied(fake)
    assert fake.wanted == wanted


def test_the_opener_of_a_camera_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[FakeCamera] = []

    def capture(*asked: object) -> FakeCamera:
        made.append(FakeCamera())
        return made[-1]

    monkeypatch.setattr(camera.cv2, "VideoCapture", capture)
    monkeypatch.setattr(camera, "_check_device", lambda index: None)
    camera.camera_opener(0, CameraFormat.parse("640x480r90"))()
    assert made[0].wanted[cv2.CAP_PROP_FRAME_WIDTH] == 640
