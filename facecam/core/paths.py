"""Files that are either completely there or not at all, and safe folder names."""

from __future__ import annotations

import contextlib
import errno
import functools
import glob
import hashlib
import itertools
import logging
import os
import re
import secrets
import shutil
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Final, cast

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, reason_of
from facecam.core.held_files import open_to_read, patiently
from facecam.core.private import make_private_folder, private_opener

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

#: Bytes. ext4, APFS and NTFS refuse longer names (NTFS counts UTF-16 units).
MAX_FOLDER_NAME_BYTES = 200
_RESERVED_ON_WINDOWS = {"con", "prn", "aux", "nul"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10)
}
#: Embeddings, overrides and isolates of the bidirectional algorithm: they turn round what follows, on a terminal too.
#: Marks (U+200E, U+200F, U+061C) do not, and letters written from right to left need none of these.
DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: How the system says that a disk is full.
FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN_ANYWHERE = set('<>:"/\\|?*')
_TEMPORARY = re.compile(r"\.(.+)\.[0-9a-f]{8}\.tmp")
#: Copied at a time.
_COPIED_BYTES = 1 << 20
#: What a file system says that knows no such thing, not one that failed at it.
_CANNOT_FSYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def readable_os_errors(action: str, path: Path) -> Iterator[None]:
    """Turn an `OSError` inside the block into a `DataError` with its cure."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"could not {action} {printable(path)}: {reason_of(error)}", hint=cure_of(error)
        ) from error


def cure_of(error: OSError) -> str:
    """What the user can do about an error of the operating system, one line."""
    if error.errno in FULL:
        return "The disk is full: free some space and repeat; what was saved before is untouched."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "Check that you may read and write there, or choose another folder."
    if error.errno in (errno.ENOENT, errno.ENAMETOOLONG, errno.ENOTDIR):
        return "Check the spelling of the path; it may have been moved or deleted meanwhile."
    if error.errno == errno.EISDIR:
        return "It is a folder: name a file."
    if error.errno == errno.EBADMSG:
        return "Take it from a backup, or delete it; nothing was overwritten."
    return "Check the path and the disk, then repeat."


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make a folder, and what is missing above it; one that is there stays as it is.

    Args:
        folder: what is made.
        private: whether only this user may look into it, see `core.private`.

    Raises:
        DataError: no permission, or a file is in the way.
    """
    with readable_os_errors("make the folder", folder):
        if private:
            make_private_folder(folder)
        else:
            folder.mkdir(parents=True, exist_ok=True)


