"""What a distillation is made of besides Keras: options, faces, batches, checkpoints."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import ConfigError, DataError
from facecam.core.events import Event, Notice
from facecam.core.types import ImageArray
from facecam.training.data.chips import jpeg_of
from facecam.training.distil import batches
from facecam.training.distil.batches import BatchMaker, plain_batches
from facecam.training.distil.checkpoint import Standing, load_checkpoint, save_checkpoint
from facecam.training.distil.faces import (
    FacePart,
    Faces,
    is_made,
    part_file,
    read_faces,
    write_part,
)
from facecam.training.distil.options import DistilOptions
from facecam.training.distil.plan import PLAN_FILE, DistilPlan, read_plan, write_plan
from facecam.training.trainer.checkpoints import CheckpointFolder


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
    """Twelve faces of brightness 30, 50, 70 …"""
    return Faces([jpeg_of(chip(20 * index + 30)) for index in range(12)])


# ---------------------------------------------------------------- options


def test_the_rate_rises_and_falls_and_mixing_ends_before_the_weights_settle() -> None:
    options = DistilOptions(sizes="64,112", mixed=0.7)
    wanted = [options.wanted_at(share, 10_000) for share in np.linspace(0, 1, 1001)]
    rates = np.array([one.rate for one in wanted])
    assert 0 < rates[0] < 0.05 and rates.max() > 0.98 and rates.argmax() in range(20, 40)
    assert (np.diff(rates[40:]) <= 0).all() and rates[940] < 0.01
    assert not rates[951:].any() and not any(one.mixed or one.hint for one in wanted[951:])
    # A graph that takes a tenth of the time to build must not cost the warm-up.
    assert options.wanted_at(0.1, 1).rate < 0.05 < options.wanted_at(0.1, 50).rate < 0.6
    assert wanted[500].mixed == 0.7 and wanted[900].mixed == 0 and wanted[900].rate > 0
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
        ({"arithmetic": "int8"}, "--arithmetic is 'int8'"),
        ({"batch_norm": "off"}, "--batch-norm is 'off'"),
        ({"mixed": 1.5}, "--mixed is 1.5"),
        ({"held_out": -1}, "--held-out is -1"),
    ],
)
def test_options_that_cannot_be_meant_name_their_flag(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        DistilOptions(**wrong)  # type: ignore[arg-type]
    assert words in caught.value.message and caught.value.hint


def test_batch_normalization_is_kept_where_small_batches_would_harm_it() -> None:
    def keeps(batch_norm: str, start: str | None, count: int) -> bool:
        return DistilPlan(DistilOptions(batch_norm=batch_norm), "dlib.dat", start).keeps_batch_norm(count)

    assert keeps("auto", "start.npz", 32)
    assert not keeps("auto", "start.npz", 512) and not keeps("auto", None, 32)
    assert keeps("frozen", None, 512) and not keeps("train", "start.npz", 32)


def test_a_plan_is_read_back_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    plan = DistilPlan(DistilOptions(steps=7, batch=64), "teacher.dat", "start.npz", "mine", "cpu")
    write_plan(plan, tmp_path)
    assert read_plan(tmp_path) == plan
    (tmp_path / PLAN_FILE).write_text(json.dumps({"options": {"stepz": 1}, "start": None, "name": "x"}))
    with pytest.raises(DataError, match="damaged"):
        read_plan(tmp_path)


# ---------------------------------------------------------------- faces


def test_parts_are_read_in_order_and_only_the_right_ones_count_as_made(tmp_path: Path, faces: Faces) -> None:
    for index, rows in enumerate((slice(0, 5), slice(5, 5), slice(5, 12))):
        digest = f"{index:064x}"
        write_part(FacePart(digest, tuple(faces.chips[rows])), part_file(tmp_path, index))
        assert is_made(part_file(tmp_path, index), digest)
        assert not is_made(part_file(tmp_path, index), "f" * 64)
    assert list(read_faces(tmp_path).chips) == list(faces.chips)


def test_a_damaged_part_is_not_made_and_is_named(tmp_path: Path, faces: Faces) -> None:
    path = part_file(tmp_path, 0)
    write_part(FacePart("0" * 64, tuple(faces.chips)), path)
    path.write_bytes(path.read_bytes()[:200])
    assert not is_made(path, "0" * 64)
    with pytest.raises(DataError, match=path.name):
        read_faces(tmp_path)
    with pytest.raises(DataError, match="no faces"):
        read_faces(tmp_path / "nowhere")


def test_at_most_a_fifth_is_held_out(faces: Faces) -> None:
    learn, judge = faces.split(100)
    assert (len(learn), len(judge)) == (10, 2)
    assert not set(learn.chips) & set(judge.chips)


# ---------------------------------------------------------------- batches


def brightness(batch: ImageArray) -> list[int]:
    """Which faces they are, by the bright half."""
    return [round((float(one[:, 100:140].mean()) - 30) / 20) for one in batch]


@pytest.mark.parametrize("decoded_bytes", [0, 4 << 30])
def test_a_batch_depends_on_its_step_alone(
    faces: Faces, decoded_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether faces stay decoded or not: every pass takes each once, and a run that goes on sees the same."""
    monkeypatch.setattr(batches, "_MOST_DECODED_BYTES", decoded_bytes)
    with BatchMaker(faces, count=4, seed=3, threads=2) as maker:
        seen = [brightness(batch) for batch in maker.steps(0, 6)]
    for passes in (seen[:3], seen[3:]):
        assert sorted(number for one in passes for number in one) == list(range(12))
    assert seen[:3] != seen[3:]
    with BatchMaker(faces, count=4, seed=3, threads=1) as maker:
        assert [brightness(batch) for batch in maker.steps(4, 2)] == seen[4:]
    with BatchMaker(faces, count=4, seed=4, threads=1) as maker:
        assert [brightness(batch) for batch in maker.steps(0, 3)] != seen[:3]


