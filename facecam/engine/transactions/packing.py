"""Our own frozen values as JSON and back: what a change of people needs after a crash, whatever fields they have."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

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


def unpacked(document: Any, classes: Mapping[str, type]) -> Any:
    """The reverse of `packed`; lists become tuples.

    Args:
        document: what `packed` returned.
        classes: the data classes that may occur, by name.

    Raises:
        ValueError, KeyError, TypeError: it is no such document.
    """
    if isinstance(document, list):
        return tuple(unpacked(one, classes) for one in document)
    if not isinstance(document, dict):
        return document
    if "dtype" in document:
        dtype = np.dtype(document["dtype"])
        if dtype.kind not in _KINDS:
            raise ValueError(f"an array of {dtype} is not ours")
        content = base64.b64decode(document["base64"], validate=True)
        return np.frombuffer(content, dtype).reshape(document["shape"]).copy()
    made = classes[document["class"]]
    return made(**{name: unpacked(value, classes) for name, value in document.items() if name != "class"})
