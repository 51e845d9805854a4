"""Guided photos with a real camera: a thread that looks, and keeps the best picture of every pose."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from facecam.core.types import Box, Frame, ImageArray
from facecam.engine.enrollment.face_observation import FaceObservation, look_at, main_of
from facecam.engine.enrollment.guide import Guidance, Guide, Pose
from facecam.engine.recognition.source_worker import SourceWorker
from facecam.engine.recognition.transport import Pacer
from facecam.vision.detect.protocol import Detector
from facecam.vision.images.align import face_chip
from facecam.vision.sources.protocol import FrameSource, SourceStatus

_READ_TIMEOUT_S = 0.25
#: Room kept around the face, in face widths: the chip, hair and shoulders, not the whole room.
_ROOM = 0.9
_NOTHING = np.zeros((1, 1, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A photo taken by the guide.

    Attributes:
        pose: which.
        image: uint8 (H, W, 3) RGB, the face with some room around it.
        overall: see `FaceQuality.overall`.
    """

    pose: Pose
    image: ImageArray
    overall: float


@dataclass(frozen=True, slots=True, eq=False)
class GuidedView:
    """What to show now.

    Attributes:
        image: the camera's picture, uint8 (H, W, 3) RGB, as it comes: not mirrored.
        box: the face, px; None without one.
        guidance: what to tell.
        status: what the camera does.
    """

    image: ImageArray
    box: Box | None
    guidance: Guidance
    status: SourceStatus


class GuidedSession(SourceWorker[GuidedView]):
    """Runs a `Guide` on a source.

    A file plays at its own speed and may end before all poses are taken.

    Args:
        source: an open source; the session closes it.
        detector: finds the face.
        guide: asks for the poses.
        notify: called from the session's thread when a view arrives in the empty mailbox.
        on_finished: called from that thread at the end, with the error that ended it or None.
    """

    def __init__(
        self,
        source: FrameSource,
        detector: Detector,
        guide: Guide,
        *,
        notify: Callable[[], None],
        on_finished: Callable[[BaseException | None], None] = lambda error: None,
    ) -> None:
        super().__init__(source, "facecam-guided", notify, on_finished)
        self._detector, self._guide = detector, guide
        self._lock = threading.Lock()
        self._shots: list[Shot] = []
        self._best: Shot | None = None
        self._guidance = Guidance("get ready", guide.pose)

    @property
    def shots(self) -> tuple[Shot, ...]:
        """The photos taken so far, in order."""
        with self._lock:
            return tuple(self._shots)

    def skip(self) -> None:
        """Leave the current pose out."""
        with self._lock:
            self._guide.skip()
            self._best = None

    def redo(self) -> None:
        """Throw the last photo away and ask for it again."""
        with self._lock:
            pose = self._guide.redo()
            self._shots = [shot for shot in self._shots if shot.pose != pose]
            self._best = None

    def _play(self) -> None:
        with self.source:  # The camera is let go as soon as all poses are taken.
            self._watch()

    def _watch(self) -> None:
        pacer = Pacer(self._cancel)
        while not self._cancel.cancelled and not self._guidance.finished:
            frame = self.source.read(timeout_s=_READ_TIMEOUT_S)
            if frame is None:
                if self.source.ended:
                    return
                self._show_waiting()
                continue
            if not self.source.live:
                pacer.wait_for(frame.captured_at)
            self._show(frame)

    def _show_waiting(self) -> None:
        """No picture comes: say what the camera does instead."""
        if self.source.status.state == "lost":
            self._put(GuidedView(_NOTHING, None, self._guidance, self.source.status))

    def _show(self, frame: Frame) -> None:
        look = self._look(frame)
        with self._lock:
            self._guidance = self._guide.see(look)
            self._keep(frame.image, look, self._guidance)
        self._put(GuidedView(frame.image, look.box, self._guidance, self.source.status))

    def _look(self, frame: Frame) -> FaceObservation:
        detection, faces = main_of(self._detector.detect(frame.image), frame.image)
        chip = face_chip(frame.image, detection) if detection else _NOTHING
        return look_at(frame.image, frame.captured_at, detection, faces, chip)

    def _keep(self, image: ImageArray, look: FaceObservation, guidance: Guidance) -> None:
        """Remember the best picture since the holding began; keep it when it is time."""
        if not guidance.hold and not guidance.take:
            self._best = None
        if guidance.pose is None or look.box is None or look.quality is None:
            return
        overall = look.quality.overall
        if guidance.take or guidance.hold:
            if self._best is None or overall > self._best.overall or self._best.pose != guidance.pose:
                self._best = Shot(guidance.pose, with_room(image, look.box), overall)
            if guidance.take:
                self._shots.append(replace(self._best))
                self._best = None


def with_room(image: ImageArray, box: Box) -> ImageArray:
    """The face with some room around it, as far as the picture goes; a copy."""
    left, top, right, bottom = box.as_ints()
    room = round(box.width * _ROOM)
    height, width = image.shape[:2]
    rows = slice(max(0, top - room), min(height, bottom + room))
    columns = slice(max(0, left - room), min(width, right + room))
    return image[rows, columns].copy()
