"""Changing single values in `facecam.toml` and leaving the rest of it, comments included, as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facecam.core.paths import atomic_write, readable_os_errors
from facecam.core.private import is_open_to_others


def save_settings(file: Path, changed: Mapping[str, Any]) -> None:
    """Write values of `Settings` into a TOML file, made if it is not there.

    Args:
        file: the file; its keys are all at the top level.
        changed: values by field name; None removes the key, so that the default is in force.

    Raises:
        DataError: the file cannot be read or written.
    """
    lines: list[str] = []
    with readable_os_errors("read", file):
        if file.is_file():
            lines = file.read_text(encoding="utf-8").splitlines()
    for key, value in changed.items():
        lines = _with(lines, key, value)
    # One that others may read was made so by somebody.
    private = not is_open_to_others(file)
    atomic_write(file, ("\n".join(lines) + "\n").encode() if lines else b"", private=private)


def _with(lines: list[str], key: str, value: Any) -> list[str]:
    assignment = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    kept = [line for line in lines if not assignment.match(line)]
    if value is None:
        return kept
    at = next((index for index, line in enumerate(lines) if assignment.match(line)), len(kept))
    return [*kept[:at], f"{key} = {_toml(value)}", *kept[at:]]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    # A JSON string is a TOML basic string, except that TOML wants DEL escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
