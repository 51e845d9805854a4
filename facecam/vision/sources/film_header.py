"""Frame sizes as film files state them, read without a decoder.

Opening a film already decodes one of its frames where the codec tells its
kind of pixels no other way (H.264, PNG), which takes 0.7 GB at 16,000 px
squared. So the sizes that are too large are found in the file first, in the
containers that are common: mp4 and mov (ISO 14496-12), Matroska and WebM
(RFC 9559), AVI. Of other files, and of those that state less than they hold,
OpenCV tells the size once they are open.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

#: Boxes or elements looked at before giving up: hostile files hold millions of empty ones.
_MOST_PARTS = 2000
#: What is gone into, on the way to the sizes.
_MP4_PATH = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"}
_SEGMENT, _TRACKS, _TRACK, _VIDEO = 0x18538067, 0x1654AE6B, 0xAE, 0xE0
_PIXEL_WIDTH, _PIXEL_HEIGHT, _CLUSTER = 0xB0, 0xBA, 0x1F43B675


def stated_size(file: BinaryIO) -> tuple[int, int] | None:
    """(width, height) of the largest track of a film, px; None where its container is another or damaged.

    Args:
        file: the whole film, seekable; is read here and there, whatever its length.
    """
    head = file.read(72)
    end = file.seek(0, os.SEEK_END)
    try:
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
            return _largest(_mp4_sizes(file, end))
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return _largest(_matroska_sizes(file, end))
        if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
            width, height = struct.unpack_from("<2i", head, 64)  # negative heights: upside-down
            return abs(width), abs(height)
    except struct.error:
        return None  # cut off: OpenCV says so
    return None


def _largest(sizes: Iterator[tuple[int, int]]) -> tuple[int, int] | None:
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _mp4_sizes(file: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    waiting = [(0, end, b"")]
    handler = b""  # what the track at hand is: only `vide` has sizes where they are looked for
    looked_at = 0
    while waiting:
        start, stop, inside = waiting.pop()
        while start + 8 <= stop and looked_at < _MOST_PARTS:
            looked_at += 1
            file.seek(start)
            size, name = struct.unpack(">I4s", file.read(8))
            content = start + 8
            if size == 1:
                (size,) = struct.unpack(">Q", file.read(8))
                content += 8
            after = stop if size == 0 else min(stop, start + size)
            if after < content:
                break
            if inside == b"stsd" and handler == b"vide":  # every part of it is a codec's sample entry
                file.seek(content + 24)
                yield struct.unpack(">2H", file.read(4))
            elif inside == b"mdia" and name == b"hdlr":
                file.seek(content + 8)
                handler = file.read(4)
            elif name in _MP4_PATH:
                waiting.append((content + 8 * (name == b"stsd"), after, name))
            start = after


def _matroska_sizes(file: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    width = 0
    for name, content, after in _matroska_parts(file, end):
        if name in (_PIXEL_WIDTH, _PIXEL_HEIGHT):
            file.seek(content)
            value = int.from_bytes(file.read(min(8, after - content)), "big")
            if name == _PIXEL_WIDTH:
                width = value
            else:
                yield width, value


def _matroska_parts(file: BinaryIO, end: int) -> Iterator[tuple[int, int, int]]:
    """(id, first byte of content, byte after it) of the elements on the way to the sizes, depth first."""
    start = 0
    for _ in range(_MOST_PARTS):
        if start + 2 > end:
            return
        file.seek(start)
        head = file.read(12)
        id_length = 9 - head[0].bit_length()
        if not 1 <= id_length <= 4 or len(head) <= id_length:
            return
        name = int.from_bytes(head[:id_length], "big")
        size_length = 9 - head[id_length].bit_length()
        if name == _CLUSTER or size_length > 8:
            return
        size = int.from_bytes(head[id_length : id_length + size_length], "big") & ((1 << 7 * size_length) - 1)
        content = start + id_length + size_length
        unknown = size == (1 << 7 * size_length) - 1
        yield name, content, end if unknown else content + size
        start = content if name in (_SEGMENT, _TRACKS, _TRACK, _VIDEO) else content + size
