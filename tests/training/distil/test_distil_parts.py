"""What a distillation is made of besides TensorFlow: options, faces, changes, batches, checkpoints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import ConfigError, DataError
from facecam.core.types import ImageArray
from facecam.training.distil.augment import augmented, resized
from facecam.training.distil.batches import BatchMaker, batch_at, plain_batches
from facecam.training.distil.checkpoint import KEPT, Standing, checkpoints, load_checkpoint, save_checkpoint
from facecam.training.distil.faces import (
    FacePart,
    Faces,
    encode_chip,
    is_made,
    part_file,
    read_faces,
    write_part,
)
from facecam.training.distil.options import DistilOptions
from facecam.training.distil.plan import PLAN_FILE, DistilPlan, read_plan, write_plan


class Variable:
    """As much of a Keras variable as checkpoints need."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = np.asarray(values)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def assign(self, values: np.ndarray) -> None:
        self.values = values

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return self.values


def chip(value: int) -> ImageArray:
    """A chip that is dark on the left and of a brightness of its own on the right."""
    picture = np.full((150, 150, 3), value, np.uint8)
    picture[:, :75] = 0
    return picture


@pytest.fixture
def faces() -> Faces:
    """Twelve faces whose vectors are (index, 0) for the chip and (index, 1) for its mirror image."""
    vectors = np.array([[(index, 0), (index, 1)] for index in range(12)], np.float32)
    return Faces([encode_chip(chip(20 * index + 30)) for index in range(12)], vectors)


# ---------------------------------------------------------------- options


