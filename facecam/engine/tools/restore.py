"""Restoration of a backup: read and checked to its end beside what is there, then put in place."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import stat
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from facecam.core import vault
from facecam.core.config import Settings, load_settings
from facecam.core.encryption import at_rest, data_keys
from facecam.core.encryption.data_keys import KEY_FILE, POINTER_FILE
from facecam.core.errors import ConfigError, DataError, FacecamError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, fsync, make_folder, printable, readable_os_errors
from facecam.core.private import FILE_MODE
from facecam.core.words import listed
from facecam.engine.tools.backup import END, FORMAT, MANIFEST
from facecam.engine.tools.backup_places import (
    DATA,
    DATABASE,
    DEPLOYED,
    README,
    RUNS,
    SETTINGS,
    WINDOW,
    BackupPlace,
    place_named,
)
from facecam.engine.tools.restoring import (
    BEFORE,
    UNPACKED,
    Move,
    alone,
    begin,
    carry_out,
    finish,
    give_up,
    key_set_aside,
)
from facecam.engine.tools.sealed_file import SealedReader
from facecam.engine.transactions.encryption import finish_if_possible, is_to_be_sealed
from facecam.engine.transactions.journal import PeopleJournal
from facecam.gallery.storage.audit_trail import (
    AUDIT_FILE,
    BEFORE_FILE,
    AuditLine,
    AuditTrail,
    mark_of,
    note_in_trail,
)
from facecam.gallery.storage.store import GalleryStore

_COPY_BYTES = 1 << 20
#: A pipe waits so long for the first byte.
_WRITER_S = 10.0
_ENCRYPTED = "what was restored is encrypted now, as what was here before"
_DAMAGED_HINT = "Use another backup; nothing was restored."


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored.

    Attributes:
        made: when the backup was made, ISO 8601.
        files: how many.
        places: their names, see `backup_places`.
        people: enrolled in it.
        replaced: places where something was there before, which is gone.
        back: people who had been deleted since the backup was made, and are back.
        kept: settings that are in force here and of which the backup has none, see `backup_places`.
    """

    made: str
    files: int
    places: tuple[str, ...]
    people: int
    replaced: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(slots=True)
class _Unpacked:
    """What is unpacked so far: a place, and where its content waits."""

    token: str
    places: dict[str, BackupPlace] = field(default_factory=dict)
    files: int = 0
    left_out: set[str] = field(default_factory=set)

    def waiting(self, place: BackupPlace) -> Path:
        return place.path.with_name(f".{place.path.name}.{self.token}.{UNPACKED}")

    def moves(self) -> list[Move]:
        return [
            Move(
                self.waiting(place),
                place.path,
                place.path.with_name(f".{place.path.name}.{self.token}.{BEFORE}"),
            )
            for place in self.places.values()
        ]


