"""Writing ONNX files without the onnx package.

An ONNX file is a protocol buffer; the few messages a network needs are
encoded here by hand: field numbers and types are those of onnx.proto
(ONNX 1.12, IR version 8).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

IR_VERSION, OPSET = 8, 17
_VARINT, _LENGTH, _FIXED32 = 0, 2, 5
#: numpy type → onnx.TensorProto.DataType
_TENSOR_TYPES = {"float32": 1, "int32": 6, "int64": 7, "float16": 10}
_FLOAT, _INT, _STRING, _INTS = 1, 2, 3, 7

Attribute = int | float | str | Sequence[int]


@dataclass(frozen=True, slots=True)
class OnnxNode:
    """One operation: its type, the names of what goes in and comes out, its attributes."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnnxValue:
    """A float32 input or output; None stands for a size that is open."""

    name: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OnnxGraph:
    """A network: nodes in an order in which they can be run, and its constants by name."""

    name: str
    nodes: Sequence[OnnxNode]
    constants: Mapping[str, np.ndarray]
    inputs: Sequence[OnnxValue]
    outputs: Sequence[OnnxValue]


def onnx_bytes(graph: OnnxGraph) -> bytes:
    """The content of an `.onnx` file of operation set 17.

    Raises:
        ValueError: a constant of a type other than float32, float16, int32 or int64.
    """
    opset = _text(1, "") + _number(2, OPSET)
    return b"".join((_number(1, IR_VERSION), _text(2, "facecam"), _block(7, _graph(graph)), _block(8, opset)))


def _graph(graph: OnnxGraph) -> bytes:
    return b"".join(
        (
            *(_block(1, _node(node)) for node in graph.nodes),
            _text(2, graph.name),
            *(_block(5, _tensor(name, array)) for name, array in graph.constants.items()),
            *(_block(11, _value(value)) for value in graph.inputs),
            *(_block(12, _value(value)) for value in graph.outputs),
        )
    )


def _node(node: OnnxNode) -> bytes:
    return b"".join(
        (
            *(_text(1, name) for name in node.inputs),
            *(_text(2, name) for name in node.outputs),
            _text(3, node.outputs[0]),
            _text(4, node.kind),
            *(_block(5, _attribute(name, value)) for name, value in node.attributes.items()),
        )
    )


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, str):
        kind, content = _STRING, _text(4, value)
    elif isinstance(value, int):
        kind, content = _INT, _number(3, value)
    elif isinstance(value, float):
        kind, content = _FLOAT, _key(2, _FIXED32) + struct.pack("<f", value)
    else:
        kind, content = _INTS, _numbers(8, value)
    return _text(1, name) + content + _number(20, kind)


def _tensor(name: str, array: np.ndarray) -> bytes:
    kind = _TENSOR_TYPES.get(array.dtype.name)
    if kind is None:
        raise ValueError(f"expected a constant of {', '.join(_TENSOR_TYPES)}. Received: {array.dtype.name}")
    raw = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return _numbers(1, array.shape) + _number(2, kind) + _text(8, name) + _block(9, raw)


def _value(value: OnnxValue) -> bytes:
    sizes = (_text(2, "batch") if size is None else _number(1, size) for size in value.shape)
    shape = b"".join(_block(1, size) for size in sizes)
    tensor = _number(1, _TENSOR_TYPES["float32"]) + _block(2, shape)
    return _text(1, value.name) + _block(2, _block(1, tensor))


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _number(number: int, value: int) -> bytes:
    return _key(number, _VARINT) + _varint(value)


def _numbers(number: int, values: Iterable[int]) -> bytes:
    return b"".join(_number(number, int(value)) for value in values)


def _text(number: int, text: str) -> bytes:
    return _block(number, text.encode())


def _block(number: int, content: bytes) -> bytes:
    return _key(number, _LENGTH) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # Negative numbers are stored as their 64-bit complement.
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
