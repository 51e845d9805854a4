"""Hyper-parameter sweep: the same training with other options, again and again, the best run kept.

Optuna chooses, or Weights & Biases where it is on; what was tried lies in a file of `runs/`, so that a sweep that
was stopped or killed goes on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import itertools
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from facecam.core.config import Settings, refuse_unknown
from facecam.core.encryption import at_rest
from facecam.core.errors import ConfigError, DataError, FacecamError, TrainingError
from facecam.core.events import CancelToken, Event, EventSink, Metrics, Notice, ignore
from facecam.core.extras import require_package
from facecam.core.json_text import parse_json
from facecam.core.parameter_file import read_parameters
from facecam.core.paths import atomic_write, make_folder, readable_os_errors, sha256_file
from facecam.core.private import FILE_MODE
from facecam.engine import components
from facecam.engine.runs.layout import SWEEP_ENDING, runs_folder
from facecam.engine.runs.lock import held
from facecam.engine.runs.removal import delete_run
from facecam.engine.training_jobs.plan import plan_run
from facecam.engine.training_jobs.publish import stored_model
from facecam.engine.training_jobs.request import TrainingWork, TrainOutcome, TrainRequest
from facecam.engine.training_jobs.run import run_training
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import NETWORK_PRESET, checked_options, find_preset
from facecam.training.gate.verification import DECISIVE_RATE
from facecam.training.run.folder import RunFolder
from facecam.training.trainer.records import column, read_metrics

METHODS: Final = ("grid", "random", "tpe")
#: Figures of the photos kept aside, and whether more of it is better.
_METRICS: Final = {"auc": True, "tar": True, "eer": False}
_KEYS: Final = ("preset", "method", "trials", "metric", "prune", "parameters")
_RANGE_KEYS: Final = {"min", "max", "log", "step"}
#: What a sweep decides itself.
_NOT_SWEPT: Final = ("deploy", "wandb", "tensorboard")
_HINT: Final = "See *Sweeps* in docs/TRAINING.md."
_WANDB_METHODS: Final = {"grid": "grid", "random": "random", "tpe": "bayes"}
#: Of a range: nobody tries more.
_MOST_STEPS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is tried.

    Attributes:
        name: of the file, without its ending.
        preset: whose options the others are.
        method: one of `METHODS`.
        trials: how many; of a grid at most.
        metric: `auc`, `tar` or `eer` of the photos kept aside.
        prune: whether trials that stay behind the others are given up early.
        parameters: option → its values, or a range: `min`, `max`, `log`, `step`.
        digest: of the file's meaning.
    """

    name: str
    preset: str
    method: str
    trials: int
    metric: str
    prune: bool
    parameters: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class SweepTrial:
    """One training of a sweep.

    Attributes:
        number: from 0.
        parameters: what was chosen.
        value: its figure; None where it was given up or failed.
        run: name of its run; "" where it is not kept.
        model: its model; "" likewise.
        state: `complete`, `pruned` or `fail`.
    """

    number: int
    parameters: Mapping[str, Any]
    value: float | None
    run: str
    model: str
    state: str


#: Hears of each trial as it ends.
OnTrial = Callable[[SweepTrial], None]


def read_sweep(path: Path) -> Sweep:
    """Read a sweep: TOML, JSON or YAML.

    Raises:
        ConfigError: missing, broken, an unknown option, or a range that cannot be meant.
    """
    content = read_parameters(path, "the sweep", _HINT)
    refuse_unknown(path.name, content, _KEYS)
    table = content.get("parameters")
    if not isinstance(table, dict) or not table:
        raise ConfigError(f"{path.name}: nothing to try", hint=f"Write [parameters] with options. {_HINT}")
    parameters = {name: _parameter(path.name, name, one) for name, one in table.items()}
    trials, prune = content.get("trials", 20), content.get("prune", True)
    method, metric = content.get("method", "tpe"), content.get("metric", "auc")
    for name, value, known in (("method", method, METHODS), ("metric", metric, tuple(_METRICS))):
        if value not in known:
            raise ConfigError(f"{path.name}: {name} = {value!r}", hint=f"Choose one of {', '.join(known)}.")
    if not isinstance(trials, int) or isinstance(trials, bool) or trials < 1 or not isinstance(prune, bool):
        raise ConfigError(
            f"{path.name}: trials = {trials!r}, prune = {prune!r}",
            hint="Give a number from 1, and true or false.",
        )
    if method == "grid" and any(isinstance(one, dict) and "step" not in one for one in parameters.values()):
        raise ConfigError(
            f"{path.name}: a grid of a range needs its step", hint="Give step, or a list of values."
        )
    preset = str(content.get("preset", NETWORK_PRESET))
    find_preset(preset)
    meaning = json.dumps([preset, method, metric, prune, parameters], sort_keys=True, default=str)
    digest = hashlib.sha256(meaning.encode()).hexdigest()
    return Sweep(path.stem, preset, str(method), trials, str(metric), prune, parameters, digest)


