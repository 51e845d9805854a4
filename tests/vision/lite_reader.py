"""Another reader of the same TensorFlow Lite files."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from facecam.core.types import FloatArray


def lite_answers(file: Path, picture: FloatArray) -> dict[tuple[int, ...], FloatArray]:
    """What TensorFlow's interpreter makes of a picture float32 (1, H, W, 3): its outputs by their shapes."""
    import tensorflow as tf  # Takes seconds: only when it is asked.

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow would like it to be taken from another package.
        reader = tf.lite.Interpreter(model_path=str(file))
    reader.allocate_tensors()
    reader.set_tensor(reader.get_input_details()[0]["index"], picture)
    reader.invoke()
    outputs = [np.array(reader.get_tensor(one["index"])) for one in reader.get_output_details()]
    return {one.shape: one for one in outputs}