def read_short(path: Path, most_bytes: int, hint: str) -> bytes:
    """The content of a file that somebody names.

    Args:
        path: the file.
        most_bytes: far more than any such file has: what is longer is something else.
        hint: what should be in it.

    Raises:
        DataError: it cannot be read, or is longer.
    """
    with readable_os_errors("read", path), open_to_read(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise DataError(f"{printable(path)} is larger than {most_bytes / 10**6:g} MB", hint=hint)
    return content


def read_file(path: Path, most_bytes: int = -1) -> bytes:
    """The content of a file, opened if it is sealed.

    Args:
        path: the file, or a pipe or device, which may have no end.
        most_bytes: more than any such file has; negative: ours have any number.

    Raises:
        DataError: it is not there, may not be read, was sealed and changed, or is longer.
        ConfigError: its key cannot be had.
    """
    with readable_os_errors("read", path):
        try:
            return at_rest.read_bytes(path, most_bytes)
        except at_rest.TooLong as error:
            raise DataError(
                f"{printable(path)} cannot be read: {error}", hint="Check that it is the file you mean."
            ) from error


def copy_file(source: Path, target: Path, action: str = "write", *, private: bool = False) -> None:
    """Copy a file, opened if it is sealed, piece by piece; whole or not at all.

    Args:
        source: the file.
        target: what is replaced.
        action: of writing, for the message.
        private: see `atomic_write`.

    Raises:
        DataError: one cannot be read, the other not be written.
        ConfigError: a key cannot be had.
    """
    with readable_os_errors("read", source):
        file = at_rest.open_file(source)
    with file, atomic_file(target, action, private=private) as copy:
        while True:
            with readable_os_errors("read", source):
                piece = file.read(_COPIED_BYTES)
            if not piece:
                return
            copy.write(piece)


def atomic_write(path: Path, content: bytes, *, private: bool = False, sealed: bool = True) -> None:
    """Write `content` so that a crash leaves the old file or the new one, never half.

    Args:
        path: what is replaced.
        content: of the new file.
        private: whether only this user may read it, see `core.private`; sealed where encryption is on, see `at_rest`.
        sealed: False for what must stay readable there.

    Raises:
        DataError: disk full, no permission or missing folder.
        ConfigError: encryption is on, and the key cannot be had.
    """
    with atomic_file(path, private=private, sealed=sealed) as file:
        file.write(content)


def append(path: Path, content: bytes) -> None:
    """Add to the end of a private file, made if it is not there; one that is sealed is written anew as a whole.

    Raises:
        OSError: as the system says.
        ConfigError, DataError: encryption is on, and the key cannot be had, or the disk is full.
    """
    if at_rest.adds_whole(path):
        before = at_rest.read_bytes(path) if path.exists() else b""
        atomic_write(path, before + content, private=True)
        return
    with open(path, "ab", opener=private_opener) as file:
        file.write(content)


def atomic_write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files that make sense together only: all of them, or, where one cannot be written, none.

    They take their names one after the other in the end: killed in that instant, some are those of before.

    Raises:
        DataError: disk full, no permission or missing folder.
    """
    with contextlib.ExitStack() as stack:
        for path, content in contents.items():
            file = stack.enter_context(atomic_file(path))
            if path.is_dir():  # Else the last to be replaced, when others have been.
                raise DataError(f"{printable(path)} is a folder", hint="Name a file.")
            file.write(content)
            file.flush()  # A full disk is found out before the first of them has its name.


@contextlib.contextmanager
def atomic_file(
    path: Path, action: str = "write", *, lasting: bool = True, private: bool = False, sealed: bool = True
) -> Iterator[BinaryIO]:
    """A file to write into that becomes `path` when the block ends, and nothing when the block raises.

    Args:
        path: what is replaced, whole or not at all.
        action: what is being done, for the error: "could not `action` …".
        lasting: whether it has to survive a power cut, which takes milliseconds.
        private: whether only this user may read it, from its first byte; see `core.private`. Sealed where encryption
            is on, see `at_rest`: then the file cannot be sought in.
        sealed: False for what must stay readable there.

    Raises:
        DataError: disk full, no permission or missing folder.
        ConfigError: encryption is on, and the key cannot be had.
    """
    with readable_os_errors(action, path):
        if path.name in _unfinished_in(path.parent):
            sweep_temporary(path.parent, path.name)
        temporary, file = _new_temporary(path, private=private)
        try:
            with file:
                stream = at_rest.sealing_stream(path, file) if private and sealed else None
                yield file if stream is None else cast(BinaryIO, stream)
                if stream is not None:
                    stream.seal()
                file.flush()
                if lasting:
                    fsync(file.fileno())
                if fcntl is not None:  # While it is locked; Windows replaces no file by one that is open.
                    os.replace(temporary, path)
            if fcntl is None:
                patiently(os.replace, temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if lasting:
            fsync_folder(path.parent)


def sweep_temporary(folder: Path, name: str = "") -> int:
    """Remove the files in `folder` that a process which is gone left half-written; returns how many.

    A file that somebody is writing just now stays, and so does what cannot be removed: the next sweep tries again.

    Args:
        folder: where.
        name: of the file they were to become, in a folder that is not ours; empty: any.
    """
    count = 0
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob(f".{glob.escape(name)}.{'[0-9a-f]' * 8}.tmp" if name else ".*.tmp")):
            if path.is_file() and not path.is_symlink():
                with contextlib.suppress(OSError):
                    _remove_unless_alive(path)
                    count += 1
    return count


@functools.lru_cache(maxsize=64)
def _unfinished_in(folder: Path) -> frozenset[str]:
    """Names of files that earlier processes left half-written: looked for once, as some folders get thousands."""
    with contextlib.suppress(OSError):
        found = map(_TEMPORARY.fullmatch, os.listdir(folder))
        return frozenset(match[1] for match in found if match)
    return frozenset()


def _new_temporary(path: Path, *, private: bool) -> tuple[Path, BinaryIO]:
    """A file beside `path` that `sweep_temporary` leaves alone while it is open, where the system knows such locks."""
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        file = open(temporary, "xb", opener=private_opener if private else None)
        if fcntl is None:  # Windows removes no file that is open.
            return temporary, file
        with contextlib.suppress(OSError):  # some network disks know no locks
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return temporary, file
        file.close()  # Swept between being made and being locked.


def _remove_unless_alive(path: Path) -> None:
    """Raises OSError where somebody is writing it, or it cannot be removed."""
    if fcntl is None:
        path.unlink()
        return
    with open(path, "rb") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()


def delete_file(path: Path) -> None:
    """Delete a file or a link; nothing where there is none, also where a folder above it is a file meanwhile.

    Raises:
        DataError: it cannot be deleted.
    """
    with readable_os_errors("delete", path), contextlib.suppress(NotADirectoryError):
        patiently(path.unlink, missing_ok=True)


def delete(path: Path) -> None:
    """Delete a file, a folder with all that is in it, or a link without what it leads to; or nothing.

    Raises:
        DataError: something cannot be deleted.
    """
    with readable_os_errors("delete", path):
        if path.is_dir() and not path.is_symlink():
            patiently(shutil.rmtree, path)
        else:
            patiently(path.unlink, missing_ok=True)


def free_name(wanted: Path) -> Path:
    """`wanted`, or with `-2`, `-3` … before its ending where something is there already, be it a link to nothing."""
    numbered = (wanted.with_stem(f"{wanted.stem}-{number}") for number in itertools.count(2))
    return next(path for path in itertools.chain([wanted], numbered) if not os.path.lexists(path))


def resolved(path: Path) -> Path:
    """`path` from the root, without links; also one of a circle of links, at which `Path.resolve` fails.

    Whoever reads such a path then says what is wrong with it.
    """
    return Path(os.path.realpath(path))


def lies_in(path: Path, folder: Path) -> bool:
    """Whether a path is a folder, or lies in it, whatever links lead there."""
    place = resolved(path)
    return resolved(folder) in (place, *place.parents)


def is_there(path: Path) -> bool:
    """Whether a path exists; names no system can have, and places it does not let us look at, count as missing."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def possible(path: Path) -> Path:
    """The same path.

    Raises:
        ValueError: no file can be called that.
    """
    try:
        os.lstat(path)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ValueError(f"{printable(path)[:80]}… is too long") from error
    return path


def is_folder(path: Path) -> bool:
    """Whether a path is that of a folder, likewise."""
    return is_there(path) and path.is_dir()


def fsync(descriptor: int) -> None:
    """Make what was written survive a power cut, where the file system can: some of networks and in user space cannot.

    Raises:
        OSError: it was not written: disk full, or broken.
    """
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_FSYNC:
            raise
        _log.info("the file system cannot keep files through a power cut: %s", error)


def fsync_folder(folder: Path) -> None:
    """Make renames inside `folder` survive a power cut, where the system can."""
    if os.name == "nt":
        return  # Windows cannot open a folder for fsync; its renames are journalled.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_file(path: Path) -> str:
    """SHA-256 of a file as 64 lower-case hex digits; of one that is sealed, of its content.

    Raises:
        DataError: the file cannot be read, or is a pipe or device, which might never end.
    """
    with readable_os_errors("read", path):
        if not stat.S_ISREG(path.stat().st_mode):
            raise DataError(f"{printable(path)} is not a plain file", hint="Save it to a file first.")
    with readable_os_errors("read", path), at_rest.foreign_as_unreadable(), at_rest.open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def folder_name_for(name: str) -> str:
    """The folder name for a person's name: any Unicode, no path tricks.

    Characters that some file system forbids, and controls, become `_`; a name
    that had to be changed gets eight hex digits of its SHA-256, so that two
    names never share a folder by accident.

    Example:
        >>> folder_name_for("Ada Lovelace")
        'Ada Lovelace'

    Raises:
        DataError: the name is empty or only blanks.
    """
    original = unicodedata.normalize("NFC", name).strip()
    if not original:
        raise DataError("a person's name is empty", hint="Give the person a name with at least one letter.")
    safe = "".join("_" if _is_forbidden(char) else char for char in original).rstrip(". ")
    safe = safe.lstrip(".") if safe.startswith(".") else safe
    encoded = safe.encode()
    if len(encoded) > MAX_FOLDER_NAME_BYTES:
        safe = encoded[:MAX_FOLDER_NAME_BYTES].decode(errors="ignore").rstrip(". ")
    if safe.split(".")[0].lower() in _RESERVED_ON_WINDOWS:
        safe = f"_{safe}"
    if safe == original:
        return safe
    digest = hashlib.sha256(original.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe or 'person'}~{digest}"


def _is_forbidden(char: str) -> bool:
    # Cs: lone surrogates cannot be encoded; Cf keeps right-to-left marks and emoji joiners usable.
    return char in _FORBIDDEN_ANYWHERE or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")


def printable(text: str | Path) -> str:
    """A text or path for one line of a terminal: controls, also of direction, line breaks and surrogates escaped."""
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in DIRECTION_CONTROLS
        else char
        for char in str(text)
    )
