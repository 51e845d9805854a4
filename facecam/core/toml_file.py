"""Reading the TOML files of the user."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from facecam.core.errors import ConfigError
from facecam.core.paths import printable


def read_toml(path: Path, what: str, hint: str) -> dict[str, Any]:
    """The tables of a file.

    Args:
        path: the file.
        what: it is, for the message: `the preset`.
        hint: what to do when it cannot be read.

    Raises:
        ConfigError: missing, no text, no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
    except UnicodeDecodeError:
        reason = "it is not text in UTF-8"
    except ValueError as error:  # TOML errors, and names no system can have.
        reason = str(error)
    raise ConfigError(f"cannot read {what} {printable(str(path))}: {reason}", hint=hint)


def float_in(where: str, name: str, number: int) -> float:
    """A whole number of a TOML file, which has as many digits as somebody typed, where a float is wanted.

    Raises:
        ConfigError: no float is as large.
    """
    try:
        return float(number)
    except OverflowError as error:
        digits = len(str(abs(number)))
        raise ConfigError(
            f"{where}: {name} is a number of {digits} digits", hint="Give a smaller one."
        ) from error


def path_in(where: str, name: str, text: str) -> Path:
    """A path that stands in a TOML file.

    Raises:
        ConfigError: no system has such a name.
    """
    if "\0" in text:
        raise ConfigError(
            f"{where}: {name} = {text!r} holds a NUL character", hint="Leave it out: no path has one."
        )
    return Path(text)