def run_sweep(
    settings: Settings,
    sweep: Sweep,
    options: TrainOptions | None = None,
    *,
    on_event: EventSink = ignore,
    on_trial: OnTrial = lambda trial: None,
) -> SweepTrial:
    """Try until all trials are done; of runs and models only the best stays.

    Args:
        settings: folders, detector, device.
        sweep: what is tried.
        options: what all trials have in common; None: the preset's.
        on_event: gets the events of every training.
        on_trial: gets every trial as it ends.

    A trial that is broken off (Ctrl+C) begins anew when the sweep is started again.

    Returns:
        The best trial, those of earlier times included.

    Raises:
        DependencyError: Optuna, or W&B where it is asked for, is not installed.
        ConfigError: another sweep has the name.
        FacecamError: no trial had a figure.
    """
    optuna = require_package("optuna", "--sweep")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    options = dataclasses.replace(options or find_preset(sweep.preset).options, deploy="never")
    trials = _Trials(
        settings, sweep, options, _study(settings, sweep, optuna, options.seed), on_event, on_trial
    )
    trials.tidy()
    if options.wandb and os.environ.get("WANDB_MODE") not in ("offline", "disabled"):
        _chosen_by_wandb(sweep, trials)
    else:
        while not trials.done:
            trials.next()
    return trials.best()


# ---------------------------------------------------------------------- the file


def _parameter(where: str, name: str, given: Any) -> Any:
    """A list of values as the option wants them, or a range."""
    if name in _NOT_SWEPT:
        raise ConfigError(f"{where}: {name} cannot be tried", hint="Leave it out of [parameters].")
    if isinstance(given, list) and given:
        found = [checked_options(where, {name: one})[name] for one in given]
        return [str(one) if isinstance(one, Path) else one for one in found]  # Optuna writes JSON.
    if not isinstance(given, dict) or not {"min", "max"} <= set(given) <= _RANGE_KEYS:
        raise ConfigError(
            f"{where}: {name} = {given!r}",
            hint="Write a list of values, or a range: { min = 1e-5, max = 1e-3, log = true }.",
        )
    ends = [checked_options(where, {name: given[end]})[name] for end in ("min", "max")]
    numbers = [one for one in (*ends, given.get("step", 1)) if isinstance(one, int | float)]
    if len(numbers) < 3 or any(isinstance(one, bool) for one in numbers) or not ends[0] < ends[1]:
        raise ConfigError(
            f"{where}: {name} is no range", hint="min and max are numbers, min the smaller one."
        )
    log = given.get("log", False)
    if not isinstance(log, bool) or given.get("step", 1) <= 0 or (log and (ends[0] <= 0 or "step" in given)):
        raise ConfigError(
            f"{where}: {name} is no range", hint="log is true or false, with min above 0 and without step."
        )
    if (ends[1] - ends[0]) / given.get("step", ends[1] - ends[0]) > _MOST_STEPS:
        raise ConfigError(
            f"{where}: {name} has more than {_MOST_STEPS} steps", hint="Give a larger step, or none."
        )
    return {
        "min": ends[0],
        "max": ends[1],
        "log": log,
        **({"step": given["step"]} if "step" in given else {}),
    }


def _values(parameter: Any) -> list[Any]:
    """All values of a list or of a range with a step."""
    if isinstance(parameter, list):
        return parameter
    low, step = parameter["min"], parameter["step"]
    return [low + step * index for index in range(math.floor((parameter["max"] - low) / step + 1e-9) + 1)]


def _grid(sweep: Sweep) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*(_values(one) for one in sweep.parameters.values())):
        yield dict(zip(sweep.parameters, values, strict=True))


# ---------------------------------------------------------------------- the study


class _Journal:
    """What Optuna writes down, a line each, in a file of ours: among what was tried may be folders and models by name.

    Args:
        file: private, and sealed where encryption is on; its lock is beside it.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, FileLock(file.with_name(f".{file.name}.lock"), mode=FILE_MODE)

    def read_logs(self, log_number_from: int) -> list[dict[str, Any]]:
        """The lines from one on, by its number."""
        try:
            return [parse_json(line) for line in self._content().splitlines()[log_number_from:]]
        except ValueError as error:
            hint = "Delete it: then the sweep begins anew, and its runs stay."
            raise DataError(f"{self._file} is damaged: {error}", hint=hint) from error

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Add lines, all or none."""
        lines = "".join(f"{json.dumps(log)}\n" for log in logs)
        with readable_os_errors("write", self._file), self._lock:
            atomic_write(self._file, self._content() + lines.encode(), private=True)

    def _content(self) -> bytes:
        with readable_os_errors("read", self._file):
            return at_rest.read_bytes(self._file) if self._file.exists() else b""


