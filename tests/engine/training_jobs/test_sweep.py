"""Sweeps: chosen by Optuna or by W&B, given up early, gone on with after a kill, the best run kept."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import secrets
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from facecam.core.config import Settings
from facecam.core.encryption import data_keys, sealing
from facecam.core.errors import ConfigError, DataError, DependencyError, TrainingError
from facecam.core.events import CancelToken, EventSink, Metrics
from facecam.core.private import is_open_to_others
from facecam.core.vault import Lock
from facecam.engine.runs.layout import runs_folder
from facecam.engine.runs.lock import held
from facecam.engine.training_jobs import sweep as module
from facecam.engine.training_jobs.publish import store_network
from facecam.engine.training_jobs.request import TrainingWork, TrainOutcome, TrainRequest
from facecam.engine.training_jobs.sweep import SweepTrial, read_sweep, run_sweep
from facecam.engine.transactions.encryption import turn_on
from facecam.runtime.store import WeightsStore
from facecam.training.run.folder import RunFolder, new_run_folder, read_json, write_json
from facecam.training.trainer.records import MetricsFile
from tests.runtime.tiny import card_for, save_embedder

RANGE = "[parameters]\nlearning_rate = { min = 1e-5, max = 1e-1, log = true }\n"
GRID = """
method = "grid"
[parameters]
margin = [0.1, 0.2, 0.3]
epochs = { min = 2, max = 4, step = 2 }
"""


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class Trainings:
    """Stands in for trainings: the nearer the margin to 0.2 and the rate to 1e-3, the better."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.asked = settings, list[TrainRequest]()
        self.dies_at: int | None = None
        self.stores = False
        self.ended: Callable[[RunFolder], None] = lambda run: None

    def plan(self, work: TrainingWork, request: TrainRequest) -> RunFolder:
        run = new_run_folder(runs_folder(work.settings), "2026-01-01", "made")
        taken = WeightsStore(self.settings.weights).names()
        name = next(f"made-{n}" for n in range(1, 99) if f"made-{n}" not in taken)
        write_json(run.job, {"id": secrets.token_hex(8), "name": name})
        return run

    def __call__(
        self, settings: Settings, request: TrainRequest, *, on_event: EventSink, cancel: CancelToken
    ) -> TrainOutcome:
        self.asked.append(request)
        if len(self.asked) == self.dies_at:
            raise KeyboardInterrupt
        options = request.options
        assert request.resume is not None
        run = RunFolder(request.resume)
        metrics = MetricsFile(run.metrics)
        for epoch in range(1, 4):
            merit = 0.9 - abs(options.margin - 0.2) - abs(options.learning_rate - 1e-3) + 0.01 * epoch
            metrics.add({"stage": "validate", "epoch": epoch, "step": epoch, "auc": merit})
            on_event(Metrics("validate", epoch, {"auc": merit}))
            if cancel.cancelled:
                return TrainOutcome(run.path, None, None, False, True)
        if self.stores:
            self.store(run)
        self.ended(run)
        return TrainOutcome(run.path, read_json(run.job)["name"], None, False, False)

    def store(self, run: RunFolder) -> None:
        run.model.mkdir()
        files = save_embedder(run.model, seed=len(list(run.path.parent.iterdir())))
        card = card_for(read_json(run.job)["name"], files)
        store_network(WeightsStore(self.settings.weights), run, card)


@pytest.fixture
def trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainings:
    pytest.importorskip("optuna", reason="sweeps need Optuna: pip install optuna")
    made = Trainings(Settings(weights=tmp_path / "weights"))
    monkeypatch.setattr(module, "plan_run", made.plan)
    monkeypatch.setattr(module, "run_training", made)
    return made


def values(trials: list[SweepTrial]) -> list[float]:
    return [one.value for one in trials if one.value is not None]


def test_a_grid_tries_everything_once_and_keeps_the_best_run_alone(
    trainings: Trainings, tmp_path: Path
) -> None:
    found: list[SweepTrial] = []
    best = run_sweep(trainings.settings, read_sweep(written(tmp_path, GRID)), on_trial=found.append)
    tried = [(one.options.margin, one.options.epochs) for one in trainings.asked]
    assert sorted(tried) == [(margin, epochs) for margin in (0.1, 0.2, 0.3) for epochs in (2, 4)]
    assert {one.options.deploy for one in trainings.asked} == {"never"}
    assert best.value == max(values(found)) and best.parameters["margin"] == 0.2
    assert [path.name for path in runs_folder(trainings.settings).iterdir() if path.is_dir()] == [best.run]
    assert not is_open_to_others(runs_folder(trainings.settings) / "mine.sweep")
    again = run_sweep(trainings.settings, read_sweep(written(tmp_path, GRID)))
    assert again == best and len(trainings.asked) == 6


