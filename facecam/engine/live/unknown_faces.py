"""Unknown faces seen lately, grouped by person, in memory only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.engine.recognition.face_blur import BlurRule
from facecam.engine.recognition.face_crops import FaceSample
from facecam.gallery.matching.linkage import FaceGroup
from facecam.gallery.matching.match import Matcher
from facecam.vision.draw.blur import blurred

#: Groups kept; beyond this the one not seen for longest goes. Each takes up to 1.5 MB.
MOST_GROUPS = 40
#: Faces worse than this would be groups of blurs.
_LEAST_QUALITY = 0.08
#: Looks kept per group.
_MOST_SAMPLES = 4
#: Vectors a group is compared by.
_MOST_VECTORS = 12


@dataclass(frozen=True, slots=True, eq=False)
class UnknownGroup:
    """One unknown person.

    Attributes:
        number: from 1, never used again.
        samples: the clearest looks, best first; at least one.
        visits: how many tracks were put into the group.
        first_s: when first seen, `time.monotonic()`.
        last_s: when last seen, the same.
    """

    number: int
    samples: tuple[FaceSample, ...]
    visits: int
    first_s: float
    last_s: float

    def pictures(self, rule: BlurRule) -> tuple[ImageArray, ...]:
        """The looks as they may be shown, uint8 (h, w, 3) RGB: blurred where `rule` hides strangers."""
        pictures = tuple(look.picture for look in self.samples)
        if not rule.hides("unknown", None):
            return pictures
        # All of it: others may stand beside the face.
        return tuple(blurred(one, [Box(0, 0, one.shape[1], one.shape[0])]) for one in pictures)


@dataclass(slots=True, eq=False)
class _Group:
    number: int
    first_s: float
    last_s: float
    tracks: dict[object, tuple[FaceSample, ...]] = field(default_factory=dict)
    vectors: FloatArray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    samples: tuple[FaceSample, ...] = ()

    def refresh(self) -> None:
        looks = sorted(
            (sample for samples in self.tracks.values() for sample in samples),
            key=lambda sample: -sample.quality,
        )
        self.samples = tuple(looks[:_MOST_SAMPLES])
        self.vectors = np.stack([look.vector for look in looks[:_MOST_VECTORS]])
        # What is no longer among the best is let go of, pictures first.
        kept = set(map(id, self.samples))
        self.tracks = {
            track: tuple(look for look in samples if id(look) in kept) or samples[:1]
            for track, samples in list(self.tracks.items())[-_MOST_VECTORS:]
        }

    def frozen(self) -> UnknownGroup:
        return UnknownGroup(self.number, self.samples, len(self.tracks), self.first_s, self.last_s)


class UnknownTray:
    """Groups unknown faces as they come. Every method may be called from any thread.

    A face joins the nearest group if the mean squared distance of its looks to
    those of the group is below a limit, the rule by which photos are grouped
    (see `gallery.linkage`); else it begins a group. Groups that come that near
    each other, as more is seen of them, become one, with the older one's number.

    Args:
        keep_s: seconds after which a group not seen again is forgotten; 0: keep nothing.
        now: the clock, s.
    """

    def __init__(self, keep_s: float = 600.0, now: Callable[[], float] = time.monotonic) -> None:
        self._keep_s, self._now = keep_s, now
        self._lock = threading.Lock()
        self._groups: list[_Group] = []
        self._count = 0
        self.version = 0

    def groups(self) -> tuple[UnknownGroup, ...]:
        """The groups, seen last first."""
        with self._lock:
            return tuple(group.frozen() for group in sorted(self._groups, key=lambda one: -one.last_s))

    def keep_for(self, seconds: float) -> None:
        """Forget groups not seen for this long from now on; 0: keep nothing."""
        with self._lock:
            self._keep_s = seconds
        self.expire()

    def observe(self, track: object, samples: Sequence[FaceSample], limit: float) -> None:
        """Take the looks at a face that is unknown.

        Args:
            track: names the face as long as it is in view.
            samples: its clearest looks so far; too poor ones are passed over.
            limit: mean squared_l2 below which two groups of faces are one person.
        """
        clear = tuple(sample for sample in samples if sample.quality >= _LEAST_QUALITY)
        with self._lock:
            if not clear or not self._keep_s:
                return
            now_s = self._now()
            vectors = np.stack([sample.vector for sample in clear])
            group = self._group_of(track) or self._nearest(vectors, limit) or self._new(now_s)
            group.last_s = now_s
            if group.tracks.get(track) == clear:
                return
            group.tracks[track] = clear
            group.refresh()
            self._absorb(group, limit)
            self.version += 1
            self._drop_beyond_most()

    def withdraw(self, track: object) -> None:
        """A face turned out to be known, or is to be ignored."""
        with self._lock:
            group = self._group_of(track)
            if group is None:
                return
            del group.tracks[track]
            if group.tracks:
                group.refresh()
            else:
                self._groups.remove(group)
            self.version += 1

    def remove(self, number: int) -> None:
        """Forget a group."""
        self._keep_only(lambda group: group.number != number)

    def clear(self) -> None:
        """Forget everything."""
        self._keep_only(lambda group: False)

    def expire(self) -> None:
        """Forget what was not seen for the time set; to be called now and then."""
        oldest_s = self._now() - self._keep_s
        self._keep_only(lambda group: group.last_s > oldest_s)

    def recheck(self, matcher: Matcher) -> None:
        """Forget groups of people who are known by now."""
        if not len(matcher.gallery):
            return
        self._keep_only(lambda group: not _is_known(group, matcher))

    def _keep_only(self, wanted: Callable[[_Group], bool]) -> None:
        with self._lock:
            kept = [group for group in self._groups if wanted(group)]
            if len(kept) != len(self._groups):
                self._groups = kept
                self.version += 1

    def _group_of(self, track: object) -> _Group | None:
        return next((group for group in self._groups if track in group.tracks), None)

    def _nearest(self, vectors: FloatArray, limit: float, but: _Group | None = None) -> _Group | None:
        best, best_l2 = None, limit
        for group in self._groups:
            if group is but or group.vectors.shape[1] != vectors.shape[1]:
                continue  # of another model
            squared_l2 = FaceGroup.of(vectors).distance(FaceGroup.of(group.vectors))
            if squared_l2 < best_l2:
                best, best_l2 = group, squared_l2
        return best

    def _absorb(self, group: _Group, limit: float) -> None:
        """Make groups one that turn out to be."""
        while (other := self._nearest(group.vectors, limit, group)) is not None:
            older, younger = sorted((group, other), key=lambda one: one.number)
            older.tracks.update(younger.tracks)
            older.first_s = min(older.first_s, younger.first_s)
            older.last_s = max(older.last_s, younger.last_s)
            older.refresh()
            self._groups.remove(younger)
            group = older

    def _new(self, now_s: float) -> _Group:
        self._count += 1
        group = _Group(self._count, now_s, now_s)
        self._groups.append(group)
        return group

    def _drop_beyond_most(self) -> None:
        if len(self._groups) > MOST_GROUPS:
            self._groups.remove(min(self._groups, key=lambda group: group.last_s))


def _is_known(group: _Group, matcher: Matcher) -> bool:
    if group.vectors.shape[1] != matcher.gallery.dimensions:
        return True  # of another model: nothing can be done with it any more
    matches = matcher.match(group.vectors)
    return sum(match.identity is not None for match in matches) * 2 > len(matches)
