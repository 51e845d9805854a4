"""Virtual environment, the packages in it, and the models made with it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

from facecam.setup import system

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
_STAMP = FOLDER / "facecam-setup.json"
_REQUIREMENTS = ROOT / "requirements.txt"
_CUDA = ROOT / "requirements-cuda.txt"
_PIP = (
    str(PYTHON),
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--progress-bar",
    "off",
    "--quiet",
)


def prepare(
    report: Callable[[str], None], machine: system.Machine | None = None, *, cuda: bool | None = None
) -> bool:
    """Make what is missing; returns whether anything had to be done.

    Args:
        report: told what is being done.
        machine: None: the one we are on.
        cuda: whether the libraries for an NVIDIA card are wanted where there is one; None: as it was said before, and
            yes where nobody said anything.

    Raises:
        SetupError: a step failed.
    """
    machine = machine or system.this_machine()
    system.require_python(machine)
    system.require_platform(machine, report)
    wanted: dict[str, object] = {"python": sys.version.split()[0], "requirements": _digest(_REQUIREMENTS)}
    stamp = _read_stamp()
    if not (stamp.get("cuda", True) if cuda is None else cuda):
        wanted["cuda"] = False
    elif system.nvidia_driver(machine):
        wanted["cuda"] = _digest(_CUDA)
    packages_fit = PYTHON.is_file() and all(
        stamp.get(key) == wanted.get(key) for key in ("python", "requirements", "cuda")
    )
    if not packages_fit:
        system.require_packages(machine, report)
        _make_environment(report)
        _install(_REQUIREMENTS, report)
        if wanted.get("cuda"):
            size = _CUDA.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            report(
                f"CUDA libraries for the NVIDIA card, {size}; Ctrl+C, then `make setup FLAGS=--cpu` does without"
            )
            _install(_CUDA, report)
        _write_stamp(wanted)
    _make_importable()
    if packages_fit and _models_present(stamp):
        return False
    _prepare_models(report)
    _write_stamp({**wanted, "models": _model_files()})
    return True


def _digest(path: Path) -> str:
    if not path.is_file():
        raise system.SetupError(
            f"{path} is missing", "Clone the repository again: the checkout is incomplete."
        )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_stamp() -> dict[str, object]:
    try:
        content = json.loads(_STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # No stamp, or half of one: set up again, which is always safe.
    return content if isinstance(content, dict) else {}


def _write_stamp(content: dict[str, object]) -> None:
    try:
        _STAMP.write_text(json.dumps(content), encoding="utf-8")
    except OSError as error:
        raise system.SetupError(
            f"{_STAMP.name} could not be written: {error.strerror}",
            "Free some space, then run the command again.",
        ) from error


def _make_environment(report: Callable[[str], None]) -> None:
    report(f"virtual environment in {FOLDER.name}")
    try:
        # An environment made by another Python cannot be mended in place.
        venv.EnvBuilder(with_pip=True, clear=not _same_python()).create(FOLDER)
    except (OSError, subprocess.CalledProcessError) as error:
        raise system.SetupError(
            f"the virtual environment could not be made: {error}",
            "On Debian or Ubuntu: sudo apt-get install python3-venv; otherwise check the disk.",
        ) from error


def _make_importable() -> None:
    """`import facecam` works in the environment from any folder."""
    packages = sysconfig.get_path("purelib", "venv", {"base": str(FOLDER)})
    link = Path(packages, "facecam.pth")
    try:
        if not link.is_file() or link.read_text(encoding="utf-8") != f"{ROOT}\n":
            link.parent.mkdir(parents=True, exist_ok=True)
            link.write_text(f"{ROOT}\n", encoding="utf-8")
    except OSError as error:
        raise system.SetupError(
            f"{link} could not be written: {error.strerror}",
            "Free some space, then run the command again.",
        ) from error


def _same_python() -> bool:
    try:
        settings = (FOLDER / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    return PYTHON.is_file() and f"version = {sys.version.split()[0]}" in settings


def _install(packages: Path, report: Callable[[str], None]) -> None:
    report(f"packages of {packages.name}")
    # --no-deps: the list is complete, and face-recognition would otherwise have dlib compiled.
    what = ["--no-deps", "-r", str(packages)]
    if (uv := _find_uv(report)) is not None:
        done = _called([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *what])
        if not done.returncode:
            return
        report("uv could not install them; pip takes some minutes")
    done = _called([*_PIP, *what])
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "ERROR" in line] or ["pip failed"]
        raise system.SetupError(
            lines[-1].strip(), "Check the connection and the disk, then run the command again."
        )


def _find_uv(report: Callable[[str], None]) -> str | None:
    """The uv of the system, else the pinned one, put into the environment; it is several times as fast as pip."""
    if (there := shutil.which("uv")) is not None:
        return there
    pin = re.search(r"^uv==[\w.]+", _REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    if pin is None or _called([*_PIP, "--no-deps", pin[0]]).returncode:
        report("uv cannot be had; pip takes some minutes")
        return None
    return str(PYTHON.with_name("uv.exe" if os.name == "nt" else "uv"))


def _called(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)


def _prepare_models(report: Callable[[str], None]) -> None:
    report("models and demo material")
    if subprocess.call([str(PYTHON), "-m", "facecam", "models", "prepare"], cwd=ROOT):
        raise system.SetupError(
            "the models could not be prepared",
            "The lines above say why; run the command again after the cure.",
        )


def _model_files() -> dict[str, int]:
    """Every file of the models made at set-up with its size: cheap to look at on every start."""
    files = (*(ROOT / "weights").glob("*/model.*"), *(ROOT / "weights").glob("*/*net.*"))
    return {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in sorted(files)}


def _models_present(stamp: dict[str, object]) -> bool:
    known = stamp.get("models")
    if not isinstance(known, dict) or not known:
        return False
    present = _model_files()
    return all(present.get(path) == size for path, size in known.items())
