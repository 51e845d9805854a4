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
_PIXEL_WIDTH, _PIXEL_HEIGHT, _CLUSTER, _CODEC_ID = 0xB0, 0xBA, 0x1F43B675, 0x86
_MP4_BEGINNINGS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
#: By what mp4, Matroska and AVI call them, in capitals.
# fmt: off
CODEC_NAMES = {
    "AV01": "AV1", "AV1": "AV1", "VP09": "VP9", "VP08": "VP8", "VP80": "VP8", "VP90": "VP9",
    "HVC1": "H.265", "HEV1": "H.265", "DVH1": "H.265", "DVHE": "H.265", "MPEGH": "H.265", "HEVC": "H.265",
    "AVC1": "H.264", "AVC3": "H.264", "H264": "H.264", "V_MPEG4/ISO/AVC": "H.264", "MPEG4": "MPEG-4", "X264": "H.264",
    "VVC1": "H.266", "VVI1": "H.266", "MP4V": "MPEG-4", "XVID": "MPEG-4 (Xvid)", "DIVX": "MPEG-4 (DivX)",
    "DX50": "MPEG-4 (DivX)", "MJPG": "Motion JPEG", "APCN": "ProRes", "APCH": "ProRes", "APCS": "ProRes",
    "APCO": "ProRes", "AP4H": "ProRes", "THEORA": "Theora", "MPEG2": "MPEG-2", "MPEG1": "MPEG-1",
}
# fmt: on


def stated_size(file: BinaryIO) -> tuple[int, int] | None:
    """(width, height) of the largest track of a film, px; None where its container is another or damaged.

    Args:
        file: the whole film, seekable; is read here and there, whatever its length.
    """
    head = file.read(72)
    end = file.seek(0, os.SEEK_END)
    try:
        if head[4:8] in _MP4_BEGINNINGS:
            return _largest(_mp4_sizes(file, end))
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return _largest(_matroska_sizes(file, end))
        if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
            width, height = struct.unpack_from("<2i", head, 64)  # negative heights: upside-down
            return abs(width), abs(height)
    except struct.error:
        return None  # cut off: OpenCV says so
    return None


def stated_codec(file: BinaryIO) -> str | None:
    """The codec of a film's pictures, by the name people know (`AV1`), or as the file has it; None if unknown.

    Args:
        file: the whole film, seekable.
    """
    file.seek(0)
    head = file.read(4096)
    end = file.seek(0, os.SEEK_END)
    name = ""
    try:
        if head[4:8] in _MP4_BEGINNINGS:
            name = next((_text(entry) for entry, _ in _mp4_entries(file, end)), "")
        elif head[:4] == b"\x1a\x45\xdf\xa3":
            name = next((codec for codec in _matroska_codecs(file, end) if codec.startswith("V_")), "")
        elif head[:4] == b"RIFF" and b"vids" in head:
            place = head.index(b"vids") + 4
            name = _text(head[place : place + 4])
    except struct.error:
        return None
    key = name.upper().removeprefix("V_").partition("/")[0]
    return CODEC_NAMES.get(name.upper(), CODEC_NAMES.get(key, name.strip())) or None


def _text(code: bytes) -> str:
    return code.decode("ascii", "replace").strip("\0 ")


def _matroska_codecs(file: BinaryIO, end: int) -> Iterator[str]:
    for name, content, after in _matroska_parts(file, end):
        if name == _CODEC_ID:
            file.seek(content)
            yield _text(file.read(min(64, after - content)))


def _largest(sizes: Iterator[tuple[int, int]]) -> tuple[int, int] | None:
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _mp4_sizes(file: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    for _, content in _mp4_entries(file, end):
        file.seek(content + 24)
        yield struct.unpack(">2H", file.read(4))


def _mp4_entries(file: BinaryIO, end: int) -> Iterator[tuple[bytes, int]]:
    """(four letters of the codec, first byte of content) of the sample entries of picture tracks."""
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
                yield name, content
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
