"""The vault of a database: its data key, wrapped by a key from a passphrase or from the system's keyring.

`facecam-key.json` holds `format`, `state` (turning on, on, turning off), `key_id`, `places` (the folders that are
encrypted, as seen from the database) and `wrap`: AES-256-GCM of the data key, with what it takes to unwrap it. Another
passphrase is another wrap; what is encrypted stays as it is.
"""

from __future__ import annotations

import base64
import hmac
import importlib
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from facecam.core.encryption import at_rest, sealing
from facecam.core.encryption.at_rest import KEY_FILE, DataKey
from facecam.core.errors import ConfigError, DependencyError, FacecamError
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.core.private import make_private_folder

State = Literal["turning on", "on", "turning off"]
#: For programs and services, where nobody can type; seen by nobody but this user.
PASSPHRASE_VARIABLE: Final = "FACECAM_PASSPHRASE"
_SERVICE: Final = "facecam"
_NONCE_BYTES: Final = 12
_HOW: Final = (
    "Start facecam again and type it, or give --passphrase-file FILE or the variable FACECAM_PASSPHRASE."
)
_DAMAGED: Final = "Put back the key file from a backup of the folder; nothing was overwritten."


class Keyring(Protocol):
    """The part of the package keyring that is used."""

    def get_password(self, service: str, account: str) -> str | None:
        """A secret; None where there is none."""

    def set_password(self, service: str, account: str, secret: str) -> None:
        """Keep a secret."""

    def delete_password(self, service: str, account: str) -> None:
        """Forget a secret."""


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