def restore(
    settings: Settings,
    file: Path,
    passphrase: str,
    settings_file: Path,
    *,
    replace: bool = False,
    forget_key: bool = False,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> RestoreReport:
    """Put what a backup holds where the settings say.

    Everything is unpacked beside its place and checked first; then each place is taken by one rename, all of them or
    none, also when that is cut off. Settings of which the backup has none stay in force, and are named.

    Args:
        settings: where everything belongs.
        file: the backup.
        passphrase: it was sealed with.
        settings_file: the TOML file in use.
        replace: what is in a place may go; without it nothing that is there is touched.
        forget_key: the key of what is encrypted here is lost: it goes with that, and encryption is off then.
        on_event: gets progress, and a notice of people who had been deleted since and are back.
        cancel: asked between files; then nothing is restored.

    Raises:
        ConfigError: another passphrase, or a place holds something already.
        DataError: no backup, a damaged or incomplete one, disk full; nothing was restored.
        GalleryError: another facecam is changing people.
    """
    finish(settings)
    with (
        alone(settings),
        key_set_aside(settings.database) if forget_key else contextlib.nullcontext(),
        readable_os_errors("read", file),
        open(file, "rb", opener=_without_waiting) as stream,
    ):
        sealed = SealedReader(stream, passphrase, printable(str(file)))
        unpacked = _Unpacked(secrets.token_hex(4))
        try:
            manifest = _unpack(sealed, unpacked, settings, settings_file, replace, file, on_event, cancel)
            report = _checked(settings, settings_file, unpacked, manifest, file, on_event)
            cancel.check()
            with PeopleJournal(settings, on_event).alone():
                pass  # Nobody is changing people, and nothing is half done.
            locked = list(_locked_folders(settings, settings_file, unpacked)) if forget_key else []
            empty = [place.path / POINTER_FILE for place in locked if place.is_empty]
            carry_out(settings, unpacked.moves(), empty)
        except BaseException:
            give_up(settings, unpacked.moves())
            raise
    finish_if_possible(settings, on_event, done=_ENCRYPTED)
    if report.kept:
        on_event(
            Notice(
                f"the backup has none of these, which stay in force: {', '.join(report.kept)}",
                "To have things as they were when it was made, move them away.",
            )
        )
    for place in (one for one in locked if not one.is_empty):
        what = f"{printable(place.path)} is locked by the key that was given up, and the backup has nothing for it"
        on_event(Notice(what, "Take out what is not encrypted, if you put anything there, and delete it."))
    if SETTINGS in report.places:
        _tell_other_folders(settings, settings_file, on_event)
    if report.back:
        names = listed(map(printable, report.back), 5)
        on_event(
            Notice(
                f"deleted since this backup was made, and back now: {names}",
                "If they should stay deleted: python main.py people withdraw NAME",
            )
        )
    if unpacked.left_out:
        on_event(
            Notice(
                "the settings of the window in this backup were left out: there are some here",
                "To have those of the backup: restore once more with --replace; then everything here may go",
            )
        )
    note_in_trail(settings.database, "restore", on_event=on_event, count=report.people)
    return report


def _tell_other_folders(settings: Settings, settings_file: Path, on_event: EventSink) -> None:
    """Say so where the settings of the backup lead elsewhere than it was restored to."""
    try:
        named = load_settings({}, settings_file)
    except FacecamError as error:
        on_event(Notice(error.message, error.hint))
        return
    other = [
        f"{name} = {printable(getattr(named, name))}"
        for name in ("data", "database", "weights")
        # What the file leaves out is a flag's business.
        if getattr(named, name) not in (getattr(Settings(), name), getattr(settings, name))
    ]
    if other:
        on_event(
            Notice(
                f"the settings that were restored name other folders: {', '.join(other)}",
                f"What was restored is not looked for where it is: change them in {printable(settings_file)}",
            )
        )


def _locked_folders(settings: Settings, settings_file: Path, unpacked: _Unpacked) -> Iterator[BackupPlace]:
    """Folders locked by the key that is given up, and left as they are by the backup."""
    for name in (DATA, RUNS):
        place = place_named(name, settings, settings_file)
        is_locked = (place.path / POINTER_FILE).is_file() and not _has_key(place.path)
        if is_locked and name not in unpacked.places:
            yield place


# ---------------------------------------------------------------------- reading


def _without_waiting(name: str, flags: int) -> int:
    """Open a file; a pipe to which nobody begins to write is empty, instead of being waited for without end."""
    if os.name == "nt":
        return os.open(name, flags)
    descriptor = os.open(name, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        select.select([descriptor], [], [], _WRITER_S)
    return descriptor


def _unpack(
    sealed: SealedReader,
    unpacked: _Unpacked,
    settings: Settings,
    settings_file: Path,
    replace: bool,
    file: Path,
    on_event: EventSink,
    cancel: CancelToken,
) -> dict[str, Any]:
    name = printable(str(file))
    manifest: dict[str, Any] | None = None
    ended = False
    try:
        with tarfile.open(fileobj=cast(BinaryIO, sealed), mode="r|", bufsize=1 << 16) as archive:
            for entry in archive:
                cancel.check()
                content = archive.extractfile(entry) if entry.isreg() else None
                if content is None or ended:
                    raise ValueError(f"an entry {entry.name!r} that no backup has")
                if manifest is None:
                    manifest = _manifest(entry, content, name)
                    _make_ready(manifest, unpacked, settings, settings_file, replace)
                elif entry.name == END:
                    ended = parse_json(content.read()) == {"files": unpacked.files}
                else:
                    _write(entry, content, unpacked)
                    on_event(Progress("restore", unpacked.files, int(manifest["files"])))
        sealed.finish()
        if manifest is None or not ended or unpacked.files != manifest["files"]:
            raise ValueError("files are missing")
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError) as error:
        raise DataError(f"{name} cannot be restored: {printable(str(error))}", hint=_DAMAGED_HINT) from error
    return manifest


def _manifest(entry: tarfile.TarInfo, content: IO[bytes], name: str) -> dict[str, Any]:
    if entry.name != MANIFEST or entry.size > 1 << 20:
        raise ValueError("it does not begin as a backup does")
    document = parse_json(content.read())
    if int(document["format"]) > FORMAT:
        raise DataError(
            f"{name} was made by facecam {printable(str(document.get('facecam')))}, which is newer",
            hint="Update facecam, then repeat.",
        )
    return {**document, "files": int(document["files"]), "places": [str(one) for one in document["places"]]}


def _make_ready(
    manifest: dict[str, Any], unpacked: _Unpacked, settings: Settings, settings_file: Path, replace: bool
) -> None:
    """Look at all places before the work, and make the folders to unpack into."""
    places = [place_named(name, settings, settings_file) for name in manifest["places"]]
    # What the window remembers is made by looking at it: that must not be in the way.
    if not replace:
        unpacked.left_out = {place.name for place in places if place.name == WINDOW and not place.is_empty}
    places = [place for place in places if place.name not in unpacked.left_out]
    taken = [place for place in places if not place.is_empty]
    if taken and not replace:
        what = ", ".join(printable(str(place.path)) for place in taken[:3])
        raise ConfigError(
            f"{what} {'holds' if len(taken) == 1 else 'hold'} something already",
            hint="Add --replace if that may go, or name other folders with --data, --database and --weights.",
        )
    unpacked.places.update({place.name: place for place in places})
    begin(settings, unpacked.moves())
    for place in places:
        with readable_os_errors("make the folder", place.path.parent):
            make_folder(place.path.parent, private=place.private)
            if place.is_folder:
                make_folder(unpacked.waiting(place), private=place.private)
                _keep_key(place.path, unpacked.waiting(place))


def _keep_key(folder: Path, waiting: Path) -> None:
    """Where encryption is on it stays on: what is unpacked is sealed with the same key, unless that is lost."""
    if (folder / POINTER_FILE).is_file() and _has_key(folder):
        content = (folder / POINTER_FILE).read_bytes()
        atomic_write(waiting / POINTER_FILE, content, private=True, sealed=False)
    if (folder / KEY_FILE).is_file():
        content = (folder / KEY_FILE).read_bytes()
        atomic_write(waiting / KEY_FILE, content, private=True, sealed=False)
        vault.set_state(
            waiting, "turning on"
        )  # Names are still to be veiled: `finish` does, after everything.


def _has_key(folder: Path) -> bool:
    try:
        return data_keys.key_file_of(folder) is not None
    except ConfigError:
        return False


def _write(entry: tarfile.TarInfo, content: IO[bytes], unpacked: _Unpacked) -> None:
    if entry.name in unpacked.left_out:
        unpacked.files += 1
        return
    place, below = _place_of(entry.name, unpacked)
    target = unpacked.waiting(place).joinpath(*below)
    with readable_os_errors("write", target):
        make_folder(target.parent, private=place.private)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(target, flags, FILE_MODE if place.private else 0o666), "wb") as file:
            sealed = at_rest.sealing_stream(target, file) if _is_to_be_sealed(place, below) else None
            shutil.copyfileobj(content, file if sealed is None else sealed, _COPY_BYTES)
            if sealed is not None:
                sealed.seal()
            file.flush()
            fsync(file.fileno())
        moment = max(0.0, float(entry.mtime))
        os.utime(target, (moment, moment))
    unpacked.files += 1


