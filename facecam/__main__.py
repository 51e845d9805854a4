"""The program as `python -m facecam`, as the command `facecam`, and as the window alone."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import sys
from pathlib import Path

if sys.argv[1:2] != ["-m"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # As in `main.py`; not for a child of a bundle.

from facecam.cli.main import main


def run() -> int:
    """The command line: `facecam COMMAND`."""
    return main(sys.argv[1:])


def window() -> int:
    """The window, for menus and double clicks."""
    return main(["window", *sys.argv[1:]])


def bundled() -> None:
    """What a bundle starts: the command line; the window, by its name; a module for `children.command_of`."""
    multiprocessing.freeze_support()
    # The bundle's libraries are its own: a browser or an alert's command is not to be given them.
    if (own := os.environ.pop("LD_LIBRARY_PATH_ORIG", None)) is not None:
        os.environ["LD_LIBRARY_PATH"] = own
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)
    if sys.argv[1:2] == ["-m"]:
        del sys.argv[:2]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        return
    sys.exit(window() if Path(sys.executable).stem == "facecam-window" else run())


if __name__ == "__main__":
    sys.exit(run())
