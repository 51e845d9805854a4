"""Whole trainings of the tiny network in this process: stopped, continued, repeated, out of memory, out of disk."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from facecam.core.errors import DataError, TrainingError
from facecam.core.events import CancelToken, Event, Notice, ignore
from facecam.core.types import FloatArray
from facecam.networks.weights_file import save_arrays
from facecam.training.config.preset import Phase
from facecam.training.run.folder import RunFolder, read_json, write_json
from facecam.training.trainer import devices
from facecam.training.trainer.checkpoints import CheckpointFolder
from facecam.training.trainer.embeddings import VectorMaker
from facecam.training.trainer.records import read_metrics
from facecam.training.trainer.step import TrainingStep
from facecam.training.worker import run_job
from tests.training.making import StopAfter, losses, plan, tiny


def train(run: RunFolder, on_event=ignore, cancel: CancelToken | None = None) -> dict[str, object]:
    return run_job(run, on_event, cancel or CancelToken())


def test_a_training_learns_and_writes_everything_down(tmp_path: Path) -> None:
    run = plan(
        tmp_path / "run", tiny(epochs=8, learning_rate=3e-3, augment=False, batch_norm="train"), people=4
    )
    events: list[Event] = []
    result = train(run, events.append)
    assert result["epochs"] == 8 and not result["stopped"]
    assert np.mean(losses(run)[-4:]) < 0.7 * np.mean(losses(run)[:4])
    assert (run.model / "model.xml").is_file() and (run.model / "weights.npz").is_file()
    assert len(list(run.checkpoints.glob("step-*.npz"))) == 3


def leave_export_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "facecam.training.trainer.trainer.export_network",
        lambda arrays, options, folder: save_arrays(arrays, folder / "weights.npz", half=False),
    )


@pytest.fixture
def without_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights are written, the network for live is not: it takes longer than these trainings."""
    leave_export_out(monkeypatch)


