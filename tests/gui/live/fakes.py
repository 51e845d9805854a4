"""A service whose runs the test plays: it gives views, loses the camera, ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink, Progress
from facecam.core.mailbox import Mailbox
from facecam.core.types import Box, Detection, FaceState, FloatArray, Frame, Identity, ImageArray, LifeTask
from facecam.core.words import ENGLISH, LabelWords
from facecam.engine.enrollment.rejections import Rejected
from facecam.engine.live.actions import DrawnLook, Named
from facecam.engine.live.alert_actions import AlertTargets
from facecam.engine.live.alerts import AlertRule
from facecam.engine.live.appearances import Appearances
from facecam.engine.live.trial import TrialModel
from facecam.engine.live.unknown_faces import UnknownGroup
from facecam.engine.live.view import LiveView, SeenFace
from facecam.engine.photos.no_faces import NoFace
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.recognition.threshold_prices import Prices
from facecam.engine.visits.log import Sighting, Visitor
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.live.bridge import LiveBridge
from facecam.gui.live.engine_service import LiveRequest
from facecam.vision.sources.protocol import SourceState, SourceStatus

ADA, EVE = Identity("1", "Ada"), Identity("2", "Eve")
MORNING = datetime(2026, 3, 1, 9, 30, 0, tzinfo=UTC)
_VECTOR = np.eye(1, 128, dtype=np.float32)[0]


def sample(quality: float = 0.9) -> FaceSample:
    """A look at a face, 40 px."""
    picture = np.full((60, 60, 3), 90, np.uint8)
    return FaceSample(
        picture, Detection(Box(10, 10, 50, 50), 1.0, np.zeros((5, 2), np.float32)), _VECTOR, quality, 0.0
    )


def face(
    state: FaceState = "unknown",
    identity: Identity | None = None,
    *,
    track: int = 1,
    left: float = 100,
    percent: float = 97.0,
    samples: int = 1,
    looks_like: Identity | None = None,
    asked: LifeTask | None = None,
) -> SeenFace:
    """A face of 80 px at (left, 60)."""
    box = Box(left, 60, left + 80, 140)
    looks = tuple(sample() for _ in range(samples))
    return SeenFace(track, box, state, identity, percent if identity else 0.0, looks, looks_like, asked)


def known(identity: Identity = ADA, **more: Any) -> SeenFace:
    return face("known", identity, **more)


def view(
    *faces: SeenFace, size: tuple[int, int] = (320, 240), people: int = 2, here: Sequence[Visitor] = ()
) -> LiveView:
    """A grey view with these faces."""
    width, height = size
    image = np.full((height, width, 3), 120, np.uint8)
    timings = {"detect": 20.0, "track": 1.0, "align": 0.5, "embed": 4.0, "match": 0.1, "total": 25.6}
    return LiveView(
        Frame(image, 0, 1.0), image, faces, tuple(here), timings, 24.0, 30.0, time.monotonic(), people, 0.155
    )


def visitor(identity: Identity | None = ADA, percent: float = 97.0) -> Visitor:
    return Visitor(identity, MORNING, percent, np.full((40, 40, 3), 90, np.uint8))


def sighting(number: int = 1, identity: Identity | None = ADA, left: datetime | None = None) -> Sighting:
    return Sighting(number, identity, MORNING, left, 97.0, "camera 0")


def group(number: int = 1, samples: int = 3) -> UnknownGroup:
    return UnknownGroup(number, tuple(sample() for _ in range(samples)), 2, 0.0, 1.0)


class FakeRun:
    """A running source, see `LiveSession`."""

    live = True
    description = "camera 0"
    model_id = "test-model@1"
    recommended_threshold = 0.155

    def __init__(self, listener: LiveBridge, people: int = 2) -> None:
        self.views: Mailbox[LiveView] = Mailbox()
        self.listener, self.people = listener, people
        self.state: SourceState = "playing"
        self.threshold = 0.155
        self.gallery_error: FacecamError | None = None
        self.recording: Any = None
        self.started = self.stopped = 0
        self.ignored: list[int] = []
        self.rejected: list[tuple[int, str]] = []
        self.accepted: list[tuple[str, int]] = []
        self.marked: list[int] = []
        self.tried: list[str | None] = []
        self._paused = False
        self.seekable = self.at_end = False
        self.duration_s: float | None = None
        self.pictures: int | None = None
        self.appearances: Appearances | None = None
        self.blurs: list[str] = []
        self.wound: list[tuple[str, float]] = []
        self.thresholds: list[float | None] = []
        self.screen: tuple[int, int] | None = None
        self.hurried = 0
        self.stop_error: FacecamError | None = None
        self.stopped_in: threading.Thread | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return ("Ada", "Eve")[: self.people]

    @property
    def status(self) -> SourceStatus:
        return SourceStatus(self.state, f"{self.description} stopped delivering pictures")

    def prices(self, squared_l2: float) -> Prices:
        return Prices(min(1.0, squared_l2 / 15.5), 0.5, own=True)

    def likely(self, vectors: FloatArray) -> Sequence[tuple[str, float]]:
        return (("Eve", 91.0), ("Ada", 12.0))

    def give(self, shown: LiveView) -> None:
        """A view from the recognition thread."""
        if self.views.put(shown):
            self.listener.notify()

    def take_over_marks(self, before: FakeRun) -> None:
        if self.appearances and before.appearances:
            people = (one.identity for one in before.appearances.all() if one.identity)
            self.appearances.take_over(before.appearances, people)

    def start(self) -> None:
        self.started += 1

    def stop(self, timeout_s: float = 3.0) -> bool:
        self.stopped += 1
        self.stopped_in = threading.current_thread()
        if self.stop_error is not None:
            raise self.stop_error
        self.stop_recording()
        return True

    def use_threshold(self, squared_l2: float | None) -> None:
        self.thresholds.append(squared_l2)
        self.threshold = self.recommended_threshold if squared_l2 is None else squared_l2

    def blur(self, settings: Settings) -> None:
        self.blurs.append(settings.blur_faces)

    def check_now(self) -> None:
        self.hurried += 1

    def ignore(self, track_id: int) -> None:
        self.ignored.append(track_id)

    def reject(self, track_id: int, who: Identity) -> None:
        self.rejected.append((track_id, who.name))

    def accept(self, who: Identity, vectors: FloatArray) -> None:
        self.accepted.append((who.name, len(vectors)))

    def try_model(self, model: TrialModel | None) -> None:
        self.tried.append(None if model is None else model.name)

    @property
    def paused(self) -> bool:
        return self._paused

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False

    def seek(self, time_s: float) -> None:
        self.wound.append(("seek", time_s))

    def step(self, direction: int) -> None:
        self._paused = True
        self.wound.append(("step", direction))

    def play_at(self, speed: float) -> None:
        self.wound.append(("speed", speed))

    def next_unknown(self) -> None:
        self._paused = False
        self.wound.append(("unknown", 0))

    def mark_no_face(self, shown: LiveView, face: SeenFace) -> NoFace:
        self.marked.append(face.track_id)
        return NoFace("m1", "source x", face.box)

    def show_at(self, width_px: int, height_px: int) -> None:
        self.screen = (width_px, height_px)

    def record(
        self, path: Path, *, annotated: bool = True, words: LabelWords = ENGLISH, done: Any = None
    ) -> None:
        self.recording = SimpleNamespace(path=path, seconds=65.0, error=None, annotated=annotated, done=done)

    def stop_recording(self) -> None:
        recording, self.recording = self.recording, None
        if recording:
            recording.done(recording.path, recording.seconds)


class FakeService:
    """An `EngineLiveService` that remembers what was asked of it."""

    def __init__(self) -> None:
        self.followed = 0
        self.found: tuple[CameraChoice, ...] = ()
        self.requests: list[LiveRequest] = []
        self.runs: list[FakeRun] = []
        self.open_error: FacecamError | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.people = 2
        self.portraits_of: list[str] = []
        self.done: list[tuple[Any, ...]] = []
        self.consents: list[str | None] = []
        self.fault: FacecamError | None = None
        self.log: tuple[Sighting, ...] = ()
        self.log_version = 0
        self.groups: tuple[UnknownGroup, ...] = ()
        self.unknowns_version = 0
        self.minutes = -1
        self.forgotten_models = 0
        self.left_out: tuple[str, ...] = ()
        self.looked = 0
        self.kept: list[bool] = []
        self.log_fault: FacecamError | None = None
        self.less_sure = ""

    @property
    def run(self) -> FakeRun:
        """The newest run."""
        return self.runs[-1]

    def cameras(self) -> tuple[CameraChoice, ...]:
        self.looked += 1
        return self.found

    def open(self, request: LiveRequest, listener: LiveBridge, previous: Any, cancel: CancelToken) -> FakeRun:
        if previous is not None:
            previous.stop()
        self.requests.append(request)
        assert self.gate.wait(60)
        if self.open_error is not None:
            raise self.open_error
        run = FakeRun(listener, self.people)
        self.runs.append(run)
        return run

    def _do(self, *what: Any) -> None:
        if self.fault is not None:
            raise self.fault
        self.done.append(what)

    def name_face(
        self, name: str, samples: Sequence[FaceSample], consent: str | None, on_event: EventSink
    ) -> Named:
        self.consents.append(consent)
        self._do("name", name, len(samples))
        is_new = name not in ("Ada", "Eve")
        return Named(
            Identity("9", name),
            is_new,
            (Path("/x/1.png"),) * len(samples),
            np.zeros((1, 128), np.float32),
            EVE if is_new else None,
        )

    def portraits(self, names: Sequence[str], cancel: CancelToken) -> dict[str, ImageArray | None]:
        self.portraits_of += list(names)
        return {name: None if name == "Ada" else np.full((60, 40, 3), 90, np.uint8) for name in names}

    def look_in_box(self, image: ImageArray, box: Box) -> DrawnLook:
        self._do("look", box.as_ints())
        return DrawnLook(sample(), self.less_sure)

    def unmark_no_face(self, mark: NoFace) -> None:
        self._do("unmark", mark.id)

    def forget_no_faces(self) -> tuple[NoFace, ...]:
        self._do("forget no faces")
        return (NoFace("m1", "source x", Box(0, 0, 1, 1)),) * 2

    def mark_no_faces_again(self, marks: Sequence[NoFace]) -> None:
        self._do("mark again", len(marks))

    def undo_naming(self, named: Named, on_event: EventSink) -> None:
        self._do("undo naming", named.identity.name)

    def reject(
        self, who: Identity, samples: Sequence[FaceSample], source: str, on_event: EventSink
    ) -> Rejected:
        self._do("reject", who.name, len(samples))
        return Rejected(who, (), np.zeros((1, 128), np.float32))

    def undo_rejection(self, rejected: Rejected, on_event: EventSink) -> None:
        self._do("undo rejection", rejected.identity.name)

    def save_snapshot(self, shown: LiveView, path: Path, *, annotated: bool, words: LabelWords) -> Path:
        self._do("snapshot", annotated, path)
        return path

    def rebuild(self, on_event: EventSink, cancel: CancelToken) -> tuple[int, tuple[str, ...]]:
        on_event(Progress("people", 3, 12))
        assert self.gate.wait(60)
        self._do("rebuild")
        for run in self.runs:
            run.gallery_error = None
        return 12, self.left_out

    def export_log(self, path: Path, unknown: str) -> int:
        self._do("export", path, unknown)
        return len(self.log)

    def sightings(self) -> tuple[Sighting, ...]:
        return self.log

    def forget_who_is_gone(self) -> None:
        self.followed += 1

    def keep_log(self, wanted: bool) -> None:
        self.kept.append(wanted)

    def clear_log(self) -> None:
        self._do("clear log")
        self.log, self.log_version = (), self.log_version + 1

    def unknown_groups(self) -> tuple[UnknownGroup, ...]:
        return self.groups

    def keep_unknowns_for(self, minutes: int) -> None:
        self.minutes = minutes

    def forget_unknown(self, number: int) -> None:
        self._do("forget", number)
        self.show_groups(*(one for one in self.groups if one.number != number))

    def clear_unknowns(self) -> None:
        self._do("clear unknowns")
        self.show_groups()

    def forget_everybody(self) -> None:
        self._do("forget everybody")

    def watch_for(self, rule: AlertRule, targets: AlertTargets, heard: Any, failed: Any) -> None:
        self.watched, self.heard, self.failed = (rule, targets), heard, failed

    def open_trial(self, model: str, on_event: EventSink, cancel: CancelToken) -> Any:
        on_event(Progress("people", 1, 2))
        assert self.gate.wait(60)
        self._do("trial", model)
        return SimpleNamespace(name=model)

    def forget_models(self) -> None:
        self.forgotten_models += 1

    def show_groups(self, *groups: UnknownGroup) -> None:
        self.groups, self.unknowns_version = groups, self.unknowns_version + 1

    def show_log(self, *entries: Sighting) -> None:
        self.log, self.log_version = entries, self.log_version + 1
