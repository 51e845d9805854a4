"""A list is searched by keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from facecam.gui.widgets.search_line import SearchLine


def test_down_and_enter_go_to_the_list_and_escape_clears(qtbot: QtBot) -> None:
    line, asked = SearchLine(), []
    qtbot.addWidget(line)
    line.list_wanted.connect(lambda: asked.append(line.text()))
    qtbot.keyClicks(line, "ada")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        qtbot.keyClick(line, key)
    assert asked == ["ada"] * 3
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not line.text()
