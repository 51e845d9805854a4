"""The thread around the guide: shots, views, the end, a lost camera, errors."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from facecam.core.errors import CameraError
from facecam.core.types import Box, Frame
from facecam.engine.enrollment import guide_session
from facecam.engine.enrollment.guide import Guide, GuideLimits
from facecam.engine.enrollment.guide_session import GuidedSession, with_room
from facecam.vision.sources.protocol import SourceStatus
from tests.engine.fakes import FakeSource, eventually, scene
from tests.engine.sitter import Sitter

FAST = GuideLimits(countdown_s=0.0, hold_s=0.2, pause_s=0.0)


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look is what the sitter gives; picture and detector are not looked at."""
    monkeypatch.setattr(guide_session, "look_at", lambda image, at_s, *rest: Sitter().look(at_s))


class Detector:
    name = "hog"

    def detect(self, image: object) -> Sequence[Any]:
        return []


class Run:
    """A session and what it said."""

    def __init__(self, source: FakeSource, **options: Any) -> None:
        self.ended = threading.Event()
        self.error: BaseException | None = None
        self.rung = 0
        guide = Guide(options.pop("poses", ("front", "smile")), FAST)
        detector: Any = Detector()
        self.session = GuidedSession(
            source, detector, guide, notify=self.notify, on_finished=self.finish, **options
        )

    def notify(self) -> None:
        self.rung += 1

    def finish(self, error: BaseException | None) -> None:
        self.error = error
        self.ended.set()


def frames(count: int, step_s: float = 0.1) -> list[Frame]:
    return [Frame(scene(), index, index * step_s) for index in range(count)]


def test_a_film_gives_its_photos_and_ends() -> None:
    run = Run(FakeSource(frames(40, 0.02)), poses=("front",))
    run.session.start()
    assert run.ended.wait(60) and run.error is None
    (shot,) = run.session.shots
    assert shot.pose == "front" and shot.image.dtype == np.uint8 and shot.overall > 0
    assert run.session.stop() and run.rung >= 1


def test_a_film_that_ends_too_early_keeps_what_was_taken() -> None:
    run = Run(FakeSource(frames(30, 0.02)), poses=("front", "up"))
    run.session.start()
    assert run.ended.wait(60)
    assert [shot.pose for shot in run.session.shots] == ["front"]
    run.session.stop()


def test_skip_redo_and_stop_from_another_thread() -> None:
    run = Run(FakeSource(frames(1000, 0.02), live=True, period_s=0.02, ends=False), poses=("front", "up"))
    run.session.start()
    assert eventually(lambda: len(run.session.shots) == 1)
    run.session.redo()
    assert run.session.shots == ()
    assert eventually(lambda: len(run.session.shots) == 1)
    run.session.skip()
    assert run.ended.wait(60), "nothing is left to do"
    assert run.session.stop()


def test_the_camera_is_let_go_and_the_newest_view_waits() -> None:
    source = FakeSource(frames(1000, 0.02), live=True, period_s=0.02, ends=False)
    run = Run(source, poses=("up",))
    run.session.start()
    assert eventually(lambda: run.rung > 0)
    view = run.session.results.take()
    assert view is not None and view.guidance.pose == "up" and view.image.shape == (240, 320, 3)
    assert run.session.stop() and source.closed


def test_an_error_of_the_source_is_handed_on() -> None:
    run = Run(FakeSource(frames(1), fault=CameraError("gone", hint="look")))
    run.session.start()
    assert run.ended.wait(60) and isinstance(run.error, CameraError)
    run.session.stop()


def test_a_lost_camera_is_said() -> None:
    class Lost(FakeSource):
        @property
        def status(self) -> SourceStatus:
            return SourceStatus("lost", "camera 0 stopped delivering pictures")

    run = Run(Lost([], live=True, ends=False))
    run.session.start()
    assert eventually(lambda: run.rung > 0)
    view = run.session.results.take()
    assert view is not None and view.status.state == "lost" and view.image.shape == (1, 1, 3)
    run.session.stop()


def test_only_the_face_with_some_room_is_kept() -> None:
    image = np.arange(480 * 640 * 3, dtype=np.uint32).astype(np.uint8).reshape(480, 640, 3)
    kept = with_room(image, Box(270, 190, 370, 290))
    assert kept.shape == (280, 280, 3) and np.array_equal(kept, image[100:380, 180:460])
    assert with_room(image, Box(-20, -20, 60, 60)).shape == (132, 132, 3)
