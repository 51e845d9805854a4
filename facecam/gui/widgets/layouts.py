"""Layouts with their margins, their spacing and what is in them in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from facecam.gui.theme.theme import GRID_PX


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty place of this size."""

    px: int


#: px: one for all sides, or left, top, right, bottom.
Margins = int | tuple[int, int, int, int]
#: What a layout holds: a widget or layout, perhaps with its share of the room (and its place in that); a number alone
#: is an empty stretch of that share.
Part = QWidget | QLayout | Gap | int | tuple[QWidget | QLayout, int] | tuple[QWidget, int, Qt.AlignmentFlag]
_Box = TypeVar("_Box", bound=QBoxLayout)
#: Of most dialogs.
IN_DIALOG: Margins = (3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX)


def vertical(
    parent: QWidget | None, *parts: Part, margins: Margins | None = None, spacing: int | None = None
) -> QVBoxLayout:
    """One below the other; what is not given is the style's."""
    return _filled(QVBoxLayout(parent) if parent is not None else QVBoxLayout(), parts, margins, spacing)


def horizontal(
    parent: QWidget | None, *parts: Part, margins: Margins | None = None, spacing: int | None = None
) -> QHBoxLayout:
    """One beside the other; what is not given is the style's."""
    return _filled(QHBoxLayout(parent) if parent is not None else QHBoxLayout(), parts, margins, spacing)


def below(*parts: Part, margins: Margins | None = None, spacing: int | None = None) -> QVBoxLayout:
    """`vertical` for a part of another layout."""
    return vertical(None, *parts, margins=margins, spacing=spacing)


def beside(*parts: Part, margins: Margins | None = None, spacing: int | None = None) -> QHBoxLayout:
    """`horizontal` for a part of another layout."""
    return horizontal(None, *parts, margins=margins, spacing=spacing)


def held(layout: QLayout) -> QWidget:
    """A widget for a layout, where one is wanted."""
    holder = QWidget()
    holder.setLayout(layout)
    return holder


def stacked(*pages: QWidget) -> QStackedWidget:
    """Pages, of which one is shown at a time."""
    stack = QStackedWidget()
    for page in pages:
        stack.addWidget(page)
    return stack


def scrolling(inside: QWidget, *, sideways: bool = False) -> QScrollArea:
    """A view of what may be higher than its room, and wider if it may be scrolled `sideways`."""
    area = QScrollArea(widgetResizable=True)
    if not sideways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area


def fill(layout: QBoxLayout, *parts: Part) -> None:
    """Put parts into a layout, one after the other."""
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        elif isinstance(part, Gap):
            layout.addSpacing(part.px)
        else:
            what, *how = part if isinstance(part, tuple) else (part,)
            add: Callable[..., None] = layout.addLayout if isinstance(what, QLayout) else layout.addWidget
            add(what, *how)


def _filled(layout: _Box, parts: Sequence[Part], margins: Margins | None, spacing: int | None) -> _Box:
    if margins is not None:
        layout.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    if spacing is not None:
        layout.setSpacing(spacing)
    fill(layout, *parts)
    return layout
