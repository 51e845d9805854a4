"""The audit trail beside the gallery: who enrolled, exported, deleted people or set a threshold, and when.

`audit.jsonl`, a line each, only ever added to; at a megabyte it becomes `audit-before.jsonl`, in place of the one
before it, so that both together stay below two. A line says whom it is about by a mark that is made from the person's
random id and leads back to nobody: no name, no photo, no path and no vector is ever written here, so what is deleted
leaves nothing behind. Whoever has the id, from a receipt for instance, finds its lines by `mark_of`.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Final, Literal

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, FacecamError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.held_files import patiently
from facecam.core.json_text import parse_json
from facecam.core.paths import append, readable_os_errors
from facecam.gallery.storage.lock import locked

pwd: ModuleType | None
try:
    import pwd
except ImportError:  # Windows
    pwd = None

AUDIT_FILE: Final = "audit.jsonl"
BEFORE_FILE: Final = "audit-before.jsonl"
LOCK_FILE: Final = ".audit.lock"
#: Bytes of one file.
MOST_BYTES: Final = 1 << 20
_LOCK_TIMEOUT_S: Final = 5.0
#: Of so many people at most who came together a line has the marks: 20 kB.
_MOST_MARKS: Final = 1000

What = Literal[
    "enroll", "reject", "take back", "rename", "merge", "part", "delete", "undelete", "remove photo", "move",
    "take enrollment back",
    "import", "rebuild", "consent", "export", "threshold", "backup", "restore",
    "encrypt", "decrypt", "passphrase", "new home",
]  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)


def user_name() -> str:
    """The user of the operating system, whatever the environment says; a number where it has no name."""
    if pwd is None:
        with contextlib.suppress(OSError, KeyError, ImportError):
            return getpass.getuser()
        return "unknown"
    try:
        return str(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return str(os.getuid())


def mark_of(person_id: str) -> str:
    """How the trail calls somebody: 16 hex digits of a SHA-256; empty for an empty id."""
    return hashlib.sha256(person_id.encode("utf-8", "surrogatepass")).hexdigest()[:16] if person_id else ""


def few_enough(ids: Sequence[str]) -> Sequence[str]:
    """The ids of people who came together; none where their marks would push out what stands in the trail."""
    return ids if len(ids) <= _MOST_MARKS else ()


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that was done.

    Attributes:
        moment: when, UTC.
        user: of the operating system.
        what: was done.
        people: marks of those it was done to, see `mark_of`; empty for somebody who never had an id.
        details: numbers and fixed words: `kind`, `count`, `value`.
    """

    moment: datetime
    user: str
    what: str
    people: tuple[str, ...] = ()
    details: Mapping[str, str | int | float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """As a document."""
        return {
            "time": self.moment.isoformat(timespec="seconds"),
            "user": self.user,
            "what": self.what,
            "people": list(self.people),
            **self.details,
        }

    @classmethod
    def read(cls, line: str) -> AuditLine | None:
        """The reverse; None for a line that makes no sense."""
        try:
            document = parse_json(line)
            moment = datetime.fromisoformat(str(document.pop("time")))
            user, what = str(document.pop("user")), str(document.pop("what"))
            people = tuple(map(str, document.pop("people")))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        details = {str(key): value for key, value in document.items() if isinstance(value, str | int | float)}
        return cls(moment, user, what, people, details)


class AuditTrail:
    """Reads and writes the trail.

    Args:
        folder: the database.
        now: the clock, UTC.
        user: who does it.
    """

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime] = _now, user: Callable[[], str] = user_name
    ) -> None:
        self.path = folder / AUDIT_FILE
        self._folder, self._now, self._user = folder, now, user

    def add(self, what: What, ids: Iterable[str] = (), **details: str | int | float) -> None:
        """Write a line.

        Args:
            what: was done.
            ids: of the people it was done to; never names.
            details: numbers and fixed words, never something that a person is called by.

        Raises:
            DataError: disk full, no permission, or another process is writing for long.
        """
        people = tuple(filter(None, map(mark_of, ids)))
        line = AuditLine(self._now(), self._user(), what, people, details)
        text = json.dumps(line.to_json(), ensure_ascii=True)
        busy = DataError(f"another facecam is writing {self.path.name}", hint="Wait until it has finished.")
        lock = locked(self._folder / LOCK_FILE, busy, timeout_s=_LOCK_TIMEOUT_S)
        with lock, readable_os_errors("write", self.path):
            self._make_room(len(text) + 1)
            # What a crash cut off ends here, and is passed over.
            start = b"" if self._ends_well() else b"\n"
            append(self.path, start + text.encode() + b"\n")

    def read(self) -> tuple[AuditLine, ...]:
        """All lines there are, oldest first; what makes no sense is passed over.

        Raises:
            DataError: a file cannot be read.
        """
        found: list[AuditLine] = []
        for path in (self._folder / BEFORE_FILE, self.path):
            with readable_os_errors("read", path):
                try:
                    text = at_rest.read_text(path, "replace")
                except FileNotFoundError:
                    continue
            found += [line for line in map(AuditLine.read, text.splitlines()) if line is not None]
        return tuple(found)

    def _make_room(self, size: int) -> None:
        if self.path.is_file() and self.path.stat().st_size + size > MOST_BYTES:
            patiently(os.replace, self.path, self._folder / BEFORE_FILE)

    def _ends_well(self) -> bool:
        if not self.path.exists():
            return True
        with at_rest.open_file(self.path) as file:
            if file.seek(0, os.SEEK_END) == 0:
                return True
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def note_in_trail(
    folder: Path,
    what: What,
    ids: Iterable[str] = (),
    on_event: EventSink = ignore,
    **details: str | int | float,
) -> None:
    """`AuditTrail.add` for something that is done already: what cannot be written is said, and nothing is undone."""
    try:
        AuditTrail(folder).add(what, ids, **details)
    except FacecamError as error:
        on_event(Notice(f"the audit trail has no line of this: {error.message}", error.hint))
