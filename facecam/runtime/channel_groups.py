"""Wide layers computed some channels at a time, so that large pictures take less memory.

In a MobileNet block a layer widens each pixel to many channels and the next looks at each channel alone. Of a
picture of 1600×1216 px CenterFace's second block makes 187 MB in between; made and used up in four groups it is a
quarter. Each channel is summed as before, so the answers are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import openvino as ov
from openvino import opset13 as ops

#: Groups a layer is computed in, and blocks from the input on: the further ones work on small maps.
_GROUPS, _BLOCKS = 4, 3
#: Of pictures of any size at least height and width are free.
_FREE_SIZES = 2
#: A widening layer, its bias and activation, then the same of the layer that looks at each channel alone.
_BLOCK: Final = ("Convolution", "Add", "Relu", "GroupConvolution", "Add", "Relu")


def in_channel_groups(model: ov.Model) -> ov.Model:
    """The same network, changed in place; one that takes pictures of one size only is left as it is."""
    if any(sum(one.is_dynamic for one in port.partial_shape) < _FREE_SIZES for port in model.inputs):
        return model
    blocks = [block for node in model.get_ordered_ops() if (block := _block_from(node)) is not None]
    for block in blocks[:_BLOCKS]:
        whole = _grouped(block).output(0)
        for reader in block[-1].output(0).get_target_inputs():
            reader.replace_source_output(whole)
    model.validate_nodes_and_infer_types()
    return model


def _block_from(node: ov.Node) -> list[ov.Node] | None:
    """The block that begins with a node, None where none does."""
    block = [node]
    while len(block) < len(_BLOCK):
        readers = block[-1].output(0).get_target_inputs() if block[-1].get_output_size() == 1 else ()
        if len(readers) != 1:
            return None
        block.append(next(iter(readers)).get_node())
    if [one.get_type_name() for one in block] != list(_BLOCK):
        return None
    constants = [block[step].input_value(1).get_node() for step in (0, 1, 3, 4)]
    if any(one.get_type_name() != "Constant" for one in constants):
        return None
    # As many channels in as out: each is looked at alone.
    widths = {constants[0].shape[0], constants[1].shape[1], constants[2].shape[0], constants[3].shape[1]}
    return block if len(widths) == 1 and constants[2].shape[1:3] == [1, 1] else None


def _grouped(block: Sequence[ov.Node]) -> ov.Node:
    widen, bias, _, alone, bias_alone, _ = block
    groups = []
    for channels in np.array_split(np.arange(widen.input_value(1).get_shape()[0]), _GROUPS):
        wide = _layer(ops.convolution, widen, widen.input_value(0), bias, channels)
        groups.append(_layer(ops.group_convolution, alone, wide.output(0), bias_alone, channels))
    return ops.concat(groups, axis=1)


def _layer(make: Any, like: ov.Node, values: ov.Output, bias: ov.Node, channels: np.ndarray) -> ov.Node:
    """Some channels of a layer with its bias and activation."""
    known = like.get_attributes()
    kernel, added = like.input_value(1).get_node().get_data(), bias.input_value(1).get_node().get_data()
    layer = make(
        values,
        ops.constant(kernel[channels]),
        known["strides"],
        known["pads_begin"],
        known["pads_end"],
        known["dilations"],
        known["auto_pad"],
    )
    return ops.relu(ops.add(layer, ops.constant(added[:, channels])))
