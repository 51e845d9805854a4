"""The program as `python -m facecam`, as the command `facecam`, and as the window alone."""

from __future__ import annotations

import sys

from facecam.cli.main import main


def run() -> int:
    """The command line: `facecam COMMAND`."""
    return main(sys.argv[1:])


def window() -> int:
    """The window, for menus and double clicks."""
    return main(["window", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(run())
