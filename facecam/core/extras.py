"""What may be left out of an installation, and how it is added."""

from __future__ import annotations

import importlib.util
from typing import Final

from facecam.core.errors import DependencyError
from facecam.core.home import IN_CHECKOUT

_MODULES: Final = ("tensorflow", "keras")
#: There is no TensorFlow for newer ones yet.
_PYTHONS: Final = "Python 3.11 to 3.13"


def has_tensorflow() -> bool:
    """Whether TensorFlow and Keras are installed; they are not loaded."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in _MODULES)
    except ImportError:
        return False  # Whoever looks for modules here refuses these.


def how_to_add_tensorflow() -> str:
    """What to do where TensorFlow is missing: a sentence without its full stop."""
    if IN_CHECKOUT:
        return f"Run `make setup` with {_PYTHONS}"
    return f"Install it with {_PYTHONS}: pip install 'facecam[train]'"


def how_to_add(extra: str) -> str:
    """What to do where the packages of an extra (`gui`, `serve`) are missing, one line."""
    if IN_CHECKOUT:
        return "Run `make setup`, or: python -m pip install --no-deps -r requirements.txt"
    return f"Install it: pip install 'facecam[{extra}]'"


def require_tensorflow(purpose: str, *, otherwise: str = "") -> None:
    """Raise now rather than after minutes of work.

    Args:
        purpose: what needs TensorFlow, such as `training a network`.
        otherwise: what works without it, beginning with `or`.

    Raises:
        DependencyError: TensorFlow is not installed.
    """
    if not has_tensorflow():
        cure = f"{how_to_add_tensorflow()}, {otherwise}" if otherwise else how_to_add_tensorflow()
        raise DependencyError(f"{purpose} needs TensorFlow, which is not installed", hint=f"{cure}.")
