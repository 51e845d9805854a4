"""From what a distillation leaves to a network that is used. Imports Keras and OpenVINO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from facecam.core.errors import DataError
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, read_file
from facecam.networks.backbones import build_backbone
from facecam.networks.export import export_openvino
from facecam.networks.weights_file import load_weights
from facecam.training.distil.plan import NETWORK_FILE, OUTCOME_FILE, TRAINED_FILE, WEIGHTS_FILE


def export_student(run: Path) -> dict[str, Any]:
    """Make a network of the best student of a run that is trained; what came of it is in `outcome.json` too.

    Raises:
        DataError: disk full or no permission, or what the training left is damaged.
    """
    content = read_file(run / TRAINED_FILE)
    # The student may have learnt in half precision and at any size; what is used has neither.
    keras.config.set_dtype_policy("float32")
    try:
        facts: dict[str, Any] = parse_json(content)
        model = build_backbone(facts["backbone"], dimensions=facts["dimensions"], input_px=facts["side_px"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{TRAINED_FILE} is damaged: {error}", hint="Delete it and go on with --resume."
        ) from error
    load_weights(model, run / WEIGHTS_FILE)
    export_openvino(model, run / NETWORK_FILE)
    atomic_write(run / OUTCOME_FILE, content)
    return facts
