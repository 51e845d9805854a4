"""Everything of yours in one encrypted file: photos, people, visits, trainings, your models, settings."""

from __future__ import annotations

import argparse

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.cli.terminal.passphrase import add_passphrase_flag, passphrase_from
from facecam.cli.terminal.targets import add_overwrite_flag, require_free
from facecam.core.home import settings_path
from facecam.core.paths import printable
from facecam.core.words import counted


def add_arguments(parser: Parser) -> None:
    """The flags of `backup`."""
    parser.path("file", "FILE", "the backup, such as mine.facecam")
    add_passphrase_flag(parser)
    parser.switch("--no-runs", "leave out records and checkpoints of trainings, which may be large")
    add_overwrite_flag(parser)
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the backup."""
    from facecam.engine.tools.backup import back_up

    settings, printer = settings_from(arguments), Printer()
    require_free("the backup", [arguments.file], overwrite=arguments.overwrite)
    passphrase = passphrase_from(arguments.passphrase_file, printer, twice=True)
    report = back_up(
        settings,
        arguments.file,
        passphrase,
        settings_path(arguments.config),
        runs=not arguments.no_runs,
        on_event=printer,
    )
    return answer(
        arguments.json,
        {"file": str(report.path), "bytes": report.size, **plain(report, "files", "people", "places")},
        f"{printable(report.path)}: {counted(report.files, 'file')}, {counted(report.people, 'person')}, "
        f"{report.size / 1e6:,.1f} MB: {', '.join(map(printable, report.places))}.",
        "  Without the passphrase nobody can open it, you neither. Recordings and exports are not in it.",
    )
