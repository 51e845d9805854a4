"""Sessions: photos of one moment, as a burst or a film gives them. No TensorFlow.

Whoever learned from one of them knows the others: they are one piece of evidence and never on both sides of a split.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.training.data.chips import read_chip
from facecam.training.data.sample import Sample
from facecam.vision.images.fingerprint import fingerprint

#: Bits of 255 in which chips of one moment may differ. Of 781 pairs of one person's photos of a public set none
#: differed in fewer than 66, of 9,372 of two people's none in fewer than 64; of frames a fifth of a second apart half
#: did, and those between them link the rest.
_SAME_MOMENT_BITS: Final = 60
#: Photos whose names say when they were taken, as cameras and guided enrollment write it, are of one moment.
_SAME_MOMENT_S: Final = 10.0
_STAMP = re.compile(r"(?<!\d)(20\d{6})[-_T]?([0-2]\d[0-5]\d[0-5]\d)")


def sessions_of(samples: Sequence[Sample]) -> NDArray[np.intp]:
    """Which moment each photo is of, int (N,): the row of the first photo of it; people are never mixed."""
    sessions = np.arange(len(samples))
    prints = [_fingerprint(one) for one in samples]
    times = [_taken_s(one.photo.name) for one in samples]
    by_person: dict[str, list[int]] = {}
    for row, sample in enumerate(samples):
        earlier = by_person.setdefault(sample.person, [])
        for other in earlier:
            if _is_one_moment(prints[row], prints[other], times[row], times[other]):
                old, new = sorted((int(sessions[row]), int(sessions[other])))
                sessions[sessions == new] = old
        earlier.append(row)
    return sessions


def _is_one_moment(
    first: int | None, second: int | None, first_s: float | None, second_s: float | None
) -> bool:
    if first_s is not None and second_s is not None and abs(first_s - second_s) <= _SAME_MOMENT_S:
        return True
    return first is not None and second is not None and (first ^ second).bit_count() <= _SAME_MOMENT_BITS


def _fingerprint(sample: Sample) -> int | None:
    try:
        return fingerprint(read_chip(sample.chip))
    except DataError:
        return None  # It went from the cache; it is made again where it is needed.


def _taken_s(name: str) -> float | None:
    found = _STAMP.search(name)
    if found is None:
        return None
    try:
        return datetime.datetime.strptime("".join(found.groups()), "%Y%m%d%H%M%S").timestamp()
    except ValueError:
        return None
