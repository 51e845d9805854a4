"""The runs that were made: listed, compared, continued."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, FacecamError
from facecam.core.events import NEVER, CancelToken, EventSink, Metrics, faults_told, ignore
from facecam.core.paths import printable, sweep_temporary
from facecam.engine.runs.layout import run_folders, runs_folder
from facecam.engine.runs.lock import is_held
from facecam.engine.runs.people import document_of, has_lost_photos, samples_in
from facecam.engine.runs.records import gate_from_json, read_outcome
from facecam.engine.training_jobs import deploy
from facecam.engine.training_jobs.request import GalleryInfo, RunState, RunSummary
from facecam.training.config.preset import as_toml
from facecam.training.gate.verification import GateReport
from facecam.training.run.folder import RunFolder, read_json, write_json
from facecam.training.trainer.checkpoints import CheckpointFolder
from facecam.training.trainer.records import read_metrics


def runs(settings: Settings, on_event: EventSink = ignore) -> tuple[RunSummary, ...]:
    """All runs, newest first; a folder that is no run is passed over.

    Args:
        settings: where they are.
        on_event: gets a notice of each that cannot be read; the others are there all the same.
    """
    found = []
    for path in run_folders(settings):
        if RunFolder(path).job.is_file():
            sweep_temporary(path)
            with faults_told(on_event, what=f"the training {printable(path.name)} cannot be read"):
                found.append(summary(path))
    return tuple(sorted(found, key=lambda run: (run.started, run.folder.name), reverse=True))


def find_run(settings: Settings, name: str) -> RunSummary:
    """A run by the name of its folder, or its path.

    Raises:
        ConfigError: there is none.
    """
    for folder in (runs_folder(settings) / name, Path(name)):
        if RunFolder(folder).job.is_file():
            return summary(folder)
    raise ConfigError(f"there is no run {name!r}", hint="See them with `python main.py runs list`.")


def resumable(settings: Settings) -> RunSummary | None:
    """The newest run that can be continued; None if there is none."""
    return next((run for run in runs(settings) if run.resumable), None)


def summary(folder: Path) -> RunSummary:
    """One run as lists show it.

    Raises:
        ConfigError: its files are encrypted, and their key is not here.
        DataError: one cannot be read.
    """
    run = RunFolder(folder)
    job, outcome = document_of(run.job), read_outcome(run)
    state = _state(run, outcome)
    rows = read_metrics(run.metrics)
    last = rows[-1] if rows else {}
    people, photos = _sizes(run)
    unfinished = state in ("stopped", "interrupted", "failed")
    return RunSummary(
        folder=folder,
        preset=str(job.get("preset", "")),
        started=str(job.get("started", "")),
        state=state,
        epoch=int(
            _number(document_of(run.path / "trained.json").get("epochs")) or _number(last.get("epoch"))
        ),
        epochs=0 if _is_quick(run) else int(_number(job.get("epochs"))),
        model=None if outcome.get("model") is None else str(outcome["model"]),
        people=people,
        photos=photos,
        gate=_gate(outcome),
        deployed=bool(outcome.get("deployed", False)),
        seconds=_number(outcome.get("seconds")) or _number(last.get("seconds")),
        resumable=unfinished and bool(CheckpointFolder(run.checkpoints).paths()) and not has_lost_photos(run),
    )


#: Columns of the figures that are none.
_NO_FIGURES = frozenset(("stage", "phase", "step"))


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Several runs side by side.

    Attributes:
        runs: in the order they were named.
        differing: option → value in each run, as TOML; only options that differ.
        same_data: whether all were trained on the same photos.
    """

    runs: tuple[RunSummary, ...]
    differing: Mapping[str, tuple[str, ...]]
    same_data: bool


def compare_runs(settings: Settings, names: Sequence[str]) -> RunComparison:
    """Put runs side by side.

    Raises:
        ConfigError: a run is not there, or its options are damaged.
    """
    found = tuple(find_run(settings, name) for name in names)
    options = [_options(RunFolder(run.folder)) for run in found]
    keys = sorted({key for one in options for key in one})
    values = {key: tuple(one.get(key, "") for one in options) for key in keys}
    differing = {key: row for key, row in values.items() if len(set(row)) > 1}
    digests = {str(read_json(RunFolder(run.folder).data).get("digest")) for run in found}
    return RunComparison(found, differing, len(digests) == 1)


def metrics_of(folder: Path) -> tuple[Metrics, ...]:
    """The figures of a run in their order, as they were told while it was trained; none where none were kept."""
    told = []
    for row in read_metrics(RunFolder(folder).metrics):
        values = {name: _number(text) for name, text in row.items() if text and name not in _NO_FIGURES}
        told.append(Metrics(row["stage"], int(row["step"]), values))
    return tuple(told)


def options_of(folder: Path) -> Mapping[str, str]:
    """The options of a run and of its phases, by name, as TOML.

    Raises:
        ConfigError: they are damaged.
    """
    return _options(RunFolder(folder))


def keep(folder: Path) -> None:
    """Write into a run that its model was deliberately not put in use.

    Raises:
        DataError: the run is not finished, or its folder cannot be written.
    """
    run = RunFolder(folder)
    outcome = read_outcome(run)
    if not outcome:
        raise DataError(f"{folder.name} is not finished", hint="Wait for it to end.")
    write_json(run.outcome, {**outcome, "decision": "kept"})


def deploy_model(
    settings: Settings, name: str, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> GalleryInfo:
    """`training_deploy.deploy_model`, and written into the run that made the model.

    Raises:
        WeightsError: no such model, damaged, or not an embedder.
        EnrollmentError: no photo in `data/` can be used; nothing has changed.
        Cancelled: stopped; nothing has changed.
    """
    info = deploy.deploy_model(settings, name, on_event, cancel)
    for found in runs(settings, on_event):
        if found.model == name:
            run = RunFolder(found.folder)
            write_json(run.outcome, {**read_outcome(run), "deployed": True, "decision": "deployed"})
    return info


def _state(run: RunFolder, outcome: Mapping[str, Any]) -> RunState:
    if is_held(run.path):
        return "running"
    state = outcome.get("state")
    return cast(RunState, state) if state in get_args(RunState) else "interrupted"


def _gate(outcome: Mapping[str, Any]) -> GateReport | None:
    """The comparison; None where there was none, or it is damaged: the run is listed all the same."""
    try:
        return None if outcome.get("gate") is None else gate_from_json(outcome["gate"])
    except DataError:
        return None


def _number(value: object) -> float:
    """A number of a file that somebody may have written into; 0 where it is none."""
    try:
        number = float(value) if isinstance(value, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def _is_quick(run: RunFolder) -> bool:
    """Whether it fits a small layer in one go, without epochs."""
    try:
        return run.read_config().options.method == "head"
    except FacecamError:
        return False


def _sizes(run: RunFolder) -> tuple[int, int]:
    try:
        document = read_json(run.data)
        return len(document["people"]), sum(1 for _ in samples_in(document))
    except (DataError, KeyError, TypeError):
        return 0, 0


def _options(run: RunFolder) -> dict[str, str]:
    preset = run.read_config()
    lines = as_toml(preset.options).splitlines()
    for phase in preset.phases:
        lines += [f"{phase.name}: {key} = {value}" for key, value in phase.overrides.items()]
    return dict(line.split(" = ", 1) for line in lines if " = " in line)
