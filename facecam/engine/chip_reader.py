"""The chips of a training's photos, for its own network and for others."""

from __future__ import annotations

from facecam.core.config import Settings
from facecam.core.types import ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine.finder import FaceFinder, main_face
from facecam.training.chips import read_chip
from facecam.training.options import TrainOptions
from facecam.training.split import Sample
from facecam.vision.align import ChipSpec
from facecam.vision.picture import read_picture


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
        self._embedder = embedder
        self._finder = None if embedder.chip_spec == kept else FaceFinder(settings)

    def read(self, sample: Sample) -> ImageArray:
        """The chip of a photo, uint8 (S, S, 3) RGB; the cached one where no face is found any more.

        Raises:
            DataError: photo or chip cannot be read.
        """
        if self._finder is None:
            return read_chip(sample.chip)
        found = self._finder.find(read_picture(sample.photo))
        if not found.detections:
            return read_chip(sample.chip)
        return self._embedder.chip(found.image, main_face(found.detections, found.image))
