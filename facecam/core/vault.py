"""The vault of a database: its key file, made, changed and removed.

`facecam-key.json` holds `format`, `state` (turning on, on, turning off), `key_id`, `places` (the folders that are
encrypted, as seen from the database) and `wrap`: AES-256-GCM of the data key, with what it takes to unwrap it. Another
passphrase is another wrap; what is encrypted stays as it is.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from facecam.core.encryption import data_keys, sealing
from facecam.core.encryption.data_keys import KEY_FILE, DataKey
from facecam.core.encryption.unlocking import SERVICE, about_present, open_keyring, unlock
from facecam.core.errors import ConfigError
from facecam.core.paths import atomic_write, make_folder, printable, readable_os_errors

State = Literal["turning on", "on", "turning off"]
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Lock:
    """How a data key is kept: with a passphrase, or, where it is empty, in the system's keyring."""

    passphrase: str = ""

    @property
    def kind(self) -> str:
        """As the key file calls it."""
        return "passphrase" if self.passphrase else "keyring"

    def check(self) -> None:
        """Before anything is changed.

        Raises:
            ConfigError: the passphrase is too short, or no keyring works here.
            DependencyError: a package is missing.
        """
        sealing.require_package()
        if self.passphrase:
            sealing.require_strong(self.passphrase)
        else:
            open_keyring()


def create(database: Path, places: Sequence[Path], lock: Lock) -> DataKey:
    """Make a data key and its key file, in the state `turning on`.

    Args:
        database: gets the key file.
        places: the folders that are encrypted.
        lock: keeps the key.

    Raises:
        ConfigError: see `Lock.check`.
        DataError: it cannot be written.
    """
    lock.check()
    if (database / KEY_FILE).exists():
        raise ConfigError(f"{printable(str(database / KEY_FILE))} is there already", hint="Encryption is on.")
    key = DataKey(os.urandom(data_keys.KEY_ID_BYTES), os.urandom(sealing.KEY_BYTES))
    make_folder(database, private=True)
    about = {
        "format": 1,
        "state": "turning on",
        "key_id": key.id.hex(),
        "places": [data_keys.way_to(place, database) for place in places],
        "wrap": _wrapped(key, lock),
    }
    _write(database / KEY_FILE, about)
    data_keys.know(key)
    return key


def places_of(database: Path, about: Mapping[str, Any]) -> list[Path]:
    """The folders that are encrypted."""
    return [Path(os.path.normpath(database.absolute() / str(place))) for place in about["places"]]


def set_state(database: Path, state: State, places: Sequence[Path] | None = None) -> None:
    """Say how far turning on or off has come.

    Raises:
        ConfigError, DataError: the key file cannot be read or written.
    """
    about = about_present(database / KEY_FILE)
    if places is not None:
        about["places"] = [data_keys.way_to(place, database) for place in places]
    _write(database / KEY_FILE, {**about, "state": state})


def change_lock(database: Path, lock: Lock) -> None:
    """Keep the same data key in another way; what is encrypted stays as it is.

    Raises:
        ConfigError: the key cannot be had as it is kept now, or see `Lock.check`.
        DataError: it cannot be written; all is as it was.
    """
    lock.check()
    file = database / KEY_FILE
    about, key = about_present(file), unlock(file)
    before = about["wrap"]
    _write(file, {**about, "wrap": _wrapped(key, lock)})
    _drop(before)


def remove(database: Path) -> None:
    """Delete the key file, and what the keyring holds.

    Raises:
        DataError: it cannot be deleted.
    """
    file = database / KEY_FILE
    about = about_present(file)
    with readable_os_errors("delete", file):
        file.unlink()
    _drop(about["wrap"])


# ---------------------------------------------------------------------- inside


def _write(file: Path, about: Mapping[str, Any]) -> None:
    content = f"{json.dumps(dict(about), indent=1)}\n".encode()
    atomic_write(file, content, private=True, sealed=False)


def _wrapped(key: DataKey, lock: Lock) -> dict[str, Any]:
    salt, nonce = os.urandom(16), os.urandom(_NONCE_BYTES)
    about: dict[str, Any] = {"kind": lock.kind, "nonce": nonce.hex()}
    if lock.passphrase:
        wrapping, check = sealing.keys_from(lock.passphrase, salt, sealing.COST)
        about |= {"salt": salt.hex(), "cost": list(sealing.COST), "check": check.hex()}
    else:
        wrapping, account = os.urandom(sealing.KEY_BYTES), f"data key {key.id.hex()} {os.urandom(4).hex()}"
        about["account"] = account
        _keep(account, wrapping)
    about["key"] = sealing.cipher(wrapping).encrypt(nonce, key.secret, key.id).hex()
    return about


def _keep(account: str, secret: bytes) -> None:
    ring, text = open_keyring(), base64.b64encode(secret).decode()
    try:
        ring.set_password(SERVICE, account, text)
        if ring.get_password(SERVICE, account) != text:
            raise RuntimeError("it does not keep what it is given")
    except Exception as error:  # As in `open_keyring`.
        raise ConfigError(
            f"the system's keyring refused the key: {printable(str(error)) or type(error).__name__}",
            hint="Unlock it and repeat, or use a passphrase: leave out --keyring.",
        ) from error


def _drop(wrap: Mapping[str, Any]) -> None:
    """From the keyring; what stays there opens nothing any more."""
    if wrap["kind"] != "keyring":
        return
    try:
        open_keyring().delete_password(SERVICE, str(wrap["account"]))
    except Exception:
        return
