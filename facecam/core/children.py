"""Child processes that run a module of the program."""

from __future__ import annotations

import os
import sys

from facecam.core.home import PROGRAM_FOLDER

#: Whether this is a bundle, whose program is no Python and runs a module of it when it is asked to like one.
FROZEN = bool(getattr(sys, "frozen", False))


def command_of(module: str, *arguments: str) -> list[str]:
    """The command that runs a module under this Python, as `python -m` does; to be started with `environment_for`."""
    # -P: the working folder is the user's, and a random.py in it none of ours.
    return [sys.executable, *(() if FROZEN else ("-P",)), "-m", module, *arguments]


def environment_for(**variables: str) -> dict[str, str]:
    """The environment of such a child: this process's, in which the package is found, and `variables`."""
    found = [str(PROGRAM_FOLDER), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found).rstrip(os.pathsep), **variables}
