"""Photo grid: the faces of a person with their verdicts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from facecam.engine.people.person_page import PhotoCard
from facecam.gui.enroll.lists.people_delegate import paint_face
from facecam.gui.enroll.words import plain_detail, pose_word, reason_help, reason_look, reason_word, translate
from facecam.gui.theme.icons import icon, icon_pixmap
from facecam.gui.theme.theme import GRID_PX, color, colors
from facecam.gui.widgets import shortcuts
from facecam.gui.widgets.face_cache import FaceCache

#: What can be done with chosen photos, in the order of the menu.
PHOTO_DEEDS = ("photo_open", "photo_face", "photo_portrait", "photo_move", "photo_right", "photo_remove")
_OF_ONE = ("photo_open", "photo_face", "photo_portrait")
_DEED_ICONS = {
    "photo_open": "fullscreen",
    "photo_face": "person",
    "photo_portrait": "star",
    "photo_move": "merge",
    "photo_right": "check",
    "photo_remove": "delete",
}
_PHOTOS = "application/x-facecam-photos"
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
        #: The photos.
        self.cards: tuple[PhotoCard, ...] = ()
        faces.ready.connect(self._on_face)

    def set_cards(self, cards: tuple[PhotoCard, ...]) -> None:
        """Show other photos."""
        self.beginResetModel()
        self.cards = cards
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many."""
        return 0 if parent.isValid() else len(self.cards)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Photos can be dragged to somebody else."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The paths of photos."""
        data = QMimeData()
        paths = [str(index.data(CARD_ROLE).path) for index in indexes]
        data.setData(_PHOTOS, QByteArray(json.dumps(paths).encode("utf-8", "surrogatepass")))
        return data

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """A photo's values."""
        if not index.isValid():
            return None
        card = self.cards[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{card.path.name}, {reason_word(card.note.reason)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(
                filter(None, (card.path.name, verdict_line(card), plain_detail(card.note.detail)))
            )
        return card if role == CARD_ROLE else None

    def _on_face(self, key: object) -> None:
        for row, card in enumerate(self.cards):
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
        paint_face(painter, place, model.faces.get(card.path), round_=False, icon="picture")
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
    """

    card_chosen = Signal(object)
    #: Of what `PHOTO_DEEDS` names, for the chosen photos.
    deed_wanted = Signal(str)

    def __init__(self, model: PhotoModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(PhotoDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setSelectionRectVisible(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Photos of this person"))
        self.selectionModel().selectionChanged.connect(lambda: self.card_chosen.emit(self.card))
        self.selectionModel().selectionChanged.connect(self._enable)
        model.modelReset.connect(lambda: self.card_chosen.emit(None))
        model.modelReset.connect(self._enable)
        self.deeds = {deed: self._action(deed) for deed in PHOTO_DEEDS}
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._enable()

    @property
    def card(self) -> PhotoCard | None:
        """The chosen photo, the first one of several."""
        return next(iter(self.chosen_cards), None)

    @property
    def chosen_cards(self) -> tuple[PhotoCard, ...]:
        """The chosen photos, in order."""
        chosen = sorted(self.selectionModel().selectedIndexes(), key=lambda one: one.row())
        return tuple(index.data(CARD_ROLE) for index in chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the menu work even where the window system has not said that the window is active."""
        for action in self.deeds.values():
            if action.isEnabled() and action.shortcut() == QKeySequence(event.keyCombination()):
                action.trigger()
                return
        super().keyPressEvent(event)

    def _action(self, deed: str) -> QAction:
        """What the context menu offers, by its key too."""
        action = QAction(icon(_DEED_ICONS[deed]), deed_words(deed), self)
        action.setShortcut(shortcuts.key(f"enroll.{deed}"))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: self.deed_wanted.emit(deed))
        self.addAction(action)
        return action

    def _enable(self) -> None:
        cards = self.chosen_cards
        for deed, action in self.deeds.items():
            action.setEnabled(len(cards) == 1 if deed in _OF_ONE else bool(cards))


def photos_in(data: QMimeData) -> tuple[Path, ...]:
    """The photos of somebody that are being dragged; empty for anything else."""
    if not data.hasFormat(_PHOTOS):
        return ()
    try:
        paths = json.loads(bytes(data.data(_PHOTOS).data()).decode("utf-8", "surrogatepass"))
    except ValueError:
        return ()
    return tuple(Path(path) for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()


def deed_words(deed: str) -> str:
    """What can be done with a photo, for a menu."""
    return {
        "photo_open": translate("enroll", "&Show large"),
        "photo_face": translate("enroll", "Choose the &face…"),
        "photo_portrait": translate("enroll", "Set as &portrait"),
        "photo_move": translate("enroll", "&Move to somebody else…"),
        "photo_right": translate("enroll", "It is &right"),
        "photo_remove": translate("enroll", "R&emove…"),
    }[deed]


def verdict_line(card: PhotoCard) -> str:
    """`Good · Left`, or what is wrong and what to do."""
    word = reason_word(card.note.reason)
    if card.note.reason == "good":
        unused = "" if card.known else translate("enroll", "not used yet")
        return " · ".join(filter(None, (word, pose_word(card.pose) if card.pose else "", unused)))
    return f"{word}. {reason_help(card.note.reason)}"
