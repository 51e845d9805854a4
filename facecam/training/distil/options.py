"""What a distillation is asked to do. No Keras here."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

from facecam.core.config import setting
from facecam.core.errors import ConfigError

ARITHMETIC: Final = ("auto", "float32", "mixed_bfloat16")
BATCH_NORM: Final = ("auto", "frozen", "train")
_LEAST_INPUT_PX, _MOST_INPUT_PX = 32, 300


#: The last part of a training: see `DistilOptions.wanted_at`.
SETTLING_SHARE: Final = 0.05
_WARMUP_SHARE, _WARMUP_STEPS = 0.03, 100
_MIXING_SHARE, _HINT = 0.85, 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for at a time of the training.

    Attributes:
        rate: learning rate, as a share of the highest.
        strength: of the changes to faces, 0…1.
        mixed: share of faces mixed with another.
        hint: weight of the hints.
    """

    rate: float
    strength: float
    mixed: float
    hint: float


@dataclasses.dataclass(frozen=True, slots=True)
class DistilOptions:
    """Settings of a distillation; every field is a flag of `distil`.

    Raises:
        ConfigError: a value that cannot be meant; the message names the flag.
    """

    minutes: float | None = setting(
        None, help="train for this long; the learning rate falls to zero at the end of it", unit="min"
    )
    steps: int | None = setting(None, help="train for this many steps instead of for a time")
    sizes: str = setting(
        "112", help="input sizes, each for an equal share of the training, smallest first", unit="px"
    )
    batch: int | None = setting(
        None, help="faces per step; left out: 32 on a processor, 512 on each graphics card"
    )
    learning_rate: float | None = setting(
        None,
        help="highest learning rate; left out: 3e-4 for 32 faces per step, more with the root of their number",
    )
    weight_decay: float = setting(0.05, help="weight decay of AdamW")
    mixed: float = setting(0.6, help="share of faces that are mixed with another, teacher and student alike")
    batch_norm: str = setting(
        "auto",
        help="frozen: batch normalization stays as it is; train: it learns; auto: frozen when the student starts "
        "from weights and learns in batches below 128, whose statistics would harm its answers",
        choices=BATCH_NORM,
    )
    faces: int | None = setting(None, help="use this many of the faces, chosen at random")
    held_out: int = setting(256, help="faces kept apart to judge the student")
    save_minutes: float = setting(10.0, help="time between checkpoints", unit="min")
    threads: int = setting(2, help="processor threads")
    arithmetic: str = setting(
        "auto",
        help="numbers used while training; auto: bfloat16 where it is faster",
        choices=ARITHMETIC,
    )
    seed: int = setting(0, help="of the order and the changes of the faces")

    def __post_init__(self) -> None:
        if self.minutes is not None and self.steps is not None:
            raise ConfigError("--minutes and --steps exclude each other", hint="Give one of them.")
        for name in ("minutes", "steps", "batch", "learning_rate", "save_minutes", "threads", "faces"):
            _require_positive(name, getattr(self, name))
        for name in ("weight_decay", "held_out", "seed"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise _refused(name, value, "a number from 0")
        if not 0 <= self.mixed <= 1:
            raise _refused("mixed", self.mixed, "a share from 0 to 1")
        if self.batch is not None and self.batch < 2:
            raise _refused("batch", self.batch, "2 or more: errors are measured against those of a mean")
        for name, choices in (("arithmetic", ARITHMETIC), ("batch_norm", BATCH_NORM)):
            if (value := getattr(self, name)) not in choices:
                raise _refused(name, value, f"one of {', '.join(choices)}")
        _ = self.sizes_px

    @property
    def sizes_px(self) -> tuple[int, ...]:
        """`sizes` as numbers."""
        try:
            sizes = tuple(int(part) for part in self.sizes.split(","))
        except ValueError:
            raise _refused("sizes", self.sizes, "sizes with commas between, such as 64,96,112") from None
        if not all(_LEAST_INPUT_PX <= size <= _MOST_INPUT_PX for size in sizes):
            raise _refused("sizes", self.sizes, f"sizes from {_LEAST_INPUT_PX} to {_MOST_INPUT_PX} px")
        return sizes

    def wanted_at(self, share: float, step: int) -> Wanted:
        """What is asked for when `share` (0…1) of the training is done, after so many steps.

        The learning rate rises over the first 3 %, and over 100 steps where building the graph took longer than that,
        then falls as a cosine; over the last 5 % it is 0: the weights
        are what they were on average then, and batch normalization takes its statistics from faces that are not mixed.
        """
        if share >= 1 - SETTLING_SHARE:
            return Wanted(rate=0, strength=1, mixed=0, hint=0)
        within = share / (1 - SETTLING_SHARE)
        falling = (1 + math.cos(math.pi * within)) / 2
        rate = falling * min(1.0, 0.02 + share / _WARMUP_SHARE, 0.02 + step / _WARMUP_STEPS)
        mixed = self.mixed if within < _MIXING_SHARE else 0.0
        return Wanted(rate=rate, strength=1, mixed=mixed, hint=_HINT * (1 - within))

    def stage_at(self, share: float) -> int:
        """Index into `sizes_px` when `share` of the training is done."""
        return min(int(share * len(self.sizes_px)), len(self.sizes_px) - 1)


def _require_positive(name: str, value: float | None) -> None:
    if value is not None and not 0 < value < math.inf:
        raise _refused(name, value, "a number above 0")


def _refused(name: str, value: object, wanted: str) -> ConfigError:
    return ConfigError(f"--{name.replace('_', '-')} is {value}", hint=f"Give {wanted}.")
