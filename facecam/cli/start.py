"""What `python main.py` does: live recognition where there is a camera and a display, else the demo."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from facecam.cli.flags import add_shared_flags, settings_from
from facecam.cli.output import Printer, say
from facecam.cli.playback import PlaybackOptions, has_display, play
from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.engine.demo import Demo
from facecam.engine.enroll import Enroller
from facecam.engine.places import DEMO_FOLDER
from facecam.vision.camera import list_cameras

_DEMO_VIDEO = Path("demo-output.mp4")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `start`."""
    parser.add_argument("--demo", action="store_true", help="run the demo even where there is a camera")
    parser.add_argument(
        "--output", type=Path, default=_DEMO_VIDEO, metavar="OUT.mp4", help="annotated video of the demo"
    )
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Live recognition or the demo."""
    settings = settings_from(arguments)
    if not arguments.demo and list_cameras() and has_display():
        try:
            return play(settings, PlaybackOptions(source="0"), sys.stdout)
        except FacecamError as error:
            say(f"note: {error.message}; the demo runs instead\n  {error.hint}", sys.stderr)
    return run_demo(settings, arguments.output)


def run_demo(settings: Settings, output: Path) -> int:
    """Enrol the demo people in a database of their own, recognise them in the clip, write the video."""
    demo, printer = Demo(DEMO_FOLDER), Printer()
    demo.prepare(printer)
    with tempfile.TemporaryDirectory(prefix="facecam-demo-") as folder:
        # The user's own data and database stay as they are.
        own = replace(settings, data=Path(folder) / "data", database=Path(folder) / "database")
        enroller = Enroller(own, on_event=printer)
        for portrait in demo.portraits():
            if portrait.enrolled:
                report = enroller.enroll(portrait.name, [portrait.path])
                say(f"enrolled {report.identity.name} from {report.used} photo")
        strangers = ", ".join(portrait.name for portrait in demo.portraits() if not portrait.enrolled)
        say(f"{strangers} is not enrolled and should stay unknown\n")
        code = play(own, PlaybackOptions(source="demo", output=output, show=has_display()), sys.stdout)
    say(
        f"\nThe annotated video is {output}."
        "\nNow yours: python main.py enroll NAME PHOTO… and then python main.py live"
    )
    return code
