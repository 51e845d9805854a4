"""Put what a backup holds into its places, all of it or nothing; settings that it does not hold stay, and are named."""

from __future__ import annotations

import argparse
from pathlib import Path

from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, answer, plain
from facecam.cli.terminal.passphrase import add_passphrase_flag, passphrase_from
from facecam.cli.terminal.targets import add_overwrite_flag
from facecam.core.encryption import unlocking
from facecam.core.encryption.data_keys import KEY_FILE
from facecam.core.errors import ConfigError, FacecamError
from facecam.core.home import settings_path
from facecam.core.paths import printable
from facecam.core.words import counted


def add_arguments(parser: Parser) -> None:
    """The flags of `restore`."""
    parser.path("file", "FILE", "a backup", there=True)
    add_passphrase_flag(parser)
    add_overwrite_flag(parser, "--replace")
    parser.switch(
        "--forget-key",
        "with --replace: the passphrase or key of what is encrypted here is lost; the backup takes its place, and "
        "encryption is off then",
    )
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore the backup."""
    from facecam.engine.tools.restore import restore

    settings, printer = settings_from(arguments), Printer()
    if arguments.forget_key and not arguments.overwrite:
        raise ConfigError(
            "--forget-key gives up what is encrypted here",
            hint="Add --replace if that may go, or leave --forget-key out.",
        )
    if not arguments.forget_key:
        _require_key(settings.database / KEY_FILE)
    passphrase = passphrase_from(arguments.passphrase_file, printer, twice=False)
    report = restore(
        settings,
        arguments.file,
        passphrase,
        settings_path(arguments.config),
        replace=arguments.overwrite,
        forget_key=arguments.forget_key,
        on_event=printer,
    )
    lines = [
        f"Restored, as of {printable(report.made)}: {counted(report.files, 'file')}, "
        f"{counted(report.people, 'person')}: {', '.join(map(printable, report.places))}."
    ]
    if report.replaced:
        lines.append(f"  What was there is gone: {', '.join(map(printable, report.replaced))}.")
    document = plain(report, "made", "files", "people", "places", "replaced", "back", "kept")
    return answer(arguments.json, document, *lines)


def _require_key(key_file: Path) -> None:
    """What is restored into encrypted folders is encrypted, too: whoever has lost the key is told the way."""
    if not key_file.is_file():
        return
    try:
        unlocking.unlock(key_file)
    except FacecamError as error:
        raise ConfigError(
            error.message,
            hint=f"{error.hint} If it is lost, what {printable(key_file)} locks is, too: add --replace --forget-key, "
            "which deletes that file and takes everything from the backup; encryption is off then.",
        ) from error
