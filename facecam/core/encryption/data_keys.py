"""Data keys of encrypted folders: which folders have one, what is known of it, and the keys this process has.

`facecam-key.json` in the database says with which key files are sealed and holds it, wrapped; the other folders that
are encrypted point to it. How a key is had for the first time is the business of `unlocking`; once it is known, it is
kept here as long as the process lives.
"""

from __future__ import annotations

import hmac
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from facecam.core.errors import ConfigError, reason_of
from facecam.core.held_files import open_to_read
from facecam.core.json_text import parse_json

#: A sealed file begins with it.
MAGIC: Final = b"facecam at rest 1\n"
KEY_ID_BYTES: Final = 8
#: In the database: the data key, wrapped; see `unlocking`.
KEY_FILE: Final = "facecam-key.json"
#: In the other folders that are encrypted with it: where it is.
POINTER_FILE: Final = ".facecam-encrypted"
#: A cache of its own for each key: `encrypted-<key id>` in the user's cache folder.
CACHE_PREFIX: Final = "encrypted-"
#: Data keys for child processes: `id:key` in hex, with commas between. Processes of other users cannot see it.
KEYS_VARIABLE: Final = "FACECAM_DATA_KEYS"
NOT_HERE: Final = (
    "Put it back from where it went, or restore a backup: without it nobody can read these files."
)


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


def for_children() -> dict[str, str]:
    """The variable with which a child process knows the same keys."""
    entries = [f"{key.id.hex()}:{key.secret.hex()}" for key in _keys.known.values()]
    return {KEYS_VARIABLE: ",".join(entries)} if entries else {}


def home_key_file() -> Path | None:
    """Where the key file of the database this process works with is, or would be; None before `enter`."""
    return None if _keys.home is None else _keys.home / KEY_FILE


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
        with open_to_read(key_file) as file:
            content = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"could not read {key_file}: {reason_of(error)}", hint=NOT_HERE) from error
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
        raise ConfigError(f"the key file {key_file} cannot be used: {error}", hint=NOT_HERE) from error
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
        raise ConfigError(f"{folder / POINTER_FILE} is damaged: {reason_of(error)}", hint=NOT_HERE) from error
    if not key_file.is_file():
        raise ConfigError(
            f"{folder} is encrypted, and its key file {key_file} is not there",
            hint=f"Put it back, or restore a backup; or, if nothing encrypted is to be kept there, "
            f"delete {folder / POINTER_FILE}",
        )
    return key_file
