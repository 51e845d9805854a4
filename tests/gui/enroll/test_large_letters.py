"""Lists of the Enroll tab with letters twice as large as usual: no line is cut; usual rows are as they were."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from facecam.gui.enroll.lists.people_delegate import PersonDelegate
from facecam.gui.enroll.lists.verdict_list import VerdictDelegate
from facecam.gui.enroll.pages.pose_row import PoseRow
from tests.gui.enroll.conftest import Stage


def option(points: float) -> QStyleOptionViewItem:
    made = QStyleOptionViewItem()
    made.font = QFont()
    made.font.setPointSizeF(points)
    made.fontMetrics = QFontMetrics(made.font)
    return made


@pytest.mark.parametrize(("delegate", "usual_px"), [(PersonDelegate, 56), (VerdictDelegate, 64)])
def test_rows_grow_with_their_letters(
    qtbot: QtBot, delegate: type[QStyledItemDelegate], usual_px: int
) -> None:
    assert delegate().sizeHint(option(9.0), QModelIndex()).height() == usual_px
    for points in (18.0, 27.0):
        large = option(points)
        assert delegate().sizeHint(large, QModelIndex()).height() > 2 * large.fontMetrics.height()


def test_words_below_the_heads_are_whole(qtbot: QtBot) -> None:
    row = PoseRow()
    qtbot.addWidget(row)
    usual_px, font = row.sizeHint().height(), row.font()
    font.setPointSizeF(2 * font.pointSizeF())
    row.setFont(font)
    assert row.sizeHint().height() > usual_px


def test_count_and_order_of_a_narrow_list_take_a_row_each(stage: Stage, qtbot: QtBot) -> None:
    tab = stage.tab
    pane = tab.people
    font = pane.font()
    font.setPointSizeF(2 * font.pointSizeF())
    pane.setFont(font)
    tab.resize(960, 600)
    tab.show()
    qtbot.waitUntil(lambda: pane.order.y() > pane.count.y())
    words = pane.order.fontMetrics().horizontalAdvance(pane.order.currentText())
    assert words < pane.order.width() <= pane.width()
