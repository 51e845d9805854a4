"""The layers of networks for OpenVINO; inside, values are (N, C, H, W) float32."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray

#: Smallest sum of squares a vector is divided by the root of: a vector of zeros stays one.
_LEAST_SQUARES = 1e-24


def pictures(name: str, height: int | None = None, width: int | None = None) -> ov.Node:
    """The input, float32 (N, H, W, 3); a side that is None stays open."""
    open_or = [-1 if side is None else side for side in (height, width)]
    return ops.parameter(ov.PartialShape([-1, *open_or, 3]), np.float32, name=name)


def channels_first(x: ov.Node) -> ov.Node:
    """(N, H, W, C) → (N, C, H, W)."""
    return ops.transpose(x, np.array([0, 3, 1, 2]))


def channels_last(x: ov.Node) -> ov.Node:
    """(N, C, H, W) → (N, H, W, C)."""
    return ops.transpose(x, np.array([0, 2, 3, 1]))


def centred(x: ov.Node, mean: Sequence[float]) -> ov.Node:
    """Each channel minus its mean. The divisor that mostly follows is better kept in the next kernel."""
    return ops.subtract(x, _per_channel(np.asarray(mean)))


def convolution(
    x: ov.Node, kernel: FloatArray, shift: FloatArray, *, stride: int = 1, padding: int = 0
) -> ov.Node:
    """Convolution and shift.

    Args:
        x: (N, C, H, W).
        kernel: (filters, C, height, width).
        shift: (filters,).
        stride: in both directions.
        padding: zeros on each of the four sides.
    """
    pads = [padding, padding]
    made = ops.convolution(x, _constant(kernel), [stride, stride], pads, pads, [1, 1])
    return ops.add(made, _per_channel(shift))


def max_pool(x: ov.Node, side: int, stride: int, *, padding: int = 0, same: bool = False) -> ov.Node:
    """Largest values of windows that lie inside, or (`same`) of every `stride`-th, going over the end if need be."""
    pads = [padding, padding]
    return ops.max_pool(
        x, [stride] * 2, [1, 1], pads, pads, [side] * 2, "floor", "same_upper" if same else "explicit"
    ).output(0)


def average_pool(x: ov.Node, side: int) -> ov.Node:
    """Means of windows side by side, as far as they lie inside."""
    return ops.avg_pool(x, [side] * 2, [0, 0], [0, 0], [side] * 2, exclude_pad=True)


def global_average(x: ov.Node) -> ov.Node:
    """(N, C, H, W) → (N, C)."""
    return ops.reduce_mean(x, np.array([2, 3]), keep_dims=False)


def dense(x: ov.Node, weights: FloatArray, shift: FloatArray | None = None) -> ov.Node:
    """(N, in) → (N, out), with weights (in, out) and shift (out,)."""
    made = ops.matmul(x, _constant(weights), False, False)
    return made if shift is None else ops.add(made, _constant(shift[None]))


def prelu(x: ov.Node, slopes: FloatArray) -> ov.Node:
    """ReLU with a slope below zero for each channel of (N, C, …), slopes (C,)."""
    return ops.prelu(x, _constant(slopes.ravel()))


def unit_rows(x: ov.Node) -> ov.Node:
    """Rows (N, D) of L2 norm 1."""
    return ops.normalize_l2(x, np.array([1]), _LEAST_SQUARES, "max")


def map_sizes(x: ov.Node | ov.Output) -> tuple[int, int, int]:
    """(C, H, W) of (N, C, H, W)."""
    shape = (x.output(0) if isinstance(x, ov.Node) else x).get_partial_shape()
    channels, height, width = (shape[axis].get_length() for axis in (1, 2, 3))
    return channels, height, width


def zero_padded(x: ov.Node, channels: int, height: int, width: int) -> ov.Node:
    """As many zeros at the end of each axis as are missing from (N, channels, height, width)."""
    missing = [wanted - size for wanted, size in zip((channels, height, width), map_sizes(x), strict=True)]
    if not any(missing):
        return x
    return ops.pad(x, np.zeros(4, np.int64), np.array([0, *missing]), "constant", ops.constant(np.float32(0)))


def network(name: str, given: ov.Node, outputs: Mapping[str, ov.Node]) -> ov.Model:
    """The finished network.

    Args:
        name: of the network.
        given: its input.
        outputs: by name, in their order. They also keep the names (`Identity:0` …) they have in files that were
            made by way of TensorFlow.
    """
    model = ov.Model(list(outputs.values()), [given], name)
    model.input(0).set_names({given.get_friendly_name()})
    for index, output in enumerate(outputs):
        former = "Identity:0" if index == 0 else f"Identity_{index}:0"
        model.output(index).set_names({output, former})
    # By themselves nodes are called by a count over the whole process, and no two files would be alike.
    for index, node in enumerate(model.get_ordered_ops()):
        if node.get_type_name() != "Parameter":
            node.set_friendly_name(f"{node.get_type_name()}_{index}")
    return model


def save(model: ov.Model, path: Path) -> None:
    """Write a network to `path`, which ends in `.xml`, with its `.bin` beside it.

    Raises:
        WeightsError: it could not be written.
    """
    try:
        ov.save_model(model, path, compress_to_fp16=False)
    except RuntimeError as error:
        raise WeightsError(
            f"{path} could not be written: {error}", hint="Free some space and repeat."
        ) from error


def _per_channel(values: FloatArray) -> ov.Node:
    return _constant(values.reshape(1, -1, 1, 1))


def _constant(values: FloatArray) -> ov.Node:
    return ops.constant(np.ascontiguousarray(values, np.float32))
