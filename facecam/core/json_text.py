"""JSON of our own files, which may be damaged: whatever is wrong with it is a `ValueError`."""

from __future__ import annotations

import json
from typing import Any

#: More digits than any number of ours has, and fewer than a float can hold.
_MOST_DIGITS = 300


def parse_json(content: str | bytes) -> Any:
    """The value a JSON text stands for.

    Raises:
        ValueError: it is no JSON in UTF-8, nested too deeply, or holds a whole number of hundreds of digits.
    """
    try:
        return json.loads(content, parse_int=_whole)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits")
    return int(digits)
