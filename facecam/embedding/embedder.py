"""The embedder: from face chips to unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.types import Alignment, Box, Detection, Embeddings, FloatArray, ImageArray
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import CompiledNetwork, network_input
from facecam.vision.images.align import ChipSpec, face_chip

#: Two kinds of landmarks that place the eyes further apart than this share of the eyes' distance are not both
#: right: 99.5 % of the photos of LFW stay below 0.19.
_MOST_DISAGREEMENT = 0.3
#: Chips per call: larger batches gain nothing and cost memory.
_BATCH = 32
#: Chips of one face by two alignments with their mirror images, and of two such faces.
_USUAL_BATCHES = (4, 8)


class Embedder:
    """Runs an embedding network the way its card says.

    Args:
        card: the model's card.
        network: the compiled network the card describes.
        landmarker: from an image and a dlib-like box to dlib's five points, float32 (5, 2), px: a second
            alignment of faces whose detector has landmarks of its own. None: there is no second one.
    """

    def __init__(
        self,
        card: ModelCard,
        network: CompiledNetwork,
        landmarker: Callable[[ImageArray, Box], FloatArray] | None = None,
    ) -> None:
        self.card = card
        self._network = network
        self._landmarker = landmarker
        self._batch = _BATCH if network.input_shapes[0].startswith("[?") else 1
        side_px = card.chip_size_px if card.chip == "dlib" else card.input.height
        self.chip_spec = ChipSpec(side_px, card.chip or "dlib", card.chip_padding)

    @property
    def precision(self) -> str:
        """The arithmetic in force: f32, bf16 or f16."""
        return self._network.precision

    def warm_up(self) -> None:
        """Have everything loaded and every usual batch prepared, so that the first face does not wait for it."""
        side_px = self.chip_spec.side_px
        grey = np.full((side_px, side_px, 3), 128, np.uint8)
        for count in {1, *_USUAL_BATCHES} if self._batch > 1 else {1}:
            self._network(self._input([grey] * count))
        if self._landmarker is not None:
            self._landmarker(grey, Box(side_px / 4, side_px / 4, side_px * 3 / 4, side_px * 3 / 4))

    def chip(self, image: ImageArray, detection: Detection) -> ImageArray:
        """The chip this network wants, uint8 (S, S, 3) RGB, by the landmarks the detection carries."""
        return face_chip(image, detection, self.chip_spec)

    def views(self, image: ImageArray, detection: Detection) -> ImageArray:
        """The chip by every alignment there is, uint8 (V, S, S, 3) RGB, that of `chip` first.

        A face whose detector has landmarks of its own is aligned by dlib's, too: each is wrong elsewhere, and
        the sum of both vectors is nearer to the person than either. See docs/EVALUATION.md.
        """
        chips = [self.chip(image, detection)]
        if detection.scheme == "five" and self._landmarker is not None:
            seconds = replace(detection, landmarks=self._landmarker(image, detection.box), scheme="dlib")
            # dlib's predictor knows upright faces only; elsewhere its answer is worth nothing.
            if _disagreement(detection, seconds) < _MOST_DISAGREEMENT:
                chips.append(self.chip(image, seconds))
        return np.stack(chips)

    @staticmethod
    def alignment_of(detection: Detection, views: ImageArray) -> Alignment:
        """How the chips of a detection, as `views` or `chip` gave them, are aligned."""
        if detection.scheme == "dlib":
            return "dlib"
        return "five+dlib" if views.ndim == 4 and len(views) > 1 else "five"

    def embed(self, chips: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        """Unit vectors of faces.

        Args:
            chips: for each of N faces its chip, uint8 (S, S, 3) RGB as made by `chip`, or several of it,
                uint8 (V, S, S, 3) as made by `views`, whose vectors are added before normalising.
            mirror: add the vectors of the mirrored chips, too: steadier, at twice the time.

        Returns:
            `Embeddings` with vectors float32 (N, dimensions).
        """
        if not len(chips):
            return Embeddings(np.zeros((0, self.card.dimensions), np.float32), self.card.model_id)
        views = [chip if chip.ndim == 4 else chip[None] for chip in chips]
        flat = [view for face in views for view in face]
        vectors = self._run(flat)
        if mirror:
            vectors = vectors + self._run([chip[:, ::-1] for chip in flat])
        if len(flat) > len(views) or mirror:
            vectors = _unit_sums(vectors, [len(face) for face in views])
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
        return network_input(np.stack([_resized(chip, (spec.width, spec.height)) for chip in chips]), spec)


def _disagreement(first: Detection, second: Detection) -> float:
    """How far two pairs of eyes are apart, as a share of their distance; inf for eyes in one place."""
    (left, right), (other_left, other_right) = first.eyes, second.eyes
    distance = float(np.linalg.norm(right - left))
    apart = float(np.linalg.norm(left - other_left) + np.linalg.norm(right - other_right)) / 2
    return apart / distance if distance > 0 else float("inf")


def _resized(chip: ImageArray, size: tuple[int, int]) -> ImageArray:
    if chip.shape[1::-1] == size:
        return chip
    return np.asarray(cv2.resize(chip, size, interpolation=cv2.INTER_AREA), np.uint8)


def _unit_sums(vectors: FloatArray, counts: Sequence[int]) -> FloatArray:
    """The sum of the first counts[0] rows, of the next counts[1], …, each divided by its norm."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
    sums = np.add.reduceat(vectors, starts, axis=0)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    # Vectors can in theory cancel out; any unit vector is then as good.
    safe = np.where(norms > 1e-12, sums / np.maximum(norms, 1e-12), np.eye(1, sums.shape[1]))
    return np.asarray(safe, np.float32)
