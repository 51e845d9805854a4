"""Learning-rate schedules, as functions of epochs gone by. No TensorFlow.

The epoch is a fraction within an epoch (2.5: half of the third is done), so that a
schedule needs not know how many steps one has. The loop asks before every step
and sets `optimiser.learning_rate`; None means: stop here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from facecam.core.errors import ConfigError
from facecam.training.optim.schedule_file import read_schedule

ScheduleName = Literal["constant", "exponential", "step", "cosine", "one_cycle", "plateau", "file"]
#: One cycle begins at the largest rate / 25 and ends at that / 10,000, the usual choice.
_ONE_CYCLE_START: Final = 1 / 25
_ONE_CYCLE_END: Final = 1e-4


class Schedule(Protocol):
    """What the loop needs of a schedule."""

    def rate(self, epoch: float) -> float | None:
        """The learning rate at an epoch ≥ 0; None: stop."""
        ...

    def observe(self, metric: float) -> None:
        """The metric of an epoch that has ended; most schedules do not care."""
        ...

    def get_state(self) -> dict[str, Any]:
        """For JSON: what `set_state` needs to go on; empty for those that only depend on the epoch."""
        ...

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on where `get_state` was taken."""
        ...


@dataclass(frozen=True, slots=True)
class _Stateless:
    def observe(self, metric: float) -> None:
        """Not used: the rate depends on the epoch alone."""

    def get_state(self) -> dict[str, Any]:
        """Empty."""
        return {}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Nothing to restore."""


@dataclass(frozen=True, slots=True)
class Constant(_Stateless):
    """Always `base`."""

    base: float

    def rate(self, epoch: float) -> float | None:
        """The base."""
        return self.base


@dataclass(frozen=True, slots=True)
class Exponential(_Stateless):
    """base · factor^⌊epoch / every⌋: a staircase of as many steps as it takes."""

    base: float
    factor: float = 0.1
    every: float = 10.0

    def rate(self, epoch: float) -> float | None:
        """The stair the epoch is on."""
        return self.base * self.factor ** math.floor(epoch / self.every)


@dataclass(frozen=True, slots=True)
class Steps(_Stateless):
    """base · factor for each of the `epochs` reached: drops at chosen places."""

    base: float
    epochs: tuple[float, ...]
    factor: float = 0.1

    def rate(self, epoch: float) -> float | None:
        """After the drops so far."""
        return self.base * self.factor ** sum(epoch >= drop for drop in self.epochs)


@dataclass(frozen=True, slots=True)
class Cosine(_Stateless):
    """Half a cosine wave from base to `end` at the last epoch.

    (Loshchilov and Hutter 2016, SGDR, arXiv:1608.03983, equation 5, without restarts)
    """

    base: float
    total: float
    end: float = 0.0

    def rate(self, epoch: float) -> float | None:
        """On the wave; `end` after the last epoch."""
        return _cosine(self.base, self.end, epoch / self.total)


@dataclass(frozen=True, slots=True)
class OneCycle(_Stateless):
    """Up to base during the first `rise` of the training, then down to almost nothing, both as cosine waves.

    (Smith and Topin 2017, Super-Convergence, arXiv:1708.07120; the waves are fastai's)
    """

    base: float
    total: float
    rise: float = 0.3

    def rate(self, epoch: float) -> float | None:
        """On the way up or down."""
        done, start = epoch / self.total, self.base * _ONE_CYCLE_START
        if done < self.rise:
            return _cosine(start, self.base, done / self.rise)
        return _cosine(self.base, start * _ONE_CYCLE_END, (done - self.rise) / (1 - self.rise))


@dataclass(frozen=True, slots=True)
class FromFile(_Stateless):
    """The lines of a schedule file: the last whose epoch is ≤ now counts.

    Attributes:
        lines: (epoch, rate), rising epochs, the first 0; a rate of −1 stops.
    """

    lines: tuple[tuple[int, float], ...]

    def rate(self, epoch: float) -> float | None:
        """That line's rate, None for −1."""
        rate = next(rate for start, rate in reversed(self.lines) if start <= epoch)
        return None if rate == -1 else rate


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The first `epochs` rise in a straight line from 0 to what `then` gives at their end, and `then` goes on."""

    then: Schedule
    epochs: float

    def rate(self, epoch: float) -> float | None:
        """Below that of `then` at first. Never 0, or the first step would do nothing."""
        if epoch >= self.epochs:
            return self.then.rate(epoch)
        top = self.then.rate(self.epochs)
        return None if top is None else top * max(epoch / self.epochs, 1e-3)

    def observe(self, metric: float) -> None:
        """Passed on."""
        self.then.observe(metric)

    def get_state(self) -> dict[str, Any]:
        """That of `then`."""
        return self.then.get_state()

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Passed on."""
        self.then.set_state(state)


@dataclass(slots=True)
class Plateau:
    """Multiplies the rate by `factor` when `patience` epochs in a row brought nothing better.

    Args:
        base: the first rate.
        factor: in (0, 1).
        patience: epochs without progress that are borne.
        larger_is_better: true for an accuracy, false for a loss.
        least_gain: a smaller change is no progress.
        lowest: the rate does not fall below it.
    """

    base: float
    factor: float = 0.1
    patience: int = 10
    larger_is_better: bool = True
    least_gain: float = 1e-4
    lowest: float = 0.0
    _drops: int = field(default=0, init=False)
    _waited: int = field(default=0, init=False)
    _best: float | None = field(default=None, init=False)

    def rate(self, epoch: float) -> float | None:
        """The rate after the drops so far."""
        return max(self.base * self.factor**self._drops, self.lowest)

    def observe(self, metric: float) -> None:
        """Count an epoch. NaN is no progress."""
        if self._is_better(metric):
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

    def _is_better(self, metric: float) -> bool:
        if math.isnan(metric):
            return False
        if self._best is None:
            return True
        gain = metric - self._best if self.larger_is_better else self._best - metric
        return gain > self.least_gain


def build_schedule(
    name: ScheduleName,
    base: float,
    *,
    epochs: float,
    factor: float = 0.1,
    every: float = 10.0,
    warm_up: float = 0.0,
    file: Path | None = None,
    larger_is_better: bool = True,
) -> Schedule:
    """A schedule by name.

    Args:
        name: see the classes; `step` drops at each multiple of `every` up to `epochs`.
        base: the (largest) learning rate; not used by `file`.
        epochs: length of the training.
        factor: of exponential, step and plateau.
        every: epochs between two drops; of plateau, the patience.
        warm_up: epochs of linear rise before; with `one_cycle`, which rises itself, they are its rise.
        file: for `file`.
        larger_is_better: for plateau.

    Raises:
        ConfigError: an unknown name, `file` without a file or with a faulty one.
    """
    schedule = _build(name, base, epochs, factor, every, warm_up, file, larger_is_better)
    return WarmUp(schedule, warm_up) if warm_up > 0 and name != "one_cycle" else schedule


def _build(
    name: str,
    base: float,
    epochs: float,
    factor: float,
    every: float,
    warm_up: float,
    file: Path | None,
    larger_is_better: bool,
) -> Schedule:
    if name == "constant":
        return Constant(base)
    if name == "exponential":
        return Exponential(base, factor, every)
    if name == "step":
        return Steps(base, tuple(every * (i + 1) for i in range(math.ceil(epochs / every))), factor)
    if name == "cosine":
        return Cosine(base, epochs)
    if name == "one_cycle":
        return OneCycle(base, epochs, min(0.9, warm_up / epochs) if warm_up else 0.3)
    if name == "plateau":
        return Plateau(base, factor, max(1, round(every)), larger_is_better)
    if name != "file":
        raise ConfigError(
            f"--schedule is {name!r}",
            hint=f"Choose one of {', '.join(ScheduleName.__args__)}.",  # type: ignore[attr-defined]
        )
    if file is None:
        raise ConfigError("--schedule file needs a file", hint="Name it with --schedule-file.")
    return FromFile(read_schedule(file))


def _cosine(start: float, end: float, done: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * min(max(done, 0.0), 1.0))) / 2
