"""Live session: one source being recognized for a window, from the first frame to the last thread's end."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.events import EventSink, Notice
from facecam.core.mailbox import Mailbox
from facecam.core.types import FaceState, FloatArray, FrameResult, Identity
from facecam.core.words import ENGLISH, LabelWords
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.live.appearances import Appearances, NextUnknown
from facecam.engine.live.recorder import LiveRecording
from facecam.engine.live.state import LiveState
from facecam.engine.live.trial import Trial, TrialModel
from facecam.engine.live.view import LiveView, SeenFace, SeenNoFace, for_screen, seen_faces
from facecam.engine.photos.no_faces import NoFace
from facecam.engine.recognition.face_blur import BlurRule, FaceBlur, blur_rule
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.recognition.labels import blur_places
from facecam.engine.recognition.likeness import likely_people
from facecam.engine.recognition.recognizer import GalleryWatch, StreamRecognizer
from facecam.engine.recognition.stream import RecognitionStream
from facecam.engine.recognition.threshold_prices import OwnTest, Prices, prices_at
from facecam.engine.scoring import Limit, open_cohort
from facecam.engine.visits.log import Visitor
from facecam.gallery.gallery import Gallery
from facecam.runtime.card import ModelCard
from facecam.vision.detect.protocol import Detector
from facecam.vision.draw.blur import blurred
from facecam.vision.sources.folder import FolderSource
from facecam.vision.sources.protocol import FrameSource, SourceStatus

#: ms of detection from which every 2nd, 3rd and 4th frame only is searched, and faces followed in between.
_SPARING_MS = (35.0, 70.0, 120.0)
_WEIGHT = 0.2
#: Seconds over which frames per second are counted.
_RATE_WINDOW_S = 2.0
#: Tracks are numbered per run; the tray outlives runs.
_numbers = itertools.count(1)


class LiveSession(RecognitionStream[LiveView]):
    """A running source. Its methods are quick and may be called from any thread, but for `stop` and `stop_recording`.

    Made by `live_opening.open_live`. Views wait in a one-slot mailbox; `notify` rings when
    one arrives in the empty box.
    """

    def __init__(
        self,
        settings: Settings,
        source: FrameSource,
        recognizer: StreamRecognizer,
        watch: GalleryWatch,
        desk: LiveState,
        gallery_error: GalleryError | None,
        notify: Callable[[], None],
        on_finished: Callable[[BaseException | None], None],
        on_event: EventSink,
    ) -> None:
        super().__init__(
            source,
            recognizer,
            watch,
            notify=notify,
            on_finished=lambda error: self._finish(error, on_finished),
            on_event=on_event,
        )
        self.desk, self.gallery_error, self._settings = desk, gallery_error, settings
        self.sparing = False
        self._detect_ms = 0.0
        self._number = next(_numbers)
        self._pending_commands: deque[Callable[[], None]] = deque()
        self._moments: deque[float] = deque()
        self._screen_px = (0, 0)
        self._recording: LiveRecording | None = None
        self._recorded: Callable[[Path, float], None]
        self._matcher_seen = recognizer.matcher
        self._unknown_tracks: frozenset[int] = frozenset()
        #: Whether its thread has ended: its detector may be used by others again.
        self.stopped = False
        self._blur = FaceBlur(blur_rule(settings))
        self._trial: Trial | None = None
        self._lock = threading.Lock()
        #: Who is where in a film, as far as it was played; None without a timeline.
        self.appearances = self._made_appearances()
        self._tested: tuple[Gallery, OwnTest | None, Limit] | None = None

    def _made_appearances(self) -> Appearances | None:
        duration_s = getattr(self.source, "duration_s", None) if self.seekable else None
        return Appearances(duration_s, self.source.fps) if duration_s else None

    def take_over_marks(self, before: LiveSession) -> None:
        """Of a film or folder that is watched again, with the same model and no stricter a mode; before `start`."""
        mine, earlier = self.appearances, before.appearances
        wanted, known = _asked_of_life(self._settings), _asked_of_life(before._settings)
        if wanted not in ((), known):
            return  # It holds names of people who were not seen to be alive.
        if mine and earlier and (self.model_id, mine.duration_s) == (before.model_id, earlier.duration_s):
            mine.take_over(earlier, self._recognizer.matcher.gallery.identities)

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
    def detector(self) -> Detector:
        """The open detector; it belongs to this run until it has stopped."""
        return self._recognizer.detector

    @property
    def views(self) -> Mailbox[LiveView]:
        """Where the newest view waits."""
        return self.results

    @property
    def status(self) -> SourceStatus:
        """What the source is doing; a lost camera is noticed here, so ask a few times a second."""
        status = self.source.status
        if status.state == "lost":
            self.desk.log.end(self._number)
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

    def prices(self, squared_l2: float) -> Prices:
        """What a threshold costs; that of the recommended one is said as the test on these people says it."""
        gallery = self._recognizer.matcher.gallery
        if self._tested is None or self._tested[0] is not gallery:
            self._tested = (gallery, OwnTest.of(self._settings.database, gallery), self._recommended)
        _, test, limit = self._tested
        recommended = abs(squared_l2 - limit.squared_l2) < 1e-6
        return prices_at(self.card, gallery, test, squared_l2, limit.value if recommended else None)

    def likely(self, vectors: FloatArray) -> tuple[tuple[str, float], ...]:
        """Everybody by how much a face, float32 (N, D), looks like them, in percent."""
        matcher = self._recognizer.matcher
        if vectors.shape[1] != matcher.gallery.dimensions:
            return ()  # Kept from a run with another model.
        return likely_people(matcher, self.card, vectors)

    @property
    def recommended_threshold(self) -> float:
        """squared_l2 that was measured on these people, or goes with their number."""
        return self._recommended.squared_l2

    @property
    def _recommended(self) -> Limit:
        settings = replace(self._settings, threshold=None)
        cohort = open_cohort(settings, self.card)
        return components.limit_in_force(settings, self._recognizer.matcher.gallery, self.card, cohort)

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
        self.desk.log.begin(self.source.description, self._number)
        self.desk.unknowns.recheck(self._recognizer.matcher)
        super().start()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End, finish a recording and close the source; returns whether every thread has ended.

        Raises:
            DataError: the recording could not be completed.
        """
        self.stopped = ended = super().stop(timeout_s)
        self.stop_recording()
        self.desk.log.end(self._number)
        return ended

    def use_threshold(self, squared_l2: float | None) -> None:
        """Match by this from the next frame on; None: the recommended one."""
        self._watch.use_threshold(squared_l2)
        self._settings = replace(self._settings, threshold=squared_l2)

        def apply() -> None:
            matcher = self._recognizer.matcher
            self._recognizer.use_matcher(
                components.open_matcher(self._settings, matcher.gallery, self.card)
                if squared_l2 is None
                else matcher.with_threshold(squared_l2)
            )

        self._wish(apply)

    def check_now(self) -> None:
        """Look at once whether the people, or what is no face, have changed, not within a second."""
        self._watch.check_now()
        self.touch()

    def ignore(self, track_id: int) -> None:
        """Leave a face without a name until it goes out of view."""
        self._wish(lambda: self._recognizer.ignore(track_id))

    def mark_no_face(self, view: LiveView, face: SeenFace) -> NoFace:
        """Remember that a face shown is none, here and at the next start; writes a file.

        Raises:
            DataError: disk full or no permission.
        """
        assert self._recognizer.no_faces is not None, "`open_live` gives it"
        mark = self._recognizer.no_faces.mark(view.frame.image, face.box, view.frame.name)

        def apply() -> None:
            self._recognizer.dismiss(face.track_id, mark)
            self.desk.unknowns.withdraw((self._number, face.track_id))

        self._wish(apply)
        return mark

    def blur(self, settings: Settings) -> None:
        """Blur whom these settings name, from now on."""
        rule = blur_rule(settings)
        self._wish(lambda: setattr(self, "_blur", FaceBlur(rule)))

    def try_model(self, model: TrialModel | None) -> None:
        """Have another model name the same faces, see `LiveView.tried_faces`; None: no longer."""
        twice, require_live = self._settings.same_person_twice, self._settings.require_live
        trial = None if model is None else Trial(model, same_person_twice=twice, require_live=require_live)
        self._wish(lambda: setattr(self, "_trial", trial))

    @property
    def duration_s(self) -> float | None:
        """Length of a film in s, a second a picture of a folder; None for cameras, or where nothing says so."""
        return getattr(self.source, "duration_s", None) if self.appearances else None

    @property
    def pictures(self) -> int | None:
        """How many pictures there are, for a folder or a single picture; else None."""
        return self.source.frame_count if isinstance(self.source, FolderSource) else None

    def next_unknown(self) -> None:
        """Go on, as fast as recognition can, to the next unknown face that is not in sight now; pause there."""
        self.search(NextUnknown(self._unknown_tracks))

    def _not_found(self) -> None:
        self._on_event(
            Notice("no other unknown face up to the end", "Go back to the beginning to search again.")
        )

    def _wish(self, apply: Callable[[], None]) -> None:
        """Let the recognition thread do something before it shows the next picture."""
        self._pending_commands.append(apply)
        self.touch()

    def reject(self, track_id: int, who: Identity) -> None:
        """A face is not somebody as long as this source runs; the gallery is another matter."""
        self._wish(lambda: self._recognizer.reject(track_id, who.id))

    def accept(self, who: Identity, vectors: FloatArray) -> None:
        """Faces near `vectors`, float32 (N, D), may be somebody again: it was taken back, or they were named."""
        self._wish(lambda: self._recognizer.accept(who.id, vectors))

    def show_at(self, width_px: int, height_px: int) -> None:
        """How large views are shown, in pixels of the screen: larger pictures are shrunk to it."""
        self._screen_px = (width_px, height_px)

    def record(
        self,
        path: Path,
        *,
        annotated: bool = True,
        words: LabelWords = ENGLISH,
        done: Callable[[Path, float], None] = lambda path, seconds: None,
    ) -> None:
        """Begin to record what is shown; does nothing if a recording is going on.

        `done` gets the video and its seconds once it is completed, by whatever and in whichever thread.
        """
        with self._lock:
            if self._recording is None:
                self._recording = LiveRecording(path, self.source.fps, annotated=annotated, words=words)
                self._recorded = done

    @property
    def recording(self) -> LiveRecording | None:
        """The recording going on."""
        return self._recording

    def stop_recording(self) -> None:
        """Finish the recording, if there is one. Takes a moment.

        Raises:
            DataError: the file could not be completed.
        """
        with self._lock:
            recording, self._recording = self._recording, None
        if recording is not None:
            self._recorded(recording.path, recording.close())

    # --- in the recognition thread

    def _prepare(self, result: FrameResult) -> LiveView:
        while self._pending_commands:
            self._pending_commands.popleft()()
        self._follow_gallery()
        if self.sparing:
            self._spare(result.timings_ms.get("detect", 0.0))
        samples = {
            face.track_id: self._recognizer.samples_of(face.track_id, result.frame)
            for face in result.faces
            if face.track_id
        }
        self.desk.update(self._number, result, samples, self.card)
        if not self.searching:
            self.desk.alert(result, self.source.description)
        if self.appearances is not None:
            self.appearances.update(result)
        self._unknown_tracks = frozenset(
            face.track_id for face in result.faces if face.state == "unknown" and face.track_id
        )
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
            self.gallery_error = self._watch.error
            known = {identity.id for identity in matcher.gallery.identities}
            # Whoever was deleted is forgotten here too.
            self.desk.log.forget(lambda identity: identity.id in known)
            if self.appearances is not None:
                self.appearances.forget(known)
        self._matcher_seen = matcher
        self.desk.unknowns.recheck(matcher)

    def _view(self, result: FrameResult, samples: dict[int, tuple[FaceSample, ...]]) -> LiveView:
        now_s = time.monotonic()
        live = self.source.live
        blur = self._blur
        places = blur_places(result, blur)
        faces, trial = seen_faces(result, self.card, samples, blur.rule), self._trial
        return LiveView(
            frame=result.frame,
            picture=for_screen(blurred(result.frame.image, places), self._screen_px),
            faces=faces,
            blurred=places,
            no_faces=tuple(
                SeenNoFace(face.box, mark) for face, mark in self._recognizer.kept_back(result.frame)
            ),
            here=tuple(
                _shown(one, blur.rule) for one in self.desk.here(self._number, result, samples, self.card)
            ),
            timings_ms=result.timings_ms,
            frames_per_s=self._rate(now_s),
            age_ms=(now_s - result.frame.captured_at) * 1e3 if live else result.timings_ms.get("total", 0.0),
            made_at_s=now_s,
            people=self.people,
            threshold=self.threshold,
            tried=trial.model.name if trial else "",
            tried_faces=trial.look(result, faces, blur.rule) if trial else (),
        )

    def _rate(self, now_s: float) -> float:
        self._moments.append(now_s)
        while now_s - self._moments[0] > _RATE_WINDOW_S:
            self._moments.popleft()
        passed_s = now_s - self._moments[0]
        return (len(self._moments) - 1) / passed_s if passed_s > 0 else 0.0

    def _finish(
        self, error: BaseException | None, on_finished: Callable[[BaseException | None], None]
    ) -> None:
        self.desk.log.end(self._number)
        on_finished(error)


def _asked_of_life(settings: Settings) -> tuple[object, ...]:
    """What is asked of whoever is to have a name; empty where nobody has to be seen to be alive."""
    return (True, settings.live_challenge, settings.liveness_model) if settings.require_live else ()


def _shown(visitor: Visitor, rule: BlurRule) -> Visitor:
    """Somebody whose face is blurred has no portrait either."""
    state: FaceState = "known" if visitor.identity else "unknown"
    return replace(visitor, picture=None, hidden=True) if rule.hides(state, visitor.identity) else visitor
