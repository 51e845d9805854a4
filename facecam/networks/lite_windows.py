"""Padding of windows that go over a picture. Imports TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import openvino as ov
import tensorflow as tf
from numpy.typing import NDArray

from facecam.core.errors import WeightsError

#: Never the largest of a window.
_LEAST: Final = float(np.finfo(np.float32).min)


@dataclass(frozen=True, slots=True, eq=False)
class Rim:
    """Rows and columns added around a picture.

    Attributes:
        widths: int (2, 2), before and after, of height and width.
        like_same: whether it is exactly what TensorFlow calls `SAME`.
    """

    widths: NDArray[np.int64]
    like_same: bool


def rim_of(node: ov.Node, attributes: dict[str, Any], reach: Sequence[int]) -> Rim:
    """The rim of a convolution or pooling whose windows reach over `reach` (height, width).

    Raises:
        WeightsError: the size of the picture is open.
    """
    sizes, strides = _side_lengths(node.get_input_partial_shape(0)), np.array(attributes["strides"])
    missing = np.maximum((-(-sizes // strides) - 1) * strides + np.array(reach) - sizes, 0)
    same = np.stack([missing // 2, missing - missing // 2], axis=1)
    auto = attributes["auto_pad"]
    if auto == "same_upper":
        return Rim(same, like_same=True)
    if auto == "same_lower":
        return Rim(same[:, ::-1], like_same=bool((same == same[:, ::-1]).all()))
    if auto == "valid":
        return Rim(np.zeros((2, 2), np.int64), like_same=False)
    widths = np.array([attributes["pads_begin"], attributes["pads_end"]], np.int64).T
    return Rim(widths, like_same=bool((widths == same).all() and widths.any()))


def pooled(node: ov.Node, attributes: dict[str, Any], x: tf.Tensor) -> tf.Tensor:
    """Largest or mean value of windows over channels-last x.

    Raises:
        WeightsError: windows with gaps, or mean values of windows that stick out.
    """
    kernel, strides = list(attributes["kernel"]), list(attributes["strides"])
    rim = rim_of(node, attributes, kernel)
    sizes = _side_lengths(node.get_input_partial_shape(0)) + rim.widths.sum(axis=1)
    outputs = _side_lengths(node.get_output_partial_shape(0))
    beyond = np.maximum((outputs - 1) * strides + kernel - sizes, 0)
    if node.get_type_name() == "MaxPool":
        if set(attributes.get("dilations", [1])) != {1}:
            raise _not_known("a pooling with gaps")
        return tf.nn.max_pool2d(_padded(x, rim.widths, beyond, _LEAST), kernel, strides, "VALID")
    if beyond.any():
        raise _not_known("a pooling whose windows stick out")
    sums = tf.nn.avg_pool2d(_padded(x, rim.widths, beyond, 0.0), kernel, strides, "VALID")
    if not attributes["exclude-pad"] or not rim.widths.any():
        return sums
    # A mean over the rim too becomes one over the picture: divided by the share of the window inside it.
    inside = np.pad(
        np.ones((1, *_side_lengths(node.get_input_partial_shape(0)), 1), np.float32),
        [(0, 0), *rim.widths, (0, 0)],
    )
    return sums / tf.nn.avg_pool2d(inside, kernel, strides, "VALID")


def _padded(x: tf.Tensor, widths: NDArray[np.int64], beyond: NDArray[np.int64], value: float) -> tf.Tensor:
    whole = widths + np.stack([np.zeros_like(beyond), beyond], axis=1)
    if not whole.any():
        return x
    return tf.pad(x, [(0, 0), *whole.tolist(), (0, 0)], constant_values=value)


def _side_lengths(shape: ov.PartialShape) -> NDArray[np.int64]:
    sides = list(shape)[2:]
    if any(side.is_dynamic for side in sides):
        raise _not_known("a picture of any size")
    return np.array([side.get_length() for side in sides], np.int64)


def _not_known(what: str) -> WeightsError:
    return WeightsError(
        f"{what} cannot be written as litert here", hint="Export as onnx or openvino instead."
    )
