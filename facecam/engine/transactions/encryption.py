"""Encryption at rest, turned on and off: every file of ours is written anew, one by one, each whole or not at all.

What stands in the key file (`core.vault`) is what is being done. Sealed and plain files may lie side by side, and
readers take both, so a change that was cut off anywhere loses nothing and locks nobody out: the next command or window
goes on. Ours are the database, the records of trainings, and in `data/` the copies and notes that facecam made;
photos that the user put there stay as they are. Folders and copies whose names would tell who it is are renamed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final, Literal

from facecam.core import vault
from facecam.core.config import Settings
from facecam.core.encryption import at_rest, data_keys, unlocking
from facecam.core.encryption.data_keys import CACHE_PREFIX, KEY_FILE, POINTER_FILE
from facecam.core.errors import ConfigError, DataError, FacecamError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, faults_told, ignore, progressing
from facecam.core.held_files import patiently
from facecam.core.json_text import parse_json
from facecam.core.paths import (
    atomic_file,
    atomic_write,
    delete,
    delete_file,
    folder_name_for,
    fsync_folder,
    is_there,
    make_folder,
    printable,
    readable_os_errors,
    sha256_file,
    sweep_temporary,
)
from facecam.core.vault import Lock
from facecam.engine.faces.chip_cache import DIGESTS_FILE, forget_prepared
from facecam.engine.faces.user_caches import CHIPS, VECTORS, cache_folder, forget_unfinished
from facecam.engine.photos.copies import digits_in, is_our_copy
from facecam.engine.photos.embedding_cache import forget
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import (
    NOTES_FOLDER,
    PERSON_FILE,
    REJECTED_FOLDER,
    VEILED_PREFIX,
    VEILED_STEM,
    PhotoLibrary,
    free_path,
    owner_text,
)
from facecam.engine.places import user_cache_folder
from facecam.engine.runs.layout import FITTED_FILE, SWEEP_ENDING, runs_folder
from facecam.engine.runs.lock import is_held
from facecam.engine.runs.people import RECORD, document_of, samples_in
from facecam.engine.transactions.forgetting import is_digest
from facecam.engine.transactions.journal import PeopleJournal
from facecam.engine.transactions.layout import EXPORT_FILES, REMOVED_FOLDER
from facecam.engine.visits.store import LOG_FILE
from facecam.gallery.storage import audit_trail, store
from facecam.gallery.storage.lock import locked
from facecam.training.run.folder import read_json, write_json

_LOCK_FILE: Final = ".encrypting.lock"
_LOCK_TIMEOUT_S: Final = 10.0
_COPY_BYTES: Final = 1 << 20
#: Nobody in them, or random; and what has to be read before there is a key.
_PLAIN_NAMES: Final = (
    *(KEY_FILE, POINTER_FILE, "README.md", "*.lock", "*.tmp"),
    *(store.CURRENT_FILE, store.RESERVE_FILE, ".backing-up.json", ".followed", ".gitignore", ".gitkeep"),
)
#: Of a run: networks and plain numbers hold no names, and are read by other programs.
_PLAIN_IN_RUNS: Final = ("metrics.csv", "curves.png", "weights.npz", "model.*", "teacher.dat", "start.npz")
_RUN_MODEL: Final = "model"
_GO_ON: Final = "It goes on with the next command; nothing is lost, and nobody is locked out."


@dataclass(frozen=True, slots=True)
class EncryptionStatus:
    """How things are.

    Attributes:
        state: `off`, `turning on`, `on` or `turning off`.
        lock: `passphrase` or `keyring`; empty where it is off.
        places: the folders.
        sealed: files.
        plain: files of ours that are not sealed; of the ones that are to be.
        of_the_user: photos in `data/` that the user put there, which stay as they are.
    """

    state: str
    lock: str
    places: tuple[Path, ...]
    sealed: int
    plain: int
    of_the_user: int


def turn_on(
    settings: Settings, lock: Lock, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> EncryptionStatus:
    """Seal everything of ours, and from now on whatever is written.

    Where it is on already, what is still plain is sealed, such as a folder of photos that was named since.

    Args:
        settings: where everything is.
        lock: keeps the key, where there is none yet.
        on_event: gets progress, and notices of what stays as it is.
        cancel: asked between files; the next command goes on then.

    Raises:
        ConfigError: it is being turned off, a training runs, the key cannot be had, or see `Lock.check`.
        DataError: disk full, no permission; the next command goes on.
        GalleryError: another facecam is changing people.
    """
    key_file = settings.database / KEY_FILE
    if data_keys.about_key(key_file) is None:
        lock.check()
    else:
        unlocking.unlock(key_file)
    _refuse_while_training(settings)
    _refuse_other_key(settings)
    with _alone(settings), PeopleJournal(settings, on_event).alone():
        about = data_keys.about_key(key_file)  # Another process may have been quicker.
        if about is None:
            vault.create(settings.database, _places(settings), lock)
        elif about["state"] == "turning off":
            hint = "Finish that first: python main.py encrypt off"
            raise ConfigError("encryption is being turned off", hint=hint)
        else:
            unlocking.unlock(key_file)
        vault.set_state(settings.database, "turning on")
        _go_on(settings, on_event, cancel)
    audit_trail.note_in_trail(settings.database, "encrypt", on_event=on_event)
    return status(settings)


def turn_off(
    settings: Settings, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER
) -> EncryptionStatus:
    """Open everything again, and forget the key; where it is off already, nothing happens.

    Raises:
        ConfigError: a training runs, or the key cannot be had.
        DataError: disk full, no permission, a damaged file; the next command goes on.
        GalleryError: another facecam is changing people.
    """
    key_file = settings.database / KEY_FILE
    about = data_keys.about_key(key_file)
    if about is None:
        return status(settings)
    unlocking.unlock(key_file)
    _refuse_while_training(settings)
    for place in vault.places_of(settings.database, about):
        if not place.is_dir():
            raise ConfigError(
                f"{printable(str(place))}, which is encrypted too, is not there",
                hint="Put it back first: its files cannot be read without this key.",
            )
    with _alone(settings), PeopleJournal(settings, on_event).alone():
        if data_keys.about_key(key_file) is None:
            return status(settings)  # Another process was quicker.
        vault.set_state(settings.database, "turning off")
        _go_on(settings, on_event, cancel)
    audit_trail.note_in_trail(settings.database, "decrypt", on_event=on_event)
    return status(settings)


def change_lock(settings: Settings, lock: Lock, on_event: EventSink = ignore) -> None:
    """Another passphrase, or the keyring instead; what is encrypted stays as it is.

    Raises:
        ConfigError: it is off, the key cannot be had, or see `Lock.check`.
        DataError: it cannot be written; all is as it was.
    """
    if data_keys.about_key(settings.database / KEY_FILE) is None:
        raise ConfigError("nothing is encrypted here", hint="`python main.py encrypt on` turns it on.")
    with _alone(settings):
        vault.change_lock(settings.database, lock)
    audit_trail.note_in_trail(settings.database, "passphrase", on_event=on_event)


def is_cut_off(settings: Settings) -> bool:
    """Whether turning on or off has not come to its end; also while somebody is at it.

    Raises:
        ConfigError: the key file is damaged.
    """
    about = data_keys.about_key(settings.database / KEY_FILE)
    return about is not None and about["state"] != "on"


def finish(settings: Settings, on_event: EventSink = ignore, *, done: str = "") -> bool:
    """Go on with what was cut off; returns whether it is done now. Who is at it just now is left alone.

    Args:
        settings: where everything is.
        on_event: gets progress and notices.
        done: what is said in the end; empty: that it was cut off, and is done now.

    Raises:
        FacecamError: as `turn_on` and `turn_off`.
    """
    if not is_cut_off(settings):
        return False
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_alone(settings, timeout_s=0))
        except ConfigError:
            return False
        if not is_cut_off(settings):
            return False
        unlocking.unlock(settings.database / KEY_FILE)
        _refuse_while_training(settings)
        stack.enter_context(PeopleJournal(settings, on_event).alone())
        _go_on(settings, on_event, CancelToken())
    is_on = data_keys.about_key(settings.database / KEY_FILE) is not None
    what: audit_trail.What = "encrypt" if is_on else "decrypt"
    audit_trail.note_in_trail(settings.database, what, on_event=on_event)
    on_event(Notice(done or f"encryption was being turned {'on' if is_on else 'off'}: it is done now", ""))
    return True


def finish_if_possible(settings: Settings, on_event: EventSink = ignore, *, done: str = "") -> None:
    """`finish` for whoever wants something else: what is in the way is said."""
    with faults_told(on_event, what="encryption is half turned on or off"):
        finish(settings, on_event, done=done)


def status(settings: Settings) -> EncryptionStatus:
    """How things are; looks at every file.

    Raises:
        ConfigError: the key file is damaged, or is not there although photos are encrypted.
    """
    about = data_keys.about_key(settings.database / KEY_FILE)
    data_keys.key_file_of(settings.data)
    ours = list(_ours(settings))
    sealed = sum(1 for path in ours if _is_sealed(path))
    return EncryptionStatus(
        "off" if about is None else str(about["state"]),
        "" if about is None else str(about["wrap"]["kind"]),
        () if about is None else tuple(vault.places_of(settings.database, about)),
        sealed,
        len(ours) - sealed,
        sum(1 for _ in _of_the_user(settings)),
    )


# ---------------------------------------------------------------------- going on


def _go_on(settings: Settings, on_event: EventSink, cancel: CancelToken) -> None:
    data_keys.enter(settings.database)
    about = data_keys.about_key(settings.database / KEY_FILE)
    if about is None:
        return
    if data_keys.is_sealing(about):
        _seal_all(settings, about, on_event, cancel)
    else:
        _open_all(settings, about, on_event, cancel)


def _seal_all(settings: Settings, about: dict[str, Any], on_event: EventSink, cancel: CancelToken) -> None:
    places = list(dict.fromkeys([*vault.places_of(settings.database, about), *_places(settings)]))
    vault.set_state(settings.database, "turning on", places)
    for place in places:
        make_folder(place, private=True)
        if place != settings.database.absolute():
            content = data_keys.pointer(settings.database / KEY_FILE, place)
            atomic_write(place / POINTER_FILE, content, private=True, sealed=False)
    with _locks(settings.database):
        _sweep(settings)
        _rewrite_all([path for path in _ours(settings) if not _is_sealed(path)], on_event, cancel)
    _forget_in_plain_caches(settings)  # Before the folders get other names: some is found by these.
    _veil(settings)
    _mend_records(settings)
    vault.set_state(settings.database, "on")
    if count := sum(1 for _ in _of_the_user(settings)):
        what = f"photos of yours in {printable(str(settings.data))} stayed as they are: {count:,}"
        on_event(
            Notice(
                what,
                "You put them there. Enrolled from elsewhere (`enroll NAME PHOTO…`), their copies are encrypted.",
            )
        )
    for name in EXPORT_FILES:
        if (settings.database / name).is_file():
            on_event(
                Notice(f"{printable(str(settings.database / name))} is an export and stayed as it is", "")
            )


def _open_all(settings: Settings, about: dict[str, Any], on_event: EventSink, cancel: CancelToken) -> None:
    places = vault.places_of(settings.database, about)
    key_id = bytes.fromhex(about["key_id"])
    with _locks(settings.database):
        _sweep(settings)
        # Again, until none is found: somebody may have begun to write one before.
        while paths := [path for place in places for path in _sealed_in(place, key_id)]:
            _rewrite_all(paths, on_event, cancel)
    _unveil(settings)
    _mend_records(settings)
    delete(cache_folder() / f"{CACHE_PREFIX}{about['key_id']}")
    for place in places:
        delete_file(place / POINTER_FILE)
    vault.remove(settings.database)


def _rewrite_all(paths: list[Path], on_event: EventSink, cancel: CancelToken) -> None:
    for path in progressing(paths, "encrypt", on_event, cancel):
        _rewrite(path)


def _rewrite(path: Path) -> None:
    """Write a file as files are written now; its dates stay."""
    with readable_os_errors("read", path):
        try:
            state = path.stat()
            source = at_rest.open_file(path)
        except FileNotFoundError:
            return
        # In this order: Windows replaces no file that is open.
        with atomic_file(path, private=True) as target, source:
            shutil.copyfileobj(source, target, _COPY_BYTES)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


# ---------------------------------------------------------------------- names


def _veil(settings: Settings) -> None:
    """Folders and copies get names that do not tell who it is."""
    library = PhotoLibrary(settings.data)
    for folder in _people_folders(settings.data):
        for path in _copies_in(folder):
            if not path.name.startswith(f"{VEILED_STEM}-"):
                _rename(path, path.with_name(f"{VEILED_STEM}-{digits_in(path.name)}{path.suffix}"))
        if folder.is_symlink() or folder.name.startswith(VEILED_PREFIX) or not _is_all_ours(folder):
            continue
        name = library.owner_of(folder)
        library.restore_claim(folder, owner_text(name))
        _rename(folder, settings.data / f"{VEILED_PREFIX}{at_rest.veiled(settings.data, name)}")


def _unveil(settings: Settings) -> None:
    """Folders are called as the people are again; copies keep their names."""
    library = PhotoLibrary(settings.data)
    for folder in _people_folders(settings.data):
        if folder.name.startswith(VEILED_PREFIX) and (folder / PERSON_FILE).is_file():
            _rename(folder, settings.data / folder_name_for(library.owner_of(folder)))
    for folder in _people_folders(settings.data):
        # A folder that is called as its person needs nothing to say so.
        if (folder / PERSON_FILE).is_file() and library.owner_of(folder) == folder.name:
            library.restore_claim(folder, None)


def _rename(path: Path, wanted: Path) -> None:
    with readable_os_errors("rename", path):
        patiently(os.rename, path, free_path(wanted))
        fsync_folder(path.parent)


def _recorded_runs(settings: Settings) -> list[Path]:
    return [path for path in _folders_in(runs_folder(settings)) if (path / RECORD).is_file()]


def _mend_records(settings: Settings) -> None:
    """Trainings find their photos under the new names, and chips in the cache in use."""
    folders = _people_folders(settings.data)
    copies = {digits_in(one.name): one for folder in folders for one in _copies_in(folder)}
    now = user_cache_folder().parent / CHIPS
    for run in _recorded_runs(settings):
        with contextlib.suppress(DataError):  # A damaged record finds nothing before and after.
            document = read_json(run / RECORD)
            mended = _mended(document, copies, now)
            if mended != document:
                write_json(run / RECORD, mended)


def _mended(document: dict[str, Any], copies: dict[str, Path], chips: Path) -> dict[str, Any]:
    def one(sample: Any) -> Any:
        if not isinstance(sample, dict) or not {"photo", "chip", "sha256"} <= sample.keys():
            return sample
        photo, chip = Path(str(sample["photo"])), Path(str(sample["chip"]))
        found = copies.get(str(sample["sha256"])[:12])
        if found is not None and not is_there(photo):
            photo = found.absolute()
        if len(chip.parts) > 3 and chip.parent.parent.parent.name == CHIPS:
            chip = chips.joinpath(*chip.parts[-3:])
        return {**sample, "photo": str(photo), "chip": str(chip)}

    return {
        key: [one(entry) for entry in value] if isinstance(value, list) else value
        for key, value in document.items()
    }


# ---------------------------------------------------------------------- what is ours


def _places(settings: Settings) -> list[Path]:
    return [folder.absolute() for folder in (settings.data, runs_folder(settings), settings.database)]


def is_to_be_sealed(place: Literal["data", "database", "runs"], below: Sequence[str]) -> bool:
    """Whether a file is ours, by the way to it; of a photo in `data/` only its content says it for certain.

    Args:
        place: which folder it lies in.
        below: folders and name in there.
    """
    name = below[-1]
    if any(fnmatch(name, pattern) for pattern in _PLAIN_NAMES):
        return False
    if place == "database":
        return name not in EXPORT_FILES
    if place == "runs":
        is_network = any(fnmatch(name, pattern) for pattern in _PLAIN_IN_RUNS) or below[1:2] == (_RUN_MODEL,)
        return (len(below) > 1 or name == FITTED_FILE or name.endswith(SWEEP_ENDING)) and not is_network
    return (
        name == PERSON_FILE or not {NOTES_FOLDER, REJECTED_FOLDER}.isdisjoint(below) or bool(digits_in(name))
    )


def _ours(settings: Settings) -> Iterator[Path]:
    """Files to be sealed."""
    database, runs = settings.database, runs_folder(settings)
    yield from (
        path for path in _files_in(database) if is_to_be_sealed("database", path.relative_to(database).parts)
    )
    yield from (path for path in _files_in(runs) if is_to_be_sealed("runs", path.relative_to(runs).parts))
    for folder in _people_folders(settings.data):
        yield from _copies_in(folder)
        yield from _notes_in(folder)
    for session in _folders_in(settings.data / REMOVED_FOLDER):
        for taken in _folders_in(session):
            yield from _ours_in_bin(taken)


def _ours_in_bin(taken: Path) -> Iterator[Path]:
    """What was removed and can be taken back, by the names it had."""
    names: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
        for entry in parse_json(at_rest.read_bytes(taken / "moves.json")):
            names[str(entry[1])] = Path(str(entry[0])).name
    for path in sorted(taken.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            if names.get(path.name) in (NOTES_FOLDER, REJECTED_FOLDER):
                yield from _files_in(path, _PLAIN_NAMES)
            yield from _copies_in(path)
            yield from _notes_in(path)
        elif any(fnmatch(path.name, pattern) for pattern in _PLAIN_NAMES):
            continue
        elif path.name not in names or is_our_copy(path, names[path.name]) or names[path.name] == PERSON_FILE:
            yield path


def _of_the_user(settings: Settings) -> Iterator[Path]:
    for folder in _people_folders(settings.data):
        copies = set(_copies_in(folder))
        for path in _files_in(folder, (*_PLAIN_NAMES, PERSON_FILE)):
            if path not in copies and NOTES_FOLDER not in path.parts and REJECTED_FOLDER not in path.parts:
                yield path


def _copies_in(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.glob("*")) if not path.is_symlink() and is_our_copy(path))


def _notes_in(folder: Path) -> Iterator[Path]:
    if (folder / PERSON_FILE).is_file():
        yield folder / PERSON_FILE
    for name in (NOTES_FOLDER, REJECTED_FOLDER):
        yield from _files_in(folder / name, _PLAIN_NAMES)


def _is_all_ours(folder: Path) -> bool:
    found = list(folder.iterdir())
    names = (path for path in found if path.name not in (NOTES_FOLDER, REJECTED_FOLDER, PERSON_FILE))
    return bool(found) and all(map(is_our_copy, names))


def _files_in(folder: Path, left_out: tuple[str, ...] = ()) -> Iterator[Path]:
    """Files in a folder and below; links are not followed."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(parent, name)
            if not path.is_symlink() and not any(fnmatch(name, pattern) for pattern in left_out):
                yield path


