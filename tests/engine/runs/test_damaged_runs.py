"""Records of trainings that were damaged, or written by a later version: listed as far as they can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.cli.runs import run_document, run_line
from facecam.core.config import Settings
from facecam.core.encryption import data_keys
from facecam.core.errors import ConfigError, DataError, FacecamError
from facecam.core.events import Event, Notice
from facecam.engine.runs.layout import runs_folder
from facecam.engine.runs.records import gate_from_json, gate_to_json, write_outcome
from facecam.engine.training_jobs.history import compare_runs, find_run, resumable, runs
from facecam.engine.training_jobs.plots import read_projections
from facecam.engine.training_jobs.request import RunSummary
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Preset
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split
from facecam.training.gate.verification import GateReport, ModelScores
from facecam.training.run.folder import RunFolder, write_json
from facecam.training.trainer.records import read_metrics

SCORES = ModelScores("before", {1e-2: 0.9, 1e-3: None}, 0.99, 0.02, 25, 110)
GATE = GateReport(replace(SCORES, model="after"), SCORES, "better", 0.8, 5, 5, "It is better.")
FILES = (
    *("outcome.json", "job.json", "data.json", "trained.json", "metrics.csv", "config.toml"),
    *("projection.json", "before.npy", "after.npy"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two finished runs, in folders of a test."""
    weights = tmp_path / "weights"
    weights.mkdir()
    found = replace(Settings(), data=tmp_path / "data", database=tmp_path / "database", weights=weights)
    for name in ("one", "two"):
        run = RunFolder(runs_folder(found) / name)
        run.path.mkdir(parents=True)
        sample = Sample("Ada", Path("a.jpg"), "0" * 64, Path("a.png"))
        run.write_plan(
            Preset("quick", "Quick", "Quickly.", TrainOptions(), ()),
            TrainOptions(),
            Split((sample,), (), (), "person"),
            {"preset": "quick", "started": "2026-01-01T00:00:00Z", "epochs": 3, "name": name},
        )
        write_outcome(run, "finished", seconds=28.1, model=name, gate=GATE, deployed=True)
        write_json(run.path / "trained.json", {"epochs": 3})
        run.metrics.write_text("stage,phase,epoch,step,seconds\ntrain,1,2,7,3.5\n")
        write_json(run.path / "projection.json", {"kind": "pca", "people": ["Ada", "Bob"]})
        for kind in ("before", "after"):
            np.save(run.path / f"{kind}.npy", np.zeros((2, 2), np.float32))
    return found


def folder(settings: Settings) -> Path:
    return runs_folder(settings) / "one"


def everything(settings: Settings) -> dict[str, RunSummary]:
    """What lists and shows runs; only what a user can mend may be raised, and only where one run is asked for."""
    found = {one.folder.name: one for one in runs(settings)}
    for one in found.values():
        run_line(one)
        json.dumps(run_document(one), allow_nan=False)
    for asked in (lambda: compare_runs(settings, ["one"]), lambda: read_projections(folder(settings))):
        try:
            asked()
        except FacecamError as error:
            assert error.message and error.hint
    return found


def test_a_sound_run_is_read(settings: Settings) -> None:
    one = everything(settings)["one"]
    assert one.gate == GATE and one.state == "finished" and (one.epoch, one.seconds) == (3, 28.1)
    assert read_metrics(RunFolder(one.folder).metrics)[0]["seconds"] == "3.5"
    assert compare_runs(settings, ["one", "two"]).same_data and resumable(settings) is None


def test_what_a_later_version_has_added_is_passed_over() -> None:
    document = gate_to_json(GATE)
    document["candidate"]["calibration"] = [1, 2]
    document["reason"] = {"code": 4}
    assert gate_from_json(json.loads(json.dumps(document))) == GATE


@pytest.mark.parametrize(
    "spoil",
    [
        lambda gate: gate.pop("text"),
        lambda gate: gate["candidate"].pop("auc"),
        lambda gate: gate["candidate"].update(tar_at_far="xxx"),
        lambda gate: gate["candidate"].update(tar_at_far={"often": 0.5}),
        lambda gate: gate["deployed"].update(auc="high"),
        lambda gate: gate["deployed"].update(auc=float("nan")),
        lambda gate: gate.update(deployed=None),
        lambda gate: gate.update(verdict=5),
        lambda gate: gate.update(probability_better=None),
    ],
)
def test_a_damaged_comparison_is_said_and_the_run_listed(
    settings: Settings, spoil: Callable[[Any], object]
) -> None:
    document = gate_to_json(GATE)
    spoil(document)
    with pytest.raises(DataError, match="damaged"):
        gate_from_json(document)
    path = folder(settings) / "outcome.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "gate": document}))
    assert everything(settings)["one"].gate is None


@pytest.mark.parametrize("value", [True, [], "x", -1, 1e400, {"a": {}}, None])
def test_a_value_of_another_kind_spoils_no_list(settings: Settings, value: object) -> None:
    for name in ("outcome.json", "job.json", "data.json", "trained.json", "projection.json"):
        path = folder(settings) / name
        sound = path.read_text()
        path.write_text(json.dumps(dict.fromkeys(json.loads(sound), value)))
        assert len(everything(settings)) == 2
        path.write_text(json.dumps(value))
        everything(settings)
        path.write_text(sound)


@pytest.mark.parametrize("name", FILES)
def test_damaged_bytes_spoil_no_list(settings: Settings, name: str) -> None:
    path = folder(settings) / name
    sound = path.read_bytes()
    generator = np.random.default_rng(FILES.index(name))
    for length in range(0, len(sound), max(1, len(sound) // 3)):
        path.write_bytes(sound[:length])
        everything(settings)
    for _ in range(4):
        damaged = bytearray(sound)
        for place in generator.integers(0, len(sound), 3):
            damaged[place] = generator.integers(256)
        path.write_bytes(damaged)
        assert len(everything(settings)) == 2


@pytest.mark.parametrize("name", ["job.json", "outcome.json", "data.json", "trained.json", "metrics.csv"])
def test_a_run_that_cannot_be_opened_is_named_and_the_others_listed(settings: Settings, name: str) -> None:
    (folder(settings) / name).write_bytes(data_keys.MAGIC + bytes(100))  # Of a key that is not here.
    heard: list[Event] = []
    assert [one.folder.name for one in runs(settings, heard.append)] == ["two"]
    (notice,) = heard
    assert isinstance(notice, Notice) and "training one cannot be read" in notice.text and notice.hint
    assert resumable(settings) is None
    with pytest.raises(ConfigError):  # Who asks for it is told.
        find_run(settings, "one")


def test_records_of_the_shared_faults(settings: Settings, shared_data: Path) -> None:
    faults = sorted((shared_data / "faults").glob("runs-outcome.json-*"))
    if not faults:
        pytest.skip("the shared data has no such records")
    for fault in faults:
        (folder(settings) / "outcome.json").write_bytes(fault.read_bytes())
        assert everything(settings)["one"].model == "quick-1"
