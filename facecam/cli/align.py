"""Cut the faces out of a folder of photos, into the same folders elsewhere."""

from __future__ import annotations

import argparse

from facecam.cli.terminal.export_note import note_export
from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, answer
from facecam.cli.terminal.photo_report import tell_unused, unused_document
from facecam.cli.terminal.targets import require_folder
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.tools.crop_faces import AlignOptions, align


def add_arguments(parser: Parser) -> None:
    """The flags of `align`."""
    parser.path("source", "DIR", "folder of photos, one folder per person in it", there=True)
    parser.path("target", "TARGET", "folder for the crops")
    parser.count("--size", "side of a crop", 182, metavar="PX")
    parser.value(
        "--margin",
        "PX",
        "added to the box's width and height (default: 44; for 160 px crops of LFW 32)",
        int,
        default=44,
    )
    parser.add_argument(
        "--frame",
        choices=("box", "chip"),
        default="box",
        help="box: upright box with margin; chip: turned upright by the eyes, as facecam recognises (default: box)",
    )
    parser.switch("--every-face", "all faces of a photo, numbered")
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Align; 1 if a photo could not be read."""
    require_folder("TARGET", arguments.target)
    options = AlignOptions(arguments.size, arguments.margin, arguments.frame, arguments.every_face)
    printer = Printer()
    settings = settings_from(arguments)
    report = align(settings, arguments.source, arguments.target, options, on_event=printer)
    if report.crops:
        note_export(settings, [arguments.source], printer, "crops", len(report.crops))
    listing = printable(report.listing)
    document = {"crops": len(report.crops), "skipped": len(report.skipped), "list": listing}
    document |= unused_document(report)
    done = f"{counted(len(report.crops), 'crop')} written, {counted(len(report.skipped), 'photo')} finished already"
    answer(arguments.json, document, f"{done}; the boxes are in {listing}")
    return tell_unused(report)
