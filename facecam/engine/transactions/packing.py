"""Our own frozen values as JSON and back: what a change of people needs after a crash, whatever fields they have."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

T = TypeVar("T")
#: Kinds of numbers an array may hold: floats, whole numbers, truth values. Never objects.
_KINDS = "fiub"


def packed(value: Any) -> Any:
    """A value as JSON: texts, numbers, None, arrays, tuples, and data classes made of these.

    Raises:
        TypeError: something else.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, np.ndarray):
        content = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"dtype": value.dtype.str, "shape": list(value.shape), "base64": content}
    if isinstance(value, tuple | list):
        return [packed(one) for one in value]
    if is_dataclass(value):
        names = [field.name for field in fields(value)]
        return {"class": type(value).__name__, **{name: packed(getattr(value, name)) for name in names}}
    raise TypeError(f"{type(value).__name__} cannot be packed")


def unpacked(document: Any, wanted: type[T], *within: type) -> T:
    """The reverse of `packed`; lists become tuples.

    Args:
        document: what `packed` returned.
        wanted: the data class it was.
        within: other data classes that may occur in it.

    Raises:
        ValueError, KeyError, TypeError: it is no such document.
    """
    value = _unpacked(document, {one.__name__: one for one in (wanted, *within)})
    if not isinstance(value, wanted):
        raise TypeError(f"no {wanted.__name__}")
    return value


def _unpacked(document: Any, classes: Mapping[str, type]) -> Any:
    if isinstance(document, list):
        return tuple(_unpacked(one, classes) for one in document)
    if not isinstance(document, dict):
        return document
    if "dtype" in document:
        dtype = np.dtype(document["dtype"])
        if dtype.kind not in _KINDS:
            raise ValueError(f"an array of {dtype} is not ours")
        content = base64.b64decode(document["base64"], validate=True)
        return np.frombuffer(content, dtype).reshape(document["shape"]).copy()
    made = classes[document["class"]]
    values = {name: _unpacked(value, classes) for name, value in document.items() if name != "class"}
    hints = get_type_hints(made)
    for name, value in values.items():
        if not _is(value, hints[name]):
            raise TypeError(f"{name} of a {made.__name__} is none")
    return made(**values)


def _is(value: Any, hint: Any) -> bool:
    """Whether a value is what a field says of itself; of arrays the kind of their numbers."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Literal:
        return value in inner
    if kind in (Union, UnionType):
        return any(_is(value, one) for one in inner)
    if kind is np.ndarray:
        wanted = get_args(inner[1])[0]
        return isinstance(value, np.ndarray) and (
            not isinstance(wanted, type) or np.issubdtype(value.dtype, wanted)
        )
    if kind is tuple:
        hints = itertools.repeat(inner[0]) if inner[-1] is ... else inner
        if not isinstance(value, tuple) or (inner[-1] is not ... and len(value) != len(inner)):
            return False
        return all(_is(one, wanted) for one, wanted in zip(value, hints, strict=False))
    return isinstance(value, hint)