def test_what_was_tried_is_sealed_where_encryption_is_on(
    trainings: Trainings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.setenv("FACECAM_PASSPHRASE", "four words nobody guesses")
    settings = replace(trainings.settings, data=tmp_path / "data", database=tmp_path / "database")
    data_keys.enter(settings.database)
    sweep = read_sweep(written(tmp_path, '[parameters]\nstart = ["/photos of Ada/a", "/photos of Ada/b"]'))
    run_sweep(settings, replace(sweep, trials=1))
    file = runs_folder(settings) / "mine.sweep"
    assert b"of Ada" in file.read_bytes()
    turn_on(settings, Lock("four words nobody guesses"))
    assert b"of Ada" not in file.read_bytes()
    run_sweep(settings, replace(sweep, trials=2))
    assert b"of Ada" not in file.read_bytes() and len(trainings.asked) == 2


def test_a_folder_is_tried_as_well(trainings: Trainings, tmp_path: Path) -> None:
    text = 'method = "grid"\n[parameters]\ngeneric_faces = ["/a/b", "/c/d"]'
    run_sweep(trainings.settings, read_sweep(written(tmp_path, text)))
    tried = [request.options.generic_faces for request in trainings.asked]
    assert sorted(map(str, tried)) == ["/a/b", "/c/d"] and all(isinstance(one, Path) for one in tried)


def test_a_damaged_file_is_two_lines_and_stays(trainings: Trainings, tmp_path: Path) -> None:
    file = runs_folder(trainings.settings) / "mine.sweep"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"{half a line")
    with pytest.raises(DataError, match="damaged"):
        run_sweep(trainings.settings, read_sweep(written(tmp_path, GRID)))
    assert file.read_bytes() == b"{half a line"


WORSE = 'method = "grid"\n[parameters]\nmargin = [0.2, 0.9, 0.3]\n'


def killed_in_its_second_trial(folder: Path, at: str) -> None:
    """A sweep whose process is killed: once a model is stored, a trial written down, its model or run deleted."""
    trainings = Trainings(Settings(weights=folder / "weights"))
    trainings.stores = True

    def deadly(real: Callable[..., Any], *, before: bool = False) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            done = None if before and len(trainings.asked) == 2 else real(*given, **named)
            if len(trainings.asked) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "plan_run", trainings.plan)
        patch.setattr(module, "run_training", deadly(trainings) if at == "stored" else trainings)
        if at == "told":
            patch.setattr(module._Trials, "tidy", deadly(module._Trials.tidy, before=True))
        if at == "model removed":
            patch.setattr(WeightsStore, "remove", deadly(WeightsStore.remove))
        if at == "run removed":
            patch.setattr(module, "delete_run", deadly(module.delete_run))
        run_sweep(trainings.settings, read_sweep(folder / "mine.toml"))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("at", ["stored", "told", "model removed", "run removed"])
