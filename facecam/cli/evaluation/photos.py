"""What the kinds of `evaluate` say of photos."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from facecam.cli.terminal.output import print_error, say
from facecam.core.errors import DataError
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.evaluation.common import PhotoSummary, Setup, Speed
from facecam.engine.faces.photo_batches import NO_FACE, PhotoFault

#: Photos listed by name on a terminal; `--json` lists all.
MOST_LISTED = 20


def list_photos(photos: PhotoSummary, effect: str) -> None:
    """Name the photos left out, what that does, and the photos without a face on stderr."""
    tell_left_out(photos.faults)
    without = photos.without_face
    lines = [f"note: {effect}"] if photos.faults else []
    lines += [f"no face found, the middle taken: {printable(name)}" for name in without[:MOST_LISTED]]
    for line in lines + and_more(len(without)):
        say(line, sys.stderr)


def tell_left_out(faults: Sequence[PhotoFault]) -> int:
    """Name photos that could not be read on stderr, in two lines each; returns the exit code: 1 if there are any."""
    for fault in faults[:MOST_LISTED]:
        print_error(DataError(fault.message, hint=fault.hint))
    for line in and_more(len(faults)):
        say(line, sys.stderr)
    return int(bool(faults))


def tell_drawn(files: Iterable[Path], *, as_json: bool) -> None:
    """Name the plots on stderr; a document names them itself."""
    for file in () if as_json else files:
        say(f"drawn: {printable(file)}", sys.stderr)


def setup_line(setup: Setup) -> str:
    """Model, arithmetic, detector, and what is done with the vectors."""
    added = "mirrored face added" if setup.flip else "without the mirrored face"
    mean = ", mean subtracted" if setup.subtract_mean else ""
    return f"{setup.model_id} ({setup.precision}), detector {setup.detector}, {added}{mean}"


def photo_lines(photos: PhotoSummary, speed: Speed) -> list[str]:
    """How the faces were found, and how long it took."""
    found = ", ".join(f"{count:,} {how}" for how, count in photos.found_by.items())
    rate = f" ({speed.looked_at / speed.photos_s:.0f} photos/s)" if speed.looked_at else ""
    lines = [f"{counted(photos.listed, 'photo')}: {found}"]
    if photos.faults:
        lines[0] += f"; {len(photos.faults):,} missing or unreadable"
    if NO_FACE in photos.found_by:
        lines.append("photos without a face count: leaving them out would flatter the figures")
    lines.append(
        f"{speed.total_s:.1f} s: {counted(speed.looked_at, 'photo')} looked at{rate}, {speed.remembered:,} remembered"
    )
    return lines


def and_more(count: int, most: int = MOST_LISTED) -> list[str]:
    """The line that says how many more there are than a terminal lists; none where there are not."""
    return [f"  and {count - most} more; --json lists them all"] if count > most else []
