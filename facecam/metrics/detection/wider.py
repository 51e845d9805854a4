"""Boxes in the text format of WIDER FACE."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from facecam.core.errors import DataError
from facecam.core.paths import printable, readable_os_errors
from facecam.metrics.detection.marked import MarkedPicture
from facecam.vision.images.read import is_picture_name

_FORM = "It should say a picture, the number of its faces, then a line `left top width height …` for each."
#: Fields of a face in the published files; the eighth says that the box is no good.
_ALL_FIELDS, _INVALID = 10, 7
_LONGEST_LINE = 4096
Row = tuple[tuple[float, float, float, float], bool]


def read_wider(path: Path) -> list[MarkedPicture]:
    """Read a list of boxes.

    For each picture: its path, the number of faces, and a line
    `left top width height blur expression illumination invalid occlusion pose`
    for each, px; the last six may be left out. `invalid` faces and those
    without any size are ignored later. A picture without faces has the number
    0, in the published files with a line of zeros after it. Empty lines are
    skipped. (Format: readme of wider_face_split, Yang et al. 2016)

    Raises:
        DataError: unreadable or malformed; the message names the line.
    """
    pictures = list(_WiderReader(path).pictures())
    if not pictures:
        raise DataError(f"{printable(str(path))} holds no boxes", hint=_FORM)
    return pictures


class _WiderReader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = self._ahead_number = 0
        self._lines = self._numbered()
        self._ahead: str | None = next(self._lines, None)

    def pictures(self) -> Iterator[MarkedPicture]:
        seen: set[str] = set()
        while (name := self._next()) is not None:
            line = self._number
            if not is_picture_name(name):
                self._fail(f"expected the path of a picture. Received: {printable(name[:60])}")
            if name in seen:
                self._fail(f"{printable(name)} is listed a second time", "List each picture once.")
            seen.add(name)
            rows = [self._row() for _ in range(self._count())]
            if not rows:
                self._skip_zeros()
            yield MarkedPicture.of(name, [row[0] for row in rows], [row[1] for row in rows], f"line {line}")

    def _count(self) -> int:
        text = self._next()
        if text is None or not (text.isascii() and text.isdigit()):
            self._fail("expected the number of faces", _FORM)
        return int(text)

    def _row(self) -> Row:
        text = self._next()
        if text is None or is_picture_name(text):
            self._fail("fewer faces than their number says")
        values = self._values(text)
        left, top, width, height = values[:4]
        if width < 0 or height < 0:
            self._fail("a width or height below 0", "Write left, top, width and height of the box, px.")
        invalid = len(values) == _ALL_FIELDS and values[_INVALID] != 0
        return (left, top, left + width, top + height), invalid or width == 0 or height == 0

    def _values(self, text: str) -> list[float]:
        try:
            values = [float(field) for field in text.split()]
        except ValueError:
            values = []
        if len(values) not in (4, _ALL_FIELDS) or not all(math.isfinite(value) for value in values):
            self._fail(f"expected 4 or {_ALL_FIELDS} numbers. Received: {printable(text[:60])}")
        return values

    def _skip_zeros(self) -> None:
        if self._ahead is not None and set(self._ahead.split()) == {"0"}:
            self._next()

    def _next(self) -> str | None:
        text = self._ahead
        if text is not None:
            self._number = self._ahead_number
            self._ahead = next(self._lines, None)
        return text

    def _numbered(self) -> Iterator[str]:
        with readable_os_errors("read the boxes", self._path), open(self._path, "rb") as file:
            # By pieces of a length: a file that is no list may be one line of any.
            lines = iter(lambda: file.readline(_LONGEST_LINE + 1), b"")
            for self._ahead_number, line in enumerate(lines, start=1):
                if text := self._decoded(line, first=self._ahead_number == 1):
                    yield text

    def _decoded(self, line: bytes, *, first: bool) -> str:
        try:
            if len(line) > _LONGEST_LINE:
                raise ValueError
            return line.decode("utf-8-sig" if first else "utf-8").strip()
        except ValueError:
            self._number = self._ahead_number
            self._fail("not a line of text", "Name the text file with the boxes, saved as UTF-8.")

    def _fail(self, problem: str, cure: str = _FORM) -> NoReturn:
        raise DataError(f"{printable(str(self._path))}, line {max(1, self._number)}: {problem}", hint=cure)
