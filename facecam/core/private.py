"""Private files and folders: the rights of what facecam keeps about people, for this user's eyes only.

Windows knows no such rights: there they have no effect, and who may read is decided by the folder's own settings,
which for the user's folder is the user. Files that a user names (`--output`, exports) are none of this module's
business: they get the rights every program gives.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
#: What group and others may do.
_OTHERS: Final = 0o077


def private_opener(path: str, flags: int) -> int:
    """For `open(…, opener=…)`: a file that is made by this is private from its first byte."""
    return os.open(path, flags, FILE_MODE)


def make_private_folder(folder: Path) -> None:
    """Make a folder, and what is missing above it, private; what is there already stays as it is.

    Raises:
        OSError: it cannot be made, or is a file.
    """
    missing = []
    for place in (folder, *folder.parents):
        if os.path.lexists(place):
            break
        missing.append(place)
    for place in reversed(missing):
        place.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE)  # Says what is in the way.


def is_open_to_others(path: Path) -> bool:
    """Whether group or others may do anything with a file or folder; False for what is not there, and on Windows."""
    with contextlib.suppress(OSError):
        return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)
    return False


def make_private(path: Path) -> int:
    """Take away what others may do with a file, or a folder and all in it; returns how many were mended.

    Links are not followed, but for `path` itself. What belongs to another user stays as it is, and so does everything
    on a disk that knows no rights. The folder itself comes first: from then on nobody gets at what is in it.
    """
    if os.name != "posix":
        return 0
    count = _mend(path, follow=True)
    if is_open_to_others(path) or not path.is_dir():
        return count
    return count + sum(map(_mend, _below(path)))


def make_private_alone(path: Path) -> int:
    """`make_private` for a folder without what is in it."""
    return _mend(path, follow=True) if os.name == "posix" else 0


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, topdown=False):
        yield from (Path(parent, name) for name in (*files, *folders))


def _mend(path: Path, *, follow: bool = False) -> int:
    """1 if the rights of a file or folder of this user were mended, else 0."""
    with contextlib.suppress(OSError):
        state = path.stat() if follow else path.lstat()
        is_ours = state.st_uid == os.geteuid() and (
            stat.S_ISDIR(state.st_mode) or stat.S_ISREG(state.st_mode)
        )
        if is_ours and state.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(state.st_mode) & ~_OTHERS)
            return int(not is_open_to_others(path))  # Some disks say yes and do nothing.
    return 0
