"""Export of embeddings as plain arrays, for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import EventSink, ignore
from facecam.core.paths import atomic_write_together, make_folder, printable
from facecam.engine import components
from facecam.engine.faces.face_shards import FaceShards, key_of
from facecam.engine.faces.photo_embeddings import PhotoFaces, no_face
from facecam.engine.faces.user_caches import unfinished_folder
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.tools.shard_workers import read_on_workers
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.gallery.storage.npy import npy_bytes

FILES = ("embeddings.npy", "labels.npy", "label_strings.npy", "photos.npy")
#: Folder in the target of what the workers of a cluster have found so far, until all is.
PARTS = ".parts"


@dataclass(frozen=True, slots=True, eq=False)
class EmbedReport:
    """What was exported.

    Attributes:
        folder: where the files are.
        photos: number of vectors.
        people: their names; label i stands for `people[i]`.
        found: the faces, and the photos that have none or cannot be read.
    """

    folder: Path
    photos: int
    people: tuple[str, ...]
    found: PhotoFaces


def embed(
    settings: Settings,
    photos: Path,
    target: Path,
    *,
    scheduler: str | None = None,
    workers: int = 0,
    on_event: EventSink = ignore,
) -> EmbedReport:
    """Write the vectors of a folder of people: one folder per person, the main face of each photo.

    Files: `embeddings.npy` float32 (N, D), unit rows, mirrored chip added;
    `labels.npy` int32 (N,), the person of each row from 0; `label_strings.npy`
    text (N,), their names; `photos.npy` text (N,), the paths below `photos`.
    None holds Python objects: `numpy.load` opens them as they are. What is
    found is kept in the user's cache folder, with workers in `.parts` of the
    target, until all is: a run that is broken off is gone on with.

    Args:
        settings: model and detector.
        photos: the folder.
        target: made when missing; files of these names there are replaced.
        scheduler, workers: of a cluster, see `read_on_workers`; neither: this process does it.
        on_event: gets progress and notices.

    Raises:
        DataError: no face in any photo, or the files cannot be written.
        WeightsError: a model is missing or damaged.
    """
    people = PhotoLibrary(photos, on_event).people()
    owner_of = {photo: index for index, paths in enumerate(people.values()) for photo in paths}
    if not owner_of:
        raise DataError(
            f"{printable(str(photos))} holds no folders with photos",
            hint="It should have one folder per person with their photos in it.",
        )
    embedder = components.open_embedder(settings)
    is_alone = scheduler is None and not workers
    key = key_of(settings, embedder, every_face=False)
    unfinished = unfinished_folder([*owner_of], key) if is_alone else target / PARTS
    shards = FaceShards(settings, embedder, unfinished, every_face=False, on_event=on_event)
    if is_alone:
        found = shards.read([*owner_of])
    else:
        found = read_on_workers(
            settings,
            shards,
            [*owner_of],
            scheduler=scheduler,
            workers=workers,
            on_event=on_event,
        )
    if not found.faces:
        raise no_face(found.without_face, found.faults)
    names = tuple(people)
    labels = np.array([owner_of[face.path] for face in found.faces], np.int32)
    paths = [_below(face.path, photos) for face in found.faces]
    arrays = (found.vectors, labels, np.array([names[label] for label in labels]), np.array(paths))
    make_folder(target)
    atomic_write_together(
        {target / name: npy_bytes(array) for name, array in zip(FILES, arrays, strict=True)}
    )
    shards.remove()
    note_in_trail(settings.database, "export", on_event=on_event, kind="embeddings", count=len(names))
    return EmbedReport(target, len(labels), names, found)


def _below(path: Path, folder: Path) -> str:
    # Lone surrogates (names that are no UTF-8) have no place in an array of texts.
    return printable(path.relative_to(folder).as_posix())
