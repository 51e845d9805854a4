"""The saved .npy database: complete generations, one of them current.

    database/
      CURRENT                 the name of the current generation, one line
      gen-000123/             embeddings.npy float32 (M, D), owners.npy int32 (M,), gallery.json
      gen-000122/             the generation before it, in case the newest gets damaged
      damaged-gen-000121/     what could not be read, set aside
      .writing-gen-000124/    being written; ignored, removed by the next update
      .lock                   held while writing

A generation appears under its name only when it is complete and on the disk,
and counts only when CURRENT, replaced atomically, names it. So at any instant
at which the power may fail, CURRENT names a complete generation.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from facecam.core.errors import DataError, GalleryError, reason_of
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.held_files import open_to_read, patiently
from facecam.core.paths import FULL, atomic_write, delete_file, fsync_folder, printable, readable_os_errors
from facecam.core.private import make_private_folder
from facecam.core.words import counted
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.neighbors import ABOUT_FILE, INDEX_FILE
from facecam.gallery.storage.generation import Damaged, read_generation, write_generation
from facecam.gallery.storage.home import GalleryHome
from facecam.gallery.storage.lock import locked

logger = logging.getLogger(__name__)

CURRENT_FILE = "CURRENT"
LOCK_FILE = ".lock"
DAMAGED_PREFIX = "damaged-"
WRITING_PREFIX = ".writing-"
LOCK_TIMEOUT_S = 10.0
#: Gives way where the disk is full and somebody is to be deleted: what that writes first is small.
RESERVE_FILE = ".reserve"
_RESERVE_BYTES = 1 << 16
#: What other parts keep beside the generations and hold copies of vectors in: a deletion removes it.
DERIVED = (INDEX_FILE, ABOUT_FILE, "photos-seen", "classifier.zip")

_GENERATION = re.compile(r"gen-(\d{6,15})")
_ANY_GENERATION = re.compile(r"(?:damaged-|\.writing-)?gen-(\d{6,15})")
_LEFT_OVER = re.compile(r"\.writing-.*|\.CURRENT\..*\.tmp")
_REBUILD_HINT = (
    "Restore the folder from a backup, or rebuild it from the photos with `python main.py people rebuild`."
)


class NothingReadable(GalleryError):
    """A database of which every saved copy is damaged."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What a look into the folder found.

    `name` is the generation that was read, `current` the line in CURRENT
    (empty: no such file), `damaged` pairs of generation and reason,
    `outdated_threshold` one that was found with another rule of matching.
    """

    gallery: Gallery | None
    name: str
    current: str
    damaged: tuple[tuple[str, str], ...]
    forgets_older: bool = False
    outdated_threshold: float | None = None

    @property
    def in_order(self) -> bool:
        return not self.damaged and self.name == self.current


class GalleryStore(GalleryHome):
    """Loads and saves the gallery in `folder`, safely among processes and crashes.

    Args:
        folder: the database; made by the first update.
        on_event: gets a `Notice` when something had to be repaired or worked around.
        lock_timeout_s: seconds to wait while another facecam is writing.
    """

    def __init__(
        self, folder: Path, *, on_event: EventSink = ignore, lock_timeout_s: float = LOCK_TIMEOUT_S
    ) -> None:
        self.folder = Path(folder)
        self._on_event = on_event
        self._lock_timeout_s = lock_timeout_s

    def version(self) -> str:
        """A cheap token that changes with every update: the content of CURRENT; empty before the first.

        Raises:
            DataError: the system does not let us read it.
        """
        path = self.folder / CURRENT_FILE
        with readable_os_errors("read", path):
            try:
                with open_to_read(path) as file:
                    return file.read().decode(errors="replace").strip()
            except FileNotFoundError:
                return ""

    def load(self) -> Gallery | None:
        """The saved gallery, or None when nothing was ever saved. Changes nothing that is current.

        A damaged newest generation is passed over for the one before it, with a `Notice`.

        Raises:
            GalleryError: nothing readable is left, or a newer facecam wrote it.
            DataError: the system does not let us read it.
        """
        found = self._look()
        if not found.in_order:
            # Perhaps another process was just writing. Under its lock the folder stands still.
            with self._lock_if_possible():
                found = self._look()
        self._report(found)
        if self._is_half_forgotten(found):
            self._finish_forgetting_if_free(found)
        return found.gallery

    def update(
        self,
        change: Callable[[Gallery | None], Gallery],
        *,
        forget: bool = False,
        start_over: bool = False,
    ) -> Gallery:
        """Save `change(newest gallery)` as a new generation; returns it once it is safe on the disk.

        Args:
            change: gets the newest gallery (None: nothing saved yet), returns
                the one to save. Runs under the lock, so keep it short: embed
                photos before, not inside. What it raises leaves all as it was.
            forget: the change deletes people. Every older generation, damaged
                ones too, is removed once the new one is current; if a crash
                prevents that, the next load or update does it.
            start_over: when nothing readable is left, hand `change` None
                instead of raising. The unreadable folders are set aside.

        Raises:
            GalleryError: nothing readable is left; a newer facecam wrote the
                folder; another facecam is writing for longer than the timeout;
                older copies of somebody deleted could not be removed.
            DataError: disk full, no permission. The old state is untouched.
        """
        with self._lock():
            found = self._look()
            if found.gallery is not None or not start_over:
                self._report(found)
            if self._is_half_forgotten(found):
                self._forget_all_but(found.name)
            gallery = change(found.gallery)
            if forget:
                # First: what is derived can be made again, and a crash must not leave it behind.
                self.drop_derived()
            name = self._save_in_room_made(gallery, found.name) if forget else self._save(gallery, forget)
            if forget:
                self._forget_all_but(name)
            else:
                self._tidy(keep={name, found.name}, damaged=[damaged for damaged, _ in found.damaged])
        return gallery

    def make_room(self) -> bool:
        """For a deletion on a full disk: drop the reserve, older generations and what is derived.

        Returns whether there was any of it.

        Raises:
            GalleryError: nothing readable is left, or something would not go.
            DataError: the system does not let us.
        """
        with self._lock():
            found = self._look()
            before = self._listing()
            self.drop_derived()
            delete_file(self.folder / RESERVE_FILE)
            if found.in_order:
                self._forget_all_but(found.name)
            return len(self._listing()) < len(before)

    def keep_reserve(self) -> None:
        """See to it that `make_room` has something to drop, as long as the disk has room for it."""
        path = self.folder / RESERVE_FILE
        try:
            if not path.exists():
                # Noise: some file systems store zeros in no space at all.
                atomic_write(path, os.urandom(_RESERVE_BYTES), private=True, sealed=False)
        except (DataError, OSError) as error:
            logger.info("no reserve is kept: %s", error)

    def has_left_overs(self) -> bool:
        """Whether an update was cut off, or is going on."""
        with contextlib.suppress(DataError):  # Who reads the database says what is the matter.
            return any(_LEFT_OVER.fullmatch(name) for name in self._listing())
        return False

    def sweep(self) -> None:
        """Remove what an update that was cut off left half-written, unless somebody is writing."""
        try:
            with self._lock(timeout_s=0):
                left = [name for name in self._listing() if _LEFT_OVER.fullmatch(name)]
                for name, error in self._removed(left):
                    logger.warning("could not remove %s: %s", self.folder / name, error)
        except (GalleryError, DataError) as error:
            logger.info("what is half-written stays for now: %s", error)

    # ------------------------------------------------------------------ reading

    def _look(self) -> _Found:
        current = self.version()
        damaged: list[tuple[str, str]] = []
        for name in self._candidates(current):
            try:
                gallery, document = read_generation(self.folder / name)
            except Damaged as error:
                damaged.append((name, str(error)))
                continue
            outdated = document.threshold if document.usable_threshold is None else None
            return _Found(gallery, name, current, tuple(damaged), document.forgets_older, outdated)
        return _Found(None, "", current, tuple(damaged))

    def _candidates(self, current: str) -> list[str]:
        """Generations by trust: the current one, older ones newest first, then any that never became current."""
        names = self._generations()
        if not _GENERATION.fullmatch(current):
            return names
        limit = _number(current)
        older = [name for name in names if _number(name) < limit]
        newer = [name for name in names if _number(name) > limit]
        return [current, *older, *newer]

    def _generations(self) -> list[str]:
        names = [name for name in self._listing() if _GENERATION.fullmatch(name)]
        return sorted(names, key=_number, reverse=True)

    def _listing(self) -> list[str]:
        with readable_os_errors("read", self.folder):
            try:
                return sorted(os.listdir(self.folder))
            except FileNotFoundError:
                return []

    def _report(self, found: _Found) -> None:
        """Say what is wrong: an error when nothing could be read, a `Notice` when something could."""
        reasons = "; ".join(f"{name}: {reason}" for name, reason in found.damaged)
        if found.gallery is None and (found.damaged or found.current):
            raise NothingReadable(
                f"the database in {printable(str(self.folder))} cannot be read"
                f" ({reasons or 'the saved copies are missing'})",
                hint=_REBUILD_HINT,
            )
        if found.damaged:
            text = (
                f"The newest saved database is damaged ({reasons}). "
                f"Using the copy before it, {found.name}, with {counted(len(found.gallery or ()), 'person')}."
            )
            self._on_event(
                Notice(text, hint="Check with `python main.py people list` who has to be added again.")
            )
        elif not found.in_order:
            text = (
                f"The file {CURRENT_FILE} of the database is missing or damaged. "
                f"Using the newest complete copy, {found.name}."
            )
            self._on_event(Notice(text, hint="Check the list of people; the next change repairs the file."))
        if found.outdated_threshold is not None:
            self._on_event(of_another_rule(found.outdated_threshold))

    # ------------------------------------------------------------------ writing

    def _save(self, gallery: Gallery, forget: bool) -> str:
        name = self._next_name()
        writing = self.folder / f"{WRITING_PREFIX}{name}"
        with readable_os_errors("save the database in", self.folder):
            try:
                write_generation(writing, gallery, forgets_older=forget)
                patiently(os.rename, writing, self.folder / name)
                fsync_folder(self.folder)
                atomic_write(self.folder / CURRENT_FILE, f"{name}\n".encode(), private=True, sealed=False)
            except BaseException:
                self._take_back(writing, name)
                raise
        return name

    def _save_in_room_made(self, gallery: Gallery, current: str) -> str:
        """Where the disk is full, the generations that a deletion drops anyway go first."""
        try:
            return self._save(gallery, forget=True)
        except DataError as error:
            cause = error.__cause__
            if not (isinstance(cause, OSError) and cause.errno in FULL):
                raise
            self._forget_all_but(current)
            return self._save(gallery, forget=True)

    def _take_back(self, writing: Path, name: str) -> None:
        shutil.rmtree(writing, ignore_errors=True)
        with contextlib.suppress(DataError):
            # The last fsync may fail after CURRENT was replaced: then the new generation must stay.
            if self.version() != name:
                shutil.rmtree(self.folder / name, ignore_errors=True)

    def _next_name(self) -> str:
        matches = (_ANY_GENERATION.fullmatch(name) for name in [*self._listing(), self.version()])
        return f"gen-{max((int(match[1]) for match in matches if match), default=0) + 1:06d}"

    # ------------------------------------------------------------------ tidying

    def _tidy(self, keep: set[str], damaged: list[str]) -> None:
        """Set damaged generations aside, drop all but `keep`; what will not go is left for the next time."""
        for name in damaged:
            self._set_aside(name)
        stale = [name for name in self._listing() if _is_stale(name) and name not in keep | set(damaged)]
        for name, error in self._removed(stale):
            logger.warning("could not remove %s: %s", self.folder / name, error)

    def _set_aside(self, name: str) -> None:
        target = f"{DAMAGED_PREFIX}{name}"
        try:
            patiently(os.rename, self.folder / name, self.folder / target)
        except FileNotFoundError:
            return  # it was damaged by not being there
        except OSError as error:
            logger.warning("could not set %s aside: %s", self.folder / name, error)
            return
        text = f"The damaged copy of the database was kept as {target}."
        self._on_event(Notice(text, hint="Delete that folder when you do not need it any more."))

    def _forget_all_but(self, name: str) -> None:
        """Remove every other folder that may hold the vectors of somebody deleted.

        Raises:
            GalleryError: one would not go.
        """
        others = [other for other in self._listing() if _may_hold_vectors(other) and other != name]
        damaged = [other for other in others if other.startswith(DAMAGED_PREFIX)]
        failures = [f"{other} ({reason_of(error)})" for other, error in self._removed(others)]
        if damaged:
            text = f"Damaged copies of the database were deleted too: {', '.join(damaged)}."
            self._on_event(Notice(text, hint="They may have held the face vectors of people you deleted."))
        if failures:
            raise GalleryError(
                f"the database is changed, but older copies in {printable(str(self.folder))} "
                f"could not be removed: {', '.join(failures)}",
                hint="Delete these folders by hand: they may hold the face vectors of people you deleted.",
            )

    def drop_derived(self) -> None:
        """Remove what was made from the vectors of all people and holds copies of them.

        Raises:
            GalleryError: something would not go.
        """
        failures = self._removed([name for name in DERIVED if (self.folder / name).exists()])
        if failures:
            name, error = failures[0]
            raise GalleryError(
                f"{printable(str(self.folder / name))} holds copies of face vectors and could not be removed: "
                f"{reason_of(error)}",
                hint="Nobody was deleted. Check that you may write there, then repeat.",
            )

    def _is_half_forgotten(self, found: _Found) -> bool:
        """Whether a deletion was cut off between the new CURRENT and the removal of older copies."""
        if not (found.in_order and found.forgets_older):
            return False
        return any(_may_hold_vectors(name) and name != found.name for name in self._listing())

    def _finish_forgetting_if_free(self, found: _Found) -> None:
        try:
            with self._lock(timeout_s=0):
                if self.version() == found.name:
                    self._forget_all_but(found.name)
        except (GalleryError, DataError) as error:
            # Most often the deleting process is still at it; else the next update says so aloud.
            logger.info("older copies of the database are still to be removed: %s", error)

    def _removed(self, names: list[str]) -> list[tuple[str, OSError]]:
        """Remove `names` from the folder; returns what would not go."""
        failures = []
        for name in names:
            path = self.folder / name
            try:
                patiently(shutil.rmtree if path.is_dir() and not path.is_symlink() else os.unlink, path)
            except FileNotFoundError:
                continue
            except OSError as error:
                failures.append((name, error))
        with contextlib.suppress(OSError):  # only makes the removal survive a power cut
            fsync_folder(self.folder)
        return failures

    # ------------------------------------------------------------------ locking

    def _lock(self, timeout_s: float | None = None) -> AbstractContextManager[None]:
        seconds = self._lock_timeout_s if timeout_s is None else timeout_s
        busy = GalleryError(
            f"another facecam is writing to {printable(str(self.folder))} since {seconds:g} seconds",
            hint="Wait until it has finished, or close the other window, then repeat.",
        )
        with readable_os_errors("write to the database folder", self.folder):
            self._make_folder()
        return locked(self.folder / LOCK_FILE, busy, timeout_s=seconds)

    @contextlib.contextmanager
    def _lock_if_possible(self) -> Iterator[None]:
        """The lock, or nothing in a folder where we may not write (nor, then, repair)."""
        with contextlib.ExitStack() as stack:
            if self.folder.is_dir():
                with contextlib.suppress(DataError):
                    stack.enter_context(self._lock())
            yield

    def _make_folder(self) -> None:
        if not self.folder.is_dir():
            make_private_folder(self.folder)
            with contextlib.suppress(OSError):  # we may enter the parent without being allowed to list it
                fsync_folder(self.folder.parent)


def of_another_rule(threshold: float) -> Notice:
    """That a threshold which was stored is not used."""
    text = f"The threshold {threshold:.3f} was found by another rule of matching: not used."
    return Notice(text, hint="Find one again: python main.py evaluate --own --apply")


def _number(name: str) -> int:
    return int(name.removeprefix("gen-"))


def _is_stale(name: str) -> bool:
    return bool(_GENERATION.fullmatch(name) or _LEFT_OVER.fullmatch(name))


def _may_hold_vectors(name: str) -> bool:
    return _is_stale(name) or name.startswith(DAMAGED_PREFIX)
