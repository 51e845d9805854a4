"""The heap of the process: what libraries keep for themselves for later."""

from __future__ import annotations

import ctypes
import weakref
from functools import lru_cache
from typing import Protocol


class Keeper(Protocol):
    """What keeps memory that it could do without for a while."""

    def release_memory(self) -> None:
        """Give it back, unless it is in use just now."""


_keepers: weakref.WeakSet[Keeper] = weakref.WeakSet()


#: Blocks of more bytes come from the system and go back to it at once; of mallopt's parameters the number 3, negative.
_OWN_BLOCK_FROM_BYTES, _M_MMAP_THRESHOLD = 8 << 20, -3


@lru_cache(maxsize=1)
def _gnu_library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows.
        return None
    return library if hasattr(library, "malloc_trim") else None  # macOS and musl have none.


def trim_heap() -> None:
    """Give freed memory back to the system: the GNU library keeps up to 32 MB a piece for each thread."""
    if (library := _gnu_library()) is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _large_blocks_apart() -> None:
    """From now on: left alone, the GNU library moves its limit up to 32 MB, and such blocks leave holes."""
    if (library := _gnu_library()) is not None:
        library.mallopt(_M_MMAP_THRESHOLD, _OWN_BLOCK_FROM_BYTES)


def keeps_memory(keeper: Keeper) -> None:
    """Have it asked to give its memory back before something large is done."""
    _keepers.add(keeper)


def make_room() -> None:
    """Give back to the system what can be spared, before something large is done."""
    _large_blocks_apart()
    for keeper in list(_keepers):
        keeper.release_memory()
    trim_heap()
