"""Files that somebody holds: what is open, Windows does not replace, move or delete; mostly that passes in a moment."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
#: Whether the system moves, replaces and deletes no file that is open, and opens none while that is done to it.
HOLDS_FILES: Final[bool] = os.name == "nt"
#: Another process, a virus scanner or the search index holds a file for less, s.
PATIENCE_S: Final = 2.0
#: Folders in which waiting for a file to be readable was in vain: it is forbidden.
_forbidden: set[Path] = set()


def patiently(act: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What `act` returns, tried again for a moment where Windows says that somebody holds a file.

    Raises:
        OSError: it is held for longer, or forbidden, or something else.
    """
    deadline_s, pause_s = time.monotonic() + PATIENCE_S, 0.001
    while True:
        try:
            return act(*args, **kwargs)
        except OSError as error:
            # Of a folder it says that it is not empty, while a file in it that is open is still to go.
            is_held = HOLDS_FILES and error.errno in (errno.EACCES, errno.ENOTEMPTY)
            if not is_held or time.monotonic() > deadline_s:
                raise
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, 0.05)


def open_to_read(path: Path) -> BufferedReader:
    """A file open for reading, also one that another process is just replacing.

    Raises:
        IsADirectoryError: it is a folder, of which Windows says that it is forbidden.
        OSError: as the system says.
    """
    folder = path.parent
    try:
        return open(path, "rb")
    except PermissionError:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path)) from None
        if not HOLDS_FILES or folder in _forbidden:
            raise
    try:
        return patiently(open, path, "rb")
    except PermissionError:
        _forbidden.add(folder)
        raise
