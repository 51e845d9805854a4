"""The size of the pictures in which the faces of a source are looked for, by the speed of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from facecam.vision.detect.protocol import Detector

#: Larger pictures show nothing more that could be named: chips are cut from the whole frame anyway.
LARGEST_PX = 1280
#: In smaller ones faces of 40 px in 640×480, people across a room, are missed.
_SMALLEST_PX = 416
#: What a detection may take: of the 33 ms between two frames most are left for names and the picture itself.
_BUDGET_MS = 9.0
_TRIED_PX = (352, 480)
_TRIES = 3


def working_size_px(
    detector: Detector, *, live: bool, clock_s: Callable[[], float] = time.perf_counter
) -> int | None:
    """The longer side, px, of the pictures faces are looked for in; None: whatever the frames have.

    Of a camera or stream 416 to 1280, found by timing the detector on an empty picture, as its time grows with
    the number of pixels; of a film always 1280, so that it gives the same everywhere. Only `centerface` is
    treated so: the others see no small faces, and a reduced picture would hide larger ones too.

    Args:
        detector: the one in use.
        live: whether frames come whether they are taken or not.
        clock_s: tells the time.
    """
    if detector.name != "centerface":
        return LARGEST_PX if live else None
    if not live:
        return LARGEST_PX
    picture = np.zeros((*_TRIED_PX, 3), np.uint8)
    detector.detect(picture)  # The first call pays for memory and machine code.
    fastest_ms = min(_timed_ms(lambda: detector.detect(picture), clock_s) for _ in range(_TRIES))
    side = max(_TRIED_PX) * (_BUDGET_MS / max(fastest_ms, 1e-3)) ** 0.5
    return int(min(LARGEST_PX, max(_SMALLEST_PX, round(side, 3) // 32 * 32)))


def _timed_ms(work: Callable[[], object], clock_s: Callable[[], float]) -> float:
    started_s = clock_s()
    work()
    return (clock_s() - started_s) * 1e3
