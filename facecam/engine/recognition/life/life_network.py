"""A network that tells live faces from pictures of faces, brought along by the user: asked besides what is seen."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.engine import components
from facecam.runtime.card import LivenessSpec, ModelCard
from facecam.runtime.compiled import CompiledNetwork, network_input

#: How far from 0 to 1 a probability may be by arithmetic of few digits.
_SLACK: Final = 1e-2


class LifeNetwork:
    """Runs a network for liveness the way its card says.

    Args:
        card: of the task `liveness`.
        network: the compiled network the card describes.
    """

    def __init__(self, card: ModelCard, network: CompiledNetwork) -> None:
        if card.liveness is None:
            raise WeightsError(f"{card.name} does not tell who is alive", hint=_HINT)
        self.spec: LivenessSpec = card.liveness
        self._card, self._network = card, network

    def chance(self, image: ImageArray, box: Box) -> float:
        """The probability that a face is alive.

        Args:
            image: uint8 (H, W, 3) RGB.
            box: of the face, px.

        Raises:
            WeightsError: the network answers with no probability.
        """
        given = self._card.input
        square = _square(image, box, self.spec.crop)
        picture = cv2.resize(square, (given.width, given.height), interpolation=cv2.INTER_AREA)
        values = network_input(np.asarray(picture, np.uint8)[None], given)
        return self._probability(self._network(values)[0].reshape(-1))

    def _probability(self, answer: FloatArray) -> float:
        values = answer.astype(np.float64)
        if self.spec.activation == "softmax":
            powers = np.exp(values - values.max())
            values = powers / powers.sum()
        elif self.spec.activation == "sigmoid":
            values = 1 / (1 + np.exp(-values))
        chance = float(values[self.spec.output])
        if not -_SLACK <= chance <= 1 + _SLACK:  # False for NaN, too
            raise WeightsError(
                f"the model {self._card.name} answers {chance:.3g}, which is no probability",
                hint="Add it again with --activation softmax or sigmoid, and the --normalization it was trained with.",
            )
        return min(1.0, max(0.0, chance))


_HINT: Final = "Choose a model that was added with `models add FILE.onnx --task liveness`; see `models list`."


def _square(image: ImageArray, box: Box, crop: float) -> ImageArray:
    """The square around a face: moved, then made smaller, so that it lies in the picture."""
    height, width = image.shape[:2]
    side = max(1, round(min(crop * max(box.width, box.height), width, height)))
    x, y = box.center
    left = int(np.clip(round(x - side / 2), 0, width - side))
    top = int(np.clip(round(y - side / 2), 0, height - side))
    return np.ascontiguousarray(image[top : top + side, left : left + side])


def open_life_network(settings: Settings) -> LifeNetwork | None:
    """The network the settings name; None where they name none.

    Raises:
        WeightsError: it is missing, damaged, or for something else.
    """
    if settings.liveness_model is None:
        return None
    card, networks = components.open_weights(settings).load(settings.liveness_model)
    return LifeNetwork(card, networks[0])
