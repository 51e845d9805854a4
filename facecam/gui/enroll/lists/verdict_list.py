"""Verdict list, with a button in the rows where the user can help."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QMenu, QStyledItemDelegate, QStyleOptionViewItem

from facecam.gui.enroll.lists.people_delegate import paint_background, paint_face
from facecam.gui.enroll.lists.verdict_model import (
    ROW_ROLE,
    PersonHeading,
    VerdictModel,
    VerdictRow,
    advice,
    cure_words,
    headline,
)
from facecam.gui.enroll.words import reason_look
from facecam.gui.theme.icons import icon_pixmap
from facecam.gui.theme.theme import GRID_PX, color, colors

_ROW_PX, _HEADING_PX, _PICTURE_PX, _ICON_PX, _BUTTON_PX = 64, 36, 48, 18, 30
Index = QModelIndex | QPersistentModelIndex


class VerdictDelegate(QStyledItemDelegate):
    """Picture, verdict with its icon, advice, file name, and perhaps a button."""

    cure_wanted = Signal(object)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Photos are all the same."""
        is_heading, line = isinstance(index.data(ROW_ROLE), PersonHeading), option.fontMetrics.height()
        return QSize(
            240, max(_HEADING_PX, line + GRID_PX) if is_heading else max(_ROW_PX, 2 * line + 2 * GRID_PX)
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        row, model = index.data(ROW_ROLE), index.model()
        assert isinstance(model, VerdictModel)
        if isinstance(row, PersonHeading):
            self._paint_heading(painter, option, row, model)
            return
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        paint_background(painter, option)
        area = option.rect.adjusted(GRID_PX, 0, -GRID_PX, 0)
        place = QRect(area.left(), area.center().y() - _PICTURE_PX // 2 + 1, _PICTURE_PX, _PICTURE_PX)
        paint_face(painter, place, model.pictures.get(row.path), round_=False, icon="picture")
        words = area.adjusted(_PICTURE_PX + 12, 0, 0, 0)
        if row.cure:
            button = button_rect(option.rect, row, option.font)
            self._paint_button(painter, button, row)
            words.setRight(button.left() - GRID_PX)
        self._paint_words(painter, words, row, option.font)
        painter.restore()

    def _paint_heading(
        self, painter: QPainter, option: QStyleOptionViewItem, heading: PersonHeading, model: VerdictModel
    ) -> None:
        painter.save()
        area = option.rect.adjusted(GRID_PX, 0, -GRID_PX, 0)
        painter.setPen(QPen(color("border"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        tally = model.tally_words(heading.person)
        strong, small = QFont(option.font), QFont(option.font)
        strong.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(max(7.0, small.pointSizeF() * 0.88))
        width = QFontMetrics(small).horizontalAdvance(tally) + 4
        _draw(painter, area.adjusted(0, 0, -width - GRID_PX, 0), strong, "text", heading.person)
        _draw(painter, area.adjusted(area.width() - width, 0, 0, 0), small, "muted", tally)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A click on the button."""
        row = index.data(ROW_ROLE)
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(row, VerdictRow) and row.cure:
            assert isinstance(event, QMouseEvent)
            if button_rect(option.rect, row, option.font).contains(event.position().toPoint()):
                self.cure_wanted.emit(row)
                return True
        return super().editorEvent(event, model, option, index)

    def _paint_words(self, painter: QPainter, area: QRect, row: VerdictRow, font: QFont) -> None:
        strong, small = QFont(font), QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        small.setPointSizeF(max(7.0, small.pointSizeF() * 0.88))
        icon, role = ("clock", "muted")
        if row.verdict is not None:
            icon, role = reason_look(row.verdict.reason)
        if row.verdict is not None and row.verdict.used and not row.final:
            icon, role = "eye", "muted"
        upper, lower = max(20, QFontMetrics(strong).height()), max(18, QFontMetrics(small).height())
        first = QRect(area.left(), area.center().y() - (upper + lower) // 2, area.width(), upper)
        second = QRect(area.left(), first.bottom() + 1, area.width(), lower)
        spot = QRect(first.left(), first.center().y() - _ICON_PX // 2 + 1, _ICON_PX, _ICON_PX)
        painter.drawPixmap(spot, icon_pixmap(icon, getattr(colors(), role), 2 * _ICON_PX))
        first.setLeft(spot.right() + 7)
        _draw(painter, first, strong, role if role != "accent" else "text", headline(row))
        _draw(
            painter,
            second,
            small,
            "muted",
            " · ".join(filter(None, (advice(row).removesuffix("."), row.path.name))),
        )

    def _paint_button(self, painter: QPainter, area: QRect, row: VerdictRow) -> None:
        painter.setPen(QPen(color("border"), 1))
        painter.setBrush(color("raised"))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(color("accent"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), cure_words(row.cure))


class VerdictList(QListView):
    """The rows; Return presses the button of the chosen one.

    Args:
        model: the rows.
    """

    cure_wanted = Signal(object)

    def __init__(self, model: VerdictModel) -> None:
        super().__init__()
        delegate = VerdictDelegate(self)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Photos and what became of them"))
        delegate.cure_wanted.connect(self.cure_wanted)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What the button of the row does."""
        row = self.indexAt(event.pos()).data(ROW_ROLE)
        if isinstance(row, VerdictRow) and row.cure:
            menu = QMenu(self)
            menu.addAction(cure_words(row.cure)).triggered.connect(lambda: self.cure_wanted.emit(row))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses the row's button."""
        index = self.currentIndex()
        row = index.data(ROW_ROLE) if index.isValid() else None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(row, VerdictRow) and row.cure:
            self.cure_wanted.emit(row)
        else:
            super().keyPressEvent(event)


def button_rect(row_rect: QRect, row: VerdictRow, font: QFont) -> QRect:
    """Where a row's button is."""
    width = QFontMetrics(font).horizontalAdvance(cure_words(row.cure)) + 24
    return QRect(
        row_rect.right() - GRID_PX - width, row_rect.center().y() - _BUTTON_PX // 2 + 1, width, _BUTTON_PX
    )


def _draw(painter: QPainter, area: QRect, font: QFont, role: str, text: str) -> None:
    painter.setFont(font)
    painter.setPen(color(role))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
