"""The folder of one training: what was asked, what happened, what came out. No TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from facecam.core.errors import DataError
from facecam.core.json_text import parse_json
from facecam.core.parameter_file import toml_value
from facecam.core.paths import atomic_write, read_file, readable_os_errors
from facecam.core.private import FOLDER_MODE, make_private_folder
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Phase, Preset, as_toml, read_preset
from facecam.training.data.split import Split

FORMAT_VERSION: Final = 1


class RunFolder:
    """Where everything of a run lies.

    Attributes:
        path: `runs/<date>-<preset>-<n>`.
        config: the resolved options and phases; a preset itself: `train --preset <this file>` does it again.
        job: what else the training process must know: folders, device, name.
        data: which photos are trained on and which are kept aside.
        environment: versions and hardware.
        metrics: numbers per step and epoch.
        log: everything the training process said.
        checkpoints: weights and all else that is needed to go on.
        model: the trained network as it was exported.
        outcome: how it ended; missing while it runs or when it was killed.
        arithmetic: device → the arithmetic chosen there when it began: a second trial may choose another one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.toml"
        self.job = path / "job.json"
        self.data = path / "data.json"
        self.environment = path / "environment.json"
        self.metrics = path / "metrics.csv"
        self.log = path / "log.txt"
        self.checkpoints = path / "checkpoints"
        self.model = path / "model"
        self.outcome = path / "outcome.json"
        self.arithmetic = path / "arithmetic.json"

    def read_arithmetic(self) -> dict[str, Any]:
        """Nothing yet where it has not begun."""
        return read_json(self.arithmetic) if self.arithmetic.is_file() else {}

    def note_arithmetic(self, device: str, policy: str) -> None:
        """Keep what was chosen, for when it goes on.

        Raises:
            DataError: disk full or no permission.
        """
        known = self.read_arithmetic()
        if known.get(device) != policy:
            write_json(self.arithmetic, {**known, device: policy})

    def write_plan(self, preset: Preset, options: TrainOptions, split: Split, job: Mapping[str, Any]) -> None:
        """Write down what is going to be done, before it is.

        Raises:
            DataError: the folder cannot be written.
        """
        atomic_write(self.config, config_text(preset, options).encode("utf-8", "surrogatepass"), private=True)
        write_json(self.data, split.to_json())
        write_json(self.job, {"format": FORMAT_VERSION, **job})

    def read_config(self) -> Preset:
        """The resolved options and phases.

        Raises:
            ConfigError: the file is missing or damaged.
        """
        return read_preset(self.config)

    def read_split(self) -> Split:
        """The photos of the run.

        Raises:
            DataError: the file is missing or damaged.
        """
        return Split.from_json(read_json(self.data))


def new_run_folder(runs: Path, date: str, preset: str) -> RunFolder:
    """Make the next free `<date>-<preset>-<n>`.

    Args:
        runs: folder of all runs; made if missing.
        date: `2026-01-31`.
        preset: name of the preset.

    Raises:
        DataError: the folder cannot be made.
    """
    with readable_os_errors("make the folder", runs):
        make_private_folder(runs)
        for number in range(1, 100_000):
            path = runs / f"{date}-{preset}-{number}"
            try:
                path.mkdir(mode=FOLDER_MODE)
            except FileExistsError:
                continue
            return RunFolder(path)
    raise DataError(f"{runs} is full of runs", hint="Remove old ones.")


def config_text(preset: Preset, options: TrainOptions) -> str:
    """A preset file that says everything about a run."""
    lines = [
        f"title = {toml_value(preset.title)}",
        f"description = {toml_value(preset.description)}",
        "",
        "[options]",
        as_toml(options),
    ]
    return "\n".join(lines) + "".join(map(_phase_text, preset.phases))


def _phase_text(phase: Phase) -> str:
    values = {"name": phase.name, **phase.overrides}
    return "\n[[phases]]\n" + "".join(f"{key} = {toml_value(value)}\n" for key, value in values.items())


def phases_of(preset: Preset) -> Sequence[Phase]:
    """The phases, or the one a preset without any has."""
    return preset.phases or (Phase("training"),)


def write_json(path: Path, document: Any) -> None:
    """Write a JSON file, whole or not at all.

    Raises:
        DataError: it cannot be written.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    atomic_write(path, f"{text}\n".encode("utf-8", "surrogatepass"), private=True)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        DataError: missing, or no JSON object.
    """
    content = read_file(path)
    try:
        document = parse_json(content.decode("utf-8", "surrogatepass"))
        if not isinstance(document, dict):
            raise ValueError("not an object")
    except ValueError as error:
        raise DataError(f"{path} is damaged: {error}", hint="Start a new training.") from error
    return document
