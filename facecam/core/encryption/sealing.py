"""Sealing: a stream encrypted with a key, of which nothing can be changed, left out or put elsewhere.

AES-256-GCM of chunks of at most 1 MiB, each with its tag of 16 bytes. The nonce of a chunk is a prefix (7 bytes), its
number (4) and whether it is the last (1); what stands before the first chunk is authenticated with each. This is the
STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): chunks cannot be exchanged, repeated or cut off
without being noticed. Keys from passphrases come by scrypt (RFC 7914).
"""

from __future__ import annotations

import errno
import io
import struct
from typing import TYPE_CHECKING, BinaryIO, Final

from facecam.core.errors import ConfigError, DataError, DependencyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Bytes of plain text in a chunk.
CHUNK: Final = 1 << 20
KEY_BYTES: Final = 32
PREFIX_BYTES: Final = 7
_TAG: Final = 16
#: A nonce has room for this many.
_MOST_CHUNKS: Final = 1 << 32
#: scrypt's cost (log2 N, r, p): 128 MiB and a few tenths of a second for each guess at the passphrase.
COST: Final = (17, 8, 1)
#: A file may ask for no more than this when it is opened: it may come from anybody.
_HIGHEST_COST: Final = (18, 8, 2)
#: Letters of a passphrase that seals something.
LEAST_LETTERS: Final = 8


class Tampered(OSError):
    """Sealed bytes that are not what was written: changed, cut off, or of another key."""

    def __init__(self, what: str = "is damaged, cut off, or was changed by somebody") -> None:
        super().__init__(errno.EBADMSG, what)


def require_package() -> None:
    """Have the package that encrypts.

    Raises:
        DependencyError: it cannot be loaded.
    """
    cipher(bytes(KEY_BYTES))


def cipher(key: bytes) -> AESGCM:
    """AES-256-GCM with a key of 32 bytes.

    Raises:
        DependencyError: the package cryptography cannot be loaded.
    """
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise _missing(error) from error
    return AESGCM(key)


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


def keys_from(passphrase: str, salt: bytes, cost: tuple[int, int, int]) -> tuple[bytes, bytes]:
    """A key, 32 bytes, and a check, 16, that says whether a passphrase is the right one and nothing about the key.

    Args:
        passphrase: any text.
        salt: of its own for every key.
        cost: of scrypt: log2 N, r, p.

    Raises:
        ValueError: it asks for more memory or time than any file of ours.
        DependencyError: the package cryptography cannot be loaded.
    """
    log_n, r, p = cost
    if not all(1 <= one <= most for one, most in zip(cost, _HIGHEST_COST, strict=True)):
        raise ValueError(f"a cost of {cost} is not ours")
    try:
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ImportError as error:
        raise _missing(error) from error
    derived = Scrypt(salt=salt, length=48, n=1 << log_n, r=r, p=p).derive(
        passphrase.encode("utf-8", "surrogateescape")
    )
    return derived[:KEY_BYTES], derived[KEY_BYTES:]


def _missing(error: ImportError) -> DependencyError:
    return DependencyError(
        f"encryption needs the package cryptography, which cannot be loaded: {error}",
        hint="Run `make setup`, or: python -m pip install --no-deps -r requirements.txt",
    )


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class SealingStream(io.RawIOBase):
    """A stream to write into; `seal` ends it, and without that it cannot be opened. The file stays open.

    Args:
        file: gets `head`, then the chunks.
        key: 32 bytes; never used with the same prefix twice.
        head: what stands before the chunks.
        prefix: 7 bytes of the nonces.
    """

    def __init__(self, file: BinaryIO, key: bytes, head: bytes, prefix: bytes) -> None:
        super().__init__()
        self._cipher, self._file, self._head, self._prefix = cipher(key), file, head, prefix
        self._waiting, self._number = bytearray(), 0
        file.write(head)

    def write(self, content: object) -> int:
        """Add bytes to the stream; returns how many, as files do."""
        view = memoryview(content)  # type: ignore[arg-type]
        self._waiting += view.cast("B") if view.nbytes else b""
        # One chunk is held back: only at the end it is known which is the last.
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return view.nbytes

    def seal(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, content: bytes, *, last: bool) -> None:
        if self._number >= _MOST_CHUNKS:
            raise DataError("more than 4 PB cannot be sealed in one file", hint="Leave run records out.")
        self._file.write(
            self._cipher.encrypt(_nonce(self._prefix, self._number, last=last), content, self._head)
        )
        self._number += 1


class OpeningStream:
    """The stream that was sealed. What is read is authentic; whether it is whole is known at its end: `finish`.

    Args:
        file: the chunks, `head` was read already.
        key, head, prefix: as it was sealed with.
    """

    def __init__(self, file: BinaryIO, key: bytes, head: bytes, prefix: bytes) -> None:
        self._cipher, self._file, self._head, self._prefix = cipher(key), file, head, prefix
        self._ready, self._number, self._ended = bytearray(), 0, False
        self._next = file.read(CHUNK + _TAG)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, fewer only at the end.

        Raises:
            Tampered: it is damaged, cut off, or was changed.
        """
        while not self._ended and (size < 0 or len(self._ready) < size):
            self._open_chunk()
        taken = bytes(self._ready if size < 0 else self._ready[:size])
        del self._ready[: len(taken)]
        return taken

    def finish(self) -> None:
        """Read what is left, and see to it that nothing is missing.

        Raises:
            Tampered: something is.
        """
        while self.read(CHUNK):
            pass

    def _open_chunk(self) -> None:
        from cryptography.exceptions import InvalidTag

        sealed, self._next = self._next, self._file.read(CHUNK + _TAG)
        last = not self._next
        if len(sealed) < _TAG or (not last and len(sealed) != CHUNK + _TAG):
            raise Tampered("is cut off")
        try:
            self._ready += self._cipher.decrypt(
                _nonce(self._prefix, self._number, last=last), sealed, self._head
            )
        except InvalidTag:
            raise Tampered from None
        self._number, self._ended = self._number + 1, last
