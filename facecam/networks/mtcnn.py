"""The three networks of MTCNN, in Keras.

Zhang, Zhang, Li, Qiao: Joint Face Detection and Alignment using Multi-task Cascaded
Convolutional Networks (IEEE SPL 2016, figure 2), with the channel counts and the pooling of
the package `mtcnn`, whose weights they take. All three want pixels as (x − 127.5)/128, RGB.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras
from keras import layers

from facecam.core.errors import WeightsError
from facecam.core.paths import atomic_write
from facecam.core.types import FloatArray
from facecam.networks.mtcnn_file import read_mtcnn_weights


def build_pnet() -> keras.Model:
    """The proposal network: every 12×12 window of a picture, at a stride of 2.

    Input (N, H, W, 3), H and W ≥ 12. Outputs: corrections (N, h, w, 4) of left, top, right and
    bottom in window widths; probabilities (N, h, w, 2) of no face and face.
    """
    picture = keras.Input((None, None, 3), name="picture")
    x = _convolution(picture, 1, channels=10, kernel=3)
    x = layers.MaxPooling2D(2, 2, padding="same")(x)
    x = _convolution(x, 2, channels=16, kernel=3)
    x = _convolution(x, 3, channels=32, kernel=3)
    corrections = layers.Conv2D(4, 1, name="corrections")(x)
    probabilities = layers.Conv2D(2, 1, activation="softmax", name="probabilities")(x)
    return keras.Model(picture, [corrections, probabilities], name="pnet")


def build_rnet() -> keras.Model:
    """The refining network. Input (N, 24, 24, 3); outputs corrections (N, 4), probabilities (N, 2)."""
    patch = keras.Input((24, 24, 3), name="patch")
    x = _convolution(patch, 1, channels=28, kernel=3)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = _convolution(x, 2, channels=48, kernel=3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = _convolution(x, 3, channels=64, kernel=2)
    x = _dense(x, 4, units=128)
    corrections = layers.Dense(4, name="corrections")(x)
    probabilities = layers.Dense(2, activation="softmax", name="probabilities")(x)
    return keras.Model(patch, [corrections, probabilities], name="rnet")


def build_onet() -> keras.Model:
    """The output network.

    Input (N, 48, 48, 3). Outputs: corrections (N, 4); points (N, 10), five x then five y in box
    widths, of the picture's left eye, right eye, nose, left and right mouth corner;
    probabilities (N, 2).
    """
    patch = keras.Input((48, 48, 3), name="patch")
    x = _convolution(patch, 1, channels=32, kernel=3)
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = _convolution(x, 2, channels=64, kernel=3)
    x = layers.MaxPooling2D(3, 2)(x)
    x = _convolution(x, 3, channels=64, kernel=3)
    x = layers.MaxPooling2D(2, 2, padding="same")(x)
    x = _convolution(x, 4, channels=128, kernel=2)
    x = _dense(x, 5, units=256)
    corrections = layers.Dense(4, name="corrections")(x)
    points = layers.Dense(10, name="points")(x)
    probabilities = layers.Dense(2, activation="softmax", name="probabilities")(x)
    return keras.Model(patch, [corrections, points, probabilities], name="onet")


def load_mtcnn(folder: Path) -> dict[str, keras.Model]:
    """The three networks with the weights of the package `mtcnn`.

    Args:
        folder: holds `pnet.lz4`, `rnet.lz4` and `onet.lz4`.

    Returns:
        The models under the names `pnet`, `rnet` and `onet`.

    Raises:
        WeightsError: a file is missing, damaged, or made for another network.
    """
    models = {"pnet": build_pnet(), "rnet": build_rnet(), "onet": build_onet()}
    for name, model in models.items():
        path = folder / f"{name}.lz4"
        _set_weights(model, read_mtcnn_weights(path), path)
    return models


def export_mtcnn(weights_folder: Path, target: Path) -> None:
    """Convert the package's weights to `target`/{pnet,rnet,onet}.{xml,bin}, which OpenVINO runs.

    Args:
        weights_folder: holds `pnet.lz4`, `rnet.lz4` and `onet.lz4`.
        target: is made if missing; files of these names are replaced.

    Raises:
        WeightsError: a weight file is missing, damaged, or made for another network.
        DataError: `target` cannot be written.
    """
    models = load_mtcnn(weights_folder)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, model in models.items():
            network = Path(scratch) / f"{name}.xml"
            model.export(str(network), format="openvino", verbose=False)
            # The .xml last: whoever finds it can rely on its .bin.
            for file in (network.with_suffix(".bin"), network):
                atomic_write(target / file.name, file.read_bytes())


def _convolution(x: keras.KerasTensor, number: int, *, channels: int, kernel: int) -> keras.KerasTensor:
    x = layers.Conv2D(channels, kernel, name=f"convolution_{number}")(x)
    return layers.PReLU(shared_axes=[1, 2], name=f"slopes_{number}")(x)


def _dense(x: keras.KerasTensor, number: int, *, units: int) -> keras.KerasTensor:
    # The weights come from a framework that stores columns first: width before height.
    x = layers.Flatten()(layers.Permute((2, 1, 3))(x))
    x = layers.Dense(units, name=f"dense_{number}")(x)
    return layers.PReLU(name=f"slopes_{number}")(x)


def _set_weights(model: keras.Model, arrays: list[FloatArray], path: Path) -> None:
    # The outputs are listed in the file in the order in which the model returns them, which is
    # not the order of `model.layers`.
    outputs = [model.get_layer(name) for name in model.output_names]
    trunk = [layer for layer in model.layers if layer.weights and layer not in outputs]
    variables = [variable for layer in trunk + outputs for variable in layer.weights]
    expected = [tuple(variable.shape) for variable in variables]
    received = [array.shape for array in arrays]
    if expected != received:
        raise WeightsError(
            f"{path} does not fit the network {model.name}: expected shapes {expected}. Received: {received}",
            hint="Install version 1.0.0 of the package mtcnn.",
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
