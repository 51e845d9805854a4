"""Run at Weights & Biases: one for each run folder, however often it is continued. No TensorFlow.

What is sent: options, numbers, curves and maps of points without names. No photo, no face, no name.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from facecam.core.errors import DataError
from facecam.core.extras import require_package
from facecam.training.config.options import TrainOptions
from facecam.training.run.folder import read_json, write_json

_FILE: Final = "wandb.json"
_PROJECT: Final = "facecam"


def open_wandb(folder: Path, options: TrainOptions, facts: Mapping[str, Any] | None = None) -> Any:
    """The run of a folder at W&B, begun or gone on with.

    Args:
        folder: of the run.
        options: what was asked; paths stay here.
        facts: other settings: counts of people and photos, device.

    Raises:
        DependencyError: the package is not installed.
    """
    wandb = require_package("wandb", "--wandb")
    settings = dataclasses.asdict(options)
    config = {name: one for name, one in settings.items() if not isinstance(one, Path)}
    run = wandb.init(
        project=_PROJECT,
        id=_identity(folder),
        resume="allow",
        name=folder.name,
        dir=str(folder),
        config={**config, **(facts or {})},
        # Name of the computer, its programs and the code: nobody asked for them to be sent.
        settings=wandb.Settings(disable_git=True, save_code=False),
    )
    for name, best in (("auc", "max"), ("tar", "max"), ("eer", "min")):
        run.define_metric(f"validate/{name}", summary=best)
    return run


def report_end(
    folder: Path, options: TrainOptions, pictures: Mapping[str, Path], summary: Mapping[str, Any]
) -> None:
    """Add what is known when a training is over: pictures by name, and the figures of its comparison.

    Raises:
        DependencyError: the package is not installed.
    """
    wandb = require_package("wandb", "--wandb")
    run = open_wandb(folder, options)
    run.log({name: wandb.Image(str(path)) for name, path in pictures.items() if path.is_file()})
    run.summary.update(dict(summary))
    run.finish()


def _identity(folder: Path) -> str:
    """The folder's own, which a sweep may have given."""
    try:
        return str(read_json(folder / _FILE)["id"])
    except (DataError, KeyError):
        identity = os.environ.get("WANDB_RUN_ID") or secrets.token_hex(4)
        write_json(folder / _FILE, {"id": identity})
        return identity
