"""Labels in the few sizes and colours there are, and icons."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from facecam.gui.theme.icons import icon_pixmap
from facecam.gui.theme.theme import colors, theme

Role = Literal["", "title", "heading", "muted", "small", "accent", "unknown", "fault"]


def label(text: str = "", role: Role = "", *, wrap: bool = False) -> QLabel:
    """A label for plain text: what users type is never read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def set_role(widget: QWidget, role: Role) -> None:
    """Change a label's look after it was made."""
    set_look(widget, "role", role)


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Set a property the stylesheet looks at, and have it looked at again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class ElidedLabel(QLabel):
    """One line that ends with … where there is no room, and then has the whole as tooltip."""

    def __init__(self, text: str = "", role: Role = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for any place."""
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, shortened."""
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        with QPainter(self) as painter:
            self.style().drawItemText(
                painter,
                area,
                int(self.alignment()),
                self.palette(),
                self.isEnabled(),
                shown,
                self.foregroundRole(),
            )


class IconLabel(QLabel):
    """An icon as sharp as the screen allows, in a colour of the theme in force.

    Args:
        icon: file in `assets/icons` without ending.
        side_px: width and height.
        role: its colour, a name in `Colors`.
    """

    def __init__(self, icon: str, side_px: int, role: str = "muted") -> None:
        super().__init__()
        self._side_px = side_px
        self.show_icon(icon, role)
        theme().changed.connect(self._draw)

    def show_icon(self, icon: str, role: str = "muted") -> None:
        """Show another one."""
        self._icon, self._role = icon, role
        self._draw()

    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(icon_pixmap(self._icon, getattr(colors(), self._role), round(self._side_px * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)