class _PassphraseSource:
    """Where the passphrase comes from, and what became of it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.ask: Callable[[str], str] | None = None
        self.is_person = True
        self.refused: dict[str, FacecamError] = {}


_source = _PassphraseSource()


def ask_with(ask: Callable[[str], str] | None, *, is_person: bool = True) -> None:
    """Say who is asked for a passphrase.

    Args:
        ask: gets what it opens, in words; None: nobody.
        is_person: whether somebody has to type it then: what the variable holds is taken first.
    """
    with _source.lock:
        _source.ask, _source.is_person = ask, is_person
        _source.refused.clear()


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
    key = DataKey(os.urandom(at_rest.KEY_ID_BYTES), os.urandom(sealing.KEY_BYTES))
    with readable_os_errors("make the folder", database):
        make_private_folder(database)
    about = {
        "format": 1,
        "state": "turning on",
        "key_id": key.id.hex(),
        "places": [at_rest.way_to(place, database) for place in places],
        "wrap": _wrapped(key, lock),
    }
    _write(database / KEY_FILE, about)
    at_rest.know(key)
    return key


def places_of(database: Path, about: Mapping[str, Any]) -> list[Path]:
    """The folders that are encrypted."""
    return [Path(os.path.normpath(database.absolute() / str(place))) for place in about["places"]]


def set_state(database: Path, state: State, places: Sequence[Path] | None = None) -> None:
    """Say how far turning on or off has come.

    Raises:
        ConfigError, DataError: the key file cannot be read or written.
    """
    about = _about(database / KEY_FILE)
    if places is not None:
        about["places"] = [at_rest.way_to(place, database) for place in places]
    _write(database / KEY_FILE, {**about, "state": state})


def change_lock(database: Path, lock: Lock) -> None:
    """Keep the same data key in another way; what is encrypted stays as it is.

    Raises:
        ConfigError: the key cannot be had as it is kept now, or see `Lock.check`.
        DataError: it cannot be written; all is as it was.
    """
    lock.check()
    file = database / KEY_FILE
    about, key = _about(file), unlock(file)
    before = about["wrap"]
    _write(file, {**about, "wrap": _wrapped(key, lock)})
    _drop(before)


def remove(database: Path) -> None:
    """Delete the key file, and what the keyring holds.

    Raises:
        DataError: it cannot be deleted.
    """
    file = database / KEY_FILE
    about = _about(file)
    with readable_os_errors("delete", file):
        file.unlink()
    _drop(about["wrap"])


def unlock(key_file: Path) -> DataKey:
    """The data key, from the keyring, or with the passphrase of a file, of the variable or of whoever is asked.

    What was refused once is refused again without asking, until somebody else is to be asked.

    Raises:
        ConfigError: no passphrase or another one, an entry of the keyring that is gone, a damaged key file.
        DependencyError: the package keyring is missing.
    """
    with _source.lock:
        about = _about(key_file)
        key_id = bytes.fromhex(about["key_id"])
        if (key := at_rest.known(key_id)) is not None:
            return key
        told = json.dumps([about["wrap"], os.environ.get(PASSPHRASE_VARIABLE, "")])
        if told in _source.refused:
            raise _source.refused[told]
        try:
            key = DataKey(key_id, _unwrapped(key_file, about))
        except FacecamError as error:
            _source.refused[told] = error
            raise
        at_rest.know(key)
        return key


def unlock_soon(database: Path) -> None:
    """Begin to unlock while the program loads, where nobody has to type; whoever needs the key waits for it.

    Raises:
        ConfigError: the key file is damaged.
    """
    if not (database / KEY_FILE).is_file() or wants_passphrase(database):
        return

    def work() -> None:
        try:
            unlock(database / KEY_FILE)
        except FacecamError:
            pass  # Said by whoever needs the key.

    threading.Thread(target=work, name="unlock", daemon=True).start()


def unlock_with(database: Path, passphrase: str) -> None:
    """Unlock with what somebody typed.

    Raises:
        ConfigError: it is not the passphrase, or the key file is damaged.
    """
    about = _about(database / KEY_FILE)
    secret = _by_passphrase(database / KEY_FILE, about, passphrase)
    at_rest.know(DataKey(bytes.fromhex(about["key_id"]), secret))
    with _source.lock:
        _source.refused.clear()


def wants_passphrase(database: Path) -> bool:
    """Whether somebody has to type a passphrase before anything can be read.

    Raises:
        ConfigError: the key file is damaged.
    """
    about = at_rest.about_key(database / KEY_FILE)
    if about is None or at_rest.known(bytes.fromhex(about["key_id"])) is not None:
        return False
    is_told = bool(os.environ.get(PASSPHRASE_VARIABLE)) or (_source.ask is not None and not _source.is_person)
    return about["wrap"]["kind"] == "passphrase" and not is_told


def open_keyring() -> Keyring:
    """The system's keyring, tried out.

    Raises:
        DependencyError: the package keyring is missing.
        ConfigError: there is none here, or it does not answer.
    """
    try:
        keyring: Any = importlib.import_module("keyring")  # May be left out of an installation.
    except ImportError as error:
        raise DependencyError(
            "the system's keyring needs the package keyring, which is not installed",
            hint="Use a passphrase, or install it: pip install keyring",
        ) from error
    chosen: Keyring = keyring.get_keyring()
    try:
        if getattr(chosen, "priority", 1) <= 0:
            raise RuntimeError("no keyring is running")
        chosen.get_password(_SERVICE, "trial")
    except Exception as error:  # Every system has errors of its own.
        raise ConfigError(
            f"there is no working keyring here: {printable(str(error)) or type(error).__name__}",
            hint="Use a passphrase instead: leave out --keyring.",
        ) from error
    return chosen


# ---------------------------------------------------------------------- inside


def _about(key_file: Path) -> dict[str, Any]:
    about = at_rest.about_key(key_file)
    if about is None:
        raise ConfigError(f"{printable(str(key_file))} is not there", hint="Nothing is encrypted here.")
    return about


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
        ring.set_password(_SERVICE, account, text)
        if ring.get_password(_SERVICE, account) != text:
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
        open_keyring().delete_password(_SERVICE, str(wrap["account"]))
    except Exception:
        return


def _unwrapped(key_file: Path, about: Mapping[str, Any]) -> bytes:
    if about["wrap"]["kind"] == "keyring":
        return _by_keyring(key_file, about)
    is_file = _source.ask is not None and not _source.is_person
    passphrase = "" if is_file else os.environ.get(PASSPHRASE_VARIABLE, "")
    if not passphrase:
        if _source.ask is None:
            raise ConfigError(
                f"{printable(str(key_file.parent))} is encrypted, and there is no passphrase", hint=_HOW
            )
        passphrase = _source.ask(printable(str(key_file.parent)))
    return _by_passphrase(key_file, about, passphrase)


def _by_keyring(key_file: Path, about: Mapping[str, Any]) -> bytes:
    try:
        ring = open_keyring()
    except ConfigError as error:  # Another way to keep the key is of no use now.
        raise ConfigError(
            error.message,
            hint="Log in to the desktop and unlock the keyring, then repeat; nothing was changed.",
        ) from error
    try:
        text = ring.get_password(_SERVICE, str(about["wrap"]["account"]))
    except Exception as error:  # As in `open_keyring`.
        raise ConfigError(
            f"the system's keyring does not give the key: {printable(str(error)) or type(error).__name__}",
            hint="Unlock the keyring, then repeat.",
        ) from error
    if text is None:
        raise ConfigError(
            f"the key of {printable(str(key_file.parent))} is no longer in the system's keyring",
            hint="Log in as the user who turned encryption on, or restore a backup: without it nobody can read this.",
        )
    try:
        return _opened(key_file, about, _bytes(text))
    except ConfigError as error:
        raise ConfigError(
            f"the key in the system's keyring does not fit {printable(str(key_file))}: one of them was changed",
            hint="Put the keyring or the key file back from a backup; nothing was overwritten.",
        ) from error


def _by_passphrase(key_file: Path, about: Mapping[str, Any], passphrase: str) -> bytes:
    wrap = about["wrap"]
    try:
        cost: tuple[int, int, int] = tuple(map(int, wrap["cost"]))  # type: ignore[assignment]
        wrapping, check = sealing.keys_from(passphrase, bytes.fromhex(wrap["salt"]), cost)
        expected = bytes.fromhex(wrap["check"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(key_file) from error
    if not hmac.compare_digest(check, expected):
        raise ConfigError(
            f"this is not the passphrase of {printable(str(key_file.parent))}",
            hint="Try again; nothing was changed. Without the passphrase nobody can read what is there.",
        )
    return _opened(key_file, about, wrapping)


def _opened(key_file: Path, about: Mapping[str, Any], wrapping: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        nonce, wrapped = bytes.fromhex(about["wrap"]["nonce"]), bytes.fromhex(about["wrap"]["key"])
        return sealing.cipher(wrapping).decrypt(nonce, wrapped, bytes.fromhex(about["key_id"]))
    except (ValueError, KeyError, TypeError, InvalidTag) as error:
        raise _damaged(key_file) from error


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _damaged(key_file: Path) -> ConfigError:
    return ConfigError(
        f"the key file {printable(str(key_file))} is damaged, or was changed by somebody", hint=_DAMAGED
    )
