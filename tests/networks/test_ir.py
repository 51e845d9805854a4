"""The networks written for OpenVINO are what the runtime and other programs expect of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openvino as ov
import pytest

from facecam.core.errors import WeightsError
from facecam.engine.catalogue import RECIPES
from facecam.networks.ir.dlib_mmod import build_dlib_mmod
from facecam.networks.ir.dlib_resnet import build_dlib_resnet
from facecam.networks.ir.layers import save
from facecam.networks.ir.mtcnn import build_mtcnn
from facecam.networks.ir.resnet50 import build_resnet50
from facecam.runtime.dlib_files import MMOD, RESNET, find_dlib_file

_SOURCES = {recipe.name: recipe.source for recipe in RECIPES}
Build = Callable[[Path], ov.Model]
BUILD: dict[str, Build] = {
    "dlib-resnet": lambda weights: build_dlib_resnet(find_dlib_file(RESNET, weights)),
    "dlib-mmod": lambda weights: build_dlib_mmod(find_dlib_file(MMOD, weights)),
    "resnet50": lambda weights: build_resnet50(_SOURCES["resnet50"](weights)),
    "pnet": lambda weights: build_mtcnn("pnet", _SOURCES["mtcnn"](weights) / "pnet.lz4"),
    "rnet": lambda weights: build_mtcnn("rnet", _SOURCES["mtcnn"](weights) / "rnet.lz4"),
    "onet": lambda weights: build_mtcnn("onet", _SOURCES["mtcnn"](weights) / "onet.lz4"),
}
#: Input and outputs, names and shapes, as in the files that were made by way of Keras and TensorFlow.
PORTS = {
    "dlib-resnet": (("chips", "[?,150,150,3]"), {"unit": "[?,128]"}),
    "dlib-mmod": (("image", "[?,?,?,3]"), {"scores": "[?,1..,1..,1]"}),
    "resnet50": (("chips", "[?,112,112,3]"), {"unit": "[?,128]"}),
    "pnet": (("picture", "[?,?,?,3]"), {"corrections": "[?,1..,1..,4]", "probabilities": "[?,1..,1..,2]"}),
    "rnet": (("patch", "[?,24,24,3]"), {"corrections": "[?,4]", "probabilities": "[?,2]"}),
    "onet": (
        ("patch", "[?,48,48,3]"),
        {"corrections": "[?,4]", "points": "[?,10]", "probabilities": "[?,2]"},
    ),
}


@pytest.fixture(params=BUILD)
def name(request: pytest.FixtureRequest, weights: Path) -> str:
    """Of a network whose weights are at hand."""
    name = str(request.param)
    try:
        _SOURCES.get(name, _SOURCES["mtcnn"])(weights)
    except WeightsError as error:
        pytest.skip(error.message)
    return name


def test_names_and_shapes_are_as_they_were(name: str, weights: Path, tmp_path: Path) -> None:
    save(BUILD[name](weights), tmp_path / "model.xml")
    model = ov.Core().read_model(tmp_path / "model.xml")
    (given, given_shape), outputs = PORTS[name]
    assert (model.input(0).any_name, str(model.input(0).partial_shape)) == (given, given_shape)
    assert len(model.inputs) == 1 and len(model.outputs) == len(outputs)
    for index, (output, shape) in enumerate(outputs.items()):
        port = model.output(index)
        assert port.names == {output, "Identity:0" if index == 0 else f"Identity_{index}:0"}
        assert str(port.partial_shape) == shape
        assert port.element_type == ov.Type.f32 == model.input(0).element_type


def test_the_same_weights_make_the_same_files(name: str, weights: Path, tmp_path: Path) -> None:
    """Whatever was made in the process before: checksums in cards can then be compared between machines."""
    for made in ("first", "second"):
        save(BUILD[name](weights), tmp_path / f"{made}.xml")
    for kind in ("xml", "bin"):
        assert (tmp_path / f"first.{kind}").read_bytes() == (tmp_path / f"second.{kind}").read_bytes()


def test_a_place_that_cannot_be_written_is_said(weights: Path, tmp_path: Path) -> None:
    model = BUILD["rnet"](weights)
    (tmp_path / "file").touch()
    with pytest.raises(WeightsError, match="could not be written") as caught:
        save(model, tmp_path / "file" / "model.xml")
    assert caught.value.hint
