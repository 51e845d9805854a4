"""Runs the Keras definitions apart from the tests: python -m tests.networks.keras_driver WEIGHTS FOLDER.

Reads `chips.npy` and `canvas.npy` in FOLDER; writes `raw.npy`, `unit.npy`,
`scores.npy`, and `errors.json`: what loading each file of `broken/` raised, as
[class, message].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from facecam.networks.dlib_mmod import load_dlib_mmod
from facecam.networks.dlib_resnet import load_dlib_resnet
from facecam.runtime.dlib_files import MMOD, RESNET, find_dlib_file

LOADERS = {"resnet": load_dlib_resnet, "mmod": load_dlib_mmod}


def main(weights: Path, folder: Path) -> None:
    """Answer what the tests ask."""
    chips = np.load(folder / "chips.npy").astype(np.float32)
    resnet, mmod = find_dlib_file(RESNET, weights), find_dlib_file(MMOD, weights)
    np.save(folder / "raw.npy", load_dlib_resnet(resnet, unit_norm=False)(chips).numpy())
    np.save(folder / "unit.npy", load_dlib_resnet(resnet)(chips[:2]).numpy())
    canvas = np.load(folder / "canvas.npy").astype(np.float32)
    np.save(folder / "scores.npy", load_dlib_mmod(mmod)(canvas[None]).numpy()[0, :, :, 0])
    errors = {path.name: raised(path) for path in sorted((folder / "broken").iterdir())}
    (folder / "errors.json").write_text(json.dumps(errors))


def raised(path: Path) -> list[str]:
    """Class and message of what loading raises; the file's name starts with the network's."""
    try:
        LOADERS[path.name.split("-")[0]](path)
    except Exception as error:  # The point is to learn which.
        return [type(error).__name__, str(error)]
    return ["nothing", ""]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
