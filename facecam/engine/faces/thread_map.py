"""Work on many photos at once, in their order, within a limit of memory."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from facecam.core.events import CancelToken
from facecam.core.heap import trim_heap
from facecam.vision.images.read import working_bytes

Key = TypeVar("Key")
Answer = TypeVar("Answer")

#: For all photos being looked at, as `working_bytes` counts: one of 12 megapixels and one of 4, or four of 4. Models
#: and what finding faces takes, whatever the photo, are 450 MB: altogether below 700.
_BUDGET_BYTES: Final = 200_000_000
#: Threads at most: a processor may have more cores than the budget lets photos through.
_MOST_THREADS: Final = 16
#: Photos in the hands of the pool: enough to keep it busy while a batch is embedded; what is waiting is small.
_IN_WORK: Final = 32
_TRIM_FROM_BYTES: Final = 16_000_000


class ByteBudget:
    """Lets so much through at once, and what is larger alone.

    Args:
        total: bytes.
    """

    def __init__(self, total: int) -> None:
        self._total, self._held = total, 0
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Wait until there is room for `size` bytes, and keep it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._held or self._held + size <= self._total)
            self._held += size
        try:
            yield
        finally:
            with self._changed:
                self._held -= size
                self._changed.notify_all()


#: One for the whole program: a training and an evaluation may look at photos at the same time.
_BUDGET = ByteBudget(_BUDGET_BYTES)


def ordered_photo_map(
    work: Callable[[Path], Answer], photos: Iterable[tuple[Key, Path]], cancel: CancelToken
) -> Generator[tuple[Key, Answer]]:
    """Each key with what `work` makes of its photo, in order, from a thread for each core; close it to end early.

    Args:
        work: called with the file in the threads of the pool; what it raises is raised here.
        photos: taken as they are needed.
        cancel: asked between them.
    """

    def within_budget(photo: Path) -> Answer:
        size = working_bytes(photo)
        with _BUDGET.hold(size):
            try:
                return work(photo)
            finally:
                if size > _TRIM_FROM_BYTES:
                    trim_heap()

    pool = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), thread_name_prefix="photos")
    waiting: deque[tuple[Key, Future[Answer]]] = deque()
    try:
        for key, photo in photos:
            waiting.append((key, pool.submit(within_budget, photo)))
            if len(waiting) == _IN_WORK:
                cancel.check()
                first, answer = waiting.popleft()
                yield first, answer.result()
        for key, answer in waiting:
            cancel.check()
            yield key, answer.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
