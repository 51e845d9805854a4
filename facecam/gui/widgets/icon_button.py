"""Buttons with icons, and menus that do what they do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QMenu, QPushButton, QToolButton, QWidget

from facecam.gui.theme.icons import set_icon

_ICON_PX = 18


class IconButton(QToolButton):
    """A button with an icon, and words only if asked for.

    Args:
        icon: file in `assets/icons` without ending.
        tip: tooltip, and what is read aloud: the name or, where there are words, the description.
        text: words beside the icon.
        checkable: stays down.
        role: colour of the icon.
    """

    def __init__(
        self, icon: str, tip: str, *, text: str = "", checkable: bool = False, role: str = "text"
    ) -> None:
        super().__init__()
        self._role = role
        self.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.setCheckable(checkable)
        self.setToolTip(tip)
        # Of words Qt makes one itself, and of the tip a description.
        self.setAccessibleName("" if text else tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if text:
            self.setText(text)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.setProperty("kind", "labelled")
        set_icon(self, icon, role)

    def set_icon(self, name: str, role: str | None = None) -> None:
        """Show another icon."""
        set_icon(self, name, role or self._role)


def push_button(text: str, tip: str = "", *, icon: str = "", kind: str = "") -> QPushButton:
    """A button with words.

    Args:
        text: words, with a mnemonic where usual.
        tip: tooltip.
        icon: icon before the words.
        kind: `primary`, `plain`, `danger` or none.
    """
    button = QPushButton(text)
    button.setToolTip(tip)
    if kind:
        button.setProperty("kind", kind)
    if icon:
        button.setIconSize(QSize(_ICON_PX, _ICON_PX))
        set_icon(
            button, icon, {"primary": "on_accent", "plain": "accent", "danger": "fault"}.get(kind, "text")
        )
    return button


def offer_by_menu(widget: QWidget, buttons: Sequence[QAbstractButton]) -> None:
    """What buttons do, by the right mouse button and the Menu key on what they do it to."""

    def show(place: QPoint) -> None:
        menu = QMenu(widget)
        for button in buttons:
            action = menu.addAction(button.icon(), button.text() or button.accessibleName())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(widget.mapToGlobal(place))

    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(show)
