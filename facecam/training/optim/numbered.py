"""Values of variables in a checkpoint, by number. Imports nothing of Keras: it is given variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from facecam.core.errors import DataError


def numbered(prefix: str, variables: Sequence[Any]) -> dict[str, np.ndarray]:
    """The values of variables as arrays `<prefix>0000`, `<prefix>0001`, …"""
    return {f"{prefix}{number:04}": np.asarray(one) for number, one in enumerate(variables)}


def assign_numbered(prefix: str, variables: Sequence[Any], arrays: Mapping[str, np.ndarray]) -> None:
    """The reverse: all variables are set, or none.

    Raises:
        DataError: the arrays are of other variables.
    """
    saved = [arrays.get(f"{prefix}{number:04}") for number in range(len(variables))]
    if any(one is None or one.shape != tuple(v.shape) for one, v in zip(saved, variables, strict=True)):
        raise DataError(
            "the checkpoint is of another network",
            hint="Start a new training instead of resuming this one.",
        )
    for variable, value in zip(variables, saved, strict=True):
        variable.assign(value)
