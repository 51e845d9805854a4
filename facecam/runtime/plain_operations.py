"""A network in the plainer operations that every other format knows too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as ops
from openvino.utils import replace_node


def in_plain_operations(model: ov.Model) -> ov.Model:
    """A copy in which `NormalizeL2` and `SquaredDifference` are written out."""
    plain = model.clone()
    for node in plain.get_ordered_ops():
        if node.get_type_name() == "NormalizeL2":
            replace_node(node, _quotient(node))
        elif node.get_type_name() == "SquaredDifference":
            difference = ops.subtract(node.input_value(0), node.input_value(1))
            replace_node(node, ops.multiply(difference, difference))
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


def slices_of(attributes: Mapping[str, Any], bounds: Sequence[Sequence[int]]) -> list[slice] | None:
    """What a `StridedSlice` keeps of each axis; None where it also adds or drops axes.

    Args:
        attributes: of the operation.
        bounds: its begins, ends and steps, one per axis.
    """
    if any(any(attributes[f"{what}_mask"]) for what in ("new_axis", "shrink_axis", "ellipsis")):
        return None
    masks = [[*attributes[f"{what}_mask"], *[0] * len(bounds[0])] for what in ("begin", "end")]
    return [
        slice(None if from_start else begin, None if to_end else end, step)
        for begin, end, step, from_start, to_end in zip(*bounds, *masks, strict=False)
    ]
