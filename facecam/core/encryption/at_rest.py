"""At rest: what is kept of people in a folder with encryption on is sealed when written and opened when read.

    facecam at rest 1\\n     magic, 18 bytes
    key id (8), salt (16)
    chunk 0 … n             see `sealing`; the key of a file is HMAC-SHA-256 of its salt by the data key

Readers ask `read_bytes` or `open_file`: what carries the magic is opened, all else is given as it is. Private files
(`atomic_file(…, private=True)`) are sealed where a folder above them holds a key file or points to one. So both kinds
may lie side by side, as they do while encryption is being turned on or off. Where the data key comes from is the
business of `vault`; once it is known, it is kept here as long as the process lives.
"""

from __future__ import annotations

import contextlib
import hmac
import io
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from facecam.core.encryption.sealing import PREFIX_BYTES, OpeningStream, SealingStream, Tampered
from facecam.core.errors import ConfigError, DataError
from facecam.core.json_text import parse_json

MAGIC: Final = b"facecam at rest 1\n"
KEY_ID_BYTES: Final = 8
_SALT_BYTES: Final = 16
_HEAD_BYTES: Final = len(MAGIC) + KEY_ID_BYTES + _SALT_BYTES
#: In the database: the data key, wrapped; see `vault`.
KEY_FILE: Final = "facecam-key.json"
#: In the other folders that are encrypted with it: where it is.
POINTER_FILE: Final = ".facecam-encrypted"
#: A cache of its own for each key: `encrypted-<key id>` in the user's cache folder.
CACHE_PREFIX: Final = "encrypted-"
#: Data keys for child processes: `id:key` in hex, with commas between. Processes of other users cannot see it.
KEYS_VARIABLE: Final = "FACECAM_DATA_KEYS"
#: A file has its own key, so that its nonces may begin as all others'.
_PREFIX: Final = bytes(PREFIX_BYTES)
_NOT_HERE: Final = (
    "Put it back from where it went, or restore a backup: without it nobody can read these files."
)


class ForeignKey(ConfigError):
    """A file was sealed with a key that is not here, such as that of another computer; others can be read."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """What files are sealed with.

    Attributes:
        id: 8 random bytes, which stand in each file.
        secret: 32 random bytes.
    """

    id: bytes
    secret: bytes

    def of_file(self, salt: bytes) -> bytes:
        """The key of one file."""
        return hmac.digest(self.secret, MAGIC + salt, "sha256")


class _Keys:
    """Data keys by id, and the database this process works with."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.known: dict[bytes, DataKey] = {}
        self.home: Path | None = None
        # Not for processes that this one starts without handing them the keys.
        for entry in filter(None, os.environ.pop(KEYS_VARIABLE, "").split(",")):
            key_id, _, secret = entry.partition(":")
            self.known[bytes.fromhex(key_id)] = DataKey(bytes.fromhex(key_id), bytes.fromhex(secret))


_keys = _Keys()


# ---------------------------------------------------------------------- keys


def enter(database: Path) -> None:
    """Say which database this process works with: its key is that of the caches."""
    _keys.home = database.absolute()


def know(key: DataKey) -> None:
    """Keep a key as long as the process lives."""
    with _keys.lock:
        _keys.known[key.id] = key


def known(key_id: bytes) -> DataKey | None:
    """A key, if this process has it already."""
    return _keys.known.get(key_id)


def forget_keys() -> None:
    """Know no key and no database any more."""
    with _keys.lock:
        _keys.known.clear()
        _keys.home = None


def for_child() -> dict[str, str]:
    """The variables with which a child process can read and write what this one can."""
    home = _keys.home
    if home is not None and (home / KEY_FILE).is_file():
        _key_of(home / KEY_FILE)
    entries = [f"{key.id.hex()}:{key.secret.hex()}" for key in _keys.known.values()]
    return {KEYS_VARIABLE: ",".join(entries)} if entries else {}


def cache_part() -> str:
    """The folder in the user's cache folder that is this database's; empty where nothing is encrypted."""
    if _keys.home is None:
        return ""
    about = about_key(_keys.home / KEY_FILE)
    return f"{CACHE_PREFIX}{about['key_id']}" if about is not None and is_sealing(about) else ""


