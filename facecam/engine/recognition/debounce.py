"""No name rather than a wrong one while a face is new."""

from __future__ import annotations

from dataclasses import dataclass, replace

from facecam.core.types import Face, FrameResult
from facecam.runtime.card import ModelCard

#: A new face is decided upon after this long at the latest.
UNDECIDED_S = 0.3
#: A name as certain as this is shown at once.
_CERTAIN_PERCENT = 95.0


@dataclass(slots=True)
class _New:
    since_s: float
    decided: bool = False
    last_s: float = 0.0


class NewTrackFilter:
    """Withholds the verdict on faces that have just come into view.

    The first look at a face may be its worst. Until it has been in view for
    `UNDECIDED_S`, a face is shown as undecided, unless it is somebody with near
    certainty. Pictures of a folder are not a film: there nothing is withheld.
    For cameras and streams; who plays a file does without.
    """

    def __init__(self) -> None:
        self._faces: dict[int, _New] = {}

    def held(self, result: FrameResult, card: ModelCard) -> FrameResult:
        """The result with `match` None for faces that are too new."""
        now_s = result.frame.captured_at
        if result.frame.name:
            return result
        faces = tuple(self._held(face, now_s, card) for face in result.faces)
        self._forget(now_s)
        return replace(result, faces=faces)

    def _held(self, face: Face, now_s: float, card: ModelCard) -> Face:
        if face.track_id is None:
            return face
        new = self._faces.setdefault(face.track_id, _New(now_s))
        new.last_s = now_s
        new.decided = new.decided or now_s - new.since_s >= UNDECIDED_S or _is_certain(face, card)
        return face if new.decided else replace(face, match=None)

    def _forget(self, now_s: float) -> None:
        if len(self._faces) > 200:
            self._faces = {track: new for track, new in self._faces.items() if now_s - new.last_s < 5.0}


def _is_certain(face: Face, card: ModelCard) -> bool:
    match = face.match
    known = match is not None and match.identity is not None
    return match is not None and known and card.percent_of(match) >= _CERTAIN_PERCENT
