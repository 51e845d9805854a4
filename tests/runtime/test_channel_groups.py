"""Wide layers in groups of channels: the same answers to the last bit, less in memory at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from facecam.runtime.channel_groups import in_channel_groups
from facecam.runtime.compiled import read_network

_RANDOM = np.random.default_rng(5)


def drawn(*shape: int) -> ov.Node:
    return ops.constant(_RANDOM.normal(size=shape).astype(np.float32))


def block(values: ov.Output, inside: int, wide: int, strides: int) -> ov.Node:
    """A layer that widens, and one that looks at each channel alone, each with bias and activation."""
    values = ops.convolution(values, drawn(wide, inside, 1, 1), [1, 1], [0, 0], [0, 0], [1, 1])
    values = ops.relu(ops.add(values, drawn(1, wide, 1, 1)))
    values = ops.group_convolution(
        values, drawn(wide, 1, 1, 3, 3), [strides, strides], [1, 1], [1, 1], [1, 1]
    )
    return ops.relu(ops.add(values, drawn(1, wide, 1, 1)))


def network(*sides: int, wide: int = 22) -> ov.Model:
    """Four blocks one after the other."""
    picture = ops.parameter([-1, 3, *(sides or (-1, -1))], np.float32)
    values = block(picture, 3, wide, 2)
    for strides in (1, 2, 1):
        values = block(values, wide, wide, strides)
    return ov.Model([values], [picture], "blocks")


def widest(model: ov.Model) -> list[int]:
    """Channels of each layer that looks at each channel alone."""
    return [
        node.get_output_partial_shape(0)[1].get_length()
        for node in model.get_ordered_ops()
        if node.get_type_name() == "GroupConvolution"
    ]


def answers(model: ov.Model, picture: np.ndarray) -> list[np.ndarray]:
    compiled = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return [np.array(one) for one in compiled(picture).values()]


@pytest.mark.parametrize("wide", [22, 32], ids=["uneven", "even"])
def test_the_first_blocks_are_computed_in_groups_and_answer_the_same(wide: int) -> None:
    model = network(wide=wide)
    grouped = in_channel_groups(model.clone())
    assert len(widest(grouped)) == 3 * 4 + 1
    assert sum(widest(grouped)) == 4 * wide and max(widest(grouped)[:-1]) <= -(-wide // 4)
    picture = _RANDOM.normal(size=(2, 3, 40, 56)).astype(np.float32)
    for before, now in zip(answers(model, picture), answers(grouped, picture), strict=True):
        assert np.array_equal(before, now)


def test_pictures_of_one_size_and_other_layers_are_left_alone() -> None:
    assert widest(in_channel_groups(network(64, 64))) == [22] * 4
    picture = ops.parameter([-1, 3, -1, -1], np.float32)
    other = ops.convolution(picture, drawn(8, 3, 1, 1), [1, 1], [0, 0], [0, 0], [1, 1])
    wide = ops.relu(ops.add(other, drawn(1, 8, 1, 1)))
    alone = ops.group_convolution(wide, drawn(8, 1, 1, 3, 3), [1, 1], [1, 1], [1, 1], [1, 1])
    summed = ops.relu(ops.add(alone, wide))  # What was widened is wanted again.
    assert widest(in_channel_groups(ov.Model([summed], [picture], "again"))) == [8]


def test_the_default_detector_holds_a_quarter_of_its_widest_layers(weights: Path) -> None:
    whole = read_network(weights / "centerface" / "model.xml")
    grouped = in_channel_groups(read_network(weights / "centerface" / "model.xml"))
    assert widest(whole)[:3] == [32, 96, 144]
    assert widest(grouped)[:12] == [8] * 4 + [24] * 4 + [36] * 4 and widest(grouped)[12:] == widest(whole)[3:]
    picture = _RANDOM.integers(0, 255, (1, 224, 320, 3), np.uint8)
    for before, now in zip(answers(whole, picture), answers(grouped, picture), strict=True):
        assert np.array_equal(before, now)