def about_key(key_file: Path) -> dict[str, Any] | None:
    """What a key file says; None where there is none.

    Raises:
        ConfigError: it is damaged, or of a later version.
    """
    try:
        content = key_file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"could not read {key_file}: {error.strerror}", hint=_NOT_HERE) from error
    try:
        about = parse_json(content)
        if about["format"] != 1:
            raise ValueError(f"its format is {about['format']}: perhaps a newer facecam wrote it")
        makes_sense = (
            len(bytes.fromhex(about["key_id"])) == KEY_ID_BYTES
            and about["state"] in ("turning on", "on", "turning off")
            and all(isinstance(place, str) for place in about["places"])
            and about["wrap"]["kind"] in ("passphrase", "keyring")
        )
        if not makes_sense:
            raise ValueError("it makes no sense")
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"the key file {key_file} cannot be used: {error}", hint=_NOT_HERE) from error
    return dict(about)


def is_sealing(about: dict[str, Any]) -> bool:
    """Whether files are sealed with a key, by its key file."""
    return about["state"] in ("turning on", "on")


def key_file_of(path: Path) -> Path | None:
    """The key file that a file or folder lies under; None where nothing is encrypted.

    Raises:
        ConfigError: a folder above says that it is encrypted, and the key file is not there.
    """
    for folder in (path, *path.absolute().parents):
        if (folder / KEY_FILE).is_file():
            return folder / KEY_FILE
        if (folder / POINTER_FILE).is_file():
            return _pointed_to(folder)
        if folder.name.startswith(CACHE_PREFIX) and _keys.home is not None and cache_part() == folder.name:
            return _keys.home / KEY_FILE
    return _home_key_file(path.absolute())


def _home_key_file(path: Path) -> Path | None:
    """For a folder that was deleted with its pointer, and made again."""
    if _keys.home is None or (about := about_key(_keys.home / KEY_FILE)) is None:
        return None
    places = {Path(os.path.normpath(_keys.home / str(place))) for place in about["places"]}
    return _keys.home / KEY_FILE if places & {path, *path.parents} else None


def cover(folder: Path) -> None:
    """Have private files of a temporary folder sealed as those of the database this process works with.

    Raises:
        OSError: the folder cannot be written to.
        ConfigError: the key file is damaged.
    """
    if _keys.home is not None and (_keys.home / KEY_FILE).is_file():
        (folder / POINTER_FILE).write_bytes(pointer(_keys.home / KEY_FILE, folder))


def pointer(key_file: Path, folder: Path) -> bytes:
    """What a folder's pointer says: where the key file is."""
    return f"{json.dumps({'key_file': way_to(key_file, folder)})}\n".encode()


def way_to(path: Path, folder: Path) -> str:
    """The way from a folder to a path, which stays right when both are moved together."""
    try:
        return os.path.relpath(path.absolute(), folder.absolute())
    except ValueError:  # Another drive of Windows.
        return str(path.absolute())


