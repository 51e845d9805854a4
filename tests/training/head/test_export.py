"""A head and its base as one network: the same numbers as numpy, and a card Live accepts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from facecam.core.errors import DataError, WeightsError
from facecam.core.types import FloatArray
from facecam.embedding.embedder import Embedder
from facecam.runtime.card import InputSpec, ModelCard
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.store import WeightsStore
from facecam.training.head.export import head_card, to_openvino
from facecam.training.head.head import Head

SIDE_PX, DIMENSIONS = 4, 6


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A network from pictures (N, 4, 4, 3) to six values that are not of norm 1."""
    pictures = ops.parameter([-1, SIDE_PX, SIDE_PX, 3], np.float32, name="chips")
    rows = ops.reshape(pictures, np.array([-1, SIDE_PX * SIDE_PX * 3]), special_zero=False)
    matrix = np.random.default_rng(0).normal(size=(SIDE_PX * SIDE_PX * 3, DIMENSIONS)).astype(np.float32)
    output = ops.matmul(rows, ops.constant(matrix), False, False)
    path = tmp_path / "base" / "model.xml"
    path.parent.mkdir()
    ov.save_model(ov.Model([output], [pictures], "base"), path, compress_to_fp16=False)
    return path


def made_head(people: int = 3, *, seed: int = 1) -> Head:
    centers = np.random.default_rng(seed).normal(size=(people, DIMENSIONS))
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    return Head(np.asarray(centers, np.float32), np.eye(people, dtype=np.float32), 0.5, 20.0, 0.3)


def pictures(count: int) -> FloatArray:
    shape = (count, SIDE_PX, SIDE_PX, 3)
    return np.asarray(np.random.default_rng(2).integers(0, 256, shape), np.float32)


def unit(rows: np.ndarray) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_network_gives_what_numpy_gives(base: Path, tmp_path: Path) -> None:
    head = made_head()
    to_openvino(head, base, tmp_path / "model.xml")
    vectors = unit(CompiledNetwork(base)(pictures(20))[0])
    made = CompiledNetwork(tmp_path / "model.xml")(pictures(20))[0]
    assert made.shape == (20, head.dimensions)
    assert made == pytest.approx(head.apply(vectors), abs=1e-5)
    shares = head.apply(vectors)[:, DIMENSIONS:]
    assert shares.max() > 0.2 and shares.min() < 0.01, (
        "the pictures must try both: known people and strangers"
    )


def test_identity_gives_unit_vectors_of_the_base(base: Path, tmp_path: Path) -> None:
    to_openvino(Head.identity(DIMENSIONS), base, tmp_path / "model.xml")
    made = CompiledNetwork(tmp_path / "model.xml")(pictures(3))[0]
    assert made == pytest.approx(unit(CompiledNetwork(base)(pictures(3))[0]), abs=1e-6)


def test_files_are_named_and_batches_stay_free(base: Path, tmp_path: Path) -> None:
    files = to_openvino(made_head(), base, tmp_path / "model.xml")
    assert [file.name for file in files] == ["model.xml", "model.bin"]
    assert all(file.is_file() for file in files)
    assert CompiledNetwork(files[0]).input_shapes == [f"[?,{SIDE_PX},{SIDE_PX},3]"]


def test_base_of_another_length_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="vectors of 128 values"):
        to_openvino(Head.identity(128), base, tmp_path / "model.xml")
    assert not (tmp_path / "model.xml").exists()


def test_missing_base_is_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="missing"):
        to_openvino(made_head(), tmp_path / "none.xml", tmp_path / "model.xml")


def test_folder_that_cannot_be_written_leaves_nothing(base: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="could not write"):
        to_openvino(made_head(), base, tmp_path / "file" / "model.xml")


def test_store_takes_the_model_and_the_embedder_runs_it(base: Path, tmp_path: Path) -> None:
    head = made_head()
    files = {file.name: file for file in to_openvino(head, base, tmp_path / "model.xml")}
    store = WeightsStore(tmp_path / "weights")
    card = head_card(_base_card(), head, name="quick-1", title="With a head", files=files)
    store.add("quick-1", files, card)
    loaded, networks = store.load("quick-1", precision="f32")
    assert loaded == card and loaded.threshold == _base_card().threshold
    assert loaded.model_id != _base_card().model_id and loaded.source_sha256 is None
    chips = [np.asarray(picture, np.uint8) for picture in pictures(5)]
    vectors = Embedder(loaded, networks[0]).embed(chips).vectors
    assert vectors == pytest.approx(
        head.apply(unit(CompiledNetwork(base)(np.stack(chips).astype(np.float32))[0])), abs=1e-5
    )


def test_real_base_with_a_head(weights: Path, tmp_path: Path) -> None:
    """On dlib-ResNet: strangers keep their distances, whatever the head knows."""
    store = WeightsStore(weights)
    card, networks = store.load("dlib-resnet", precision="f32")
    centers = np.eye(card.dimensions, dtype=np.float32)[:4]
    head = Head(centers, np.eye(4, dtype=np.float32), 0.95, 150.0, 0.3)
    path = tmp_path / "model.xml"
    files = {file.name: file for file in to_openvino(head, weights / "dlib-resnet" / card.file, path)}
    chips = [np.full((150, 150, 3), value, np.uint8) for value in (60, 180)]
    old = Embedder(card, networks[0]).embed(chips).vectors
    new_card = head_card(card, head, name="quick-1", title="With a head", files=files)
    new = Embedder(new_card, CompiledNetwork(path)).embed(chips).vectors
    assert new.shape == (2, 132)
    assert new[:, :128] == pytest.approx(old, abs=1e-4)
    assert new_card == replace(
        card,
        name="quick-1",
        title="With a head",
        dimensions=132,
        alignment_thresholds=(),
        source_sha256=None,
        lineage=new_card.lineage,
        cohort=card.cohort and replace(card.cohort, appended=4, group_score=None),
        group_distance=None,  # Nor would the mean distance of groups.
        sha256=new_card.sha256,
    )


def _base_card() -> ModelCard:
    return ModelCard(
        name="base",
        title="Base",
        task="embedding",
        files=("model.xml",),
        input=InputSpec(
            height=SIDE_PX,
            width=SIDE_PX,
            layout="NHWC",
            mean=(0.0, 0.0, 0.0),
            std=(1.0, 1.0, 1.0),
            normalised_inside=True,
        ),
        chip="dlib",
        chip_size_px=16,
        dimensions=DIMENSIONS,
        unit_norm_inside=False,
        threshold=0.2,
        licence="CC0-1.0",
        lineage="made up",
        source_sha256="0" * 64,
        sha256={"model.xml": "1" * 64, "model.bin": "2" * 64},
    )
