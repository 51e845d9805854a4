"""Layouts with their margins and their spacing in one line."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from facecam.gui.theme.theme import GRID_PX

#: px: one for all sides, or left, top, right, bottom.
Margins = int | tuple[int, int, int, int]
#: Of most dialogs.
IN_DIALOG: Margins = (3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX)


def vertical(
    parent: QWidget | None = None, *, margins: Margins | None = None, spacing: int | None = None
) -> QVBoxLayout:
    """One below the other; what is not given is the style's."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    _measured(layout, margins, spacing)
    return layout


def horizontal(
    parent: QWidget | None = None, *, margins: Margins | None = None, spacing: int | None = None
) -> QHBoxLayout:
    """One beside the other; what is not given is the style's."""
    layout = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    _measured(layout, margins, spacing)
    return layout


def _measured(layout: QBoxLayout, margins: Margins | None, spacing: int | None) -> None:
    if margins is not None:
        layout.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    if spacing is not None:
        layout.setSpacing(spacing)
