"""Painter of a person in the list: face, name, photos and a word on how well they are known."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from facecam.engine.people.list import RosterEntry
from facecam.gallery.names import told_apart
from facecam.gui.enroll.lists.people_model import ENTRY_ROLE, PeopleModel, summary_of
from facecam.gui.theme.icons import icon_pixmap
from facecam.gui.theme.theme import GRID_PX, color, colors

_FACE_PX = 40
_ROW_PX = 56
_COLORS = {"not enrolled": "unknown", "other model": "unknown", "few photos": "unknown"}


class PersonDelegate(QStyledItemDelegate):
    """One row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are equally high, which makes long lists quick."""
        return QSize(160, max(_ROW_PX, 2 * option.fontMetrics.height() + GRID_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row."""
        model = index.model()
        entry = index.data(ENTRY_ROLE)
        assert isinstance(model, PeopleModel)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        paint_background(painter, option)
        area = option.rect.adjusted(GRID_PX, 0, -GRID_PX, 0)
        place = QRect(area.left(), area.center().y() - _FACE_PX // 2 + 1, _FACE_PX, _FACE_PX)
        words = area.adjusted(_FACE_PX + 12, 0, 0, 0)
        if option.direction == Qt.LayoutDirection.RightToLeft:
            place.moveRight(area.right())
            words = area.adjusted(0, 0, -_FACE_PX - 12, 0)
        paint_face(painter, place, model.faces.get(entry), round_=True)
        self._paint_words(painter, words, entry, option)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, area: QRect, entry: RosterEntry, option: QStyleOptionViewItem
    ) -> None:
        name_font, small = QFont(option.font), QFont(option.font)
        name_font.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(max(7.0, small.pointSizeF() * 0.88))
        side = Qt.AlignmentFlag.AlignRight if _is_rtl(option) else Qt.AlignmentFlag.AlignLeft
        metrics, below = QFontMetrics(name_font), QFontMetrics(small)
        top = area.center().y() - (metrics.height() + below.height() + 2) // 2
        first = QRect(area.left(), top, area.width(), metrics.height())
        second = QRect(area.left(), first.bottom() + 3, area.width(), below.height())
        elide = Qt.TextElideMode.ElideRight
        painter.setFont(name_font)
        painter.setPen(color("text"))
        # A name may be written right to left: it still begins where the column begins.
        name = metrics.elidedText(_one_line(told_apart(entry.name)[0]), elide, area.width())
        painter.drawText(first, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(small)
        painter.setPen(color(_COLORS.get(entry.standing, "muted")))
        summary = below.elidedText(summary_of(entry), elide, area.width())
        painter.drawText(second, side | Qt.AlignmentFlag.AlignVCenter, summary)


def paint_background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """What shows that an item is chosen, under the pointer or in focus."""
    state, role = option.state, ""
    if state & QStyle.StateFlag.State_Selected:
        role = "accent_soft"
    elif state & QStyle.StateFlag.State_MouseOver:
        role = "hover"
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(option.rect).adjusted(2, 1, -2, -1), 6, 6)
    if role:
        painter.fillPath(outline, color(role))
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
        painter.setPen(color("accent"))
        painter.drawPath(outline)


def paint_face(
    painter: QPainter, place: QRect, pixmap: QPixmap | None, *, round_: bool, icon: str = "person"
) -> None:
    """A picture in its frame, filled; without one an icon."""
    outline = QPainterPath()
    radius = place.width() / 2 if round_ else 6
    outline.addRoundedRect(QRectF(place), radius, radius)
    painter.fillPath(outline, color("sunken"))
    painter.save()
    painter.setClipPath(outline)
    if pixmap is None:
        side = place.width() // 2
        small = icon_pixmap(icon, colors().muted, 2 * side)
        painter.drawPixmap(
            QRect(place.center().x() - side // 2, place.center().y() - side // 2, side, side), small
        )
    else:
        side = min(pixmap.width(), pixmap.height())
        # People stand in tall pictures with their heads at the top.
        left, top = (pixmap.width() - side) // 2, (pixmap.height() - side) // 5
        painter.drawPixmap(place, pixmap, QRect(left, top, side, side))
    painter.restore()


def _is_rtl(option: QStyleOptionViewItem) -> bool:
    return bool(option.direction == Qt.LayoutDirection.RightToLeft)


def _one_line(text: str) -> str:
    return " ".join(text.split())
