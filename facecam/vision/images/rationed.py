"""A picture's file of which a decoder may read so much, in so many pieces, and no more.

What a picture needs is bound by its pixels. Notes beside them are not: in PNG one alone may have 2 GB, in JPEG there
may be any number, and WebP, AVIF and HEIC are read whole before anybody knows how large the picture is.
"""

from __future__ import annotations

import os
from typing import Any, BinaryIO, Final

from facecam.vision.images.limits import TooLarge

#: Until a picture's size is known; the largest WebP without loss, of noise, has 100 MB.
_MOST_BYTES: Final = 128_000_000
#: A read of a few bytes takes 2 μs. Cameras and programs write some dozens of pieces.
_MOST_READS: Final = 1_000_000
#: Of a pixel, uncompressed: four values of 32 bits.
_PIXEL_BYTES: Final = 16


class RationedFile:
    """A file that refuses to be read without end.

    Attributes:
        whole: the file without a limit, open for reading, seekable.
    """

    def __init__(self, whole: BinaryIO) -> None:
        self.whole = whole
        self._bytes, self._reads = _MOST_BYTES, _MOST_READS

    def allow(self, size: tuple[int, int]) -> None:
        """Let pixels of one more picture of so many px (width, height) be read."""
        self._bytes = _MOST_BYTES + _PIXEL_BYTES * size[0] * size[1]
        self._reads = _MOST_READS

    def read(self, size: int | None = -1) -> bytes:
        """At most `size` bytes; None or negative: the rest.

        Raises:
            TooLarge: more, or in more pieces, than any picture needs.
        """
        wanted = self._rest() if size is None or size < 0 else size
        if wanted > self._bytes:
            wanted = min(wanted, self._rest())
        if wanted > self._bytes:
            raise _too_much()
        content = self.whole.read(wanted)
        self._take(len(content))
        return content

    def readline(self, size: int | None = -1) -> bytes:
        """As that of a file; see `read`."""
        most = self._bytes + 1
        content = self.whole.readline(most if size is None or size < 0 else min(size, most))
        self._take(len(content))
        return content

    def _rest(self) -> int:
        here = self.whole.tell()
        rest = self.whole.seek(0, os.SEEK_END) - here
        self.whole.seek(here)
        return rest

    def _take(self, size: int) -> None:
        self._bytes -= size
        self._reads -= 1
        if self._bytes < 0 or self._reads < 0:
            raise _too_much()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)  # seek, tell, fileno …


def _too_much() -> TooLarge:
    return TooLarge("holds more beside its pixels than facecam reads")
