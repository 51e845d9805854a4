"""Sealed file: a stream encrypted with a passphrase, of which nothing can be changed, left out or put elsewhere.

    facecam sealed 1\\n      magic, 17 bytes
    header                  log2 N, r, p (one byte each), salt (16), check (16), nonce prefix (7)
    chunk 0 … n             AES-256-GCM of at most 1 MiB, each with its tag of 16 bytes

The key and the check come from the passphrase by scrypt (RFC 7914); the check says whether a passphrase is the
right one, and tells nothing about the key. The nonce of a chunk is the prefix, its number (4 bytes) and whether it is
the last (1 byte); magic and header are authenticated with each chunk. This is the STREAM construction (Hoang,
Reyhanitabar, Rogaway, Vizár, 2015): chunks cannot be exchanged, repeated or cut off without being noticed.
"""

from __future__ import annotations

import hmac
import os
import struct
from typing import BinaryIO, Final

from facecam.core.errors import ConfigError, DataError, DependencyError

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
except ImportError as _error:
    raise DependencyError(
        f"backups need the package cryptography, which cannot be loaded: {_error}",
        hint="Run `make setup`, or: python -m pip install --no-deps -r requirements.txt",
    ) from _error

MAGIC: Final = b"facecam sealed 1\n"
#: Bytes of plain text in a chunk.
CHUNK: Final = 1 << 20
_TAG: Final = 16
_HEADER: Final = struct.Struct(">BBB16s16s7s")
#: scrypt's cost: 128 MiB and a few tenths of a second for each guess at the passphrase.
_COST: Final = (17, 8, 1)
#: A file may ask for no more than this when it is opened: it may come from anybody.
_HIGHEST_COST: Final = (18, 8, 2)
#: Letters of a passphrase that seals something.
LEAST_LETTERS: Final = 8
#: A nonce has room for this many.
_MOST_CHUNKS: Final = 1 << 32

NOT_SEALED_HINT: Final = "Choose a file that `python main.py backup` has written."
_DAMAGED_HINT: Final = "Copy it again from where it came, or use another backup; nothing was restored."


def require_strong(passphrase: str) -> None:
    """Refuse a passphrase that is too short to keep a secret.

    Raises:
        ConfigError: it is.
    """
    if len(passphrase) < LEAST_LETTERS:
        raise ConfigError(
            f"the passphrase has {len(passphrase)} letters",
            hint=f"Take at least {LEAST_LETTERS}; four or five words that nobody would guess are better.",
        )


def _keys(passphrase: str, salt: bytes, cost: tuple[int, int, int]) -> tuple[bytes, bytes]:
    """The key and the check, from scrypt."""
    log_n, r, p = cost
    derived = Scrypt(salt=salt, length=48, n=1 << log_n, r=r, p=p).derive(
        passphrase.encode("utf-8", "surrogateescape")
    )
    return derived[:32], derived[32:]


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class SealedWriter:
    """A stream to write into; `close` seals it, and without that it cannot be opened.

    Args:
        file: gets the sealed bytes.
        passphrase: opens it again.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        require_strong(passphrase)
        salt, self._prefix = os.urandom(16), os.urandom(7)
        key, check = _keys(passphrase, salt, _COST)
        self._head = MAGIC + _HEADER.pack(*_COST, salt, check, self._prefix)
        self._cipher, self._file = AESGCM(key), file
        self._waiting, self._number = bytearray(), 0
        file.write(self._head)

    def write(self, content: bytes) -> int:
        """Add to the stream; returns how many bytes, as files do."""
        self._waiting += content
        # One chunk is held back: only at the end it is known which is the last.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def close(self) -> None:
        """Write the last chunk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, content: bytes, *, last: bool) -> None:
        if self._number >= _MOST_CHUNKS:
            raise DataError("more than 4 PB cannot be sealed in one file", hint="Leave run records out.")
        nonce = _nonce(self._prefix, self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, content, self._head))
        self._number += 1


class SealedReader:
    """The stream in a sealed file. What is read is authentic; whether it is whole is known at its end: `finish`.

    Args:
        file: the sealed bytes.
        passphrase: it was sealed with.
        name: of the file, for errors.

    Raises:
        DataError: it is no sealed file.
        ConfigError: the passphrase is another one.
    """

    def __init__(self, file: BinaryIO, passphrase: str, name: str) -> None:
        self._file, self._name = file, name
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            what = "was written by a newer facecam" if magic[:14] == MAGIC[:14] else "is no backup of facecam"
            raise DataError(f"{name} {what}", hint=NOT_SEALED_HINT)
        header = file.read(_HEADER.size)
        if len(header) != _HEADER.size:
            raise self._damaged("is cut off")
        *cost, salt, check, self._prefix = _HEADER.unpack(header)
        log_n, r, p = cost
        if not (1 <= log_n <= _HIGHEST_COST[0] and 1 <= r <= _HIGHEST_COST[1] and 1 <= p <= _HIGHEST_COST[2]):
            raise self._damaged("is damaged")
        key, expected = _keys(passphrase, salt, (log_n, r, p))
        if not hmac.compare_digest(check, expected):
            raise ConfigError(
                f"this is not the passphrase of {name}",
                hint="Try again; without the passphrase nobody can open it. Nothing was restored.",
            )
        self._head, self._cipher = MAGIC + header, AESGCM(key)
        self._ready, self._number, self._ended = bytearray(), 0, False
        self._next = file.read(CHUNK + _TAG)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, fewer only at the end.

        Raises:
            DataError: it is damaged, cut off, or was changed.
        """
        while not self._ended and (size < 0 or len(self._ready) < size):
            self._open_chunk()
        taken = bytes(self._ready if size < 0 else self._ready[:size])
        del self._ready[: len(taken)]
        return taken

    def finish(self) -> None:
        """Read what is left, and see to it that nothing is missing.

        Raises:
            DataError: something is.
        """
        while self.read(CHUNK):
            pass

    def _open_chunk(self) -> None:
        sealed, self._next = self._next, self._file.read(CHUNK + _TAG)
        last = not self._next
        if len(sealed) < _TAG or (not last and len(sealed) != CHUNK + _TAG):
            raise self._damaged("is cut off")
        try:
            self._ready += self._cipher.decrypt(
                _nonce(self._prefix, self._number, last=last), sealed, self._head
            )
        except InvalidTag:
            raise self._damaged("is damaged, cut off, or was changed by somebody") from None
        self._number, self._ended = self._number + 1, last

    def _damaged(self, how: str) -> DataError:
        return DataError(f"{self._name} {how}", hint=_DAMAGED_HINT)
