"""What the child process of a distillation is told, as a file in its run. No Keras here."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from facecam.core.errors import DataError
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, printable, read_file
from facecam.training.distil.options import DistilOptions

PLAN_FILE = "distil.json"
#: The folders and files that were learnt from, as a list of paths.
SOURCES_FILE = "images.json"
#: Copies in a run that is to be carried to another machine.
TEACHER_FILE, START_FILE = "teacher.dat", "start.npz"
FACES_FOLDER, CHECKPOINTS_FOLDER = "faces", "checkpoints"
WEIGHTS_FILE, NETWORK_FILE, OUTCOME_FILE = "weights.npz", "model.xml", "outcome.json"
#: What came of the training; with `WEIGHTS_FILE` all that a machine at which the network is exported needs of it.
TRAINED_FILE = "trained.json"
#: Fewer faces per step say too little about means and deviations.
_LEAST_TO_NORMALIZE = 128


@dataclass(frozen=True, slots=True)
class DistilPlan:
    """Options and start of a distillation.

    Attributes:
        options: see there.
        teacher: dlib's file, or an `.npz` of the same network; if not absolute, in the run's folder.
        start: weights to start from, likewise; None: random.
        name: of the model to be made.
        device: `auto`, `cpu` or `gpu`.
    """

    options: DistilOptions
    teacher: str
    start: str | None = None
    name: str = "resnet50-distilled"
    device: str = "auto"

    def keeps_batch_norm(self, count: int) -> bool:
        """Whether batch normalization stays as it is with `count` faces per step."""
        wanted = self.options.batch_norm
        return wanted == "frozen" or (
            wanted == "auto" and self.start is not None and count < _LEAST_TO_NORMALIZE
        )


def write_plan(plan: DistilPlan, run: Path) -> None:
    """Keep the plan in its run folder.

    Raises:
        DataError: it cannot be written.
    """
    atomic_write(run / PLAN_FILE, json.dumps(dataclasses.asdict(plan), indent=2).encode())


def read_plan(run: Path) -> DistilPlan:
    """The plan of a run.

    Raises:
        DataError: there is none, or it is damaged.
    """
    path = run / PLAN_FILE
    content = read_file(path)
    try:
        values = parse_json(content)
        return DistilPlan(**{**values, "options": DistilOptions(**values["options"])})
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{printable(str(path))} is damaged: {error}",
            hint="Start the distillation anew, without --resume.",
        ) from error
