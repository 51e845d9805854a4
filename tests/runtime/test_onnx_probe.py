"""What is said about strangers' embedders."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.onnx_probe import EmbedderShape, inspect_embedder
from tests.runtime.tiny import onnx_constant, onnx_embedder


@pytest.fixture
def saved(tmp_path: Path) -> Any:
    """Saves bytes as an .onnx file."""
    numbers = itertools.count()

    def save(content: bytes) -> Path:
        path = tmp_path / f"stranger{next(numbers)}.onnx"
        path.write_bytes(content)
        return path

    return save


def refusal(path: Path, **options: Any) -> WeightsError:
    with pytest.raises(WeightsError) as caught:
        inspect_embedder(path, **options)
    assert path.name in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value


def test_the_hand_written_network_is_one_the_runtime_runs(saved: Any) -> None:
    """Mean of a picture of 2s is (2, 2, 2); times a 3×5 matrix of ones: 6."""
    network = CompiledNetwork(saved(onnx_embedder()))
    (vectors,) = network(np.full((2, 3, 112, 112), 2, np.float32))
    np.testing.assert_allclose(vectors, np.full((2, 5), 6.0), rtol=1e-5)


def test_nchw_with_a_batch_left_open(saved: Any) -> None:
    shape = inspect_embedder(saved(onnx_embedder(("N", 3, 112, 96), dimensions=7)))
    assert shape == EmbedderShape("NCHW", 112, 96, 7)


def test_nhwc_with_one_picture_at_a_time(saved: Any) -> None:
    shape = inspect_embedder(saved(onnx_embedder((1, 112, 96, 3))))
    assert shape == EmbedderShape("NHWC", 112, 96, 5)


def test_of_a_batch_that_is_flattened_one_picture_counts(saved: Any) -> None:
    shape = inspect_embedder(saved(onnx_embedder(("N", 3, 112, 112), flatten_to=(1, -1))))
    assert shape.dimensions == 5


def test_a_size_left_open_must_be_said(saved: Any) -> None:
    path = saved(onnx_embedder(("N", 3, "H", "W")))
    assert "--input-size" in refusal(path).hint
    shape = inspect_embedder(path, input_size=(160, 128))
    assert (shape.height, shape.width, shape.dimensions) == (160, 128, 5)


def test_a_size_that_is_fixed_cannot_be_changed(saved: Any) -> None:
    assert "112x112" in refusal(saved(onnx_embedder()), input_size=(160, 160)).message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (onnx_constant(), "has 0 inputs (none)"),
        (onnx_embedder(inputs=2), "has 2 inputs (image0, image1)"),
        (onnx_embedder(outputs=3), "has 3 outputs (vector0, vector1, vector2)"),
        (onnx_embedder(input_type=7), "takes i64 values"),
        (onnx_embedder((8, 3, 112, 112)), "takes 8 pictures at a time"),
        (onnx_embedder(("N", 3, 8, 8)), "8x8 px, which can hold no face"),
        (onnx_embedder(("N", 112, 112, "C")), "colours cannot be told"),
        (onnx_embedder(("N", 3, 112, 3)), "colours cannot be told"),
        (onnx_embedder(("N", 3, 112)), "expected an image"),
        (onnx_embedder(dimensions=1), "gives 1 value"),
        (onnx_embedder(flatten_to=(5, 1)), "expected one vector"),
    ],
)
def test_what_is_no_embedder_is_refused_in_words(saved: Any, content: bytes, words: str) -> None:
    assert words in refusal(saved(content)).message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0" + bytes(600), "is not an ONNX file"),
        (b"PK\x03\x04" + bytes(600), "PyTorch"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:", "placeholder"),
        (b"\x08" + b"\xff" * 40, "is not an ONNX file"),
    ],
)
def test_foreign_files(saved: Any, content: bytes, words: str) -> None:
    assert words in refusal(saved(content)).message


def test_every_truncation_is_noticed(saved: Any) -> None:
    content = onnx_embedder()
    for length in range(1, len(content)):
        assert "breaks off" in refusal(saved(content[:length])).message


def test_damage_inside_is_noticed(saved: Any) -> None:
    content = bytearray(onnx_embedder())
    content[6:60] = b"\xff" * 54
    assert "not a readable network" in refusal(saved(bytes(content))).message


def test_missing(tmp_path: Path) -> None:
    assert "is missing" in refusal(tmp_path / "nowhere.onnx").message


def test_a_real_one(shared_data: Path) -> None:
    path = shared_data / "models" / "MobileFaceNet.onnx"
    expected = EmbedderShape("NCHW", 112, 112, 128)
    assert inspect_embedder(path) == expected
