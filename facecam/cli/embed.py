"""Export the vectors of folders of people as plain .npy arrays."""

from __future__ import annotations

import argparse
from pathlib import Path

from facecam.cli.terminal.flags import Parser, add_shared_flags, positive, require_path, settings_from
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.cli.terminal.photo_report import tell_unused, unused_document
from facecam.cli.terminal.targets import add_overwrite_flag, require_free
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.tools.export_embeddings import FILES, embed


def add_arguments(parser: Parser) -> None:
    """The flags of `embed`."""
    parser.path("photos", "DIR", "one folder per person (default: the data folder)", nargs="?")
    parser.path(
        "--output", "DIR", f"folder for {', '.join(FILES)} (default: embeddings)", default=Path("embeddings")
    )
    add_overwrite_flag(parser)
    several = parser.add_mutually_exclusive_group()
    several.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="have the workers of a Dask cluster do it, such as tcp://10.0.0.1:8786; DIR and --output are to be there "
        "on every computer",
    )
    several.add_argument(
        "--workers",
        type=positive,
        default=0,
        metavar="N",
        help="have N processes of this computer do it, by Dask",
    )
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export; 1 if a photo could not be read."""
    settings, printer = settings_from(arguments), Printer()
    folder = arguments.photos or settings.data
    require_path(folder)
    files = [arguments.output / name for name in FILES]
    require_free("--output", files, overwrite=arguments.overwrite)
    report = embed(
        settings,
        folder,
        arguments.output,
        scheduler=arguments.scheduler,
        workers=arguments.workers,
        on_event=printer,
    )
    document = {**plain(report, "folder", "photos", "people"), **unused_document(report.found)}
    written = f"{counted(report.photos, 'vector')} of {counted(len(report.people), 'person')}"
    answer(arguments.json, document, f"{written} in {printable(str(report.folder))}: {', '.join(FILES)}")
    return tell_unused(report.found)
