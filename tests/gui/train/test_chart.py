"""Charts and maps: values, marks, and the colours of the theme in force."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from facecam.gui.theme.palette import DARK, LIGHT
from facecam.gui.theme.theme import theme
from facecam.gui.train.results.chart import Chart, Series
from facecam.gui.train.results.map_view import BeforeAfter
from tests.gui.train.fakes import projection


def made(qtbot: QtBot) -> Chart:
    chart = Chart("Loss", (Series("a", "training"), Series("b", "kept aside", "unknown", dots=True)))
    qtbot.addWidget(chart)
    return chart


def background(chart: Chart) -> QColor:
    return chart._plot._graphics.backgroundBrush().color()


def test_the_last_value_stands_in_the_title_and_is_read_out(qtbot: QtBot) -> None:
    chart = made(qtbot)
    chart.add("a", 1, 0.123456)
    chart.add("a", 2, math.nan)
    assert chart.last("a") == 0.123456 and chart.last("b") is None
    assert chart.accessibleDescription() == "training 0.123, kept aside –"
    # Drawn a little later: many points at once are painted once.
    qtbot.waitUntil(lambda: chart._items["a"].getData()[0] is not None)
    xs, ys = chart._items["a"].getData()
    assert (xs.tolist(), ys.tolist()) == ([1.0], [0.123456])


def test_a_single_point_is_a_dot_and_more_are_a_line(qtbot: QtBot) -> None:
    chart = made(qtbot)
    chart.add("a", 1, 0.5)
    qtbot.waitUntil(lambda: chart._items["a"].opts["symbol"] == "o")
    chart.add("a", 2, 0.4)
    qtbot.waitUntil(lambda: chart._items["a"].opts["symbol"] is None)
    assert chart._items["b"].opts["symbol"] == "o"


def test_figures_have_the_decimal_sign_of_the_language(qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale("de"))
    chart = made(qtbot)
    chart.show_points("a", [0, 1], [1, 0.25])
    assert chart._values["a"].text() == "training 0,25"
    assert chart._plot._axes[0].tickStrings([0.5, 1], 1, 0.5) == ["0,5", "1,0"]


def test_clearing_takes_points_and_marks_away(qtbot: QtBot) -> None:
    chart = made(qtbot)
    chart.show_points("a", [0, 1], [1, 2])
    chart.mark(0.5, "accent", "in use")
    line = chart._marks[0][0]
    assert line.scene() is not None
    chart.clear()
    assert chart.last("a") is None and line.scene() is None and chart._marks == []


def test_colors_follow_the_theme(qtbot: QtBot) -> None:
    chart, maps = made(qtbot), BeforeAfter()
    qtbot.addWidget(maps)
    maps.show_projections(projection(), projection(seed=1))
    chart.mark(0.5, "accent", "in use")
    assert background(chart) == QColor(LIGHT.surface)
    theme().apply("dark")
    assert background(chart) == QColor(DARK.surface)
    assert chart._items["b"].opts["pen"].color() == QColor(DARK.unknown)
    assert maps.before._plot._graphics.backgroundBrush().color() == QColor(DARK.surface)


def test_people_of_a_map_have_colors_of_their_own(qtbot: QtBot) -> None:
    maps = BeforeAfter()
    qtbot.addWidget(maps)
    maps.show_projections(projection(8), projection(8, seed=1))
    colors = {point.data(): point.brush().color().name() for point in maps.after._dots.points()}
    assert len(set(colors.values())) == 8
