"""Train a model on the photos in data/, compare it with the one in use, and put it in use if it is as good."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
from pathlib import Path

from facecam.cli.actions.train_run import train
from facecam.cli.terminal.flags import (
    Parser,
    add_shared_flags,
    given,
    refuse_beside_resume,
    require_path,
    require_photos,
    settings_from,
)
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.cli.terminal.targets import add_overwrite_flag, require_free
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.training_jobs.history import resumable
from facecam.engine.training_jobs.request import TrainRequest
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import DEFAULT_PRESET, NETWORK_PRESET, Preset, find_preset, presets
from facecam.training.optim.schedule_file import read_schedule

_NEWEST = "newest"
#: Options that say something to every preset, also to one that trains no network.
_FOR_ANY_METHOD = frozenset(
    (
        *("method", "hold_out", "hold_out_share", "min_photos", "noise_percentile", "wrong_labels"),
        *("stranger_photos", "seed", "deploy", "projection"),
    )
)


def add_arguments(parser: Parser) -> None:
    """One flag per field of `TrainOptions`, and how to start."""
    parser.add_argument(
        "--preset",
        help=f"a preset's name, or a .toml, .json or .yaml file (default: {DEFAULT_PRESET}; {NETWORK_PRESET} when an "
        "option of the network's training is given)",
    )
    parser.switch("--list-presets", "list the presets and end")
    parser.add_argument("--name", help="name of the model to be made (default: the preset's, with a number)")
    parser.add_argument(
        "--resume",
        nargs="?",
        const=_NEWEST,
        metavar="RUN",
        help="continue a run that was stopped or broke off (default: the newest)",
    )
    parser.path(
        "--sweep",
        "FILE",
        "try other options again and again, as FILE says (.toml, .json, .yaml), and keep the best run; the same "
        "command goes on after a stop",
    )
    parser.switch("--show-noise", "show what --noise-percentile would leave out, and end")
    parser.path("--from-tfrecords", "DIR", "train on TFRecord files of older programs")
    parser.path("--export-tfrecords", "DIR", "write the photos as such files, and end")
    add_overwrite_flag(parser)
    parser.switch("--json", "JSON lines on stdout: every event, and the outcome")
    add_option_flags(parser)
    add_shared_flags(parser)


def add_option_flags(parser: Parser) -> None:
    """The flags of `TrainOptions`, under their groups."""
    declared = dataclasses.fields(TrainOptions)
    for title, fields in itertools.groupby(declared, lambda one: str(one.metadata["group"])):
        group = parser.group(f"{title.lower()} options")
        for field in fields:
            group.option(TrainOptions, field)


def run(arguments: argparse.Namespace) -> int:
    """Train; exit code 1 when the model is worse than the one in use, or photos could not be used."""
    if arguments.list_presets:
        return _list_presets(arguments.json)
    settings = settings_from(arguments)
    if arguments.sweep is not None:
        require_path(arguments.sweep)
    if arguments.resume is None and arguments.from_tfrecords is None:
        require_photos(settings)
    if arguments.show_noise:
        from facecam.cli.actions.train_noise import show_noise

        return show_noise(settings, arguments.noise_percentile or 95.0, as_json=arguments.json)
    if arguments.export_tfrecords is not None:
        return _export(settings, arguments)
    if arguments.sweep is not None:
        from facecam.cli.actions.train_sweep import sweep

        return sweep(settings, arguments)
    outcome = train(settings, _request(arguments, settings), as_json=arguments.json)
    worse = not outcome.stopped and outcome.gate is not None and outcome.gate.verdict == "worse"
    return 1 if worse or outcome.unusable else 0


def _request(arguments: argparse.Namespace, settings: Settings) -> TrainRequest:
    if arguments.resume is not None:
        refuse_beside_resume(arguments, TrainOptions, "preset", "name", "from_tfrecords")
        return TrainRequest(resume=_run_to_resume(arguments.resume, settings))
    name = preset_name(arguments)
    return TrainRequest(
        options_from(arguments, find_preset(name)),
        name,
        arguments.name,
        tfrecords=arguments.from_tfrecords,
    )


def _export(settings: Settings, arguments: argparse.Namespace) -> int:
    from facecam.engine.training_jobs.tfrecords import FILES, export_tfrecords

    folder, printer = arguments.export_tfrecords, Printer()
    files = [folder / name for name in FILES]
    require_free("--export-tfrecords", files, overwrite=arguments.overwrite)
    options = options_from(arguments, find_preset(preset_name(arguments)))
    train_count, val_count = export_tfrecords(settings, folder, options, on_event=printer)
    return answer(
        arguments.json,
        {"folder": str(folder), "train_num": train_count, "val_num": val_count},
        f"{counted(train_count, 'picture')} to train and {val_count} to validate on in {printable(folder)}",
    )


def preset_name(arguments: argparse.Namespace) -> str:
    """The preset asked for; without one, that of the network where a flag makes sense for no other.

    Raises:
        ConfigError: such a flag beside the method that trains none.
    """
    if arguments.preset is not None:
        return str(arguments.preset)
    of_network = sorted(given(arguments, TrainOptions).keys() - _FOR_ANY_METHOD)
    if of_network and arguments.method == "head":
        raise ConfigError(
            f"--{of_network[0].replace('_', '-')} is for training a network, and --method head trains none",
            hint="Leave one of them out.",
        )
    return NETWORK_PRESET if of_network or arguments.method == "network" else DEFAULT_PRESET


def options_from(arguments: argparse.Namespace, preset: Preset) -> TrainOptions:
    """The preset's options, overlaid by the flags that were given.

    Raises:
        ConfigError: a file or folder they name is not there, or is none; said before the photos are looked at.
    """
    options = dataclasses.replace(preset.options, **given(arguments, TrainOptions))
    for path in (options.generic_faces, options.stranger_photos):
        if path is not None:
            require_path(path)
    if options.schedule_file is not None and options.schedule != "file":
        raise ConfigError("--schedule-file has no effect by itself", hint="Add --schedule file.")
    if options.schedule_file is not None:
        read_schedule(options.schedule_file)
    return options


def _run_to_resume(name: str, settings: Settings) -> Path:
    from facecam.engine.training_jobs.history import find_run

    if name != _NEWEST:
        return find_run(settings, name).folder
    found = resumable(settings)
    if found is None:
        raise ConfigError(
            "there is no run to continue", hint="Start one with `python main.py train`; see `runs list`."
        )
    return found.folder


def _list_presets(as_json: bool) -> int:
    documents = [plain(one, "name", "title", "description") for one in presets()]
    lines = (f"{one.name:<28} {one.title}: {one.description}" for one in presets())
    return answer(as_json, documents, *lines)
