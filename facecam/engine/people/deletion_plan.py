"""Deletion plan: what deleting a person takes away, and what it cannot."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.types import Identity
from facecam.engine.photos.library import NOTES_FOLDER, PERSON_FILE, REJECTED_FOLDER, PhotoLibrary
from facecam.engine.runs.trained_on import TrainedOn, photo_digests, trained_on
from facecam.gallery.gallery import Gallery
from facecam.vision.images.read import list_pictures


@dataclass(frozen=True, slots=True)
class DeletionPlan:
    """Exactly what deleting somebody takes away.

    Attributes:
        identity: the person; the id is empty for photos of somebody never enrolled.
        photos: how many.
        other_files: files in the folders that are no photos and go with them.
        folders: where they are.
        vectors: how many, in every saved generation of the database.
        stays: what was trained with their photos and holds what it learnt until it is deleted itself.
    """

    identity: Identity
    photos: int
    other_files: int
    folders: tuple[Path, ...]
    vectors: int
    stays: TrainedOn = TrainedOn("")


def plan_deletion(
    settings: Settings, gallery: Gallery | None, library: PhotoLibrary, identity: Identity
) -> DeletionPlan:
    """What deleting a person would take away.

    Args:
        settings: folders.
        gallery: the database; None without one.
        library: the photos.
        identity: the person.

    Raises:
        GalleryError: there is no such person.
    """
    folders = tuple(library.folders_of(identity.name))
    vectors = len(gallery.vectors_of(identity)) if gallery and identity.id else 0
    photos = library.photos_of(identity.name)
    stays = trained_on(settings, identity.name, photo_digests(library, identity.name))
    others = count_other_files(folders)
    return DeletionPlan(identity, len(photos), others, folders, vectors, stays)


def count_other_files(folders: Iterable[Path]) -> int:
    """Files in people's folders that are no photos of theirs, and that the user may have put there.

    Our own notes and pictures do not count, nor what lies behind a link: that stays.
    """
    count = 0
    for folder in folders:
        if folder.is_symlink():
            continue
        with contextlib.suppress(OSError, FacecamError):
            files = {path for path in folder.rglob("*") if path.is_file() and not _is_ours(path, folder)}
            count += len(files.difference(list_pictures(folder, recursive=True)))
    return count


def _is_ours(path: Path, folder: Path) -> bool:
    parts_below = path.relative_to(folder).parts
    return parts_below[0] in (NOTES_FOLDER, REJECTED_FOLDER, PERSON_FILE)
