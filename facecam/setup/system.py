"""System requirements: Python, venv and a few shared libraries."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

OLDEST_PYTHON = (3, 11)
#: Shared library that a package loads -> Debian/Ubuntu package that has it.
_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    # Qt: the first four for any picture on any platform, the rest for a window on X11.
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


class SetupError(Exception):
    """Set-up cannot go on: what happened, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def require_python() -> None:
    """Raise `SetupError` under a Python that is too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"Python {sys.version.split()[0]} is too old: facecam needs 3.11 or newer",
            "Install Python 3.11+ and start set-up with it, for example `python3.11 -m facecam.setup run`.",
        )


def require_packages(report: Callable[[str], None]) -> None:
    """Install missing Debian/Ubuntu packages where that is allowed, else name the command.

    Raises:
        SetupError: something is missing and cannot be installed from here.
    """
    missing = _missing_packages()
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    hint = f"Run: sudo apt-get update && sudo {' '.join(command)}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SetupError(f"system packages are missing: {', '.join(missing)}", hint)
    report(f"system packages: {', '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SetupError(f"`{' '.join(step)}` failed: {_last_line(done.stderr)}", hint)


def _missing_packages() -> list[str]:
    if not sys.platform.startswith("linux"):
        return []
    missing = {package for library, package in _LIBRARIES.items() if not _loads(library)}
    if importlib.util.find_spec("ensurepip") is None:
        missing.add(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return sorted(missing)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"
