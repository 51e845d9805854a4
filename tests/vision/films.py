"""Small films of a white disc, with the statements that telephones, tapes and broken programs put into them.

OpenCV writes neither the shape of pixels nor a rotation, so both are put into the mp4 afterwards
(boxes of ISO 14496-12): a test needs no program that is not installed with facecam.
"""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np

#: The display matrices that players know, by degrees clockwise; 65536 is 1.
_MATRIX = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def write_film(path: Path, pictures: list[np.ndarray], fps: float = 25.0, codec: str = "mp4v") -> Path:
    """A film of BGR pictures of one size."""
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), fps, (width, height))
    assert writer.isOpened()
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return path


def disc(width: int, height: int, pixel_aspect: float = 1.0) -> np.ndarray:
    """A white disc that is round where pixels are shown that wide, and a square in the upper left corner, BGR."""
    picture = np.zeros((height, width, 3), np.uint8)
    radius = min(width * pixel_aspect, height) * 0.3
    cv2.ellipse(
        picture,
        (width // 2, height // 2),
        (round(radius / pixel_aspect), round(radius)),
        0,
        0,
        360,
        (255, 255, 255),
        -1,
    )
    picture[: height // 8, : width // 8] = 255
    return picture


def disc_aspect(image: np.ndarray) -> float:
    """Width by height of the disc in the middle of a frame."""
    height, width = image.shape[:2]
    row = image[height // 2, :, 1] > 127
    column = image[:, width // 2, 1] > 127
    return float(row.sum() / column.sum())


def corner(image: np.ndarray) -> str:
    """Which corner of a frame the white square is in: `upper left` and so on."""
    height, width = image.shape[:2]
    places = {
        "upper left": (height // 20, width // 20),
        "upper right": (height // 20, -width // 20),
        "lower left": (-height // 20, width // 20),
        "lower right": (-height // 20, -width // 20),
    }
    (found,) = [name for name, (row, column) in places.items() if image[row, column, 1] > 127]
    return found


def state_pixel_aspect(path: Path, width: int, height: int) -> None:
    """Write `pasp` into an mp4 that OpenCV made: its pixels are `width` by `height`."""
    content = bytearray(path.read_bytes())
    assert content.index(b"moov") > content.index(b"mdat"), "what is inserted moves no frame"
    entry = content.index(b"mp4v", content.index(b"stsd")) - 4
    end = entry + struct.unpack_from(">I", content, entry)[0]
    box = struct.pack(">I4sII", 16, b"pasp", width, height)
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        _grow(content, content.index(name) - 4, len(box))
    _grow(content, entry, len(box))
    content[end:end] = box
    path.write_bytes(content)


def _grow(content: bytearray, at: int, count: int) -> None:
    struct.pack_into(">I", content, at, struct.unpack_from(">I", content, at)[0] + count)


def state_rotation(path: Path, degrees: int) -> None:
    """Write into an mp4 that players turn it by so many degrees clockwise, as telephones do."""
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 40  # track header box of version 0
    a, b, c, d = (65536 * value for value in _MATRIX[degrees])
    struct.pack_into(">9i", content, at, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)


def state_size(path: Path, width: int, height: int) -> None:
    """Write another size of its frames into the sample description of an mp4."""
    content = bytearray(path.read_bytes())
    entry = content.index(b"mp4v", content.index(b"stsd"))
    struct.pack_into(">HH", content, entry + 4 + 24, width, height)
    path.write_bytes(content)
