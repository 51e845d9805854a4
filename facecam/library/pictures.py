"""Functions on pictures, for whom no gallery of people matters."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.paths import printable
from facecam.core.types import Detection, FloatArray, ImageArray, check_image
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.face_finder import FoundFaces, main_face
from facecam.engine.faces.photo_embeddings import PhotoFaces
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.engine.tools.clustering import cluster as cluster_faces
from facecam.engine.tools.compare import comparison_of
from facecam.library.home import Folder, path_of, paths_of, settings_of, with_models
from facecam.vision.images.read import read_picture

#: A file, or a picture uint8 (H, W, 3) RGB.
Photo = str | os.PathLike[str] | ImageArray


@dataclass(frozen=True, slots=True)
class FaceComparison:
    """Two faces beside each other.

    Attributes:
        same: whether they count as the same person.
        distance: squared_l2, 0 (the same) to 4.
        similarity: in percent, as people are shown it.
    """

    same: bool
    distance: float
    similarity: float


def detect(photo: Photo, *, settings: Settings | None = None) -> list[Detection]:
    """The faces of a picture, best score first.

    Args:
        photo: a file, or uint8 (H, W, 3) RGB.
        settings: detector and smallest face; None: as the program has them.

    Raises:
        DataError: the file cannot be read.
        WeightsError: a model is missing or damaged.

    Example:
        >>> import facecam
        >>> [face] = facecam.detect("eileen.png")
        >>> face.box.width > 80, face.landmarks.shape
        (True, (5, 2))
    """
    found = _models(settings or Settings()).find(photo)
    return [found.as_given(face) for face in found.detections]


def embed(photo: Photo, *, settings: Settings | None = None) -> FloatArray:
    """The unit vectors of all faces of a picture, float32 (N, D), in the order of `detect`.

    `2 - 2 * a @ b` is the squared distance of two of them; smaller is more alike.

    Raises:
        DataError: the file cannot be read.
        WeightsError: a model is missing or damaged.

    Example:
        >>> import facecam
        >>> facecam.embed("eileen.png").shape
        (1, 128)
    """
    models = _models(settings or Settings())
    found = models.find(photo)
    return models.vectors(found, list(found.detections))


def compare(first: Photo, second: Photo, *, settings: Settings | None = None) -> FaceComparison:
    """Whether the main faces of two pictures are the same person's.

    Raises:
        DataError: a file cannot be read, or there is no face in it.
        WeightsError: a model is missing or damaged, or has no threshold.

    Example:
        >>> import facecam
        >>> facecam.compare("eileen.png", "barack.jpg").same
        False
    """
    settings = settings or Settings()
    models = _models(settings)
    vectors = np.concatenate([models.main_vector(photo) for photo in (first, second)])
    card = models.embedder.card
    both = comparison_of(settings, PhotoFaces((), vectors, card.model_id, (), ()), card)
    return FaceComparison(both.same(0, 1), float(both.squared_l2[0, 1]), both.percent(0, 1))


def cluster(
    photos: Folder | Iterable[Folder], *, min_faces: int = 2, settings: Settings | None = None
) -> list[list[Path]]:
    """An album sorted by person, whom nobody has named: the photos of each, the largest group first.

    A photo of several people is in several groups; one whose faces are like too few others is in none.

    Args:
        photos: files and folders, or one of these.
        min_faces: the fewest of a group.
        settings: model, detector, threshold; None: as the program has them.

    Raises:
        DataError: no face in any photo.
        EnrollmentError: no photo given.
        WeightsError: a model is missing, damaged, or has no threshold.

    Example:
        >>> import facecam
        >>> [[photo.name for photo in group] for group in facecam.cluster(["album"])]
        [['eileen-1.png', 'eileen-2.png']]
    """
    settings = with_models(settings or Settings())
    found = cluster_faces(settings, paths_of(photos), min_faces=min_faces)
    return [list(dict.fromkeys(face.path for face in found.faces_of(one))) for one in found.clusters]


def read_photo(photo: Photo) -> ImageArray:
    """A picture as uint8 (H, W, 3) RGB, upright.

    Raises:
        DataError: the file cannot be read, or the array is no picture.
    """
    if not isinstance(photo, np.ndarray):
        return read_picture(path_of(photo))
    try:
        check_image(photo)
    except ValueError as error:
        raise DataError(
            f"the array is no picture: {error}",
            hint="Give RGB as cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) makes it.",
        ) from error
    return photo


class _Models:
    """Detector and embedder of some settings, for one call at a time."""

    def __init__(self, settings: Settings) -> None:
        self._looker = PhotoReader(settings)
        self.embedder: Embedder = components.open_embedder(settings)
        self._lock = threading.Lock()

    def find(self, photo: Photo) -> FoundFaces:
        image = read_photo(photo)
        with self._lock:
            return self._looker.find_in(image)

    def vectors(self, found: FoundFaces, faces: list[Detection]) -> FloatArray:
        views = [self.embedder.views(found.image, face) for face in faces]
        with self._lock:
            return self.embedder.embed(views, mirror=True).vectors

    def main_vector(self, photo: Photo) -> FloatArray:
        found = self.find(photo)
        if not found.detections:
            what = "the picture" if isinstance(photo, np.ndarray) else printable(os.fspath(photo))
            raise DataError(
                f"no face was found in {what}", hint="Give a photo in which the face is larger or clearer."
            )
        return self.vectors(found, [main_face(found.detections, found.image)])


@functools.lru_cache(maxsize=2)
def _models(settings: Settings) -> _Models:
    return _Models(with_models(settings_of(None, settings)))
