"""The demo on the terminal: enroll, recognise, write a video."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from facecam.cli.terminal.display import has_display
from facecam.cli.terminal.output import Printer, say
from facecam.cli.terminal.playback import PlaybackOptions, play
from facecam.cli.terminal.targets import require_free
from facecam.core.config import Settings
from facecam.engine.demo import Demo
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.models.first_use import prepare_at_first_use
from facecam.engine.places import DEMO_FOLDER


def run_demo(settings: Settings, output: Path, *, overwrite: bool = False) -> int:
    """Enroll the demo people in a database of their own, recognise them in the clip, write the video."""
    require_free("--output", [output], overwrite=overwrite)
    demo, printer = Demo(DEMO_FOLDER), Printer()
    prepare_at_first_use(settings, on_event=printer)
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
        options = PlaybackOptions(source="demo", output=output, show=has_display(), overwrite=overwrite)
        code = play(own, options, sys.stdout)
    say(
        f"\nThe annotated video is {output}."
        "\nNow yours: python main.py enroll NAME PHOTO… and then python main.py live, or the window: python main.py"
    )
    return code
