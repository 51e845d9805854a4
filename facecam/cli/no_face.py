"""Say that what is found at a place of a photo is no face, list what was said, and take it back."""

from __future__ import annotations

import argparse
from pathlib import Path

from facecam.cli.terminal.flags import Parser, add_shared_flags, box, require_path, settings_from
from facecam.cli.terminal.output import answer
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.faces.false_alarms import mark_no_face, marked_places, unmark
from facecam.engine.photos.no_faces import NoFaces


def add_arguments(parser: Parser) -> None:
    """The flags of `no-face`."""
    parser.path("photo", "PHOTO", "a photo; without one all marks are counted", nargs="?")
    parser.value(
        "--box",
        "LEFT,TOP,RIGHT,BOTTOM",
        "what is no face, px as `recognize --json` says; may be given several times; without it: list",
        box,
        action="append",
    )
    parser.switch("--undo", "it is a face after all: --box, or all of the photo")
    parser.switch("--forget-all", "forget all marks, of photos, cameras and films")
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Mark, list or take back."""
    settings = settings_from(arguments)
    _check(arguments)
    if arguments.photo is None:
        return _all(settings, forget=arguments.forget_all, as_json=arguments.json)
    photo: Path = arguments.photo
    require_path(photo)
    if arguments.undo:
        boxes = arguments.box or [None]
        gone = sum(unmark(settings, photo, one) for one in boxes)
        _tell(arguments, f"{counted(gone, 'mark')} taken back in {printable(photo)}", settings)
        return 0 if gone else 1
    for one in arguments.box or ():
        mark_no_face(settings, photo, one)
    count = len(marked_places(settings, photo))
    _tell(arguments, f"{counted(count, 'place')} marked as no face in {printable(photo)}", settings)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    if arguments.forget_all and (arguments.photo or arguments.box or arguments.undo):
        raise ConfigError("--forget-all forgets everything", hint="Leave the photo out, or use --undo.")
    if arguments.photo is None and (arguments.box or arguments.undo):
        raise ConfigError("--box and --undo need a photo", hint="Name the photo they are about.")


def _all(settings: Settings, *, forget: bool, as_json: bool) -> int:
    marks = NoFaces(settings.database)
    known = marks.all()
    if forget and known:
        marks.remove(known)
    photos = {mark.where for mark in known if mark.look is None}
    sources = {mark.where for mark in known if mark.look is not None}
    document = {"marks": len(known), "photos": len(photos), "sources": len(sources), "forgotten": forget}
    done = "forgotten" if forget else "marked as no face"
    where = (
        f"{counted(len(photos), 'photo')} and {counted(len(sources), 'camera or film', 'cameras or films')}"
    )
    return answer(as_json, document, f"{counted(len(known), 'place')} {done}, in {where}")


def _tell(arguments: argparse.Namespace, text: str, settings: Settings) -> None:
    places = marked_places(settings, arguments.photo)
    boxes = [place.box.as_ints() for place in places]
    document = {"path": printable(arguments.photo), "no_faces": boxes}
    answer(arguments.json, document, text, *("  {},{},{},{}".format(*box) for box in boxes))
