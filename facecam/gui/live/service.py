"""Live service: the tab's only door to the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, Event, EventSink
from facecam.core.types import Box, FloatArray, Identity, ImageArray
from facecam.core.words import ENGLISH, LabelWords
from facecam.gui.core.cameras import CameraChoice

if TYPE_CHECKING:
    from facecam.engine.enrollment.rejections import Rejected
    from facecam.engine.live.actions import DrawnLook, Named
    from facecam.engine.live.alert_actions import AlertTargets
    from facecam.engine.live.alerts import Alert, AlertRule
    from facecam.engine.live.appearances import Appearances
    from facecam.engine.live.trial import TrialModel
    from facecam.engine.live.unknown_faces import UnknownGroup
    from facecam.engine.live.view import LiveView, SeenFace
    from facecam.engine.photos.no_faces import NoFace
    from facecam.engine.recognition.face_crops import FaceSample
    from facecam.engine.recognition.threshold_prices import Prices
    from facecam.engine.visits.log import Sighting
    from facecam.vision.sources.protocol import SourceStatus


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


class RunListener(Protocol):
    """Who hears of a run, called from its threads: see `LiveBridge`."""

    def notify(self) -> None:
        """A view waits."""

    def finish(self, error: BaseException | None) -> None:
        """The source has ended, by itself or by this error."""

    def notice(self, event: Event) -> None:
        """Something to be told."""


class RunViews(Protocol):
    """The mailbox of a run."""

    def take(self, timeout_s: float | None = 0.0) -> LiveView | None: ...


class Recording(Protocol):
    """A recording going on."""

    @property
    def path(self) -> Path: ...

    @property
    def seconds(self) -> float: ...

    @property
    def error(self) -> FacecamError | None: ...


class RunHandle(Protocol):
    """A running source, see `LiveSession`. All but `stop` and `stop_recording` is quick."""

    @property
    def views(self) -> RunViews: ...

    @property
    def status(self) -> SourceStatus: ...

    @property
    def live(self) -> bool: ...

    @property
    def description(self) -> str: ...

    @property
    def model_id(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def people(self) -> int: ...

    @property
    def gallery_error(self) -> FacecamError | None: ...

    @property
    def threshold(self) -> float: ...

    @property
    def recommended_threshold(self) -> float: ...

    @property
    def recording(self) -> Recording | None: ...

    def prices(self, squared_l2: float) -> Prices: ...

    def likely(self, vectors: FloatArray) -> Sequence[tuple[str, float]]: ...

    def start(self) -> None: ...

    def stop(self, timeout_s: float = 3.0) -> bool: ...

    def use_threshold(self, squared_l2: float | None) -> None: ...

    def check_now(self) -> None: ...

    def blur(self, settings: Settings) -> None: ...

    def ignore(self, track_id: int) -> None: ...

    def reject(self, track_id: int, who: Identity) -> None: ...

    def accept(self, who: Identity, vectors: FloatArray) -> None: ...

    def try_model(self, model: TrialModel | None) -> None: ...

    @property
    def paused(self) -> bool: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    @property
    def seekable(self) -> bool: ...

    @property
    def duration_s(self) -> float | None: ...

    @property
    def pictures(self) -> int | None: ...

    @property
    def at_end(self) -> bool: ...

    @property
    def appearances(self) -> Appearances | None: ...

    def seek(self, time_s: float) -> None: ...

    def step(self, direction: int) -> None: ...

    def play_at(self, speed: float) -> None: ...

    def next_unknown(self) -> None: ...

    def mark_no_face(self, view: LiveView, face: SeenFace) -> NoFace:
        """Remember that a face shown is none; slow."""
        ...

    def show_at(self, width_px: int, height_px: int) -> None: ...

    def record(self, path: Path, *, annotated: bool = True, words: LabelWords = ENGLISH) -> None: ...

    def stop_recording(self) -> tuple[Path, float] | None: ...


class LiveService(Protocol):
    """Everything the tab asks of the engine. What is marked slow is called from worker threads only."""

    def cameras(self) -> tuple[CameraChoice, ...]:
        """The cameras there are; slow. None is opened."""
        ...

    def open(
        self, request: LiveRequest, listener: RunListener, previous: RunHandle | None, cancel: CancelToken
    ) -> RunHandle:
        """End the previous run, then open models and source; slow. The run is not started yet."""
        ...

    def carried(self, rates_per_s: Sequence[float]) -> int | None:
        """How many sources this computer carries, by the pictures a second each of several got; None: all of them."""
        ...

    def name_face(
        self, name: str, samples: Sequence[FaceSample], consent: str | None, on_event: EventSink
    ) -> Named:
        """Make a face known, with what the person agreed to; slow."""
        ...

    def portraits(self, names: Sequence[str], cancel: CancelToken) -> Mapping[str, ImageArray | None]:
        """Small pictures of people by name, uint8 (H, W, 3) RGB; None where there is none."""
        ...

    def look_in_box(self, image: ImageArray, box: Box) -> DrawnLook:
        """The face in a box drawn in a frame, uint8 (H, W, 3) RGB, px of it; slow."""
        ...

    def unmark_no_face(self, mark: NoFace) -> None:
        """It is a face after all, wherever it was marked; slow."""
        ...

    def forget_no_faces(self) -> tuple[NoFace, ...]:
        """Forget all marks, of photos too; returns them. Slow."""
        ...

    def mark_no_faces_again(self, marks: Sequence[NoFace]) -> None:
        """Take that back; slow."""
        ...

    def undo_naming(self, named: Named, on_event: EventSink) -> None:
        """Take it back; slow."""
        ...

    def reject(
        self, who: Identity, samples: Sequence[FaceSample], source: str, on_event: EventSink
    ) -> Rejected:
        """Remember that a face is not somebody; slow."""
        ...

    def undo_rejection(self, rejected: Rejected, on_event: EventSink) -> None:
        """Take it back; slow."""
        ...

    def save_snapshot(self, view: LiveView, path: Path, *, annotated: bool, words: LabelWords) -> Path:
        """Write a picture; slow."""
        ...

    def rebuild(self, on_event: EventSink, cancel: CancelToken) -> tuple[int, tuple[str, ...]]:
        """Make the database anew; the number of people, and who was left out. Slow."""
        ...

    def export_log(self, path: Path, unknown: str) -> int:
        """Write the log as CSV; slow."""
        ...

    def keep_log(self, wanted: bool) -> None:
        """Whether visits are written down beside the database from now on; slow."""
        ...

    @property
    def log_fault(self) -> FacecamError | None:
        """Why visits are not written down any more, or None."""
        ...

    def sightings(self) -> tuple[Sighting, ...]:
        """The log, newest first."""
        ...

    @property
    def log_version(self) -> int:
        """Changes with the log."""
        ...

    def clear_log(self) -> None:
        """Empty the log, on disk too; slow."""
        ...

    def unknown_groups(self) -> tuple[UnknownGroup, ...]:
        """The tray, seen last first; what is too old is let go of here."""
        ...

    @property
    def unknowns_version(self) -> int:
        """Changes with the tray."""
        ...

    def keep_unknowns_for(self, minutes: int) -> None:
        """How long a group stays after it was last seen; 0: none are kept."""
        ...

    def forget_unknown(self, number: int) -> None:
        """Take a group out of the tray."""
        ...

    def clear_unknowns(self) -> None:
        """Empty the tray."""
        ...

    def watch_for(
        self,
        rule: AlertRule,
        targets: AlertTargets,
        heard: Callable[[Alert], None],
        failed: Callable[[FacecamError], None],
    ) -> None:
        """Tell `heard`, from another thread, and the targets who comes; faults of the targets go to `failed`."""
        ...

    def open_trial(self, model: str, on_event: EventSink, cancel: CancelToken) -> TrialModel:
        """Make a trained model ready to be seen beside the one in use; slow."""
        ...

    def forget_models(self) -> None:
        """The next run opens the models anew: another one was chosen."""
        ...