def _study(settings: Settings, sweep: Sweep, optuna: Any, seed: int) -> Any:
    """What was tried so far; a trial that was broken off is in line again, and its run deleted."""
    folder = runs_folder(settings)
    make_folder(folder, private=True)
    file = folder / f"{sweep.name}{SWEEP_ENDING}"
    study = optuna.create_study(
        study_name=sweep.name,
        storage=optuna.storages.JournalStorage(_Journal(file)),
        load_if_exists=True,
        direction="maximize" if _METRICS[sweep.metric] else "minimize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4) if sweep.prune else optuna.pruners.NopPruner(),
    )
    # Another seed each time: else the choices after a break would be those before it.
    seed += len(study.trials)
    samplers = optuna.samplers
    study.sampler = (
        samplers.TPESampler(seed=seed) if sweep.method == "tpe" else samplers.RandomSampler(seed=seed)
    )
    if study.user_attrs.setdefault("digest", sweep.digest) != sweep.digest:
        raise ConfigError(
            f"a sweep {sweep.name} with other parameters was begun already",
            hint=f"Give the file another name, or delete {file}.",
        )
    study.set_user_attr("digest", sweep.digest)
    states = optuna.trial.TrialState
    for trial in study.get_trials(states=(states.RUNNING,)):
        _forget(settings, trial)
        study.tell(trial.number, state=states.FAIL)
        study.enqueue_trial(trial.params or trial.system_attrs.get("fixed_params", {}))
    if sweep.method == "grid":
        tried = [one.params or one.system_attrs.get("fixed_params") for one in study.trials]
        for parameters in _grid(sweep):
            if parameters not in tried:
                study.enqueue_trial(parameters)
    return study


@dataclass(slots=True)
class _Trials:
    settings: Settings
    sweep: Sweep
    options: TrainOptions
    study: Any
    on_event: EventSink
    on_trial: OnTrial

    @property
    def done(self) -> bool:
        """Whether as many trials ended as were asked for."""
        wanted = self.sweep.trials
        if self.sweep.method == "grid":
            wanted = min(wanted, sum(1 for _ in _grid(self.sweep)))
        return len(self._ended()) >= wanted

    def next(self) -> None:
        """Do one trial."""
        trial = self.study.ask()
        parameters = {name: _suggested(trial, name, one) for name, one in self.sweep.parameters.items()}
        watch = _Watch(trial, self.sweep.metric, self.on_event)
        try:
            options = dataclasses.replace(self.options, **checked_options(self.sweep.name, parameters))
            request = TrainRequest(options, self.sweep.preset)
            run = plan_run(TrainingWork(self.settings, watch, watch.cancel), request)
            trial.set_user_attr("run", run.path.name)
            trial.set_user_attr("job", sha256_file(run.job))
            request = dataclasses.replace(request, resume=run.path)
            outcome = run_training(self.settings, request, on_event=watch, cancel=watch.cancel)
        except FacecamError as error:
            self.on_event(Notice(f"trial {trial.number}: {error.message}", error.hint))
            self._tell(trial, parameters, "fail")
            self.tidy()
            return
        value = None if outcome.stopped else _value(outcome, self.sweep.metric)
        trial.set_user_attr("model", outcome.model or "")
        state = "pruned" if watch.pruned else "fail" if value is None else "complete"
        self._tell(trial, parameters, state, value)
        self.tidy()

    def tidy(self) -> None:
        """Delete runs and models of all trials but the best, those of a sweep that was killed included."""
        best = self._best()
        for one in self.study.trials:
            # What runs is another sweep's of the same name; who goes on with a run that ended keeps it.
            if one.state.is_finished() and (best is None or one.number != best.number):
                with contextlib.suppress(ConfigError):
                    _forget(self.settings, one)

    def best(self) -> SweepTrial:
        """The best trial of all.

        Raises:
            FacecamError: none had a figure.
        """
        best = self._best()
        if best is None:
            raise TrainingError(
                "no trial of the sweep has a figure to compare",
                hint="Photos kept aside are needed: add photos.",
            )
        return best

    def _best(self) -> SweepTrial | None:
        complete = [one for one in self._ended() if one.state.name == "COMPLETE"]
        sign = 1 if _METRICS[self.sweep.metric] else -1
        return _as_trial(max(complete, key=lambda one: sign * one.value)) if complete else None

    def _ended(self) -> list[Any]:
        """Those that were broken off and begun again are not counted."""
        return [
            one for one in self.study.trials if one.state.is_finished() and "parameters" in one.user_attrs
        ]

    def _tell(
        self, trial: Any, parameters: Mapping[str, Any], state: str, value: float | None = None
    ) -> None:
        states = require_package("optuna", "--sweep").trial.TrialState
        trial.set_user_attr("parameters", {name: str(one) for name, one in parameters.items()})
        self.study.tell(trial.number, value, state=states[state.upper()])
        self.on_trial(_as_trial(self.study.trials[trial.number]))


