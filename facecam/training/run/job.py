"""Training job: what the worker process is given, read from the run folder. No TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Phase
from facecam.training.data.split import Split
from facecam.training.run.folder import RunFolder, phases_of, read_json


@dataclass(frozen=True, slots=True, eq=False)
class TrainingJob:
    """One training.

    Attributes:
        run: its folder.
        options: of all phases.
        phases: in order, at least one.
        split: the photos.
        generic: chips of faces of nobody in particular, which keep the old space.
        weights: the folder of models.
        device: `auto`, `cpu` or `gpu`.
    """

    run: RunFolder
    options: TrainOptions
    phases: tuple[Phase, ...]
    split: Split
    generic: tuple[Path, ...]
    weights: Path
    device: str

    @property
    def owners(self) -> NDArray[np.int32]:
        """int32 (N,), the class number of each photo trained on."""
        numbers = {name: index for index, name in enumerate(self.split.people)}
        return np.array([numbers[sample.person] for sample in self.split.train], np.int32)

    @property
    def epochs(self) -> int:
        """Of all phases together."""
        return sum(phase.options(self.options).epochs for phase in self.phases)


def read_job(run: RunFolder) -> TrainingJob:
    """Read what `RunFolder.write_plan` wrote.

    Raises:
        ConfigError: options that cannot be meant.
        DataError: a file is missing or damaged.
    """
    preset = run.read_config()
    document = read_json(run.job)
    return TrainingJob(
        run=run,
        options=preset.options,
        phases=tuple(phases_of(preset)),
        split=run.read_split(),
        generic=tuple(Path(one) for one in _value(document, "generic", list)),
        weights=Path(_value(document, "weights", str)),
        device=_value(document, "device", str),
    )


def _value(document: Mapping[str, Any], key: str, kind: type) -> Any:
    value = document.get(key)
    if not isinstance(value, kind):
        raise DataError(f"the run's job.json is damaged: {key}", hint="Start a new training.")
    return value
