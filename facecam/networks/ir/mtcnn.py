"""The three networks of MTCNN for OpenVINO.

Zhang, Zhang, Li, Qiao: Joint Face Detection and Alignment using Multi-task Cascaded
Convolutional Networks (IEEE SPL 2016, figure 2), with the channel counts and the pooling of
the package `mtcnn`, whose weights they take. All three want pixels as (x − 127.5)/128, RGB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray
from facecam.networks.ir import layers
from facecam.networks.mtcnn_file import read_mtcnn_weights


@dataclass(frozen=True, slots=True)
class _Convolution:
    """Convolution without padding, PReLU, then largest values of windows at a stride of 2.

    Attributes:
        channels: of the result.
        kernel: its side.
        pool: side of the windows; 0: none.
        beyond: whether windows may go over the end.
    """

    channels: int
    kernel: int = 3
    pool: int = 0
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    """One of the networks.

    Attributes:
        given: name of its input (N, H, W, 3).
        side_px: of that; None: any size.
        trunk: its convolutions.
        units: of the layer after them; 0: there is none, and outputs are maps.
        outputs: name and length of each, in the order of network and file.
    """

    given: str
    side_px: int | None
    trunk: tuple[_Convolution, ...]
    units: int
    outputs: Mapping[str, int]


#: Corrections are of left, top, right and bottom in box widths, probabilities of no face and face; points are five
#: x, then five y in box widths, of the picture's left eye, right eye, nose, left and right mouth corner.
_LAYOUTS: Final[dict[str, _Layout]] = {
    # Every 12×12 window of a picture, at a stride of 2: outputs (N, h, w, …).
    "pnet": _Layout(
        "picture",
        None,
        (_Convolution(10, pool=2, beyond=True), _Convolution(16), _Convolution(32)),
        0,
        {"corrections": 4, "probabilities": 2},
    ),
    "rnet": _Layout(
        "patch",
        24,
        (_Convolution(28, pool=3, beyond=True), _Convolution(48, pool=3), _Convolution(64, kernel=2)),
        128,
        {"corrections": 4, "probabilities": 2},
    ),
    "onet": _Layout(
        "patch",
        48,
        (
            _Convolution(32, pool=3, beyond=True),
            _Convolution(64, pool=3),
            _Convolution(64, pool=2, beyond=True),
            _Convolution(128, kernel=2),
        ),
        256,
        {"corrections": 4, "points": 10, "probabilities": 2},
    ),
}


def export_mtcnn(source: Path, target: Path) -> None:
    """The package's weights → `target`/{pnet,rnet,onet}.xml.

    Args:
        source: folder of `pnet.lz4`, `rnet.lz4` and `onet.lz4`.
        target: a folder.

    Raises:
        WeightsError: a file is missing, damaged or of another network, or nothing could be written.
    """
    for name in _LAYOUTS:
        layers.save(build_mtcnn(name, source / f"{name}.lz4"), target / f"{name}.xml")


def build_mtcnn(name: str, path: Path) -> ov.Model:
    """One of the networks with the weights of the package `mtcnn`.

    Args:
        name: `pnet`, `rnet` or `onet`.
        path: of its weights.

    Returns:
        A model from pictures (N, H, W, 3) to `corrections`, for `onet` also `points`, and `probabilities`; (N, h, w, …)
        for `pnet`, (N, …) for the others.

    Raises:
        WeightsError: the file is missing, damaged, or made for another network.
    """
    layout, weights = _LAYOUTS[name], _Weights(path, name)
    given = layers.pictures(layout.given, layout.side_px, layout.side_px)
    x, channels = layers.channels_first(given), 3
    for one in layout.trunk:
        x, channels = _convolved(x, weights, channels, one), one.channels
    if layout.units:
        x, channels = _flattened(x, weights, layout.units), layout.units
    results = {
        output: _result(x, weights, channels, length, maps=not layout.units, shares=output == "probabilities")
        for output, length in layout.outputs.items()
    }
    weights.require_end()
    return layers.network(name, given, results)


class _Weights:
    """The arrays of a file, taken one after the other."""

    def __init__(self, path: Path, network: str) -> None:
        self._path, self._network = path, network
        self._left = read_mtcnn_weights(path)

    def next(self, *shape: int) -> FloatArray:
        """The next array.

        Raises:
            WeightsError: it has another shape, or there is none.
        """
        if not self._left or self._left[0].shape != shape:
            found = f"an array {self._left[0].shape}" if self._left else "the end"
            raise self._misfit(f"{found} where one of {shape} should be")
        return self._left.pop(0)

    def require_end(self) -> None:
        """Raise `WeightsError` if arrays are left."""
        if self._left:
            raise self._misfit(f"{len(self._left)} arrays too many")

    def _misfit(self, what: str) -> WeightsError:
        return WeightsError(
            f"{self._path} does not fit the network {self._network}: {what}",
            hint="Install version 1.0.0 of the package mtcnn.",
        )


def _convolved(x: ov.Node, weights: _Weights, channels: int, layer: _Convolution) -> ov.Node:
    kernel = weights.next(layer.kernel, layer.kernel, channels, layer.channels).transpose(3, 2, 0, 1)
    x = layers.convolution(x, kernel, weights.next(layer.channels))
    x = layers.prelu(x, weights.next(1, 1, layer.channels))
    return layers.max_pool(x, layer.pool, 2, same=layer.beyond) if layer.pool else x


def _flattened(x: ov.Node, weights: _Weights, units: int) -> ov.Node:
    """A matrix over the whole map, PReLU. The weights count width first, then height, then channels."""
    channels, height, width = layers.map_sizes(x)
    size = channels * height * width
    rows = weights.next(size, units).reshape(width, height, channels, units).transpose(2, 1, 0, 3)
    flat = ops.reshape(x, np.array([-1, size]), special_zero=False)
    x = layers.dense(flat, rows.reshape(size, units), weights.next(units))
    return layers.prelu(x, weights.next(units))


def _result(
    x: ov.Node, weights: _Weights, channels: int, length: int, *, maps: bool, shares: bool
) -> ov.Node:
    if maps:
        kernel = weights.next(1, 1, channels, length).transpose(3, 2, 0, 1)
        x = layers.channels_last(layers.convolution(x, kernel, weights.next(length)))
    else:
        x = layers.dense(x, weights.next(channels, length), weights.next(length))
    return ops.softmax(x, -1) if shares else x
