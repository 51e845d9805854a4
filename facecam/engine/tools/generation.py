"""Drawn faces: reconstructed, on the way from one to another, with a smile or glasses added.

By a variational auto-encoder that was trained here (`train --preset dfc-vae`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError, WeightsError
from facecam.core.events import EventSink, ignore, progressing
from facecam.core.types import FloatArray, ImageArray
from facecam.engine import components
from facecam.engine.enrollment.enroller import expand
from facecam.engine.faces.photo_embeddings import no_face
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.runtime.compiled import CompiledNetwork
from facecam.vision.images.align import ChipSpec, face_chip

_TOGETHER = 32


class FaceGenerator:
    """Encoder and decoder of a model.

    Args:
        settings: folders and detector.
        model: a name in `weights/`.
        on_event: gets progress.

    Attributes:
        without_face: readable photos in which no face was found.
        faults: photos that could not be read, with the reason.

    Raises:
        WeightsError: no such model, or it draws no faces.
    """

    def __init__(self, settings: Settings, model: str, on_event: EventSink = ignore) -> None:
        store = components.open_weights(settings)
        card, folder = store.card(model), store.path(model)
        files = [folder / f"{part}.xml" for part in ("encoder", "decoder")]
        if not all(path.is_file() for path in files):
            raise WeightsError(
                f"{model} draws no faces: it is no variational auto-encoder",
                hint="Train one: python main.py train --preset dfc-vae",
            )
        self._encode, self._decode = (CompiledNetwork(path) for path in files)
        self._side_px, self._spec = card.input.width, ChipSpec(padding=card.chip_padding)
        self._reader = PhotoReader(settings)
        self._on_event = on_event
        self.without_face: list[Path] = []
        self.faults: list[tuple[Path, DataError]] = []

    def chips(self, photos: Iterable[Path]) -> ImageArray:
        """The main face of each photo, uint8 (N, S, S, 3) RGB; photos without one are noted and left out.

        Args:
            photos: files and folders.

        Raises:
            DataError: not one face.
            EnrollmentError: not one photo.
        """
        found: list[ImageArray] = []
        before = len(self.without_face), len(self.faults)
        for photo in progressing(expand(photos, self._on_event), "read photos", self._on_event):
            try:
                found += self._chip(photo)
            except DataError as fault:
                self.faults.append((photo, fault))
        if not found:
            raise no_face(self.without_face[before[0] :], self.faults[before[1] :])
        return np.stack(found)

    def encode(self, chips: ImageArray) -> FloatArray:
        """What stands for faces uint8 (N, S, S, 3): float32 (N, D)."""
        return self._in_parts(self._encode, chips.astype(np.float32))

    def decode(self, latent: FloatArray) -> ImageArray:
        """The faces that float32 (N, D) stands for, uint8 (N, S, S, 3) RGB."""
        drawn = self._in_parts(self._decode, np.asarray(latent, np.float32))
        return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)

    def _chip(self, photo: Path) -> list[ImageArray]:
        look = self._reader.look(photo)
        if not look.found.detections:
            self.without_face.append(photo)
            return []
        chip = face_chip(look.found.image, self._reader.main(photo, look), self._spec)
        side = (self._side_px, self._side_px)
        return [np.asarray(cv2.resize(chip, side, interpolation=cv2.INTER_AREA), np.uint8)]

    @staticmethod
    def _in_parts(network: CompiledNetwork, rows: np.ndarray) -> FloatArray:
        starts = range(0, len(rows), _TOGETHER)
        return np.concatenate([network(rows[start : start + _TOGETHER])[0] for start in starts])


def reconstructed(generator: FaceGenerator, chips: ImageArray) -> ImageArray:
    """Rows of a sheet: each face beside what is left of it, uint8 (N, 2, S, S, 3)."""
    return np.stack([chips, generator.decode(generator.encode(chips))], axis=1)


def interpolated(generator: FaceGenerator, chips: ImageArray, steps: int) -> ImageArray:
    """From each face to the next in `steps` drawings, both ends among them: uint8 (N − 1, steps, S, S, 3).

    Raises:
        DataError: fewer than two faces.
    """
    if len(chips) < 2:
        raise DataError("one face leads nowhere", hint="Name two photos or more.")
    latent, shares = generator.encode(chips), np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return np.stack(
        [generator.decode(first + shares * (last - first)) for first, last in itertools.pairwise(latent)]
    )


def attribute(generator: FaceGenerator, having: ImageArray, lacking: ImageArray) -> FloatArray:
    """What faces that have something have more of: difference of the means, float32 (D,). (Hou et al., section 4.3)"""
    means = [generator.encode(chips).mean(axis=0) for chips in (having, lacking)]
    return np.asarray(means[0] - means[1], np.float32)


def with_attribute(
    generator: FaceGenerator, chips: ImageArray, added: FloatArray, strength: float, steps: int
) -> ImageArray:
    """Each face with nothing to `strength` times `added` (D,) more: uint8 (N, steps, S, S, 3)."""
    shares = np.linspace(0, strength, steps, dtype=np.float32)[:, None]
    return np.stack([generator.decode(one + shares * added) for one in generator.encode(chips)])


def sheet(rows: ImageArray | Sequence[ImageArray]) -> ImageArray:
    """Pictures uint8 (R, C, S, S, 3) side by side, as one, uint8 (R·S, C·S, 3)."""
    return np.concatenate([np.concatenate(list(row), axis=1) for row in rows])
