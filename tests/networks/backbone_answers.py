"""What becomes of every backbone: built, a step further, saved, loaded into another of its kind, a few exported.

Imports TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from facecam.core.errors import FacecamError
from facecam.networks.backbones import BACKBONES, Backbone, build_backbone, freeze, with_embedding
from facecam.networks.export import export_openvino
from facecam.networks.weights_file import (
    load_weights,
    named_variables,
    save_arrays,
    save_weights,
    weight_arrays,
)
from facecam.runtime.compiled import CompiledNetwork

#: Exporting takes seconds each: one made of our blocks, one with PReLU and depthwise convolutions, one that
#: normalises each picture by itself, one that sees crops.
EXPORTED = ("squeezenet", "mobilefacenet", "resnet8", "resnet8-crops")
_DIMENSIONS, _LEAST_PX = 128, 64


def all_answers(folder: Path, left_out: Sequence[str]) -> dict[str, Any]:
    """What the tests ask, without the backbones `left_out`; files are written into `folder`."""
    keras.utils.set_random_seed(3)
    answers: dict[str, Any] = {
        name: answer(known, folder) for name, known in BACKBONES.items() if name not in left_out
    }
    answers["faults"] = faults(folder)
    answers["freezing"] = freezing()
    return answers


def answer(known: Backbone, folder: Path) -> dict[str, object]:
    """What became of one backbone."""
    side_px = max(known.least_px, _LEAST_PX)
    chips = np.random.default_rng(1).integers(0, 256, (2, side_px, side_px, 3)).astype(np.uint8)
    dimensions = _DIMENSIONS + -_DIMENSIONS % known.parts
    model = build_backbone(known.name, dimensions=dimensions, input_px=side_px)
    trainable = sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)
    embedding = sum(
        int(np.prod(variable.shape)) for variable in model.get_layer("embedding").trainable_weights
    )
    without = step(model, chips)
    path = folder / f"{known.name}.npz"
    save_arrays(weight_arrays(model), path, half=False)
    vectors = np.asarray(model(chips, training=False))
    for variable in model.variables:
        variable.assign(np.zeros(variable.shape, np.float32))
    load_weights(model, path)
    path.unlink()
    again = np.asarray(model(chips.astype(np.float32), training=False))
    return {
        "shape": list(vectors.shape),
        "dtype": str(vectors.dtype),
        "trainable": trainable,
        "backbone": trainable - embedding,
        "without_gradient": without,
        "norms": np.linalg.norm(vectors, axis=1).tolist(),
        "apart": float(np.square(vectors[0] - vectors[1]).sum()),
        "reloaded": float(np.abs(vectors - again).max()),
        "exported": exported(model, chips, vectors, folder) if known.name in EXPORTED else None,
    }


def exported(model: keras.Model, chips: np.ndarray, vectors: np.ndarray, folder: Path) -> float:
    """How far the exported network is from `vectors`."""
    path = folder / f"{model.name}.xml"
    export_openvino(model, path)
    return float(np.abs(CompiledNetwork(path)(chips.astype(np.float32))[0] - vectors).max())


def step(model: keras.Model, chips: np.ndarray) -> list[str]:
    """One small step down; returns the variables without gradient."""
    both = with_embedding(model)
    with tf.GradientTape() as tape:
        unit, embedding = both(chips, training=True)
        loss = tf.reduce_sum(unit[0] * unit[1]) + 1e-3 * tf.reduce_mean(tf.square(embedding))
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    for variable, gradient in zip(variables, gradients, strict=True):
        if gradient is not None:
            variable.assign_sub(1e-5 * tf.sign(gradient))
    return [
        variable.path for variable, gradient in zip(variables, gradients, strict=True) if gradient is None
    ]


def freezing() -> dict[str, list[str]]:
    """Which weights still learn after `freeze`."""
    model = build_backbone("squeezenet", dimensions=64, input_px=32)
    learning = {}
    for what in ("backbone", "nothing", "batch_norm"):
        freeze(model, what)
        learning[what] = [
            name
            for name, variable in named_variables(model).items()
            if any(variable is one for one in model.trainable_variables)
        ]
    crops = build_backbone("resnet8-crops", dimensions=320)
    freeze(crops, "early")
    learning["crops, early"] = [
        name
        for name, variable in named_variables(crops).items()
        if any(variable is one for one in crops.trainable_variables)
    ]
    return learning


def faults(folder: Path) -> dict[str, list[str]]:
    """Class and message of what wrong weights files and sizes raise, and whether the network was left alone."""
    model = build_backbone("squeezenet", dimensions=64, input_px=32)
    right = weight_arrays(model)
    wrong = {
        "missing": {name: array for name, array in right.items() if name != "embedding/kernel"},
        "extra": {**right, "stranger/kernel": np.zeros(3, np.float32)},
        "shape": {**right, "embedding/bias": np.zeros(65, np.float32)},
        "nan": {**right, "embedding/bias": np.full(64, np.nan, np.float32)},
    }
    for name, arrays in wrong.items():
        save_arrays({key: array + 1 for key, array in arrays.items()}, folder / f"{name}.npz", half=False)
    np.savez(folder / "pickle.npz", **{"embedding/bias": np.array([{"a": 1}], object)})
    save_weights(model, folder / "cut.npz")
    content = (folder / "cut.npz").read_bytes()
    (folder / "cut.npz").write_bytes(content[: len(content) // 2])
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 0xFF
    (folder / "damaged.npz").write_bytes(bytes(damaged))
    found = {
        name: raised(lambda name=name: load_weights(model, folder / f"{name}.npz"))
        for name in (*wrong, "pickle", "cut", "damaged", "nowhere")
    }
    found["untouched"] = [
        str(all(np.array_equal(array, right[name]) for name, array in weight_arrays(model).items()))
    ]
    found["name"] = raised(lambda: build_backbone("resnet51"))
    found["small"] = raised(lambda: build_backbone("inception-v3", input_px=40))
    found["dimensions"] = raised(lambda: build_backbone("squeezenet", dimensions=32))
    found["parts"] = raised(lambda: build_backbone("resnet8-crops", dimensions=128))
    found["dlib"] = raised(lambda: build_backbone("dlib-resnet", dimensions=256))
    found["open"] = raised(lambda: build_backbone("mobilefacenet", input_px=0))
    return found


def raised(work) -> list[str]:  # type: ignore[no-untyped-def]
    """Class, message and hint."""
    try:
        work()
    except FacecamError as error:
        return [type(error).__name__, error.message, error.hint]
    return ["nothing", "", ""]
