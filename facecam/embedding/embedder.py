"""From face chips to unit vectors."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.types import Detection, Embeddings, FloatArray, ImageArray
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import CompiledNetwork
from facecam.vision.align import ChipSpec, extract_chip

#: Chips per call: larger batches gain nothing and cost memory.
_BATCH = 32


class Embedder:
    """Runs an embedding network the way its card says.

    Args:
        card: the model's card.
        network: the compiled network the card describes.
    """

    def __init__(self, card: ModelCard, network: CompiledNetwork) -> None:
        self.card = card
        self._network = network
        self._batch = _BATCH if network.input_shapes[0].startswith("[?") else 1
        side_px = card.chip_size_px if card.chip == "dlib" else card.input.height
        self.chip_spec = ChipSpec(side_px, card.chip or "dlib", card.chip_padding)

    @property
    def precision(self) -> str:
        """The arithmetic in force: f32, bf16 or f16."""
        return self._network.precision

    def chip(self, image: ImageArray, detection: Detection) -> ImageArray:
        """The chip this network wants, uint8 (S, S, 3) RGB."""
        return extract_chip(image, detection.landmarks, self.chip_spec)

    def embed(self, chips: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        """Unit vectors of chips.

        Args:
            chips: N arrays uint8 (S, S, 3) RGB as made by `chip`.
            mirror: add the vector of the mirrored chip before normalising:
                steadier, at twice the time.

        Returns:
            `Embeddings` with vectors float32 (N, dimensions).
        """
        if not len(chips):
            return Embeddings(np.zeros((0, self.card.dimensions), np.float32), self.card.model_id)
        vectors = self._run(chips)
        if mirror:
            vectors = _joined(vectors, self._run([chip[:, ::-1] for chip in chips]))
        return Embeddings(vectors, self.card.model_id)

    def _run(self, chips: Sequence[ImageArray]) -> FloatArray:
        parts = []
        for start in range(0, len(chips), self._batch):
            outputs = self._network(self._input(chips[start : start + self._batch]))
            parts.append(self._checked(outputs[0].reshape(len(outputs[0]), -1)))
        return np.concatenate(parts)

    def _checked(self, rows: np.ndarray) -> FloatArray:
        """Unit vectors; never one for an answer that means nothing, since all such faces would be alike."""
        rows = rows.astype(np.float64)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        if not (np.isfinite(norms) & (norms > 0)).all():
            raise WeightsError(
                f"the model {self.card.name} answers with {'zeros' if np.isfinite(norms).all() else 'no numbers'}",
                hint="Try --precision f32; if that does not help, the model or its normalisation is wrong.",
            )
        return np.asarray(rows / norms, np.float32)

    def _input(self, chips: Sequence[ImageArray]) -> FloatArray:
        spec = self.card.input
        size = (spec.width, spec.height)
        batch: FloatArray = np.stack([_resized(chip, size) for chip in chips]).astype(np.float32)
        if not spec.normalised_inside:
            batch -= np.asarray(spec.mean, np.float32)
            batch /= np.asarray(spec.std, np.float32)
        return np.ascontiguousarray(batch.transpose(0, 3, 1, 2) if spec.layout == "NCHW" else batch)


def _resized(chip: ImageArray, size: tuple[int, int]) -> ImageArray:
    if chip.shape[1::-1] == size:
        return chip
    return np.asarray(cv2.resize(chip, size, interpolation=cv2.INTER_AREA), np.uint8)


def _joined(vectors: FloatArray, twins: FloatArray) -> FloatArray:
    """Unit vectors half-way between unit vectors and those of their mirror images."""
    sums = vectors + twins
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    # A vector and its mirror twin can in theory cancel out; any unit vector is then as good.
    safe = np.where(norms > 1e-12, sums / np.maximum(norms, 1e-12), np.eye(1, sums.shape[1]))
    return np.asarray(safe, np.float32)
