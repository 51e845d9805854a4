"""The shape of film frames: square pixels, and no more of them than facecam can hold."""

from __future__ import annotations

import math

import cv2
import numpy as np

from facecam.core.errors import DataError
from facecam.core.types import ImageArray
from facecam.vision.sources.capture import Capture

#: The largest films and streams played: 4K of cinemas and telephones. Decoders hold ten frames and more at
#: 1.5 to 3 bytes a pixel, OpenCV two at 3: 223 MB for 3840×2160 (H.264), 423 to 690 MB for 5312×2988.
MAX_FILM_MEGAPIXELS = 9
#: Frames with a longer side are reduced to it, as pictures are.
MAX_FRAME_SIDE_PX = 4096
#: Pixels more than this many times as wide as high (or as high as wide) are a mistake in the header.
_MOST_UNEQUAL = 4.0
#: Less than this is not worth resampling every frame: a face stretched by 1 % is the same face.
_NOT_SEEN = 0.01


def pixel_aspect(capture: Capture) -> float:
    """Width of a pixel by its height, in the pictures that `capture` gives; 1 where nothing believable is said.

    The container and the codec state it for frames as they are stored, and OpenCV hands it on like
    that, although it has turned the pictures of telephones by then.
    """
    width, height = capture.get(cv2.CAP_PROP_SAR_NUM), capture.get(cv2.CAP_PROP_SAR_DEN)
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        return 1.0  # cameras say 0 or −1, and 0:1 means unknown
    aspect = width / height
    if not 1 / _MOST_UNEQUAL <= aspect <= _MOST_UNEQUAL or abs(aspect - 1) < _NOT_SEEN:
        return 1.0
    return 1 / aspect if _is_turned_sideways(capture) else aspect


def _is_turned_sideways(capture: Capture) -> bool:
    if capture.get(cv2.CAP_PROP_ORIENTATION_AUTO) != 1:
        return False
    turned = capture.get(cv2.CAP_PROP_ORIENTATION_META)
    return math.isfinite(turned) and round(turned) % 180 == 90


def shown_size(width: int, height: int, aspect: float) -> tuple[int, int]:
    """(width, height) of a frame with square pixels, both ≤ `MAX_FRAME_SIDE_PX`.

    The shorter side of a pixel is lengthened, so that nothing that was filmed is lost.

    Args:
        width: of the frame as it was decoded, px.
        height: likewise.
        aspect: as `pixel_aspect` gives it.

    Example:
        >>> shown_size(360, 360, 16 / 9), shown_size(720, 480, 8 / 9)
        ((640, 360), (720, 540))
    """
    square = (width * max(aspect, 1.0), height * max(1 / aspect, 1.0))
    factor = min(1.0, MAX_FRAME_SIDE_PX / max(square))
    return max(1, round(square[0] * factor)), max(1, round(square[1] * factor))


def as_shown(picture: ImageArray, aspect: float) -> ImageArray:
    """`picture`, uint8 (H, W, 3), with square pixels and both sides ≤ `MAX_FRAME_SIDE_PX`; itself if it has."""
    height, width = picture.shape[:2]
    size = shown_size(width, height, aspect)
    if size == (width, height):
        return picture
    method = cv2.INTER_AREA if size[0] * size[1] < width * height else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)


def refuse_oversized(width: int, height: int, name: str) -> None:
    """Refuse a film before its first frame is decoded.

    Args:
        width: of its frames, px.
        height: likewise.
        name: what to call the film.

    Raises:
        DataError: its frames have more than `MAX_FILM_MEGAPIXELS`.
    """
    if width * height > MAX_FILM_MEGAPIXELS * 1_000_000:
        raise DataError(
            f"{name} has frames of {width}×{height} = {width * height / 1e6:.0f} megapixels, "
            f"more than the {MAX_FILM_MEGAPIXELS} facecam plays",
            hint="Make a smaller copy, for example `ffmpeg -i FILM -vf scale=1920:-2 SMALLER.mp4`.",
        )


def refuse_oversized_capture(capture: Capture, name: str) -> None:
    """`refuse_oversized` for what is open already; it is closed when it is refused."""
    width, height = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
    if not (math.isfinite(width) and math.isfinite(height)):
        return
    try:
        refuse_oversized(round(width), round(height), name)
    except DataError:
        capture.release()
        raise
