"""Embedders as files for other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.engine import components
from facecam.engine.models import custom, export
from facecam.engine.models.export import ExportFormat, export_model
from facecam.runtime.compiled import CompiledNetwork
from tests.runtime.tiny import onnx_embedder


@pytest.fixture(params=["RGB", "BGR"])
def strange(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Settings:
    """A weights folder with a stranger's embedder that normalises neither its input nor its vectors."""
    weights = tmp_path / "weights"
    file = tmp_path / "stranger.onnx"
    file.write_bytes(onnx_embedder())
    own = replace(settings, weights=weights)
    card = custom._card(
        file, custom.NewModel(name="stranger", normalization="imagenet", channels=request.param)
    )
    components.open_weights(own).add("stranger", {card.file: file}, card)
    return own


@pytest.mark.parametrize("kind", ["onnx", "openvino"])
def test_the_shipped_embedder_in_a_file_of_its_own(
    settings: Settings, tmp_path: Path, kind: ExportFormat
) -> None:
    path = tmp_path / f"face{export.FORMATS[kind]}"
    done = export_model(settings, components.DEFAULT_MODEL, kind, path)
    assert (done.path, done.side_px, done.dimensions) == (path, 150, 128)
    assert done.difference < 1e-5
    chips = np.full((2, 150, 150, 3), 90, np.float32)
    np.testing.assert_allclose(np.linalg.norm(CompiledNetwork(path)(chips)[0], axis=1), 1, atol=1e-5)


def test_another_programs_reader_takes_the_onnx_file(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "face.onnx"
    export_model(settings, components.DEFAULT_MODEL, "onnx", path)
    chip = np.random.default_rng(2).integers(0, 256, (1, 150, 150, 3)).astype(np.float32)
    reader = cv2.dnn.readNetFromONNX(str(path))
    reader.setInput(chip)
    np.testing.assert_allclose(reader.forward(), CompiledNetwork(path)(chip)[0], atol=1e-4)


def test_normalizing_is_put_inside(strange: Settings, tmp_path: Path) -> None:
    done = export_model(strange, "stranger", "openvino", tmp_path / "x.xml")
    chips = np.random.default_rng(3).integers(0, 256, (1, done.side_px, done.side_px, 3)).astype(np.float32)
    vectors = CompiledNetwork(done.path)(chips)[0]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1], abs=1e-5)
    assert done.difference < 1e-5


def test_a_file_is_not_overwritten_unasked(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes(b"mine")
    with pytest.raises(ConfigError, match="exists already"):
        export_model(settings, components.DEFAULT_MODEL, "onnx", path)
    assert path.read_bytes() == b"mine"
    export_model(settings, components.DEFAULT_MODEL, "onnx", path, replace=True)
    assert path.stat().st_size > 20_000_000


def test_what_cannot_be_exported_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="makes no vectors"):
        export_model(settings, components.MTCNN_MODEL, "onnx", tmp_path / "x.onnx")
    with pytest.raises(WeightsError, match="no model 'nobody'"):
        export_model(settings, "nobody", "onnx", tmp_path / "x.onnx")
    with pytest.raises(ConfigError, match="does not end in .xml"):
        export_model(settings, components.DEFAULT_MODEL, "openvino", tmp_path / "x.onnx")
    with pytest.raises(DataError):
        export_model(settings, components.DEFAULT_MODEL, "onnx", tmp_path / "nowhere" / "x.onnx")
    assert not list(tmp_path.glob("*.onnx"))


def test_a_file_that_computes_something_else_is_not_passed_off(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_difference", lambda *_: 0.01)
    (tmp_path / "x.onnx").write_bytes(b"a good one")
    with pytest.raises(WeightsError, match="gives other vectors"):
        export_model(settings, components.DEFAULT_MODEL, "onnx", tmp_path / "x.onnx", replace=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"a good one"]
