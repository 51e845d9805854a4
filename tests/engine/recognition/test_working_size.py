"""How large a picture a live source is searched in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from facecam.core.types import Detection, ImageArray
from facecam.engine.recognition.working_size import working_size_px


class Timed:
    """A detector that takes its time, and the clock that shows it."""

    def __init__(self, name: str, milliseconds: float) -> None:
        self.name, self._ms, self.now_s, self.calls = name, milliseconds, 0.0, 0

    def detect(self, image: ImageArray) -> list[Detection]:
        self.calls += 1
        # The first call is slow everywhere.
        self.now_s += self._ms / 1e3 * (50 if self.calls == 1 else 1)
        return []

    def clock_s(self) -> float:
        return self.now_s


@pytest.mark.parametrize(
    ("milliseconds", "side_px"),
    [
        (20.0, 640),
        (5.0, 1280),  # Four times the pixels in 20 ms.
        (1.0, 1280),
        (13.0, 768),  # 640·√(20/13) = 793, in whole cells of 32.
        (27.0, 544),
        (500.0, 480),
    ],
)
def test_the_working_size_is_what_twenty_milliseconds_allow(milliseconds: float, side_px: int) -> None:
    detector: Any = Timed("centerface", milliseconds)
    assert working_size_px(detector, live=True, clock_s=detector.clock_s) == side_px
    assert detector.calls == 4


def test_detectors_that_see_no_small_faces_get_the_large_picture() -> None:
    detector: Any = SimpleNamespace(name="hog")
    assert working_size_px(detector, live=True) == 1280
    assert working_size_px(detector, live=False) is None


def test_a_film_is_searched_alike_on_every_machine() -> None:
    detector: Any = Timed("centerface", 500.0)
    assert working_size_px(detector, live=False) == 1280 and not detector.calls
