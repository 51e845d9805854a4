"""Rejections that are given up, because a face turned out to be the person after all, and given back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import EventSink, ignore
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.core.types import Embeddings, FloatArray
from facecam.embedding.embedder import Embedder
from facecam.engine import parts
from facecam.engine.photos import PhotoLibrary
from facecam.engine.rejecting import kept_pictures
from facecam.gallery.gallery import SAME_FACE_SQUARED_L2, Gallery, Who


@dataclass(frozen=True, slots=True, eq=False)
class GivenUp:
    """What was given up, so that it can be given back.

    Attributes:
        rejections: unit vectors, K ≥ 0, and the model that made them.
        pictures: files that were deleted, and what was in them.
    """

    rejections: Embeddings
    pictures: tuple[tuple[Path, bytes], ...] = ()

    def restored(self, gallery: Gallery, who: Who) -> Gallery:
        """`gallery` with the rejections of a person again; vectors of another model mean nothing there.

        Raises:
            GalleryError: there is no such person.
        """
        if gallery.model_id != self.rejections.model_id:
            return gallery
        there = {row.tobytes() for row in gallery.rejections_of(who)}
        rows = [row for row in self.rejections.vectors if row.tobytes() not in there]
        return gallery.reject(who, Embeddings(np.stack(rows), gallery.model_id)) if rows else gallery

    def restore_pictures(self) -> None:
        """Write the pictures again, where the folder of their person is still there.

        Raises:
            DataError: disk full or no permission.
        """
        for path, content in self.pictures:
            if path.parent.parent.is_dir() and not path.exists():
                with readable_os_errors("make the folder", path.parent):
                    path.parent.mkdir(exist_ok=True)
                atomic_write(path, content)


def given_up(before: Gallery, after: Gallery, who: Who) -> Embeddings:
    """The rejections of a person that `before` has and `after` has not.

    Raises:
        GalleryError: there is no such person.
    """
    had = before.rejections_of(who)
    left = {row.tobytes() for row in after.rejections_of(who)}
    gone = [row for row in had if row.tobytes() not in left]
    rows = np.stack(gone) if gone else np.zeros((0, before.dimensions), np.float32)
    return Embeddings(rows, before.model_id)


def pictures_near(
    library: PhotoLibrary,
    name: str,
    embedder: Embedder,
    vectors: FloatArray,
    squared_l2: float,
    on_event: EventSink = ignore,
) -> list[Path]:
    """Kept pictures of faces that are not a person, of which `squared_l2` to one of `vectors` (n, D) is smaller."""
    paths, embeddings = kept_pictures(library, name, embedder, on_event)
    if not paths or not len(vectors):
        return []
    nearest = (2 - 2 * embeddings.vectors @ vectors.T).min(axis=1)
    return [path for path, distance in zip(paths, nearest, strict=True) if distance < squared_l2]


def delete_pictures(paths: list[Path]) -> tuple[tuple[Path, bytes], ...]:
    """Delete pictures; returns them with what was in them.

    Raises:
        DataError: one cannot be read or deleted.
    """
    gone = []
    for path in paths:
        with readable_os_errors("delete", path):
            gone.append((path, path.read_bytes()))
            path.unlink()
    return tuple(gone)


def pictures_taken_back(
    settings: Settings, library: PhotoLibrary, gallery: Gallery, who: Who, on_event: EventSink = ignore
) -> list[Path]:
    """After a merge: pictures saying that one is not the other, which a rebuild must not bring back.

    Args:
        settings: models.
        library: with the pictures of both under one name.
        gallery: after the merge.
        who: the person both are now.
        on_event: gets notices of pictures that cannot be read.

    Raises:
        WeightsError: the model in use is missing or damaged.
    """
    name = gallery.find(who).identity.name
    if len(library.rejected_of(name)) == len(gallery.rejections_of(who)):
        return []
    embedder = parts.open_embedder(settings)
    if embedder.card.model_id != gallery.model_id:
        return []
    return pictures_near(library, name, embedder, gallery.vectors_of(who), SAME_FACE_SQUARED_L2, on_event)
