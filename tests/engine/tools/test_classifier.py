"""Linear machines with probabilities, and strangers left unnamed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError, GalleryError
from facecam.core.types import Embeddings, FloatArray
from facecam.engine.tools.classifier import Classifier, fit, load, save

MODEL = "m@1"


def around(center: list[float], count: int, seed: int, spread: float = 0.05) -> FloatArray:
    """Unit vectors near a direction."""
    rows = np.array(center) + np.random.default_rng(seed).normal(0, spread, (count, len(center)))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


CENTERS = {"Ada": [1, 0, 0, 0], "Bob": [0, 1, 0, 0], "Cy": [0, 0, 1, 0]}


@pytest.fixture(scope="module")
def trained() -> Classifier:
    vectors = np.concatenate([around(center, 8, seed) for seed, center in enumerate(CENTERS.values())])
    return fit(vectors, np.repeat(np.arange(3, dtype=np.int32), 8), tuple(CENTERS), MODEL, 0.2)


def test_new_photos_of_known_people_are_named(trained: Classifier) -> None:
    for name, center in CENTERS.items():
        (said,) = trained.predict(Embeddings(around(center, 1, 99), MODEL))
        assert said.name == said.best == name and 0.5 < said.probability <= 1 and said.squared_l2 < 0.1


def test_probabilities_sum_to_one(trained: Classifier) -> None:
    rows = trained.probabilities(around([1, 1, 1, 1], 5, 3, spread=0.5))
    assert rows.shape == (5, 3) and np.allclose(rows.sum(axis=1), 1, atol=1e-5) and (rows >= 0).all()


def test_a_stranger_gets_no_name_whatever_the_probability(trained: Classifier) -> None:
    """The fourth direction is nobody's; the machines still divide it among the three."""
    (said,) = trained.predict(Embeddings(around([0.3, 0, 0, 1], 1, 5, spread=0.01), MODEL))
    assert said.name is None and said.best in CENTERS and said.squared_l2 > 0.2


def test_two_people_and_two_photos_each_are_enough() -> None:
    vectors = np.concatenate([around([1, 0], 2, 1), around([0, 1], 2, 2)])
    small = fit(vectors, np.array([0, 0, 1, 1], np.int32), ("Ada", "Bob"), MODEL, 0.2)
    names = [said.name for said in small.predict(Embeddings(vectors, MODEL))]
    assert names == ["Ada", "Ada", "Bob", "Bob"]


def test_identical_photos_do_not_stop_it() -> None:
    vectors = np.array([[1, 0]] * 3 + [[0, 1]] * 3, np.float32)
    same = fit(vectors, np.array([0, 0, 0, 1, 1, 1], np.int32), ("Ada", "Bob"), MODEL, 0.2)
    assert [said.name for said in same.predict(Embeddings(vectors[[0, 5]], MODEL))] == ["Ada", "Bob"]


@pytest.mark.parametrize("owners", [[0, 0], [0, 1], [0, 0, 1]])
def test_too_few_is_said(owners: list[int]) -> None:
    vectors = around([1, 0], len(owners), 0)
    with pytest.raises(DataError, match="too few"):
        fit(vectors, np.array(owners, np.int32), tuple("ab"[: max(owners) + 1]), MODEL, 0.2)


def test_another_models_vectors_are_refused(trained: Classifier) -> None:
    with pytest.raises(GalleryError, match="m@1"):
        trained.predict(Embeddings(around([1, 0, 0, 0], 1, 0), "other@2"))
    assert trained.predict(Embeddings(np.zeros((0, 4), np.float32), MODEL)) == []


def test_it_is_the_same_after_a_restart(trained: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "classifier.zip"
    save(trained, path)
    again = load(path)
    probe = around([1, 1, 0, 0], 4, 7, spread=0.3)
    assert again.names == trained.names and again.model_id == MODEL and again.threshold == trained.threshold
    assert np.array_equal(again.probabilities(probe), trained.probabilities(probe))


def archive_with(trained: Classifier, path: Path, **changed: np.ndarray) -> Path:
    save(trained, path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, array in changed.items():
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=True)
        members[f"{name}.npy"] = buffer.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "changed",
    [
        {"owners": np.full(24, 7, np.int32)},
        {"owners": np.zeros(3, np.int32)},
        {"coefficients": np.full((3, 4), np.nan, np.float32)},
        {"coefficients": np.zeros((2, 4), np.float32)},
        {"vectors": np.zeros((24, 4), np.float32)},
        {"names": np.array([object()] * 3)},
        {"threshold": np.array(["0.2"])},
    ],
    ids=["nobody", "too few", "no numbers", "another shape", "not unit", "pickle", "text"],
)
def test_a_file_that_was_tampered_with_is_refused(
    trained: Classifier, tmp_path: Path, changed: dict[str, np.ndarray]
) -> None:
    path = archive_with(trained, tmp_path / "c.zip", **changed)
    with pytest.raises(DataError, match="no classifier"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04K\x01.", b"x" * 1000])
def test_what_is_no_classifier_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no classifier"):
        load(path)
    with pytest.raises(DataError, match="there is no classifier"):
        load(tmp_path / "missing.zip")


def test_a_damaged_file_is_refused_or_reads_as_it_was(trained: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "c.zip"
    save(trained, path)
    sound, generator = path.read_bytes(), np.random.default_rng(2)
    refused = 0
    for _ in range(300):
        damaged = bytearray(sound)
        for place in generator.integers(0, len(sound), 2):
            damaged[place] = generator.integers(256)
        path.write_bytes(damaged)
        try:
            assert load(path).names == trained.names
        except DataError as error:
            refused += 1
            assert "is no classifier" in error.message and "classify train" in error.hint
    assert refused > 200
