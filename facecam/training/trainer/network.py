"""The network that is trained: built, filled with start weights, frozen in parts, exported. Imports TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

os.environ["KERAS_BACKEND"] = (
    "tensorflow"  # Before Keras is imported, for users who prefer another elsewhere.
)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.home import PROGRAM_FOLDER
from facecam.core.types import FloatArray
from facecam.networks.autoencoder import build_decoder
from facecam.networks.backbones import BACKBONES, Frozen, build_backbone, freeze, with_embedding
from facecam.networks.blocks import EMBEDDING
from facecam.networks.dlib_resnet import load_dlib_resnet
from facecam.networks.export import export_openvino, full_precision
from facecam.networks.weights_file import load_weights, named_variables, save_arrays, weight_arrays
from facecam.runtime.dlib_files import RESNET, find_dlib_file
from facecam.training.config.options import TrainOptions
from facecam.training.trainer.tiny_network import build_tiny

_DLIB, _RANDOM = "dlib-resnet", "random"


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network under training.

    Attributes:
        model: from pictures float32 (N, S, S, 3), 0…255, to [unit vectors, values before normalisation], and the
            features before them where a loss asks for those.
        single: the same layers, unit vectors only: what is exported.
        side_px: S.
        started: where its weights come from, in words.
    """

    model: keras.Model
    single: keras.Model
    side_px: int
    started: str

    @property
    def constants(self) -> tuple[Sequence[float], Sequence[float]]:
        """(mean, std) per channel, 0…255, that the network subtracts and divides by inside."""
        known = BACKBONES.get(self.single.name.replace("_", "-"), BACKBONES["resnet50"])
        return known.mean, known.std

    @property
    def dimensions(self) -> int:
        """D."""
        return int(self.single.output_shape[-1])

    def prepare(self, options: TrainOptions, *, replicas: int = 1) -> None:
        """Decide which layers learn, as `freeze` and `batch_norm` say.

        With several replicas batch normalization takes the statistics of the whole batch.
        """
        freeze(self.single, "nothing")
        if options.freeze != "none":
            freeze(self.single, cast(Frozen, options.freeze))
        if options.batch_norm == "frozen":
            freeze(self.single, "batch_norm")
        for layer in self.single.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = replicas > 1

    def weights(self) -> dict[str, FloatArray]:
        """All weights by `<layer>/<variable>`."""
        return weight_arrays(self.single)

    def set_weights(self, arrays: Mapping[str, np.ndarray]) -> None:
        """The reverse of `weights`."""
        for name, variable in named_variables(self.single).items():
            variable.assign(arrays[name])


def open_network(options: TrainOptions, weights: Path) -> Network:
    """Build the network of the options with its start weights.

    Args:
        options: `backbone`, `embedding_size`, `input_px`, `start`.
        weights: the folder of models.

    Raises:
        WeightsError: no such start weights, or they do not fit the network.
    """
    started = _start_of(options, weights)
    single = _build(options)
    words = _fill(single, started, weights)
    side_px = int(single.input_shape[1])
    return Network(_outputs(single, options), single, side_px, words)


def _outputs(single: keras.Model, options: TrainOptions) -> keras.Model:
    both = with_embedding(single)
    if options.loss != "vae":
        return both
    return keras.Model(single.input, [*both.outputs, single.get_layer("features").output], name=both.name)


def export_autoencoder(
    arrays: Mapping[str, np.ndarray], decoder: keras.Model, options: TrainOptions, folder: Path
) -> None:
    """Write `encoder.xml`, from chips to what stands for them, and `decoder.xml`, from there to pictures.

    Raises:
        WeightsError: the export failed.
    """
    with full_precision():
        single, drawing = _build(options), build_decoder(options.embedding_size)
        Network(single, single, 0, "").set_weights(arrays)
        drawing.set_weights(decoder.get_weights())
        export_openvino(keras.Model(single.input, single.get_layer(EMBEDDING).output), folder / "encoder.xml")
        export_openvino(drawing, folder / "decoder.xml")


def export_network(arrays: Mapping[str, np.ndarray], options: TrainOptions, folder: Path) -> None:
    """Write `model.xml`, `model.bin` and `weights.npz` of trained weights.

    A network with full precision is built for it, since the trained one may compute in half of it.

    Raises:
        WeightsError: the export failed.
        DataError: the folder cannot be written.
    """
    with full_precision():
        single = _build(options)
        Network(single, single, 0, "").set_weights(arrays)
        export_openvino(single, folder / "model.xml")
        save_arrays(arrays, folder / "weights.npz", half=False)


def _build(options: TrainOptions) -> keras.Model:
    build = build_tiny if options.backbone == "tiny" else partial(build_backbone, options.backbone)
    return build(dimensions=options.embedding_size, input_px=options.input_px)


def _start_of(options: TrainOptions, weights: Path) -> str:
    if options.start != "auto":
        return options.start
    known = BACKBONES.get(options.backbone)
    pretrained = known.pretrained if known is not None else ()
    # dlib's own file is always there, see `_fill`.
    there = [name for name in pretrained if name == _DLIB or _kept(weights, name) is not None]
    return there[0] if there else _RANDOM


def _fill(single: keras.Model, start: str, weights: Path) -> str:
    if start == _RANDOM:
        return "random weights"
    if start == _DLIB and single.name == "dlib_resnet":
        single.set_weights(load_dlib_resnet(find_dlib_file(RESNET, weights)).get_weights())
        return _DLIB
    path = _kept(weights, start)
    if path is None:
        raise WeightsError(
            f"there are no start weights {start!r}",
            hint="Give auto, random, a model that was trained here, a run's folder, or an .npz file.",
        )
    load_weights(single, path)
    return start


def _kept(weights: Path, start: str) -> Path | None:
    """The file of the weights a model, run or path names."""
    given = Path(start)
    candidates: Sequence[Path] = (
        given,
        given / "model" / "weights.npz",
        given / "weights.npz",
        weights / start / "weights.npz",
        PROGRAM_FOLDER / "weights" / start / "weights.npz",  # Shipped: another home has no copy.
    )
    return next((path for path in candidates if path.suffix == ".npz" and path.is_file()), None)
