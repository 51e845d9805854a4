"""One source being recognised for a window: from opening to the last thread's end."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import FacecamError, GalleryError
from facecam.core.events import CancelToken, EventSink, ignore
from facecam.core.mailbox import Mailbox
from facecam.core.types import FrameResult
from facecam.embedding.embedder import Embedder
from facecam.engine import parts
from facecam.engine.acceptance import strangers_accepted
from facecam.engine.demo import Demo
from facecam.engine.live import LiveSession
from facecam.engine.live_view import LiveView, for_screen, seen_faces
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognizer import FaceRecognizer, GalleryWatch
from facecam.engine.recording import LiveRecording
from facecam.engine.samples import FaceSample
from facecam.engine.sightings import SightingLog, Visitor
from facecam.engine.steady import NewFaces
from facecam.engine.unknowns import UnknownTray
from facecam.gallery.gallery import Gallery
from facecam.gallery.match import Matcher
from facecam.runtime.card import ModelCard
from facecam.vision.detect.protocol import Detector
from facecam.vision.source import FrameSource, SourceStatus, open_source

#: Faces are searched in pictures of at most this many px along the longer side: a 4K frame takes as
#: long as one of 1280 px, and the chips are cut from the whole frame.
SEARCH_PX = 1280
#: ms of detection from which every 2nd, 3rd and 4th frame only is searched, and faces followed in between.
_SPARING_MS = (35.0, 70.0, 120.0)
_WEIGHT = 0.2
#: Seconds over which frames per second are counted.
_RATE_WINDOW_S = 2.0
#: Tracks are numbered per run; the tray outlives runs.
_numbers = itertools.count(1)


@dataclass(slots=True)
class LiveDesk:
    """What outlives a source: the tray and the log, both in memory only."""

    unknowns: UnknownTray = field(default_factory=UnknownTray)
    log: SightingLog = field(default_factory=SightingLog)


@dataclass(frozen=True, slots=True, eq=False)
class LiveModels:
    """The opened models of some settings, to be used by one run after the other."""

    detector: Detector
    embedder: Embedder


def open_models(settings: Settings) -> LiveModels:
    """Open what the settings name; takes about a second.

    Raises:
        WeightsError: a model is missing or damaged.
    """
    return LiveModels(parts.open_detector(settings), parts.open_embedder(settings))


def open_live(
    settings: Settings,
    source: str,
    desk: LiveDesk,
    *,
    models: LiveModels | None = None,
    every: int | None = None,
    doorbell: Callable[[], None],
    on_finished: Callable[[BaseException | None], None] = lambda error: None,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
) -> LiveRun:
    """Open models, gallery and source; takes seconds, so not for a GUI thread.

    A gallery that cannot be used (of another model, damaged) does not stop the
    picture: everybody is then unknown, `LiveRun.gallery_error` says why, and a
    rebuilt one takes effect within a second.

    Args:
        settings: models, folders, detector, threshold.
        source: as `open_source` takes it.
        desk: tray and log to go on with.
        models: opened ones for these settings; None: opened here.
        every: detect in every n-th frame; None: as often as the processor allows.
        doorbell: called from the recognition thread when a view waits.
        on_finished: called from that thread at the end, with the error or None.
        on_event: gets notices, from any thread.
        cancel: asked between the steps.

    Raises:
        WeightsError: a model is missing or damaged.
        CameraError, DataError: the source cannot be opened.
        Cancelled: `cancel` was called.
    """
    cancel = cancel or CancelToken()
    opened = models or open_models(settings)
    cancel.check()
    watch = GalleryWatch(settings, opened.embedder, on_event)
    matcher, gallery_error = _matcher(settings, watch, opened.embedder.card)
    recognizer = FaceRecognizer(
        opened.detector,
        opened.embedder,
        matcher,
        every=every or 1,
        keep_samples=True,
        search_px=SEARCH_PX,
    )
    frames = open_source(source, on_event=on_event, demo_clip=Demo(DEMO_FOLDER).clip)
    if cancel.cancelled:
        frames.close()
        cancel.check()
    run = LiveRun(settings, frames, recognizer, watch, desk, gallery_error, doorbell, on_finished, on_event)
    run.sparing = every is None
    return run


def _matcher(settings: Settings, watch: GalleryWatch, card: ModelCard) -> tuple[Matcher, GalleryError | None]:
    try:
        return watch.load(), None
    except GalleryError as error:
        nobody = Gallery.empty(card.model_id, card.dimensions)
        return parts.open_matcher(settings, nobody, card), error


class LiveRun:
    """A running source. Its methods are quick and may be called from any thread, but for `stop` and `stop_recording`.

    Made by `open_live`. Views wait in a one-slot mailbox; `doorbell` rings when
    one arrives in the empty box.
    """

    def __init__(
        self,
        settings: Settings,
        source: FrameSource,
        recognizer: FaceRecognizer,
        watch: GalleryWatch,
        desk: LiveDesk,
        gallery_error: GalleryError | None,
        doorbell: Callable[[], None],
        on_finished: Callable[[BaseException | None], None],
        on_event: EventSink,
    ) -> None:
        self.source, self.desk, self.gallery_error = source, desk, gallery_error
        self._settings, self._recognizer, self._watch = settings, recognizer, watch
        self.sparing = False
        self._detect_ms = 0.0
        self._number = next(_numbers)
        self._wishes: deque[Callable[[], None]] = deque()
        self._new_faces = NewFaces()
        self._moments: deque[float] = deque()
        self._screen_px = (0, 0)
        self._recording: LiveRecording | None = None
        self._matcher_seen = recognizer.matcher
        self._lock = threading.Lock()
        self._session: LiveSession[LiveView] = LiveSession(
            source,
            recognizer,
            watch,
            doorbell=doorbell,
            on_finished=lambda error: self._finish(error, on_finished),
            on_event=on_event,
            prepare=self._prepare,
        )

    # --- for the window

    @property
    def card(self) -> ModelCard:
        """The card of the model in use."""
        return self._recognizer.embedder.card

    @property
    def embedder(self) -> Embedder:
        """The open embedder; may be used from any thread."""
        return self._recognizer.embedder

    @property
    def views(self) -> Mailbox[LiveView]:
        """Where the newest view waits."""
        return self._session.results

    @property
    def status(self) -> SourceStatus:
        """What the source is doing; a lost camera is noticed here, so ask a few times a second."""
        status = self.source.status
        if status.state == "lost":
            self.desk.log.end()
        return status

    @property
    def live(self) -> bool:
        """Whether the source is a camera or stream, that goes on by itself."""
        return self.source.live

    @property
    def description(self) -> str:
        """What is being watched, in words."""
        return self.source.description

    @property
    def model_id(self) -> str:
        """The embedding model in use."""
        return self.card.model_id

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody the gallery knows, by name."""
        gallery = self._recognizer.matcher.gallery
        return tuple(sorted((one.name for one in gallery.identities), key=str.casefold))

    def strangers_accepted(self, squared_l2: float) -> float | None:
        """Share of strangers who would be given a name at a threshold; None if that was never measured."""
        return strangers_accepted(self.card, squared_l2, self.people)

    @property
    def recommended_threshold(self) -> float:
        """squared_l2 that the gallery or the model's card recommends."""
        return parts.accepted_threshold(
            replace(self._settings, threshold=None), self._recognizer.matcher.gallery, self.card
        )

    @property
    def threshold(self) -> float:
        """squared_l2 in force."""
        return self._recognizer.matcher.threshold

    @property
    def people(self) -> int:
        """How many people the gallery knows."""
        return len(self._recognizer.matcher.gallery)

    def start(self) -> None:
        """Begin."""
        self.desk.log.begin(self.source.description)
        self.desk.unknowns.recheck(self._recognizer.matcher)
        self._session.start()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End, finish a recording and close the source; returns whether every thread has ended.

        Raises:
            DataError: the recording could not be completed.
        """
        ended = self._session.stop(timeout_s)
        self.stop_recording()
        self.desk.log.end()
        return ended

    def use_threshold(self, squared_l2: float | None) -> None:
        """Match by this from the next frame on; None: the recommended one."""
        self._watch.use_threshold(squared_l2)
        self._settings = replace(self._settings, threshold=squared_l2)

        def apply() -> None:
            value = self.recommended_threshold if squared_l2 is None else squared_l2
            self._recognizer.use_matcher(self._recognizer.matcher.with_threshold(value))

        self._wishes.append(apply)

    def hurry(self) -> None:
        """Look at once whether the people have changed, not within a second."""
        self._watch.hurry()

    def ignore(self, track_id: int) -> None:
        """Leave a face without a name until it goes out of view."""
        self._wishes.append(lambda: self._recognizer.ignore(track_id))

    def show_at(self, width_px: int, height_px: int) -> None:
        """How large views are shown, in pixels of the screen: larger pictures are shrunk to it."""
        self._screen_px = (width_px, height_px)

    def record(self, path: Path, *, annotated: bool = True, unknown: str = "unknown") -> None:
        """Begin to record what is shown; does nothing if a recording is going on."""
        with self._lock:
            if self._recording is None:
                self._recording = LiveRecording(path, self.source.fps, annotated=annotated, unknown=unknown)

    @property
    def recording(self) -> LiveRecording | None:
        """The recording going on."""
        return self._recording

    def stop_recording(self) -> tuple[Path, float] | None:
        """Finish the recording; returns the video and its seconds, None if there was none. Takes a moment.

        Raises:
            DataError: the file could not be completed.
        """
        with self._lock:
            recording, self._recording = self._recording, None
        return None if recording is None else (recording.path, recording.close())

    # --- in the recognition thread

    def _prepare(self, result: FrameResult) -> LiveView:
        while self._wishes:
            self._wishes.popleft()()
        self._follow_gallery()
        if self.sparing:
            self._spare(result.timings_ms.get("detect", 0.0))
        result = self._new_faces.held(result, self.card)
        samples = {
            face.track_id: self._recognizer.samples_of(face.track_id)
            for face in result.faces
            if face.track_id
        }
        self._tell_desk(result, samples)
        view = self._view(result, samples)
        recording = self._recording
        if recording is not None:
            recording.put(view)
        return view

    def _spare(self, detect_ms: float) -> None:
        """Search as often as leaves a film its speed; the first frame pays for warming up and counts less."""
        if detect_ms > 0:
            first = not self._detect_ms
            self._detect_ms += _WEIGHT * (min(detect_ms, 200.0) - self._detect_ms) * (0.5 if first else 1.0)
            self._recognizer.every = 1 + sum(self._detect_ms > limit_ms for limit_ms in _SPARING_MS)

    def _follow_gallery(self) -> None:
        matcher = self._recognizer.matcher
        if matcher is self._matcher_seen:
            return
        if matcher.gallery is not self._matcher_seen.gallery:
            self.gallery_error = None
            known = {identity.id for identity in matcher.gallery.identities}
            # Whoever was deleted is forgotten here too.
            self.desk.log.forget(lambda identity: identity.id in known)
        self._matcher_seen = matcher
        self.desk.unknowns.recheck(matcher)

    def _tell_desk(self, result: FrameResult, samples: dict[int, tuple[FaceSample, ...]]) -> None:
        self.desk.log.update(result, self.card.percent)
        for face in result.faces:
            track = (self._number, face.track_id)
            if face.track_id in self._recognizer.ignored:
                self.desk.unknowns.withdraw(track)
            elif face.match is None or not face.track_id:
                continue
            elif face.match.identity is None:
                self.desk.unknowns.observe(track, samples[face.track_id], face.match.threshold)
            else:
                self.desk.unknowns.withdraw(track)

    def _view(self, result: FrameResult, samples: dict[int, tuple[FaceSample, ...]]) -> LiveView:
        now_s = time.monotonic()
        live = self.source.live
        return LiveView(
            frame=result.frame,
            picture=for_screen(result.frame.image, self._screen_px),
            faces=seen_faces(result, self.card, self._recognizer.ignored, samples),
            here=self._here(result, samples),
            timings_ms=result.timings_ms,
            frames_per_s=self._rate(now_s),
            age_ms=(now_s - result.frame.captured_at) * 1e3 if live else result.timings_ms.get("total", 0.0),
            made_at_s=now_s,
            people=self.people,
            threshold=self.threshold,
        )

    def _here(self, result: FrameResult, samples: dict[int, tuple[FaceSample, ...]]) -> tuple[Visitor, ...]:
        faces = {
            face.match.identity.id if face.match.identity else None: face
            for face in result.faces
            if face.match is not None
        }
        visitors = []
        for visit in self.desk.log.here():
            face = faces.get(visit.identity.id if visit.identity else None)
            looks = samples.get(face.track_id or 0, ()) if face else ()
            match = face.match if face else None
            percent = self.card.percent(match.squared_l2) if match and match.identity else visit.percent
            visitors.append(Visitor(visit.identity, visit.came, percent, looks[0].picture if looks else None))
        return tuple(visitors)

    def _rate(self, now_s: float) -> float:
        self._moments.append(now_s)
        while now_s - self._moments[0] > _RATE_WINDOW_S:
            self._moments.popleft()
        passed_s = now_s - self._moments[0]
        return (len(self._moments) - 1) / passed_s if passed_s > 0 else 0.0

    def _finish(
        self, error: BaseException | None, on_finished: Callable[[BaseException | None], None]
    ) -> None:
        self.desk.log.end()
        on_finished(error)


def is_fault(error: BaseException | None) -> bool:
    """Whether an ending was a fault the user can mend rather than a bug."""
    return isinstance(error, FacecamError)
