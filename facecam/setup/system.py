"""System requirements: Python, venv and a few shared libraries."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

OLDEST_PYTHON, WITHOUT_TRAINING, TOO_NEW_PYTHON = (3, 11), (3, 14), (3, 15)
#: Where the pinned packages have wheels; the checks resolve them for each, see tests/setup/test_lock.py.
PLATFORMS = (
    "It runs on Linux x86-64 (glibc 2.34 or newer) and arm64 (glibc 2.39), Windows x86-64, and macOS 14 or newer "
    "on Apple silicon."
)
_MACHINES = {"x86_64": "x86-64", "amd64": "x86-64", "aarch64": "arm64"}
_OLDEST_GLIBC = {"x86-64": (2, 34), "arm64": (2, 39)}
_OLDEST_MACOS = (14,)
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
#: Files of the driver: of Linux's own, and of the one that Windows lends to WSL2. (`core.extras` has them too.)
_DRIVER_FILES = ("/proc/driver/nvidia/version", "/dev/nvidia0", "/usr/lib/wsl/lib/libcuda.so.1")


class SetupError(Exception):
    """Set-up cannot go on: what happened, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def require_python() -> None:
    """Raise `SetupError` under a Python that the packages are not built for."""
    mine = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"Python {mine} is too old: facecam needs 3.11 or newer",
            "Install Python 3.11+ and start set-up with it, for example `python3.11 -m facecam.setup run`.",
        )
    if sys.version_info >= TOO_NEW_PYTHON:
        raise SetupError(
            f"Python {mine} is too new: some packages of facecam are not built for it yet",
            "Start set-up with Python 3.11 to 3.13, for example `python3.13 -m facecam.setup run`.",
        )


def require_platform(report: Callable[[str], None]) -> None:
    """Raise `SetupError` on a system that the packages are not built for.

    Args:
        report: told what will be missing under a Python that is supported in part.
    """
    if (fault := _platform_fault()) is not None:
        raise SetupError(f"facecam does not run on {fault}", PLATFORMS)
    if sys.version_info >= WITHOUT_TRAINING:
        report(
            "Python 3.14: recognition only, since TensorFlow, which trains networks, is not built for it yet"
        )


def nvidia_driver() -> bool:
    """Whether TensorFlow could use an NVIDIA card here: its driver is loaded, or Windows lends its own to WSL2."""
    if not sys.platform.startswith("linux") or platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    if sys.version_info >= WITHOUT_TRAINING:
        return False
    return any(Path(path).exists() for path in _DRIVER_FILES)


def _platform_fault() -> str | None:
    """The system in words, where it is none of `PLATFORMS`."""
    machine = platform.machine().lower()
    machine = _MACHINES.get(machine, machine)
    if sys.platform.startswith("linux"):
        library, version = platform.libc_ver()
        if library != "glibc":
            return "Linux without glibc, such as Alpine"
        if (oldest := _OLDEST_GLIBC.get(machine)) is None:
            return f"Linux on {machine}"
        return None if _numbers(version) >= oldest else f"Linux on {machine} with glibc {version}"
    if sys.platform == "win32":
        return None if machine == "x86-64" else f"Windows on {machine}"
    if sys.platform == "darwin":
        version = platform.mac_ver()[0]
        if machine != "arm64":
            return "a Mac with an Intel processor"
        return None if _numbers(version) >= _OLDEST_MACOS else f"macOS {version}"
    return sys.platform


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


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
