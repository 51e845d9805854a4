"""`-t True`: the older flags put into today's words."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Any

from facecam.cli.terminal.output import say
from facecam.cli.train import train
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.engine.components import open_weights
from facecam.engine.training_jobs.session import TrainOptions, TrainOutcome, TrainRequest, find_preset
from facecam.training.config.preset import NETWORK_PRESET

_EPOCHS = 20


def train_as_before(settings: Settings, arguments: argparse.Namespace) -> TrainOutcome:
    """Train on `data/` with -e, -bs, -lr, -m and -wp, and say with which model recognition goes on.

    Without `--preset` it is the network's default preset with the older program's 20 epochs.

    Raises:
        FacecamError: see `engine.train.run_training`.
    """
    preset = arguments.preset or NETWORK_PRESET
    request = TrainRequest(older_options(arguments, find_preset(preset).options), preset)
    # Recognition may stream JSON lines to stdout: the words of the training go elsewhere then.
    words_to = sys.stderr if arguments.json == "-" else sys.stdout
    outcome = train(settings, request, to=words_to)
    if not outcome.stopped:
        say(f"recognizing with {open_weights(settings).deployed()}, the model in use", words_to)
    return outcome


def older_options(arguments: argparse.Namespace, options: TrainOptions) -> TrainOptions:
    """The preset's options with what the older flags say."""
    given: dict[str, Any] = {
        "epochs": arguments.epochs or (_EPOCHS if arguments.preset is None else None),
        "batch_size": arguments.batch_size,
        "learning_rate": arguments.learning_rate,
        "margin": arguments.margin,
    }
    if arguments.weights_path is not None:
        given["start"] = _start(arguments, options)
    return dataclasses.replace(options, **{name: value for name, value in given.items() if value is not None})


def _start(arguments: argparse.Namespace, options: TrainOptions) -> str:
    """The model or file -wp names, as `--start` takes it."""
    path = arguments.weights_path
    if path.suffix == ".npz":
        return str(path)
    if options.backbone == "dlib-resnet" and path.name == "dlib-resnet":
        return "dlib-resnet"
    weights = path / "weights.npz"
    if not weights.is_file():
        raise ConfigError(
            f"-wp {path} has no weights a training could start from",
            hint="Name a model that was trained here, dlib-resnet, or an .npz file of weights.",
        )
    return str(weights)
