"""Pictures kept in `data/` for vectors that are about to be saved: they go again where those could not be."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from facecam.core.errors import FacecamError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import readable_os_errors
from facecam.core.types import FloatArray
from facecam.engine.photos import NOTES_FOLDER, PhotoLibrary
from facecam.gallery.gallery import Gallery
from facecam.gallery.store import GalleryStore

#: Two vectors are one when they are this near: what is read back has the very same bits.
_SAME_SQUARED_L2 = 1e-6


@contextlib.contextmanager
def kept_copies(
    library: PhotoLibrary,
    name: str,
    store: GalleryStore,
    is_saved: Callable[[Gallery], bool],
    on_event: EventSink = ignore,
) -> Iterator[Callable[[Path], Path]]:
    """Pictures added to a person's folder are removed when the block raises before the vectors are saved.

    A photo without vectors would be taken for enrolled, and would join the person with the next rebuild. Removed is
    what the block hands to the function it gets, and was not there before: nobody else's files.

    Args:
        library: where the pictures are put.
        name: the person's.
        store: where the vectors are put, as the last thing in the block.
        is_saved: whether a database has those vectors: then it was only the end of saving that failed.
        on_event: gets a notice of what was removed, or could not be.
    """
    folders = library.folders_of(name)
    before = {path.resolve() for folder in folders for path in folder.rglob("*")}
    added: list[Path] = []

    def keep(picture: Path) -> Path:
        if picture.resolve() not in before:
            added.append(picture)
        return picture

    try:
        yield keep
    except BaseException:
        if not _is_saved(store, is_saved):
            _remove(added, on_event)
            for folder in set(library.folders_of(name)) - set(folders):
                remove_folder_if_ours(folder, name)
        raise


def holds_all(known: FloatArray, vectors: FloatArray) -> bool:
    """Whether each of the unit rows `vectors`, float32 (N, D), is among `known`, (M, D)."""
    if not len(known) or not len(vectors):
        return not len(vectors)
    nearest = (2 - 2 * vectors @ known.T).min(axis=1)
    return bool(np.all(nearest < _SAME_SQUARED_L2))


def remove_folder_if_ours(folder: Path, name: str) -> None:
    """Remove a person's folder unless it holds anything that making it did not put there.

    Raises:
        DataError: it cannot be deleted.
    """
    # The file with the name is written only where the folder could not be called that.
    ours = {NOTES_FOLDER} if folder.name == name else {NOTES_FOLDER, "person.json"}
    with readable_os_errors("delete", folder):
        if not folder.is_dir() or {path.name for path in folder.iterdir()} - ours:
            return
        shutil.rmtree(folder)


def _is_saved(store: GalleryStore, is_saved: Callable[[Gallery], bool]) -> bool:
    try:
        gallery = store.load()
    except FacecamError:
        return True  # Nobody knows: what is there stays.
    return gallery is not None and is_saved(gallery)


def _remove(pictures: list[Path], on_event: EventSink) -> None:
    for picture in pictures:
        with readable_os_errors("delete", picture):
            picture.unlink(missing_ok=True)
    if pictures:
        what = "the copy" if len(pictures) == 1 else f"the {len(pictures)} copies"
        on_event(Notice(f"{what} just made in the photo folder went again: nothing was saved", ""))
