"""Where a distillation stands, on disk. Imports nothing of Keras: it is given variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from facecam.core.errors import DataError
from facecam.core.events import EventSink, ignore
from facecam.training.trainer.checkpoints import Checkpoint, CheckpointFolder


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


def save_checkpoint(folder: CheckpointFolder, standing: Standing, variables: Mapping[str, Any]) -> None:
    """Write a checkpoint, whole or not at all.

    Args:
        folder: of the checkpoints.
        standing: how far it is.
        variables: all that learn or count, by name.

    Raises:
        DataError: disk full or no permission; the older checkpoints stay.
    """
    finite = replace(standing, best=min(standing.best, 1e9))
    arrays = {name: np.asarray(value) for name, value in variables.items()}
    folder.save(standing.step, Checkpoint(asdict(finite), arrays))


def load_checkpoint(
    folder: CheckpointFolder, variables: Mapping[str, Any], on_event: EventSink = ignore
) -> Standing:
    """Set variables from the newest sound checkpoint, and say where the distillation stands.

    Raises:
        DataError: it is of another network.
    """
    kept = folder.newest(on_event)
    if kept is None:
        return Standing()
    shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
    if shapes != {name: array.shape for name, array in kept.arrays.items()}:
        raise DataError("the checkpoint is of another network", hint="Start without --resume.")
    for name, variable in variables.items():
        variable.assign(kept.arrays[name])
    state = kept.state
    return Standing(int(state["step"]), state["elapsed_s"], state["best"], bool(state["settling"]))
