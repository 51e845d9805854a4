"""Limits for pictures: what each format costs while it is read, in memory and time.

All of them keep reading below about 370 MB and 5 s of one core, so that the
whole program stays below 700 MB. Measured with pictures of 35 megapixels.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.WebPImagePlugin import WebPImageFile

#: The largest pictures read. Most formats are decoded whole, at 4 bytes a pixel.
MAX_MEGAPIXELS = 64
#: AVIF and HEIC hold the picture as the codec sees it, as bytes and as pixels: 7 to 10 bytes a pixel.
#: Of 32-bit grey the range is looked for, which takes copies.
MAX_COSTLY_MEGAPIXELS = 40
#: WebP's decoder keeps two copies of its own: 12 bytes a pixel.
MAX_WEBP_MEGAPIXELS = 25
#: Progressive JPEG is decoded at reduced size, but from all its coefficients at once …
MAX_PROGRESSIVE_MEGAPIXELS = 100
#: … of 2 bytes for each sample: 3 a pixel in 4:2:0, 6 in 4:4:4.
MAX_COEFFICIENT_MEGABYTES = 256
#: Above this together with its pixels, such a picture is decoded at half its size or less.
_MAX_DECODED_MEGABYTES = 350
#: Other JPEG is decoded at 1/2, 1/4 or 1/8 of its size and never held whole.
MAX_JPEG_MEGAPIXELS = 500
#: Each scan of a progressive JPEG goes over the whole picture: 0.1 ms a megapixel, even where it is
#: empty. Cameras and programs write 3 to 15 scans.
_MAX_SCAN_MEGAPIXELS = 10_000

_SCAN = b"\xff\xda"  # never within a scan's data, where each FF is followed by 00 or by D0 … D7
_CHUNK_BYTES = 1 << 20
_MOST_SEGMENTS = 10_000


class TooLarge(Exception):
    """More than a limit; its text follows the name of the file."""


def refuse_more_than(limit_megapixels: int, size: tuple[int, int]) -> None:
    """Refuse a picture by its size (width, height), px.

    Raises:
        TooLarge: it has more pixels than that.
    """
    if size[0] * size[1] > limit_megapixels * 1_000_000:
        raise TooLarge(
            f"has {size[0]}×{size[1]} = {size[0] * size[1] / 1e6:.0f} megapixels, "
            f"more than the {limit_megapixels} facecam can hold in this format"
        )


def refuse_costly(picture: Image.Image, file: BinaryIO, max_side_px: int) -> None:
    """Refuse an opened picture that is not decoded yet by what decoding it would cost.

    A JPEG is told to be decoded at a reduced size, where its longer side is above `max_side_px`.

    Args:
        picture: opened, not loaded.
        file: what it is read from; its position is kept.
        max_side_px: what it will be reduced to.

    Raises:
        TooLarge: it would take too much memory or time.
    """
    if not isinstance(picture, JpegImageFile):
        refuse_more_than(_limit_megapixels(picture), picture.size)
        return
    position = file.tell()
    wanted = min(1.0, max_side_px / max(picture.size))
    if "progressive" in picture.info or _has_a_scan_of_few(picture, file):
        _refuse_costly_scans(picture, file)
        if 2 * _samples(picture) + 4 * picture.width * picture.height > _MAX_DECODED_MEGABYTES * 1e6:
            wanted = min(wanted, 0.5)
    else:
        refuse_more_than(MAX_JPEG_MEGAPIXELS, picture.size)
    # The decoder takes the next larger of 1/1, 1/2, 1/4 and 1/8, by the side that is reduced least.
    picture.draft(None, (max(1, int(picture.width * wanted)), max(1, int(picture.height * wanted))))
    file.seek(position)


def working_bytes(picture: Image.Image) -> int:
    """About what a picture takes while it is read, turned and looked at, bytes; after `refuse_costly`. Measured."""
    costly = isinstance(picture, WebPImageFile) or _limit_megapixels(picture) == MAX_COSTLY_MEGAPIXELS
    return (16 if costly or "progressive" in picture.info else 12) * picture.width * picture.height


def _limit_megapixels(picture: Image.Image) -> int:
    if isinstance(picture, WebPImageFile):
        return MAX_WEBP_MEGAPIXELS
    is_costly = isinstance(picture, AvifImageFile) or picture.mode in ("I", "F")
    return MAX_COSTLY_MEGAPIXELS if is_costly else MAX_MEGAPIXELS


def _refuse_costly_scans(picture: JpegImageFile, file: BinaryIO) -> None:
    refuse_more_than(MAX_PROGRESSIVE_MEGAPIXELS, picture.size)
    megapixels = picture.width * picture.height / 1e6
    if 2 * _samples(picture) / 1e6 > MAX_COEFFICIENT_MEGABYTES:
        raise TooLarge(
            f"is a progressive JPEG of {megapixels:.0f} megapixels, more than facecam can hold in this format"
        )
    if megapixels * _count_scans(file) > _MAX_SCAN_MEGAPIXELS:
        raise TooLarge("is a JPEG of so many scans that reading it would take minutes")


def _samples(picture: JpegImageFile) -> int:
    """Samples of all components: 1.5 a pixel in 4:2:0, 3 in 4:4:4."""
    across = [(horizontal, vertical) for _, horizontal, vertical, _ in picture.layer]
    most = max(h for h, _ in across) * max(v for _, v in across)
    return round(picture.width * picture.height * sum(h * v for h, v in across) / max(1, most))


def _has_a_scan_of_few(picture: JpegImageFile, file: BinaryIO) -> bool:
    """Whether the first scan holds fewer components than the picture: such a JPEG is held like a progressive."""
    place = 2
    for _ in range(_MOST_SEGMENTS):
        file.seek(place)
        head = file.read(5)
        if len(head) < 5 or head[0] != 0xFF:
            return False  # damaged: the decoder says so
        if head[:2] == _SCAN:
            return head[4] < picture.layers
        place += 1 if head[1] == 0xFF else 2 + int.from_bytes(head[2:4], "big")
    return True  # nobody needs so many


def _count_scans(file: BinaryIO) -> int:
    file.seek(0, os.SEEK_SET)
    count, tail = 0, b""
    while chunk := file.read(_CHUNK_BYTES):
        count += (tail + chunk).count(_SCAN)
        tail = chunk[-1:]  # a marker may lie across two chunks; alone, it is none
    return count
