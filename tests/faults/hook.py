"""What goes wrong, and when: an audit hook that counts the changes a process makes to files below a folder."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Mode = Literal["count", "kill", "full", "read-only", "gone", "file"]

#: Python tells of each of these before it is done; those of shutil are made of them.
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
_MAKES = {"os.mkdir", "os.link", "os.symlink"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_BLOCK_BYTES = 4096


@dataclass
class Fault:
    """A fault to be had.

    Attributes:
        mode: `kill` ends this process with SIGKILL before change number `at`; `full` is a disk without a free block
            from change number `at` on, but for what is freed then; `read-only` refuses every change below `refused`;
            `gone` deletes the folder `refused` before change number `at`, as its user may by hand, and `file` puts a
            file in its place; `count` only counts.
        root: changes elsewhere do not count.
        at: from 1.
        refused: a folder.
    """

    mode: Mode
    root: Path
    at: int = 0
    refused: Path | None = None
    count: int = 0
    room_blocks: int | None = None

    def install(self) -> None:
        """From now on, in this process; there is no way to take an audit hook out again."""
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, int) or not _writes(mode, flags):
                return
            makes = not os.path.lexists(path)
        elif event in _CHANGES:
            path, makes = arguments[0], event in _MAKES
        else:
            return
        # A folder that is being removed is named by its descriptor: then it is one of ours.
        relative = (event == "os.remove" and arguments[1] != -1) or (
            event == "os.rmdir" and arguments[1] != -1
        )
        if relative:
            self._happens(event, None, makes)
        else:
            self._happens(event, Path(os.fsdecode(path)).absolute(), makes)

    def _happens(self, event: str, path: Path | None, makes: bool) -> None:
        if path is not None and self.root not in path.parents:
            return
        if path is not None and path.name.endswith(".lock") and path.exists():
            return  # Taking a lock changes nothing.
        self.count += 1
        if self.mode == "kill" and self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.mode in ("gone", "file") and self.count == self.at:
            self._meddle()
        if self.mode == "read-only" and self._is_refused(path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        if self.mode == "full":
            self._fill(path, makes)

    def _meddle(self) -> None:
        assert self.refused is not None
        if self.refused.is_dir() and not self.refused.is_symlink():
            shutil.rmtree(self.refused)
            if self.mode == "file":
                self.refused.write_bytes(b"")

    def _is_refused(self, path: Path | None) -> bool:
        return path is not None and self.refused is not None and self.refused in (path, *path.parents)

    def _fill(self, path: Path | None, makes: bool) -> None:
        if self.count < self.at:
            return
        if self.room_blocks is None:
            self.room_blocks = _blocks(self.root)
        if makes and _blocks(self.root) >= self.room_blocks:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def _blocks(folder: Path) -> int:
    """What is in a folder, in blocks of a disk; a file takes at least one, as a folder does."""
    count = 0
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            count += 1 + _blocks(Path(entry.path))
        else:
            count += max(1, -(-entry.stat(follow_symlinks=False).st_size // _BLOCK_BYTES))
    return count


def _writes(mode: str | None, flags: int) -> bool:
    return bool(flags & _WRITING) if mode is None else any(letter in mode for letter in "wax+")
