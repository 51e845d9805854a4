"""The photos of a person as a grid of faces with their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from facecam.gui.enroll.lists.face_loader import FaceCache
from facecam.gui.enroll.lists.people_delegate import paint_face
from facecam.gui.enroll.words import pose_word, reason_help, reason_look, reason_word, translate
from facecam.gui.theme.icons import icon_pixmap
from facecam.gui.theme.theme import GRID_PX, color, colors

if TYPE_CHECKING:
    from pathlib import Path

    from facecam.engine.people.person_page import PhotoCard

CARD_ROLE = int(Qt.ItemDataRole.UserRole)
_SIDE_PX, _BADGE_PX = 72, 18
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PhotoModel(QAbstractListModel):
    """Photos of one person.

    Args:
        faces: gives their pictures.
        parent: owner.
    """

    def __init__(self, faces: FaceCache[Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.faces = faces
        self._cards: tuple[PhotoCard, ...] = ()
        faces.ready.connect(self._on_face)

    @property
    def cards(self) -> tuple[PhotoCard, ...]:
        """The photos."""
        return self._cards

    def set_cards(self, cards: tuple[PhotoCard, ...]) -> None:
        """Show other photos."""
        self.beginResetModel()
        self._cards = cards
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """A photo's values."""
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{card.path.name}, {reason_word(card.note.reason)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (card.path.name, verdict_line(card), card.note.detail)))
        return card if role == CARD_ROLE else None

    def _on_face(self, key: object) -> None:
        for row, card in enumerate(self._cards):
            if card.path == key:
                self.dataChanged.emit(self.index(row), self.index(row))
                return


class PhotoDelegate(QStyledItemDelegate):
    """A face with a badge in its corner; good photos need none."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All the same."""
        return QSize(_SIDE_PX + GRID_PX, _SIDE_PX + GRID_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the photo."""
        model, card = index.model(), index.data(CARD_ROLE)
        assert isinstance(model, PhotoModel)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = QRect(0, 0, _SIDE_PX, _SIDE_PX)
        place.moveCenter(option.rect.center())
        paint_face(painter, place, model.faces.get(card.path, card.path), round_=False, icon="picture")
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.setPen(QPen(color("accent" if chosen else "muted"), 3 if chosen else 1))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if card.note.reason != "good":
            self._paint_badge(painter, place, *reason_look(card.note.reason))
        elif not card.known:
            self._paint_badge(painter, place, "clock", "muted")
        painter.restore()

    def _paint_badge(self, painter: QPainter, place: QRect, icon: str, role: str) -> None:
        spot = QRect(place.right() - _BADGE_PX - 3, place.bottom() - _BADGE_PX - 3, _BADGE_PX, _BADGE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("surface"))
        painter.drawEllipse(QRectF(spot).adjusted(-2, -2, 2, 2))
        painter.drawPixmap(spot, icon_pixmap(icon, getattr(colors(), role), 2 * _BADGE_PX))


class PhotoGrid(QListView):
    """Faces in rows as wide as there is room.

    Args:
        model: the photos.
        parent: owner.
    """

    card_chosen = Signal(object)
    delete_wanted = Signal()

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(PhotoDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Photos of this person"))
        self.selectionModel().selectionChanged.connect(lambda: self.card_chosen.emit(self.card))
        model.modelReset.connect(lambda: self.card_chosen.emit(None))

    @property
    def card(self) -> PhotoCard | None:
        """The chosen photo."""
        chosen = self.selectionModel().selectedIndexes()
        return chosen[0].data(CARD_ROLE) if chosen else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del removes."""
        if event.key() == Qt.Key.Key_Delete and self.card is not None:
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)


def verdict_line(card: PhotoCard) -> str:
    """`Good · Left`, or what is wrong and what to do."""
    word = reason_word(card.note.reason)
    if card.note.reason == "good":
        unused = "" if card.known else translate("enroll", "not used yet")
        return " · ".join(filter(None, (word, pose_word(card.pose) if card.pose else "", unused)))
    return f"{word}. {reason_help(card.note.reason)}"
