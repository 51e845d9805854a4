"""Run alone, with two processors of its own: distillations of a small student on a few faces.

Usage: distil_driver FOLDER. Prints JSON: what came of each.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.events import Event, Metrics
from facecam.training.data.chips import jpeg_of
from facecam.training.distil.computing import Computing, prepare
from facecam.training.distil.faces import FacePart, part_file, write_part
from facecam.training.distil.options import DistilOptions
from facecam.training.distil.plan import CHECKPOINTS_FOLDER, TRAINED_FILE, WEIGHTS_FILE, DistilPlan
from facecam.training.trainer.checkpoints import CheckpointFolder, read_checkpoint

OPTIONS = DistilOptions(
    steps=20,
    batch=4,
    sizes="32,48",
    held_out=4,
    learning_rate=1e-2,
    threads=1,
    arithmetic="float32",
    batch_norm="train",
)


def faces() -> tuple[bytes, ...]:
    """Twenty pictures of blurred noise: the teacher says something of any picture."""
    generator = np.random.default_rng(0)
    small = generator.integers(0, 256, (20, 6, 6, 3)).astype(np.uint8)
    return tuple(jpeg_of(np.kron(one, np.ones((25, 25, 1), np.uint8))) for one in small)


def student(name: str = "", *, input_px: int = 0, unit_norm: bool = True) -> Any:
    """In place of ResNet50, whose graphs take a minute each: one that takes pictures of any size."""
    import keras

    chips = keras.Input((None, None, 3))
    x = keras.layers.Rescaling(1 / 128.0, -127.5 / 128.0)(chips)
    for index, filters in enumerate((8, 16)):
        x = keras.layers.Conv2D(filters, 3, strides=2, padding="same", name=f"conv{index}")(x)
        x = keras.layers.BatchNormalization(name=f"norm{index}")(x)
        x = keras.layers.ReLU()(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dense(128, name="embedding")(x)
    return keras.Model(chips, keras.layers.UnitNormalization()(x) if unit_norm else x, name="small")


def start(folder: Path) -> None:
    """Weights of the student and the teacher."""
    import keras

    from facecam.networks.weights_file import save_weights

    keras.utils.set_random_seed(0)
    save_weights(student(), folder / "start.npz")
    save_weights(student(unit_norm=False), folder / "teacher.npz")


def teacher(path: Path) -> Any:
    """In place of dlib's network, whose graphs take most of the time: at random, it says something of any picture."""
    from facecam.networks.weights_file import load_weights

    model = student(unit_norm=False)
    load_weights(model, path)
    return model


def distilled(
    folder: Path, name: str, computing: Computing, stops: tuple[int, ...] = (), **changes: Any
) -> Any:
    """Train, in as many sittings as there are stops and one more; each end, and what the last checkpoint keeps."""
    from facecam.training.distil import loop

    loop.build_backbone, loop.load_teacher, loop._STRETCHES = student, teacher, 4
    run = folder / name
    (run / "faces").mkdir(parents=True)
    write_part(FacePart("0" * 64, faces()), part_file(run / "faces", 0))
    options = dataclasses.replace(OPTIONS, **changes)
    plan = DistilPlan(options, str(folder / "teacher.npz"), str(folder / "start.npz"))
    told: list[Metrics] = []

    def tell(event: Event) -> None:
        if isinstance(event, Metrics):
            told.append(event)

    ends = []
    for stop in (*stops, options.steps or 0):

        def wants_stop(stop: int = stop) -> bool:
            return bool(told) and told[-1].step >= stop

        distillation = loop.Distillation(run, plan, computing, tell, wants_stop)
        finished = distillation.train()
        ends.append((finished, told[-1].step))
    judged = [one.values["squared_l2"] for one in told if one.stage == "validate"]
    losses = [one.values["loss"] for one in told if one.stage == "train"]
    assert (run / WEIGHTS_FILE).is_file()
    arrays = read_checkpoint(CheckpointFolder(run / CHECKPOINTS_FOLDER).paths()[-1]).arrays
    return {
        "ends": ends,
        "judged": judged,
        "best": json.loads((run / TRAINED_FILE).read_bytes())["squared_l2"],
        "losses": losses,
        "kept": {
            key: value.astype(float).ravel()[:20].tolist()
            for key, value in arrays.items()
            if key != "standing"
        },
    }


def main(folder: Path) -> None:
    """All cases."""
    from facecam.training.trainer import arithmetic_trial

    # Who says what to compute in waits for no trial.
    arithmetic_trial.bfloat16_is_faster = lambda: sys.exit("tried what was said")
    both = prepare(OPTIONS)
    one = dataclasses.replace(both, devices=1, scope=contextlib.nullcontext)
    start(folder)
    # One graph per size and sitting: only those who share a batch also change its size.
    answers: dict[str, Any] = {"words": both.words}
    answers["whole"] = distilled(folder, "whole", one, sizes="32")
    answers["parts"] = distilled(folder, "parts", one, stops=(7,), sizes="32")
    answers["shared"] = distilled(folder, "shared", both)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
