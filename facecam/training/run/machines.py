"""Machines that train together, by `TF_CONFIG`, which TensorFlow reads itself. No TensorFlow here."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from facecam.core.errors import ConfigError
from facecam.core.json_text import parse_json
from facecam.training.run.folder import RunFolder
from facecam.training.run.job import TrainingJob


def machines() -> int:
    """How many train together; 1 where `TF_CONFIG` says nothing.

    Raises:
        ConfigError: it is no description of machines.
    """
    cluster = _told()["cluster"]
    return max(1, sum(len(cluster.get(kind, [])) for kind in ("chief", "worker")))


def is_follower() -> bool:
    """Whether another machine than this one keeps checkpoints, figures and the model."""
    told = _told()
    task = told["task"]
    first = "chief" if told["cluster"].get("chief") else "worker"
    return machines() > 1 and (task.get("type"), task.get("index")) != (first, 0)


def require_possible(job: TrainingJob) -> None:
    """Raise `ConfigError` for what would have machines take different numbers of steps."""
    if machines() > 1 and job.options.max_minutes is not None:
        raise ConfigError(
            "--max-minutes with several machines: their clocks would end it at different steps",
            hint="Leave it out, and give --epochs.",
        )


@contextlib.contextmanager
def kept_apart(job: TrainingJob) -> Iterator[TrainingJob]:
    """The job of a follower: it goes on from the same checkpoint, and what it writes itself is thrown away."""
    with tempfile.TemporaryDirectory(prefix="facecam-train-") as folder:
        own = RunFolder(Path(folder))
        if job.run.checkpoints.is_dir():
            shutil.copytree(job.run.checkpoints, own.checkpoints)
        yield replace(job, run=own)


def _told() -> dict[str, Any]:
    text = os.environ.get("TF_CONFIG", "")
    try:
        told = parse_json(text) if text else {}
        return {"cluster": dict(told.get("cluster", {})), "task": dict(told.get("task", {}))}
    except (ValueError, AttributeError, TypeError) as error:
        raise ConfigError(
            f"TF_CONFIG does not describe machines: {error}",
            hint='Write {"cluster": {"worker": ["host:port", …]}, "task": {"type": "worker", "index": 0}}.',
        ) from error