def _sealed_in(place: Path, key_id: bytes) -> list[Path]:
    """Files sealed with a key, also in folders of people that are links."""
    linked = [folder for folder in _folders_in(place) if folder.is_symlink()]
    found = []
    for path in (path for folder in (place, *linked) for path in _files_in(folder)):
        # One that cannot be read must not be left behind without its key.
        with readable_os_errors("read", path):
            if path.is_file() and at_rest.key_id_of(path) == key_id:
                found.append(path)
    return found


def _sweep(settings: Settings) -> None:
    """Remove what was left half-written where this was cut off."""
    people = _people_folders(settings.data)
    folders = [
        settings.data,
        *people,
        *(folder / name for folder in people for name in (NOTES_FOLDER, REJECTED_FOLDER)),
    ]
    for place in (settings.database, runs_folder(settings), settings.data / REMOVED_FOLDER):
        folders += [Path(parent) for parent, _, _ in os.walk(place)]
    for folder in folders:
        sweep_temporary(folder)


def _is_sealed(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return at_rest.is_sealed_file(path)
    return False


def _people_folders(data: Path) -> list[Path]:
    return [folder for folder in _folders_in(data) if not folder.name.startswith(".")]


def _folders_in(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_dir())
    return []


# ---------------------------------------------------------------------- caches and locks


def _forget_in_plain_caches(settings: Settings) -> None:
    """Whatever was made of the photos here, which is made again when needed; that of other homes' photos stays."""
    chips = cache_folder() / CHIPS
    photos = [photo for photos in PhotoLibrary(settings.data).people().values() for photo in photos]
    digests = set(PhotoDigests(chips / DIGESTS_FILE).below(settings.data))
    for photo in (*photos, *_files_in(settings.data / REMOVED_FOLDER)):
        with contextlib.suppress(DataError):  # Nothing was made of what cannot be read.
            digests.add(sha256_file(photo))
    for run in _recorded_runs(settings):
        digests.update(str(one.get("sha256")) for one in samples_in(document_of(run / RECORD)))
    digests = set(filter(is_digest, digests))
    forget_prepared(digests, chips)
    forget(cache_folder() / VECTORS, set(map(bytes.fromhex, digests)))
    forget_unfinished()


def _refuse_while_training(settings: Settings) -> None:
    for run in _folders_in(runs_folder(settings)):
        if is_held(run):
            raise ConfigError(
                f"the training {printable(run.name)} is running", hint="Wait for it, or stop it; then repeat."
            )


def _refuse_other_key(settings: Settings) -> None:
    """Files of two keys in one folder could only be read by turns."""
    own = settings.database / KEY_FILE
    for place in _places(settings):
        key_file = data_keys.key_file_of(place)
        if key_file is not None and not (own.exists() and key_file.samefile(own)):
            raise ConfigError(
                f"{printable(str(place))} is encrypted already, with the key of another database",
                hint=f"Use that one: --database {printable(str(key_file.parent))}",
            )


def _alone(settings: Settings, timeout_s: float = _LOCK_TIMEOUT_S) -> AbstractContextManager[None]:
    """Nobody else turns encryption on or off while the block runs.

    Raises:
        ConfigError: somebody does.
    """
    busy = ConfigError("another facecam is turning encryption on or off", hint="Wait until it has finished.")
    return _held(settings.database, (_LOCK_FILE,), busy, timeout_s)


def _locks(database: Path) -> AbstractContextManager[None]:
    """Nobody writes the gallery, the visits or the audit trail while the block runs."""
    busy = DataError(f"another facecam is writing in {database}", hint=_GO_ON)
    return _held(database, (store.LOCK_FILE, f".{LOG_FILE}.lock", audit_trail.LOCK_FILE), busy)


@contextlib.contextmanager
def _held(
    folder: Path, names: Sequence[str], busy: FacecamError, timeout_s: float = _LOCK_TIMEOUT_S
) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for name in names:
            stack.enter_context(locked(folder / name, busy, timeout_s=timeout_s))
        yield