def _forget(settings: Settings, trial: Any) -> None:
    """Delete its run and model; its figures stay in the study."""
    run = RunFolder(runs_folder(settings) / trial.user_attrs.get("run", ""))
    # Names of deleted runs are given again, to runs of other jobs.
    if not run.job.is_file() or sha256_file(run.job) != trial.user_attrs.get("job"):
        return
    weights = components.open_weights(settings)
    with held(run.path):  # The run is what tells whose the model is: it goes last.
        model = stored_model(weights, run)
        if model is not None and model == weights.deployed():
            return
        if model is not None:
            weights.remove(model)
    delete_run(settings, run.path.name)


class _Watch:
    """Hears of a training, tells the study, and ends it where it stays behind."""

    def __init__(self, trial: Any, metric: str, on_event: EventSink) -> None:
        self.cancel, self.pruned = CancelToken(), False
        self._trial, self._metric, self._on_event = trial, metric, on_event

    def __call__(self, event: Event) -> None:
        self._on_event(event)
        if isinstance(event, Metrics) and event.stage == "validate" and self._metric in event.values:
            self._trial.report(event.values[self._metric], event.step)
            self.pruned = self.pruned or self._trial.should_prune()
        if self.pruned:
            self.cancel.cancel()


def _suggested(trial: Any, name: str, parameter: Any) -> Any:
    if isinstance(parameter, list):
        return trial.suggest_categorical(name, parameter)
    low, high = parameter["min"], parameter["max"]
    if isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(name, low, high, log=parameter["log"], step=parameter.get("step", 1))
    return trial.suggest_float(name, low, high, log=parameter["log"], step=parameter.get("step"))


def _value(outcome: TrainOutcome, metric: str) -> float | None:
    """The best epoch's figure; of a training without epochs that of its comparison with the model in use."""
    rows = [row for row in read_metrics(RunFolder(outcome.run).metrics) if row["stage"] == "validate"]
    found = [value for value in column(rows, metric) if math.isfinite(value)]
    if found:
        return max(found) if _METRICS[metric] else min(found)
    if outcome.gate is None:
        return None
    scores = outcome.gate.candidate
    return {"auc": scores.auc, "eer": scores.eer, "tar": scores.tar_at_far.get(DECISIVE_RATE)}[metric]


def _as_trial(one: Any) -> SweepTrial:
    state, value = one.state.name.lower(), one.value
    return SweepTrial(
        one.number,
        dict(one.params),
        value if state == "complete" else None,
        one.user_attrs.get("run", ""),
        one.user_attrs.get("model", ""),
        state,
    )


# ---------------------------------------------------------------------- Weights & Biases


def _chosen_by_wandb(sweep: Sweep, trials: _Trials) -> None:
    """A sweep of W&B proposes, the study takes it up: figures, pruning and the best run are as without."""
    wandb = require_package("wandb", "--wandb")
    known = trials.study.user_attrs.get("wandb")
    name = known or wandb.sweep(_for_wandb(sweep), project="facecam")
    trials.study.set_user_attr("wandb", name)

    def one() -> None:
        run = wandb.init()
        proposed, identity = dict(run.config), str(run.id)
        run.finish()  # The training, in its own process, goes on with it.
        trials.study.enqueue_trial({key: proposed[key] for key in sweep.parameters})
        with _environment(WANDB_RUN_ID=identity):
            trials.next()

    while not trials.done:
        wandb.agent(name, function=one, count=1, project="facecam")


def _for_wandb(sweep: Sweep) -> dict[str, Any]:
    goal = "maximize" if _METRICS[sweep.metric] else "minimize"
    parameters: dict[str, dict[str, Any]] = {}
    for name, one in sweep.parameters.items():
        if isinstance(one, list) or sweep.method == "grid":
            parameters[name] = {"values": [str(x) if isinstance(x, Path) else x for x in _values(one)]}
        elif one["log"]:
            parameters[name] = {"min": one["min"], "max": one["max"], "distribution": "log_uniform_values"}
        else:
            parameters[name] = {key: one[key] for key in ("min", "max")}
    metric = {"name": f"validate/{sweep.metric}", "goal": goal}
    return {
        "name": sweep.name,
        "method": _WANDB_METHODS[sweep.method],
        "metric": metric,
        "parameters": parameters,
    }


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
