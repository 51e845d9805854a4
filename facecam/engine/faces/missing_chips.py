"""Missing chips: a cache is only a cache, so what went from it since a training began is made again.

Chips are shared by content between data folders. Whoever deletes a person in one takes the chips of a training away
that reads the same photos from another.
"""

from __future__ import annotations

from collections.abc import Iterable

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.training.data.chips import write_chip
from facecam.training.data.sample import Sample
from facecam.vision.images.align import ChipSpec, face_chip
from facecam.vision.images.read import read_picture


def make_missing(settings: Settings, samples: Iterable[Sample], chip: ChipSpec) -> int:
    """Make the chips again that are not there; returns how many. Those whose photo is gone too stay missing.

    Args:
        settings: which detector.
        samples: the photos, and where their chips are.
        chip: which square of the face they show.

    Raises:
        DataError: the disk with the cache is full.
    """
    looker: PhotoReader | None = None
    made = 0
    for sample in samples:
        if sample.chip.is_file():
            continue
        try:
            image = read_picture(sample.photo)
        except DataError:
            continue  # Whoever reads the chip says that it is not there.
        looker = looker or PhotoReader(settings)
        look = looker.look(sample.photo, image)
        if look.found.detections:
            face = looker.main(sample.photo, look)
            write_chip(sample.chip, face_chip(look.found.image, face, chip))
            made += 1
    return made
