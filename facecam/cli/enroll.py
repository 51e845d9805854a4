"""Make somebody known from photos: `enroll "Ada Lovelace" photos/ada/ more.jpg`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from facecam.cli.actions.people_consent import consent_document
from facecam.cli.terminal.flags import Parser, add_shared_flags, box, settings_from
from facecam.cli.terminal.output import Printer, plain, print_error, print_json, say, short
from facecam.core.errors import ConfigError, DataError, EnrollmentError
from facecam.core.paths import printable
from facecam.core.types import Box
from facecam.core.words import counted
from facecam.engine.enrollment.consent import NOT_RECORDED, consent_note
from facecam.engine.enrollment.enroller import Enroller, EnrollReport
from facecam.engine.faces.drawn_box import UNSURE
from facecam.engine.people.directory import find_person, the_one_meant
from facecam.engine.photos.quality import PhotoVerdict


def add_arguments(parser: Parser) -> None:
    """The flags of `enroll`."""
    parser.add_argument("name", metavar="NAME", help="the person's name, any script; quote names with blanks")
    parser.photos()
    parser.value(
        "--face",
        "LEFT,TOP,RIGHT,BOTTOM",
        "which face of the one photo is meant: its box, px as `recognize --json` says, found there or not",
        box,
        action="append",
    )
    parser.value("--consent", "TEXT", "what the person agreed to be recognised for; kept with today's date")
    parser.switch("--id", "NAME is the id of somebody known, where two share a name")
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Enroll; 1 if a photo was not used."""
    printer = Printer()
    boxes = _chosen(arguments)
    if arguments.consent is not None:
        consent_note(arguments.consent)  # Says what is wrong before photos are looked at.
    settings = settings_from(arguments)
    name = the_one_meant(settings, arguments.name, is_id=arguments.id, on_event=printer)
    if arguments.id:
        name = find_person(settings, name, printer).name
    enroller = Enroller(settings, on_event=printer)
    # Faces that lie on their side are chosen in the upright picture; boxes are told in the picture as it is.
    chosen = {photo: enroller.look(photo).meant.turn.box_forth(box) for photo, box in boxes.items()}
    for photo, place in chosen.items():
        if enroller.looker.look(photo, drawn=place).meant.how == UNSURE:
            raise EnrollmentError(
                f"there is no face in the box of --face, nor what could be eyes and a mouth: {printable(photo.name)}",
                hint="Give the box of a face, as `recognize --json` tells it, or draw it in the window.",
            )
    report = enroller.enroll(name, arguments.paths, chosen_faces=chosen, consent=arguments.consent)
    if arguments.json:
        for verdict in report.verdicts:
            if not verdict.used:
                print_error(_fault_of(verdict))
        print_json(_document(report))
    else:
        _print(report)
    return 0 if report.used == len(report.verdicts) else 1


def _chosen(arguments: argparse.Namespace) -> dict[Path, Box]:
    """By photo, the box of --face."""
    if not arguments.face:
        return {}
    if len(arguments.face) > 1:
        raise ConfigError(
            f"{len(arguments.face)} boxes for one person",
            hint="Nobody is twice in a photo: give --face once.",
        )
    if len(arguments.paths) > 1 or arguments.paths[0].is_dir():
        raise ConfigError("--face needs exactly one photo", hint="Enroll the photos one by one.")
    return {arguments.paths[0]: arguments.face[0]}


def _fault_of(verdict: PhotoVerdict) -> DataError:
    """Why a photo was not used, and what to do."""
    if verdict.reason == "unreadable":
        return DataError(verdict.detail, hint=verdict.cure)
    what = f"{printable(verdict.path)} was not used: {verdict.reason}: {verdict.detail}"
    return DataError(what.rstrip(": "), hint=f"{verdict.hint[:1].upper()}{verdict.hint[1:]}.")


def _print(report: EnrollReport) -> None:
    for verdict in report.verdicts:
        if verdict.reason == "unreadable":
            print_error(_fault_of(verdict))
            continue
        mark = "used    " if verdict.used else "not used"
        reason = verdict.detail if verdict.used else f"{verdict.reason}: {verdict.detail}; {verdict.hint}"
        say(f"  {mark} {printable(verdict.path.name)}  {printable(reason)}")
    say(
        f"{short(report.identity.name)}: {report.used} of {counted(len(report.verdicts), 'photo')} used, "
        f"{counted(report.vectors, 'vector')}."
    )
    say(f"  Consent: {printable(report.consent.text) if report.consent else NOT_RECORDED}.")
    if report.vectors < 3:
        say("  Three or more photos (left, right, other light) make recognition steadier.")
    if report.groups:
        _say_groups(report)
    if report.look_alike:
        other = report.look_alike
        say(
            f"note: {report.identity.name} looks like {other.identity.name} (squared_l2 {other.squared_l2:.2f})"
            "\n  If they are the same person: python main.py people merge SOURCE TARGET",
            sys.stderr,
        )


def _say_groups(report: EnrollReport) -> None:
    """The photos by whom they look like, where that is more than one person."""
    say(
        f"note: the photos of {short(report.identity.name)} look like {len(report.groups)} people", sys.stderr
    )
    for number, group in enumerate(report.groups, 1):
        names = ", ".join(printable(photo.name) for photo in group) or "what was known before"
        say(f"  {number}: {names}", sys.stderr)
    say("  If they are several people, enroll each under a name of their own.", sys.stderr)


def _document(report: EnrollReport) -> dict[str, Any]:
    alike = report.look_alike
    return {
        **plain(report.identity, "id", "name"),
        **plain(report, "used", "vectors"),
        "consent": consent_document(report.consent),
        "photos": [_photo(verdict) for verdict in report.verdicts],
        "look_alike": {"name": alike.identity.name, "squared_l2": round(alike.squared_l2, 5)}
        if alike
        else None,
        "groups": report.groups,
    }


def _photo(verdict: PhotoVerdict) -> dict[str, Any]:
    return {
        **plain(verdict, "path", "used", "reason", "detail", "hint"),
        "box": verdict.told,
        "quality": round(verdict.quality.overall, 3) if verdict.quality else None,
    }
