"""A run is worked on by one process at a time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import filelock

from facecam.core.errors import ConfigError
from facecam.core.private import FILE_MODE
from facecam.gallery.storage.lock import locked

LOCK_FILE: Final = ".lock"


def held(folder: Path) -> AbstractContextManager[None]:
    """Nobody else works on a run while the block runs; the lock falls with this process.

    Raises:
        ConfigError: somebody does already.
    """
    hint = "Wait for it, or stop it where it was started."
    return locked(folder / LOCK_FILE, ConfigError(f"{folder.name} is being trained already", hint=hint))


def is_held(folder: Path) -> bool:
    """Whether some process is working on a run."""
    lock = filelock.FileLock(folder / LOCK_FILE, 0, FILE_MODE)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    except OSError:
        return False  # A folder that cannot be written is not being trained in.
    lock.release()
    return False
