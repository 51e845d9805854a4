"""Make somebody known from photos: `enroll "Ada Lovelace" photos/ada/ more.jpg`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from facecam.cli.flags import add_shared_flags, require_path, settings_from
from facecam.cli.output import Printer, print_json, say, short
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.enroll import Enroller, EnrollReport
from facecam.engine.verdicts import PhotoVerdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `enroll`."""
    parser.add_argument("name", metavar="NAME", help="the person's name, any script; quote names with blanks")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="photos, or folders of photos")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Enrol; 1 if a photo was not used."""
    printer = Printer()
    for path in arguments.paths:
        require_path(path)
    report = Enroller(settings_from(arguments), on_event=printer).enroll(arguments.name, arguments.paths)
    printer.finish()
    if arguments.json:
        print_json(_document(report))
    else:
        _print(report)
    return 0 if report.used == len(report.verdicts) else 1


def _print(report: EnrollReport) -> None:
    for verdict in report.verdicts:
        mark = "used    " if verdict.used else "not used"
        reason = verdict.detail if verdict.used else f"{verdict.reason}: {verdict.detail}; {verdict.hint}"
        say(f"  {mark} {printable(verdict.path.name)}  {printable(reason)}")
    say(
        f"{short(report.identity.name)}: {report.used} of {counted(len(report.verdicts), 'photo')} used, "
        f"{counted(report.vectors, 'vector')}."
    )
    if report.vectors < 3:
        say("  Three or more photos (left, right, other light) make recognition steadier.")
    if report.look_alike:
        other = report.look_alike
        say(
            f"note: {report.identity.name} looks like {other.identity.name} (squared_l2 {other.squared_l2:.2f})"
            "\n  If they are the same person: python main.py people merge SOURCE TARGET",
            sys.stderr,
        )


def _document(report: EnrollReport) -> dict[str, Any]:
    alike = report.look_alike
    return {
        "id": report.identity.id,
        "name": report.identity.name,
        "used": report.used,
        "vectors": report.vectors,
        "photos": [_photo(verdict) for verdict in report.verdicts],
        "look_alike": {"name": alike.identity.name, "squared_l2": round(alike.squared_l2, 5)}
        if alike
        else None,
    }


def _photo(verdict: PhotoVerdict) -> dict[str, Any]:
    return {
        "path": printable(str(verdict.path)),
        "used": verdict.used,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "box": list(verdict.box.as_ints()) if verdict.box else None,
        "quality": round(verdict.quality.overall, 3) if verdict.quality else None,
    }
