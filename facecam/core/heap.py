"""The heap of the process: what the C library keeps for itself once it was freed."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=1)
def _trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Not the GNU library: Windows, macOS, musl.
        return None
    return trim


def trim_heap() -> None:
    """Give freed memory back to the system: the GNU library keeps up to 32 MB a piece for each thread."""
    if (trim := _trim()) is not None:
        trim(0)
