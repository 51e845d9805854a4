"""Comparison of photos: the same person or not, every face against every other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.errors import DataError
from facecam.core.events import EventSink, ignore
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.enrollment.enroller import expand
from facecam.engine.faces.photo_embeddings import PhotoFaces, read_faces
from facecam.engine.scoring import open_cohort
from facecam.gallery.matching.cohort import Cohort
from facecam.runtime.card import ModelCard


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Distances between the faces of photos.

    Attributes:
        found: the faces, and the photos that have none or cannot be read.
        squared_l2: float32 (N, N), symmetric, 0 on the diagonal, in [0, 4].
        threshold: strictly below it two faces count as the same person, where distances decide.
        card: the model's.
        match_score: float32 (N, N), symmetric, what decides with a cohort; None: distances do.
        match_threshold: for scores; None likewise.
    """

    found: PhotoFaces
    squared_l2: FloatArray
    threshold: float
    card: ModelCard
    match_score: FloatArray | None = None
    match_threshold: float | None = None

    def same(self, first: int, second: int) -> bool:
        """Whether two faces count as the same person."""
        if self.match_score is None or self.match_threshold is None:
            return bool(self.squared_l2[first, second] < self.threshold)
        return bool(self.match_score[first, second] < self.match_threshold)

    def percent(self, first: int, second: int) -> float:
        """How probable it is that two faces are one person, 0 to 100, where half of all pairs are.

        So it is for a pair by itself. Beside names stands another number, which
        knows among how many people the name was chosen (`gallery.naming_odds`).
        """
        if self.match_score is None:
            return self.card.percent(float(self.squared_l2[first, second]))
        return self.card.percent_of_score(float(self.match_score[first, second]))

    def probability(self, first: int, second: int) -> float | None:
        """The same in [0, 1]; None for a model of which nobody measured it."""
        cohort = self.card.cohort
        scored = self.match_score is not None and cohort is not None
        knots = cohort.score_to_probability if scored and cohort else self.card.distance_to_probability
        return None if knots is None else self.percent(first, second) / 100


def compare(
    settings: Settings,
    paths: Iterable[Path],
    *,
    every_face: bool = False,
    on_event: EventSink = ignore,
) -> Comparison:
    """Compare every face with every other.

    Args:
        settings: model, detector, threshold (the card's where none is set; people enrolled do not matter here).
        paths: photos and folders of photos.
        every_face: all faces of a photo, not only the main one.
        on_event: gets progress.

    Raises:
        EnrollmentError: no photo given.
        DataError: fewer than two faces in all photos together.
        WeightsError: a model is missing, damaged, or has no threshold.
    """
    embedder = components.open_embedder(settings)
    photos = expand(paths, on_event)
    found = read_faces(settings, embedder, photos, every_face=every_face, on_event=on_event)
    if len(found.faces) < 2:
        what = f"{counted(len(found.faces), 'face')} in {counted(len(photos), 'photo')}: there is nothing to compare"
        if found.faults:
            _, fault = found.faults[0]
            raise DataError(f"{what}, {fault.message}", hint=fault.hint)
        raise DataError(what, hint="Name two or more photos with a face.")
    return comparison_of(settings, found, embedder.card, on_event)


def comparison_of(
    settings: Settings, found: PhotoFaces, card: ModelCard, on_event: EventSink = ignore
) -> Comparison:
    """Faces that were found, beside each other.

    Args:
        settings: threshold.
        found: their vectors, by the model of `card`.
        card: of it.
        on_event: gets a notice where scores cannot be had.

    Raises:
        WeightsError: the model has no threshold.
    """
    cohort = open_cohort(settings, card, on_event)
    limit = components.limit_of_pairs(settings, card, cohort)
    squared_l2 = _distances(found.vectors)
    scores = None if cohort is None else _scores(squared_l2, found.vectors, cohort)
    return Comparison(found, squared_l2, limit.squared_l2, card, scores, limit.match_score)


def _scores(squared_l2: FloatArray, vectors: FloatArray, cohort: Cohort) -> FloatArray:
    """What a cohort makes of distances (N, N) of float32 (N, D): float32 (N, N), symmetric, 0 on the diagonal."""
    shifts = cohort.shifts(vectors)
    normalized = squared_l2 + shifts[:, None] + shifts
    np.fill_diagonal(normalized, 0)  # A face is itself, however like everybody.
    return np.asarray(normalized, np.float32)


def _distances(vectors: FloatArray) -> FloatArray:
    """squared_l2 of every row of float32 (N, D), unit rows, to every other: float32 (N, N) in [0, 4]."""
    squared = np.clip(unit_squared_l2(vectors, vectors), 0, 4).astype(np.float32)
    np.fill_diagonal(squared, 0)
    return np.asarray((squared + squared.T) / 2, np.float32)
