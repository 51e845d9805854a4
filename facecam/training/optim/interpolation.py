"""Weight interpolation between the start and the end of a training. No TensorFlow.

A mix of both often keeps what the start knew about everybody and has what was learned about a few.
(Wortsman et al. 2022, Robust fine-tuning of zero-shot models, arXiv:2109.01903)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from facecam.core.events import EventSink, Notice
from facecam.core.types import FloatArray

#: Share of the trained weights where nothing was kept aside to choose it by: the paper's advice.
FALLBACK_SHARE: Final = 0.5
_SHARES: Final = tuple(round(0.1 * tenth, 1) for tenth in range(1, 11))


def interpolate(
    start: Mapping[str, FloatArray], trained: Mapping[str, FloatArray], share: float
) -> dict[str, FloatArray]:
    """(1 − share) · start + share · trained, array by array; share in [0, 1]."""
    return {
        name: np.asarray((1 - share) * start[name] + share * trained[name], np.float32) for name in trained
    }


def mixed(
    start: Mapping[str, FloatArray],
    trained: Mapping[str, FloatArray],
    wanted: str,
    merit_of: Callable[[Mapping[str, FloatArray]], Any],
    on_event: EventSink,
) -> dict[str, FloatArray]:
    """The mix that is asked for.

    Args:
        start: weights by name.
        trained: the same names.
        wanted: a number in [0, 1], or `auto`: the best of tenths on the photos kept aside to choose by.
        merit_of: measures weights, larger is better; None where there are no such photos.
        on_event: gets a notice with the share.
    """
    if wanted != "auto":
        return interpolate(start, trained, float(wanted))
    merits = []
    for share in _SHARES:
        merit = merit_of(interpolate(start, trained, share))
        if merit is None:
            on_event(Notice(f"Kept: {FALLBACK_SHARE:.0%} of the trained weights, the rest of the start.", ""))
            return interpolate(start, trained, FALLBACK_SHARE)
        merits.append((merit, share))
    # Of equals the larger share: more was learned.
    _, best = max(merits)
    on_event(Notice(f"Kept: {best:.0%} of the trained weights, the rest of the start.", ""))
    return interpolate(start, trained, best)
