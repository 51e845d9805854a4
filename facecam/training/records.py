"""Numbers of a run as they come: a CSV file always, TensorBoard and W&B where they are switched on."""

from __future__ import annotations

import csv
import importlib
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from facecam.core.errors import DependencyError
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.training.options import TrainOptions

COLUMNS: Final = (
    *("stage", "phase", "epoch", "step", "seconds", "loss"),
    *("triplet", "adaptive", "softmax", "cosface", "arcface", "centre", "prelogits", "anchor"),
    *("triplets", "positive_fraction", "learning_rate", "gradient_norm", "spread", "input_share"),
    *("tar", "auc", "eer"),
)


class MetricsFile:
    """`metrics.csv`: one row per step and per validation; a row is there whole as soon as it is written.

    Args:
        path: of the file; it is continued if it is there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            atomic_write(path, (",".join(COLUMNS) + "\n").encode())

    def add(self, values: Mapping[str, Any]) -> None:
        """Append a row; columns without a value stay empty.

        Raises:
            DataError: the disk is full.
        """
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([_shown(values.get(name)) for name in COLUMNS])
        with readable_os_errors("write", self._path), open(self._path, "a", encoding="utf-8") as file:
            file.write(line.getvalue())

    def forget_after(self, step: int) -> None:
        """Drop the rows of steps that are going to be done again."""
        rows = [row for row in read_metrics(self._path) if int(row["step"] or 0) <= step]
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        atomic_write(self._path, text.getvalue().encode())


def read_metrics(path: Path) -> list[dict[str, str]]:
    """The rows of a `metrics.csv`; a last line that was cut off by a kill is left out."""
    if not path.is_file():
        return []
    with readable_os_errors("read", path):
        text = path.read_text(encoding="utf-8", errors="replace")
    whole = text[: text.rfind("\n") + 1]
    rows = csv.DictReader(io.StringIO(whole))
    return [row for row in rows if len(row) == len(COLUMNS) and (row["step"] or "").isdigit()]


class Trackers:
    """TensorBoard event files and W&B, as far as the options ask for them.

    Args:
        options: `tensorboard`, `wandb`.
        folder: of the run.

    Raises:
        DependencyError: W&B is asked for and not installed.
    """

    def __init__(self, options: TrainOptions, folder: Path) -> None:
        self._board = _TensorBoard(folder / "tensorboard") if options.tensorboard else None
        self._wandb = _start_wandb(folder) if options.wandb else None

    def add(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        """Report finite numbers."""
        named = {f"{stage}/{name}": value for name, value in values.items() if math.isfinite(value)}
        if self._board is not None:
            self._board.add(step, named)
        if self._wandb is not None:
            self._wandb.log(named, step=step)

    def close(self) -> None:
        """Write what is waiting."""
        if self._board is not None:
            self._board.close()
        if self._wandb is not None:
            self._wandb.finish()


class _TensorBoard:
    """Scalars in event files. TensorFlow can write them alone; only looking at them needs the package."""

    def __init__(self, folder: Path) -> None:
        import tensorflow as tf

        self._tf = tf
        self._writer = tf.summary.create_file_writer(str(folder))
        # What TensorBoard recognises numbers for a curve by.
        self._scalar = tf.compat.v1.SummaryMetadata(
            plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
        )

    def add(self, step: int, values: Mapping[str, float]) -> None:
        with self._writer.as_default():
            for name, value in values.items():
                tensor = self._tf.constant(value, self._tf.float32)
                self._tf.summary.write(name, tensor, step=step, metadata=self._scalar)

    def close(self) -> None:
        self._writer.close()


def require_wandb() -> Any:
    """The package, or the command that installs it.

    Raises:
        DependencyError: it is not installed.
    """
    try:
        return importlib.import_module("wandb")
    except ImportError as error:
        raise DependencyError(
            "--wandb needs the package wandb, which is not installed",
            hint="Install it with `python -m pip install wandb`, or leave --wandb out.",
        ) from error


def _start_wandb(folder: Path) -> Any:
    wandb = require_wandb()
    return wandb.init(project="facecam", name=folder.name, dir=str(folder))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def column(rows: Sequence[Mapping[str, str]], name: str) -> list[float]:
    """A column as numbers, NaN where it is empty."""
    return [float(row[name]) if row[name] else math.nan for row in rows]
