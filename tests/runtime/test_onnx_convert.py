"""ONNX files written here: read back by OpenVINO's own reader they are the same network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray
from facecam.runtime.compiled import CompiledNetwork, openvino_core
from facecam.runtime.onnx_convert import OnnxConverter
from facecam.runtime.onnx_file import OnnxGraph, onnx_bytes

GENERATOR = np.random.default_rng(5)
SHAPE = (-1, 4, 9, 9)


def numbers(*shape: int) -> FloatArray:
    return GENERATOR.normal(size=shape).astype(np.float32)


def whole(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


NETWORKS: dict[str, Callable[[ov.Node], ov.Node]] = {
    "convolution, explicit rim": lambda x: ops.convolution(
        x, numbers(6, 4, 3, 3), [2, 2], [1, 0], [0, 1], [1, 1]
    ),
    "convolution, dilated": lambda x: ops.convolution(x, numbers(2, 4, 3, 3), [1, 1], [2, 2], [2, 2], [2, 2]),
    "convolution, same": lambda x: ops.convolution(
        x, numbers(6, 4, 3, 3), [2, 2], [0, 0], [0, 0], [1, 1], auto_pad="same_upper"
    ),
    "group convolution": lambda x: ops.group_convolution(
        x, numbers(4, 2, 1, 3, 3), [1, 1], [1, 1], [1, 1], [1, 1]
    ),
    "max pool": lambda x: (
        ops.max_pool(x, [2, 2], [1, 1], [1, 1], [0, 0], [3, 3], "ceil", "explicit").output(0).get_node()
    ),
    "mean pool": lambda x: ops.avg_pool(x, [2, 2], [1, 1], [1, 1], [3, 3], True),
    "mean pool, rim counted": lambda x: ops.avg_pool(x, [2, 2], [1, 1], [1, 1], [3, 3], False),
    "rim": lambda x: ops.pad(x, whole(0, 0, 1, 2), whole(0, 3, 0, 1), "constant", np.float32(0.5)),
    "prelu": lambda x: ops.prelu(x, np.abs(numbers(1, 4, 1, 1))),
    "arithmetic": lambda x: ops.divide(ops.subtract(ops.multiply(x, x), numbers(1, 4, 1, 1)), numbers(1)),
    "limits": lambda x: ops.clamp(ops.minimum(ops.maximum(x, np.float32(-1)), np.float32(2)), -0.5, 1.5),
    "means": lambda x: ops.reduce_mean(ops.sigmoid(ops.relu(x)), whole(2, 3), keep_dims=False),
    "sums": lambda x: ops.sqrt(ops.reduce_sum(ops.power(x, np.float32(2)), whole(1), keep_dims=True)),
    "matrices": lambda x: ops.matmul(
        ops.reshape(x, whole(0, -1), special_zero=True), numbers(7, 324), False, True
    ),
    "axes": lambda x: ops.squeeze(ops.unsqueeze(ops.transpose(x, whole(0, 2, 3, 1)), whole(1)), whole(1)),
    "side by side": lambda x: ops.concat([x, ops.relu(x)], 1),
    "shares": lambda x: ops.softmax(x, 1),
    "a part": lambda x: ops.strided_slice(
        x, whole(9, 1, 2, 0), whole(9, 3, 9, -1), whole(1, 1, 2, 1), [1, 0, 0, 0], [1, 0, 0, 0]
    ),
    "a part of turned axes": lambda x: ops.strided_slice(
        ops.transpose(x, whole(0, 2, 3, 1)),
        whole(0, 1, 2),
        whole(0, 0, 8),
        whole(1, 1, 1),
        [1, 0, 0],
        [1, 1, 0],
    ),
    "squared difference": lambda x: ops.squared_difference(x, numbers(1, 4, 1, 1)),
    "unit length": lambda x: ops.normalize_l2(x, whole(1), eps=1e-12, eps_mode="max"),
    "unit length, rim": lambda x: ops.normalize_l2(x, whole(1, 2, 3), eps=0.5, eps_mode="add"),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_written_network_computes_the_same(name: str, tmp_path: Path) -> None:
    model = network(NETWORKS[name])
    pictures = numbers(2, *SHAPE[1:])
    wanted = ov.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(pictures)[0]
    (tmp_path / "x.onnx").write_bytes(onnx_bytes(OnnxConverter(model).graph()))
    found = CompiledNetwork(tmp_path / "x.onnx")(pictures)[0]
    assert np.ptp(wanted) > 0.01  # A constant would agree with anything.
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_the_batch_stays_open_and_nothing_is_kept_twice(tmp_path: Path) -> None:
    kernels = numbers(64, 4, 3, 3)
    model = network(lambda x: ops.convolution(x, kernels, [1, 1], [0, 0], [0, 0], [1, 1]))
    content = onnx_bytes(OnnxConverter(model).graph())
    assert kernels.nbytes < len(content) < 1.2 * kernels.nbytes
    (tmp_path / "x.onnx").write_bytes(content)
    assert openvino_core().read_model(tmp_path / "x.onnx").input(0).partial_shape[0].is_dynamic


def test_an_operation_that_is_not_known_is_named() -> None:
    with pytest.raises(WeightsError, match="operation Erf cannot be written") as caught:
        OnnxConverter(network(ops.erf)).graph()
    assert "openvino" in caught.value.hint


def test_a_part_that_drops_an_axis_is_refused() -> None:
    def first(x: ov.Node) -> ov.Node:
        return ops.strided_slice(
            x, whole(0, 1), whole(0, 2), whole(1, 1), [1, 0], [1, 0], shrink_axis_mask=[0, 1]
        )

    with pytest.raises(WeightsError, match="operation StridedSlice cannot be written"):
        OnnxConverter(network(first)).graph()


def test_a_constant_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="Received: float64"):
        onnx_bytes(OnnxGraph("x", (), {"a": np.zeros(2)}, (), ()))


def network(make: Callable[[ov.Node], ov.Node]) -> ov.Model:
    x = ops.parameter(ov.PartialShape(list(SHAPE)), np.float32, "x")
    return ov.Model([make(x).output(0)], [x], "tried")
