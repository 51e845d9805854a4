"""Photo report: what the tools say about photos they could not use."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from facecam.cli.terminal.output import print_error, say
from facecam.core.errors import DataError
from facecam.core.paths import printable


class Searched(Protocol):
    """What a search for faces in photos says of those it could not use."""

    @property
    def without_face(self) -> Sequence[Path]:
        """No face was found in them."""

    @property
    def faults(self) -> Sequence[tuple[Path, DataError]]:
        """They could not be read, and why."""


def tell_unused(found: Searched) -> int:
    """Name the photos on stderr; returns the exit code: 1 if one could not be read, else 0."""
    for _, fault in found.faults:
        print_error(fault)
    for path in found.without_face:
        say(f"no face: {printable(path)}", sys.stderr)
    return 1 if found.faults else 0


def unused_document(found: Searched) -> dict[str, Any]:
    """The same for `--json`."""
    unreadable = [{"path": path, "error": fault.message, "hint": fault.hint} for path, fault in found.faults]
    return {"without_face": found.without_face, "unreadable": unreadable}
