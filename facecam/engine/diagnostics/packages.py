"""The packages facecam asks for: all of the lock in a checkout, its own dependencies installed, what a bundle has."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from facecam.core.children import FROZEN
from facecam.core.home import IN_CHECKOUT, PROGRAM_FOLDER

#: A line of the lock or of a package's metadata: name, then the version where it is pinned.
_LINE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(==(?P<version>[\w.]+))?")


def wanted_packages() -> dict[str, str | None]:
    """By distribution name, the version that is pinned; None: any that was installed with facecam.

    Raises:
        OSError: a checkout without its lock.
    """
    return dict(_locked(PROGRAM_FOLDER / "requirements.txt") if IN_CHECKOUT else _declared())


def python_fits(requirement: str) -> bool:
    """Whether a line with a marker such as `; python_version < "3.14"` is meant for this Python."""
    marker = re.search(r';\s*python_version\s*<\s*"(\d+)\.(\d+)"', requirement)
    return marker is None or sys.version_info[:2] < (int(marker[1]), int(marker[2]))


def _locked(lock: Path) -> Iterator[tuple[str, str | None]]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return _named(line for line in lines if "==" in line.partition("#")[0] and python_fits(line))


def _declared() -> Iterator[tuple[str, str | None]]:
    if FROZEN:
        return ((one.name, one.version) for one in importlib.metadata.distributions())
    # What an extra would add may be left out, and what follows from these was pip's to see to.
    asked = importlib.metadata.requires("facecam") or []
    return ((name, None) for name, _ in _named(line for line in asked if "extra ==" not in line))


def _named(lines: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    for line in lines:
        if found := _LINE.match(line.strip()):
            yield found["name"], found["version"]
