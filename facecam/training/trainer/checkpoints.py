"""Checkpoints: everything a training needs to go on, in one file that is there whole or not at all. No TensorFlow."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_file, readable_os_errors
from facecam.core.private import make_private_folder

#: Newest ones that stay; the best stays besides.
_KEPT: Final = 3
_BEST: Final = "best.npz"
_NAME = re.compile(r"step-(\d{8,9})\.npz")
_STATE: Final = "state"
#: What distillations had instead until 0.9, in numbers.
_STANDING: Final = ("step", "elapsed_s", "best", "settling")
_ACTION: Final = "write the checkpoint"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A moment of a training.

    Attributes:
        state: plain JSON values: phase, epoch, place in the epoch, step, figures.
        arrays: name → array: weights, optimiser, running means, class centres, chosen triplets.
    """

    state: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]


class CheckpointFolder:
    """Checkpoints of one run.

    Args:
        folder: made with the first checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, step: int, checkpoint: Checkpoint) -> Path:
        """Keep a checkpoint; of the older ones three stay.

        Raises:
            DataError: disk full or no permission; what was saved before is untouched.
        """
        path = self.folder / f"step-{step:09d}.npz"
        _write(path, checkpoint)
        for old in self.paths()[:-_KEPT]:
            old.unlink(missing_ok=True)
        return path

    def save_best(self, checkpoint: Checkpoint) -> Path:
        """Keep the best one so far beside the newest.

        Raises:
            DataError: as `save`.
        """
        _write(self.folder / _BEST, checkpoint)
        return self.folder / _BEST

    def paths(self) -> list[Path]:
        """Files of the newest checkpoints, oldest first."""
        if not self.folder.is_dir():
            return []
        found = {path: _NAME.fullmatch(path.name) for path in self.folder.iterdir()}
        return sorted((path for path in found if found[path]), key=lambda path: int(path.stem[5:]))

    def newest(self, on_event: EventSink = ignore) -> Checkpoint | None:
        """The newest that is sound; None if there is none. Those that are not are said."""
        for path in reversed(self.paths()):
            try:
                return read_checkpoint(path)
            except DataError as fault:
                on_event(Notice(fault.message, fault.hint))
        return None

    def best(self) -> Checkpoint | None:
        """The best one; None if there is none."""
        path = self.folder / _BEST
        return read_checkpoint(path) if path.is_file() else None


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a file written by `CheckpointFolder`.

    Raises:
        DataError: missing or damaged.
    """
    with readable_os_errors("read", path):
        try:
            with at_rest.open_file(path) as file, np.load(file, allow_pickle=False) as content:
                arrays = {name: content[name] for name in content.files}
            if "standing" in arrays:
                state = dict(zip(_STANDING, arrays.pop("standing").tolist(), strict=True))
            else:
                state = parse_json(bytes(arrays.pop(_STATE)).decode())
            if not isinstance(state, dict):
                raise ValueError("its state is no object")
        except OSError:
            raise
        except Exception as error:  # zipfile, zlib and numpy raise whatever they stumble on
            raise DataError(
                f"the checkpoint {path} is damaged: {error}", hint="Delete it; the one before is used."
            ) from error
    return Checkpoint(state, arrays)


def _write(path: Path, checkpoint: Checkpoint) -> None:
    text = json.dumps(checkpoint.state, allow_nan=False).encode()
    with readable_os_errors(_ACTION, path):
        make_private_folder(path.parent)
    # Streamed, since a checkpoint of a large network would not fit into memory a second time.
    with atomic_file(path, _ACTION, private=True) as file:
        np.savez(file, **{_STATE: np.frombuffer(text, np.uint8)}, **checkpoint.arrays)  # type: ignore[arg-type]
