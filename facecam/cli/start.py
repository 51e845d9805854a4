"""What `python main.py` does: the window where there is a display, else the demo on the terminal."""

from __future__ import annotations

import argparse
from pathlib import Path

from facecam.cli.terminal.display import has_display
from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.targets import add_overwrite_flag
from facecam.core.paths import free_name

_DEMO_VIDEO = Path("demo-output.mp4")


def add_arguments(parser: Parser) -> None:
    """The flags of `start`."""
    parser.switch("--demo", "run the demo even where there is a display")
    parser.path(
        "--output",
        "OUT.mp4",
        f"annotated video of the demo (default: {_DEMO_VIDEO}, or with the first number that is free)",
    )
    add_overwrite_flag(parser)
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """The window or the demo."""
    settings = settings_from(arguments)
    # Each is imported only where it is wanted: the window must not wait for OpenCV, nor a server need Qt.
    if arguments.demo or not has_display():
        from facecam.cli.actions.demo import run_demo

        output = arguments.output or free_name(_DEMO_VIDEO)
        return run_demo(settings, output, overwrite=arguments.overwrite)
    from facecam.cli.window import open_window

    return open_window(settings, arguments.config)