def _is_to_be_sealed(place: BackupPlace, below: tuple[str, ...]) -> bool:
    return place.name in (DATA, DATABASE, RUNS) and is_to_be_sealed(place.name, below)  # type: ignore[arg-type]


def _place_of(name: str, unpacked: _Unpacked) -> tuple[BackupPlace, tuple[str, ...]]:
    """The place of an entry and the way in it; nothing leads out of it, whoever made the backup."""
    first, *below = name.split("/")
    place = unpacked.places.get(first)
    parts = PurePosixPath(*below).parts if below else ()
    odd = any(part in ("", ".", "..") or "\0" in part for part in below)
    odd |= os.name == "nt" and any(char in part for part in below for char in "\\:")
    if place is None or place.is_folder != bool(below) or odd or len(parts) != len(below):
        raise ValueError(f"a path {name!r} that no backup has")
    return place, tuple(below)


# ---------------------------------------------------------------------- checking


def _checked(
    settings: Settings,
    settings_file: Path,
    unpacked: _Unpacked,
    manifest: dict[str, Any],
    file: Path,
    on_event: EventSink,
) -> RestoreReport:
    """What will be restored, once the database was read from where it waits."""
    people: list[tuple[str, str]] = []
    trail = _trail_here(settings.database, on_event)
    for place in unpacked.places.values():
        waiting = unpacked.waiting(place)
        if place.name == DATABASE:
            people = _people_in(waiting, file)
            if trail is not None:
                _keep_trail(settings.database, waiting)
        if place.is_folder and (place.path / README).is_file() and not (waiting / README).exists():
            with readable_os_errors("copy", place.path / README):
                shutil.copyfile(place.path / README, waiting / README)
    return RestoreReport(
        str(manifest.get("made", "")),
        unpacked.files,
        tuple(unpacked.places),
        len(people),
        tuple(name for name, place in unpacked.places.items() if not place.is_empty),
        tuple(_deleted_since(trail or (), people)),
        tuple(_kept(settings, settings_file, unpacked)),
    )


