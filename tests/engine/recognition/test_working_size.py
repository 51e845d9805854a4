"""How large the pictures are in which a source's faces are looked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from facecam.core.types import Detection, ImageArray
from facecam.engine.recognition import stream
from facecam.engine.recognition.recognizer import GalleryWatch
from facecam.engine.recognition.working_size import working_size_px
from tests.engine.fakes import FakeSource, NoChange, Stage, eventually


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
        (9.0, 480),
        (8.3, 480),  # 480·√(9/8.3) = 500, in whole cells of 32.
        (7.0, 544),
        (2.25, 960),  # Four times the pixels in 9 ms.
        (1.0, 1280),
        (12.0, 416),
        (500.0, 416),
    ],
)
def test_the_working_size_is_what_nine_milliseconds_allow(milliseconds: float, side_px: int) -> None:
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


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("way", ["one by one", "in threads"])
def test_command_line_library_and_window_search_pictures_of_one_size(
    monkeypatch: pytest.MonkeyPatch, way: str, live: bool
) -> None:
    """The first two play through `recognize_stream`, the window through `RecognitionStream`."""
    monkeypatch.setattr(stream, "working_size_px", lambda detector, live: 160 if live else 80)
    stage, no_change, seen = Stage(), NoChange(), []

    def detect(image: ImageArray) -> list[Detection]:
        seen.append(max(image.shape))
        return []

    monkeypatch.setattr(stage, "detect", detect)
    source, watch = FakeSource([stage.frame()], live=live), cast(GalleryWatch, no_change)
    if way == "one by one":
        assert len(list(stream.recognize_stream(source, stage.recognizer({}), watch))) == 1
    else:
        run = stream.RecognitionStream(source, stage.recognizer({}), watch, notify=lambda: None)
        run.start()
        assert eventually(lambda: bool(seen)) and run.stop(10)
    assert seen == [160 if live else 80]
