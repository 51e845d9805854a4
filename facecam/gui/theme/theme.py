"""Theme: colors and distances of the window, light and dark, in one place."""

from __future__ import annotations

import functools
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from facecam.gui.theme.palette import DARK, LIGHT, Colors
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
        #: The colours in force.
        self.colors = LIGHT
        self._applied: Colors | None = None

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self.colors is DARK

    def apply(self, wanted: ThemeName) -> None:
        """Give the application the palette and the stylesheet of a theme."""
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            raise RuntimeError("a theme needs a QApplication")
        self._wanted = wanted
        hints = QGuiApplication.styleHints()
        # Sent again and again by some platforms; a unique connection keeps it to one.
        hints.colorSchemeChanged.connect(self._on_system_changed, Qt.ConnectionType.UniqueConnection)
        self.colors = DARK if self._wants_dark() else LIGHT
        if self._applied is self.colors:
            return
        self._applied = self.colors
        # Rows of buttons are laid out anew: a question's Cancel would lose the focus, and with it Return, to Delete.
        focused = [widget for window in application.topLevelWidgets() if (widget := window.focusWidget())]
        application.setStyle("Fusion")
        application.setPalette(_palette(self.colors))
        application.setStyleSheet(stylesheet(self.colors, QFontInfo(application.font()).pointSizeF()))
        for widget in focused:
            widget.setFocus()
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


def colors() -> Colors:
    """The colours in force."""
    return theme().colors


def color(name: str) -> QColor:
    """A colour of the theme in force by its name in `Colors`."""
    return QColor(getattr(colors(), name))


def _palette(colors: Colors) -> QPalette:
    palette, role, group = QPalette(), QPalette.ColorRole, QPalette.ColorGroup
    for where, value in (
        (role.Window, colors.window),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.window),
        (role.Text, colors.text),
        (role.Button, colors.raised),
        (role.ButtonText, colors.text),
        (role.ToolTipBase, colors.raised),
        (role.ToolTipText, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Link, colors.accent),
        (role.LinkVisited, colors.accent),
        (role.Accent, colors.accent),
        (role.Mid, colors.border),
        (role.Dark, colors.border),
        (role.Light, colors.raised),
    ):
        palette.setColor(where, QColor(value))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, where, QColor(colors.muted))
    return palette
