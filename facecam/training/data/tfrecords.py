"""TFRecord files as the older programs wrote them, read and written without TensorFlow.

A file is a row of records: length (8 bytes, little-endian), masked CRC-32C of the length, the bytes, masked CRC-32C
of the bytes. A record is a `tf.train.Example`, which is a protocol buffer: `image_raw` bytes (JPEG), `id` int64,
`image_shape` int64[3]. (tensorflow/core/lib/io/record_writer.h, tensorflow/core/example/example.proto)
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numba import njit

from facecam.core.errors import DataError
from facecam.core.paths import atomic_file, printable, readable_os_errors

_MASK_DELTA: Final = 0xA282EAD8
_HINT: Final = "Write the files again, or leave this one out."
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """One picture.

    Attributes:
        image_raw: a JPEG file's bytes.
        id: number of the person.
        image_shape: height, width, channels.
    """

    image_raw: bytes
    id: int
    image_shape: tuple[int, int, int]


def write_tfrecords(path: Path, records: Iterable[FaceRecord]) -> int:
    """Write a file; returns how many records it has.

    Raises:
        DataError: it cannot be written; no half file stays.
    """
    count = 0
    with atomic_file(path, lasting=False) as file:
        for record in records:
            file.write(_framed(_encoded(record)))
            count += 1
    return count


def read_tfrecords(path: Path) -> Iterator[FaceRecord]:
    """The records of a file, one at a time.

    Raises:
        DataError: unreadable, cut off, damaged, or not of this layout; says at which record.
    """
    for number, (start, length) in enumerate(record_places(path), start=1):
        yield read_record(path, start, length, f"record {number}")


def is_record_file(path: Path) -> bool:
    """Whether a file is called like one: `train.tfrecords`, `faces.tfrecord-00001-of-00032`."""
    return ".tfrecord" in path.name and not path.name.startswith(".")


def record_files(folder: Path) -> list[Path]:
    """The files of a folder that are called so, by name.

    Raises:
        DataError: the folder cannot be read.
    """
    with readable_os_errors("read", folder):
        return sorted(path for path in folder.iterdir() if is_record_file(path) and path.is_file())


def record_places(path: Path) -> Iterator[tuple[int, int]]:
    """(first byte, length) of each record of a file, without reading the records themselves.

    Raises:
        DataError: unreadable, cut off, or no TFRecord file.
    """
    with readable_os_errors("read", path), open(path, "rb") as file:
        end, start, number = path.stat().st_size, 0, 0
        while start < end:
            number += 1
            file.seek(start)
            header, where = file.read(12), f"{printable(str(path))}, record {number}"
            if len(header) < 12 or _masked_crc(header[:8]) != struct.unpack("<I", header[8:])[0]:
                raise DataError(f"{where}: this is no TFRecord, or it is damaged", hint=_HINT)
            (length,) = struct.unpack("<Q", header[:8])
            if start + 16 + length > end:
                raise DataError(f"{where}: the file is cut off", hint=_HINT)
            yield start + 12, length
            start += 16 + length


def read_record(path: Path, start: int, length: int, name: str = "") -> FaceRecord:
    """One record at a place of `record_places`; `name`: how it is called in errors.

    Raises:
        DataError: unreadable, changed since, damaged, or not of this layout.
    """
    where = f"{printable(str(path))}, {name or f'byte {start}'}"
    with readable_os_errors("read", path), open(path, "rb") as file:
        file.seek(start)
        content, check = file.read(length), file.read(4)
    if len(check) < 4 or _masked_crc(content) != struct.unpack("<I", check)[0]:
        raise DataError(f"{where}: the checksum differs", hint=_HINT)
    return _decoded(content, where)


# ---------------------------------------------------------------------- records


def _framed(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return b"".join(
        [length, struct.pack("<I", _masked_crc(length)), content, struct.pack("<I", _masked_crc(content))]
    )


def _masked_crc(content: bytes) -> int:
    crc = int(_crc32c(np.frombuffer(content, np.uint8), _TABLE))
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & 0xFFFFFFFF


def _crc_table() -> np.ndarray:
    """Of the Castagnoli polynomial, reflected."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0x82F63B78), table >> 1)
    return table.astype(np.uint32)


_TABLE: Final = _crc_table()


@njit(cache=True)
def _crc32c(content: np.ndarray, table: np.ndarray) -> int:
    crc = np.uint32(0xFFFFFFFF)
    for byte in content:
        crc = table[(crc ^ byte) & np.uint32(0xFF)] ^ (crc >> np.uint32(8))
    return int(crc ^ np.uint32(0xFFFFFFFF))


# ---------------------------------------------------------------------- protocol buffers


def _encoded(record: FaceRecord) -> bytes:
    shape = b"".join(_varint(value) for value in record.image_shape)
    features = (
        _entry("image_raw", _field(1, _field(1, record.image_raw))),
        _entry("id", _field(3, _field(1, _varint(record.id)))),
        _entry("image_shape", _field(3, _field(1, shape))),
    )
    return _field(1, b"".join(features))


def _entry(key: str, feature: bytes) -> bytes:
    return _field(1, _field(1, key.encode()) + _field(2, feature))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | _LENGTH) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    value &= 0xFFFFFFFFFFFFFFFF  # negative numbers take ten bytes
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _decoded(content: bytes, where: str) -> FaceRecord:
    try:
        features: dict[str, bytes] = {}
        for _, part in _fields(content):
            for _, entry in _fields(_bytes(part)):
                parts = dict(_fields(_bytes(entry)))
                features[_bytes(parts[1]).decode()] = _bytes(parts[2])
        image = next(_bytes(one) for one in _list(features["image_raw"], 1))
        (person,) = _numbers(features["id"])
        height, width, channels = _numbers(features["image_shape"])
    except (KeyError, ValueError, IndexError, StopIteration, TypeError) as error:
        raise DataError(
            f"{where}: not a record of image_raw, id and image_shape ({error!r})", hint=_HINT
        ) from error
    return FaceRecord(image, person, (height, width, channels))


def _list(feature: bytes, kind: int) -> Iterator[int | bytes]:
    """The values of a feature of this kind: 1 bytes, 3 whole numbers."""
    for number, values in _fields(feature):
        if number != kind:
            raise ValueError(f"a value of kind {number}")
        for _, value in _fields(_bytes(values)):
            yield value


def _numbers(feature: bytes) -> list[int]:
    """Whole numbers, packed or one by one."""
    found: list[int] = []
    for value in _list(feature, 3):
        if isinstance(value, int):
            found.append(_signed(value))
            continue
        at = 0
        while at < len(value):
            number, at = _read_varint(value, at)
            found.append(_signed(number))
    return found


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(content):
        tag, at = _read_varint(content, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _read_varint(content, at)
            yield number, value
            continue
        if kind == _LENGTH:
            size, at = _read_varint(content, at)
        elif kind in (_FIXED32, _FIXED64):
            size = 4 if kind == _FIXED32 else 8
        else:
            raise ValueError(f"wire type {kind}")
        if at + size > len(content):
            raise ValueError("cut off")
        yield number, content[at : at + size]
        at += size


def _read_varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than ten bytes")


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where bytes belong")
    return value
