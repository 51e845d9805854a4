"""What may be left out of an installation, and how it is added."""

from __future__ import annotations

import importlib.util
from typing import Literal

from facecam.core.errors import DependencyError
from facecam.core.home import IN_CHECKOUT

#: Names in `[project.optional-dependencies]`.
Extra = Literal["gui", "train"]


def how_to_add(extra: Extra) -> str:
    """What to do where an extra is missing, one line."""
    if IN_CHECKOUT:
        return "Run `make setup`, or: python -m pip install --no-deps -r requirements.txt"
    if extra == "train":
        return "Add it under Python 3.11 to 3.13: pip install 'facecam[train]'"
    return f"Add it: pip install 'facecam[{extra}]'"


def has_tensorflow() -> bool:
    """Whether TensorFlow is installed; it is not loaded."""
    return importlib.util.find_spec("tensorflow") is not None


def require_tensorflow(purpose: str) -> None:
    """Raise `DependencyError` where TensorFlow is missing; `purpose` is what needs it, such as `training a network`."""
    if not has_tensorflow():
        raise DependencyError(f"{purpose} needs TensorFlow, which is not installed", hint=how_to_add("train"))
