"""Teach ResNet50 the vectors of dlib-ResNet with faces of anybody: no names are needed."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from facecam.cli.actions.train_run import stopped_by_hand
from facecam.cli.terminal.flags import (
    Parser,
    add_shared_flags,
    given,
    refuse_beside_resume,
    settings_from,
)
from facecam.cli.terminal.output import Printer, print_json, say
from facecam.core.errors import ConfigError
from facecam.core.events import Event, Metrics
from facecam.core.paths import printable
from facecam.engine.training_jobs.distil.distillation import DistilOutcome, DistilRequest, distil, resume
from facecam.training.distil.options import DistilOptions

_NEWEST = "newest"


def add_arguments(parser: Parser) -> None:
    """Images, how to start, and one flag per field of `DistilOptions`."""
    parser.path(
        "--images",
        "PATH",
        "folders, zip files, TFRecord files and pictures; pictures of 150x150 px are taken for face chips as "
        "they are",
        nargs="+",
    )
    parser.add_argument(
        "--start",
        help="weights to start from: auto (the shipped ones), random, or an .npz file (default: auto)",
    )
    parser.add_argument("--name", help="name of the model to be made (default: resnet50-distilled)")
    parser.add_argument(
        "--resume",
        nargs="?",
        const=_NEWEST,
        metavar="RUN",
        help="go on with a run that was stopped or broke off (default: the newest)",
    )
    parser.switch(
        "--prepare",
        "make a folder with all that the training needs, to be carried to a machine with a graphics card",
    )
    for field in dataclasses.fields(DistilOptions):
        parser.option(DistilOptions, field, field.default)
    parser.switch("--json", "one JSON document at the end")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Distil in the foreground: Ctrl+C stops after the present step and keeps what is needed to go on."""
    settings = settings_from(arguments)
    show = _Lines()
    with stopped_by_hand() as cancel:
        if arguments.resume is not None:
            refuse_beside_resume(arguments, DistilOptions, "images", "start", "name", "prepare")
            folder = None if arguments.resume == _NEWEST else Path(arguments.resume)
            outcome = resume(settings, folder, on_event=show, cancel=cancel)
        else:
            outcome = distil(settings, _request(arguments), on_event=show, cancel=cancel)
        _print(outcome, as_json=arguments.json, prepared=arguments.prepare)
    return 0


def _request(arguments: argparse.Namespace) -> DistilRequest:
    if not arguments.images:
        raise ConfigError("there is nothing to learn from", hint="Name folders or zip files: --images PATH")
    return DistilRequest(
        tuple(arguments.images),
        DistilOptions(**given(arguments, DistilOptions)),
        arguments.start or "auto",
        arguments.name,
        prepare_only=arguments.prepare,
    )


class _Lines:
    """Events on stderr: a bar, and a line each time the student was judged."""

    def __init__(self) -> None:
        self.printer = Printer()

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Metrics):
            self.printer(event)
        elif event.stage == "validate":
            values = event.values
            say(
                f"step {event.step}: squared_l2 to the teacher {values['squared_l2']:.4f}, "
                f"{values['explained']:.1%} of its variance",
                sys.stderr,
            )


def _print(outcome: DistilOutcome, *, as_json: bool, prepared: bool) -> None:
    if as_json:
        print_json({**dataclasses.asdict(outcome), "run": str(outcome.run)})
    elif prepared:
        say(
            f"{printable(outcome.run)} is prepared. Train it here (python main.py distil --resume) or on another "
            "machine (docs/TRAINING.md, Distillation)"
        )
    elif outcome.stopped:
        say(f"stopped; python main.py distil --resume goes on. Run: {printable(outcome.run)}")
    else:
        judged = "" if outcome.explained is None else f" ({outcome.explained:.1%} of the teacher's variance)"
        say(
            f"{outcome.model} is made{judged}. Give it a threshold: python main.py models calibrate {outcome.model}"
        )
