"""Numbers of a run for TensorBoard and W&B, where they are switched on. Imports TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from facecam.training.config.options import TrainOptions
from facecam.training.run.wandb_run import open_wandb


class Trackers:
    """TensorBoard event files and W&B, as far as the options ask for them.

    Args:
        options: `tensorboard`, `wandb`.
        folder: of the run.
        facts: settings for W&B besides the options.

    Raises:
        DependencyError: W&B is asked for and not installed.
    """

    def __init__(self, options: TrainOptions, folder: Path, facts: Mapping[str, Any]) -> None:
        self._board = _TensorBoard(folder / "tensorboard") if options.tensorboard else None
        self._wandb = open_wandb(folder, options, facts) if options.wandb else None

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
        self._writer = tf.summary.create_file_writer(str(folder))
        # What TensorBoard recognises numbers for a curve by.
        self._scalar = tf.compat.v1.SummaryMetadata(
            plugin_data=tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
        )

    def add(self, step: int, values: Mapping[str, float]) -> None:
        with self._writer.as_default():
            for name, value in values.items():
                tensor = tf.constant(value, tf.float32)
                tf.summary.write(name, tensor, step=step, metadata=self._scalar)

    def close(self) -> None:
        self._writer.close()
