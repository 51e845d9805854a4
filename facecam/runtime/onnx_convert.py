"""Conversion of an OpenVINO network to an ONNX graph, for the operations embedders are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov

from facecam.core.errors import WeightsError
from facecam.runtime.onnx_file import Attribute, OnnxGraph, OnnxNode, OnnxValue
from facecam.runtime.plain_operations import in_plain_operations

#: Operations that are the same in both worlds, and their names in ONNX.
_SAME = {
    "Add": "Add",
    "Subtract": "Sub",
    "Multiply": "Mul",
    "Divide": "Div",
    "Power": "Pow",
    "Minimum": "Min",
    "Maximum": "Max",
    "Relu": "Relu",
    "Sqrt": "Sqrt",
    "Sigmoid": "Sigmoid",
    "PRelu": "PRelu",
}
_AUTO_PAD = {"same_upper": "SAME_UPPER", "same_lower": "SAME_LOWER", "valid": "VALID"}


class OnnxConverter:
    """Converts one network.

    Args:
        model: with float32 inputs and outputs.
    """

    def __init__(self, model: ov.Model) -> None:
        self._model = in_plain_operations(model)
        self._nodes: list[OnnxNode] = []
        self._constants: dict[str, np.ndarray] = {}
        self._names: dict[tuple[str, int], str] = {}

    def graph(self) -> OnnxGraph:
        """The same network as an ONNX graph.

        Raises:
            WeightsError: it has an operation that is not known here.
        """
        for node in self._model.get_ordered_ops():
            self._take(node)
        used = {name for node in self._nodes for name in node.inputs}
        results = self._model.get_results()
        return OnnxGraph(
            self._model.get_friendly_name() or "facecam",
            self._nodes,
            # Settings of operations became attributes, and kernels may have got another shape.
            {name: array for name, array in self._constants.items() if name in used},
            [OnnxValue(self._output(node), _sizes(node)) for node in self._model.get_parameters()],
            [OnnxValue(self._input(node, 0), _sizes(node)) for node in results],
        )

    def _take(self, node: ov.Node) -> None:
        kind = node.get_type_name()
        if kind in ("Parameter", "Result"):
            return
        if kind == "Constant":
            self._constants[self._output(node)] = np.array(node.get_data())
        elif kind in _SAME:
            self._add(node, _SAME[kind], self._inputs(node))
        elif kind in _SPECIAL:
            _SPECIAL[kind](self, node, node.get_attributes())
        else:
            raise WeightsError(
                f"the operation {kind} cannot be written as ONNX here",
                hint="Export as openvino instead; a model that came as .onnx lies unchanged in weights/.",
            )

    def convolution(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """Convolution, grouped or not."""
        weights, groups = self._constant(node, 1), 1
        if node.get_type_name() == "GroupConvolution":
            groups = weights.shape[0]
            weights = weights.reshape(-1, *weights.shape[2:])
        known: dict[str, Attribute] = {
            "strides": list(attributes["strides"]),
            "dilations": list(attributes["dilations"]),
            "kernel_shape": list(weights.shape[2:]),
            "group": groups,
            **_pads(attributes),
        }
        self._add(node, "Conv", (self._input(node, 0), self._keep(node, "weights", weights)), known)

    def pooling(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """Largest or mean value of windows."""
        known: dict[str, Attribute] = {
            "kernel_shape": list(attributes["kernel"]),
            "strides": list(attributes["strides"]),
            "ceil_mode": int(attributes["rounding_type"] != "floor"),
            **_pads(attributes),
        }
        if node.get_type_name() == "AvgPool":
            known["count_include_pad"] = int(not attributes["exclude-pad"])
            self._add(node, "AveragePool", (self._input(node, 0),), known)
        else:
            self._add(node, "MaxPool", (self._input(node, 0),), known)

    def padding(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """A rim of one value."""
        widths = np.concatenate([self._constant(node, 1), self._constant(node, 2)]).astype(np.int64)
        value = self._keep(node, "value", np.asarray(self._constant(node, 3), np.float32).reshape(()))
        mode = {"constant": "constant", "edge": "edge", "reflect": "reflect"}[attributes["pad_mode"]]
        self._add(
            node, "Pad", (self._input(node, 0), self._keep(node, "widths", widths), value), {"mode": mode}
        )

    def slicing(self, node: ov.Node, _: dict[str, Any]) -> None:
        """A part of some axes."""
        start, stop, step, axes = (self._constant(node, index).astype(np.int64) for index in (1, 2, 3, 4))
        settings = {"starts": start, "ends": stop, "axes": axes, "steps": step}
        names = [self._keep(node, what, values) for what, values in settings.items()]
        self._add(node, "Slice", (self._input(node, 0), *names))

    def reduction(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """Mean or sum over axes."""
        axes = self._constant(node, 1).astype(np.int64).reshape(-1)
        keeps: dict[str, Attribute] = {"keepdims": int(attributes["keep_dims"])}
        if node.get_type_name() == "ReduceSum":
            self._add(node, "ReduceSum", (self._input(node, 0), self._keep(node, "axes", axes)), keeps)
        else:
            self._add(node, "ReduceMean", (self._input(node, 0),), {**keeps, "axes": axes.tolist()})

    def product(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """Matrix product; ONNX knows no transposed operands, so they are transposed before."""
        sides = []
        for index, key in ((0, "transpose_a"), (1, "transpose_b")):
            name = self._input(node, index)
            if attributes[key]:
                rank = len(node.input(index).get_partial_shape())
                order = [*range(rank - 2), rank - 1, rank - 2]
                turned = f"{self._output(node)}_{key}"
                self._nodes.append(OnnxNode("Transpose", (name,), (turned,), {"perm": order}))
                name = turned
            sides.append(name)
        self._add(node, "MatMul", tuple(sides))

    def transposition(self, node: ov.Node, _: dict[str, Any]) -> None:
        """Another order of the axes."""
        self._add(node, "Transpose", (self._input(node, 0),), {"perm": self._constant(node, 1).tolist()})

    def reshaping(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """Another shape; zeros keep a size where the network says so."""
        shape = self._keep(node, "shape", self._constant(node, 1).astype(np.int64))
        keeps: dict[str, Attribute] = {"allowzero": int(not attributes["special_zero"])}
        self._add(node, "Reshape", (self._input(node, 0), shape), keeps)

    def squeezing(self, node: ov.Node, _: dict[str, Any]) -> None:
        """Axes of size 1 taken out or put in."""
        axes = self._keep(node, "axes", self._constant(node, 1).astype(np.int64).reshape(-1))
        self._add(node, node.get_type_name(), (self._input(node, 0), axes))

    def along_axis(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """Side by side along an axis, or shares of the whole along it."""
        self._add(node, node.get_type_name(), self._inputs(node), {"axis": int(attributes["axis"])})

    def conversion(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """To another type of number: float32 only, which is what halved weights are restored to."""
        if attributes["destination_type"] != "f32":
            raise WeightsError(
                f"a conversion to {attributes['destination_type']} cannot be written as ONNX here",
                hint="Export as openvino instead.",
            )
        self._add(node, "Cast", (self._input(node, 0),), {"to": 1})

    def clipping(self, node: ov.Node, attributes: dict[str, Any]) -> None:
        """Values kept within two limits."""
        limits = [np.asarray(attributes[key], np.float32) for key in ("min", "max")]
        names = [self._keep(node, f"limit{index}", limit) for index, limit in enumerate(limits)]
        self._add(node, "Clip", (self._input(node, 0), *names))

    def _add(
        self,
        node: ov.Node,
        kind: str,
        inputs: tuple[str, ...],
        attributes: dict[str, Attribute] | None = None,
    ) -> None:
        self._nodes.append(OnnxNode(kind, inputs, (self._output(node),), attributes or {}))

    def _keep(self, node: ov.Node, what: str, array: np.ndarray) -> str:
        name = f"{self._output(node)}_{what}"
        self._constants[name] = array
        return name

    def _constant(self, node: ov.Node, index: int) -> np.ndarray:
        source = node.input(index).get_source_output().get_node()
        while source.get_type_name() == "Convert":
            source = source.input(0).get_source_output().get_node()
        if source.get_type_name() != "Constant":
            raise WeightsError(
                f"{node.get_type_name()} with computed settings cannot be written as ONNX here",
                hint="Export as openvino instead.",
            )
        data = np.array(source.get_data())
        return data.astype(np.float32) if data.dtype == np.float16 else data

    def _inputs(self, node: ov.Node) -> tuple[str, ...]:
        return tuple(self._input(node, index) for index in range(node.get_input_size()))

    def _input(self, node: ov.Node, index: int) -> str:
        output = node.input(index).get_source_output()
        return self._name(output.get_node(), output.get_index())

    def _output(self, node: ov.Node) -> str:
        return self._name(node, 0)

    def _name(self, node: ov.Node, index: int) -> str:
        key = (node.get_name(), index)
        if key not in self._names:
            self._names[key] = f"{node.get_type_name().lower()}_{len(self._names)}"
        return self._names[key]


_Handler = Callable[[OnnxConverter, ov.Node, dict[str, Any]], None]
_SPECIAL: dict[str, _Handler] = {
    "Convolution": OnnxConverter.convolution,
    "GroupConvolution": OnnxConverter.convolution,
    "MaxPool": OnnxConverter.pooling,
    "AvgPool": OnnxConverter.pooling,
    "Pad": OnnxConverter.padding,
    "Slice": OnnxConverter.slicing,
    "ReduceMean": OnnxConverter.reduction,
    "ReduceSum": OnnxConverter.reduction,
    "MatMul": OnnxConverter.product,
    "Transpose": OnnxConverter.transposition,
    "Reshape": OnnxConverter.reshaping,
    "Squeeze": OnnxConverter.squeezing,
    "Unsqueeze": OnnxConverter.squeezing,
    "Concat": OnnxConverter.along_axis,
    "Softmax": OnnxConverter.along_axis,
    "Convert": OnnxConverter.conversion,
    "Clamp": OnnxConverter.clipping,
}


def _pads(attributes: dict[str, Any]) -> dict[str, Attribute]:
    auto = attributes["auto_pad"]
    if auto in _AUTO_PAD:
        return {"auto_pad": _AUTO_PAD[auto]}
    return {"pads": [*attributes["pads_begin"], *attributes["pads_end"]]}


def _sizes(node: ov.Node) -> tuple[int | None, ...]:
    shape = node.get_output_partial_shape(0)
    return tuple(size.get_length() if size.is_static else None for size in shape)
