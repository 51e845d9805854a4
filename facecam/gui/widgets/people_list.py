"""A list of known people to name a face from: by likeness, with portraits, narrowed down by what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QIcon, QPixmap, QShowEvent
from PySide6.QtWidgets import QListView

from facecam.gui.theme.icons import icon_pixmap
from facecam.gui.theme.theme import colors

_PORTRAIT_PX = 32
#: Below this a percentage says nothing.
_LEAST_PERCENT = 1.0
#: Portraits asked for at once: about what can be seen.
_AT_ONCE = 16
_NAME_ROLE = int(Qt.ItemDataRole.UserRole)
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PeopleList(QListView):
    """Everybody known; by name until it is known whom the face looks like.

    Args:
        names: everybody's.
    """

    #: A name was clicked.
    picked = Signal(str)
    #: A name was chosen for good, by Return or a double click.
    taken = Signal(str)
    #: Names whose portraits would be seen and are not there; may be asked for again.
    portraits_wanted = Signal(object)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._people = _People(names)
        self._people.setParent(self)
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(self._people)
        self._filter.setFilterRole(_NAME_ROLE)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setModel(self._filter)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setIconSize(QSize(_PORTRAIT_PX, _PORTRAIT_PX))
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("People"))
        self.clicked.connect(lambda index: self.picked.emit(index.data(_NAME_ROLE)))
        self.activated.connect(lambda index: self.taken.emit(index.data(_NAME_ROLE)))
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self.ask_for_portraits)
        self.verticalScrollBar().valueChanged.connect(self._ask.start)

    @property
    def shown(self) -> list[str]:
        """The names in the list, from top to bottom."""
        return [self._filter.index(row, 0).data(_NAME_ROLE) for row in range(self._filter.rowCount())]

    def narrow(self, typed: str) -> None:
        """Show only names that hold what was typed."""
        self._filter.setFilterFixedString(typed.strip())
        self._ask.start()

    def show_likeness(self, likely: Iterable[tuple[str, float]]) -> None:
        """Whom the face looks like, in percent, the likeliest first: in this order from now on."""
        self._people.arrange(dict(likely))
        self.scrollToTop()
        self._ask.start()

    def show_portrait(self, name: str, pixmap: QPixmap | None) -> None:
        """What somebody looks like; None: there is no picture."""
        self._people.show(name, pixmap)

    def enter(self) -> bool:
        """Go to the first name; False where there is none."""
        if not self._filter.rowCount():
            return False
        self.setFocus()
        self.setCurrentIndex(self._filter.index(0, 0))
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Now portraits are worth loading."""
        super().showEvent(event)
        self._ask.start()

    def ask_for_portraits(self) -> None:
        """Ask for those that can be seen and are not there, once more."""
        first = max(0, self.indexAt(self.viewport().rect().topLeft()).row())
        seen = (self._filter.index(row, 0) for row in range(first, self._filter.rowCount()))
        names = [index.data(_NAME_ROLE) for index, _ in zip(seen, range(_AT_ONCE), strict=False)]
        if missing := [name for name in names if name not in self._people.portraits]:
            self.portraits_wanted.emit(missing)


class _People(QAbstractListModel):
    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names, self._percents = list(names), dict[str, float]()
        self.portraits: dict[str, QIcon | None] = {}
        self._nobody = QIcon(icon_pixmap("person", colors().muted, 2 * _PORTRAIT_PX))

    def arrange(self, percents: dict[str, float]) -> None:
        self.beginResetModel()
        self._percents = percents
        places = {name: place for place, name in enumerate(percents)}
        self._names.sort(key=lambda name: places.get(name, len(places)))
        self.endResetModel()

    def show(self, name: str, pixmap: QPixmap | None) -> None:
        self.portraits[name] = None if pixmap is None else QIcon(_square(pixmap))
        if name in self._names:
            index = self.index(self._names.index(name))
            self.dataChanged.emit(index, index)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        name = self._names[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            percent = self._percents.get(name, 0.0)
            return f"{name} · {percent:.0f} %" if percent >= _LEAST_PERCENT else name
        if role == Qt.ItemDataRole.DecorationRole:
            return self.portraits.get(name) or self._nobody
        return name if role in (_NAME_ROLE, Qt.ItemDataRole.ToolTipRole) else None


def _square(pixmap: QPixmap) -> QPixmap:
    side = min(pixmap.width(), pixmap.height())
    # People stand in tall pictures with their heads at the top.
    left, top = (pixmap.width() - side) // 2, (pixmap.height() - side) // 5
    return pixmap.copy(left, top, side, side)
