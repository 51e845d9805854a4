"""The networks that can be trained, by name. Imports TensorFlow.

All share three names: the input `chips` (N, S, S, 3), RGB 0…255; the layer
`embedding` whose output (N, D) a classification or centre loss sees; and the
output `unit` (N, D), the same divided by its L2 norm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import keras

from facecam.core.errors import ConfigError
from facecam.networks import autoencoder, dlib_layout, dlib_resnet, inception_resnet_v1
from facecam.networks.blocks import EMBEDDING, chip_input, embedding_head, normalized, standardised
from facecam.networks.crops import CROPS, crops_head, resnet8_crops
from facecam.networks.mobilefacenet import mobilefacenet
from facecam.networks.resnet import resnet8, resnet18, resnet34
from facecam.networks.squeezenet import squeezenet

LEAST_DIMENSIONS, MOST_DIMENSIONS = 64, 1024
_MOST_INPUT_PX = 512
Frozen = Literal["nothing", "backbone", "early", "batch_norm"]
Rgb = tuple[float, float, float]
_FACENET_MEAN: Rgb = (127.5, 127.5, 127.5)
_FACENET_STD: Rgb = (128.0, 128.0, 128.0)


@dataclass(frozen=True, slots=True)
class Backbone:
    """A network that can be trained.

    Attributes:
        name: as in `--backbone`.
        features: from normalised chips to features (N, F), or to those of several crops; None for dlib's, which is
            built whole.
        input_px: side of its input unless another is asked for.
        least_px: smallest side it works with.
        any_size: whether `input_px=0`, an input of any size, is possible.
        mean: per channel, in units of 0…255, subtracted inside.
        std: per channel, in units of 0…255, divided by inside.
        per_picture: whether each picture is normalised by its own mean and deviation instead.
        head: from features and D to `unit` by way of `embedding`.
        parts: D is a multiple of this.
        pretrained: models in `weights/` whose weights it can start from, best first.
    """

    name: str
    features: Callable[[keras.KerasTensor], Any] | None
    input_px: int = 112
    least_px: int = 32
    any_size: bool = True
    mean: Rgb = _FACENET_MEAN
    std: Rgb = _FACENET_STD
    per_picture: bool = False
    head: Callable[[Any, int], keras.KerasTensor] = embedding_head
    parts: int = 1
    pretrained: tuple[str, ...] = ()


def _shipped(kind: Callable[..., keras.Model]) -> Callable[[keras.KerasTensor], Any]:
    """Features of normalised chips by a network that Keras has, such as ResNet50 with bottlenecks and the stride in
    the first 1×1 convolution, or Inception (Szegedy et al., 2015, arXiv:1512.00567, and 2016, arXiv:1602.07261)."""
    return lambda x: kind(include_top=False, weights=None, pooling="avg", input_tensor=x).output


#: Of networks that take each picture's own light out.
_OWN_LIGHT: dict[str, Any] = {"mean": (0.0,) * 3, "std": (1.0,) * 3, "per_picture": True, "any_size": False}
_DLIB = Backbone(
    "dlib-resnet",
    None,
    input_px=dlib_layout.CHIP_PX,
    least_px=dlib_layout.CHIP_PX,
    any_size=False,
    mean=dlib_layout.MEAN_RGB,
    std=(dlib_layout.SCALE,) * 3,
    pretrained=("dlib-resnet",),
)
_V1 = Backbone(
    "inception-resnet-v1",
    inception_resnet_v1.inception_resnet_v1,
    input_px=160,
    least_px=inception_resnet_v1.LEAST_INPUT_PX,
    head=inception_resnet_v1.bottleneck_head,
)
_CROPS = Backbone(
    "resnet8-crops",
    resnet8_crops,
    input_px=128,
    least_px=96,
    head=crops_head,
    parts=len(CROPS),
    **_OWN_LIGHT,
)
#: Keras's layouts of Inception lose all of a smaller picture.
_INCEPTION_PX = 75
_VAE_PX = autoencoder.SIDE_PX
_SHIPPED = keras.applications
BACKBONES: dict[str, Backbone] = {
    one.name: one
    for one in (
        Backbone("resnet50", _shipped(_SHIPPED.ResNet50), pretrained=("resnet50",)),
        Backbone("resnet8", resnet8, input_px=64, **_OWN_LIGHT),
        _CROPS,
        Backbone("resnet18", resnet18),
        Backbone("resnet34", resnet34),
        Backbone("resnet101", _shipped(_SHIPPED.ResNet101)),
        Backbone("inception-v3", _shipped(_SHIPPED.InceptionV3), input_px=139, least_px=_INCEPTION_PX),
        _V1,
        Backbone(
            "inception-resnet-v2", _shipped(_SHIPPED.InceptionResNetV2), input_px=139, least_px=_INCEPTION_PX
        ),
        Backbone("squeezenet", squeezenet),
        Backbone("mobilefacenet", mobilefacenet, any_size=False),
        Backbone("dfc-vae", autoencoder.encoder, input_px=_VAE_PX, least_px=_VAE_PX, any_size=False),
        _DLIB,
    )
}


def backbone(name: str) -> Backbone:
    """What is known of a backbone.

    Raises:
        ConfigError: no such backbone.
    """
    if name not in BACKBONES:
        raise ConfigError(f"there is no backbone {name!r}", hint=f"Choose one of {', '.join(BACKBONES)}.")
    return BACKBONES[name]


def build_backbone(name: str, *, dimensions: int = 128, input_px: int | None = None) -> keras.Model:
    """A network with fresh weights.

    Args:
        name: a key of `BACKBONES`.
        dimensions: length D of the vectors, 64 to 1024.
        input_px: side S of the input; None: the backbone's own; 0: any size, where it can.

    Returns:
        A model from chips (N, S, S, 3), RGB 0…255, float32 or uint8, to unit
        vectors float32 (N, D). Kernels are drawn at random.

    Raises:
        ConfigError: no such backbone, or not in that size.

    Example:
        >>> build_backbone("squeezenet", dimensions=64).output_shape
        (None, 64)
    """
    known = backbone(name)
    side_px = known.input_px if input_px is None else input_px
    _check_sizes(known, dimensions, side_px)
    if known.features is None:
        return dlib_resnet.build_dlib_resnet()
    chips = chip_input(side_px)
    x = standardised(chips) if known.per_picture else normalized(chips, known.mean, known.std)
    features = known.features(x)
    model = keras.Model(chips, known.head(features, dimensions), name=name.replace("-", "_"))
    _name_by_place(model)
    return model


def with_embedding(model: keras.Model) -> keras.Model:
    """The same layers with two outputs: unit vectors (N, D), and `embedding` before normalisation (N, D)."""
    return keras.Model(
        model.input, [model.output, model.get_layer(EMBEDDING).output], name=f"{model.name}_with_embedding"
    )


def freeze(model: keras.Model, what: Frozen) -> None:
    """Keep some weights from learning; may be called for several things in turn.

    Args:
        model: from `build_backbone`.
        what: `nothing` makes everything learn again; `backbone` keeps all but
            the layer `embedding`; `early` keeps all but that layer and the last
            stage, those with the smallest maps; `batch_norm` keeps statistics,
            factors and shifts of all batch normalisations, which then work as
            in use (and dlib's affine layers, which are such in a fixed form).
    """
    last_px = _smallest_maps_px(model)
    for layer in model.layers:
        is_norm = isinstance(layer, keras.layers.BatchNormalization | dlib_resnet.Affine)
        is_head = layer.name == EMBEDDING or layer.name.startswith(f"{EMBEDDING}_")
        is_early = not is_head and _map_px(layer) > last_px.get(_crop_of(layer), 0)
        if what == "nothing":
            layer.trainable = True
        elif (
            (what == "backbone" and not is_head)
            or (what == "early" and is_early)
            or (what == "batch_norm" and is_norm)
        ):
            layer.trainable = False


def _smallest_maps_px(model: keras.Model) -> dict[str, int]:
    """Height of the smallest map that a convolution makes, by crop; "" is a network that sees the whole chip."""
    convolutions = keras.layers.Conv2D, keras.layers.SeparableConv2D, keras.layers.DepthwiseConv2D
    smallest: dict[str, int] = {}
    for layer in model.layers:
        if isinstance(layer, convolutions):
            crop = _crop_of(layer)
            smallest[crop] = min(smallest.get(crop, _map_px(layer)), _map_px(layer))
    return smallest


def _crop_of(layer: keras.Layer) -> str:
    first = str(layer.name).partition("_")[0]
    return first if first in CROPS else ""


def _map_px(layer: keras.Layer) -> int:
    """Height of the map a layer makes; 0 where it makes none, or one of any size."""
    shape = layer.output.shape
    return int(shape[1] or 0) if len(shape) == 4 else 0


def _check_sizes(known: Backbone, dimensions: int, side_px: int) -> None:
    if known.features is None and dimensions != dlib_layout.DIMENSIONS:
        raise ConfigError(
            f"{known.name} has vectors of {dlib_layout.DIMENSIONS} values, not {dimensions}",
            hint="Leave the embedding size out, or choose another backbone.",
        )
    if not LEAST_DIMENSIONS <= dimensions <= MOST_DIMENSIONS:
        raise ConfigError(
            f"vectors of {dimensions} values", hint=f"Choose {LEAST_DIMENSIONS} to {MOST_DIMENSIONS} values."
        )
    if dimensions % known.parts:
        raise ConfigError(
            f"{known.name} has vectors of {known.parts} equal parts, not {dimensions} values",
            hint=f"Choose a multiple of {known.parts}: --embedding-size {64 * known.parts}.",
        )
    most_px = known.input_px if known.features is None else _MOST_INPUT_PX
    if not (known.any_size and side_px == 0) and not known.least_px <= side_px <= most_px:
        sizes = f"{known.least_px} to {most_px}" if most_px > known.least_px else f"{most_px}"
        raise ConfigError(f"{known.name} at {side_px} px", hint=f"It works with {sizes} px.")


def _name_by_place(model: keras.Model) -> None:
    """Name what Keras named by counting all layers of the process: weights are kept by layer name."""
    counts: dict[str, int] = {}
    for layer in model.layers:
        kind = type(layer).__name__.lower()
        if layer.name.startswith(_automatic(layer)):
            counts[kind] = counts.get(kind, 0) + 1
            layer.name = f"{kind}_at_{counts[kind]}"


def _automatic(layer: keras.Layer) -> str:
    """How the names begin that Keras makes up for a layer."""
    return str(keras.src.utils.naming.to_snake_case(type(layer).__name__))
