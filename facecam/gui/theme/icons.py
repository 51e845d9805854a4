"""Icons: SVG lines drawn in the colors of the theme."""

from __future__ import annotations

import functools
import weakref
from typing import Protocol

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from facecam.gui.theme.palette import Colors
from facecam.gui.theme.stylesheet import ICON_FOLDER
from facecam.gui.theme.theme import colors, theme

#: Device pixels: one for normal and one for high-DPI screens, for small and large places.
_SIZES_PX = (16, 20, 24, 32, 48, 64)


class TakesIcon(Protocol):
    """A button, action or tab that shows an icon."""

    def setIcon(self, icon: QIcon, /) -> None: ...


def icon(name: str, role: str = "text") -> QIcon:
    """The icon `assets/icons/<name>.svg` in a colour of the theme in force.

    Args:
        name: file name without ending.
        role: attribute of `Colors`.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    result = QIcon()
    current = colors()
    for size_px in _SIZES_PX:
        result.addPixmap(icon_pixmap(name, getattr(current, role), size_px))
        muted = icon_pixmap(name, current.border, size_px)
        result.addPixmap(muted, QIcon.Mode.Disabled)
    return result


@functools.cache
def _source(name: str) -> str:
    # A file of a few hundred bytes that belongs to the program.
    return (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=1024)
def icon_pixmap(name: str, color: str, size_px: int) -> QPixmap:
    """An icon as a square picture of `size_px` device pixels in the colour `#rrggbb`."""
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return pixmap


class _Wearers:
    """Who shows which icon, so that a change of theme repaints them."""

    def __init__(self) -> None:
        self._worn: weakref.WeakKeyDictionary[TakesIcon, tuple[str, str]] = weakref.WeakKeyDictionary()
        theme().changed.connect(self.refresh)

    def put(self, wearer: TakesIcon, name: str, role: str) -> None:
        self._worn[wearer] = (name, role)
        wearer.setIcon(icon(name, role))

    def refresh(self) -> None:
        from shiboken6 import isValid

        for wearer, (name, role) in list(self._worn.items()):
            if isValid(wearer):
                wearer.setIcon(icon(name, role))


@functools.cache
def _wearers() -> _Wearers:
    return _Wearers()


def set_icon(wearer: TakesIcon, name: str, role: str = "text") -> None:
    """Give a button or action an icon that follows the theme; call again to change it."""
    if not hasattr(Colors, role):
        raise ValueError(f"there is no colour {role!r}")
    _wearers().put(wearer, name, role)
