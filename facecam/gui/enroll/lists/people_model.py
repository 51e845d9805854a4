"""People model: searched and sorted here, so that 5,000 of them are no effort."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from facecam.engine.people.list import RosterEntry
from facecam.gallery.names import told_apart
from facecam.gui.enroll.words import photos_in_words, standing_help, standing_word, translate
from facecam.gui.widgets.face_cache import FaceCache

Order = Literal["name", "newest", "photos"]
ORDERS: tuple[Order, ...] = ("name", "newest", "photos")
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


def key_of(entry: RosterEntry) -> str:
    """What stays the same when somebody is renamed; the name of somebody not enrolled."""
    return entry.identity.id or f"name:{entry.name}"


def face_key(entry: RosterEntry) -> tuple[str, int, float]:
    """Changes with the person's photos, so that a new picture is made."""
    return key_of(entry), len(entry.photos), entry.changed_s


class PeopleModel(QAbstractListModel):
    """The people that fit the search, in the order wished for.

    Args:
        faces: gives their pictures.
        parent: owner.
    """

    def __init__(self, faces: FaceCache[RosterEntry], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.faces = faces
        #: All people, whatever is searched for.
        self.everybody: tuple[RosterEntry, ...] = ()
        #: The people in the list.
        self.shown: list[RosterEntry] = []
        self._query, self._order = "", "name"
        faces.ready.connect(self._on_face)

    def set_everybody(self, entries: tuple[RosterEntry, ...]) -> None:
        """Show other people."""
        self.everybody = entries
        self._arrange()

    def set_query(self, query: str) -> None:
        """Show only people whose name holds all the words; case and accents do not matter."""
        self._query = query
        self._arrange()

    def set_order(self, order: Order) -> None:
        """Sort otherwise."""
        self._order = order
        self._arrange()

    def row_of(self, key: str) -> int:
        """The row of a person, or −1."""
        return next((row for row, entry in enumerate(self.shown) if key_of(entry) == key), -1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """A person's values."""
        if not index.isValid():
            return None
        entry = self.shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return entry.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.name}, {summary_of(entry)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry.name}\n{summary_of(entry)}\n{standing_help(entry.standing)}"
        return entry if role == ENTRY_ROLE else None

    def _arrange(self) -> None:
        words = folded(self._query).split()
        found = [one for one in self.everybody if all(word in folded(one.name) for word in words)]
        keys: dict[str, Callable[[RosterEntry], Any]] = {
            "name": lambda one: folded(one.name),
            # Not enrolled yet: there is something to do, so they come first.
            "newest": lambda one: (one.created != "", [-ord(char) for char in one.created]),
            "photos": lambda one: (-len(one.photos), folded(one.name)),
        }
        self.beginResetModel()
        self.shown = sorted(found, key=keys[self._order])
        self.endResetModel()

    def _on_face(self, key: object) -> None:
        for row, entry in enumerate(self.shown):
            if face_key(entry) == key:
                self.dataChanged.emit(self.index(row), self.index(row))
                return


@functools.lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Without case and accents, to search and sort by."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def summary_of(entry: RosterEntry) -> str:
    """`the lab · 12 photos · good`: first what tells them from others of their name."""
    parts = (told_apart(entry.name)[1], photos_in_words(len(entry.photos)) if entry.photos else "")
    return " · ".join(filter(None, (*parts, standing_word(entry.standing))))


def order_word(order: Order) -> str:
    """The name of an order."""
    return {
        "name": translate("enroll", "By name"),
        "newest": translate("enroll", "Newest first"),
        "photos": translate("enroll", "Most photos first"),
    }[order]