_TWO_EPOCHS = tiny(epochs=2, batches_per_epoch=4)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A training without anything special, for those that must find the same."""
    run = plan(tmp_path_factory.mktemp("plain"), _TWO_EPOCHS)
    with pytest.MonkeyPatch.context() as patch:
        leave_export_out(patch)
        train(run)
    return run


@pytest.mark.slow
def test_a_continued_training_is_the_uninterrupted_one(tmp_path: Path, without_export: None) -> None:
    """Stopped in the middle of the second epoch, then continued: every loss is the same within 1e-5."""
    options = tiny(
        epochs=3,
        batches_per_epoch=3,
        pool="semi_online",
        pool_scale=2,
        ema=True,
        joint="cosface",
        centre_weight=0.1,
        class_warm_up_epochs=1,
        batch_norm="train",
        schedule="plateau",
        warm_up_epochs=1.0,
    )
    whole, broken = plan(tmp_path / "whole", options), plan(tmp_path / "broken", options)
    train(whole)
    cancel = CancelToken()
    assert train(broken, StopAfter(5, cancel), cancel)["stopped"]
    assert len(losses(broken)) == 5
    train(broken)
    assert len(losses(whole)) == 9
    np.testing.assert_allclose(losses(broken), losses(whole), atol=1e-5)
    for name in ("embedding/kernel", "norm0/moving_mean"):
        first, second = (np.load(run.model / "weights.npz")[name] for run in (whole, broken))
        np.testing.assert_allclose(first, second, atol=1e-5)


def test_phases_follow_each_other_and_memory_and_disk_may_run_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_export: None
) -> None:
    """Softmax, then triplets; a device with room for eight photos; checkpoints that cannot be written for a while."""
    phases = (Phase("names", {"loss": "softmax", "epochs": 1}), Phase("triplets", {"epochs": 1}))
    run = plan(tmp_path / "run", tiny(batches_per_epoch=2), phases=phases, people=8)
    real_step, real_save = TrainingStep.__call__, CheckpointFolder.save
    saved: list[int] = []

    def small_memory(self, pictures, *rest, **named):  # type: ignore[no-untyped-def]
        if len(pictures) > 8:
            raise tf.errors.ResourceExhaustedError(None, None, "no room")
        return real_step(self, pictures, *rest, **named)

    def full_disk_once(self, step, checkpoint):  # type: ignore[no-untyped-def]
        saved.append(step)
        if len(saved) == 1:
            raise DataError("could not write: no space left", hint="Free some space.")
        return real_save(self, step, checkpoint)

    monkeypatch.setattr(TrainingStep, "__call__", small_memory)
    monkeypatch.setattr(CheckpointFolder, "save", full_disk_once)
    events: list[Event] = []
    result = train(run, events.append)
    words = [event.text for event in events if isinstance(event, Notice)]
    assert any("batches of 6 photos" in text for text in words)
    assert any("no space left" in text for text in words)
    rows = read_metrics(run.metrics)
    assert [row["phase"] for row in rows if row["stage"] == "train"] == ["names"] * 4 + ["triplets"] * 4
    assert result["epochs"] == 2 and all(row["softmax"] == "" for row in rows if row["phase"] == "triplets")


def test_the_time_may_be_limited(tmp_path: Path, without_export: None) -> None:
    run = plan(tmp_path / "run", tiny(epochs=10_000, batches_per_epoch=1000, max_minutes=0.02, ema=True))
    events: list[Event] = []
    result = train(run, events.append)
    assert result["epochs"] == 1 and not result["stopped"] and 1 <= len(losses(run)) < 1000
    assert any(isinstance(one, Notice) and "minutes are over" in one.text for one in events)
    assert (run.model / "weights.npz").is_file()


def test_numbers_that_overflow_end_the_training_in_plain_words(tmp_path: Path, without_export: None) -> None:
    run = plan(
        tmp_path / "run", tiny(learning_rate=100.0, margin=4.0, optimiser="sgd", epochs=20, loss="softmax")
    )
    with pytest.raises(TrainingError, match="overflowed") as caught:
        train(run)
    assert "--learning-rate" in caught.value.hint


@pytest.mark.parametrize("bad_epochs", [1, 3])
def test_an_epoch_that_cannot_be_measured_is_passed_over(
    tmp_path: Path, without_export: None, monkeypatch: pytest.MonkeyPatch, bad_epochs: int
) -> None:
    """As where running statistics lag behind: the losses are numbers, the vectors of photos kept aside are not."""
    true, calls, events = VectorMaker.__call__, list[int](), list[Event]()

    def lagging(maker: VectorMaker, *arguments: object) -> FloatArray:
        calls.append(1)
        vectors = true(maker, *arguments)  # type: ignore[arg-type]
        return vectors * np.float32(np.nan) if len(calls) <= bad_epochs else vectors

    monkeypatch.setattr(VectorMaker, "__call__", lagging)
    run = plan(tmp_path / "run", tiny(epochs=3, hold_out_share=0.5), photos=12)
    if bad_epochs == 3:
        with pytest.raises(TrainingError, match="overflowed"):
            train(run, events.append)
    else:
        assert train(run, events.append)["epochs"] == 3
    said = [one for one in events if isinstance(one, Notice) and "cannot be measured" in one.text]
    assert len(said) == bad_epochs and "--learning-rate" in said[0].hint


def test_the_old_space_is_kept(tmp_path: Path, without_export: None) -> None:
    """With a heavy anchor and faces of nobody the weights hardly move; `--interpolation 0` gives the start back."""
    start = plan(tmp_path / "start", tiny(epochs=1, ema=True))
    train(start)
    options = tiny(start=str(start.path), anchor_weight=1e6, clip_norm=1.0, epochs=2, interpolation="0")
    run = plan(tmp_path / "run", options)
    document = read_json(run.job)
    document["generic"] = [str(sample.chip) for sample in run.read_split().held]
    write_json(run.job, document)
    train(run)
    rows = read_metrics(run.metrics)
    assert all(0 < float(row["anchor"]) < 1 for row in rows if row["stage"] == "train")
    first, second = (np.load(one.model / "weights.npz") for one in (start, run))
    assert all(np.array_equal(first[name], second[name]) for name in first.files)


def test_nothing_is_mixed_with_weights_drawn_at_random(tmp_path: Path, without_export: None) -> None:
    runs = [plan(tmp_path / share, tiny(epochs=1, interpolation=share)) for share in ("off", "0.5")]
    for run in runs:
        train(run)
    plain, mixed = (np.load(run.model / "weights.npz") for run in runs)
    assert all(np.allclose(plain[name], mixed[name], atol=1e-6) for name in plain.files)


def test_figures_read_later_are_the_same_and_none_is_lost(
    tmp_path: Path, plain: RunFolder, without_export: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a graphics card: three steps ahead, batches copied to a device beforehand, stopped and continued."""
    ahead = plan(tmp_path / "ahead", _TWO_EPOCHS)
    choose = devices.choose_device
    monkeypatch.setattr(
        devices,
        "choose_device",
        lambda *wanted: dataclasses.replace(choose(*wanted), pictures="/cpu:0", steps_ahead=3),
    )
    cancel = CancelToken()
    assert train(ahead, StopAfter(6, cancel), cancel)["stopped"]
    assert len(losses(ahead)) == 6
    train(ahead)
    np.testing.assert_allclose(losses(ahead), losses(plain), atol=1e-5)


def test_a_training_goes_on_in_the_arithmetic_it_began_in(
    tmp_path: Path, plain: RunFolder, without_export: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial that chooses takes the time of two steps: on a busy machine the second may come out otherwise."""
    run = plan(tmp_path / "auto", dataclasses.replace(_TWO_EPOCHS, arithmetic="auto"))
    tried = iter([False, True])
    monkeypatch.setattr(devices, "bfloat16_is_faster", lambda **_: next(tried))
    cancel = CancelToken()
    assert train(run, StopAfter(6, cancel), cancel)["stopped"]
    train(run)
    assert losses(run) == losses(plain)


def test_overflow_seen_late_is_not_saved(
    tmp_path: Path, without_export: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = devices.choose_device
    monkeypatch.setattr(
        devices, "choose_device", lambda *wanted: dataclasses.replace(choose(*wanted), steps_ahead=100)
    )
    options = tiny(
        learning_rate=100.0, margin=4.0, optimiser="sgd", loss="softmax", batches_per_epoch=60, epochs=1
    )
    run = plan(tmp_path / "run", options)
    with pytest.raises(TrainingError, match="overflowed"):
        train(run)
    assert not list(run.checkpoints.glob("step-*.npz"))


def test_a_step_compiled_by_xla_learns_the_same(
    tmp_path: Path, plain: RunFolder, without_export: None
) -> None:
    """One rule of mining: each is compiled in tests of the loss."""
    compiled = plan(tmp_path / "compiled", dataclasses.replace(_TWO_EPOCHS, xla=True))
    train(compiled)
    np.testing.assert_allclose(losses(compiled), losses(plain), rtol=1e-3)
