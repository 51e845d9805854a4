"""Computes networks with TensorFlow apart from the tests: python -m tests.networks.lite_driver FOLDER.

For every `N.xml` in FOLDER with its input `N.npy` writes `N-found.npy`, or
`N.json` with the message of what was raised.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from facecam.networks.lite_graph import LiteGraph

import numpy as np  # isort: skip
import openvino as ov  # isort: skip
import tensorflow as tf  # isort: skip

from facecam.core.errors import WeightsError


def main(folder: Path) -> None:
    """Compute all of them."""
    for network in sorted(folder.glob("*.xml")):
        given = tf.constant(np.load(network.with_suffix(".npy")))
        try:
            found = LiteGraph(ov.Core().read_model(network))(given)
            np.save(network.with_name(f"{network.stem}-found.npy"), found.numpy())
        except WeightsError as error:
            network.with_suffix(".json").write_text(json.dumps([error.message, error.hint]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
