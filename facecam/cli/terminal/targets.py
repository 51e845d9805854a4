"""Files a command is told to write: one that is there already is replaced only where that was asked for.

The rule of the house. It is for files and for the fixed names a command writes into a folder; commands that choose
the names in a folder (`recognize --output`, `cluster --output`) take free ones, and need not ask. What the program
keeps for itself (the database, models, the classifier beside the database) is renewed without asking.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from facecam.core.errors import ConfigError
from facecam.core.paths import lies_in, printable, resolved

#: What files of JSON lines are called; also without ending.
JSON_ENDINGS = (".jsonl", ".json", ".ndjson", ".txt", ".log", "")


def add_overwrite_flag(parser: argparse.ArgumentParser, *older: str) -> None:
    """`--overwrite`, and what it was called before."""
    parser.add_argument(
        "--overwrite",
        *older,
        action="store_true",
        help="replace what is there already; without it an existing file is refused and stays",
    )


def require_free(
    flag: str, paths: Iterable[Path], *, overwrite: bool, endings: tuple[str, ...] | None = None
) -> None:
    """Make sure, before any work, that nothing is written over unasked.

    Args:
        flag: that named them, for the message.
        paths: all files that will be written.
        overwrite: whether `--overwrite` was given.
        endings: of files that an earlier run can have written: others are never replaced; None: any.

    Raises:
        ConfigError: a folder, a file of another kind, or a file that is there, or a link to one that is not.
    """
    for path in paths:
        require_folder(flag, path.parent, files_inside=False)
        if not os.path.lexists(path) or _is_stream(path):
            continue
        name = printable(path)
        if path.is_dir():
            raise ConfigError(f"{flag} {name} is a folder", hint="Name a file in it.")
        if endings is not None and path.suffix.lower() not in endings:
            raise ConfigError(
                f"{flag} {name} would replace a file that is something else",
                hint=f"Name another file, ending in {endings[0]}.",
            )
        if not overwrite:
            raise ConfigError(f"{name} exists already", hint="Choose another name, or add --overwrite.")


def require_folder(flag: str, folder: Path, *, files_inside: bool = True) -> None:
    """Make sure, before any work, that files can go into a folder, made when missing.

    Args:
        flag: that named it, for the message.
        folder: where they will go.
        files_inside: new ones; False: perhaps only one that is there, or a device, which takes no right to the folder.

    Raises:
        ConfigError: it is a file or a link to nothing, or lies in one, or may not be written to.
    """
    for place in (folder, *folder.parents):
        if os.path.lexists(place):
            if not place.is_dir():
                name = printable(place)
                raise ConfigError(f"{flag}: {name} is not a folder", hint="Name a folder, or a file in one.")
            if files_inside and not os.access(place, os.W_OK | os.X_OK):
                raise ConfigError(
                    f"{flag}: you may not write into {printable(place)}",
                    hint="Name a folder of yours, or have its rights changed.",
                )
            return


def require_apart(flag: str, folder: Path, sources: Iterable[Path]) -> None:
    """Make sure that copies do not go among what they are made of, where the next run would find them.

    Raises:
        ConfigError: `folder` is one of `sources`, or lies in it.
    """
    for source in sources:
        if lies_in(folder, source):
            raise ConfigError(
                f"{flag}: {printable(folder)} lies in {printable(resolved(source))}, whose photos are read",
                hint="Name a place that is not inside it.",
            )


def _is_stream(path: Path) -> bool:
    """A pipe or device, into which one may write again and again."""
    return path.is_fifo() or path.is_char_device() or path.absolute().parent == Path("/dev")
