"""An OpenVINO network computed by TensorFlow, channels last. Imports TensorFlow.

TensorFlow Lite wants pictures as (N, H, W, C), OpenVINO's networks hold them
as (N, C, H, W). Every value is therefore kept in an order of axes of its own:
a transposition only notes the new order, and a convolution finds what it
wants without anything being moved.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Before TensorFlow is imported: its notes on this machine's libraries are for its developers.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import openvino as ov
import tensorflow as tf

from facecam.core.errors import WeightsError
from facecam.networks.lite_windows import Rim, pooled, rim_of

_HINT: Final = "Export as openvino instead; a model that came as .onnx lies unchanged in weights/."
_CHANNELS_LAST: Final = (0, 2, 3, 1)
_PLAIN: Final[dict[str, Callable[..., tf.Tensor]]] = {
    "Add": tf.add,
    "Subtract": tf.subtract,
    "Multiply": tf.multiply,
    "Divide": tf.divide,
    "Power": tf.pow,
    "Minimum": tf.minimum,
    "Maximum": tf.maximum,
    "Relu": tf.nn.relu,
    "Sqrt": tf.sqrt,
    "Sigmoid": tf.sigmoid,
    "PRelu": lambda x, slope: tf.maximum(x, 0.0) + slope * tf.minimum(x, 0.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A value whose axes are stored in another order: `tensor` is the network's value transposed by `order`."""

    tensor: Any
    order: tuple[int, ...]

    @classmethod
    def plain(cls, tensor: Any) -> Laid:
        return cls(tensor, tuple(range(len(tensor.shape))))

    def tensor_in(self, order: Sequence[int]) -> Any:
        """The value stored in another order."""
        if tuple(order) == self.order:
            return self.tensor
        moves = [self.order.index(axis) for axis in order]
        constant = isinstance(self.tensor, np.ndarray)
        return np.transpose(self.tensor, moves) if constant else tf.transpose(self.tensor, moves)

    @property
    def in_own_order(self) -> Any:
        """The value as the network has it."""
        return self.tensor_in(sorted(self.order))

    def axis(self, number: int) -> int:
        """Where an axis of the network's value is stored."""
        return self.order.index(number % len(self.order))


