"""Vectors of whole sets of chips with the network as it is now. Imports TensorFlow."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from facecam.core.events import CancelToken
from facecam.core.types import FloatArray
from facecam.training.data.pipeline import ChipImages, plain_batches
from facecam.training.trainer.network import Network

_TOGETHER = 64


class VectorMaker:
    """Runs the network for measuring: nothing varies, nothing learns.

    Args:
        network: see there.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        side_px = network.side_px
        self._run = tf.function(
            self._forward,
            input_signature=[tf.TensorSpec([None, side_px, side_px, 3], tf.float32)],
            autograph=False,
        )

    def __call__(
        self, images: ChipImages, cancel: CancelToken, rows: NDArray[np.integer] | None = None
    ) -> FloatArray:
        """Unit vectors float32 (N, D) of all chips, or of int (N,) rows."""
        parts = [np.zeros((0, self._network.dimensions), np.float32)]
        for pictures in plain_batches(images, _TOGETHER, rows):
            cancel.check()
            parts.append(np.asarray(self._run(pictures), np.float32))
        return np.concatenate(parts)

    def _forward(self, pictures: Any) -> Any:
        return tf.cast(self._network.single(pictures, training=False), tf.float32)
