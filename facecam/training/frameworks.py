"""Whether TensorFlow is installed, which only the training of networks needs. It is looked for, not imported."""

from __future__ import annotations

import importlib.util
from typing import Final

from facecam.core.config import PROGRAM_FOLDER
from facecam.core.errors import DependencyError

_MODULES: Final = ("tensorflow", "keras")
#: There is no TensorFlow for newer ones yet.
_PYTHONS: Final = "Python 3.11 to 3.13"


def has_tensorflow() -> bool:
    """Whether TensorFlow and Keras are there."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in _MODULES)
    except ImportError:
        return False  # Whoever looks for modules here refuses these.


def tensorflow_cure() -> str:
    """How to install it, a whole sentence without its full stop."""
    if (PROGRAM_FOLDER / "requirements.txt").is_file():
        return f"Run `make setup` with {_PYTHONS}"
    return f"Install it with {_PYTHONS}: pip install 'facecam[train]'"


def require_tensorflow(purpose: str, *, otherwise: str = "") -> None:
    """Raise now rather than after minutes of work.

    Args:
        purpose: what is wanted, the subject of "needs TensorFlow".
        otherwise: what works without it, with `or` before it.

    Raises:
        DependencyError: TensorFlow is not installed.
    """
    if not has_tensorflow():
        cure = f"{tensorflow_cure()}, {otherwise}" if otherwise else tensorflow_cure()
        raise DependencyError(f"{purpose} needs TensorFlow, which is not installed", hint=f"{cure}.")
