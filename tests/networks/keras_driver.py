"""Runs the Keras definitions apart from the tests: python -m tests.networks.keras_driver WEIGHTS FOLDER.

Reads `chips.npy` in FOLDER, and `small.npy` where ResNet50 is to be tried; writes `raw.npy`, `unit.npy`,
`resnet50.npy`, and `errors.json`: what loading each `resnet-…` of `broken/` raised, as [class, message].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from facecam.networks.backbones import build_backbone
from facecam.networks.dlib_resnet import load_dlib_resnet
from facecam.networks.weights_file import load_weights
from facecam.runtime.dlib_files import RESNET, find_dlib_file


def main(weights: Path, folder: Path) -> None:
    """Answer what the tests ask."""
    chips = np.load(folder / "chips.npy").astype(np.float32)
    source = find_dlib_file(RESNET, weights)
    np.save(folder / "raw.npy", load_dlib_resnet(source, unit_norm=False)(chips).numpy())
    np.save(folder / "unit.npy", load_dlib_resnet(source)(chips).numpy())
    if (folder / "small.npy").is_file():
        model = build_backbone("resnet50")
        load_weights(model, weights / "resnet50" / "weights.npz")
        np.save(folder / "resnet50.npy", model(np.load(folder / "small.npy").astype(np.float32)).numpy())
    errors = {path.name: raised(path) for path in sorted((folder / "broken").glob("resnet-*"))}
    (folder / "errors.json").write_text(json.dumps(errors))


def raised(path: Path) -> list[str]:
    """Class and message of what loading raises."""
    try:
        load_dlib_resnet(path)
    except Exception as error:  # The point is to learn which.
        return [type(error).__name__, str(error)]
    return ["nothing", ""]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
