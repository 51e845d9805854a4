"""What tests of training are made from: chips in colours, and runs of the tiny network."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.events import CancelToken, Event
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Phase, Preset
from facecam.training.data.chips import ChipStore
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split, split
from facecam.training.run.folder import RunFolder

#: Seconds, not minutes: a 16 px network, 8 values, no frozen norms to hide behind.
TINY = TrainOptions(
    backbone="tiny",
    start="random",
    embedding_size=8,
    input_px=16,
    people_per_batch=4,
    photos_per_person=3,
    epochs=3,
    learning_rate=1e-3,
    hold_out_share=0.25,
    arithmetic="float32",
)


def tiny(**changes: Any) -> TrainOptions:
    """`TINY` with changes."""
    return dataclasses.replace(TINY, **changes)


def people_of(
    folder: Path,
    *,
    people: int = 6,
    photos: int = 6,
    seed: int = 0,
    contrast: float = 18,
    noise: float = 40,
) -> dict[str, tuple[Sample, ...]]:
    """Chips that differ by person: each has a pattern of colours, and every photo some noise of its own."""
    store = ChipStore(folder, {"made": "for tests"})
    generator = np.random.default_rng(seed)
    found = {}
    for person in range(people):
        pattern = np.kron(generator.normal(128, contrast, (5, 5, 3)), np.ones((30, 30, 1)))
        samples = []
        for photo in range(photos):
            noisy = np.clip(
                pattern + generator.normal(0, noise, pattern.shape) + generator.normal(0, 12), 0, 255
            ).astype(np.uint8)
            digest = f"{person:032x}{photo:032x}"
            path = store.add(digest, noisy)
            samples.append(Sample(f"person {person}", Path(f"{person}/{photo}.jpg"), digest, path))
        found[f"person {person}"] = tuple(samples)
    return found


def plan(
    folder: Path,
    options: TrainOptions,
    *,
    phases: tuple[Phase, ...] = (),
    chosen: Split | None = None,
    **people: int,
) -> RunFolder:
    """A run folder as the engine writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    run = RunFolder(folder)
    chosen = chosen or split(people_of(folder / "chips", **people), options)
    preset = Preset("test", "Test", "", options, phases)
    job = {
        "weights": str(folder / "weights"),
        "device": "cpu",
        "generic": [],
        "name": "made",
        "preset": "test",
    }
    run.write_plan(preset, options, chosen, job)
    return run


def losses(run: RunFolder) -> list[float]:
    """The loss of every step, from the run's metrics."""
    from facecam.training.trainer.records import column, read_metrics

    return column([row for row in read_metrics(run.metrics) if row["stage"] == "train"], "loss")


class StopAfter:
    """An event sink that cancels after some steps, as a user would."""

    def __init__(self, steps: int, cancel: CancelToken) -> None:
        self._left, self._cancel = steps, cancel

    def __call__(self, event: Event) -> None:
        from facecam.core.events import Progress

        if isinstance(event, Progress) and event.stage == "train":
            self._left -= 1
            if self._left == 0:
                self._cancel.cancel()
