"""Chips, checkpoints, metrics, run folders and the wire: files that survive whatever happens."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from facecam.core import children as protocol
from facecam.core.errors import DataError, DependencyError, TrainingError, WeightsError
from facecam.core.events import Metrics, Notice, Progress
from facecam.core.paths import sweep_temporary
from facecam.training.config.options import TrainOptions
from facecam.training.data.chips import ChipStore, forget_chips, read_chip
from facecam.training.miners.triplets import Triplets
from facecam.training.run.folder import new_run_folder, read_json
from facecam.training.run.wandb_run import report_end
from facecam.training.trainer.checkpoints import Checkpoint, CheckpointFolder, read_checkpoint
from facecam.training.trainer.mining_scope import MinedBatch
from facecam.training.trainer.progress import TrainerState, can_be_halved, halved
from facecam.training.trainer.records import MetricsFile, column, read_metrics
from facecam.training.trainer.trackers import Trackers
from facecam.training.trainer.validation import Merit


def test_a_chip_comes_back_as_it_was(tmp_path: Path) -> None:
    chip = np.random.default_rng(0).integers(0, 256, (150, 150, 3), dtype=np.uint8)
    store, digest = ChipStore(tmp_path, {"detector": "hog"}), "ab" * 32
    path = store.add(digest, chip)
    assert np.array_equal(read_chip(path), chip) and store.has_chip(digest)
    assert ChipStore(tmp_path, {"detector": "cnn"}).path(digest) != path
    store.add_faceless("cd" * 32)
    assert store.is_faceless("cd" * 32) and not store.has_chip("cd" * 32)
    assert forget_chips(tmp_path, [digest, "cd" * 32, "ef" * 32]) == 1 and not list(tmp_path.rglob("*.*"))
    assert forget_chips(tmp_path / "nothing", [digest]) == 0


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_damaged_chip_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        read_chip(tmp_path / "a.png")


def test_a_chip_that_was_deleted_meanwhile_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="somebody was deleted meanwhile") as caught:
        read_chip(tmp_path / "a.png")
    assert "training" in caught.value.hint


def test_three_checkpoints_and_the_best_are_kept(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path / "checkpoints")
    for step in range(5):
        folder.save(step, Checkpoint({"step": step}, {"weights": np.full(3, step)}))
    folder.save_best(Checkpoint({"step": 1}, {"weights": np.ones(3)}))
    assert [path.name for path in folder.paths()] == [f"step-{step:09d}.npz" for step in (2, 3, 4)]
    newest, best = folder.newest(), folder.best()
    assert newest is not None and newest.state["step"] == 4 and newest.arrays["weights"][0] == 4
    assert best is not None and best.state["step"] == 1


def test_a_damaged_checkpoint_gives_way_to_the_one_before(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    for step in (1, 2):
        folder.save(step, Checkpoint({"step": step}, {"weights": np.zeros(1000)}))
    newest = folder.paths()[-1]
    newest.write_bytes(newest.read_bytes()[:-200])
    with pytest.raises(DataError, match="damaged"):
        read_checkpoint(newest)
    kept = folder.newest()
    assert kept is not None and kept.state["step"] == 1
    (tmp_path / ".step-000000003.npz.abcd.tmp").write_bytes(b"half")
    sweep_temporary(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_disk_that_refuses_leaves_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(1, Checkpoint({"step": 1}, {"weights": np.zeros(10)}))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facecam.training.trainer.checkpoints.np.savez", full)
    with pytest.raises(DataError, match="No space left") as caught:
        folder.save(2, Checkpoint({"step": 2}, {"weights": np.zeros(10)}))
    assert "disk is full" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001.npz"]


def test_metrics_lose_a_torn_line_and_what_is_done_again(tmp_path: Path) -> None:
    file = MetricsFile(tmp_path / "metrics.csv")
    for step in (1, 2, 3):
        file.add({"stage": "train", "phase": "a, b", "step": step, "loss": 0.25})
    with open(tmp_path / "metrics.csv", "a") as torn:
        torn.write("train,a,0,4,0.")
    file.forget_after(2)
    rows = read_metrics(tmp_path / "metrics.csv")
    assert [row["step"] for row in rows] == ["1", "2"] and rows[0]["phase"] == "a, b"


def test_a_position_survives_its_file() -> None:
    chunk = MinedBatch(np.array([4, 5, 9]), np.array([0, 0, 1], np.int32), Triplets.of([0], [1], [2]), False)
    position = TrainerState(phase=1, epoch=2, done=3, step=4, best=Merit(0.5, 0.9), pending=[chunk])
    again = TrainerState.from_json(position.to_json())
    assert again.to_json() == position.to_json() and again.best == Merit(0.5, 0.9)


def test_halving_keeps_people_and_triplets_together() -> None:
    """Six photos of four people become two and two people; two triplets become one and one."""
    plain = MinedBatch(np.arange(6), np.array([0, 0, 1, 1, 2, 3], np.int32))
    first, second = halved(plain)
    assert first.labels.tolist() == [0, 0, 1, 1] and second.photos.tolist() == [4, 5]
    mined = MinedBatch(
        np.arange(10, 16), np.array([0, 0, 1, 1, 2, 2], np.int32), Triplets.of([0, 2], [1, 3], [4, 5])
    )
    parts = halved(mined)
    assert [part.photos.tolist() for part in parts] == [[10, 11, 14], [12, 13, 15]]
    assert [part.triplets.negative.tolist() for part in parts if part.triplets] == [[2], [2]]
    assert can_be_halved(plain) and not can_be_halved(second)


def test_events_errors_and_results_pass_the_wire() -> None:
    events = [Progress("train", 1, 2), Notice("full", "free it"), Metrics("train", 3, {"loss": 0.5})]
    assert [protocol.parse(protocol.event_to_line(event)) for event in events] == events
    lost = protocol.parse(protocol.event_to_line(Metrics("train", 1, {"loss": math.inf})))
    assert isinstance(lost, Metrics) and math.isnan(lost.values["loss"])
    error = protocol.parse(protocol.error_to_line(WeightsError("what", hint="cure")))
    assert isinstance(error, WeightsError) and error.hint == "cure"
    assert protocol.parse(protocol.result_to_line({"stopped": True})) == {"stopped": True}
    assert (
        protocol.parse("I0000 some library talks") is None and protocol.parse('{"kind": "Nonsense"}') is None
    )
    unknown = protocol.parse('{"kind": "Error", "type": "Other", "message": "m", "hint": "h"}')
    assert isinstance(unknown, TrainingError)


def test_run_folders_are_numbered(tmp_path: Path) -> None:
    names = [new_run_folder(tmp_path / "runs", "2026-01-31", "quick").path.name for _ in range(2)]
    assert names == ["2026-01-31-quick-1", "2026-01-31-quick-2"]
    (tmp_path / "x.json").write_text("[1]")
    with pytest.raises(DataError, match="damaged"):
        read_json(tmp_path / "x.json")


class _Wandb(ModuleType):
    """Stands in for the package: keeps what it is given."""

    def __init__(self) -> None:
        super().__init__("wandb")
        self.begun: list[dict[str, Any]] = []
        self.logged: list[tuple[dict[str, Any], int | None]] = []
        self.summary: dict[str, Any] = {}
        self.finished = 0

    def init(self, **given: Any) -> _Wandb:
        self.begun.append(given)
        return self

    def log(self, values: dict[str, Any], step: int | None = None) -> None:
        self.logged.append((values, step))

    def define_metric(self, name: str, summary: str) -> None:
        assert name.startswith("validate/") and summary in ("min", "max")

    def finish(self) -> None:
        self.finished += 1

    @staticmethod
    def Settings(**given: Any) -> dict[str, Any]:
        return given

    @staticmethod
    def Image(path: str) -> str:
        assert Path(path).is_file()
        return path


def test_wandb_gets_settings_figures_pictures_and_one_run_however_often_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wandb = _Wandb()
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    options = TrainOptions(wandb=True, generic_faces=tmp_path / "my friends")
    for step in (1, 2):
        trackers = Trackers(options, tmp_path, {"people": 4})
        trackers.add("train", step, {"loss": 0.5, "eer": math.nan})
        trackers.close()
    (tmp_path / "curves.png").write_bytes(b"png")
    report_end(
        tmp_path,
        options,
        {"curves": tmp_path / "curves.png", "before": tmp_path / "no"},
        {"verdict": "better"},
    )
    assert len({one["id"] for one in wandb.begun}) == 1 and {one["resume"] for one in wandb.begun} == {
        "allow"
    }
    config = wandb.begun[0]["config"]
    assert config["learning_rate"] == 1e-4 and config["people"] == 4 and "my friends" not in str(config)
    assert wandb.logged[:2] == [({"train/loss": 0.5}, 1), ({"train/loss": 0.5}, 2)]
    assert list(wandb.logged[2][0]) == ["curves"] and wandb.summary == {"verdict": "better"}
    assert wandb.finished == 3
    monkeypatch.setenv("WANDB_RUN_ID", "given")
    (tmp_path / "other").mkdir()
    Trackers(options, tmp_path / "other", {})
    assert wandb.begun[-1]["id"] == "given"


def test_a_tracker_that_is_not_installed_says_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(DependencyError) as caught:
        Trackers(TrainOptions(wandb=True), tmp_path, {})
    assert "pip install wandb" in caught.value.hint


def test_a_checkpoint_with_any_byte_changed_gives_way_to_the_one_before(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    folder.save(1, Checkpoint({"position": 1}, {"weights": np.arange(6.0)}))
    newest = folder.save(2, Checkpoint({"position": 2}, {"weights": np.arange(6.0)}))
    sound, generator = newest.read_bytes(), np.random.default_rng(5)
    for _ in range(300):
        damaged = bytearray(sound)
        damaged[generator.integers(len(sound))] = generator.integers(256)
        newest.write_bytes(damaged)
        found = folder.newest()
        assert found is not None and found.state["position"] in (1, 2)


def test_a_checkpoint_of_an_unknown_compression_is_damaged(tmp_path: Path) -> None:
    path = CheckpointFolder(tmp_path).save(1, Checkpoint({"position": 1}, {"weights": np.arange(6.0)}))
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 10] = 99  # the method, in the directory at the end
    content[content.rindex(b"PK\x03\x04") + 8] = 99
    path.write_bytes(content)
    with pytest.raises(DataError, match="is damaged"):
        read_checkpoint(path)


def test_columns_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    path.write_text("stage,step,epoch,novelty\ntrain,7,1,x\nnonsense,²,1,x\ntrain,8,oops,x\n")
    rows = read_metrics(path)
    assert [row["step"] for row in rows] == ["7", "8"] and "novelty" not in rows[0]
    assert column(rows, "epoch")[0] == 1 and np.isnan(column(rows, "epoch")[1])
    MetricsFile(path).forget_after(7)
    assert [row["step"] for row in read_metrics(path)] == ["7"]
