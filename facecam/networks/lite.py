"""Conversion of an OpenVINO network to a LiteRT file (`.tflite`), tried with its interpreter. Imports TensorFlow.

Run as a process of its own: `python -m facecam.networks.lite FOLDER`, see `convert`.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Final

from facecam.networks.lite_graph import LiteGraph  # First: it quietens TensorFlow.

import numpy as np  # isort: skip
import openvino as ov  # isort: skip
import tensorflow as tf  # isort: skip

from facecam.core.children import serve
from facecam.core.events import CancelToken
from facecam.core.types import FloatArray

#: In the folder: given, then made.
NETWORK, CHIPS, LITE, VECTORS = "model.xml", "chips.npy", "model.tflite", "vectors.npy"
INPUT, OUTPUT = "chips", "unit_vectors"
_SIGNATURE: Final = "serving_default"


def lite_bytes(model: ov.Model) -> bytes:
    """The content of a `.tflite` file: a chip float32 (1, S, S, 3) in, a vector float32 (1, D) out.

    The signature calls them `chips` and `unit_vectors`. Weights are constants
    of the traced function: variables would be left out of the file, and the
    interpreter would compute with whatever is in memory (often NaN).

    Raises:
        WeightsError: the network has an operation that is not known here.
    """
    shape = [size.get_length() if size.is_static else 1 for size in model.input(0).get_partial_shape()]
    graph = LiteGraph(model)

    @tf.function(input_signature=[tf.TensorSpec((1, *shape[1:]), tf.float32, INPUT)])  # type: ignore[untyped-decorator]
    def embed(chips: tf.Tensor) -> dict[str, tf.Tensor]:
        return {OUTPUT: graph(chips)}

    owner = tf.Module()
    owner.embed = embed
    converter = tf.lite.TFLiteConverter.from_concrete_functions([embed.get_concrete_function()], owner)
    content: bytes = converter.convert()
    return content


def lite_vectors(content: bytes, chips: FloatArray) -> FloatArray:
    """What the interpreter computes from a file's content, float32 (N, D), one chip of (N, S, S, 3) at a time."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # TensorFlow would like the interpreter to be taken from another package.
        runner = tf.lite.Interpreter(model_content=content).get_signature_runner(_SIGNATURE)
    return np.concatenate([runner(**{INPUT: chip[None]})[OUTPUT] for chip in chips])


def convert(folder: Path) -> dict[str, object]:
    """Convert and try a network.

    Args:
        folder: holds `model.xml` (and `.bin`) and `chips.npy`, float32 (N, S, S, 3). Gets `model.tflite` and
            `vectors.npy`, float32 (N, D).

    Raises:
        WeightsError: the network has an operation that is not known here.
    """
    content = lite_bytes(ov.Core().read_model(folder / NETWORK))
    (folder / LITE).write_bytes(content)
    np.save(folder / VECTORS, lite_vectors(content, np.load(folder / CHIPS, allow_pickle=False)))
    return {}


if __name__ == "__main__":
    sys.exit(serve(lambda on_event, cancel: convert(Path(sys.argv[1])), CancelToken()))
