"""List, show, compare and delete trainings."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from facecam.cli.terminal.confirm import confirmed
from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, answer, plain, say
from facecam.core.config import Settings
from facecam.core.encryption.at_rest import ForeignKey
from facecam.core.errors import ConfigError
from facecam.core.events import Event
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.runs.records import gate_to_json
from facecam.engine.runs.removal import delete_run, find_run_folder
from facecam.engine.runs.trained_on import model_of, name_deployed
from facecam.engine.training_jobs.history import compare_runs, find_run, keep, runs
from facecam.engine.training_jobs.request import RunSummary
from facecam.training.gate.verification import DECISIVE_RATE
from facecam.training.run.folder import RunFolder


def add_arguments(parser: Parser) -> None:
    """The actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, do, text in (
        ("list", _list, "all runs, newest first"),
        ("show", _show, "one run"),
        ("compare", _compare, "several runs side by side"),
        ("keep", _keep, "note that a run's model is deliberately not used"),
        ("delete", _delete, "delete a run with its checkpoints and records; its model stays in weights/"),
    ):
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        if name in ("show", "keep", "delete"):
            action.add_argument("run", metavar="RUN", help="name of the run's folder, or its path")
        if name == "delete":
            action.switch("--yes", "do not ask")
        if name == "compare":
            action.add_argument("run", metavar="RUN", nargs="+", help="names of the runs' folders")
        action.switch("--json", "one JSON document on stdout")
        action.set_defaults(do=do)
        add_shared_flags(action)


def run(arguments: argparse.Namespace) -> int:
    """Do the action."""
    return int(arguments.do(settings_from(arguments), arguments))


def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    unreadable, printer = list[Event](), Printer()
    found, used = runs(settings, unreadable.append), _in_use(settings)
    lines = [run_line(one, used) for one in found]
    if not (found or unreadable):
        lines = ["no runs yet: start one with `python main.py train`"]
    code = answer(arguments.json, [run_document(one) for one in found], *lines)
    for notice in unreadable:
        printer(notice)
    return 1 if unreadable else code


def _in_use(settings: Settings) -> str:
    """The model in use; empty where nobody can say."""
    return name_deployed(components.open_weights(settings))


def _show(settings: Settings, arguments: argparse.Namespace) -> int:
    one = find_run(settings, arguments.run)
    size = f"{counted(one.photos, 'photo')} of {counted(one.people, 'person')}"
    lines = [run_line(one, _in_use(settings)), f"  started {one.started}, {one.seconds:.0f} s, {size}"]
    if one.gate is not None:
        better = f"  probability that it is better: {one.gate.probability_better:.0%}"
        lines += [f"  {one.gate.text}", better]
    if one.resumable:
        lines.append(f"  continue with: python main.py train --resume {one.folder.name}")
    return answer(arguments.json, run_document(one), *lines, f"  {printable(one.folder)}")


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    comparison = compare_runs(settings, arguments.run)
    lines = [run_line(one, _in_use(settings)) for one in comparison.runs]
    if not comparison.same_data:
        lines.append("trained on different photos: their figures cannot be compared")
    for name, values in comparison.differing.items():
        lines.append(f"  {name}: {' | '.join(value or '-' for value in values)}")
    document = {
        "runs": [run_document(one) for one in comparison.runs],
        "differing": dict(comparison.differing),
        "same_data": comparison.same_data,
    }
    return answer(arguments.json, document, *lines)


def _keep(settings: Settings, arguments: argparse.Namespace) -> int:
    one = find_run(settings, arguments.run)
    if one.model is not None and one.model == _in_use(settings):
        raise ConfigError(
            f"{one.model}, which {one.folder.name} made, is the model in use",
            hint="Use another one first: python main.py models deploy NAME",
        )
    keep(one.folder)
    what = "it made no model" if one.model is None else f"its model {one.model} stays unused"
    return answer(arguments.json, run_document(one), f"{one.folder.name}: {what}")


def _delete(settings: Settings, arguments: argparse.Namespace) -> int:
    folder = find_run_folder(settings, arguments.run)
    try:
        model = model_of(RunFolder(folder))
    except ForeignKey:
        model = ""  # Nobody can say; that it can be deleted is the way out.
    if model in components.open_weights(settings).names():
        say(f"{model}, which it made, stays; only the run knows on whose photos it was trained.", sys.stderr)
    gone = arguments.yes or confirmed(f"Delete the run {folder.name}, its checkpoints included?")
    if gone:
        delete_run(settings, arguments.run)
    words = f"{folder.name} was deleted." if gone else "Nothing was deleted."
    return answer(arguments.json, {"run": folder.name, "deleted": gone}, words)


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
    return {
        "run": one.folder.name,
        "folder": str(one.folder),
        **plain(one, "preset", "started", "state", "epoch", "epochs", "model", "people", "photos"),
        "gate": None if one.gate is None else gate_to_json(one.gate),
        **plain(one, "deployed", "seconds", "resumable"),
    }