def test_what_a_killed_sweep_left_goes_when_it_goes_on(trainings: Trainings, tmp_path: Path, at: str) -> None:
    """Nor is a run touched that got a name of its later."""
    sweep = read_sweep(written(tmp_path, WORSE))
    store, settings = WeightsStore(tmp_path / "weights"), trainings.settings
    child = multiprocessing.get_context("spawn").Process(
        target=killed_in_its_second_trial, args=(tmp_path, at)
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL and "made-1" in store.names()
    trainings.stores = True
    best = run_sweep(settings, sweep)
    assert store.names() == ["made-1"] and best.parameters == {"margin": 0.2}
    assert [one.name for one in runs_folder(settings).iterdir() if one.is_dir()] == [best.run]
    other = new_run_folder(runs_folder(settings), "2026-01-01", "made")
    write_json(other.job, {"name": "somebody else's"})
    run_sweep(settings, sweep)
    assert other.job.is_file()


def test_what_somebody_goes_on_with_is_not_tidied_away(trainings: Trainings, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:

        def hold(run: RunFolder) -> None:
            stack.enter_context(held(run.path))

        trainings.stores, trainings.ended = True, hold
        best = run_sweep(trainings.settings, read_sweep(written(tmp_path, WORSE)))
    runs = [one for one in runs_folder(trainings.settings).iterdir() if one.is_dir()]
    assert len(runs) == 3 and best.parameters == {"margin": 0.2}


@pytest.mark.parametrize("method", ["random", "tpe"])
def test_a_sweep_that_was_broken_off_goes_on(trainings: Trainings, tmp_path: Path, method: str) -> None:
    sweep = read_sweep(written(tmp_path, f'method = "{method}"\ntrials = 9\n{RANGE}'))
    trainings.dies_at = 4
    with pytest.raises(KeyboardInterrupt):
        run_sweep(trainings.settings, sweep)
    trainings.dies_at = None
    best = run_sweep(trainings.settings, sweep)
    assert [one.name for one in runs_folder(trainings.settings).iterdir() if one.is_dir()] == [best.run]
    rates = [one.options.learning_rate for one in trainings.asked]
    assert len(rates) == 10 and rates[3] == rates[4] and len(set(rates)) == 9
    assert all(1e-5 <= rate <= 1e-1 for rate in rates)


def test_a_trial_that_stays_behind_is_given_up(trainings: Trainings, tmp_path: Path) -> None:
    """Five good ones, then one that is worse from its first epoch on."""
    text = 'method = "grid"\n[parameters]\nmargin = [0.24, 0.23, 0.22, 0.21, 0.2, 1.0]\n'
    found: list[SweepTrial] = []
    run_sweep(trainings.settings, read_sweep(written(tmp_path, text)), on_trial=found.append)
    assert [one.state for one in found] == ["complete"] * 5 + ["pruned"] and found[-1].value is None
    found.clear()
    text = "prune = false\n" + text
    run_sweep(trainings.settings, read_sweep(written(tmp_path, text, "other.toml")), on_trial=found.append)
    assert {one.state for one in found} == {"complete"}


def test_another_sweep_of_the_same_name_is_refused(trainings: Trainings, tmp_path: Path) -> None:
    run_sweep(trainings.settings, read_sweep(written(tmp_path, "trials = 1\n" + RANGE)))
    run_sweep(trainings.settings, read_sweep(written(tmp_path, "trials = 2\n" + RANGE)))  # more of the same
    with pytest.raises(ConfigError, match="other parameters"):
        run_sweep(trainings.settings, read_sweep(written(tmp_path, GRID)))


def test_without_any_figure_nothing_is_best(
    trainings: Trainings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> TrainOutcome:
        raise TrainingError("the numbers have overflowed", hint="Smaller steps.")

    monkeypatch.setattr(module, "run_training", failing)
    with pytest.raises(TrainingError, match="no trial"):
        run_sweep(trainings.settings, read_sweep(written(tmp_path, "trials = 2\n" + RANGE)))


def test_where_wandb_is_on_its_sweep_chooses(
    trainings: Trainings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for the package proposes three rates; each training goes on with the run W&B began."""
    wandb, begun = ModuleType("wandb"), dict[str, Any]()
    rates, identities = iter([1e-4, 1e-3, 1e-2]), list[str | None]()
    run = SimpleNamespace(config={}, id="abc", finish=lambda: None)

    def propose(config: dict[str, Any], project: str) -> str:
        begun.update(config)
        return "sweep-1"

    def agent(name: str, function: Callable[[], None], count: int, project: str) -> None:
        assert name == "sweep-1" and count == 1
        run.config = {"learning_rate": next(rates)}
        function()

    wandb.sweep, wandb.agent, wandb.init = propose, agent, lambda: run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    monkeypatch.delenv("WANDB_MODE", raising=False)

    def train(*given: Any, **named: Any) -> TrainOutcome:
        identities.append(module.os.environ.get("WANDB_RUN_ID"))
        return trainings(*given, **named)

    monkeypatch.setattr(module, "run_training", train)
    sweep = read_sweep(written(tmp_path, "trials = 3\n" + RANGE))
    options = module.dataclasses.replace(module.find_preset("fine-tune").options, wandb=True)
    best = run_sweep(trainings.settings, sweep, options)
    assert best.parameters == {"learning_rate": 1e-3} and identities == ["abc"] * 3
    assert begun["method"] == "bayes" and begun["metric"] == {"name": "validate/auc", "goal": "maximize"}
    assert begun["parameters"]["learning_rate"]["distribution"] == "log_uniform_values"
    assert "WANDB_RUN_ID" not in module.os.environ


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing to try"),
        ("[parameters]\nlerning_rate = [1]", "unknown key lerning_rate"),
        ("[parameters]\nepochs = 3", "epochs = 3"),
        ('[parameters]\nmining = ["sometimes", 3.5]\nepochs = [1.5]', "epochs = 1.5"),
        ("[parameters]\nmargin = { min = 0.3, max = 0.1 }", "no range"),
        ("[parameters]\nmargin = { min = 0, max = 0.1, log = true }", "no range"),
        ('[parameters]\nmining = { min = "a", max = "b" }', "no range"),
        ("[parameters]\ndeploy = [true]", "deploy cannot be tried"),
        ("trials = 0\n" + RANGE, "trials = 0"),
        ('method = "guess"\n' + RANGE, "method = 'guess'"),
        ('method = "grid"\n' + RANGE, "needs its step"),
        (
            'method = "grid"\n[parameters]\nmargin = { min = 0.1, max = 0.9, step = 1e-300 }',
            "more than 100000 steps",
        ),
        ('metric = "beauty"\n' + RANGE, "metric"),
        ("goal = 1\n" + RANGE, "unknown key goal"),
        ('preset = "slow"\n' + RANGE, "no preset"),
    ],
)
def test_a_file_that_cannot_be_meant_is_said(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_sweep(written(tmp_path, text))
    assert words in caught.value.message and caught.value.hint


def test_without_optuna_the_command_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(DependencyError) as caught:
        run_sweep(Settings(weights=tmp_path / "weights"), read_sweep(written(tmp_path, RANGE)))
    assert "optuna" in caught.value.message and "pip install" in caught.value.hint
