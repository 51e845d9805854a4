"""ResNet50 for OpenVINO (He et al., 2015, arXiv:1512.03385); `networks.resnet` is the same to be trained further.

Bottlenecks as Keras ships them: the stride is in the first 1×1 convolution of a stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.core.types import FloatArray
from facecam.networks.ir import layers
from facecam.networks.weights_file import read_fitting_arrays

_CHIP_PX: Final = 112
_DIMENSIONS: Final = 128
_MEAN, _STD = (127.5, 127.5, 127.5), 128.0
_STEM_FILTERS: Final = 64
#: Filters of the stages' 3×3 convolutions, and how many blocks each has; four times as many leave a block.
_STAGES: Final = ((64, 3), (128, 4), (256, 6), (512, 3))
_WIDER: Final = 4
_BATCH_NORM_EPSILON: Final = 1.001e-5

_Arrays = dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class _Block:
    """A bottleneck: 1×1, 3×3 and 1×1 convolution; where sizes change, a 1×1 convolution beside them."""

    name: str
    channels: int
    filters: int
    stride: int
    widens: bool

    @property
    def kernels(self) -> dict[str, tuple[int, int, int, int]]:
        """Shapes (height, width, in, out) by the name of the layer."""
        wide = _WIDER * self.filters
        beside = {f"{self.name}_0": (1, 1, self.channels, wide)} if self.widens else {}
        return beside | {
            f"{self.name}_1": (1, 1, self.channels, self.filters),
            f"{self.name}_2": (3, 3, self.filters, self.filters),
            f"{self.name}_3": (1, 1, self.filters, wide),
        }


def export_resnet50(source: Path, target: Path) -> None:
    """The shipped `weights.npz` of ResNet50 → `target/model.xml`, unit norm inside.

    Raises:
        WeightsError: the file is missing or of another network, or nothing could be written.
    """
    layers.save(build_resnet50(source), target / "model.xml")


def build_resnet50(path: Path) -> ov.Model:
    """The network with weights by the names of the Keras definition.

    Returns:
        A model from `chips` (N, 112, 112, 3), RGB 0…255, to `unit` (N, 128), both float32.

    Raises:
        WeightsError: the file is missing, unreadable or of another network.
    """
    arrays = read_fitting_arrays(path, dict(_shapes()))
    chips = layers.pictures("chips", _CHIP_PX, _CHIP_PX)
    x = layers.centred(layers.channels_first(chips), _MEAN)
    x = ops.relu(_convolution(x, arrays, "conv1", stride=2, padding=3, divisor=_STD))
    # The definition pads with zeros, which are never larger than what a ReLU leaves.
    x = layers.max_pool(x, 3, 2, padding=1)
    for block in _blocks():
        x = _bottleneck(x, arrays, block)
    kernel, bias = arrays["embedding/kernel"], arrays["embedding/bias"]
    vectors = layers.unit_rows(layers.dense(layers.global_average(x), kernel, bias))
    return layers.network("resnet50", chips, {"unit": vectors})


def _blocks() -> Iterator[_Block]:
    channels = _STEM_FILTERS
    for stage, (filters, count) in enumerate(_STAGES):
        for index in range(count):
            first = index == 0
            stride = 2 if first and stage > 0 else 1
            yield _Block(f"conv{stage + 2}_block{index + 1}", channels, filters, stride, first)
            channels = _WIDER * filters


def _shapes() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names and shapes of all arrays of the network."""
    kernels: dict[str, tuple[int, ...]] = {"conv1": (7, 7, 3, _STEM_FILTERS)}
    for block in _blocks():
        kernels |= block.kernels
    for name, shape in kernels.items():
        yield f"{name}_conv/kernel", shape
        yield f"{name}_conv/bias", shape[-1:]
        for what in ("gamma", "beta", "moving_mean", "moving_variance"):
            yield f"{name}_bn/{what}", shape[-1:]
    yield "embedding/kernel", (_WIDER * _STAGES[-1][0], _DIMENSIONS)
    yield "embedding/bias", (_DIMENSIONS,)


def _bottleneck(x: ov.Node, arrays: _Arrays, block: _Block) -> ov.Node:
    y = ops.relu(_convolution(x, arrays, f"{block.name}_1", stride=block.stride))
    y = ops.relu(_convolution(y, arrays, f"{block.name}_2", padding=1))
    y = _convolution(y, arrays, f"{block.name}_3")
    if block.widens:
        x = _convolution(x, arrays, f"{block.name}_0", stride=block.stride)
    return ops.relu(ops.add(x, y))


def _convolution(
    x: ov.Node, arrays: _Arrays, name: str, *, stride: int = 1, padding: int = 0, divisor: float = 1.0
) -> ov.Node:
    """Convolution and batch normalisation in one."""
    gamma, beta, mean, variance = (
        arrays[f"{name}_bn/{what}"] for what in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    factor = gamma / np.sqrt(variance + np.float32(_BATCH_NORM_EPSILON))
    kernel = arrays[f"{name}_conv/kernel"].transpose(3, 2, 0, 1)
    scaled = kernel * (factor / np.float32(divisor))[:, None, None, None]
    shift = factor * (arrays[f"{name}_conv/bias"] - mean) + beta
    return layers.convolution(x, scaled, shift, stride=stride, padding=padding)
