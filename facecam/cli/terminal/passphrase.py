"""Passphrase: typed at the terminal, or the first line of a file; never an argument."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from facecam.cli.terminal.flags import Parser
from facecam.core.encryption.unlocking import PASSPHRASE_VARIABLE
from facecam.core.errors import ConfigError
from facecam.core.events import EventSink, Notice
from facecam.core.paths import printable, readable_os_errors
from facecam.core.private import is_open_to_others

#: More than any passphrase.
_MOST_BYTES = 4096


def add_passphrase_flag(parser: Parser) -> None:
    """`--passphrase-file`; other users of the computer can see arguments, so there is no flag for the words."""
    parser.path(
        "--passphrase-file", "FILE", "its first line is the passphrase (default: asked for at the terminal)"
    )


def passphrase_from(file: Path | None, on_event: EventSink, *, twice: bool, of: str = "") -> str:
    """The passphrase.

    Args:
        file: its first line; None: somebody types it.
        on_event: gets a notice of a file that others may read.
        twice: ask twice, so that a slip of the finger locks nobody out.
        of: what it is for, where there are several.

    Raises:
        ConfigError: nobody is there to type it, it was typed in two ways, or the file is empty; or nobody could ever
            type a new one.
        DataError: the file cannot be read.
    """
    if file is not None:
        return _first_line(file, on_event, is_new=twice)
    if not sys.stdin.isatty():
        raise ConfigError(
            f"nobody is there to type the passphrase{f' of {of}' if of else ''}",
            hint="Put it into a file: --passphrase-file FILE.",
        )
    try:
        passphrase = getpass.getpass(f"Passphrase of {of}: " if of else "Passphrase: ", sys.stderr)
        if twice and getpass.getpass("The same again: ", sys.stderr) != passphrase:
            raise ConfigError("these were two passphrases", hint="Repeat, and type the same one twice.")
    except EOFError:
        raise ConfigError("no passphrase was typed", hint="Repeat, or use --passphrase-file FILE.") from None
    return passphrase


def passphrase_of_folders(file: Path | None, on_event: EventSink, of: str, *, command: str) -> str:
    """The passphrase of encrypted folders, where the variable FACECAM_PASSPHRASE has none; see `passphrase_from`."""
    if file is None and not sys.stdin.isatty():
        # Their own flag of that name is for another passphrase.
        flag = "--folders-passphrase-file" if command in ("backup", "restore") else "--passphrase-file"
        raise ConfigError(
            f"{of} is encrypted, and nobody is there to type the passphrase",
            hint=f"Put it into the variable {PASSPHRASE_VARIABLE}, or into a file: {flag} FILE.",
        )
    return passphrase_from(file, on_event, twice=False, of=of)


def _first_line(file: Path, on_event: EventSink, *, is_new: bool) -> str:
    with readable_os_errors("read", file), open(file, "rb") as stream:
        line = stream.readline(_MOST_BYTES).decode("utf-8", "surrogateescape").rstrip("\r\n")
    if not line:
        raise ConfigError(f"{printable(file)} is empty", hint="Put the passphrase into its first line.")
    # As editors of Windows save it: taken as it is, the same words would open nothing when typed.
    if is_new and not line.isprintable():
        raise ConfigError(
            f"{printable(file)} begins with what nobody can type",
            hint="Save it as plain text in UTF-8, without a byte order mark, in one line.",
        )
    if is_open_to_others(file):
        on_event(
            Notice(f"other users may read {printable(file)}", "Take that away: chmod 600, then change it.")
        )
    return line
