"""Has the camera frozen, or does it show something that does not move?"""

from __future__ import annotations

import numpy as np


class StillWatch:
    """Tells a camera that froze from one that legitimately shows a still.

    Pictures of a sensor never repeat: noise. Those that do not change for
    `limit_s` are called frozen once. If they still do not change after the
    camera was opened again, this is how this camera is, and nothing more is
    said until it has been lively for `limit_s` without a standstill.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._last: np.ndarray | None = None
        self._still_since = self._lively_since = float("-inf")
        self._called_frozen: np.ndarray | None = None

    def frozen(self, picture: np.ndarray, now_s: float) -> bool:
        """Whether to call the camera frozen, given its newest picture and the time."""
        if self._last is None or not _same(self._last, picture):
            self._changed(picture, now_s)
            return False
        if self._called_frozen is not None or now_s - self._still_since <= self._limit_s:
            return False
        self._called_frozen = picture
        return True

    def _changed(self, picture: np.ndarray, now_s: float) -> None:
        if now_s - self._still_since > self._limit_s:
            self._lively_since = now_s
        elif now_s - self._lively_since > self._limit_s:
            self._called_frozen = None
        self._last, self._still_since = picture, now_s

    def still_shows(self, picture: np.ndarray) -> bool:
        """Whether `picture` is the one that was called frozen."""
        return self._called_frozen is not None and _same(self._called_frozen, picture)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Pixel equality; a coarse look first, since frames nearly always differ."""
    if one.shape != other.shape or not np.array_equal(one[::16, ::16], other[::16, ::16]):
        return False
    return np.array_equal(one, other)
