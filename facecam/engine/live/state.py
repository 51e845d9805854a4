"""Live state that outlives a source: the tray of unknown faces and the log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from facecam.core.types import Face, FrameResult
from facecam.engine.live.alerts import Alert, AlertWatch
from facecam.engine.live.unknown_faces import UnknownTray
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.scoring import distance_of_groups
from facecam.engine.visits.log import Sighting, SightingLog, Visitor
from facecam.runtime.card import ModelCard

Samples = Mapping[int, tuple[FaceSample, ...]]


@dataclass(slots=True)
class LiveState:
    """Tray and log, in memory; runs, one after the other or several at once, tell what they see."""

    unknowns: UnknownTray = field(default_factory=UnknownTray)
    log: SightingLog = field(default_factory=SightingLog)
    _alerts: tuple[AlertWatch, Callable[[Alert], None]] | None = None
    _alerting: threading.Lock = field(default_factory=threading.Lock)

    def tell_alerts(self, watch: AlertWatch | None, tell: Callable[[Alert], None]) -> None:
        """Whom to tell of from the next frame on; None: of nobody. `tell` is called from the recognition thread."""
        self._alerts = None if watch is None else (watch, tell)

    def alert(self, result: FrameResult, source: str) -> None:
        """Tell who has come with the next frame of a source."""
        alerts = self._alerts
        if alerts is not None:
            watch, tell = alerts
            with self._alerting:  # It belongs to one thread, and each source has its own.
                found = watch.update(result, time.monotonic(), source)
            for alert in found:
                tell(alert)

    def update(self, run: int, result: FrameResult, samples: Samples, card: ModelCard) -> None:
        """Take the next frame of a run.

        Args:
            run: its number; tracks are numbered per run.
            result: the frame; undecided faces count for nobody.
            samples: the clearest looks by track.
            card: of the model in use.
        """
        self.log.update(result, card.percent_of, run)
        for face in result.faces:
            track = (run, face.track_id)
            if face.match is not None and face.track_id and face.state == "unknown":
                limit = distance_of_groups(card, face.match.threshold)
                self.unknowns.observe(track, samples[face.track_id], limit)
            elif (
                face.state != "undecided"
            ):  # known, perhaps as another face of the frame, or to be left alone
                self.unknowns.withdraw(track)

    def here(self, run: int, result: FrameResult, samples: Samples, card: ModelCard) -> tuple[Visitor, ...]:
        """Who is here in a run, in order of arrival, with a look from this frame where there is one."""
        faces = {
            face.identity.id if face.identity else None: face
            for face in result.faces
            if face.state in ("known", "unknown")
        }
        return tuple(
            _visitor(visit, faces.get(visit.identity.id if visit.identity else None), samples, card)
            for visit in self.log.here(run)
        )


def _visitor(visit: Sighting, face: Face | None, samples: Samples, card: ModelCard) -> Visitor:
    looks = samples.get(face.track_id or 0, ()) if face else ()
    match = face.match if face else None
    percent = card.percent_of(match) if match and match.identity else visit.percent
    return Visitor(visit.identity, visit.came, percent, looks[0].picture if looks else None)
