"""The shared widgets one by one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QApplication, QLabel, QLayout, QListWidget, QMenu, QWidget
from pytestqt.qtbot import QtBot

from facecam.gui.theme.palette import DARK, LIGHT
from facecam.gui.theme.theme import colors, theme
from facecam.gui.widgets.card import Card, ChoiceCard
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import IconButton, offer_by_menu, push_button
from facecam.gui.widgets.labels import ElidedLabel, label, set_role
from facecam.gui.widgets.picture_view import PictureView
from facecam.gui.widgets.rubber_band import DrawingView
from facecam.gui.widgets.thumbnail import Thumbnail
from tests.gui.sight import read_aloud

LEFT = Qt.MouseButton.LeftButton


def striped(height: int = 100, width: int = 200) -> np.ndarray:
    """Left half red, right half blue."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, : width // 2, 0] = 255
    image[:, width // 2 :, 2] = 255
    return image


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    made = PictureView(radius_px=0)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    return made


def test_a_picture_fills_its_place_and_keeps_its_shape(view: PictureView) -> None:
    view.set_image(striped())
    assert view.picture_rect() == QRectF(0, 100, 400, 200)
    shot = view.grab().toImage()
    assert shot.pixelColor(50, 200).getRgb()[:3] == (255, 0, 0)
    assert shot.pixelColor(350, 200).getRgb()[:3] == (0, 0, 255)
    assert shot.pixelColor(200, 20).name().upper() == colors().sunken


def test_a_mirrored_picture_swaps_sides_and_so_does_its_geometry(view: PictureView) -> None:
    view.set_image(striped())
    view.set_mirrored(True)
    shot = view.grab().toImage()
    assert shot.pixelColor(50, 200).getRgb()[:3] == (0, 0, 255)
    assert view.to_widget().map(QPointF(0, 0)) == QPointF(400, 100)
    assert view.to_widget().map(QPointF(200, 100)) == QPointF(0, 300)


def test_a_click_says_where_in_the_picture(qtbot: QtBot) -> None:
    view = DrawingView()
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_image(striped())
    with qtbot.waitSignal(view.pointed) as pointed:
        qtbot.mouseClick(view, LEFT, pos=QPoint(100, 200))
    assert pointed.args == [QPointF(100, 200)]
    with qtbot.assertNotEmitted(view.pointed):
        qtbot.mouseClick(view, LEFT, pos=QPoint(100, 20))


def test_the_overlay_gets_the_way_into_the_picture(view: PictureView) -> None:
    seen: list[QTransform] = []
    view.set_overlay(lambda painter, to_widget: seen.append(to_widget) if painter.isActive() else None)
    view.set_image(striped())
    view.grab()
    assert seen and seen[-1] == view.to_widget()


def test_nothing_and_then_something_and_then_nothing(view: PictureView) -> None:
    for image in (None, striped(1, 1), striped(2160, 3840), None):
        view.set_image(image)
        view.grab()
    assert view.picture_rect().isEmpty() and view.to_widget() == QTransform()


def test_things_wrap_like_words(qtbot: QtBot) -> None:
    """Five of 40 px with gaps of 8 px: two fit into 90 px, so three rows of 20 px."""
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout()
    place.setLayout(flow)
    things = []
    for _ in range(5):
        thing = QWidget()
        thing.setFixedSize(40, 20)
        flow.addWidget(thing)
        things.append(thing)
    assert flow.heightForWidth(90) == 3 * 20 + 2 * 8
    assert flow.heightForWidth(1000) == 20
    place.resize(90, 200)
    place.show()
    assert [(one.x(), one.y()) for one in things] == [(0, 0), (48, 0), (0, 28), (48, 28), (0, 56)]
    place.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    flow.setGeometry(place.rect())
    assert [one.x() for one in things[:3]] == [50, 2, 50]


def test_a_wide_thing_is_no_wider_than_its_place_and_a_low_one_stands_in_the_middle(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout()
    place.setLayout(flow)
    flow.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    flow.addWidget(low := QWidget())
    low.setFixedSize(40, 20)
    flow.addWidget(words := QLabel("Letters twice as large\n" * 3))
    place.resize(90, 200)
    place.show()
    assert words.y() == 28 and words.width() == 90
    place.resize(400, 200)
    assert words.y() == 0 and low.y() == (words.height() - 20) // 2


def test_a_flow_is_emptied(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout()
    place.setLayout(flow)
    for name in "abc":
        flow.addWidget(QLabel(name))
    texts = [flow.itemAt(index).widget().text() for index in range(flow.count())]  # type: ignore[union-attr]
    assert texts == ["a", "b", "c"] and flow.itemAt(3) is None
    flow.clear()
    assert flow.count() == 0 and flow.takeAt(0) is None


def test_an_empty_state_says_what_to_do_and_has_the_button(qtbot: QtBot) -> None:
    state = EmptyState("camera", "No camera", "Plug one in.", "Choose a &file…")
    qtbot.addWidget(state)
    state.show()
    with qtbot.waitSignal(state.acted):
        qtbot.mouseClick(state.button, LEFT)
    assert (state.accessibleName(), read_aloud(state.button)[0]) == ("No camera", "Choose a file…")
    state.set_text("Camera busy")
    assert state.button.isHidden()


def test_a_card_is_chosen_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    card = ChoiceCard("Quick")
    qtbot.addWidget(card)
    card.show()
    for act in (
        lambda: qtbot.mouseClick(card, LEFT),
        lambda: qtbot.keyClick(card, Qt.Key.Key_Space),
        lambda: qtbot.keyClick(card, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(card.chosen):
            act()
    with qtbot.assertNotEmitted(card.chosen):
        qtbot.keyClick(card, Qt.Key.Key_A)
    card.set_chosen(True)
    assert card.property("chosen") is True
    assert Card().body.count() == 0


def test_a_thumbnail_shows_the_middle_of_its_picture(qtbot: QtBot) -> None:
    thumb = Thumbnail(64, clickable=True)
    qtbot.addWidget(thumb)
    thumb.show()
    empty = thumb.grab().toImage()
    thumb.set_image(striped())
    shot = thumb.grab().toImage()
    assert shot != empty
    assert shot.pixelColor(20, 32).red() > 200 and shot.pixelColor(44, 32).blue() > 200
    with qtbot.waitSignal(thumb.clicked):
        qtbot.keyClick(thumb, Qt.Key.Key_Return)
    with qtbot.waitSignal(thumb.clicked):
        qtbot.mouseClick(thumb, LEFT)
    thumb.set_ring("unknown")
    thumb.set_image(None)
    assert thumb.grab().toImage() != empty


def test_long_names_end_with_dots_and_are_whole_in_the_tooltip(qtbot: QtBot) -> None:
    name = ElidedLabel("Ada " * 60)
    qtbot.addWidget(name)
    name.resize(120, 20)
    name.show()
    name.grab()
    assert name.toolTip() == name.text()
    name.setText("Ada")
    name.grab()
    assert name.toolTip() == ""
    assert name.minimumSizeHint().width() < 100


def test_what_users_type_is_never_markup(qtbot: QtBot) -> None:
    made = label("<b>x</b>", "title")
    qtbot.addWidget(made)
    assert made.textFormat() == Qt.TextFormat.PlainText
    set_role(made, "fault")
    assert made.property("role") == "fault"
    assert made.palette().windowText().color().name().upper() == LIGHT.fault
    theme().apply("dark")
    assert made.palette().windowText().color().name().upper() == DARK.fault


def test_buttons_can_be_read_aloud(qtbot: QtBot) -> None:
    icon = IconButton("settings", "Settings (Ctrl+,)")
    words = IconButton("record", "Record a video", text="&Record", checkable=True)
    push = push_button("&Start", "Starts training", icon="play", kind="primary")
    for one in (icon, words, push):
        qtbot.addWidget(one)
    assert read_aloud(icon)[0] == "Settings (Ctrl+,)" and not icon.isCheckable()
    assert read_aloud(words) == ("Record", "Record a video")
    assert words.isCheckable()
    assert (push.toolTip(), *read_aloud(push)) == ("Starts training", "Start", "Starts training")
    assert push.property("kind") == "primary" and not push.icon().isNull()
    before = icon.icon().cacheKey()
    icon.set_icon("close")
    assert icon.icon().cacheKey() != before


def test_painting_leaves_no_painter_open(view: PictureView) -> None:
    painters: list[QPainter] = []
    view.set_overlay(lambda painter, _: painters.append(painter))
    view.set_image(striped())
    view.grab()
    assert painters and not painters[0].isActive()


def test_what_buttons_do_is_in_the_menu_of_the_list_they_are_about(qtbot: QtBot) -> None:
    rows, pressed = QListWidget(), []
    name, forget = push_button("&Name…"), IconButton("close", "Forget this face")
    name.setEnabled(False)
    forget.clicked.connect(lambda: pressed.append("forget"))
    offer_by_menu(rows, (name, forget))
    qtbot.addWidget(rows)
    rows.show()
    rows.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    first, second = menu.actions()
    assert (first.text(), first.isEnabled(), second.text()) == ("&Name…", False, "Forget this face")
    second.trigger()
    assert pressed == ["forget"]
    menu.close()
