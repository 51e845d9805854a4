"""Boxes in the XML format of Pascal VOC: one file per picture."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element

from facecam.core.errors import DataError
from facecam.core.paths import printable, read_short
from facecam.metrics.detection.marked import MarkedPicture
from facecam.vision.images.xml_tree import xml_tree

_FORM = "It should be <annotation> with <filename>, and an <object> with <name> and <bndbox> for each face."
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
#: Far more than any such file has; what is longer is something else.
_MOST_BYTES = 8_000_000


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
        root = _tree(path)
        objects = [(_text(one, "name").lower(), one) for one in root.findall("object")]
        boxes = {one: _box(path, one) for _, one in objects}
        names.update(name for name, _ in objects)
        faces = [one for name, one in objects if name == label.lower()]
        ignored = [_text(one, "difficult") not in ("", "0") for one in faces]
        name = _text(root, "filename").replace("\\", "/") or f"{path.stem}.jpg"
        pictures.append(MarkedPicture.of(name, [boxes[one] for one in faces], ignored, path.name))
    if names and label.lower() not in names:
        there = ", ".join(printable(name) for name, _ in names.most_common(5))
        raise DataError(
            f"no object is called {printable(label)}; there are {there}", hint="Name them with --label."
        )
    return pictures


def _tree(path: Path) -> Element:
    content = read_short(path, _MOST_BYTES, _FORM)
    try:
        root = xml_tree(content)
    except ValueError as error:
        raise DataError(f"{printable(str(path))}, {error}", hint=_FORM) from error
    if root.tag != "annotation":
        _fail(path, root, f"begins with <{printable(root.tag[:40])}>, not with <annotation>")
    return root


def _text(element: Element, tag: str) -> str:
    return element.findtext(tag, "").strip()


def _box(path: Path, one: Element) -> tuple[float, float, float, float]:
    left, top, right, bottom = (_corner(path, one, name) for name in _CORNERS)
    if not _text(one, "name"):
        _fail(path, one, "an <object> without <name>")
    if right < left or bottom < top:
        _fail(path, one, "a box whose right or lower side is not beyond its left or upper one")
    return left - 1, top - 1, right, bottom


def _corner(path: Path, one: Element, name: str) -> float:
    found = one.find(f"bndbox/{name}")
    if found is None:
        _fail(path, one, f"an <object> without <{name}>")
    text = (found.text or "").strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        _fail(path, found, f"<{name}> is not a number: {printable(text[:40]) or 'empty'}")
    return value


def _fail(path: Path, where: Element, problem: str) -> NoReturn:
    raise DataError(f"{printable(str(path))}, line {where.get('line')}: {problem}", hint=_FORM)
