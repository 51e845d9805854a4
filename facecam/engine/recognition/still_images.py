"""Recognising the people in pictures, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.home import expanded
from facecam.core.types import Box, Detection, Face, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.engine.recognition.duplicates import named_once
from facecam.engine.recognition.gallery_alignment import tell_outdated
from facecam.metrics.false_accepts import tell_loose_threshold
from facecam.runtime.card import ModelCard
from facecam.vision.detect.protocol import Detector
from facecam.vision.images.quality import assess
from facecam.vision.images.read import read_picture


def faces_of_pictures(
    settings: Settings, source: str, detector: Detector
) -> Callable[[str, ImageArray], list[Detection]]:
    """Finds the faces of pictures that are watched, by name, uint8 (H, W, 3) RGB, as `PictureRecognizer` does.

    Those that were said to be none are among them: whoever watches is shown them, to take it back.

    Args:
        settings: which detector, folders.
        source: the folder or picture, as the user named it.
        detector: of the settings, open.
    """
    looker, place = PhotoReader(settings, detector=detector), expanded(source)

    def find(name: str, image: ImageArray) -> list[Detection]:
        for photo in (place, place / name):
            if photo.is_file():
                look = looker.look(photo, image)
                faces = (*look.found.detections, *map(_in_box, look.no_faces))
                return [look.found.as_given(face) for face in faces]
        found = looker.find_in(image)
        return [found.as_given(face) for face in found.detections]

    return find


def _in_box(box: Box) -> Detection:
    x, y = box.center
    corners = [(one, other) for other in (box.top, box.bottom) for one in (box.left, box.right)]
    return Detection(box, 0.0, np.asarray([*corners[:2], (x, y), *corners[2:]], np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class PictureResult:
    """The faces of one picture, or why it could not be read.

    Attributes:
        path: the picture.
        image: uint8 (H, W, 3) RGB, upright; None when unreadable.
        faces: the largest first.
        fault: None when all is well.
    """

    path: Path
    image: ImageArray | None
    faces: tuple[Face, ...]
    fault: DataError | None = None


class PictureRecognizer:
    """Recognises pictures with one set of models.

    Args:
        settings: models, database, detector, threshold.
        on_event: gets notices of the database.
        embedder: the settings' one, where it is open already.

    Raises:
        WeightsError: a model is missing or damaged.
        GalleryError: the database is unreadable or stale.
    """

    def __init__(
        self, settings: Settings, on_event: EventSink = ignore, embedder: Embedder | None = None
    ) -> None:
        self._embedder = embedder or components.open_embedder(settings)
        gallery = components.load_gallery(components.open_store(settings, on_event), self._embedder.card)
        tell_outdated(settings, gallery, on_event)
        tell_loose_threshold(settings, self._embedder.card, len(gallery), on_event)
        if settings.require_live:
            on_event(
                Notice(
                    "--require-live is for cameras: a picture does not show who is alive; names are given all the same",
                    "To have no names for pictures held to a camera: python main.py live --require-live",
                )
            )
        self.matcher = components.open_matcher(settings, gallery, self._embedder.card, on_event)
        self._looker = PhotoReader(settings)
        self._same_person_twice = settings.same_person_twice

    @property
    def card(self) -> ModelCard:
        """The embedder's card."""
        return self._embedder.card

    @property
    def embedder(self) -> Embedder:
        """The open embedder."""
        return self._embedder

    def recognize(self, image: ImageArray, photo: Path | None = None) -> tuple[Face, ...]:
        """All faces of a picture (uint8 (H, W, 3) RGB) with their matches, the largest first.

        Each person is named once at most, unless the settings have `same_person_twice`.

        Args:
            image: the picture.
            photo: its file, of which somebody may have said which faces are there.
        """
        found = self._looker.find_in(image) if photo is None else self._looker.find(photo, image)
        detections = sorted(found.detections, key=lambda one: -one.box.area)
        views = [self._embedder.views(found.image, detection) for detection in detections]
        matches = self.matcher.match(self._embedder.embed(views, mirror=True).vectors)
        if not self._same_person_twice:
            matches = named_once(matches)
        spec, size = self._embedder.chip_spec, found.image.shape[1::-1]
        return tuple(
            Face(found.as_given(detection), match, quality=assess(detection, view[0], spec, size).overall)
            for detection, view, match in zip(detections, views, matches, strict=True)
        )

    def recognize_files(self, paths: Sequence[Path]) -> Iterator[PictureResult]:
        """The results of files, in their order; one that cannot be read does not stop the others."""
        for path in paths:
            yield self._result(path)

    def _result(self, path: Path) -> PictureResult:
        # A call of its own: while the next picture is read, nothing here holds the one before.
        try:
            image = read_picture(path)
        except DataError as fault:
            return PictureResult(path, None, (), fault)
        return PictureResult(path, image, self.recognize(image, path))