def test_a_batch_may_be_larger_than_all_faces(faces: Faces) -> None:
    with BatchMaker(faces, count=30, seed=0, threads=2) as maker:
        counts = np.bincount(brightness(maker.batch_at(0)), minlength=12)
    assert counts.sum() == 30 and counts.min() >= 2


def test_what_goes_wrong_in_the_maker_reaches_who_asks() -> None:
    with (
        BatchMaker(Faces([b"no picture"] * 5), count=2, seed=0, threads=1) as maker,
        pytest.raises(DataError, match="damaged"),
    ):
        next(maker.steps(0, 1))


def test_faces_are_judged_in_order_in_batches_of_one_size(faces: Faces) -> None:
    made = list(plain_batches(faces, 5))
    assert [len(batch) for batch in made] == [5, 5, 5]
    assert [number for batch in made for number in brightness(batch)] == [*range(12), 0, 0, 0]


# ---------------------------------------------------------------- checkpoints


@pytest.fixture
def saved(tmp_path: Path) -> CheckpointFolder:
    """Four checkpoints of a network of one weight that equals the step."""
    folder = CheckpointFolder(tmp_path)
    for step in (1, 2, 3, 4):
        variables = {"a/kernel": Variable(np.full(3, step, np.float32)), "0": Variable(np.int64(step))}
        save_checkpoint(folder, Standing(step, 10.0 * step, 0.5, settling=step == 4), variables)
    return folder


def fresh() -> dict[str, Variable]:
    return {"a/kernel": Variable(np.zeros(3, np.float32)), "0": Variable(np.int64(0))}


def test_the_newest_is_loaded_and_few_are_kept(saved: CheckpointFolder) -> None:
    variables = fresh()
    assert load_checkpoint(saved, variables) == Standing(4, 40.0, 0.5, settling=True)
    assert len(saved.paths()) == 3
    assert variables["a/kernel"].values.tolist() == [4, 4, 4] and variables["0"].values == 4


def test_one_of_an_older_version_is_gone_on_with(saved: CheckpointFolder) -> None:
    for path in saved.paths():
        path.unlink()
    arrays = {"a/kernel": np.full(3, 7, np.float32), "0": np.int64(7)}
    np.savez(saved.folder / "step-00000007.npz", standing=np.array([7, 70.0, 0.25, 0.0]), **arrays)
    variables = fresh()
    assert load_checkpoint(saved, variables) == Standing(7, 70.0, 0.25)
    assert variables["a/kernel"].values.tolist() == [7, 7, 7]
    save_checkpoint(saved, Standing(100, 99.0, 0.2), variables)
    assert load_checkpoint(saved, variables).step == 100


def test_a_damaged_newest_one_is_said_and_passed_over(saved: CheckpointFolder) -> None:
    newest, said = saved.paths()[-1], list[Event]()
    newest.write_bytes(newest.read_bytes()[:100])
    variables = fresh()
    assert load_checkpoint(saved, variables, said.append).step == 3
    assert isinstance(said[0], Notice) and newest.name in said[0].text
    assert variables["a/kernel"].values.tolist() == [3, 3, 3]


def test_a_checkpoint_of_another_network_is_refused(saved: CheckpointFolder) -> None:
    variables = {"b/kernel": Variable(np.zeros(3)), "0": Variable(np.int64(0))}
    with pytest.raises(DataError, match="another network"):
        load_checkpoint(saved, variables)
    assert variables["b/kernel"].values.tolist() == [0, 0, 0]


def test_a_full_disk_leaves_the_older_checkpoints(
    saved: CheckpointFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.paths()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facecam.core.paths.os.fsync", full)
    variables = fresh()
    with pytest.raises(DataError) as caught:
        save_checkpoint(saved, Standing(5), variables)
    assert "disk is full" in caught.value.hint
    assert saved.paths() == before and not list(saved.folder.glob(".*"))
