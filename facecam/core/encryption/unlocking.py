"""Unlocking of encrypted folders: their data key, by a passphrase or from the system's keyring.

`wrap` in a key file is AES-256-GCM of the data key, with what it takes to unwrap it; `core.vault` writes it.
"""

from __future__ import annotations

import base64
import hmac
import importlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from facecam.core.encryption import data_keys, sealing
from facecam.core.encryption.data_keys import KEY_FILE, DataKey
from facecam.core.errors import ConfigError, DependencyError, FacecamError

#: For programs and services, where nobody can type; seen by nobody but this user.
PASSPHRASE_VARIABLE: Final = "FACECAM_PASSPHRASE"
SERVICE: Final = "facecam"
#: A keyring may ask somebody to unlock it, who types a password; one that is still silent then never answers.
KEYRING_S: Final = 60.0
_T = TypeVar("_T")

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


class _PatientKeyring:
    """A keyring that is not waited for without end."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring

    def get_password(self, service: str, account: str) -> str | None:
        return _in_time(self._ring.get_password, service, account)

    def set_password(self, service: str, account: str, secret: str) -> None:
        _in_time(self._ring.set_password, service, account, secret)

    def delete_password(self, service: str, account: str) -> None:
        _in_time(self._ring.delete_password, service, account)


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


def unlock(key_file: Path) -> DataKey:
    """The data key, from the keyring, or with the passphrase of a file, of the variable or of whoever is asked.

    What was refused once is refused again without asking, until somebody else is to be asked.

    Raises:
        ConfigError: no passphrase or another one, an entry of the keyring that is gone, a damaged key file.
        DependencyError: the package keyring is missing.
    """
    with _source.lock:
        about = about_present(key_file)
        key_id = bytes.fromhex(about["key_id"])
        if (key := data_keys.known(key_id)) is not None:
            return key
        told = json.dumps([about["wrap"], os.environ.get(PASSPHRASE_VARIABLE, "")])
        if told in _source.refused:
            raise _source.refused[told]
        try:
            key = DataKey(key_id, _unwrapped(key_file, about))
        except FacecamError as error:
            _source.refused[told] = error
            raise
        data_keys.know(key)
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
    about = about_present(database / KEY_FILE)
    secret = _by_passphrase(database / KEY_FILE, about, passphrase)
    data_keys.know(DataKey(bytes.fromhex(about["key_id"]), secret))
    with _source.lock:
        _source.refused.clear()


def wants_passphrase(database: Path) -> bool:
    """Whether somebody has to type a passphrase before anything can be read.

    Raises:
        ConfigError: the key file is damaged.
    """
    about = data_keys.about_key(database / KEY_FILE)
    if about is None or data_keys.known(bytes.fromhex(about["key_id"])) is not None:
        return False
    is_told = bool(os.environ.get(PASSPHRASE_VARIABLE)) or (_source.ask is not None and not _source.is_person)
    return about["wrap"]["kind"] == "passphrase" and not is_told


def about_present(key_file: Path) -> dict[str, Any]:
    """What a key file says, which must be there.

    Raises:
        ConfigError: it is not, or is damaged.
    """
    about = data_keys.about_key(key_file)
    if about is None:
        raise ConfigError(f"{key_file} is not there", hint="Nothing is encrypted here.")
    return about


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
    try:
        chosen: Keyring = _in_time(keyring.get_keyring)
        if getattr(chosen, "priority", 1) <= 0:
            raise RuntimeError("no keyring is running")
        ring = _PatientKeyring(chosen)
        ring.get_password(SERVICE, "trial")
    except Exception as error:  # Every system has errors of its own.
        raise ConfigError(
            f"there is no working keyring here: {str(error) or type(error).__name__}",
            hint="Use a passphrase instead: leave out --keyring.",
        ) from error
    return ring


def secret_in(ring: Keyring, service: str, account: str) -> str | None:
    """What a keyring keeps; None where it has no such entry.

    Raises:
        ConfigError: it was locked or went away meanwhile.
    """
    try:
        return ring.get_password(service, account)
    except Exception as error:  # As in `open_keyring`.
        raise ConfigError(
            f"the system's keyring does not give the key: {str(error) or type(error).__name__}",
            hint="Unlock the keyring, then repeat.",
        ) from error


# ---------------------------------------------------------------------- inside


def _in_time(ask: Callable[..., _T], *about: str) -> _T:
    """What a keyring answers; a call that never ends is left to a thread that ends with the program.

    Raises:
        TimeoutError: it says nothing.
    """
    answer: Future[_T] = Future()

    def work() -> None:
        try:
            answer.set_result(ask(*about))
        except BaseException as error:  # Raised again where the answer is waited for.
            answer.set_exception(error)

    threading.Thread(target=work, name="keyring", daemon=True).start()
    if not wait([answer], KEYRING_S).done:
        raise TimeoutError(f"it did not answer within {KEYRING_S:.0f} s")
    return answer.result()


def _unwrapped(key_file: Path, about: Mapping[str, Any]) -> bytes:
    if about["wrap"]["kind"] == "keyring":
        return _by_keyring(key_file, about)
    is_file = _source.ask is not None and not _source.is_person
    passphrase = "" if is_file else os.environ.get(PASSPHRASE_VARIABLE, "")
    if not passphrase:
        if _source.ask is None:
            raise ConfigError(f"{key_file.parent} is encrypted, and there is no passphrase", hint=_HOW)
        passphrase = _source.ask(str(key_file.parent))
    return _by_passphrase(key_file, about, passphrase)


def _by_keyring(key_file: Path, about: Mapping[str, Any]) -> bytes:
    try:
        ring = open_keyring()
    except ConfigError as error:  # Another way to keep the key is of no use now.
        raise ConfigError(
            error.message,
            hint="Log in to the desktop and unlock the keyring, then repeat; nothing was changed.",
        ) from error
    text = secret_in(ring, SERVICE, str(about["wrap"]["account"]))
    if text is None:
        raise ConfigError(
            f"the key of {key_file.parent} is no longer in the system's keyring",
            hint="Log in as the user who turned encryption on, or restore a backup: without it nobody can read this.",
        )
    try:
        return _opened(key_file, about, _bytes(text))
    except ConfigError as error:
        raise ConfigError(
            f"the key in the system's keyring does not fit {key_file}: one of them was changed",
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
            f"this is not the passphrase of {key_file.parent}",
            hint="Try again; nothing was changed. If it surely is right, somebody changed the key file: "
            "put that back from a copy.",
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
    return ConfigError(f"the key file {key_file} is damaged, or was changed by somebody", hint=_DAMAGED)
