"""Lists of the Enroll tab with letters twice as large as usual: no line is cut; usual rows are as they were."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QScrollArea, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from facecam.gui.enroll.lists.people_delegate import PersonDelegate
from facecam.gui.enroll.lists.verdict_list import VerdictDelegate
from facecam.gui.enroll.pages.pose_row import PoseRow
from tests.gui.enroll.conftest import Stage
from tests.gui.sight import part


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


def test_the_controls_for_adding_are_scrolled_not_squashed(stage: Stage, qtbot: QtBot) -> None:
    tab, add = stage.tab, stage.tab.adding.add
    font = tab.font()
    font.setPointSizeF(2 * font.pointSizeF())
    for one in (add.frame, *add.frame.findChildren(QWidget), tab.people.new):
        one.setFont(font)
    tab.resize(960, 480)  # Of a window of 960×600, with its header and status bar as large.
    tab.show()
    controls = (add.start, add.files, add.folder, add.chooser, add.naming, add.naming_film, tab.people.new)

    def whole() -> None:
        for one in controls:
            assert one.height() >= one.minimumSizeHint().height(), one
        places = [one.geometry() for one in controls[:3]]
        assert not any(first.intersects(second) for first, second in combinations(places, 2))
        for words in (add.title, add.text):
            assert words.height() >= words.heightForWidth(words.width()), words.text()

    qtbot.waitUntil(lambda: add.start.y() < add.files.y() < add.folder.y())
    whole()
    area = part(add, QScrollArea)
    assert area.verticalScrollBar().maximum() > 0, "what does not fit can be reached"
    tab.resize(1280, 800)
    whole()