def _pointed_to(folder: Path) -> Path:
    try:
        way = parse_json((folder / POINTER_FILE).read_bytes())["key_file"]
        key_file = Path(os.path.normpath(folder.absolute() / str(way)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{folder / POINTER_FILE} is damaged: {error}", hint=_NOT_HERE) from error
    if not key_file.is_file():
        raise ConfigError(
            f"{folder} is encrypted, and its key file {key_file} is not there",
            hint=f"Put it back; or, if nothing encrypted is to be kept there, delete {folder / POINTER_FILE}",
        )
    return key_file


def _key_of(key_file: Path) -> DataKey:
    from facecam.core.encryption.vault import unlock  # Which writes files itself, by way of this module.

    return unlock(key_file)


def _key_for_writing(path: Path) -> DataKey | None:
    key_file = key_file_of(path.parent)
    about = None if key_file is None else about_key(key_file)
    if key_file is None or about is None or not is_sealing(about):
        return None
    return known(bytes.fromhex(about["key_id"])) or _key_of(key_file)


def _key_for_reading(key_id: bytes, path: Path) -> DataKey:
    key = known(key_id)
    places = [] if key is not None else [key_file_of(path.parent)]
    if key is None and _keys.home is not None:
        places.append(_keys.home / KEY_FILE)
    for key_file in places:
        about = None if key_file is None else about_key(key_file)
        if key_file is not None and about is not None and about["key_id"] == key_id.hex():
            key = _key_of(key_file)
            break
    if key is None:
        raise ForeignKey(f"{path} is encrypted, and its key is not here", hint=_NOT_HERE)
    return key


# ---------------------------------------------------------------------- reading


def is_sealed(content: bytes) -> bool:
    """Whether the beginning of a file is that of a sealed one."""
    return content.startswith(MAGIC)


def is_sealed_file(path: Path) -> bool:
    """Whether a file is sealed.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        return is_sealed(file.read(len(MAGIC)))


def key_id_of(path: Path) -> bytes:
    """With which key a sealed file was sealed; empty for others.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    return head[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES] if is_sealed(head) else b""


def read_bytes(path: Path) -> bytes:
    """The content of a file, opened if it is sealed.

    Raises:
        OSError: as the system says; `Tampered` where a sealed file was changed.
        ConfigError: its key cannot be had.
    """
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
        if is_sealed(head):
            return _opening_stream(file, head, path).read()
        return head + file.read()  # It may be a pipe, in which nobody can go back.


@contextlib.contextmanager
def foreign_as_unreadable() -> Iterator[None]:
    """For files of which one may be passed over, such as photos.

    Raises:
        DataError: instead of `ForeignKey`.
    """
    try:
        yield
    except ForeignKey as error:
        raise DataError(error.message, hint=error.hint) from error


def read_text(path: Path, errors: str = "strict") -> str:
    """`read_bytes` as text in UTF-8, with the ends of lines as Python has them."""
    with io.TextIOWrapper(io.BytesIO(read_bytes(path)), "utf-8", errors) as text:
        return text.read()


def open_file(path: Path) -> BinaryIO:
    """A file open for reading, seekable; what is sealed is opened in memory.

    Raises:
        OSError, ConfigError: as `read_bytes`.
    """
    file = open(path, "rb")
    plain = opened(file, path)
    if plain is not file:
        file.close()
    return plain


def opened(file: BinaryIO, path: Path) -> BinaryIO:
    """A file that is open for reading, from its start: itself, or its opened content where it is sealed.

    Raises:
        OSError, ConfigError: as `read_bytes`.
    """
    head = file.read(_HEAD_BYTES)
    if is_sealed(head):
        return io.BytesIO(_opening_stream(file, head, path).read())
    file.seek(0)
    return file


def _opening_stream(file: BinaryIO, head: bytes, path: Path) -> OpeningStream:
    if len(head) < _HEAD_BYTES:
        raise Tampered("is cut off")
    key_id = head[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES]
    key = _key_for_reading(key_id, path)
    return OpeningStream(file, key.of_file(head[-_SALT_BYTES:]), head, _PREFIX)


# ---------------------------------------------------------------------- writing


def sealing_stream(path: Path, file: BinaryIO) -> SealingStream | None:
    """What to write into instead of `file`, so that `path` becomes sealed; None where nothing is encrypted.

    Raises:
        ConfigError: the key cannot be had: then nothing may be written.
    """
    key = _key_for_writing(path)
    return None if key is None else stream_with(key, file)


def stream_with(key: DataKey, file: BinaryIO) -> SealingStream:
    """A stream that seals with a key; `seal` ends it."""
    salt = os.urandom(_SALT_BYTES)
    return SealingStream(file, key.of_file(salt), MAGIC + key.id + salt, _PREFIX)


def sealed(path: Path, content: bytes) -> bytes:
    """What to write for `content` to be the content of `path`; see `sealing_stream`."""
    memory = io.BytesIO()
    stream = sealing_stream(path, memory)
    if stream is None:
        return content
    stream.write(content)
    stream.seal()
    return memory.getvalue()


def veiled(folder: Path, name: str) -> str:
    """What to call something of `name` in a folder, so that it does not tell; empty where nothing is encrypted.

    The same name always gets the same: 16 hex digits of its HMAC-SHA-256 by the data key.

    Raises:
        ConfigError: the key cannot be had.
    """
    key = _key_for_writing(folder / name)
    if key is None:
        return ""
    return hmac.digest(key.secret, b"name " + name.encode("utf-8", "surrogatepass"), "sha256").hex()[:16]


def adds_whole(path: Path) -> bool:
    """Whether a line cannot be added at the end of a file: it is sealed, or has to be, as a whole.

    Raises:
        OSError, ConfigError: as `read_bytes` and `sealed`.
    """
    return (path.is_file() and is_sealed_file(path)) or _key_for_writing(path) is not None
