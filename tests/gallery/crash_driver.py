"""Runs an update that kills itself (SIGKILL) at its n-th step on the disk, for every n.

Usage: python -m tests.gallery.crash_driver BASE OUT add|forget

For each n the database BASE is copied to OUT/<n>, and a process of its own
updates the copy until it is about to do disk operation number n. Before an
fsync, half of the file is cut away, as a power failure might do. Where the
update got through, OUT/<n>.done is written; then n was the last.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.store import GalleryStore
from tests.gallery.factories import MODEL, embeddings, on_circle

STEPS = ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir")


def add_zoe(gallery: Gallery | None) -> Gallery:
    return (gallery or Gallery.empty(MODEL, 2)).add("Zoë", embeddings(on_circle(45)))


def remove_ada(gallery: Gallery | None) -> Gallery:
    assert gallery is not None
    return gallery.remove("Ada")


def _die_at(step: int) -> None:
    count = 0

    def deadly(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def replacement(*args: object, **kwargs: object) -> object:
            nonlocal count
            count += 1
            if count == step:
                if name == "fsync":
                    with contextlib.suppress(OSError):  # a folder
                        os.ftruncate(args[0], os.fstat(args[0]).st_size // 2)  # type: ignore[arg-type]
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return replacement

    for name in STEPS:
        setattr(os, name, deadly(name))


def _update(folder: Path, scenario: str, step: int) -> None:
    _die_at(step)
    if scenario == "add":
        GalleryStore(folder).update(add_zoe)
    else:
        GalleryStore(folder).update(remove_ada, forget=True)


def main(base: Path, out: Path, scenario: str) -> None:
    for step in range(1, 200):
        folder = out / str(step)
        if base.exists():
            shutil.copytree(base, folder)
        child = os.fork()
        if child == 0:
            _update(folder, scenario, step)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            continue
        if os.WEXITSTATUS(status) == 0:
            (out / f"{step}.done").touch()
            return
        sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
