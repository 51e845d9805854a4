"""Live service: the tab's only door to the engine."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink, Notice
from facecam.core.types import Box, Identity, ImageArray
from facecam.core.words import LabelWords
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.diagnostics.retention import Cutoffs, local_now
from facecam.engine.enrollment.rejections import Rejected, take_back
from facecam.engine.live.actions import (
    DrawnLook,
    Named,
    look_in_box,
    name_face,
    not_this_person,
    undo_naming,
)
from facecam.engine.live.alert_actions import AlertMessenger, AlertTargets
from facecam.engine.live.alerts import Alert, AlertRule, AlertWatch
from facecam.engine.live.opening import LiveModels, open_frames, open_live, open_models
from facecam.engine.live.session import LiveSession
from facecam.engine.live.state import LiveState
from facecam.engine.live.trial import TrialModel, open_trial
from facecam.engine.live.unknown_faces import UnknownGroup
from facecam.engine.live.view import LiveView, save_snapshot
from facecam.engine.people import directory
from facecam.engine.people.person_page import PersonPageBuilder
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import NoFace, NoFaces
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.visits.log import Sighting, export_log
from facecam.engine.visits.table import open_visits
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.live.bridge import LiveBridge
from facecam.vision.sources.camera import list_cameras
from facecam.vision.sources.protocol import FrameSource

#: Settings that open other models; with the rest changed, the opened ones are used again.
_CHOOSE_MODELS = ("weights", "model", "detector", "precision", "upsample", "min_face_px")


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """What to watch and how.

    Attributes:
        source: `demo`, a camera's number, a file, folder or address.
        detector: see `vision.detect.protocol.DetectorName`.
        small_faces: search the picture at twice its size.
        camera_format: how a camera is to take pictures, such as `1280x720@30r90`; empty: as it likes.
    """

    source: str
    detector: str = "centerface"
    small_faces: bool = False
    camera_format: str = ""


class EngineLiveService:
    """Everything the tab asks of the engine. What is marked slow is called from worker threads only.

    Args:
        settings: gives the settings in force.
        frames_of: opens the source that was chosen.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        frames_of: Callable[[str, EventSink], FrameSource] = open_frames,
    ) -> None:
        self._settings, self._frames_of = settings, frames_of
        self._desk = LiveState()
        self._log_kept = False
        self._messenger: AlertMessenger | None = None
        # One is opened at a time: a camera must be let go of before it can be opened again.
        self._turn = threading.Lock()
        self._models: tuple[tuple[object, ...], LiveModels] | None = None
        self._runs: weakref.WeakSet[LiveSession] = weakref.WeakSet()
        self._pages: tuple[object, PersonPageBuilder] | None = None
        # Else the collector looks at all that the imports made again and again, 80 ms each time in
        # which no thread, the window's included, gets on. Once more when the models are there.
        gc.freeze()

    def cameras(self) -> tuple[CameraChoice, ...]:
        """The cameras there are; slow. None is opened."""
        return tuple(CameraChoice(str(camera.index), camera.name) for camera in list_cameras())

    def open(
        self, request: LiveRequest, listener: LiveBridge, previous: LiveSession | None, cancel: CancelToken
    ) -> LiveSession:
        """End the previous run, then open models and source; slow. The run is not started yet."""
        with self._turn:
            if previous is not None:
                try:
                    previous.stop()
                except (
                    FacecamError
                ) as error:  # Of its recording, which hinders nobody to watch something else.
                    listener.notice(Notice(error.message, error.hint))
            cancel.check()
            settings = replace(
                self._settings(), detector=request.detector, upsample=1 if request.small_faces else 0
            )
            run = open_live(
                settings,
                request.source,
                self._desk,
                models=self._models_for(settings),
                frames_of=self._opener(request.camera_format),
                notify=listener.notify,
                on_finished=listener.finish,
                on_event=listener.notice,
                cancel=cancel,
            )
            self._runs.add(run)
            return run

    def _opener(self, camera_format: str) -> Callable[[str, EventSink], FrameSource]:
        if not camera_format or self._frames_of is not open_frames:
            return self._frames_of
        return lambda source, on_event: open_frames(source, on_event, camera_format)

    def _models_for(self, settings: Settings) -> LiveModels:
        key = tuple(getattr(settings, name) for name in _CHOOSE_MODELS)
        if self._models is None or self._models[0] != key:
            self._models = None  # The old ones go first: two sets take twice the memory.
            self._models = (key, open_models(settings))
            gc.freeze()
        models = self._models[1]
        if any(run.detector is models.detector and not run.stopped for run in self._runs):
            # A detector is asked by one at a time, an embedder by all.
            return replace(models, detector=components.open_detector(settings))
        return models

    def open_trial(self, model: str, on_event: EventSink, cancel: CancelToken) -> TrialModel:
        """Make a trained model ready to be seen beside the one in use; slow."""
        return open_trial(self._settings(), model, on_event, cancel)

    def forget_models(self) -> None:
        """The next run opens the models anew: another one was chosen."""
        with self._turn:
            self._models = None

    def name_face(
        self, name: str, samples: Sequence[FaceSample], consent: str | None, on_event: EventSink
    ) -> Named:
        """Make a face known, with what the person agreed to; slow."""
        settings, embedder = self._settings(), self._embedder()
        return name_face(settings, name, samples, embedder=embedder, consent=consent, on_event=on_event)

    def portraits(self, names: Sequence[str], cancel: CancelToken) -> dict[str, ImageArray | None]:
        """Small pictures of people by name, uint8 (H, W, 3) RGB; None where there is none."""
        settings, embedder = self._settings(), self._embedder()
        key = (settings, id(embedder))
        if self._pages is None or self._pages[0] != key:
            self._pages = (key, PersonPageBuilder(settings, embedder or components.open_embedder(settings)))
        library, found = PhotoLibrary(settings.data), dict[str, ImageArray | None]()
        for name in names:
            cancel.check()
            found[name] = self._pages[1].face_of_person(library.photos_of(name))
        return found

    def look_in_box(self, image: ImageArray, box: Box) -> DrawnLook:
        """The face in a box drawn in a frame, uint8 (H, W, 3) RGB, px of it; slow."""
        return look_in_box(self._settings(), image, box, embedder=self._embedder())

    def unmark_no_face(self, mark: NoFace) -> None:
        """It is a face after all, wherever it was marked; slow."""
        NoFaces(self._settings().database).remove([mark])

    def forget_no_faces(self) -> tuple[NoFace, ...]:
        """Forget all marks, of photos too; returns them. Slow."""
        marks = NoFaces(self._settings().database)
        gone = marks.all()
        if gone:
            marks.remove(gone)
        return gone

    def mark_no_faces_again(self, marks: Sequence[NoFace]) -> None:
        """Take that back; slow."""
        NoFaces(self._settings().database).put_back(marks)

    def undo_naming(self, named: Named, on_event: EventSink) -> None:
        """Take it back; slow."""
        undo_naming(self._settings(), named, on_event)

    def reject(
        self, who: Identity, samples: Sequence[FaceSample], source: str, on_event: EventSink
    ) -> Rejected:
        """Remember that a face is not somebody; slow."""
        settings, embedder = self._settings(), self._embedder()
        return not_this_person(settings, who, samples, embedder=embedder, source=source, on_event=on_event)

    def undo_rejection(self, rejected: Rejected, on_event: EventSink) -> None:
        """Take it back; slow."""
        take_back(self._settings(), rejected, on_event)

    def _embedder(self) -> Embedder | None:
        models = self._models
        return models[1].embedder if models else None

    def save_snapshot(self, view: LiveView, path: Path, *, annotated: bool, words: LabelWords) -> Path:
        """Write a picture; slow."""
        return save_snapshot(view, path, annotated=annotated, words=words)

    def rebuild(self, on_event: EventSink, cancel: CancelToken) -> tuple[int, tuple[str, ...]]:
        """Make the database anew; the number of people, and who was left out. Slow."""
        gallery, left_out = directory.rebuild(self._settings(), on_event=on_event, cancel=cancel)
        return len(gallery), tuple(left_out)

    def export_log(self, path: Path, unknown: str) -> int:
        """Write the log as CSV; slow."""
        count = export_log(self._desk.log.entries(), path, unknown=unknown)
        note_in_trail(self._settings().database, "export", kind="visits", count=count)
        return count

    def sightings(self) -> tuple[Sighting, ...]:
        """The log, newest first."""
        self._expire_log()
        return self._desk.log.entries() if self._log_kept else ()

    @property
    def log_version(self) -> int:
        """Changes with the log."""
        self._expire_log()
        return self._desk.log.version

    def _expire_log(self) -> None:
        """The list shows nothing that the file may not keep."""
        settings = self._settings()
        if settings.deletes_what_is_old:
            cutoffs = Cutoffs.of(settings, local_now())
            self._desk.log.expire(cutoffs.visits, cutoffs.unknown)

    def forget_who_is_gone(self) -> None:
        """Visits of people whom another program deleted are shown no longer; slow."""
        gallery = components.open_store(self._settings()).load()
        if gallery is not None:
            known = {one.id for one in gallery.identities}
            self._desk.log.forget(lambda identity: identity.id in known)

    def keep_log(self, wanted: bool) -> None:
        """Whether visits are written down beside the database from now on; slow."""
        if not wanted:
            self._desk.log.keep(None)
            self._log_kept = False
            return
        if not self._log_kept:
            self._desk.log.clear()  # What was seen while no log was to be kept is not part of one.
            self._log_kept = True
        file = open_visits(self._settings())
        self._desk.log.keep(file.append, file.read())

    @property
    def log_fault(self) -> FacecamError | None:
        """Why visits are not written down any more, or None."""
        return self._desk.log.fault

    def clear_log(self) -> None:
        """Empty the log, on disk too; slow."""
        self._desk.log.clear()
        open_visits(self._settings()).clear()

    def forget_everybody(self) -> None:
        """End whatever is still watched, which adds to them, then empty tray and log; slow."""
        try:
            for run in tuple(self._runs):
                run.stop()
        finally:
            self.clear_unknowns()
            self.clear_log()

    def watch_for(
        self,
        rule: AlertRule,
        targets: AlertTargets,
        heard: Callable[[Alert], None],
        failed: Callable[[FacecamError], None],
    ) -> None:
        """Tell `heard`, from another thread, and the targets who comes; faults of the targets go to `failed`."""
        if self._messenger is not None:
            self._messenger.close()
        messenger = self._messenger = AlertMessenger(targets, failed)

        def tell(alert: Alert) -> None:
            heard(alert)
            messenger.tell(alert)

        watch = AlertWatch(rule)
        self._desk.tell_alerts(watch if watch.wants_anything else None, tell)

    def unknown_groups(self) -> tuple[UnknownGroup, ...]:
        """The tray, seen last first; what is too old is let go of here."""
        self._desk.unknowns.expire()
        return self._desk.unknowns.groups()

    @property
    def unknowns_version(self) -> int:
        """Changes with the tray."""
        self._desk.unknowns.expire()
        return self._desk.unknowns.version

    def keep_unknowns_for(self, minutes: int) -> None:
        """How long a group stays after it was last seen; 0: none are kept."""
        self._desk.unknowns.keep_for(minutes * 60.0)

    def forget_unknown(self, number: int) -> None:
        """Take a group out of the tray."""
        self._desk.unknowns.remove(number)

    def clear_unknowns(self) -> None:
        """Empty the tray."""
        self._desk.unknowns.clear()
