"""Leftovers of a backup that was killed: where it was being written is noted, and swept at the next start."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, make_folder, sweep_temporary
from facecam.engine.transactions.layout import BACKING_UP_FILE


@contextlib.contextmanager
def noted(settings: Settings, file: Path) -> Iterator[None]:
    """While the block runs it is noted where the backup is written.

    Raises:
        DataError: this cannot be written.
    """
    sweep(settings)
    note = settings.database / BACKING_UP_FILE
    make_folder(settings.database, private=True)
    text = json.dumps([str(file.absolute().parent), file.name])
    atomic_write(note, text.encode("utf-8", "surrogateescape"), private=True, sealed=False)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)


def sweep(settings: Settings) -> None:
    """Remove what a killed backup left half-written; one that is going on is left alone."""
    note = settings.database / BACKING_UP_FILE
    try:
        folder, name = parse_json(note.read_bytes().decode("utf-8", "surrogateescape"))
        place = Path(str(folder))
        if not isinstance(name, str) or not name or Path(name).name != name:
            raise ValueError("no name of a file")
        sweep_temporary(place, name)
        if any(path.name.startswith(f".{name}.") for path in place.glob(".*.tmp")):
            return  # Somebody is at it, or it cannot be removed.
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError):
        pass  # Somebody wrote into the note: nothing is known then.
    with contextlib.suppress(OSError):
        note.unlink(missing_ok=True)
