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
from dataclasses import dataclass

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


# Without slots, which an old Python does not know: it is to be refused in words.
@dataclass(frozen=True)
class Machine:
    """What set-up wants to know of a computer, and what it may do to it.

    Attributes:
        system: as `sys.platform`.
        processor: as `platform.machine`, in any spelling.
        libc: name and version; empty strings where there is none to speak of.
        macos: its version; empty elsewhere.
        python: version.
        is_root: whether packages may be installed.
        has_apt: whether that is done by apt-get.
        loads: whether a shared library can be loaded.
        has_module: whether a module of Python's own is there.
        has_file: whether a file is there.
        run: runs a command; returns its exit code and what it wrote to stderr.
    """

    system: str
    processor: str
    libc: tuple[str, str]
    macos: str
    python: tuple[int, ...]
    is_root: bool
    has_apt: bool
    loads: Callable[[str], bool]
    has_module: Callable[[str], bool]
    has_file: Callable[[str], bool]
    run: Callable[[list[str]], tuple[int, str]]


def this_machine() -> Machine:
    """The one we are on."""
    return Machine(
        system=sys.platform,
        processor=platform.machine(),
        libc=platform.libc_ver(),
        macos=platform.mac_ver()[0],
        python=sys.version_info[:3],
        is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
        has_apt=shutil.which("apt-get") is not None,
        loads=_loads,
        has_module=lambda name: importlib.util.find_spec(name) is not None,
        has_file=os.path.exists,
        run=_run,
    )


def require_python(machine: Machine) -> None:
    """Raise `SetupError` under a Python that the packages are not built for."""
    mine = ".".join(map(str, machine.python))
    if machine.python < OLDEST_PYTHON:
        raise SetupError(
            f"Python {mine} is too old: facecam needs 3.11 or newer",
            "Install Python 3.11+ and start set-up with it, for example `python3.11 -m facecam.setup run`.",
        )
    if machine.python >= TOO_NEW_PYTHON:
        raise SetupError(
            f"Python {mine} is too new: some packages of facecam are not built for it yet",
            "Start set-up with Python 3.11 to 3.13, for example `python3.13 -m facecam.setup run`.",
        )


def require_platform(machine: Machine, report: Callable[[str], None]) -> None:
    """Raise `SetupError` on a system that the packages are not built for.

    Args:
        machine: what it runs on.
        report: told what will be missing under a Python that is supported in part.
    """
    if (fault := _platform_fault(machine)) is not None:
        raise SetupError(f"facecam does not run on {fault}", PLATFORMS)
    if machine.python >= WITHOUT_TRAINING:
        report(
            "Python 3.14: recognition only, since TensorFlow, which trains networks, is not built for it yet"
        )


def nvidia_driver(machine: Machine) -> bool:
    """Whether TensorFlow could use an NVIDIA card here: its driver is loaded, or Windows lends its own to WSL2."""
    if not machine.system.startswith("linux") or machine.processor.lower() not in ("x86_64", "amd64"):
        return False
    return machine.python < WITHOUT_TRAINING and any(map(machine.has_file, _DRIVER_FILES))


def _platform_fault(machine: Machine) -> str | None:
    """The system in words, where it is none of `PLATFORMS`."""
    processor = machine.processor.lower()
    processor = _MACHINES.get(processor, processor)
    if machine.system.startswith("linux"):
        library, version = machine.libc
        if library != "glibc":
            return "Linux without glibc, such as Alpine"
        if (oldest := _OLDEST_GLIBC.get(processor)) is None:
            return f"Linux on {processor}"
        return None if _numbers(version) >= oldest else f"Linux on {processor} with glibc {version}"
    if machine.system == "win32":
        return None if processor == "x86-64" else f"Windows on {processor}"
    if machine.system == "darwin":
        if processor != "arm64":
            return "a Mac with an Intel processor"
        return None if _numbers(machine.macos) >= _OLDEST_MACOS else f"macOS {machine.macos}"
    return machine.system


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def require_packages(machine: Machine, report: Callable[[str], None]) -> None:
    """Install missing Debian/Ubuntu packages where that is allowed, else name the command.

    Raises:
        SetupError: something is missing and cannot be installed from here.
    """
    missing = _missing_packages(machine)
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    hint = f"Run: sudo apt-get update && sudo {' '.join(command)}"
    if not (machine.has_apt and machine.is_root):
        raise SetupError(f"system packages are missing: {', '.join(missing)}", hint)
    report(f"system packages: {', '.join(missing)}")
    for step in (["apt-get", "update"], command):
        code, said = machine.run(step)
        if code:
            raise SetupError(f"`{' '.join(step)}` failed: {_last_line(said)}", hint)


def _missing_packages(machine: Machine) -> list[str]:
    if not machine.system.startswith("linux"):
        return []
    missing = {package for library, package in _LIBRARIES.items() if not machine.loads(library)}
    if not machine.has_module("ensurepip"):
        missing.add(f"python{machine.python[0]}.{machine.python[1]}-venv")
    return sorted(missing)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _run(command: list[str]) -> tuple[int, str]:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"
