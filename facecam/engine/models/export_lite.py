"""A network as a LiteRT file, made and tried in a process of its own: this one never sees TensorFlow."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import openvino as ov

from facecam.core.children import run_child
from facecam.core.errors import WeightsError
from facecam.core.extras import require_tensorflow
from facecam.core.paths import readable_os_errors
from facecam.core.types import FloatArray
from facecam.runtime.plain_operations import in_plain_operations

#: Imported by name in the other process only.
_MAKER: Final = "facecam.networks.lite"
_HINT: Final = "Export as onnx or openvino instead."


def lite_file(model: ov.Model, chips: FloatArray) -> tuple[bytes, FloatArray]:
    """Convert a network and try it; takes half a minute.

    Args:
        model: chips float32 (N, S, S, 3) in, unit vectors out, nothing needed beside it.
        chips: float32 (N, S, S, 3), to try it on.

    Returns:
        The content of the `.tflite` file, and what LiteRT's interpreter makes of the chips, float32 (N, D).

    Raises:
        DependencyError: TensorFlow is not installed.
        WeightsError: it cannot be written in this form.
        DataError: no room for the files in between.
    """
    require_tensorflow("writing litert", otherwise="or export as onnx or openvino")
    plain = in_plain_operations(model)
    plain.reshape([1, *chips.shape[1:]])  # Sizes a network leaves open must be known in such a file.
    with tempfile.TemporaryDirectory(prefix="facecam-") as made:
        folder = Path(made)
        with readable_os_errors("write", folder):
            ov.save_model(plain, folder / "model.xml", compress_to_fp16=False)
            np.save(folder / "chips.npy", chips)
        ended = run_child(_MAKER, str(folder))
        if ended.result is None:
            raise WeightsError(f"the conversion to litert fell over: {ended.last_line}", hint=_HINT)
        return (folder / "model.tflite").read_bytes(), np.load(folder / "vectors.npy", allow_pickle=False)
