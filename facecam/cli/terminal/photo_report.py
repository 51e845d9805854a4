"""Photo report: what the tools say about photos they could not use."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from facecam.cli.terminal.output import print_error, say
from facecam.core.errors import DataError
from facecam.core.paths import printable


def tell_unused(without_face: Sequence[Path], faults: Sequence[tuple[Path, DataError]]) -> int:
    """Name the photos on stderr; returns the exit code: 1 if one could not be read, else 0."""
    for _, fault in faults:
        print_error(fault)
    for path in without_face:
        say(f"no face: {printable(path)}", sys.stderr)
    return 1 if faults else 0


def unused_document(without_face: Sequence[Path], faults: Sequence[tuple[Path, DataError]]) -> dict[str, Any]:
    """The same for `--json`."""
    unreadable = [{"path": path, "error": fault.message, "hint": fault.hint} for path, fault in faults]
    return {"without_face": without_face, "unreadable": unreadable}
