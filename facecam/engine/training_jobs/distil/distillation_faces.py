"""Faces of a distillation: from any pictures to chips with the teacher's vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Notice, Progress
from facecam.core.types import ImageArray
from facecam.engine.faces.face_finder import FaceFinder, main_face
from facecam.engine.photos.image_sources import FaceSource, SourceReader
from facecam.training.data.chips import jpeg_of
from facecam.training.distil.faces import (
    CHIP_PX,
    FacePart,
    digest_of,
    is_made,
    part_file,
    write_part,
)
from facecam.vision.images.align import face_chip

#: Faces per part: what a kill costs at most.
PART_FACES = 256
#: Bad pictures told of one by one; the rest is counted.
_MOST_NOTICES = 20


class FacePreparer:
    """Makes the parts of a distillation that are not there yet.

    Args:
        settings: the detector, and where the models are.
        folder: of the parts.
        on_event: progress, and a notice per picture that cannot be used.
        cancel: stops between pictures.
    """

    def __init__(self, settings: Settings, folder: Path, on_event: EventSink, cancel: CancelToken) -> None:
        self._finder = FaceFinder(settings)
        self._reader = SourceReader()
        self._folder, self._on_event, self._cancel = folder, on_event, cancel
        self._unusable = 0

    def prepare(self, sources: Sequence[FaceSource]) -> int:
        """Write every missing part; returns how many pictures of those looked at now could not be used.

        Raises:
            DataError: disk full or no permission; what is written already stays.
        """
        try:
            for index, start in enumerate(range(0, len(sources), PART_FACES)):
                self._on_event(Progress("faces", start, len(sources)))
                self._part(index, sources[start : start + PART_FACES])
            self._on_event(Progress("faces", len(sources), len(sources)))
        finally:
            self._reader.close()
        self._remove_from(-(-len(sources) // PART_FACES))
        return self._unusable

    def _part(self, index: int, sources: Sequence[FaceSource]) -> None:
        path = part_file(self._folder, index)
        digest = digest_of([source.identity for source in sources])
        if is_made(path, digest):
            return
        write_part(FacePart(digest, tuple(self._chips(sources))), path)

    def _chips(self, sources: Sequence[FaceSource]) -> Iterator[bytes]:
        for source in sources:
            self._cancel.check()
            try:
                yield jpeg_of(self._chip(source))
            except DataError as error:
                self._unusable += 1
                if self._unusable <= _MOST_NOTICES:
                    self._on_event(Notice(f"left out: {error.message}", error.hint))

    def _chip(self, source: FaceSource) -> ImageArray:
        image = self._reader.read(source)
        if image.shape[:2] == (CHIP_PX, CHIP_PX):
            return image  # A face chip already.
        found = self._finder.find(image)
        if not found.detections and source.record is not None:
            # Older programs cut faces out before they wrote them.
            size = (CHIP_PX, CHIP_PX)
            return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        if not found.detections:
            raise DataError(f"{source.name} shows no face", hint="Faces should be at least 80 px wide.")
        return face_chip(found.image, main_face(found.detections, found.image))

    def _remove_from(self, count: int) -> None:
        """Parts of an earlier, longer list would be learnt from too."""
        index = count
        while (path := part_file(self._folder, index)).is_file():
            path.unlink()
            index += 1
