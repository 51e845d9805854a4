"""Findings as one picture, or as one page that opens in any browser."""

from __future__ import annotations

import base64
import html
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from facecam.core.errors import ConfigError, DataError
from facecam.core.events import NEVER, CancelToken
from facecam.core.home import ASSETS
from facecam.core.paths import atomic_write, make_folder, printable
from facecam.core.types import ImageArray
from facecam.core.words import counted
from facecam.engine.audit.findings import DataHealth, Finding
from facecam.vision.draw.text import text_mask
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import write_picture

PAGE_ENDINGS: Final = (".html", ".htm")
PICTURE_ENDINGS: Final = (".jpg", ".jpeg", ".png")
#: Findings shown at most: a picture of more would be taller than programs open.
MOST_SHOWN = 120

_THUMB_PX, _GAP_PX, _TEXT_PX = 120, 12, 15
_PHOTOS_SHOWN = 6
_LETTERS_AT_ONCE, _BLANK_PX = 56, 4
_WIDTH_PX = _GAP_PX + _PHOTOS_SHOWN * (_THUMB_PX + _GAP_PX)
_ROW_PX = 2 * round(1.4 * _TEXT_PX) + _THUMB_PX + 2 * _GAP_PX
_INK, _FAINT, _PAPER, _EMPTY = (27, 31, 36), (91, 98, 107), (255, 255, 255), (226, 229, 233)
_THUMB_QUALITY = 85
_PAGE_HEAD = ASSETS / "contact_sheet.html"


def require_sheet_name(path: Path) -> None:
    """Raise now rather than after a minute's work.

    Raises:
        ConfigError: the ending is of no kind of sheet there is.
    """
    if path.suffix.lower() not in (*PAGE_ENDINGS, *PICTURE_ENDINGS):
        raise ConfigError(
            f"a contact sheet cannot be written as {printable(path.name)}",
            hint="Name a file that ends in .jpg, .png or .html.",
        )


def is_page(path: Path) -> bool:
    """Whether the sheet is a page, which shows all findings, rather than a picture."""
    return path.suffix.lower() in PAGE_ENDINGS


def write_contact_sheet(health: DataHealth, path: Path, cancel: CancelToken = NEVER) -> Path:
    """Show every finding with its photos, as a picture or a page, by the ending; returns the path.

    Raises:
        ConfigError: another ending.
        DataError: disk full or no permission; a file that was there before stays.
    """
    require_sheet_name(path)
    if is_page(path):
        content = _page(health, cancel).encode()
        make_folder(path.parent)
        atomic_write(path, content)
    else:
        write_picture(draw_sheet(health.findings, cancel), path)
    return path


def draw_sheet(findings: Sequence[Finding], cancel: CancelToken = NEVER) -> ImageArray:
    """A row per finding: what it is, whose, and its photos, the doubtful one first.

    Returns:
        uint8 (H, 804, 3) RGB.
    """
    shown = findings[:MOST_SHOWN]
    sheet = np.full((_ROW_PX * max(1, len(shown)) + _GAP_PX, _WIDTH_PX, 3), _PAPER, np.uint8)
    if not shown:
        _write(sheet, "Nothing was found.", _GAP_PX, _GAP_PX, _INK)
    for index, finding in enumerate(shown):
        cancel.check()
        top = _GAP_PX + index * _ROW_PX
        _write(sheet, f"{finding.person}: {finding.kind}", _GAP_PX, top, _INK)
        _write(sheet, finding.text, _GAP_PX, top + round(1.4 * _TEXT_PX), _FAINT)
        for place, photo in enumerate(finding.photos[:_PHOTOS_SHOWN]):
            left = _GAP_PX + place * (_THUMB_PX + _GAP_PX)
            _paste(sheet, thumb(photo), left, top + 2 * round(1.4 * _TEXT_PX) + 4)
    return sheet


def thumb(photo: Path, side_px: int = _THUMB_PX) -> ImageArray:
    """A photo at most `side_px` wide and high; a grey square for one that cannot be read."""
    try:
        image = read_picture(photo, max_side_px=4 * side_px)
    except DataError:
        return np.full((side_px, side_px, 3), _EMPTY, np.uint8)
    scale = side_px / max(image.shape[:2])
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _paste(sheet: ImageArray, picture: ImageArray, left: int, top: int) -> None:
    height, width = picture.shape[:2]
    sheet[top : top + height, left : left + width] = picture


def _write(sheet: ImageArray, text: str, left: int, top: int, ink: tuple[int, int, int]) -> None:
    """One line, cut at the sheet's edge; in pieces, since `text_mask` cuts long ones."""
    for piece in textwrap.wrap(printable(text), _LETTERS_AT_ONCE):
        mask = text_mask(piece, _TEXT_PX)[:, : max(0, sheet.shape[1] - left)]
        area = sheet[top : top + mask.shape[0], left : left + mask.shape[1]]
        cover = mask[: area.shape[0], :, None] / 255.0
        area[:] = np.round(area * (1 - cover) + np.array(ink) * cover)
        left += mask.shape[1] + _BLANK_PX


# ---------------------------------------------------------------------- a page


def _page(health: DataHealth, cancel: CancelToken) -> str:
    rows = []
    for finding in health.findings:
        cancel.check()
        rows.append(_page_row(finding))
    body = "\n".join(rows) or "<p>Nothing was found.</p>"
    photos = sum(person.photos for person in health.people)
    numbers = ((len(health.people), "person"), (photos, "photo"), (len(health.findings), "finding"))
    summary = ", ".join(counted(count, noun) for count, noun in numbers)
    head = _PAGE_HEAD.read_text(encoding="utf-8")
    return f"{head}<h1>Photos to look at</h1>\n<p>{summary}</p>\n{body}\n</body></html>\n"


def _page_row(finding: Finding) -> str:
    pictures = "".join(
        f'<figure><img src="{_embedded(photo)}" alt=""><figcaption>{_escaped(photo.name)}</figcaption></figure>'
        for photo in finding.photos[:_PHOTOS_SHOWN]
    )
    title = f"<b>{_escaped(finding.person)}</b> <i>{finding.kind}</i>"
    words = f"{_escaped(finding.text)} <small>{_escaped(finding.hint)}</small>"
    return f"<section><h2>{title}</h2><p>{words}</p>{pictures}</section>"


def _escaped(text: str) -> str:
    return html.escape(printable(text))


def _embedded(photo: Path) -> str:
    """The picture inside the page, so that the page can be moved and sent."""
    bgr = cv2.cvtColor(thumb(photo, 2 * _THUMB_PX), cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _THUMB_QUALITY])
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode()}"
