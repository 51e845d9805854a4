"""Face regions: whose faces a photo program wrote into a picture, as XMP, or into a file beside it.

digiKam, Lightroom and Picasa write `mwg-rs:RegionInfo` (Metadata Working
Group, Guidelines for Handling Image Metadata 2.0, 2010), digiKam and Windows
`MP:RegionInfo` (Microsoft Photo Region Schema). Whatever is not as it should
be is no region; XML with a document type, and so with entities, is refused.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from facecam.core.encryption import at_rest
from facecam.core.types import Box
from facecam.vision.images.read import xmp_and_orientation
from facecam.vision.images.xml_tree import xml_tree

#: More than programs write; a packet of a picture in JPEG holds 64 KiB at most.
_MOST_BYTES: Final = 2_000_000
_MOST_REGIONS: Final = 500
_LONGEST_NAME: Final = 300

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MWG = "http://www.metadataworkinggroup.com/schemas/regions/"
_AREA = "http://ns.adobe.com/xmp/sType/Area#"
_MPREG = "http://ns.microsoft.com/photo/1.2/t/Region#"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FaceRegion:
    """A face with a name.

    Attributes:
        name: as it was written.
        place: sides as shares of the upright picture.
    """

    name: str
    place: Box


def face_regions(photo: Path) -> tuple[FaceRegion, ...]:
    """The named faces that a photo program wrote into a picture or beside it; empty where there are none.

    Never raises for what is in the files.
    """
    packets, orientation = _packets(photo)
    regions: dict[tuple[str, tuple[int, ...]], FaceRegion] = {}
    for packet in packets:
        for region in regions_in(packet, orientation):
            key = tuple(round(50 * side) for side in region.place.sides)
            regions.setdefault((region.name, key), region)
    return tuple(regions.values())[:_MOST_REGIONS]


def regions_in(packet: bytes, orientation: int = 1) -> tuple[FaceRegion, ...]:
    """The named faces in an XMP packet.

    Args:
        packet: the XML.
        orientation: of the picture by EXIF, 1…8: regions are those of the picture as it is stored.
    """
    root = _parsed(packet)
    if root is None:
        return ()
    found = (_region(element, orientation) for element in root.iter())
    return tuple(region for region in found if region is not None)[:_MOST_REGIONS]


# ---------------------------------------------------------------------- files


def _packets(photo: Path) -> tuple[list[bytes], int]:
    """The XMP of a picture and of files beside it, and how the picture is to be turned."""
    packets: list[bytes] = []
    orientation = 1
    try:
        packet, orientation = xmp_and_orientation(photo)
        packets.append(packet)
    except (
        Exception
    ) as error:  # As `read_picture`, which says what is wrong with it: decoders raise anything.
        _log.info("no names in %s: %s", photo, error)
    for beside in (photo.with_name(f"{photo.name}.xmp"), photo.with_suffix(".xmp")):
        try:
            if beside.is_file() and beside.stat().st_size <= _MOST_BYTES:
                packets.append(at_rest.read_bytes(beside))
        except (OSError, ValueError) as error:
            _log.info("no names in %s: %s", beside, error)
    return packets, orientation


# ---------------------------------------------------------------------- XML


def _parsed(packet: bytes) -> Element | None:
    """The tree of a packet; None for what is none."""
    packet = packet.rstrip(b"\0 \r\n\t")
    if not packet or len(packet) > _MOST_BYTES:
        return None
    try:
        return xml_tree(packet)
    except ValueError as error:
        _log.info("no XMP: %s", error)
        return None


def _region(element: Element, orientation: int) -> FaceRegion | None:
    """The region that an entry of a list is; None for anything else."""
    if element.tag != f"{_RDF}}}li":
        return None
    values = _properties(element)
    name = values.get(f"{_MWG}}}Name") or values.get(f"{_MPREG}}}PersonDisplayName") or ""
    name = " ".join(name.split())[:_LONGEST_NAME]
    if not name or values.get(f"{_MWG}}}Type", "Face").casefold() != "face":
        return None
    place = _microsoft_place(values) or _mwg_place(values)
    if place is None:
        return None
    return FaceRegion(name, _upright(place, orientation))


def _properties(element: Element, depth: int = 0) -> dict[str, str]:
    """What an entry says, as attributes or as elements, in whichever of XMP's ways it is written."""
    values = dict(element.attrib)
    for child in element:
        if child.tag == f"{_RDF}}}li" or depth > 4:
            continue
        text = (child.text or "").strip()
        if text and not len(child):
            values.setdefault(child.tag, text)
        for key, value in _properties(child, depth + 1).items():
            values.setdefault(key, value)
    return values


def _mwg_place(values: dict[str, str]) -> Box | None:
    x, y, width, height = (_number(values.get(f"{_AREA}}}{key}", "")) for key in ("x", "y", "w", "h"))
    if values.get(f"{_AREA}}}unit", "normalized") != "normalized":
        return None
    return _checked(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _microsoft_place(values: dict[str, str]) -> Box | None:
    numbers = [_number(text) for text in values.get(f"{_MPREG}}}Rectangle", "").split(",")]
    if len(numbers) != 4:
        return None
    left, top, width, height = numbers
    return _checked(left, top, left + width, top + height)


def _number(text: str) -> float:
    try:
        return float(text.strip())
    except ValueError:
        return math.nan


def _checked(left: float, top: float, right: float, bottom: float) -> Box | None:
    sides = (left, top, right, bottom)
    if not all(math.isfinite(side) and -0.5 <= side <= 1.5 for side in sides):
        return None
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in sides)
    return Box(left, top, right, bottom) if left < right and top < bottom else None


def _upright(place: Box, orientation: int) -> Box:
    """A place of the stored picture as one of the upright one."""
    corners = [_turned(x, y, orientation) for x, y in ((place.left, place.top), (place.right, place.bottom))]
    (x1, y1), (x2, y2) = corners
    return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _turned(x: float, y: float, orientation: int) -> tuple[float, float]:
    """Where a point, as shares of the stored picture, is once it is turned upright by its EXIF orientation."""
    return {
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }.get(orientation, (x, y))
