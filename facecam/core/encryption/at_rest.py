"""At rest: what is kept of people in a folder with encryption on is sealed when written and opened when read.

    facecam at rest 1\\n     magic, 18 bytes
    key id (8), salt (16)
    chunk 0 … n             see `sealing`; the key of a file is HMAC-SHA-256 of its salt by the data key

Readers ask `read_bytes` or `open_file`: what carries the magic is opened, all else is given as it is. Private files
(`atomic_file(…, private=True)`) are sealed where a folder above them holds a key file or points to one. So both kinds
may lie side by side, as they do while encryption is being turned on or off. Where the data key comes from is the
business of `unlocking`.
"""

from __future__ import annotations

import contextlib
import hmac
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from facecam.core.encryption import data_keys
from facecam.core.encryption.data_keys import KEY_ID_BYTES, MAGIC, NOT_HERE, DataKey
from facecam.core.encryption.sealing import PREFIX_BYTES, OpeningStream, SealingStream, Tampered
from facecam.core.encryption.unlocking import unlock
from facecam.core.errors import ConfigError, DataError
from facecam.core.held_files import open_to_read

_SALT_BYTES: Final = 16
_HEAD_BYTES: Final = len(MAGIC) + KEY_ID_BYTES + _SALT_BYTES
#: A file has its own key, so that its nonces may begin as all others'.
_PREFIX: Final = bytes(PREFIX_BYTES)


class TooLong(ValueError):
    """A file holds more than anything that makes sense."""


class ForeignKey(ConfigError):
    """A file was sealed with a key that is not here, such as that of another computer; others can be read."""


def for_child() -> dict[str, str]:
    """The variables with which a child process can read and write what this one can."""
    home = data_keys.home_key_file()
    if home is not None and home.is_file():
        unlock(home)
    return data_keys.for_children()


def _key_for_writing(path: Path) -> DataKey | None:
    key_file = data_keys.key_file_of(path.parent)
    about = None if key_file is None else data_keys.about_key(key_file)
    if key_file is None or about is None or not data_keys.is_sealing(about):
        return None
    return data_keys.known(bytes.fromhex(about["key_id"])) or unlock(key_file)


def _key_for_reading(key_id: bytes, path: Path) -> DataKey:
    if (key := data_keys.known(key_id)) is not None:
        return key
    for key_file in (data_keys.key_file_of(path.parent), data_keys.home_key_file()):
        about = None if key_file is None else data_keys.about_key(key_file)
        if key_file is not None and about is not None and about["key_id"] == key_id.hex():
            return unlock(key_file)
    raise ForeignKey(f"{path} is encrypted, and its key is not here", hint=NOT_HERE)


# ---------------------------------------------------------------------- reading


def is_sealed(content: bytes) -> bool:
    """Whether the beginning of a file is that of a sealed one."""
    return content.startswith(MAGIC)


def is_sealed_file(path: Path) -> bool:
    """Whether a file is sealed.

    Raises:
        OSError: it cannot be read.
    """
    with open_to_read(path) as file:
        return is_sealed(file.read(len(MAGIC)))


def key_id_of(path: Path) -> bytes:
    """With which key a sealed file was sealed; empty for others.

    Raises:
        OSError: it cannot be read.
    """
    with open_to_read(path) as file:
        head = file.read(_HEAD_BYTES)
    return head[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES] if is_sealed(head) else b""


def read_bytes(path: Path, most: int = -1) -> bytes:
    """The content of a file, opened if it is sealed.

    Args:
        path: the file, or a pipe or device, which may have no end.
        most: bytes that make sense; negative: any number.

    Raises:
        TooLong: it has more.
        OSError: as the system says; `Tampered` where a sealed file was changed.
        ConfigError: its key cannot be had.
    """
    with open_to_read(path) as file:
        head = file.read(_HEAD_BYTES)
        if is_sealed(head):
            return _opening_stream(file, head, path).read()
        size = os.fstat(file.fileno()).st_size  # A pipe or device says 0.
        if not 0 <= most < size:
            if file.seekable():  # Else it is a pipe, in which nobody can go back.
                file.seek(0)
                head = b""
            # Of a plain file the second piece is empty: it is not copied, and is held once.
            content = head + file.read(size)
            content += file.read(-1 if most < 0 else max(0, most + 1 - len(content)))
            if not 0 <= most < len(content):
                return content
    raise TooLong(f"it is larger than {most // 10**6} MB")


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


def read_text(path: Path, errors: str = "strict", most: int = -1) -> str:
    """`read_bytes` as text in UTF-8, with the ends of lines as Python has them."""
    with io.TextIOWrapper(io.BytesIO(read_bytes(path, most)), "utf-8", errors) as text:
        return text.read()


def open_file(path: Path) -> BinaryIO:
    """A file open for reading, seekable; what is sealed is opened in memory.

    Raises:
        OSError, ConfigError: as `read_bytes`.
    """
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(open_to_read(path))
        plain = opened(file, path)
        if plain is file:
            stack.pop_all()
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
    # The name may be a path, and none that a file system can look for.
    key = _key_for_writing(folder / "photo")
    if key is None:
        return ""
    return hmac.digest(key.secret, b"name " + name.encode("utf-8", "surrogatepass"), "sha256").hex()[:16]


def adds_whole(path: Path) -> bool:
    """Whether a line cannot be added at the end of a file: it is sealed, or has to be, as a whole.

    Raises:
        OSError, ConfigError: as `read_bytes` and `sealed`.
    """
    return (path.is_file() and is_sealed_file(path)) or _key_for_writing(path) is not None
