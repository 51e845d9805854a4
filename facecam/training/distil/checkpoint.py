"""Where a distillation stands, on disk. Imports nothing of Keras: it is given variables."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.paths import atomic_write
from facecam.core.private import make_private_folder
from facecam.networks.weights_file import read_arrays

#: Newest checkpoints kept: the one before the newest in case that is damaged.
KEPT = 2
_NAME = re.compile(r"step-(\d{8})\.npz")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a distillation is.

    Attributes:
        step: steps done.
        elapsed_s: seconds trained so far, over all sittings.
        best: lowest mean squared_l2 on the faces held out; inf before the first look.
        settling: whether the weights are final and only the statistics of batch normalization follow them.
    """

    step: int = 0
    elapsed_s: float = 0.0
    best: float = float("inf")
    settling: bool = False


def save_checkpoint(folder: Path, standing: Standing, variables: Mapping[str, Any]) -> Path:
    """Write a checkpoint, whole or not at all, then drop all but the newest `KEPT`.

    Args:
        folder: of the checkpoints; made if need be.
        standing: how far it is.
        variables: all that learn or count, by name.

    Raises:
        DataError: disk full or no permission; the older checkpoints stay.
    """
    make_private_folder(folder)
    arrays = {name: np.asarray(value) for name, value in variables.items()}
    best = min(standing.best, 1e9)  # Only finite numbers are read back.
    facts = [standing.step, standing.elapsed_s, best, standing.settling]
    arrays["standing"] = np.array(facts, np.float64)
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    path = folder / f"step-{standing.step:08d}.npz"
    atomic_write(path, content.getvalue(), private=True)
    for old in checkpoints(folder)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def checkpoints(folder: Path) -> list[Path]:
    """All checkpoints, oldest first."""
    return sorted(path for path in folder.glob("step-*.npz") if _NAME.fullmatch(path.name))


def load_checkpoint(folder: Path, variables: Mapping[str, Any]) -> tuple[Standing, list[Path]]:
    """Set variables from the newest sound checkpoint.

    Returns:
        (how far it was, damaged checkpoints that were passed over); a fresh
        `Standing` where there is none, with the variables as they were.
    """
    damaged: list[Path] = []
    for path in reversed(checkpoints(folder)):
        try:
            return _load(path, variables), damaged
        except WeightsError:
            damaged.append(path)
    return Standing(), damaged


def _load(path: Path, variables: Mapping[str, Any]) -> Standing:
    arrays = read_arrays(path)
    shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
    found = {name: array.shape for name, array in arrays.items() if name != "standing"}
    if shapes != found or arrays.get("standing", np.zeros(0)).shape != (4,):
        raise WeightsError(f"{path} is of another network", hint="Start without --resume.")
    for name, variable in variables.items():
        variable.assign(arrays[name])
    step, elapsed_s, best, settling = arrays["standing"].tolist()
    return Standing(int(step), elapsed_s, best, bool(settling))
