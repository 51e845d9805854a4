"""`-t True`: the older flags put into today's words."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import zipfile
from pathlib import Path
from typing import Any

from facecam.cli.actions.train_run import train
from facecam.cli.terminal.output import say
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.engine.components import open_weights
from facecam.engine.training_jobs.request import TrainOutcome, TrainRequest
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import NETWORK_PRESET, find_preset

_PRESET, _EPOCHS = "resnet50-semi-hard", 20
#: A name that only its weights have.
_OF_RESNET50 = "conv5_block3_1_conv/kernel.npy"


def train_as_before(settings: Settings, arguments: argparse.Namespace) -> TrainOutcome:
    """Train on `data/` with -e, -bs, -lr, -m and -wp, and say with which model recognition goes on.

    Without `--preset` it is ResNet50 on semi-hard triplets for 20 epochs, as the older program did it; from the
    weights of another network, which -wp may name, that network as in `fine-tune`.

    Raises:
        FacecamError: see `engine.train.run_training`.
    """
    preset = arguments.preset or _preset_of(arguments.weights_path)
    request = TrainRequest(older_options(arguments, find_preset(preset).options), preset)
    # Recognition may stream JSON lines to stdout: the words of the training go elsewhere then.
    words_to = sys.stderr if arguments.json == "-" else sys.stdout
    outcome = train(settings, request, to=words_to)
    if not outcome.stopped:
        say(f"recognising with {open_weights(settings).deployed()}, the model in use", words_to)
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


def _preset_of(weights_path: Path | None) -> str:
    if weights_path is None:
        return _PRESET
    file = _weights_in(weights_path)
    if file is None or not zipfile.is_zipfile(file):
        return NETWORK_PRESET
    with zipfile.ZipFile(file) as archive:
        return _PRESET if _OF_RESNET50 in archive.namelist() else NETWORK_PRESET


def _weights_in(path: Path) -> Path | None:
    file = path if path.suffix == ".npz" else path / "weights.npz"
    return file if file.is_file() else None


def _start(arguments: argparse.Namespace, options: TrainOptions) -> str:
    """The model or file -wp names, as `--start` takes it."""
    path = arguments.weights_path
    if path.suffix == ".npz":
        return str(path)
    if options.backbone == "dlib-resnet" and path.name == "dlib-resnet":
        return "dlib-resnet"
    weights = _weights_in(path)
    if weights is None:
        raise ConfigError(
            f"-wp {path} has no weights a training could start from",
            hint="Name a model that was trained here, dlib-resnet, or an .npz file of weights.",
        )
    return str(weights)
