"""What may be left out of an installation, and how it is added."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import platform
import sys
from pathlib import Path
from typing import Any, Final

from facecam.core.children import FROZEN
from facecam.core.errors import DependencyError
from facecam.core.home import IN_CHECKOUT

_MODULES: Final = ("tensorflow", "keras")
#: Of NVIDIA's driver: of Linux's own, and of the one that Windows lends to WSL2.
_DRIVER_FILES: Final = ("/proc/driver/nvidia/version", "/dev/nvidia0", "/usr/lib/wsl/lib/libcuda.so.1")
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
    if FROZEN:
        return f"The bundle is without it; install the package beside it with {_PYTHONS}: pip install {itself('train')}"
    return f"Install it with {_PYTHONS}: pip install {itself('train')}"


def why_no_card() -> str:
    """Why no network can be trained on a graphics card here, as the end of a sentence; "" where a driver is loaded.

    TensorFlow computes on NVIDIA cards, under Linux on x86-64; on Windows that is WSL2.
    """
    if sys.platform == "win32":
        return "on Windows TensorFlow reaches an NVIDIA card through WSL2 only"
    if sys.platform == "darwin":
        return "TensorFlow does not use the graphics of a Mac"
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return "TensorFlow uses graphics cards on x86-64 only"
    if any(Path(path).exists() for path in _DRIVER_FILES):
        return ""
    if "microsoft" in platform.release().lower():
        return "WSL2 shows no NVIDIA card: its driver belongs into Windows"
    return "there is no NVIDIA driver on this computer"


def how_to_add(extra: str) -> str:
    """What to do where the packages of an extra (`gui`, `serve`) are missing, one line."""
    if IN_CHECKOUT:
        return "Run `make setup`, or: python -m pip install --no-deps -r requirements.txt"
    return f"Install it: pip install {itself(extra)}"


def itself(extra: str = "") -> str:
    """What pip is given to install this program with an extra: what it came from, for it is on no registry."""
    import importlib.metadata  # Here: it brings the whole of `email`, before the window is painted.

    extras = f"[{extra}]" if extra else ""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError, ValueError, KeyError):
        origin = json.loads(importlib.metadata.distribution("facecam").read_text("direct_url.json") or "")
        way = f"{origin['vcs_info']['vcs']}+" if "vcs_info" in origin else ""
        return f"'facecam{extras} @ {way}{origin['url']}'"
    return f"'FILE{extras}' (FILE: the wheel or checkout of facecam)"


def how_to_add_cuda() -> str:
    """What to do where the driver is there and TensorFlow sees no card, one line."""
    if IN_CHECKOUT:
        return "Run `make setup FLAGS=--gpu`, which fetches the CUDA libraries"
    return "Install them: pip install 'tensorflow[and-cuda]'"


def require_package(module: str, flag: str) -> Any:
    """An optional package, imported, or the command that installs it.

    Args:
        module: its name for `import`.
        flag: of the command line that needs it.

    Raises:
        DependencyError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise DependencyError(
            f"{flag} needs the package {module}, which is not installed",
            hint=f"The bundle is without it: leave {flag} out."
            if FROZEN
            else f"Install it with `python -m pip install {module}`, or leave {flag} out.",
        ) from error


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
