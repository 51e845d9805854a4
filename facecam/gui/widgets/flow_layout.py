"""Flow layout: rows that wrap, like words."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from facecam.gui.theme.theme import GRID_PX


class FlowLayout(QLayout):
    """Left to right (right to left where the language runs so), then the next row.

    Args:
        parts: to begin with.
        spacing_px: between them.
    """

    def __init__(self, *parts: QWidget, spacing_px: int = GRID_PX) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins(0, 0, 0, 0))
        self.setSpacing(spacing_px)
        for part in parts:
            self.addWidget(part)

    def addItem(self, item: QLayoutItem) -> None:
        """At the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item there, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take an item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Take all widgets out and destroy them."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        """None."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Fewer columns, more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height the rows take, px."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        """Put the items in their places."""
        super().setGeometry(area)
        self._arrange(area, move=True)

    def sizeHint(self) -> QSize:
        """As small as possible."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, area: QRect, *, move: bool) -> int:
        inside = area.marginsRemoved(self.contentsMargins())
        x, y, row_height = inside.x(), inside.y(), 0
        row: list[tuple[QLayoutItem, QRect]] = []
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if size.width() > inside.width() > 0:
                size.setWidth(inside.width())
            if x > inside.x() and x + size.width() > inside.x() + inside.width():
                _place(row, row_height)
                x, y, row_height, row = inside.x(), y + row_height + self.spacing(), 0, []
            if move:
                left = inside.x() + inside.right() - x - size.width() + 1 if mirrored else x
                row.append((item, QRect(QPoint(left, y), size)))
            x += size.width() + self.spacing()
            row_height = max(row_height, size.height())
        _place(row, row_height)
        return y + row_height - area.y() + self.contentsMargins().bottom()


def _place(row: list[tuple[QLayoutItem, QRect]], height_px: int) -> None:
    """Words stand at the middle of the box beside them."""
    for item, place in row:
        item.setGeometry(place.translated(0, (height_px - place.height()) // 2))
