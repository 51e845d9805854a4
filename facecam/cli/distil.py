"""Teach ResNet50 the vectors of dlib-ResNet with faces of anybody: no names are needed."""

from __future__ import annotations

import argparse
import dataclasses
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from facecam.cli.terminal.flags import add_field_flag, add_shared_flags, given, settings_from
from facecam.cli.terminal.output import Printer, print_json, say
from facecam.core.errors import ConfigError
from facecam.core.events import CancelToken, Event, Metrics
from facecam.core.paths import printable
from facecam.engine.training_jobs.distil.distillation import DistilOutcome, DistilRequest, distil, resume
from facecam.training.distil.options import DistilOptions

_NEWEST = "newest"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Images, how to start, and one flag per field of `DistilOptions`."""
    parser.add_argument(
        "--images",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="folders, zip files, TFRecord files and pictures; pictures of 150x150 px are taken for face chips as "
        "they are",
    )
    parser.add_argument(
        "--start",
        default="auto",
        help="weights to start from: auto (the shipped ones), random, or an .npz file (default: %(default)s)",
    )
    parser.add_argument("--name", help="name of the model to be made (default: resnet50-distilled)")
    parser.add_argument(
        "--resume",
        nargs="?",
        const=_NEWEST,
        metavar="RUN",
        help="go on with a run that was stopped or broke off (default: the newest)",
    )
    parser.add_argument(
        "--prepare",
        action="store_true",
        help="make a folder with all that the training needs, to be carried to a machine with a graphics card",
    )
    for field in dataclasses.fields(DistilOptions):
        default = "" if field.default is None else f" (default: {field.default})"
        add_field_flag(parser, DistilOptions, field, default)
    parser.add_argument("--json", action="store_true", help="one JSON document at the end")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Distil in the foreground: Ctrl+C stops after the present step and keeps what is needed to go on."""
    settings = settings_from(arguments)
    cancel, show = CancelToken(), _Lines()
    before = signal.signal(signal.SIGINT, _stopper(cancel))
    try:
        if arguments.resume is not None:
            folder = None if arguments.resume == _NEWEST else Path(arguments.resume)
            outcome = resume(settings, folder, on_event=show, cancel=cancel)
        else:
            outcome = distil(settings, _request(arguments), on_event=show, cancel=cancel)
    finally:
        signal.signal(signal.SIGINT, before)
    show.printer.finish()
    _print(outcome, as_json=arguments.json, prepared=arguments.prepare and arguments.resume is None)
    return 0


def _request(arguments: argparse.Namespace) -> DistilRequest:
    if not arguments.images:
        raise ConfigError("there is nothing to learn from", hint="Name folders or zip files: --images PATH")
    return DistilRequest(
        tuple(arguments.images),
        DistilOptions(**given(arguments, DistilOptions)),
        arguments.start,
        arguments.name,
        prepare_only=arguments.prepare,
    )


def _stopper(cancel: CancelToken) -> Any:
    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        if cancel.cancelled:
            raise KeyboardInterrupt
        say("stopping after this step ...", sys.stderr)
        cancel.cancel()

    return stop


class _Lines:
    """Events on stderr: a bar, and a line each time the student was judged."""

    def __init__(self) -> None:
        self.printer = Printer()

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Metrics):
            self.printer(event)
        elif event.stage == "validate":
            self.printer.finish()
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
            f"{printable(str(outcome.run))} is prepared. Train it here (python main.py distil --resume) or on another "
            "machine (docs/TRAINING.md, Distillation)"
        )
    elif outcome.stopped:
        say(f"stopped; python main.py distil --resume goes on. Run: {printable(str(outcome.run))}")
    else:
        judged = "" if outcome.explained is None else f" ({outcome.explained:.1%} of the teacher's variance)"
        say(
            f"{outcome.model} is made{judged}. Give it a threshold: python main.py models calibrate {outcome.model}"
        )