class LiteGraph:
    """Computes a network; made anew for every call that is traced.

    Args:
        model: one input, one output; float32, operations as in `OnnxConverter`.
    """

    def __init__(self, model: ov.Model) -> None:
        self._model = model
        self._values: dict[str, Laid] = {}

    def __call__(self, given: tf.Tensor) -> tf.Tensor:
        """The network's output for its input.

        Raises:
            WeightsError: it has an operation that is not known here.
        """
        self._values = {self._model.get_parameters()[0].get_name(): Laid.plain(given)}
        for node in self._model.get_ordered_ops():
            kind = node.get_type_name()
            if kind == "Result":
                return self._input(node, 0).in_own_order
            if kind != "Parameter":
                self._values[node.get_name()] = self._computed(node, kind)
        raise WeightsError("the network has no output", hint="Run `python main.py models verify`.")

    def _computed(self, node: ov.Node, kind: str) -> Laid:
        if kind == "Constant":
            return Laid.plain(np.array(node.get_data()))
        if kind in _PLAIN:
            return self._elementwise(node, _PLAIN[kind])
        if kind in _SPECIAL:
            return _SPECIAL[kind](self, node, node.get_attributes())
        raise WeightsError(f"the operation {kind} cannot be written as litert here", hint=_HINT)

    def _elementwise(self, node: ov.Node, compute: Callable[..., tf.Tensor]) -> Laid:
        values = [self._input(node, index) for index in range(node.get_input_size())]
        rank = len(node.get_output_partial_shape(0))
        leading = next((one for one in values if _is_computed(one) and len(one.order) == rank), None)
        order = leading.order if leading else tuple(range(rank))
        return Laid(compute(*(_raised(one, rank).tensor_in(order) for one in values)), order)

    def convolution(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Convolution, grouped or not."""
        kernel = self._constant(node, 1)
        strides, dilations = list(attributes["strides"]), list(attributes["dilations"])
        if node.get_type_name() == "Convolution":
            kernel = kernel[None]
        reach = [(size - 1) * step + 1 for size, step in zip(kernel.shape[-2:], dilations, strict=True)]
        x, padding = self._rimmed(node, rim_of(node, attributes, reach), 0.0)
        made = _grouped(x, kernel.astype(np.float32), strides, dilations, padding)
        return Laid(made, _CHANNELS_LAST)

    def pooling(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Largest or mean value of windows."""
        x = self._input(node, 0).tensor_in(_CHANNELS_LAST)
        return Laid(pooled(node, attributes, x), _CHANNELS_LAST)

    def padding(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """A rim of one value, or of mirrored values."""
        mode = {"constant": "CONSTANT", "reflect": "REFLECT"}.get(attributes["pad_mode"])
        if mode is None:
            raise WeightsError(
                f"a rim of kind {attributes['pad_mode']} cannot be written as litert here", hint=_HINT
            )
        given = self._input(node, 0)
        widths = np.stack([self._constant(node, 1), self._constant(node, 2)], axis=1)[list(given.order)]
        filling = float(self._constant(node, 3)) if node.get_input_size() > 3 else 0.0
        return Laid(tf.pad(given.tensor, widths, mode, constant_values=filling), given.order)

    def slicing(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """A part of some axes."""
        del attributes
        given = self._input(node, 0)
        kept = [slice(None)] * len(given.order)
        bounds = (self._constant(node, index).tolist() for index in (4, 1, 2, 3))
        for axis, start, stop, step in zip(*bounds, strict=True):
            # LiteRT counts in 32 bits.
            kept[axis] = slice(start, stop if stop < 2**31 else None, step)
        return Laid(given.tensor[tuple(kept[axis] for axis in given.order)], given.order)

    def reduction(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Mean or sum over axes."""
        given = self._input(node, 0)
        reduced = [int(axis) % len(given.order) for axis in self._constant(node, 1).reshape(-1)]
        kept = bool(attributes["keep_dims"])
        compute = tf.reduce_sum if node.get_type_name() == "ReduceSum" else tf.reduce_mean
        result = compute(given.tensor, [given.axis(axis) for axis in reduced], keepdims=kept)
        left = [axis for axis in given.order if axis not in reduced]
        return Laid(result, given.order if kept else tuple(sorted(left).index(axis) for axis in left))

    def product(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Matrix product."""
        left, right = (self._input(node, index).in_own_order for index in (0, 1))
        turned = {key: bool(attributes[key]) for key in ("transpose_a", "transpose_b")}
        return Laid.plain(tf.matmul(left, right, **turned))

    def transposition(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Another order of the axes: nothing is moved."""
        del attributes
        given, moves = self._input(node, 0), self._constant(node, 1).tolist()
        return Laid(given.tensor, tuple(moves.index(axis) for axis in given.order))

    def reshaping(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Another shape; zeros keep a size where the network says so."""
        x, shape = self._input(node, 0).in_own_order, self._constant(node, 1).tolist()
        if attributes["special_zero"]:
            shape = [size or x.shape[place] for place, size in enumerate(shape)]
        return Laid.plain(tf.reshape(x, shape))

    def squeezing(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Axes of size 1 taken out or put in."""
        del attributes
        x = self._input(node, 0).in_own_order
        sizes = [size.get_length() if size.is_static else -1 for size in node.get_output_partial_shape(0)]
        return Laid.plain(tf.reshape(x, sizes))

    def concatenation(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Side by side along an axis."""
        values = [self._input(node, index) for index in range(node.get_input_size())]
        order = values[0].order
        axis = values[0].axis(int(attributes["axis"]))
        return Laid(tf.concat([one.tensor_in(order) for one in values], axis), order)

    def shares(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Softmax along an axis."""
        given = self._input(node, 0)
        return Laid(tf.nn.softmax(given.tensor, given.axis(int(attributes["axis"]))), given.order)

    def conversion(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """To float32, which is what halved weights are restored to."""
        if attributes["destination_type"] != "f32":
            raise WeightsError(
                f"a conversion to {attributes['destination_type']} cannot be written as litert here",
                hint=_HINT,
            )
        given = self._input(node, 0)
        halved = isinstance(given.tensor, np.ndarray)
        return Laid(
            given.tensor.astype(np.float32) if halved else tf.cast(given.tensor, tf.float32), given.order
        )

    def clipping(self, node: ov.Node, attributes: dict[str, Any]) -> Laid:
        """Values kept within two limits."""
        given = self._input(node, 0)
        return Laid(tf.clip_by_value(given.tensor, attributes["min"], attributes["max"]), given.order)

    def _rimmed(self, node: ov.Node, rim: Rim, value: float) -> tuple[tf.Tensor, str]:
        """The first input channels last, with what is around it, and how TensorFlow is to go on."""
        x = self._input(node, 0).tensor_in(_CHANNELS_LAST)
        if rim.like_same or not rim.widths.any():
            return x, "SAME" if rim.like_same else "VALID"
        return tf.pad(x, [(0, 0), *rim.widths.tolist(), (0, 0)], constant_values=value), "VALID"

    def _input(self, node: ov.Node, index: int) -> Laid:
        return self._values[node.input(index).get_source_output().get_node().get_name()]

    def _constant(self, node: ov.Node, index: int) -> np.ndarray:
        value = self._input(node, index).tensor
        if not isinstance(value, np.ndarray):
            raise WeightsError(
                f"{node.get_type_name()} with computed settings cannot be written as litert here", hint=_HINT
            )
        return value


_SPECIAL: Final[dict[str, Callable[[LiteGraph, ov.Node, dict[str, Any]], Laid]]] = {
    "Convolution": LiteGraph.convolution,
    "GroupConvolution": LiteGraph.convolution,
    "MaxPool": LiteGraph.pooling,
    "AvgPool": LiteGraph.pooling,
    "Pad": LiteGraph.padding,
    "Slice": LiteGraph.slicing,
    "ReduceMean": LiteGraph.reduction,
    "ReduceSum": LiteGraph.reduction,
    "MatMul": LiteGraph.product,
    "Transpose": LiteGraph.transposition,
    "Reshape": LiteGraph.reshaping,
    "Squeeze": LiteGraph.squeezing,
    "Unsqueeze": LiteGraph.squeezing,
    "Concat": LiteGraph.concatenation,
    "Softmax": LiteGraph.shares,
    "Convert": LiteGraph.conversion,
    "Clamp": LiteGraph.clipping,
}


def _is_computed(value: Laid) -> bool:
    return not isinstance(value.tensor, np.ndarray)


def _raised(value: Laid, rank: int) -> Laid:
    """With axes of size 1 in front, as broadcasting does it."""
    missing = rank - len(value.order)
    if not missing:
        return value
    own = value.in_own_order
    return Laid.plain(
        own.reshape((1,) * missing + own.shape) if isinstance(own, np.ndarray) else own[(None,) * missing]
    )


def _grouped(
    x: tf.Tensor, kernel: np.ndarray, strides: list[int], dilations: list[int], padding: str
) -> tf.Tensor:
    """Convolution with kernels (groups, out, in, height, width) of channels-last x."""
    groups, filters, channels = kernel.shape[:3]
    if groups > 1 and channels == 1:
        depthwise = kernel[:, :, 0].transpose(2, 3, 0, 1)
        return tf.nn.depthwise_conv2d(x, depthwise, [1, *strides, 1], padding, dilations=dilations)
    parts = [
        tf.nn.conv2d(part, one.transpose(2, 3, 1, 0), strides, padding, dilations=dilations)
        for part, one in zip(tf.split(x, groups, axis=3) if groups > 1 else [x], kernel, strict=True)
    ]
    del filters
    return tf.concat(parts, axis=3) if groups > 1 else parts[0]
