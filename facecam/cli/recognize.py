"""Recognise the people in pictures: files, or folders of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from facecam.cli.flags import add_shared_flags, settings_from
from facecam.cli.output import Printer, print_error, print_json, say, similarity
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import Progress
from facecam.core.paths import printable
from facecam.core.types import Face, Frame, FrameResult
from facecam.engine.annotate import annotated
from facecam.engine.enroll import expand
from facecam.engine.recognize import PictureRecognizer, PictureResult
from facecam.engine.report import face_report
from facecam.runtime.card import ModelCard
from facecam.vision.save import write_picture


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `recognize`."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a picture, or a folder of pictures"
    )
    parser.add_argument("--json", action="store_true", help="one JSON line per picture")
    parser.add_argument("--output", type=Path, metavar="DIR", help="write annotated copies into this folder")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Recognise; 1 if a picture could not be read."""
    return recognize_paths(
        settings_from(arguments), arguments.paths, as_json=arguments.json, output=arguments.output
    )


def recognize_paths(
    settings: Settings, paths: list[Path], *, as_json: bool = False, output: Path | None = None
) -> int:
    """What `recognize` and the older flags share."""
    printer = Printer()
    for path in paths:
        if not path.exists():
            raise ConfigError(
                f"{printable(str(path))} does not exist", hint="Check the spelling of the path."
            )
    pictures = expand(paths, printer)
    recognizer = PictureRecognizer(settings, printer)
    faults = 0
    for index, result in enumerate(recognizer.recognize_files(pictures)):
        printer(Progress("pictures", index + 1, len(pictures)))
        faults += result.fault is not None
        _print(result, recognizer, as_json)
        if output is not None and result.image is not None:
            _write_annotated(result, recognizer.card, output)
    printer.finish()
    if not as_json:
        say(f"{len(pictures) - faults} of {len(pictures)} pictures read", sys.stderr)
    return 1 if faults else 0


def _print(result: PictureResult, recognizer: PictureRecognizer, as_json: bool) -> None:
    if as_json:
        print_json(_document(result, recognizer.matcher.threshold))
        return
    if result.fault is not None:
        print_error(result.fault)
        return
    names = ", ".join(_words(face, recognizer.card) for face in result.faces) or "no face"
    say(f"{printable(str(result.path))}: {names}")


def _document(result: PictureResult, threshold: float) -> dict[str, Any]:
    document: dict[str, Any] = {"path": printable(str(result.path)), "faces": []}
    if result.fault is not None:
        return {**document, "error": result.fault.message, "hint": result.fault.hint}
    return {**document, "faces": [face_report(face, threshold) for face in result.faces]}


def _words(face: Face, card: ModelCard) -> str:
    if face.match is None or face.match.identity is None:
        return "Not Found"
    return f"{face.match.identity.name} ({similarity(card.percent(face.match.squared_l2))})"


def _write_annotated(result: PictureResult, card: ModelCard, folder: Path) -> None:
    assert result.image is not None
    frame = FrameResult(Frame(result.image, 0, 0.0), result.faces)
    write_picture(annotated(frame, card), folder / f"{result.path.stem}.jpg")
