"""dlib's network as a teacher. Imports Keras."""

from __future__ import annotations

from pathlib import Path

import keras

from facecam.networks.dlib_resnet import build_dlib_resnet, load_dlib_resnet
from facecam.networks.export import full_precision
from facecam.networks.weights_file import load_weights


def load_teacher(path: Path) -> keras.Model:
    """dlib's network without normalization, in full precision: its answers are what is learnt.

    Raises:
        WeightsError: the file is missing or holds another network.
    """
    with full_precision():
        if path.suffix != ".npz":
            return load_dlib_resnet(path, unit_norm=False)
        teacher = build_dlib_resnet(unit_norm=False)
        load_weights(teacher, path)
        return teacher
