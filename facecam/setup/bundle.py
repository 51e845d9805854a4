"""The bundle: facecam in one folder for people without Python, made by PyInstaller, which has a folder of its own."""

from __future__ import annotations

import os
import subprocess

from facecam.setup import system
from facecam.setup.environment import FOLDER, PYTHON, ROOT

_PINS = ("pyinstaller==6.22.3", "pyinstaller-hooks-contrib==2026.9")
_TOOL = FOLDER / _PINS[0]
_MADE = ROOT / "build" / "bundle"


def begin() -> subprocess.Popen[bytes]:
    """Start making `build/bundle/facecam`, which takes one core for one to two minutes.

    Raises:
        SetupError: PyInstaller cannot be had.
    """
    if not _TOOL.is_dir():
        # Pip would call it an ERROR that the environment holds what is pinned, and not all that it asks for.
        options = ["--quiet", "--no-warn-conflicts", "--target", str(_TOOL)]
        command = [str(PYTHON), "-m", "pip", "install", *options, *_PINS]
        if subprocess.call(command):
            raise system.SetupError(
                "PyInstaller cannot be fetched", "Check the connection, then run it again."
            )
    command = [str(PYTHON), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(_MADE), "--workpath", str(_MADE / "work")]
    command.append(str(ROOT / "facecam" / "setup" / "facecam.spec"))
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(_TOOL)})
