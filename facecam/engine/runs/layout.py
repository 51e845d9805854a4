"""Layout of run folders. Light: what only looks for runs loads nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from facecam.core.config import Settings

#: Of a quick training: its layer, and the model it is put on.
HEAD_FILE: Final = "head.npz"
BASE_FILE: Final = "base.json"
#: In a run's folder: the ids of the models it has put into `weights/`.
STORED_FILE: Final = "stored.json"


def runs_folder(settings: Settings) -> Path:
    """`runs/` beside `weights/`."""
    return settings.weights.absolute().parent / "runs"
