"""Networks for LiteRT: computed channels last they give what OpenVINO gives, and the written file does too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray
from facecam.engine.models import export_lite
from facecam.engine.models.export_lite import lite_file
from facecam.runtime.plain_operations import in_plain_operations
from tests.runtime.test_onnx_convert import NETWORKS, SHAPE, network, numbers, whole

#: What the other format's list leaves out: kernels in groups of several, windows at a picture's odd end.
FURTHER: dict[str, Callable[[ov.Node], ov.Node]] = {
    "groups of two": lambda x: ops.group_convolution(
        x, numbers(2, 3, 2, 3, 3), [2, 2], [1, 1], [1, 1], [1, 1]
    ),
    "convolution, same before": lambda x: ops.convolution(
        x, numbers(6, 4, 2, 2), [1, 1], [0, 0], [0, 0], [1, 1], auto_pad="same_lower"
    ),
    "axes turned twice": lambda x: ops.reshape(
        ops.transpose(ops.relu(ops.transpose(x, whole(0, 2, 3, 1))), whole(0, 2, 1, 3)),
        whole(0, -1),
        special_zero=True,
    ),
    "side by side, other orders": lambda x: ops.concat(
        [ops.transpose(ops.relu(x), whole(0, 2, 3, 1)), numbers(1, 9, 9, 2)], 3
    ),
    "sums, axes gone": lambda x: ops.reduce_sum(ops.transpose(x, whole(0, 3, 1, 2)), whole(2), False),
    "pictures in a row": lambda x: ops.add(ops.reduce_mean(x, whole(2, 3), False), numbers(1, 4)),
}
REFUSED: dict[str, tuple[Callable[[ov.Node], ov.Node], str]] = {
    "unknown": (ops.erf, "operation Erf cannot be written as litert"),
    "edge": (lambda x: ops.pad(x, whole(0, 0, 1, 1), whole(0, 0, 1, 1), "edge"), "rim of kind edge"),
    "axis dropped": (
        lambda x: ops.strided_slice(
            x, whole(0, 1), whole(0, 2), whole(1, 1), [1, 0], [1, 0], shrink_axis_mask=[0, 1]
        ),
        "operation StridedSlice",
    ),
    "gaps": (
        lambda x: ops.max_pool(x, [1, 1], [2, 2], [0, 0], [0, 0], [2, 2], "floor").output(0).get_node(),
        "a pooling with gaps",
    ),
    "sticking out": (
        lambda x: ops.avg_pool(x, [2, 2], [0, 0], [0, 0], [2, 2], True, "ceil"),
        "windows stick out",
    ),
}


@dataclass(frozen=True)
class Computed:
    """Inputs, and what TensorFlow made of them or said."""

    given: FloatArray
    found: dict[str, FloatArray]
    refused: dict[str, list[str]]


@pytest.fixture(scope="module")
def models() -> dict[str, ov.Model]:
    return {name: in_plain_operations(network(make)) for name, make in (NETWORKS | FURTHER).items()}


@pytest.fixture(scope="module")
def computed(models: dict[str, ov.Model], tmp_path_factory: pytest.TempPathFactory) -> Computed:
    import tensorflow as tf

    from facecam.networks.lite_graph import LiteGraph

    folder, given = tmp_path_factory.mktemp("lite"), numbers(1, *SHAPE[1:])
    for name, model in (models | {name: network(make) for name, (make, _) in REFUSED.items()}).items():
        ov.save_model(model, folder / f"{name}.xml", compress_to_fp16=False)
    computed = Computed(given, {}, {})
    for path in folder.glob("*.xml"):
        try:
            computed.found[path.stem] = LiteGraph(ov.Core().read_model(path))(tf.constant(given)).numpy()
        except WeightsError as error:
            computed.refused[path.stem] = [error.message, error.hint]
    return computed


@pytest.mark.parametrize("name", NETWORKS | FURTHER)
def test_tensorflow_computes_the_same(name: str, models: dict[str, ov.Model], computed: Computed) -> None:
    wanted = ov.compile_model(models[name], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(computed.given)[0]
    assert np.ptp(wanted) > 0.01  # A constant would agree with anything.
    np.testing.assert_allclose(computed.found[name], wanted, atol=1e-4)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_is_named(name: str, computed: Computed) -> None:
    message, hint = computed.refused[name]
    assert REFUSED[name][1] in message
    assert "openvino" in hint


def test_the_file_takes_one_chip_and_gives_its_vector(tmp_path: Path) -> None:
    model, chips = embedder(), numbers(3, 8, 8, 3)
    content, vectors = lite_file(model, chips)
    wanted = ov.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(chips)[0]
    np.testing.assert_allclose(vectors, wanted, atol=1e-5)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert content[4:8] == b"TFL3"
    (tmp_path / "face.tflite").write_bytes(content)
    read_again = ov.Core().read_model(tmp_path / "face.tflite")
    assert read_again.input(0).get_partial_shape() == ov.PartialShape([1, 8, 8, 3])
    np.testing.assert_allclose(ov.compile_model(read_again, "CPU")(chips[:1])[0], wanted[:1], atol=1e-2)


def test_the_other_process_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pretended.py").write_text(
        "from facecam.core.children import error_to_line\nfrom facecam.core.errors import WeightsError\n"
        "print(error_to_line(WeightsError('the operation Erf', hint='Export as openvino.')))"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(export_lite, "_MAKER", "pretended")
    with pytest.raises(WeightsError, match="^the operation Erf$") as caught:
        lite_file(embedder(), numbers(1, 8, 8, 3))
    assert caught.value.hint == "Export as openvino."


def test_a_process_that_falls_over_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_lite, "_MAKER", "facecam.networks.no_such_module")
    with pytest.raises(WeightsError, match="fell over.*no_such_module") as caught:
        lite_file(embedder(), numbers(1, 8, 8, 3))
    assert "onnx or openvino" in caught.value.hint


def embedder() -> ov.Model:
    """A small network with everything the real ones have, pictures (N, H, W, 3) in, six values of norm 1 out."""
    chips = ops.parameter(ov.PartialShape([-1, -1, -1, 3]), np.float32, "chips")
    x = ops.transpose(ops.divide(chips, np.float32(2)), whole(0, 3, 1, 2))
    x = ops.relu(
        ops.convolution(x, numbers(4, 3, 3, 3), [2, 2], [0, 0], [0, 0], [1, 1], auto_pad="same_upper")
    )
    x = ops.reduce_mean(ops.pad(x, whole(0, 0, 0, 0), whole(0, 2, 1, 1), "constant"), whole(2, 3), False)
    x = ops.matmul(x, numbers(6, 6), False, True)
    unit = ops.normalize_l2(x, whole(1), 1e-12, "max")
    return ov.Model([unit.output(0)], [chips], "tiny")
