"""Pictures, a detector and an embedder that take no model: a person is a color, a photo a pattern in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

import cv2
import numpy as np

from facecam.core.types import Box, Detection, Embeddings, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces import photo_reader
from facecam.engine.faces.face_finder import FoundFaces
from facecam.runtime.card import InputSpec, ModelCard
from facecam.vision.images.align import DLIB_CHIP

#: As many as an import takes.
DIMENSIONS = 128
_THRESHOLD = 0.3
REAL_EMBEDDER = components.open_embedder
#: RGB of the people, by number.
_COLORS = np.array(
    [(200, 80, 80), (80, 200, 80), (80, 80, 200), (200, 200, 80), (80, 200, 200), (200, 80, 200)]
)


def picture(person: int, number: int, seed: int = 0) -> ImageArray:
    """A photo: the person's color with a pattern of its own, uint8 (S, S, 3) RGB."""
    rng = np.random.default_rng([seed, person, number])
    blocks = rng.integers(-75, 75, (16, 16, 1)).repeat(10, 0).repeat(10, 1)
    tone = rng.integers(-12, 12, 3)
    return np.clip(_COLORS[person] + tone + blocks, 0, 255).astype(np.uint8)


def save(path: Path, image: ImageArray) -> Path:
    """Write a picture as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", image[:, :, ::-1])[1].tobytes())
    return path


class Eye:
    """Finds one face in every picture: all of it. Stands in for `FaceFinder`."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def find(self, image: ImageArray) -> FoundFaces:
        return FoundFaces(image, [face_of(image)], "")


def face_of(image: ImageArray) -> Detection:
    """The face of a picture that shows nothing else."""
    height, width = image.shape[:2]
    points = np.array([(0.72, 0.4), (0.6, 0.4), (0.28, 0.4), (0.4, 0.4), (0.5, 0.62)], np.float32)
    return Detection(Box(8, 8, width - 8, height - 8), 1.0, points * np.float32([width, height]))


class Hand:
    """Embeds pictures by their color. Stands in for `Embedder`."""

    alignment_of = staticmethod(Embedder.alignment_of)

    def __init__(self) -> None:
        self.chip_spec, self.precision = DLIB_CHIP, "f32"
        self.card = ModelCard(
            name=components.DEFAULT_MODEL,
            title="A stage",
            task="embedding",
            files=("stage.onnx",),
            input=InputSpec(
                height=150,
                width=150,
                layout="NHWC",
                mean=(0.0, 0.0, 0.0),
                std=(1.0, 1.0, 1.0),
                normalised_inside=True,
            ),
            chip="dlib",
            dimensions=DIMENSIONS,
            unit_norm_inside=False,
            threshold=_THRESHOLD,
            licence="CC0-1.0",
            lineage="made in a test",
            sha256={"stage.onnx": "0" * 64},
        )

    def chip(self, image: ImageArray, detection: Detection) -> ImageArray:
        return cv2.resize(image, (150, 150))

    def views(self, image: ImageArray, detection: Detection) -> ImageArray:
        return self.chip(image, detection)[None]

    def embed(self, chips: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        vectors = [_vector(chip) for chip in chips]
        return Embeddings(
            np.stack(vectors) if vectors else np.zeros((0, DIMENSIONS), np.float32), self.card.model_id
        )


def _vector(chip: ImageArray) -> np.ndarray:
    mean = chip.reshape(-1, 3).mean(axis=0)
    person = np.zeros(6)
    person[int(((_COLORS - mean) ** 2).sum(axis=1).argmin())] = 1.0
    vector = np.zeros(DIMENSIONS)
    vector[:9] = np.concatenate([person, (mean / 255 - 0.5) * 0.4])
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@contextlib.contextmanager
def on_stage() -> Iterator[None]:
    """While the block runs, the engine uses these."""
    with (
        mock.patch.object(components, "open_embedder", lambda *_, **__: Hand()),
        mock.patch.object(photo_reader, "FaceFinder", Eye),
    ):
        yield
