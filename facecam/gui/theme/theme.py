"""Colours and distances of the window, light and dark, in one place."""

from __future__ import annotations

import functools
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from facecam.gui.theme.palette import DARK, LIGHT, Colours
from facecam.gui.theme.stylesheet import stylesheet

ThemeName = Literal["system", "light", "dark"]

#: Everything is a multiple of it, px.
GRID_PX = 8


class Theme(QObject):
    """The theme in force; `changed` tells painters to paint again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._wanted: ThemeName = "system"
        self._colours = LIGHT
        self._applied: Colours | None = None

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return self._colours

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self._colours is DARK

    def apply(self, wanted: ThemeName) -> None:
        """Give the application the palette and the stylesheet of a theme."""
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            raise RuntimeError("a theme needs a QApplication")
        self._wanted = wanted
        hints = QGuiApplication.styleHints()
        # Sent again and again by some platforms; a unique connection keeps it to one.
        hints.colorSchemeChanged.connect(self._on_system_changed, Qt.ConnectionType.UniqueConnection)
        self._colours = DARK if self._wants_dark() else LIGHT
        if self._applied is self._colours:
            return
        self._applied = self._colours
        application.setStyle("Fusion")
        application.setPalette(_palette(self._colours))
        application.setStyleSheet(stylesheet(self._colours))
        self.changed.emit()

    def _wants_dark(self) -> bool:
        if self._wanted == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._wanted == "dark"

    def _on_system_changed(self) -> None:
        if self._wanted == "system" and self._wants_dark() != self.dark:
            self.apply("system")


@functools.cache
def theme() -> Theme:
    """The one theme of the program."""
    return Theme()


def colours() -> Colours:
    """The colours in force."""
    return theme().colours


def colour(name: str) -> QColor:
    """A colour of the theme in force by its name in `Colours`."""
    return QColor(getattr(colours(), name))


def _palette(colours: Colours) -> QPalette:
    palette, role, group = QPalette(), QPalette.ColorRole, QPalette.ColorGroup
    for where, value in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.window),
        (role.Text, colours.text),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.Accent, colours.accent),
        (role.Mid, colours.border),
        (role.Dark, colours.border),
        (role.Light, colours.raised),
    ):
        palette.setColor(where, QColor(value))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, where, QColor(colours.muted))
    return palette
