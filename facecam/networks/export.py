"""From a Keras model to the files the runtime reads. Imports TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras

from facecam.core.errors import WeightsError
from facecam.networks.backbones import build_backbone
from facecam.networks.dlib_mmod import load_dlib_mmod
from facecam.networks.dlib_resnet import load_dlib_resnet
from facecam.networks.mtcnn import export_mtcnn
from facecam.networks.weights_file import load_weights


def export_openvino(model: keras.Model, path: Path) -> None:
    """Write `model` as OpenVINO IR.

    Args:
        model: any functional Keras model.
        path: ends in `.xml`; the `.bin` is written beside it.

    Raises:
        WeightsError: nothing usable was written.
    """
    model.export(str(path), format="openvino", verbose=False)
    if not path.is_file() or not path.with_suffix(".bin").is_file():
        raise WeightsError(
            f"exporting {model.name} wrote no network to {path}", hint="Check the disk and repeat."
        )


def export_dlib_resnet(source: Path, target: Path) -> None:
    """dlib's `.dat` of the face recognition ResNet → `target/model.xml`, unit norm inside."""
    export_openvino(load_dlib_resnet(source), target / "model.xml")


def export_dlib_mmod(source: Path, target: Path) -> None:
    """dlib's `.dat` of the CNN face detector → `target/model.xml`."""
    export_openvino(load_dlib_mmod(source), target / "model.xml")


def export_resnet50(source: Path, target: Path) -> None:
    """The shipped `weights.npz` of ResNet50 → `target/model.xml`, unit norm inside."""
    model = build_backbone("resnet50")
    load_weights(model, source)
    export_openvino(model, target / "model.xml")


EXPORTERS: dict[str, Callable[[Path, Path], None]] = {
    "dlib-resnet": export_dlib_resnet,
    "dlib-mmod": export_dlib_mmod,
    "mtcnn": export_mtcnn,
    "resnet50": export_resnet50,
}
"""By model name: from the original weights (a file, or a folder of them) to a folder of networks."""
