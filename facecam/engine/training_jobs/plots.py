"""Pictures of a run: curves, and maps of the vectors before and after."""

from __future__ import annotations

import contextlib
import io
import math
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, DependencyError, reason_of
from facecam.core.events import EventSink, Notice, faults_told
from facecam.core.paths import atomic_write
from facecam.core.types import FloatArray
from facecam.engine.training_jobs.gate import Measured
from facecam.engine.training_jobs.request import Projection, TrainOutcome
from facecam.gallery.storage.npy import parse_npy
from facecam.metrics.plots import curves
from facecam.metrics.plots.people_map import draw_people, project
from facecam.training.run.folder import RunFolder, read_json, write_json
from facecam.training.run.wandb_run import report_end
from facecam.training.trainer.records import column, read_metrics

BEFORE, AFTER = "before", "after"
_PEOPLE_FILE: Final = "projection.json"


def draw_run(run: RunFolder, measured: Measured, on_event: EventSink) -> None:
    """Write `before.npy`, `after.npy`, their PNG and `curves.png`; a missing package costs the pictures only."""
    kind = run.read_config().options.projection
    has_maps = kind != "none" and len(measured.samples) > 2
    with faults_told(on_event, DependencyError, what="some pictures of the run are missing"):
        if has_maps:
            _write_maps(run, measured, kind)
        curves.require_matplotlib()
        _draw_curves(run)
        if has_maps:
            for name, projection in zip((BEFORE, AFTER), read_projections(run.path), strict=True):
                _draw_map(projection, run.path / f"{name}.png", name)


def report_to_wandb(run: RunFolder, outcome: TrainOutcome, on_event: EventSink) -> None:
    """Send curves, maps without names, and how the comparison ended, where the user asked for W&B."""
    options = run.read_config().options
    if not options.wandb:
        return
    pictures = {"curves": run.path / "curves.png"}
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.suppress(DataError):  # No map: too few photos, or none was wanted.
            for name, projection in zip((BEFORE, AFTER), read_projections(run.path), strict=True):
                pictures[name] = Path(folder) / f"{name}.png"
                numbers = {person: f"{number}" for number, person in enumerate(projection.people, 1)}
                unnamed = Projection(projection.points, tuple(numbers[one] for one in projection.people))
                _draw_map(unnamed, pictures[name], name)
        summary: dict[str, object] = {"deployed": outcome.deployed}
        if outcome.gate is not None:
            scores = outcome.gate.candidate
            summary |= {"verdict": outcome.gate.verdict, "held/auc": scores.auc, "held/eer": scores.eer}
        try:
            report_end(run.path, options, pictures, summary)
        except Exception as error:  # Whatever it raises, of the network too: the training itself is done.
            on_event(Notice(f"W&B did not get the pictures: {error}", "The figures are in the run's folder."))


def read_projections(run: Path) -> tuple[Projection, Projection]:
    """(before, after) of a run, the second turned, mirrored and moved to lie over the first (Procrustes).

    Which way up a projection comes out is chance; distances within each map stay as they are.

    Raises:
        DataError: the run has none.
    """
    people = read_json(run / _PEOPLE_FILE).get("people")
    if not isinstance(people, list):
        raise DataError(f"{run / _PEOPLE_FILE} is damaged", hint="Train again to have a map.")
    before = _read_map(run / f"{BEFORE}.npy", people)
    after = _read_map(run / f"{AFTER}.npy", people)
    return before, replace(after, points=laid_over(after.points, before.points))


def laid_over(points: FloatArray, target: FloatArray) -> FloatArray:
    """`points` turned, mirrored and moved to be as near to `target` as can be, without stretching.

    Args:
        points: float32 (N, 2).
        target: float32 (N, 2), row by row the same things.

    Returns:
        float32 (N, 2).
    """
    middle, wanted = points.mean(axis=0), target.mean(axis=0)
    left, _, right = np.linalg.svd((points - middle).T.astype(np.float64) @ (target - wanted))
    return np.asarray((points - middle) @ (left @ right) + wanted, np.float32)


def _write_maps(run: RunFolder, measured: Measured, kind: str) -> None:
    write_json(run.path / _PEOPLE_FILE, {"kind": kind, "people": [one.person for one in measured.samples]})
    for name, vectors in ((BEFORE, measured.deployed), (AFTER, measured.candidate)):
        content = io.BytesIO()
        np.save(content, project(vectors, kind))
        atomic_write(run.path / f"{name}.npy", content.getvalue(), private=True)


def _read_map(path: Path, people: Sequence[str]) -> Projection:
    try:
        points = parse_npy(at_rest.read_bytes(path))
        if not len(points) or not np.isfinite(points).all():
            raise ValueError("no places on a map")
        return Projection(np.asarray(points, np.float32), tuple(people))
    except Exception as error:  # of the disk, or whatever numpy's reader of headers stumbles on
        raise DataError(
            f"{path} is missing or damaged: {reason_of(error)}", hint="Train again to have a map."
        ) from error


def _draw_map(projection: Projection, path: Path, title: str) -> None:
    words = f"{title.capitalize()} training: each dot a photo, each colour a person"
    curves.save(draw_people(projection.points, projection.people, words), path, private=True)


def _draw_curves(run: RunFolder) -> None:
    from matplotlib.figure import Figure

    rows = read_metrics(run.metrics)
    train = [row for row in rows if row["stage"] == "train"]
    checked = [row for row in rows if row["stage"] == "validate"]
    figure = Figure(figsize=(8, 7.8), layout="constrained")
    axes = figure.subplots(3)
    for place, name in ((axes[0], "loss"), (axes[1], "learning_rate")):
        place.plot(column(train, "step"), column(train, name), linewidth=1)
        place.set_ylabel(name.replace("_", " "))
    for name, words in (("tar", "TAR at FAR 1 %"), ("auc", "area under ROC")):
        values = column(checked, name)
        if any(math.isfinite(value) for value in values):
            axes[2].plot(column(checked, "step"), values, marker="o", markersize=3, label=words)
            axes[2].legend(fontsize=7)
    axes[2].set_xlabel("step")
    axes[2].set_ylabel("photos kept aside")
    curves.save(figure, run.path / "curves.png")
