"""What a distillation is asked to do. No TensorFlow here."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

from facecam.core.config import setting
from facecam.core.errors import ConfigError

ARITHMETIC: Final = ("auto", "float32", "mixed_bfloat16")
BATCH_NORM: Final = ("auto", "frozen", "train")
LAST_LAYER: Final = ("solve", "learn")
_LEAST_INPUT_PX, _MOST_INPUT_PX = 32, 300


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
    batch: int = setting(32, help="faces per step")
    learning_rate: float = setting(5e-4, help="highest learning rate")
    weight_decay: float = setting(0.02, help="weight decay of AdamW")
    similarity_weight: float = setting(2.0, help="weight of the loss on similarities within a batch")
    frozen: str = setting(
        "",
        help="layers whose names begin so, with commas between, stay as they are: conv1,conv2,conv3 makes a step "
        "about half as long",
    )
    batch_norm: str = setting(
        "auto",
        help="frozen: batch normalisation stays as it is; train: it learns; auto: frozen when the student starts "
        "from weights, whose answers would suffer for long from the statistics of small batches",
        choices=BATCH_NORM,
    )
    last_layer: str = setting(
        "solve",
        help="solve: least squares on the faces find the last layer at the end, and before a start from weights; "
        "learn: it only learns with the others",
        choices=LAST_LAYER,
    )
    faces: int | None = setting(None, help="use this many of the faces, chosen at random")
    held_out: int = setting(256, help="faces kept apart to judge the student")
    save_minutes: float = setting(10.0, help="time between checkpoints", unit="min")
    threads: int = setting(2, help="processor threads")
    arithmetic: str = setting(
        "auto",
        help="numbers used while training; auto: bfloat16 where the processor computes with it",
        choices=ARITHMETIC,
    )
    seed: int = setting(0, help="of the order and the changes of the faces")

    def __post_init__(self) -> None:
        if self.minutes is not None and self.steps is not None:
            raise ConfigError("--minutes and --steps exclude each other", hint="Give one of them.")
        for name in ("minutes", "steps", "batch", "learning_rate", "save_minutes", "threads", "faces"):
            _require_positive(name, getattr(self, name))
        for name in ("weight_decay", "similarity_weight", "held_out", "seed"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise _refused(name, value, "a number from 0")
        if self.batch < 2:
            raise _refused("batch", self.batch, "2 or more: similarities need pairs")
        for name, choices in (
            ("arithmetic", ARITHMETIC),
            ("batch_norm", BATCH_NORM),
            ("last_layer", LAST_LAYER),
        ):
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

    @property
    def frozen_prefixes(self) -> tuple[str, ...]:
        """`frozen` as a list; empty when everything learns."""
        return tuple(part.strip() for part in self.frozen.split(",") if part.strip())

    def learning_rate_at(self, share: float) -> float:
        """The learning rate when `share` (0…1) of the training is done.

        Rises over the first 3 % of each size's share, then falls as a cosine:
        to a quarter before the next size raises it again, at last to 1 %.
        """
        count = len(self.sizes_px)
        stage = self.stage_at(share)
        within = min(max(share * count - stage, 0.0), 1.0)
        least = 0.01 if stage == count - 1 else 0.25
        falling = least + (1 - least) * (1 + math.cos(math.pi * within)) / 2
        return self.learning_rate * falling * min(1.0, 0.05 + within / 0.03)

    def stage_at(self, share: float) -> int:
        """Index into `sizes_px` when `share` of the training is done."""
        return min(int(share * len(self.sizes_px)), len(self.sizes_px) - 1)


def _require_positive(name: str, value: float | None) -> None:
    if value is not None and not 0 < value < math.inf:
        raise _refused(name, value, "a number above 0")


def _refused(name: str, value: object, wanted: str) -> ConfigError:
    return ConfigError(f"--{name.replace('_', '-')} is {value}", hint=f"Give {wanted}.")
