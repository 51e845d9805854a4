"""The head itself: what it does to vectors, worked out by hand, and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError, WeightsError
from facecam.training.head.head import Head, certainty

#: Two people at right angles in three dimensions.
TWO = np.eye(3, dtype=np.float32)[:2]


def two_people(*, gain: float = 0.5, sharpness: float = 20.0, similarity: float = 0.5) -> Head:
    return Head(TWO, np.eye(2, dtype=np.float32), similarity, sharpness, gain)


def squared_l2(vectors: np.ndarray, first: int, second: int) -> float:
    return float(((vectors[first] - vectors[second]) ** 2).sum())


def test_at_the_similarity_a_person_and_nobody_are_equally_likely() -> None:
    shares = certainty(np.array([[0.5, -1.0]]), 0.5, 20.0)
    assert shares[0, 0] == pytest.approx(0.5, abs=1e-9)
    assert shares[0, 1] < 1e-9


def test_two_equal_people_share() -> None:
    """Both 0.1 above the similarity at sharpness 20: e² each against 1 for nobody."""
    expected = np.exp(2) / (2 * np.exp(2) + 1)
    assert certainty(np.array([[0.6, 0.6]]), 0.5, 20.0)[0] == pytest.approx([expected, expected])


def test_shares_do_not_overflow() -> None:
    shares = certainty(np.array([[1.0, -1.0], [-1.0, -1.0]]), 0.0, 1e6)
    assert np.array_equal(shares, [[1.0, 0.0], [0.0, 0.0]])


def test_known_people_move_apart_and_strangers_stay() -> None:
    """A certain code of length g turns a cosine c between people into c / (1 + g²).

    The two centres are at cosine 0: squared_l2 stays 2. A vector between them and near both, at cosine 0.8
    of each other, shows the push: the pair (0.8, 0.6, 0), (0.6, 0.8, 0) has cosine 0.96.
    """
    head = two_people(sharpness=200.0)
    near = np.array([[0.8, 0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0], [0.0, 0.6, -0.8]], np.float32)
    made = head.apply(near)
    assert squared_l2(made, 0, 1) == pytest.approx(2 - 2 * 0.96 / 1.25, abs=1e-5)
    strangers = np.array([[0.0, 0.1, 0.995], [0.1, 0.0, 0.995]], np.float32)
    strangers /= np.linalg.norm(strangers, axis=1, keepdims=True)
    assert squared_l2(head.apply(strangers), 0, 1) == pytest.approx(squared_l2(strangers, 0, 1), abs=1e-6)


def test_the_same_person_comes_closer() -> None:
    head = two_people(sharpness=200.0)
    pair = np.array([[1.0, 0.0, 0.0], [0.8, 0.0, 0.6]], np.float32)
    assert squared_l2(head.apply(pair), 0, 1) == pytest.approx(squared_l2(pair, 0, 1) / 1.25, abs=1e-5)


def test_output_is_unit_and_of_the_stated_length() -> None:
    head = two_people()
    vectors = np.random.default_rng(0).normal(size=(50, 3))
    made = head.apply(np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32))
    assert made.dtype == np.float32 and made.shape == (50, head.dimensions) == (50, 5)
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(50), abs=1e-6)


def test_identity_changes_nothing() -> None:
    head = Head.identity(3)
    assert head.is_identity and head.dimensions == head.input_dimensions == 3
    assert np.array_equal(head.apply(TWO), TWO)


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected vectors \(N, 3\)"):
        two_people().apply(np.ones((1, 4), np.float32))


@pytest.mark.parametrize(
    "change",
    [{"sharpness": 0.0}, {"gain": -0.1}, {"similarity": float("nan")}],
)
def test_impossible_numbers_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="sharpness above 0"):
        two_people(**change)


def test_codes_and_centers_belong_together() -> None:
    with pytest.raises(ValueError, match="a code for each centre"):
        Head(TWO, np.eye(3, dtype=np.float32), 0.5, 10.0, 0.2)


@pytest.mark.parametrize("head", [two_people(), Head.identity(128)])
def test_file_gives_the_same_head_back(tmp_path: Path, head: Head) -> None:
    head.save(tmp_path / "head.npz")
    again = Head.load(tmp_path / "head.npz")
    assert np.array_equal(again.centers, head.centers) and np.array_equal(again.codes, head.codes)
    assert (again.similarity, again.sharpness, again.gain) == (head.similarity, head.sharpness, head.gain)
    assert [file.name for file in tmp_path.iterdir()] == ["head.npz"]


@pytest.mark.parametrize("content", [b"", b"not a head", b"PK\x03\x04 cut off"])
def test_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "head.npz").write_bytes(content)
    with pytest.raises(WeightsError, match="is not a trained head"):
        Head.load(tmp_path / "head.npz")


def test_file_of_something_else_is_said(tmp_path: Path) -> None:
    np.savez(tmp_path / "head.npz", version=np.int64(1), centers=np.zeros((2, 3)))
    with pytest.raises(WeightsError, match="is not a trained head"):
        Head.load(tmp_path / "head.npz")


def test_pickles_are_never_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "head.npz", version=np.array([{"a": 1}], dtype=object))
    with pytest.raises(WeightsError, match="is not a trained head"):
        Head.load(tmp_path / "head.npz")


def test_newer_file_is_said(tmp_path: Path) -> None:
    np.savez(tmp_path / "head.npz", version=np.int64(2))
    with pytest.raises(WeightsError, match="another version"):
        Head.load(tmp_path / "head.npz")


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="could not read"):
        Head.load(tmp_path / "none.npz")
