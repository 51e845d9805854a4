"""Files of learning rates: lines `epoch: rate`."""

from __future__ import annotations

import math
from pathlib import Path

from facecam.core.errors import ConfigError
from facecam.core.paths import read_short

_LARGEST_BYTES = 1_000_000
_EXAMPLE = "Write lines such as `0: 0.05`, `60: 0.005`, `80: -1` (stop)."


def read_schedule(path: Path) -> tuple[tuple[int, float], ...]:
    """The lines (epoch, rate) of a schedule file.

    `#` begins a comment, blank lines are skipped, epochs rise, the first is 0 or 1
    (earlier FaceNet programs count from 1; what comes before has the first line's rate), and a rate of −1 stops.

    Raises:
        ConfigError: the file is no text, or a line is faulty; says which and what is meant.
        DataError: it cannot be read.
    """
    lines: list[tuple[int, float]] = []
    for number, text in enumerate(_text(path).splitlines(), start=1):
        content = text.split("#", 1)[0].strip()
        if content:
            lines.append(_line(f"{path}, line {number}", content, lines))
    if not lines:
        raise ConfigError(f"{path} holds no learning rate", hint=_EXAMPLE)
    if lines[0][1] == -1:
        raise ConfigError(f"{path} stops before it starts", hint="Begin with a learning rate above 0.")
    return ((0, lines[0][1]), *lines[1:])


def _text(path: Path) -> str:
    try:
        return read_short(path, _LARGEST_BYTES, _EXAMPLE).decode("utf-8-sig")
    except ValueError as error:  # not UTF-8, or a NUL in the name
        raise ConfigError(f"cannot read {path}: {error}", hint="Check --schedule-file.") from error


def _line(where: str, content: str, before: list[tuple[int, float]]) -> tuple[int, float]:
    parts = content.split(":")
    if len(parts) != 2:
        raise ConfigError(f"{where}: {content[:60]!r} is not `epoch: rate`", hint=_EXAMPLE)
    epoch, rate = _epoch(where, parts[0].strip()), _rate(where, parts[1].strip())
    if not before and epoch > 1:
        raise ConfigError(
            f"{where}: the first epoch is {epoch}", hint="Begin with epoch 0, so that every epoch has a rate."
        )
    if before and epoch <= before[-1][0]:
        raise ConfigError(
            f"{where}: epoch {epoch} comes after epoch {before[-1][0]}", hint="Sort the lines by epoch."
        )
    return epoch, rate


def _epoch(where: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ConfigError(f"{where}: {text[:60]!r} is not an epoch", hint="Give a whole number from 0.")
    return int(text)


def _rate(where: str, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if rate != -1 and not 0 < rate < math.inf:
        raise ConfigError(
            f"{where}: {text[:60]!r} is not a learning rate",
            hint="Give a number above 0 with a decimal point, such as 0.05 or 5e-5, or -1 to stop.",
        )
    return rate
