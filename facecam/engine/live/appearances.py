"""Appearances in a film: who is in sight where, of what has been recognised so far."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from facecam.core.types import FrameResult, Identity

#: A film is divided into at most so many pieces, none shorter than this; a picture of a folder is one of them.
_MOST_PIECES, _SHORTEST_S = 800, 0.25
#: In a film with few frames a second a piece holds at least this many.
_FRAMES_A_PIECE = 1.5


@dataclass(frozen=True, slots=True)
class Appearance:
    """Where somebody is in sight.

    Attributes:
        identity: who; None stands for all unknown faces together.
        spans: (start, end), media time in s, in order.
        seconds: how long altogether.
    """

    identity: Identity | None
    spans: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        """How long they are in sight altogether."""
        return sum(end - start for start, end in self.spans)


class Appearances:
    """Remembers for every piece of a film whose faces were in it; what is looked at again counts anew.

    `update` belongs to the recognition thread, the rest to any.

    Args:
        duration_s: of the film.
        fps: frames per second, or None.
    """

    def __init__(self, duration_s: float, fps: float | None) -> None:
        self.duration_s = duration_s
        few = _FRAMES_A_PIECE / fps if fps else 1.0  # pictures: one a second
        self._piece_s = max(_SHORTEST_S if fps else 1.0, few, duration_s / _MOST_PIECES)
        self._lock = threading.Lock()
        self._pieces: dict[int, frozenset[str | None]] = {}
        self._people: dict[str, Identity] = {}
        self._piece = -1
        self._frames: dict[float, frozenset[str | None]] = {}
        self.version = 0

    def update(self, result: FrameResult) -> None:
        """Take the faces of a frame; undecided ones count for nobody."""
        time_s = result.frame.captured_at
        who: set[str | None] = set()
        for face in result.faces:
            if face.state == "known" and face.identity is not None:
                who.add(face.identity.id)
                self._people[face.identity.id] = face.identity
            elif face.state == "unknown":
                who.add(None)
        piece = int(time_s / self._piece_s)
        if piece != self._piece:
            self._piece, self._frames = piece, {}
        self._frames[time_s] = frozenset(who)
        seen = frozenset[str | None]().union(*self._frames.values())
        with self._lock:
            if self._pieces.get(piece) != seen:
                self._pieces[piece] = seen
                self.version += 1

    def take_over(self, before: Appearances, people: Iterable[Identity]) -> None:
        """What was recognized when this film was watched before, of the people there are; before the first `update`."""
        self._people = {person.id: person for person in people}
        self._pieces = dict(before._pieces)
        self.forget(self._people)

    def forget(self, known: Iterable[str]) -> None:
        """Of people who were deleted nothing stays: only these ids are kept."""
        kept = frozenset([*known, None])
        with self._lock:
            self._pieces = {piece: seen & kept for piece, seen in self._pieces.items()}
            self.version += 1
        self._frames = {}
        self._piece = -1

    def looked_at(self) -> tuple[tuple[float, float], ...]:
        """The parts that were recognised, (start, end) in s."""
        with self._lock:
            return tuple(self._spans(sorted(self._pieces)))

    def all(self) -> tuple[Appearance, ...]:
        """Everybody, longest in sight first; unknown faces last."""
        with self._lock:
            pieces = sorted(self._pieces.items())
        keys = {key for _, seen in pieces for key in seen}
        found = [
            Appearance(
                None if key is None else self._people[key],
                tuple(self._spans([piece for piece, seen in pieces if key in seen])),
            )
            for key in keys
        ]
        return tuple(sorted(found, key=lambda one: (one.identity is None, -one.seconds, str(one.identity))))

    def _spans(self, pieces: Iterable[int]) -> Iterator[tuple[float, float]]:
        """Pieces that follow each other, rising, as one span each."""
        for _, run in itertools.groupby(enumerate(pieces), lambda one: one[1] - one[0]):
            together = [piece for _, piece in run]
            yield self._span(together[0], together[-1])

    def _span(self, first: int, last: int) -> tuple[float, float]:
        return first * self._piece_s, min((last + 1) * self._piece_s, max(self.duration_s, self._piece_s))


class NextUnknown:
    """Finds the next unknown face: one that is not in sight now, and stays unknown for a few frames.

    Args:
        in_sight: tracks of the unknown faces that are shown when the search begins.
    """

    #: A face may be unknown in its first, blurred frame and known in the next.
    FRAMES = 3

    def __init__(self, in_sight: Iterable[int]) -> None:
        self._passed = set(in_sight)
        self._counts: dict[int, int] = {}

    def __call__(self, result: FrameResult) -> bool:
        """Whether the search ends with this frame."""
        enough = 1 if result.frame.name else self.FRAMES  # pictures of a folder stand alone
        now = {face.track_id for face in result.faces if face.state == "unknown" and face.track_id}
        self._passed &= now if not result.frame.name else set()
        self._counts = {track: self._counts.get(track, 0) + 1 for track in now}
        return any(count >= enough for track, count in self._counts.items() if track not in self._passed)
