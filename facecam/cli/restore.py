"""Put what a backup holds into its places: all of it or nothing."""

from __future__ import annotations

import argparse

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.cli.terminal.passphrase import add_passphrase_flag, passphrase_from
from facecam.cli.terminal.targets import add_overwrite_flag
from facecam.core.home import settings_path
from facecam.core.paths import printable
from facecam.core.words import counted


def add_arguments(parser: Parser) -> None:
    """The flags of `restore`."""
    parser.path("file", "FILE", "a backup", there=True)
    add_passphrase_flag(parser)
    add_overwrite_flag(parser, "--replace")
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore the backup."""
    from facecam.engine.tools.restore import restore

    settings, printer = settings_from(arguments), Printer()
    passphrase = passphrase_from(arguments.passphrase_file, printer, twice=False)
    report = restore(
        settings,
        arguments.file,
        passphrase,
        settings_path(arguments.config),
        replace=arguments.overwrite,
        on_event=printer,
    )
    lines = [
        f"Restored, as of {printable(report.made)}: {counted(report.files, 'file')}, "
        f"{counted(report.people, 'person')}: {', '.join(map(printable, report.places))}."
    ]
    if report.replaced:
        lines.append(f"  What was there is gone: {', '.join(map(printable, report.replaced))}.")
    document = plain(report, "made", "files", "people", "places", "replaced", "back")
    return answer(arguments.json, document, *lines)
