"""List, show, compare and delete trainings."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Any

from facecam.cli.terminal.confirm import confirmed
from facecam.cli.terminal.flags import add_shared_flags, settings_from
from facecam.cli.terminal.output import print_json, say
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, WeightsError
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.runs.records import gate_to_json
from facecam.engine.runs.removal import delete_run, find_run_folder
from facecam.engine.runs.trained_on import model_of
from facecam.engine.training_jobs.history import compare_runs, find_run, keep, runs
from facecam.engine.training_jobs.request import RunSummary
from facecam.training.gate.verification import DECISIVE_RATE
from facecam.training.run.folder import RunFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("list", "all runs, newest first"),
        ("show", "one run"),
        ("compare", "several runs side by side"),
        ("keep", "note that a run's model is deliberately not used"),
        ("delete", "delete a run with its checkpoints and records; its model stays in weights/"),
    ):
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        if name in ("show", "keep", "delete"):
            action.add_argument("run", help="name of the run's folder, or its path")
        if name == "delete":
            action.add_argument("--yes", action="store_true", help="do not ask")
        if name == "compare":
            action.add_argument("run", nargs="+", help="names of the runs' folders")
        action.add_argument("--json", action="store_true", help="one JSON document on stdout")
        add_shared_flags(action)


def run(arguments: argparse.Namespace) -> int:
    """Do the action."""
    settings = settings_from(arguments)
    actions = {"list": _list, "show": _show, "compare": _compare, "keep": _keep, "delete": _delete}
    return actions[arguments.action](settings, arguments)


def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    found, used = runs(settings), _in_use(settings)
    if arguments.json:
        print_json([run_document(one) for one in found])
        return 0
    if not found:
        say("no runs yet: start one with `python main.py train`")
    for one in found:
        say(run_line(one, used))
    return 0


def _in_use(settings: Settings) -> str:
    """The model in use; empty where nobody can say."""
    try:
        return components.open_weights(settings).deployed()
    except WeightsError:
        return ""


def _show(settings: Settings, arguments: argparse.Namespace) -> int:
    one = find_run(settings, arguments.run)
    if arguments.json:
        print_json(run_document(one))
        return 0
    say(run_line(one, _in_use(settings)))
    size = f"{counted(one.photos, 'photo')} of {counted(one.people, 'person')}"
    say(f"  started {one.started}, {one.seconds:.0f} s, {size}")
    if one.gate is not None:
        say(f"  {one.gate.text}")
        say(f"  probability that it is better: {one.gate.probability_better:.0%}")
    if one.resumable:
        say(f"  continue with: python main.py train --resume {one.folder.name}")
    say(f"  {printable(str(one.folder))}")
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    comparison = compare_runs(settings, arguments.run)
    if arguments.json:
        print_json(
            {
                "runs": [run_document(one) for one in comparison.runs],
                "differing": {name: list(values) for name, values in comparison.differing.items()},
                "same_data": comparison.same_data,
            }
        )
        return 0
    for one in comparison.runs:
        say(run_line(one, _in_use(settings)))
    if not comparison.same_data:
        say("trained on different photos: their figures cannot be compared")
    for name, values in comparison.differing.items():
        say(f"  {name}: {' | '.join(value or '-' for value in values)}")
    return 0


def _keep(settings: Settings, arguments: argparse.Namespace) -> int:
    one = find_run(settings, arguments.run)
    if one.model is not None and one.model == _in_use(settings):
        raise ConfigError(
            f"{one.model}, which {one.folder.name} made, is the model in use",
            hint="Use another one first: python main.py models deploy NAME",
        )
    keep(one.folder)
    if arguments.json:
        print_json(run_document(one))
    else:
        what = "it made no model" if one.model is None else f"its model {one.model} stays unused"
        say(f"{one.folder.name}: {what}")
    return 0


def _delete(settings: Settings, arguments: argparse.Namespace) -> int:
    folder = find_run_folder(settings, arguments.run)
    model = model_of(RunFolder(folder))
    if model in components.open_weights(settings).names():
        say(f"{model}, which it made, stays; only the run knows on whose photos it was trained.", sys.stderr)
    gone = arguments.yes or confirmed(f"Delete the run {folder.name}, its checkpoints included?")
    if gone:
        delete_run(settings, arguments.run)
    if arguments.json:
        print_json({"run": folder.name, "deleted": gone})
    else:
        say(f"{folder.name} was deleted." if gone else "Nothing was deleted.")
    return 0


def run_line(one: RunSummary, in_use: str = "") -> str:
    """One run in one line; `in_use` is the model that is used now."""
    epochs = f" epoch {one.epoch}/{one.epochs}" if one.epochs else ""
    facts = [f"{one.folder.name:<34} {one.state:<11}{epochs}".rstrip()]
    if one.model:
        now = " (in use)" if one.model == in_use else " (was in use)" if one.deployed else ""
        facts.append(f"model {one.model}{now}")
    if one.gate is not None:
        tar = one.gate.candidate.tar_at_far.get(DECISIVE_RATE)
        figure = f"area {one.gate.candidate.auc:.4f}" if tar is None else f"TAR at FAR 1 % {tar:.1%}"
        facts.append(f"{figure}, {one.gate.verdict}")
    return "  ".join(facts)


def run_document(one: RunSummary) -> dict[str, Any]:
    """One run for JSON."""
    values = {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
    gate = None if one.gate is None else gate_to_json(one.gate)
    return {"run": one.folder.name, **values, "folder": str(one.folder), "gate": gate}
