"""The chips of a training's photos: those it learns from, and those that its models are judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Progress
from facecam.core.types import FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine.faces.missing_chips import make_missing
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.training.config.options import TrainOptions
from facecam.training.data.chips import read_chip
from facecam.training.data.sample import Sample
from facecam.vision.images.align import ChipSpec

_EMBED_TOGETHER = 32


def training_chip(options: TrainOptions) -> ChipSpec:
    """Which square of the face a training's chips show."""
    return ChipSpec(padding=options.chip_padding)


class ChipReader:
    """Reads chips: from the cache, or from the photo where the embedder wants another square of the face.

    Args:
        settings: which detector.
        embedder: whose chips are wanted.
        kept: which square the cached chips show.
    """

    def __init__(self, settings: Settings, embedder: Embedder, kept: ChipSpec) -> None:
        self._settings, self._embedder, self._kept = settings, embedder, kept
        self._looker = None if embedder.chip_spec == kept else PhotoReader(settings)

    def read(self, sample: Sample) -> ImageArray:
        """The chip of a photo, uint8 (S, S, 3) RGB; the cached one where no face is found any more.

        Raises:
            DataError: photo or chip cannot be read.
        """
        make_missing(self._settings, [sample], self._kept)
        if self._looker is None:
            return read_chip(sample.chip)
        look = self._looker.look(sample.photo)
        if not look.found.detections:
            return read_chip(sample.chip)
        return self._embedder.chip(look.found.image, self._looker.main(sample.photo, look))

    def vectors(
        self, samples: Sequence[Sample], stage: str, on_event: EventSink, cancel: CancelToken
    ) -> FloatArray:
        """Unit vectors of photos, mirrored chip added, float32 (N, D).

        Args:
            samples: the photos.
            stage: of the `Progress` that is told.
            on_event: hears it.
            cancel: asked between batches.
        """
        vectors = [np.zeros((0, self._embedder.card.dimensions), np.float32)]
        for some in _batches(samples, stage, on_event, cancel):
            vectors.append(self._embedder.embed(list(map(self.read, some)), mirror=True).vectors)
        return np.concatenate(vectors)


class PhotoViews:
    """Reads photos as Live does: a face's chips by every alignment there is.

    Args:
        settings: which detector.
        embedders: whose chips are wanted.
    """

    def __init__(self, settings: Settings, *embedders: Embedder) -> None:
        self._settings, self._embedders, self._looker = settings, embedders, PhotoReader(settings)

    def batches(
        self, samples: Sequence[Sample], kept: ChipSpec, stage: str, on_event: EventSink, cancel: CancelToken
    ) -> Iterator[list[list[ImageArray]]]:
        """For each embedder the chips of some photos, uint8 (V, S, S, 3) each.

        Args:
            samples: the photos; of those that are gone or show no face any more the cached chip is taken.
            kept: which square the cached chips show.
            stage: of the `Progress` that is told.
            on_event: hears it.
            cancel: asked between batches.
        """
        for some in _batches(samples, stage, on_event, cancel):
            views = [self._views(sample, kept) for sample in some]
            yield [list(chips) for chips in zip(*views, strict=True)]

    def _views(self, sample: Sample, kept: ChipSpec) -> list[ImageArray]:
        try:
            look = self._looker.look(sample.photo)
        except DataError:
            look = None
        if look is None or not look.found.detections:
            make_missing(self._settings, [sample], kept)
            return [read_chip(sample.chip)[None]] * len(self._embedders)
        face = self._looker.main(sample.photo, look)
        return [embedder.views(look.found.image, face) for embedder in self._embedders]


def _batches(
    samples: Sequence[Sample], stage: str, on_event: EventSink, cancel: CancelToken
) -> Iterator[Sequence[Sample]]:
    for start in range(0, len(samples), _EMBED_TOGETHER):
        cancel.check()
        yield samples[start : start + _EMBED_TOGETHER]
        on_event(Progress(stage, min(len(samples), start + _EMBED_TOGETHER), len(samples)))
