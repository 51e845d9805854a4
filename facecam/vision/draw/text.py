"""Names in any script as pixels.

Two ways to draw: Pillow with a font of the system, which shapes and orders
every script rightly, and OpenCV's built-in font, which needs nothing
installed and knows Latin, Greek, Cyrillic, Chinese, Japanese and Korean, but
sets Arabic and Hebrew from left to right. Whichever lacks no letter is used.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from facecam.core.home import expanded

Mask = NDArray[np.uint8]

#: Of a line, the rest is cut off.
MAX_LETTERS = 60
_JOINER = "\u200d"
_log = logging.getLogger(__name__)
#: Looked for first, in this order, by file name without ending.
_PREFERRED_FONTS = (
    "dejavusans", "notosans-regular", "segoeui", "sfns", "arial", "helvetica", "liberationsans-regular",
    "roboto-regular", "freesans",
)  # fmt: skip
_UNSUITABLE = re.compile(
    r"bold|italic|oblique|mono|serif|condensed|black|light|thin|emoji|math|symbol|icon", re.IGNORECASE
)
_MAX_OTHER_FONTS = 150
_PROBE_SIZE_PX = 24
#: Neither OpenCV's font cache nor FreeType faces may be used by two threads at once.
_drawing = threading.Lock()


def text_mask(text: str, size_px: int) -> Mask:
    """Draw one line of text.

    Args:
        text: anything; line breaks and controls become blanks, letters that no
            font has become `?`, more than 60 letters are cut.
        size_px: size of the font, px, ≥ 4.

    Returns:
        uint8 (1.4 × `size_px`, W), 255 where the ink is, W as the text needs.
    """
    line = one_line(text)
    # With "A", so that a damaged font is found out even when only ASCII is asked of it.
    letters = "".join(sorted({"A", *filter(_needs_glyph, line)}))
    with _drawing:
        font_path = _font_for(letters)
        if font_path is not None:
            try:
                return _drawn_by_pillow(line, _pillow_font(font_path, size_px))
            except OSError as error:
                _log.debug("the font %s can no longer be used: %s", font_path, error)
        return _drawn_by_opencv(line, size_px)


def one_line(text: str) -> str:
    """`text` composed (NFC), without controls and half characters, at most 60 letters."""
    composed = unicodedata.normalize("NFC", text)
    # OpenCV takes the process down when given a lone surrogate.
    whole = "".join("?" if unicodedata.category(letter) == "Cs" else letter for letter in composed)
    spaced = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in whole
    )
    line = " ".join(spaced.split())
    return shortened(line, MAX_LETTERS)


def shortened(text: str, most: int) -> str:
    """`text`, or its beginning with an ellipsis, at most so many letters; no letter is parted from its marks."""
    if len(text) <= most:
        return text
    cut = most - 1
    while cut > 1 and (unicodedata.category(text[cut]) in ("Mn", "Mc", "Cf") or text[cut - 1] == _JOINER):
        cut -= 1
    return text[:cut].rstrip() + "…"


def _needs_glyph(letter: str) -> bool:
    # Every font has ASCII; joiners and direction marks (Cf) are instructions, not letters.
    return letter > "\x7f" and not letter.isspace() and unicodedata.category(letter) != "Cf"


# --- which font


@lru_cache(maxsize=1024)
def _font_for(letters: str) -> str | None:
    """Path of the font to use for these letters, or None for OpenCV's own."""
    preferred, others = _system_fonts()
    tried: list[tuple[int, str | None]] = []
    for candidate in (*preferred, None, *others):
        missing = sum(not _has(candidate, letter) for letter in letters)
        if missing == 0:
            return candidate
        tried.append((missing, candidate))
    return min(tried, key=lambda option: option[0])[1]


@lru_cache(maxsize=8192)
def _has(font_path: str | None, letter: str) -> bool:
    if font_path is None:
        return not np.array_equal(_opencv_glyph(letter), _opencv_glyph("?"))
    try:
        font = _pillow_font(font_path, _PROBE_SIZE_PX)
        return _pillow_glyph(font, letter) != _pillow_glyph(font, "\uffff")  # never a letter
    except (OSError, ValueError):
        return False  # damaged, or with pictures of fixed size instead of outlines


def _pillow_glyph(font: ImageFont.FreeTypeFont, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


def _opencv_glyph(letter: str) -> Mask:
    canvas = np.zeros((2 * _PROBE_SIZE_PX, 4 * _PROBE_SIZE_PX), np.uint8)
    cv2.putText(canvas, letter, (_PROBE_SIZE_PX, _PROBE_SIZE_PX), (255,), _opencv_font(), _PROBE_SIZE_PX, 400)
    return canvas


@lru_cache(maxsize=1)
def _system_fonts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(preferred, other) font files; the folders are searched once."""
    by_stem = {path.stem.lower(): str(path) for path in _font_files()}
    preferred = [by_stem.pop(stem) for stem in _PREFERRED_FONTS if stem in by_stem]
    others = [by_stem[stem] for stem in sorted(by_stem) if not _UNSUITABLE.search(stem)]
    return tuple(preferred), tuple(others[:_MAX_OTHER_FONTS])


def _font_files() -> Iterator[Path]:
    for folder in _font_folders():
        for place, _, names in os.walk(folder):
            yield from (
                Path(place, name) for name in names if name.lower().endswith((".ttf", ".otf", ".ttc"))
            )


def _font_folders() -> list[Path]:
    home = expanded("~")
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home))
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", local / r"Microsoft\Windows\Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    ]


@lru_cache(maxsize=256)
def _pillow_font(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)


@lru_cache(maxsize=1)
def _opencv_font() -> cv2.FontFace:
    return cv2.FontFace("sans")


# --- drawing


def _line_box(size_px: int) -> tuple[int, int]:
    """(height of the line, height of the baseline in it), px."""
    return round(1.4 * size_px), round(1.05 * size_px)


def _drawn_by_pillow(line: str, font: ImageFont.FreeTypeFont) -> Mask:
    known = "".join(
        "?" if _needs_glyph(letter) and not _has(str(font.path), letter) else letter for letter in line
    )
    height, baseline = _line_box(int(font.size))
    canvas = Image.new("L", (max(1, round(font.getlength(known))), height))
    ImageDraw.Draw(canvas).text((0, baseline), known, fill=255, font=font, anchor="ls")
    return np.asarray(canvas, np.uint8)


def _drawn_by_opencv(line: str, size_px: int) -> Mask:
    height, baseline = _line_box(size_px)
    unlimited = (1 << 20, 1 << 20)
    _, _, width, _ = cv2.getTextSize(unlimited, line, (0, 0), _opencv_font(), size_px, 400)
    canvas = np.zeros((height, max(1, width + 1)), np.uint8)
    cv2.putText(canvas, line, (0, baseline), (255,), _opencv_font(), size_px, 400)
    return canvas
