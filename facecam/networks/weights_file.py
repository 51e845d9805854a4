"""Named arrays of a network on disk: plain numbers in an `.npz`, never pickled objects.

Kernels are kept as float16 (half the size, and far below what training
changes), everything else as float32. A file fits a network completely or
not at all: names and shapes are compared before a single weight is set.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.paths import atomic_write, printable, read_file
from facecam.core.types import FloatArray
from facecam.core.words import listed
from facecam.networks.npz import parse_npz

#: Arrays named like this are large and forgiving.
_HALF_PRECISION = "/kernel"
_SHOWN_NAMES = 4
#: The largest network that can be trained has 240 MB.
_MOST_BYTES = 1 << 30


def weight_arrays(model: Any) -> dict[str, np.ndarray]:
    """The weights of a Keras model by `<layer>/<variable>`, float32, in the order of the layers.

    Raises:
        WeightsError: two layers share a name, so that the file could not tell them apart.
    """
    return {
        name: np.asarray(variable.numpy(), np.float32) for name, variable in named_variables(model).items()
    }


def save_weights(model: Any, path: Path) -> None:
    """Write the weights of a Keras model, whole or not at all.

    Args:
        model: any Keras model whose layers have unique names.
        path: of the `.npz`; its folder must exist.

    Raises:
        WeightsError: two layers share a name.
        DataError: the file cannot be written.
    """
    save_arrays(weight_arrays(model), path)


def save_arrays(arrays: Mapping[str, np.ndarray], path: Path, *, half: bool = True) -> None:
    """Write named arrays, whole or not at all.

    Args:
        arrays: by name.
        path: of the `.npz`; its folder must exist.
        half: kernels as float16, else as float32.

    Raises:
        DataError: the file cannot be written.
    """
    content = io.BytesIO()
    np.savez(content, **{name: _stored(name, array, half) for name, array in arrays.items()})  # type: ignore[arg-type]
    atomic_write(path, content.getvalue())


def load_weights(model: Any, path: Path) -> None:
    """Set the weights of a Keras model from a file that holds exactly them.

    Args:
        model: the network.
        path: an `.npz` written by `save_weights`.

    Raises:
        WeightsError: missing, unreadable, or a name is missing, extra or of
            another shape; the message names them and the model is untouched.
    """
    variables = named_variables(model)
    arrays = read_fitting_arrays(path, {name: tuple(one.shape) for name, one in variables.items()})
    for name, variable in variables.items():
        variable.assign(arrays[name])


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of an `.npz` by name; nothing in it is executed.

    Raises:
        WeightsError: missing, unreadable, not an `.npz` of finite numbers.
    """
    if not path.is_file():
        raise WeightsError(
            f"the weights file {printable(str(path))} is missing", hint="Check the path, or train again."
        )
    content = read_file(path, _MOST_BYTES)
    try:
        arrays = parse_npz(content)
    except ValueError as error:
        raise _unreadable(path, str(error)) from error
    _require_numbers(path, arrays)
    return arrays


def read_fitting_arrays(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, FloatArray]:
    """The arrays of a file that holds exactly those of a network, float32.

    Args:
        path: an `.npz` written by `save_weights`.
        shapes: by name.

    Raises:
        WeightsError: missing, unreadable, or a name is missing, extra or of another shape.
    """
    arrays = read_arrays(path)
    _require_fit(path, shapes, arrays)
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def named_variables(model: Any) -> dict[str, Any]:
    """The variables of a Keras model by `<layer>/<variable>`, in the order of the layers.

    Raises:
        WeightsError: two layers share a name.
    """
    found: dict[str, Any] = {}
    for layer in model.layers:
        for variable in layer.weights:
            name = f"{layer.name}/{variable.name}"
            if name in found:
                raise WeightsError(
                    f"two weights of {model.name} are called {name}", hint="Give the layers different names."
                )
            found[name] = variable
    return found


def _stored(name: str, array: np.ndarray, half: bool) -> np.ndarray:
    wanted = np.float16 if half and name.endswith(_HALF_PRECISION) else np.float32
    return np.asarray(array, wanted)


def _require_numbers(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
            raise _unreadable(path, f"{printable(name)} holds something else than finite numbers")


def _require_fit(path: Path, wanted: Mapping[str, tuple[int, ...]], arrays: Mapping[str, np.ndarray]) -> None:
    missing = [name for name in wanted if name not in arrays]
    extra = [printable(name) for name in arrays if name not in wanted]
    shapes = [
        f"{name} {arrays[name].shape} instead of {shape}"
        for name, shape in wanted.items()
        if name in arrays and arrays[name].shape != shape
    ]
    faults = [
        f"{word} {listed(names, _SHOWN_NAMES)}"
        for word, names in (("missing", missing), ("not of this network", extra), ("other shape", shapes))
        if names
    ]
    if faults:
        raise WeightsError(
            f"{printable(str(path))} does not fit the network: {'; '.join(faults)}",
            hint="Use weights of the same backbone and embedding size, or start from others.",
        )


def _unreadable(path: Path, why: str) -> WeightsError:
    return WeightsError(
        f"{printable(str(path))} is not a readable weights file: {printable(why)}",
        hint="Copy it again from where it came; a pickled or Keras file is never taken for one.",
    )
