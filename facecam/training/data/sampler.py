"""P×K batch sampler: P people × K photos. NumPy only."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError

Photos = NDArray[np.int64]
Labels = NDArray[np.int32]
_Group = tuple[int, Photos]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Photos to load and train on.

    Attributes:
        photos: int64 (B,), numbers of photos as given to the sampler.
        labels: int32 (B,), the number of each photo's person.
    """

    photos: Photos
    labels: Labels

    def __post_init__(self) -> None:
        if self.photos.shape != self.labels.shape or self.photos.ndim != 1:
            raise ValueError(
                f"expected photos and labels (B,). Received: {self.photos.shape} and {self.labels.shape}"
            )

    @classmethod
    def of(cls, groups: Sequence[_Group]) -> Batch:
        """From (person, that person's photos)."""
        labels = [np.full(len(photos), person, np.int32) for person, photos in groups]
        return cls(np.concatenate([photos for _, photos in groups]), np.concatenate(labels))


class PersonSampler:
    """Draws batches of P × K photos, pass after pass, without end.

    Every pass shuffles the people once; each appears in exactly one batch of it. A
    person with fewer than K photos gives all of them, and further people fill the batch up to P × K photos; of
    the last one only as many photos are taken as there is room for. At the end of a pass a batch may be smaller. If a
    single person would be left for it, who could form no triplet, that person joins the batch before.

    Args:
        people: for each person the numbers of that person's photos, at least one.
        people_per_batch: P ≥ 1.
        photos_per_person: K ≥ 1.
        seed: equal seeds give equal batches.

    Raises:
        DataError: no people, or one without photos.

    Example:
        >>> sampler = PersonSampler([[0, 1, 2], [3, 4], [5, 6], [7, 8]], people_per_batch=2, photos_per_person=2)
        >>> sampler.next_batch().photos.shape
        (4,)
    """

    def __init__(
        self, people: Sequence[Sequence[int]], *, people_per_batch: int, photos_per_person: int, seed: int = 0
    ) -> None:
        if people_per_batch < 1 or photos_per_person < 1:
            raise ValueError(f"expected P, K ≥ 1. Received: {people_per_batch} and {photos_per_person}")
        self._people = [np.asarray(photos, np.int64) for photos in people]
        if not self._people or not all(len(photos) for photos in self._people):
            raise DataError(
                "there is nobody to train on, or somebody without a usable photo",
                hint="Enroll people with at least two photos each.",
            )
        self._p, self._k, self._seed = people_per_batch, photos_per_person, seed
        self._start_pass(0)

    @property
    def batch_photos(self) -> int:
        """P × K."""
        return self._p * self._k

    @property
    def passes(self) -> int:
        """How many passes are finished."""
        return self._pass + (self._position == len(self._plan))

    def everybody(self) -> Batch:
        """All photos of all people."""
        return Batch.of(list(enumerate(self._people)))

    def next_batch(self) -> Batch:
        """The next batch; after a pass's last one, the first of the next pass."""
        if self._position == len(self._plan):
            self._start_pass(self._pass + 1)
        batch = self._plan[self._position]
        self._position += 1
        return batch

    def get_state(self) -> dict[str, int]:
        """Where it stands, for JSON. A pass is drawn from seed and number, so no more is needed."""
        state = {"seed": self._seed, "pass": self._pass, "position": self._position}
        return {**state, "people": self._fingerprint()}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on exactly where `get_state` was taken.

        Raises:
            DataError: the photos, P or K are others than then.
        """
        if state["people"] != self._fingerprint():
            raise DataError(
                "the photos or the size of the batches have changed since this training was stopped",
                hint="Start a new training; it can start from the weights of the stopped one.",
            )
        self._seed = int(state["seed"])
        self._start_pass(int(state["pass"]))
        self._position = int(state["position"])

    def _fingerprint(self) -> int:
        check = zlib.crc32(np.array([self._p, self._k]).tobytes())
        for photos in self._people:
            check = zlib.crc32(photos.tobytes(), zlib.crc32(b"person", check))
        return check

    def _start_pass(self, number: int) -> None:
        self._pass, self._position = number, 0
        generator = np.random.default_rng([self._seed, number])
        order = generator.permutation(len(self._people)).tolist()
        waiting = [(one, generator.permutation(self._people[one])[: self._k]) for one in order]
        self._plan = []
        while waiting:
            groups, waiting = self._split(waiting)
            self._plan.append(Batch.of(groups))

    def _split(self, waiting: list[_Group]) -> tuple[list[_Group], list[_Group]]:
        """The next batch's people, and those left."""
        ends = np.cumsum([len(photos) for _, photos in waiting])
        taken = int(np.searchsorted(ends, self.batch_photos)) + 1
        groups, left = waiting[:taken], waiting[taken:]
        person, photos = groups[-1]
        beyond = max(0, int(ends[len(groups) - 1]) - self.batch_photos)
        groups[-1] = (person, photos[: len(photos) - beyond])
        return (groups + left, []) if len(left) == 1 else (groups, left)
