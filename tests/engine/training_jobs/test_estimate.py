"""Estimates: from a table, then from what a second of trying or a whole training took here."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.engine.audit.findings import PersonHealth
from facecam.engine.training_jobs import estimate as module
from facecam.engine.training_jobs.estimate import estimate, keep_pace, measure_pace
from facecam.engine.training_jobs.request import DataSummary
from facecam.training.run.folder import RunFolder
from facecam.training.trainer.records import MetricsFile
from facecam.training.worker import run_job
from tests.training.making import plan, tiny

_SUMMARY = DataSummary(tuple(PersonHealth(f"person {one}", 10, 10) for one in range(10)), (), "")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def trained(folder: Path, step_s: float) -> RunFolder:
    """A run whose steps took so long, the first two longer."""
    run = plan(folder, tiny())
    metrics = MetricsFile(run.metrics)
    for step, seconds in enumerate([9.0, 12.0, *(12 + step_s * one for one in range(1, 6))], 1):
        metrics.add({"stage": "train", "step": step, "seconds": seconds})
    return run


def test_what_a_training_took_decides_the_next_estimate(tmp_path: Path) -> None:
    """12 photos a step: 0.6 s are 50 ms a photo; 80 photos × 3 epochs are 12 s."""
    settings = Settings(device="cpu")
    before = estimate(settings, tiny(), _SUMMARY)
    keep_pace(settings, tiny(), trained(tmp_path / "run", 0.6), "CPU")
    after = estimate(settings, tiny(), _SUMMARY)
    assert "measured" not in before.why and "measured" in after.why
    faces = round(100 * (1 - tiny().hold_out_share))
    around_s = estimate(settings, tiny(epochs=6), _SUMMARY).seconds - after.seconds
    assert around_s == pytest.approx(faces * 3 * 0.05, rel=0.01)
    assert estimate(settings, tiny(input_px=32), _SUMMARY).why == before.why  # that one nobody has measured


def test_a_card_is_tried_once_and_without_one_nothing_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, tried = Settings(), list[RunFolder]()

    def train(run: RunFolder, *_: object) -> dict[str, object]:
        tried.append(run)
        made = trained(tmp_path / "made", 0.006)
        run.metrics.write_bytes(made.metrics.read_bytes())
        return {"stopped": True, "device": "GPU Made Up"}

    monkeypatch.setattr(module, "train_in_child", train)
    monkeypatch.setattr(module, "why_no_card", lambda: "there is no NVIDIA driver on this computer")
    without = estimate(settings, tiny(), _SUMMARY)
    assert not tried and without.device == "CPU" and "NVIDIA driver" in without.why
    monkeypatch.setattr(module, "why_no_card", lambda: "")
    found = [estimate(settings, tiny(), _SUMMARY) for _ in range(2)]
    assert len(tried) == 1 and not tried[0].path.exists()
    assert found[0] == found[1] and found[0].device == "GPU Made Up" and "measured" in found[0].why


def test_a_damaged_memory_is_no_memory(tmp_path: Path) -> None:
    keep_pace(Settings(), tiny(), trained(tmp_path / "run", 0.6), "CPU")
    module._pace_file().write_text('{"a": [', encoding="utf-8")
    assert "measured" not in estimate(Settings(device="cpu"), tiny(), _SUMMARY).why


def test_a_second_of_trying_is_a_real_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, where TensorFlow is loaded already."""
    monkeypatch.setattr(module, "train_in_child", run_job)
    settings = Settings(device="cpu")
    pace = measure_pace(settings, dataclasses.replace(tiny(), epochs=50))
    assert pace is not None and pace.device == "CPU" and 0 < pace.photo_ms < 1000
    assert estimate(settings, tiny(), _SUMMARY).why == pace.why
