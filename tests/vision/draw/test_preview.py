"""The preview window, with OpenCV's windows replaced: no display is needed."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from facecam.core.errors import ConfigError
from facecam.vision.draw.preview import PreviewWindow

IMAGE = np.full((20, 30, 3), (255, 128, 0), np.uint8)


@dataclass
class Screen:
    """Records what a window would do."""

    key: int = -1
    visible: float = 1.0
    calls: list[str] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    shown: list[np.ndarray] = field(default_factory=list)

    def destroy(self, title: str) -> None:
        self.calls.append("destroy")
        if self.visible < 1:
            raise cv2.error("NULL window")


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setenv("QT_LOGGING_RULES", "")  # What the window says there ends with the test.
    monkeypatch.setattr(cv2, "namedWindow", lambda title, flags: screen.calls.append("open"))
    monkeypatch.setattr(cv2, "resizeWindow", lambda title, *size: setattr(screen, "size", size))
    monkeypatch.setattr(cv2, "imshow", lambda title, image: screen.shown.append(image))
    monkeypatch.setattr(cv2, "waitKey", lambda delay_ms: screen.key)
    monkeypatch.setattr(cv2, "getWindowProperty", lambda title, which: screen.visible)
    monkeypatch.setattr(cv2, "destroyWindow", screen.destroy)
    return screen


def test_it_opens_once_at_the_size_of_the_first_frame(screen: Screen) -> None:
    window = PreviewWindow("Live")
    assert screen.calls == []
    assert window.show(IMAGE)
    assert window.show(IMAGE)
    assert screen.calls == ["open"]
    assert screen.size == (30, 20)


def test_without_a_desktop_it_is_said_what_to_do(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(title: str, flags: int) -> None:
        raise cv2.error("Null pointer in function 'cvNamedWindow'")

    monkeypatch.setattr(cv2, "namedWindow", refused)
    with pytest.raises(ConfigError) as caught:
        PreviewWindow("Live").show(IMAGE)
    assert caught.value.hint == "Repeat with --no-show."


def test_colors_are_handed_over_the_way_the_window_wants_them(screen: Screen) -> None:
    """Ours are RGB, the window's BGR."""
    PreviewWindow("Live").show(IMAGE)
    np.testing.assert_array_equal(screen.shown[0][0, 0], (0, 128, 255))
    assert screen.shown[0].flags.c_contiguous


@pytest.mark.parametrize("key", [ord("q"), 27, ord("q") | 0x100000])
def test_q_and_escape_end_the_show(screen: Screen, key: int) -> None:
    """Some systems set higher bits for locked keys."""
    screen.key = key
    assert not PreviewWindow("Live").show(IMAGE)


def test_other_keys_do_not(screen: Screen) -> None:
    screen.key = ord("x")
    assert PreviewWindow("Live").show(IMAGE)


def test_closing_the_window_ends_the_show(screen: Screen) -> None:
    screen.visible = 0.0
    window = PreviewWindow("Live")
    assert not window.show(IMAGE)
    window.close()  # It is gone already: no error.


def test_a_window_never_opened_is_not_closed(screen: Screen) -> None:
    PreviewWindow("Live").close()
    assert screen.calls == []


def test_close_closes(screen: Screen) -> None:
    window = PreviewWindow("Live")
    window.show(IMAGE)
    window.close()
    assert screen.calls == ["open", "destroy"]
