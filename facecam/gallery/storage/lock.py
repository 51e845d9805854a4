"""Lock of a folder of people: what one process at a time may do there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from facecam.core.errors import FacecamError
from facecam.core.paths import FULL, readable_os_errors
from facecam.core.private import FILE_MODE, make_private_folder

#: In the database folder: held by whoever changes people.
PEOPLE_LOCK_FILE: Final = ".people.lock"
_POLL_S = 0.01


@contextlib.contextmanager
def locked(
    file: Path, busy: FacecamError, *, timeout_s: float = 0.0, make_room: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Nobody else has the lock while the block runs; it falls with this process.

    Args:
        file: the lock, in a private folder that is made if it is missing.
        busy: what is raised when another has it for so long.
        timeout_s: how long it is waited for, s.
        make_room: asked once on a full disk; says whether there is room now.

    Raises:
        DataError: nothing can be written there.
    """
    with readable_os_errors("write to the folder", file.parent):
        make_private_folder(file.parent)
        lock = FileLock(file, timeout_s, FILE_MODE, poll_interval=_POLL_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise busy from error
        except OSError as error:
            if error.errno not in FULL or not make_room():
                raise
            lock.acquire()
    try:
        yield
    finally:
        lock.release()
