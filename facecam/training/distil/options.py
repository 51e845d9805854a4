"""What a distillation is asked to do. No Keras here."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

from facecam.core.config import check_settings, setting
from facecam.core.errors import ConfigError

ARITHMETIC: Final = ("auto", "float32", "mixed_bfloat16")
BATCH_NORM: Final = ("auto", "frozen", "train")
_LEAST_INPUT_PX, _MOST_INPUT_PX = 32, 300
_MOST = 1e9
_ABOVE_0, _FROM_1 = (1e-9, _MOST), (1, _MOST)

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
        None,
        help="train for this long; the learning rate falls to zero at the end of it",
        unit="min",
        within=_ABOVE_0,
    )
    steps: int | None = setting(None, help="train for this many steps instead of for a time", within=_FROM_1)
    sizes: str = setting(
        "112", help="input sizes, each for an equal share of the training, smallest first", unit="px"
    )
    batch: int | None = setting(
        None, help="faces per step; left out: 32 on a processor, 512 on each graphics card", within=(2, _MOST)
    )
    learning_rate: float | None = setting(
        None,
        help="highest learning rate; left out: 3e-4 for 32 faces per step, more with the root of their number",
        within=_ABOVE_0,
    )
    weight_decay: float = setting(0.05, help="weight decay of AdamW", within=(0.0, _MOST))
    mixed: float = setting(
        0.6, help="share of faces that are mixed with another, teacher and student alike", within=(0.0, 1.0)
    )
    batch_norm: str = setting(
        "auto",
        help="frozen: batch normalization stays as it is; train: it learns; auto: frozen when the student starts "
        "from weights and learns in batches below 128, whose statistics would harm its answers",
        choices=BATCH_NORM,
    )
    faces: int | None = setting(None, help="use this many of the faces, chosen at random", within=_FROM_1)
    held_out: int = setting(256, help="faces kept apart to judge the student", within=(0, _MOST))
    save_minutes: float = setting(10.0, help="time between checkpoints", unit="min", within=_ABOVE_0)
    threads: int = setting(2, help="processor threads", within=_FROM_1)
    arithmetic: str = setting(
        "auto",
        help="numbers used while training; auto: bfloat16 where it is faster",
        choices=ARITHMETIC,
    )
    seed: int = setting(0, help="of the order and the changes of the faces", within=(0, _MOST))

    def __post_init__(self) -> None:
        if self.minutes is not None and self.steps is not None:
            raise ConfigError("--minutes and --steps exclude each other", hint="Give one of them.")
        check_settings(self)
        _ = self.sizes_px

    @property
    def sizes_px(self) -> tuple[int, ...]:
        """`sizes` as numbers."""
        try:
            sizes = tuple(int(part) for part in self.sizes.split(","))
        except (ValueError, AttributeError):  # The latter where a plan was damaged.
            hint = "Give sizes with commas between, such as 64,96,112."
            raise ConfigError(f"--sizes is {self.sizes}", hint=hint) from None
        if not all(_LEAST_INPUT_PX <= size <= _MOST_INPUT_PX for size in sizes):
            hint = f"Give sizes from {_LEAST_INPUT_PX} to {_MOST_INPUT_PX} px."
            raise ConfigError(f"--sizes is {self.sizes}", hint=hint)
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
