"""Backup: everything of the user's in one file, sealed with a passphrase."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from facecam import __version__
from facecam.core.config import Settings
from facecam.core.encryption import at_rest
from facecam.core.encryption.sealing import require_strong
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, ignore, progressing
from facecam.core.paths import atomic_file, lies_in, printable, readable_os_errors
from facecam.core.words import counted
from facecam.engine.tools.backup_leftovers import noted
from facecam.engine.tools.backup_places import DATA, DATABASE, BackupPlace, places_of
from facecam.engine.tools.sealed_file import SealedWriter
from facecam.engine.transactions.journal import PeopleJournal
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.gallery.storage.store import CURRENT_FILE, GalleryStore

#: First and last entry of the archive.
MANIFEST: Final = "manifest.json"
END: Final = "end.json"
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds.

    Attributes:
        path: the file.
        files: how many.
        size: of the file, bytes.
        places: their names, see `backup_places`.
        people: enrolled in it.
        links: links that were left out.
    """

    path: Path
    files: int
    size: int
    places: tuple[str, ...]
    people: int
    links: tuple[Path, ...] = ()


def back_up(
    settings: Settings,
    file: Path,
    passphrase: str,
    settings_file: Path,
    *,
    runs: bool = True,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
    now: Callable[[], datetime] = partial(datetime.now, UTC),
) -> BackupReport:
    """Write everything of the user's into one sealed file: photos, people, trainings, their models, settings.

    Nobody changes people meanwhile. The file appears when it is complete.

    Args:
        settings: where everything is.
        file: the backup; one that is there is replaced.
        passphrase: without it nobody can open the backup.
        settings_file: the TOML file in use.
        runs: also records and checkpoints of trainings, which may be large.
        on_event: gets progress, and a notice of links, which are left out.
        cancel: asked between files; then nothing is written.
        now: the clock, UTC.

    Raises:
        ConfigError: the passphrase is too short, or the file would lie in what is backed up.
        DataError: disk full, something cannot be read, or changes all the time.
        GalleryError: another facecam is changing people, or the database is unreadable.
    """
    require_strong(passphrase)
    places = places_of(settings, settings_file, runs=runs)
    _refuse_inside(file, places)
    journal = PeopleJournal(settings, on_event)
    with journal.alone(), readable_os_errors("back up to", file):
        local = GalleryStore(settings.database, on_event=on_event)
        gallery = local.load()
        people = 0 if gallery is None else len(gallery)
        held = _Held.look(places, local.version())
        links = tuple(link for place in places for link in place.links())
        with noted(settings, file), atomic_file(file, "write", private=True) as target:
            sealed = SealedWriter(target, passphrase)
            _pack(held, cast(BinaryIO, sealed), _manifest(places, held, people, now()), on_event, cancel)
            sealed.seal()
        size = file.stat().st_size
    if links:
        on_event(
            Notice(
                f"{counted(len(links), 'link')} left out, such as {printable(str(links[0]))}",
                "A backup holds files, not links: what they lead to is not in it.",
            )
        )
    if settings.server:
        on_event(
            Notice(
                f"the people and visits on {settings.server} are not in this backup",
                "Back them up there, too: pg_dump --schema=facecam",
            )
        )
    note_in_trail(settings.database, "backup", on_event=on_event, count=people)
    return BackupReport(
        file, len(held.files), size, tuple(place.name for place in places if held.has(place)), people, links
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """The files of a backup: (place, path in it, file), and which generation of the database counts."""

    files: tuple[tuple[str, str, Path], ...]
    current: str

    @classmethod
    def look(cls, places: Sequence[BackupPlace], current: str) -> _Held:
        files = tuple(
            (place.name, below, path)
            for place in places
            for below, path in place.files()
            # Of the generations only the one that counts.
            if place.name != DATABASE or not below.startswith("gen-") or below.split("/")[0] == current
        )
        return cls(files, current)

    def has(self, place: BackupPlace) -> bool:
        return any(name == place.name for name, *_ in self.files)


def _refuse_inside(file: Path, places: Sequence[BackupPlace]) -> None:
    if any(lies_in(file, place.path) for place in places):
        raise ConfigError(
            f"{printable(str(file))} lies in what is backed up", hint="Name a file somewhere else."
        )


def _manifest(places: Sequence[BackupPlace], held: _Held, people: int, moment: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "facecam": __version__,
        "made": moment.isoformat(timespec="seconds"),
        "places": [place.name for place in places if held.has(place) or place.name in (DATA, DATABASE)],
        "files": len(held.files),
        "bytes": sum(path.stat().st_size for *_, path in held.files),
        "people": people,
    }


def _pack(
    held: _Held, target: BinaryIO, manifest: dict[str, Any], on_event: EventSink, cancel: CancelToken
) -> None:
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 16) as archive:
        _add_document(archive, MANIFEST, manifest)
        for place, below, path in progressing(held.files, "backup", on_event, cancel):
            name = f"{place}/{below}" if below else place
            if (place, below) == (DATABASE, CURRENT_FILE):
                # Another process may have found a threshold meanwhile, in a generation that is not in here.
                _add_bytes(archive, name, f"{held.current}\n".encode())
            else:
                _add_file(archive, name, path)
        _add_document(archive, END, {"files": len(held.files)})


def _add_file(archive: tarfile.TarFile, name: str, path: Path) -> None:
    with at_rest.open_file(path) as file:
        entry = archive.gettarinfo(path, arcname=name)
        # Whose it was on this computer is nobody's business on another.
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        # Of a second name of the same file `tarfile` would only keep that it is one.
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", file.seek(0, os.SEEK_END)
        file.seek(0)
        try:
            archive.addfile(entry, file)
        except OSError as error:
            if error.errno is not None:
                raise
            raise DataError(
                f"{printable(str(path))} was changed while it was backed up",
                hint="Close other programs, then repeat.",
            ) from error


def _add_document(archive: tarfile.TarFile, name: str, document: dict[str, Any]) -> None:
    _add_bytes(archive, name, json.dumps(document, ensure_ascii=True).encode())


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
