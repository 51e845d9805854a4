"""Layout of run folders. Light: what only looks for runs loads nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.home import HOME, HOME_IS_CHOSEN

#: Of a quick training: its layer, and the model it is put on.
HEAD_FILE: Final = "head.npz"
BASE_FILE: Final = "base.json"
#: In a run's folder: the ids of the models it has put into `weights/`.
STORED_FILE: Final = "stored.json"
#: Likewise: who was deleted while it was going on, to be forgotten once it has ended.
WAITING_FILE: Final = "forget.json"
#: In `runs/`: what a sweep has tried.
SWEEP_ENDING: Final = ".sweep"
#: Likewise: which photos cohorts and thresholds were fitted to, and the lock of it.
FITTED_FILE, FITTED_LOCK_FILE = "fitted.json", ".fitted.lock"


def runs_folder(settings: Settings) -> Path:
    """`runs/` in the home that was chosen, else beside `weights/`."""
    if HOME_IS_CHOSEN:
        return HOME / "runs"
    return settings.weights.absolute().parent / "runs"


def run_folders(settings: Settings) -> list[Path]:
    """What lies in `runs/`, by name: the folders of runs, and what the user has put there."""
    folder = runs_folder(settings)
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def sweep_files(settings: Settings) -> list[Path]:
    """What sweeps have written down, and the locks of it."""
    folder = runs_folder(settings)
    return sorted([*folder.glob(f"*{SWEEP_ENDING}"), *folder.glob(f".*{SWEEP_ENDING}.lock")])
