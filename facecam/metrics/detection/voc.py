"""Boxes in the XML format of Pascal VOC: one file per picture."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from facecam.core.errors import DataError
from facecam.core.paths import printable, readable_os_errors
from facecam.metrics.detection.marked import MarkedPicture

_FORM = "It should be <annotation> with <filename>, and an <object> with <name> and <bndbox> for each face."
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
#: Far more than any such file has; what is longer is something else.
_MOST_BYTES = 8 << 20


def read_voc(paths: Iterable[Path], label: str = "face") -> list[MarkedPicture]:
    """Read boxes of pictures, one file each.

    Corners count from 1 and belong to the box, as in the published files.
    Objects marked `difficult` are ignored later; objects of other names are
    left out. A file without `<filename>` means a picture of its own name.

    Args:
        paths: the files.
        label: name of the objects that are faces, in any case.

    Raises:
        DataError: one is unreadable or malformed (the message names the line), or no object has that name.
    """
    pictures: list[MarkedPicture] = []
    names: Counter[str] = Counter()
    for path in paths:
        content = _content(path)
        annotation = _Parser(path).read(content)
        names.update(one.name.lower() for one in annotation.objects)
        faces = [one for one in annotation.objects if one.name.lower() == label.lower()]
        boxes = [one.box() for one in faces]
        name = annotation.filename or f"{path.stem}.jpg"
        pictures.append(MarkedPicture.of(name, boxes, [one.difficult for one in faces], path.name))
    if names and label.lower() not in names:
        there = ", ".join(printable(name) for name, _ in names.most_common(5))
        raise DataError(
            f"no object is called {printable(label)}; there are {there}", hint="Name them with --label."
        )
    return pictures


def _content(path: Path) -> bytes:
    with readable_os_errors("read the boxes", path), open(path, "rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise DataError(f"{printable(str(path))} is too long for boxes of one picture", hint=_FORM)
    return content


@dataclass(slots=True)
class _Object:
    name: str = ""
    difficult: bool = False
    corners: dict[str, float] = field(default_factory=dict)

    def box(self) -> tuple[float, float, float, float]:
        left, top, right, bottom = (self.corners[name] for name in _CORNERS)
        return left - 1, top - 1, right, bottom


@dataclass(slots=True)
class _Annotation:
    filename: str = ""
    objects: list[_Object] = field(default_factory=list)


class _Parser:
    """expat itself, since it knows the line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: list[str] = []
        self._text: list[str] = []
        self._found = _Annotation()
        self._expat = expat.ParserCreate()
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text.append
        # Entities can make a small file unboundedly large, and boxes need none.
        self._expat.EntityDeclHandler = self._refuse_entities

    def read(self, content: bytes) -> _Annotation:
        try:
            self._expat.Parse(content, True)
        except expat.ExpatError as error:
            self._fail(expat.ErrorString(error.code), error.lineno)
        return self._found

    def _start(self, tag: str, _: dict[str, str]) -> None:
        if not self._open and tag != "annotation":
            self._fail(f"begins with <{printable(tag[:40])}>, not with <annotation>")
        self._open.append(tag)
        self._text.clear()
        if self._open == ["annotation", "object"]:
            self._found.objects.append(_Object())

    def _end(self, tag: str) -> None:
        path, text = self._open[1:], "".join(self._text).strip()
        self._text.clear()
        if path == ["filename"]:
            self._found.filename = text.replace("\\", "/")
        elif path == ["object"]:
            self._check(self._found.objects[-1])
        elif path[:1] == ["object"]:
            self._take(self._found.objects[-1], path[1:], text)
        self._open.pop()

    def _take(self, one: _Object, path: list[str], text: str) -> None:
        if path == ["name"]:
            one.name = text
        elif path == ["difficult"]:
            one.difficult = text not in ("", "0")
        elif path[:1] == ["bndbox"] and path[-1] in _CORNERS:
            one.corners[path[-1]] = self._number(path[-1], text)

    def _number(self, name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._fail(f"<{name}> is not a number: {printable(text[:40]) or 'empty'}")
        return value

    def _check(self, one: _Object) -> None:
        missing = [name for name in _CORNERS if name not in one.corners]
        if missing or not one.name:
            self._fail(f"an <object> without <{missing[0] if missing else 'name'}>")
        left, top, right, bottom = one.box()
        if right <= left or bottom <= top:
            self._fail("a box whose right or lower side is not beyond its left or upper one")

    def _refuse_entities(self, *_: object) -> None:
        self._fail("declares entities")

    def _fail(self, problem: str, line: int | None = None) -> NoReturn:
        number = line or self._expat.CurrentLineNumber
        raise DataError(f"{printable(str(self._path))}, line {number}: {problem}", hint=_FORM)
