"""Are these the same person? Every photo against every other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, ignore
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.engine import parts
from facecam.engine.enroll import expand
from facecam.engine.photo_faces import PhotoFaces, read_faces
from facecam.runtime.card import ModelCard


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Distances between the faces of photos.

    Attributes:
        found: the faces, and the photos that have none or cannot be read.
        squared_l2: float32 (N, N), symmetric, 0 on the diagonal, in [0, 4].
        threshold: strictly below it two faces count as the same person.
        card: the model's.
    """

    found: PhotoFaces
    squared_l2: FloatArray
    threshold: float
    card: ModelCard

    def same(self, first: int, second: int) -> bool:
        """Whether two faces count as the same person."""
        return bool(self.squared_l2[first, second] < self.threshold)


def compare(
    settings: Settings,
    paths: Iterable[Path],
    *,
    every_face: bool = False,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Compare every face with every other.

    Args:
        settings: model, detector, threshold (the card's where none is set; people enrolled do not matter here).
        paths: photos and folders of photos.
        every_face: all faces of a photo, not only the main one.
        on_event: gets progress.
        cancel: asked between photos.

    Raises:
        EnrollmentError: no photo given.
        DataError: fewer than two faces in all photos together.
        WeightsError: a model is missing, damaged, or has no threshold.
    """
    embedder = parts.open_embedder(settings)
    photos = expand(paths, on_event)
    found = read_faces(settings, embedder, photos, every_face=every_face, on_event=on_event, cancel=cancel)
    if len(found.faces) < 2:
        raise DataError(
            f"{counted(len(found.faces), 'face')} in {counted(len(photos), 'photo')}: "
            "there is nothing to compare",
            hint=found.faults[0][1].message + "." if found.faults else "Name two or more photos with a face.",
        )
    return Comparison(
        found, distances(found.vectors), parts.threshold_of(settings, embedder.card), embedder.card
    )


def distances(vectors: FloatArray) -> FloatArray:
    """squared_l2 of every row of float32 (N, D), unit rows, to every other: float32 (N, N) in [0, 4]."""
    squared = np.clip(2 - 2 * (vectors @ vectors.T), 0, 4).astype(np.float32)
    np.fill_diagonal(squared, 0)
    return np.asarray((squared + squared.T) / 2, np.float32)
