"""Photos sorted by person, as folders of copies."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore, progressing
from facecam.core.paths import (
    copy_file,
    folder_name_for,
    is_there,
    make_folder,
    printable,
    sha256_file,
)
from facecam.core.words import counted
from facecam.engine.tools.clustering import Clusters

UNGROUPED_FOLDER = "ungrouped"


def write_folders(clusters: Clusters, folder: Path, *, on_event: EventSink = ignore) -> list[Path]:
    """Copy the photos into one folder per person below `folder`; a photo of two people is copied twice.

    Originals stay where they are, and files that are there already are not written over.

    Args:
        clusters: what `cluster` found.
        folder: made when missing.
        on_event: gets progress.

    Returns:
        The folders, in the order of the clusters; one for ungrouped faces last, where there are any.

    Raises:
        DataError: a photo cannot be copied (disk full, no permission); copies made before stay.
    """
    groups = [(folder / folder_name_for(one.label), clusters.faces_of(one)) for one in clusters.clusters]
    if clusters.ungrouped:
        rest = [clusters.found.faces[index] for index in clusters.ungrouped]
        groups.append((folder / UNGROUPED_FOLDER, rest))
    gone = 0
    for target, faces in progressing(groups, "folders", on_event):
        photos = dict.fromkeys(face.path for face in faces)
        # Whoever was deleted meanwhile does not come back.
        there = [photo for photo in photos if is_there(photo)]
        gone += len(photos) - len(there)
        _copy_all(there, target)
    if gone:
        were = "was" if gone == 1 else "were"
        on_event(Notice(f"{counted(gone, 'photo')} {were} deleted or moved meanwhile, and not copied"))
    return [target for target, _ in groups]


def _copy_all(photos: Iterable[Path], target: Path) -> None:
    make_folder(target)
    for photo in photos:
        copy = _free(target, photo)
        if copy is not None:
            copy_file(photo, copy, "copy to")


def _free(target: Path, photo: Path) -> Path | None:
    """A name for the copy that nothing has yet; None when this very photo is there already."""
    for number in range(1, 10_000):
        path = target / (photo.name if number == 1 else f"{photo.stem}-{number}{photo.suffix}")
        if not os.path.lexists(path):
            return path
        if not path.is_file():
            continue  # A folder, or a link to nothing: copying there would write wherever it points.
        if sha256_file(path) == sha256_file(photo):
            return None
    raise DataError(
        f"{printable(str(target))} holds thousands of photos named {printable(photo.name)}",
        hint="Choose an empty folder.",
    )