def _kept(settings: Settings, settings_file: Path, unpacked: _Unpacked) -> Iterator[str]:
    """Paths of settings here that decide how what is restored is used, and that the backup has no others for."""
    for name in (SETTINGS, DEPLOYED):
        place = place_named(name, settings, settings_file)
        if name not in unpacked.places and not place.is_empty:
            yield printable(place.path)


def _people_in(database: Path, file: Path) -> list[tuple[str, str]]:
    try:
        gallery = GalleryStore(database).load()
    except FacecamError as error:
        raise DataError(
            f"the database in {printable(str(file))} cannot be read: {error.message}", hint=_DAMAGED_HINT
        ) from error
    return [] if gallery is None else [(one.id, one.name) for one in gallery.identities]


def _trail_here(database: Path, on_event: EventSink) -> tuple[AuditLine, ...] | None:
    """What was done on this computer; None where that was encrypted, and its key is lost."""
    try:
        return AuditTrail(database).read()
    except at_rest.ForeignKey:
        what = "the key of what was encrypted here is lost: encryption is off now, and the audit trail begins anew"
        hint = "Turn it on again: python main.py encrypt on"
        if _has_key(database):  # Another one is in force.
            what, hint = "the key of the audit trail here is lost: it begins anew", ""
        on_event(Notice(what, hint))
        return None


def _keep_trail(database: Path, waiting: Path) -> None:
    """What was done on this computer stays written down: a restoration makes nothing undone there."""
    for name in (AUDIT_FILE, BEFORE_FILE):
        if (database / name).is_file():
            with readable_os_errors("copy", database / name):
                (waiting / name).unlink(missing_ok=True)
                content = (database / name).read_bytes()
                with os.fdopen(
                    os.open(waiting / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb"
                ) as to:
                    to.write(content)


def _deleted_since(trail: Sequence[AuditLine], people: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Names of people in the backup whom the trail of this computer knows as deleted, and not as back."""
    state: dict[str, str] = {}
    for line in trail:
        if line.what in ("delete", "undelete", "enroll", "restore"):
            state.update(dict.fromkeys(line.people, line.what))
    return (name for person_id, name in people if state.get(mark_of(person_id)) == "delete")
