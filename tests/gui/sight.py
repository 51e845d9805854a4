"""What somebody sees of a window: its words, its buttons and lists by what is written on them, not how it is built."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QGraphicsView, QLabel, QTreeWidget, QWidget

from facecam.core.types import ImageArray

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)


def in_sight(root: QWidget, kind: type[W]) -> list[W]:
    """Widgets of a kind that are to be seen when `root` is."""
    return [one for one in root.findChildren(kind) if one.isVisibleTo(root)]


def words(root: QWidget) -> str:
    """All that is written on labels, from top to bottom as they were made."""
    return " | ".join(text for one in in_sight(root, QLabel) if (text := one.text()))


def buttons(root: QWidget, text: str = "") -> list[QAbstractButton]:
    """Buttons in sight whose words, or the name of their picture, begin with `text`."""
    return [one for one in in_sight(root, QAbstractButton) if _said(one).startswith(text)]


def button(root: QWidget, text: str) -> QAbstractButton:
    """The only one."""
    found = buttons(root, text)
    assert len(found) == 1, (text, [_said(one) for one in buttons(root)])
    return found[0]


def _said(one: QAbstractButton) -> str:
    return (one.text() or one.accessibleName() or one.toolTip()).replace("&", "")


def read_aloud(one: QWidget) -> tuple[str, str]:
    """The name and the description that a screen reader gets."""
    interface, text = QAccessible.queryAccessibleInterface(one), QAccessible.Text
    name = interface.text(text.Name)
    if isinstance(one, QComboBox):  # On Linux that is its choice; what is chosen there, its label says.
        label = QAccessible.RelationFlag.Label
        labels = [by.text(text.Name) for by, relation in interface.relations(label) if relation & label]
        name = one.accessibleName() or "".join(labels)
    return name, interface.text(text.Description)


def named(root: QWidget, kind: type[W], name: str) -> W:
    """The widget that is read aloud under this name, not the label that gives it."""
    found = [one for one in root.findChildren(kind) if read_aloud(one)[0] == name]
    (only,) = [one for one in found if not isinstance(one, QLabel)]
    return only


def part(root: QWidget, kind: type[W]) -> W:
    """The only widget of a kind in it."""
    (found,) = root.findChildren(kind)
    return found


def drawn(root: QWidget, kind: type[T]) -> list[T]:
    """Items of a kind in the pictures of plots."""
    scenes = [view.scene() for view in root.findChildren(QGraphicsView)]
    return [item for scene in scenes for item in scene.items() if isinstance(item, kind)]


def rows(tree: QTreeWidget, *columns: int) -> list[list[str]]:
    """What stands in some columns of a list, by row."""
    items = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    return [[item.text(column) for column in columns] for item in items if item is not None]


def from_qimage(picture: QImage) -> ImageArray:
    """uint8 (H, W, 3) RGB, own memory."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()
