"""Sealed file: a stream encrypted with a passphrase, of which nothing can be changed, left out or put elsewhere.

    facecam sealed 1\\n      magic, 17 bytes
    header                  log2 N, r, p (one byte each), salt (16), check (16), nonce prefix (7)
    chunk 0 … n             see `core.sealing`

Key and check come from the passphrase by scrypt. Magic and header are authenticated with each chunk.
"""

from __future__ import annotations

import hmac
import os
import struct
from typing import BinaryIO, Final

from facecam.core.encryption import sealing
from facecam.core.encryption.sealing import OpeningStream, SealingStream, Tampered, keys_from, require_strong
from facecam.core.errors import ConfigError, DataError

MAGIC: Final = b"facecam sealed 1\n"
_HEADER: Final = struct.Struct(">BBB16s16s7s")
sealing.require_package()  # Before anybody types a passphrase.

NOT_SEALED_HINT: Final = "Choose a file that `python main.py backup` has written."
_DAMAGED_HINT: Final = "Copy it again from where it came, or use another backup; nothing was restored."


class SealedWriter(SealingStream):
    """A stream to write into; `seal` ends it, and without that it cannot be opened.

    Args:
        file: gets the sealed bytes.
        passphrase: opens it again.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        require_strong(passphrase)
        salt, prefix = os.urandom(16), os.urandom(sealing.PREFIX_BYTES)
        key, check = keys_from(passphrase, salt, sealing.COST)
        super().__init__(file, key, MAGIC + _HEADER.pack(*sealing.COST, salt, check, prefix), prefix)


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
        self._name = name
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            what = "was written by a newer facecam" if magic[:14] == MAGIC[:14] else "is no backup of facecam"
            raise DataError(f"{name} {what}", hint=NOT_SEALED_HINT)
        header = file.read(_HEADER.size)
        if len(header) != _HEADER.size:
            raise self._damaged("is cut off")
        log_n, r, p, salt, expected, prefix = _HEADER.unpack(header)
        try:
            key, check = keys_from(passphrase, salt, (log_n, r, p))
        except ValueError:
            raise self._damaged("is damaged") from None
        if not hmac.compare_digest(check, expected):
            raise ConfigError(
                f"this is not the passphrase of {name}",
                hint="Try again; without the passphrase nobody can open it. Nothing was restored.",
            )
        self._stream = OpeningStream(file, key, MAGIC + header, prefix)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, fewer only at the end.

        Raises:
            DataError: it is damaged, cut off, or was changed.
        """
        try:
            return self._stream.read(size)
        except Tampered as error:
            raise self._damaged(str(error.strerror)) from None

    def finish(self) -> None:
        """Read what is left, and see to it that nothing is missing.

        Raises:
            DataError: something is.
        """
        try:
            self._stream.finish()
        except Tampered as error:
            raise self._damaged(str(error.strerror)) from None

    def _damaged(self, how: str) -> DataError:
        return DataError(f"{self._name} {how}", hint=_DAMAGED_HINT)
