"""A network in the plainer operations that every other format knows too."""

from __future__ import annotations

import numpy as np
import openvino as ov
from openvino import opset13 as ops
from openvino.utils import replace_node

#: Up to the end of an axis.
_END = 2**63 - 1


def in_plain_operations(model: ov.Model) -> ov.Model:
    """A copy in which `NormalizeL2`, `SquaredDifference` and `StridedSlice` are written in simpler ones."""
    plain = model.clone()
    for node in plain.get_ordered_ops():
        if node.get_type_name() == "NormalizeL2":
            replace_node(node, _quotient(node))
        elif node.get_type_name() == "SquaredDifference":
            difference = ops.subtract(node.input_value(0), node.input_value(1))
            replace_node(node, ops.multiply(difference, difference))
        elif node.get_type_name() == "StridedSlice" and (part := _slice(node)) is not None:
            replace_node(node, part)
    plain.validate_nodes_and_infer_types()
    return plain


def unit_rows(values: ov.Output, axes: ov.Node, least: float = 1e-24, *, added: bool = False) -> ov.Node:
    """Values divided by their L2 norm.

    Args:
        values: of any shape.
        axes: over which squares are summed.
        least: smallest sum of squares that is divided by.
        added: `least` is added to the sum instead.
    """
    squares = ops.reduce_sum(ops.multiply(values, values), axes, keep_dims=True)
    limit = ops.constant(np.full((1,) * len(values.get_partial_shape()), least, np.float32))
    kept = ops.add(squares, limit) if added else ops.maximum(squares, limit)
    return ops.divide(values, ops.sqrt(kept))


def _quotient(node: ov.Node) -> ov.Node:
    known = node.get_attributes()
    axes = node.input_value(1).get_node()
    return unit_rows(node.input_value(0), axes, float(known["eps"]), added=known["eps_mode"] == "add")


def _slice(node: ov.Node) -> ov.Node | None:
    """A `StridedSlice` without its masks; None where it also adds or drops axes, or its bounds are computed."""
    known = node.get_attributes()
    if any(any(known[f"{what}_mask"]) for what in ("new_axis", "shrink_axis", "ellipsis")):
        return None
    bounds = [node.input_value(index).get_node() for index in (1, 2, 3)]
    if any(one.get_type_name() != "Constant" for one in bounds):
        return None
    begin, end, step = (np.array(one.get_data(), np.int64) for one in bounds)
    for values, mask, limit in ((begin, known["begin_mask"], 0), (end, known["end_mask"], _END)):
        values[np.flatnonzero(mask[: len(values)])] = limit
    return ops.slice(node.input_value(0), begin, end, step, np.arange(len(begin)))