def test_the_learning_rate_rises_again_at_each_size_and_ends_near_zero() -> None:
    options = DistilOptions(sizes="64,112", learning_rate=1.0)
    shares = np.linspace(0, 1, 1001)
    rates = np.array([options.learning_rate_at(share) for share in shares])
    assert rates.max() == pytest.approx(1, abs=0.01) and rates[0] < 0.1
    assert rates[499] == pytest.approx(0.25, abs=0.01)  # before the larger size
    assert rates[520:540].max() > 0.9  # raised again
    assert rates[-1] == pytest.approx(0.01, abs=1e-3)
    assert [options.sizes_px[options.stage_at(share)] for share in (0, 0.49, 0.5, 1)] == [64, 64, 112, 112]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"minutes": 1.0, "steps": 5}, "--minutes and --steps"),
        ({"steps": 0}, "--steps is 0"),
        ({"batch": 1}, "--batch is 1"),
        ({"learning_rate": float("nan")}, "--learning-rate is nan"),
        ({"sizes": "64,huge"}, "--sizes is 64,huge"),
        ({"sizes": "8"}, "--sizes is 8"),
        ({"arithmetic": "int8"}, "--arithmetic is int8"),
        ({"batch_norm": "off"}, "--batch-norm is off"),
        ({"held_out": -1}, "--held-out is -1"),
    ],
)
def test_options_that_cannot_be_meant_name_their_flag(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        DistilOptions(**wrong)  # type: ignore[arg-type]
    assert words in caught.value.message and caught.value.hint


def test_batch_normalization_is_kept_when_there_is_something_to_keep() -> None:
    def keeps(batch_norm: str, start: str | None) -> bool:
        return DistilPlan(DistilOptions(batch_norm=batch_norm), start, "mine").keeps_batch_norm

    assert keeps("auto", "start.npz") and not keeps("auto", None)
    assert keeps("frozen", None) and not keeps("train", "start.npz")


def test_a_plan_is_read_back_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    plan = DistilPlan(DistilOptions(steps=7, frozen="conv1, conv2"), "start.npz", "mine")
    write_plan(plan, tmp_path)
    assert read_plan(tmp_path) == plan
    assert plan.options.frozen_prefixes == ("conv1", "conv2")
    (tmp_path / PLAN_FILE).write_text(json.dumps({"options": {"stepz": 1}, "start": None, "name": "x"}))
    with pytest.raises(DataError, match="damaged"):
        read_plan(tmp_path)


# ---------------------------------------------------------------- faces


def test_parts_are_read_in_order_and_only_the_right_ones_count_as_made(tmp_path: Path, faces: Faces) -> None:
    for index, rows in enumerate((slice(0, 5), slice(5, 5), slice(5, 12))):
        digest = f"{index:064x}"
        write_part(
            FacePart(digest, tuple(faces.chips[rows]), faces.vectors[rows]), part_file(tmp_path, index)
        )
        assert is_made(part_file(tmp_path, index), digest)
        assert not is_made(part_file(tmp_path, index), "f" * 64)
    read = read_faces(tmp_path)
    assert list(read.chips) == list(faces.chips)
    np.testing.assert_array_equal(read.vectors, faces.vectors)


def test_a_damaged_part_is_not_made_and_is_named(tmp_path: Path, faces: Faces) -> None:
    path = part_file(tmp_path, 0)
    write_part(FacePart("0" * 64, tuple(faces.chips), faces.vectors), path)
    path.write_bytes(path.read_bytes()[:200])
    assert not is_made(path, "0" * 64)
    with pytest.raises(DataError, match=path.name):
        read_faces(tmp_path)
    with pytest.raises(DataError, match="no faces"):
        read_faces(tmp_path / "nowhere")


def test_variance_is_the_error_of_always_saying_the_mean() -> None:
    """Vectors (±1, 0) around the mean 0: each is 1 away."""
    vectors = np.array([[(1, 0), (-1, 0)], [(-1, 0), (1, 0)]], np.float32)
    assert Faces([b"", b""], vectors).variance == pytest.approx(1)


def test_at_most_a_fifth_is_held_out(faces: Faces) -> None:
    learn, judge = faces.split(100)
    assert (len(learn), len(judge)) == (10, 2)
    assert not set(learn.chips) & set(judge.chips)


# ---------------------------------------------------------------- changes and batches


def test_a_changed_face_is_changed_but_still_itself() -> None:
    generator = np.random.default_rng(1)
    changed = [augmented(chip(200), 112, generator) for _ in range(40)]
    assert {one.shape for one in changed} == {(112, 112, 3)} and all(one.dtype == np.uint8 for one in changed)
    assert len({one.tobytes() for one in changed}) == 40
    # The bright side stays on the right: no change mirrors.
    assert all(one[30:80, 80:100].mean() > one[30:80, 10:30].mean() + 40 for one in changed)


def test_a_batch_depends_on_its_step_alone_and_mirrors_chip_and_vector_together(faces: Faces) -> None:
    batches = [batch_at(faces, step, count=4, size_px=64, seed=3) for step in range(6)]
    again = batch_at(faces, 4, count=4, size_px=64, seed=3)
    np.testing.assert_array_equal(again.chips, batches[4].chips)
    vectors = np.concatenate([batch.vectors for batch in batches])
    for passes in (vectors[:12], vectors[12:]):  # every pass takes each face once
        assert sorted(passes[:, 0]) == list(range(12))
    assert set(vectors[:, 1]) == {0, 1}
    for picture, (_, mirrored) in zip(np.concatenate([one.chips for one in batches]), vectors, strict=True):
        left, right = picture[20:44, 5:20].mean(), picture[20:44, 44:59].mean()
        assert (left > right) == bool(mirrored)


def test_the_maker_gives_the_same_batches_and_survives_a_change_of_size(faces: Faces) -> None:
    with BatchMaker(faces, count=4, seed=3) as maker:
        for step, size_px in ((0, 48), (1, 48), (2, 64), (3, 64)):
            wanted = batch_at(faces, step, count=4, size_px=size_px, seed=3)
            np.testing.assert_array_equal(maker.get(step, size_px).chips, wanted.chips)


def test_what_goes_wrong_in_the_maker_reaches_who_asks() -> None:
    broken = Faces([b"no picture"] * 5, np.zeros((5, 2, 2), np.float32))
    with BatchMaker(broken, count=2, seed=0) as maker, pytest.raises(DataError, match="damaged"):
        maker.get(0, 64)


def test_faces_are_judged_unchanged(faces: Faces) -> None:
    chips = np.concatenate([batch.chips for batch in plain_batches(faces, count=5, size_px=112)])
    assert len(chips) == 12
    np.testing.assert_array_equal(chips[3], resized(faces.chip(3), 112))


# ---------------------------------------------------------------- checkpoints


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[Path]:
    """Four checkpoints of a network of one weight that equals the step."""
    for step in (1, 2, 3, 4):
        weights, optimiser = (
            {"a/kernel": Variable(np.full(3, step, np.float32))},
            {"0": Variable(np.int64(step))},
        )
        save_checkpoint(tmp_path, Standing(step, 10.0 * step, 0.5), weights, optimiser)
    yield tmp_path


def fresh() -> tuple[dict[str, Variable], dict[str, Variable]]:
    return {"a/kernel": Variable(np.zeros(3, np.float32))}, {"0": Variable(np.int64(0))}


def test_the_newest_is_loaded_and_few_are_kept(saved: Path) -> None:
    weights, optimiser = fresh()
    standing, damaged = load_checkpoint(saved, weights, optimiser)
    assert standing == Standing(4, 40.0, 0.5) and damaged == []
    assert len(checkpoints(saved)) == KEPT
    assert weights["a/kernel"].values.tolist() == [4, 4, 4] and optimiser["0"].values == 4


def test_a_damaged_newest_one_is_passed_over(saved: Path) -> None:
    newest = checkpoints(saved)[-1]
    newest.write_bytes(newest.read_bytes()[:100])
    weights, optimiser = fresh()
    standing, damaged = load_checkpoint(saved, weights, optimiser)
    assert standing.step == 3 and damaged == [newest]
    assert weights["a/kernel"].values.tolist() == [3, 3, 3]


def test_a_checkpoint_of_another_network_is_passed_over(saved: Path) -> None:
    weights, optimiser = {"b/kernel": Variable(np.zeros(3))}, {"0": Variable(np.int64(0))}
    standing, damaged = load_checkpoint(saved, weights, optimiser)
    assert standing == Standing() and len(damaged) == KEPT
    assert weights["b/kernel"].values.tolist() == [0, 0, 0]


def test_a_full_disk_leaves_the_older_checkpoints(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = checkpoints(saved)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facecam.core.paths.os.fsync", full)
    weights, optimiser = fresh()
    with pytest.raises(DataError) as caught:
        save_checkpoint(saved, Standing(5), weights, optimiser)
    assert "disk is full" in caught.value.hint
    assert checkpoints(saved) == before and not list(saved.glob(".*"))
