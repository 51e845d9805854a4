"""Work on many photos at once, in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from facecam.core.events import CancelToken

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def ordered_thread_map(
    work: Callable[[Item], Answer], items: Iterable[Item], cancel: CancelToken, *, in_work: int
) -> Generator[tuple[Item, Answer]]:
    """Each item with what `work` makes of it, in order, from up to four threads; close it to end early.

    Args:
        work: called in the threads of the pool; what it raises is raised here.
        items: taken as they are needed.
        cancel: asked between items.
        in_work: items in the hands of the pool: enough to keep it busy, few enough to fit in memory.
    """
    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="photos")
    waiting: deque[tuple[Item, Future[Answer]]] = deque()
    try:
        for item in items:
            waiting.append((item, pool.submit(work, item)))
            if len(waiting) == in_work:
                cancel.check()
                first, answer = waiting.popleft()
                yield first, answer.result()
        for item, answer in waiting:
            cancel.check()
            yield item, answer.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
