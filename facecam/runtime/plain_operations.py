"""A network in the plainer operations that every other format knows too."""

from __future__ import annotations

import numpy as np
import openvino as ov
from openvino import opset13 as ops
from openvino.utils import replace_node


def in_plain_operations(model: ov.Model) -> ov.Model:
    """A copy whose `NormalizeL2` is written out as the quotient by the root of the sum of squares."""
    plain = model.clone()
    for node in plain.get_ordered_ops():
        if node.get_type_name() == "NormalizeL2":
            replace_node(node, _quotient(node))
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
