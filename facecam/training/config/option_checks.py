"""What values of training options cannot be meant. No TensorFlow."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Final

from facecam.core.errors import ConfigError

if TYPE_CHECKING:
    from facecam.training.config.options import TrainOptions

#: Smallest and largest value by field; None stands for nothing given.
_RANGES: Final[dict[str, tuple[float, float]]] = {
    "embedding_size": (2, 1024),
    "input_px": (16, 512),
    "hold_out_share": (0.0, 0.9),
    "min_photos": (1, 1_000_000),
    "noise_percentile": (1.0, 100.0),
    "chip_padding": (0.0, 2.0),
    "generic_share": (0.0, 10.0),
    "crop": (0.0, 0.5),
    "rotation_degrees": (0.0, 180.0),
    "brightness_low": (0.05, 1.0),
    "brightness_high": (1.0, 10.0),
    "gamma": (0.0, 3.0),
    "side_light": (0.0, 1.0),
    "erase": (0.0, 1.0),
    "blur": (0.0, 1.0),
    "downscale": (0.0, 1.0),
    "people_per_batch": (2, 100_000),
    "photos_per_person": (1, 10_000),
    "batch_size": (2, 1_000_000),
    "batches_per_epoch": (1, 10_000_000),
    "pool_scale": (1, 1000),
    "pool_epochs": (1, 1000),
    "margin": (0.0, 4.0),
    "adaptive_weight": (0.0, 1e6),
    "joint_weight": (0.0, 1e6),
    "scale": (0.1, 1000.0),
    "class_margin": (0.0, math.pi),
    "centre_weight": (0.0, 1e6),
    "centre_alfa": (0.0, 1.0),
    "prelogits_weight": (0.0, 1e6),
    "prelogits_p": (1.0, 10.0),
    "anchor_weight": (0.0, 1e6),
    "class_warm_up_epochs": (0, 100_000),
    "epochs": (1, 100_000),
    "learning_rate": (0.0, 100.0),
    "momentum": (0.0, 1.0),
    "epsilon": (1e-12, 10.0),
    "weight_decay": (0.0, 10.0),
    "warm_up_epochs": (0.0, 100_000.0),
    "decay_factor": (0.0, 1.0),
    "decay_epochs": (1, 100_000),
    "clip_norm": (1e-6, 1e9),
    "ema_decay": (0.0, 1.0),
    "seed": (0, 2**31 - 1),
    "threads": (1, 1024),
    "checkpoint_minutes": (0.0, 100_000.0),
    "max_minutes": (0.01, 1_000_000.0),
    "patience_epochs": (1, 100_000),
}
#: That of dlib's chips, on which the shipped networks stand.
CHIP_PADDING: Final = 0.25
#: As `networks.crops` has them, which imports TensorFlow.
_CROPS_BACKBONE, _CROPS = "resnet8-crops", 5


def flag(name: str) -> str:
    """The command-line flag of a field."""
    return f"--{name.replace('_', '-')}"


def check_choices(options: TrainOptions) -> None:
    """Refuse a word that is none of those to choose from.

    Raises:
        ConfigError: names the flag and the choices.
    """
    for field in dataclasses.fields(options):
        value, choices = getattr(options, field.name), field.metadata["choices"]
        if choices and value not in choices:
            raise ConfigError(f"{flag(field.name)} is {value!r}", hint=f"Choose one of {', '.join(choices)}.")


def check_ranges(options: TrainOptions) -> None:
    """Refuse numbers that are too small or too large.

    Raises:
        ConfigError: names the flag and its range.
    """
    for name, (low, high) in _RANGES.items():
        _check_range(options, name, low, high)


def _check_range(options: TrainOptions, name: str, low: float, high: float) -> None:
    value: Any = getattr(options, name)
    if value is not None and not low <= value <= high:  # False for NaN, too
        raise ConfigError(f"{flag(name)} is {value}", hint=f"Give a number from {low:g} to {high:g}.")


def check_together(options: TrainOptions) -> None:
    """Refuse options that do not fit together.

    Raises:
        ConfigError: says which, and what would do.
    """
    if options.schedule == "file" and options.schedule_file is None:
        raise ConfigError(
            "--schedule file needs a file", hint="Name it with --schedule-file; its lines are `epoch: rate`."
        )
    if options.loss == "triplet" and options.photos_per_person < 2:
        raise ConfigError(
            "--photos-per-person is 1, and triplets need two photos of a person",
            hint="Give 2 or more, or choose --loss softmax.",
        )
    if options.method == "head" and options.chip_padding != CHIP_PADDING:
        raise ConfigError(
            f"--chip-padding is {options.chip_padding:g}, and a head takes the chips of the model it stands on",
            hint=f"Leave it at {CHIP_PADDING:g}, or choose --method network.",
        )
    if options.backbone == _CROPS_BACKBONE and options.method == "network":
        _check_crops(options)
    if options.interpolation not in ("off", "auto"):
        _interpolation(options.interpolation)


def _check_crops(options: TrainOptions) -> None:
    if options.embedding_size % _CROPS:
        raise ConfigError(
            f"--embedding-size is {options.embedding_size}, and {_CROPS_BACKBONE} has vectors of {_CROPS} equal parts",
            hint=f"Give a multiple of {_CROPS}, such as 320; --preset att-scratch has all that belongs together.",
        )
    if options.loss == "triplet" or options.anchor_weight or options.centre_weight:
        raise ConfigError(
            f"--backbone {_CROPS_BACKBONE} leaves out crops at random: distances within a batch say little",
            hint="Choose --loss cosface, arcface or softmax, without --anchor-weight and --centre-weight.",
        )


def _interpolation(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise ConfigError(
            f"--interpolation is {text!r}", hint="Give off, auto, or a number from 0 (start) to 1 (trained)."
        )
    return share
