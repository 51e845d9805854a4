"""Common parts of evaluations: what was measured with, what became of its photos, how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.events import CancelToken, EventSink
from facecam.embedding.embedder import Embedder
from facecam.engine.faces.photo_batches import (
    NO_FACE,
    PhotoEmbedder,
    PhotoFault,
    PhotoVectors,
    depends_on,
)
from facecam.engine.photos.embedding_cache import VectorCache


@dataclass(frozen=True, slots=True)
class PhotoSummary:
    """What became of the photos.

    Attributes:
        listed: how many there should be.
        found_by: how the face was found → number of photos.
        without_face: photos in which none was found; they count, by their middle.
        faults: photos that are missing or unreadable.
    """

    listed: int
    found_by: Mapping[str, int]
    without_face: tuple[str, ...]
    faults: tuple[PhotoFault, ...]


@dataclass(frozen=True, slots=True)
class Speed:
    """How long it took.

    Attributes:
        total_s: from reading the list to the figures.
        photos_s: the part of it spent on photos.
        looked_at: photos detected, aligned and embedded in this run.
        remembered: photos whose vectors came from the cache.
    """

    total_s: float
    photos_s: float
    looked_at: int
    remembered: int


@dataclass(frozen=True, slots=True)
class Setup:
    """What was measured: the model and everything that changes its vectors."""

    model_id: str
    precision: str
    detector: str
    upsample: int
    min_face_px: int | None
    flip: bool
    subtract_mean: bool
    grid: bool


def setup_of(
    settings: Settings,
    embedder: Embedder,
    *,
    flip: bool,
    subtract_mean: bool = False,
    grid: bool = False,
) -> Setup:
    """Everything a measurement is made with."""
    return Setup(
        model_id=embedder.card.model_id,
        precision=embedder.precision,
        detector=settings.detector,
        upsample=settings.upsample,
        min_face_px=settings.min_face_px,
        flip=flip,
        subtract_mean=subtract_mean,
        grid=grid,
    )


def vectors_of(
    settings: Settings,
    embedder: Embedder,
    photos: Mapping[str, Path],
    *,
    flip: bool,
    cache: Path | None,
    on_event: EventSink,
    cancel: CancelToken,
) -> PhotoVectors:
    """Vectors of photos (name → file), remembered in the folder `cache` if there is one; see `PhotoEmbedder`."""
    key = depends_on(settings, embedder) | {"flip": flip}
    known = VectorCache(cache, key, embedder.card.dimensions, on_event)
    return PhotoEmbedder(settings, embedder, known, flip=flip).read(photos, on_event, cancel)


def summary(listed: int, photos: PhotoVectors, faults: tuple[PhotoFault, ...]) -> PhotoSummary:
    """What became of `listed` photos."""
    without = tuple(name for name, how in photos.found_by.items() if how == NO_FACE)
    counts = dict(Counter(photos.found_by.values()).most_common())
    return PhotoSummary(listed, counts, without, faults)
