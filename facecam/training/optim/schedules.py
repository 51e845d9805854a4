"""Learning-rate schedules, as functions of epochs gone by. No TensorFlow.

The epoch is a fraction within an epoch (2.5: half of the third is done), so that a
schedule needs not know how many steps one has. The loop asks before every step
and sets `optimiser.learning_rate`; None means: stop here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from facecam.training.config.options import TrainOptions
from facecam.training.optim.schedule_file import read_schedule

#: One cycle begins at the largest rate / 25 and ends at that / 10,000, the usual choice.
_ONE_CYCLE_START: Final = 1 / 25
_ONE_CYCLE_END: Final = 1e-4
#: The part of one cycle in which the rate rises, unless a warm-up says another.
_ONE_CYCLE_RISE: Final = 0.3
#: A smaller change of the metric is no progress.
_LEAST_GAIN: Final = 1e-4


@dataclass
class Schedule:
    """What the loop needs of a schedule; most depend on the epoch alone and have no state.

    Args:
        rate_at: of an epoch ≥ 0; None: stop.
        warm_up_epochs: rise in a straight line from 0 to the rate at their end.
    """

    rate_at: Callable[[float], float | None]
    warm_up_epochs: float = 0.0

    def rate(self, epoch: float) -> float | None:
        """The learning rate at an epoch ≥ 0, which is never 0, or the first step would do nothing; None: stop."""
        if epoch >= self.warm_up_epochs:
            return self.rate_at(epoch)
        top = self.rate_at(self.warm_up_epochs)
        return None if top is None else top * max(epoch / self.warm_up_epochs, 1e-3)

    def observe(self, metric: float) -> None:
        """The metric of an epoch that has ended."""

    def get_state(self) -> dict[str, Any]:
        """For JSON: what `set_state` needs to go on."""
        return {}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on where `get_state` was taken."""


class Plateau(Schedule):
    """Multiplies the rate by `factor` when `patience` epochs in a row brought nothing better.

    Args:
        base: the first rate.
        factor: in (0, 1).
        patience: epochs without progress that are borne.
        warm_up_epochs: see `Schedule`.
    """

    def __init__(
        self, base: float, factor: float = 0.1, patience: int = 10, warm_up_epochs: float = 0.0
    ) -> None:
        super().__init__(lambda epoch: base * factor**self._drops, warm_up_epochs)
        self.patience = patience
        self._drops = self._waited = 0
        self._best: float | None = None

    def observe(self, metric: float) -> None:
        """Count an epoch; the larger the better. NaN is no progress."""
        if not math.isnan(metric) and (self._best is None or metric - self._best > _LEAST_GAIN):
            self._best, self._waited = metric, 0
            return
        self._waited += 1
        if self._waited >= self.patience:
            self._drops, self._waited = self._drops + 1, 0

    def get_state(self) -> dict[str, Any]:
        """Best metric, epochs waited, drops."""
        return {"drops": self._drops, "waited": self._waited, "best": self._best}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on there."""
        self._drops, self._waited = int(state["drops"]), int(state["waited"])
        self._best = None if state["best"] is None else float(state["best"])


def build_schedule(options: TrainOptions) -> Schedule:
    """The schedule of the options, with the warm-up before it; `one_cycle` rises itself.

    Raises:
        ConfigError: `file` with a faulty file.
    """
    warm_up = options.warm_up_epochs if options.schedule != "one_cycle" else 0.0
    if options.schedule == "plateau":
        return Plateau(options.learning_rate, options.decay_factor, options.decay_epochs, warm_up)
    return Schedule(_rates(options), warm_up)


def _rates(options: TrainOptions) -> Callable[[float], float | None]:
    base, factor, every, epochs = (
        options.learning_rate,
        options.decay_factor,
        options.decay_epochs,
        options.epochs,
    )
    if options.schedule == "file":
        assert options.schedule_file is not None, "the options were checked"
        lines = read_schedule(options.schedule_file)
        return lambda epoch: _of_lines(lines, epoch)
    if options.schedule == "one_cycle":
        rise = min(0.9, options.warm_up_epochs / epochs) if options.warm_up_epochs else _ONE_CYCLE_RISE
        return lambda epoch: _one_cycle(base, epoch / epochs, rise)
    simple: dict[str, Callable[[float], float | None]] = {
        "constant": lambda epoch: base,
        # A staircase of as many steps as it takes, and one that ends with the training.
        "exponential": lambda epoch: base * factor ** math.floor(epoch / every),
        "step": lambda epoch: base * factor ** min(math.floor(epoch / every), math.ceil(epochs / every)),
        # (Loshchilov and Hutter 2016, SGDR, arXiv:1608.03983, equation 5, without restarts)
        "cosine": lambda epoch: _cosine(base, 0.0, epoch / epochs),
    }
    return simple[options.schedule]


def _of_lines(lines: tuple[tuple[int, float], ...], epoch: float) -> float | None:
    """The rate of the last line (epoch, rate) whose epoch is ≤ now; −1 stops."""
    rate = next(rate for start, rate in reversed(lines) if start <= epoch)
    return None if rate == -1 else rate


def _one_cycle(base: float, done: float, rise: float) -> float:
    """Up to base during the first `rise` of the training, then down to almost nothing, both as cosine waves.

    (Smith and Topin 2017, Super-Convergence, arXiv:1708.07120; the waves are fastai's)
    """
    start = base * _ONE_CYCLE_START
    if done < rise:
        return _cosine(start, base, done / rise)
    return _cosine(base, start * _ONE_CYCLE_END, (done - rise) / (1 - rise))


def _cosine(start: float, end: float, done: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * min(max(done, 0.0), 1.0))) / 2
