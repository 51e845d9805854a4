"""Networks of a few hundred bytes, and cards for them."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.core.paths import sha256_file
from facecam.runtime.card import InputSpec, ModelCard
from facecam.runtime.onnx_file import OnnxGraph, OnnxNode, OnnxValue, onnx_bytes


def save_embedder(
    folder: Path, stem: str = "model", *, seed: int = 1, dimensions: int = 4
) -> dict[str, Path]:
    """Write mean-of-the-picture @ random matrix; float32 [N,8,8,3] → [N,dimensions]."""
    matrix = np.random.default_rng(seed).normal(size=(3, dimensions)).astype(np.float32)
    image = ops.parameter([-1, 8, 8, 3], np.float32, name="image")
    mean = ops.reduce_mean(image, np.array([1, 2]), keep_dims=False)
    vector = ops.matmul(mean, ops.constant(matrix), transpose_a=False, transpose_b=False)
    folder.mkdir(parents=True, exist_ok=True)
    ov.save_model(ov.Model([vector], [image]), folder / f"{stem}.xml", compress_to_fp16=False)
    return {name: folder / name for name in (f"{stem}.xml", f"{stem}.bin")}


def save_mixer(path: Path, width: int = 768, layers: int = 8) -> None:
    """Write a stack of square matrix products, heavy enough for reduced precision to pay."""
    generator = np.random.default_rng(3)
    values = given = ops.parameter([-1, width], np.float32, name="values")
    for _ in range(layers):
        matrix = generator.normal(size=(width, width)).astype(np.float32) / np.float32(np.sqrt(width))
        values = ops.matmul(values, ops.constant(matrix), transpose_a=False, transpose_b=False)
    ov.save_model(ov.Model([values], [given]), path, compress_to_fp16=False)


def card_for(name: str, paths: Mapping[str, Path], **changes: Any) -> ModelCard:
    """A card for `paths`, whose networks are those ending in .xml or .onnx."""
    values: dict[str, Any] = {
        "name": name,
        "title": "Tiny",
        "task": "embedding",
        "files": tuple(file for file in paths if file.endswith((".xml", ".onnx"))),
        "input": InputSpec(
            height=8,
            width=8,
            layout="NHWC",
            mean=(0.0, 0.0, 0.0),
            std=(1.0, 1.0, 1.0),
            normalised_inside=True,
        ),
        "chip": "dlib",
        "dimensions": 4,
        "unit_norm_inside": False,
        "licence": "CC0-1.0",
        "lineage": "made in a test",
        "sha256": {file: sha256_file(path) for file, path in paths.items()},
    }
    return ModelCard(**{**values, **changes})


# ONNX, written by hand after its public protobuf schema (onnx.proto, IR version 8).


def onnx_embedder(
    image_shape: Sequence[int | str] = ("N", 3, 112, 112),
    *,
    dimensions: int = 5,
    inputs: int = 1,
    outputs: int = 1,
    input_type: int = 1,
    flatten_to: tuple[int, int] | None = None,
    zeros: bool = False,
    seed: int | None = None,
) -> bytes:
    """An embedder that averages its picture over the sides and multiplies by a matrix of ones.

    Args:
        image_shape: text stands for a dimension left open.
        inputs: further inputs are added (and used) for faults.
        outputs: the vector is given this often.
        input_type: ONNX element type; 1 float32, 7 int64.
        flatten_to: reshape the vectors to this at the end, as careless exports do.
        zeros: the matrix is one of zeros.
        seed: the matrix is a random one.
    """
    matrix = np.full((3, dimensions), 0.0 if zeros else 1.0)
    if seed is not None:
        matrix = np.random.default_rng(seed).normal(size=(3, dimensions))
    axes = range(2, len(image_shape)) if image_shape[1] == 3 else (1, 2)
    floats = _node("Cast", [_input_name(0)], ["floats"], [_int("to", 1)])
    mean = _node("ReduceMean", ["floats"], ["mean"], [_ints("axes", axes), _int("keepdims", 0)])
    nodes = [floats, mean, _node("MatMul", ["mean", "ones"], ["vector0"])]
    tensors = [_floats("ones", matrix)]
    for index in range(1, inputs):
        nodes.append(_node("Identity", [_input_name(index)], [f"extra{index}"]))
    if flatten_to:
        nodes.append(_node("Reshape", ["vector0", "shape"], ["flat"]))
        tensors.append(_int64s("shape", flatten_to))
    for index in range(1, outputs):
        nodes.append(_node("Identity", ["vector0"], [f"vector{index}"]))
    results = [f"vector{index}" for index in range(outputs)] + [f"extra{index}" for index in range(1, inputs)]
    if flatten_to:
        results = ["flat"]
    given = [_value(_input_name(index), image_shape, input_type) for index in range(inputs)]
    graph = b"".join(
        [
            *(_field(1, node) for node in nodes),
            _field(2, b"tiny"),
            *(_field(5, tensor) for tensor in tensors),
            *(_field(11, value) for value in given),
            *(_field(12, _value(name, None, 1)) for name in results),
        ]
    )
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def onnx_constant() -> bytes:
    """A network without any input."""
    graph = (
        _field(1, _node("Identity", ["ones"], ["vector0"]))
        + _field(2, b"tiny")
        + _field(5, _floats("ones", np.ones((1, 4))))
        + _field(12, _value("vector0", None, 1))
    )
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def _input_name(index: int) -> str:
    return f"image{index}"


def _varint(value: int) -> bytes:
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value % 2**64)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _node(
    kind: str, inputs: Sequence[str], outputs: Sequence[str], attributes: Sequence[bytes] = ()
) -> bytes:
    return b"".join(
        [
            *(_field(1, name.encode()) for name in inputs),
            *(_field(2, name.encode()) for name in outputs),
            _field(4, kind.encode()),
            *(_field(5, attribute) for attribute in attributes),
        ]
    )


def _int(name: str, value: int) -> bytes:
    return _field(1, name.encode()) + _number(3, value) + _number(20, 2)


def _ints(name: str, values: Sequence[int]) -> bytes:
    return _field(1, name.encode()) + b"".join(_number(8, value) for value in values) + _number(20, 7)


def _floats(name: str, values: np.ndarray) -> bytes:
    raw = values.astype("<f4").tobytes()
    return (
        b"".join(_number(1, side) for side in values.shape)
        + _number(2, 1)
        + _field(8, name.encode())
        + _field(9, raw)
    )


def _int64s(name: str, values: Sequence[int]) -> bytes:
    raw = struct.pack(f"<{len(values)}q", *values)
    return _number(1, len(values)) + _number(2, 7) + _field(8, name.encode()) + _field(9, raw)


def _value(name: str, shape: Sequence[int | str] | None, kind: int) -> bytes:
    tensor = _number(1, kind)
    if shape is not None:
        sides = [_number(1, side) if isinstance(side, int) else _field(2, side.encode()) for side in shape]
        tensor += _field(2, b"".join(_field(1, side) for side in sides))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def onnx_grid_detector(
    heads: Sequence[int], anchors: int = 1, *, seed: int = 0, spread: float = 0.01, zeros: bool = False
) -> bytes:
    """A detector of three grids: means of the cells times random matrices, as YuNet and SCRFD answer.

    Args:
        heads: values of each answer of a cell; those of one value are between 0 and 1.
        anchors: answers a cell.
        seed: of the matrices.
        spread: of their values.
        zeros: all of them are 0.
    """
    generator = np.random.default_rng(seed)
    # Ways to the sides of a box are not negative; YuNet gives logarithms instead.
    kinds = {1: "Sigmoid"} if len(heads) == 4 else {1: "Sigmoid", 4: "Relu"}
    nodes, results, constants = [], [], dict[str, np.ndarray]()
    for stride in (8, 16, 32):
        window = {"kernel_shape": [stride, stride], "strides": [stride, stride]}
        nodes.append(OnnxNode("AveragePool", ("input",), (f"mean_{stride}",), window))
    for head, values in enumerate(heads):
        constants[f"shape_{head}"] = np.array([1, -1, values], np.int64)
        for stride in (8, 16, 32):
            name = f"{('cls', 'obj', 'bbox', 'kps')[head] if len(heads) == 4 else head}_{stride}"
            weights = generator.normal(0, spread, (anchors * values, 3, 1, 1)).astype(np.float32)
            constants[f"w_{name}"] = weights * (0 if zeros else 1)
            nodes += [
                OnnxNode("Conv", (f"mean_{stride}", f"w_{name}"), (f"c_{name}",), {"kernel_shape": [1, 1]}),
                OnnxNode(kinds.get(values, "Identity"), (f"c_{name}",), (f"a_{name}",)),
                OnnxNode("Transpose", (f"a_{name}",), (f"t_{name}",), {"perm": [0, 2, 3, 1]}),
                OnnxNode("Reshape", (f"t_{name}", f"shape_{head}"), (name,)),
            ]
            results.append(OnnxValue(name, (1, None, values)))
    picture = OnnxValue("input", (1, 3, None, None))
    return onnx_bytes(OnnxGraph("tiny", nodes, constants, (picture,), results))
