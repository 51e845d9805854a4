"""Tables: dataclasses of arrays whose rows belong together."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

Table = TypeVar("Table")


def joined(parts: Sequence[Table]) -> Table:
    """Tables of one kind, at least one, as a single one: their arrays, and tables in them, one after the other.

    What is neither is that of the first.
    """
    first: Any = parts[0]
    names = [one.name for one in dataclasses.fields(first)]
    changed: Table = dataclasses.replace(
        first, **{name: _in_a_row([getattr(part, name) for part in parts]) for name in names}
    )
    return changed


def _in_a_row(values: Sequence[Any]) -> Any:
    if isinstance(values[0], np.ndarray):
        return np.concatenate(values)
    return joined(values) if dataclasses.is_dataclass(values[0]) else values[0]
