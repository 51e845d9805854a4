"""Faces on the picture: how they look, and what a click on them does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from facecam.core.errors import EnrollmentError
from facecam.core.types import Identity, LifeTask
from facecam.engine.live.view import SeenFace
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.live.video.face_painter import face_rect, look_of
from facecam.gui.theme.palette import DARK
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import ADA, EVE, FakeRun, face, known, sample, view
from tests.gui.sight import from_qimage


def painted(live: LiveStudio) -> QImage:
    return live.tab.stage.grab().toImage()


def has_color(picture: QImage, color: str, area: QRectF | None = None) -> bool:
    wanted = QColor(color)
    place = (area or QRectF(picture.rect())).toRect().intersected(picture.rect())
    pixels = from_qimage(picture.copy(place))
    return bool((pixels == (wanted.red(), wanted.green(), wanted.blue())).all(axis=2).any())


def dialog(live: LiveStudio) -> FaceNameDialog:
    live.qtbot.waitUntil(lambda: bool(live.tab.findChildren(FaceNameDialog)))
    return live.tab.findChildren(FaceNameDialog)[-1]


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def pick(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


# ---------------------------------------------------------------------- how they look


def test_certainty_and_strangers_can_be_told_by_color() -> None:
    sure, likely, doubtful = (look_of(known(percent=percent)) for percent in (97.0, 75.0, 40.0))
    assert (sure.plate, sure.name, sure.percent) == (DARK.accent, "Ada", "97 %")
    assert len({(one.plate, one.dashed) for one in (sure, likely, doubtful)}) == 3
    stranger, undecided, ignored = (look_of(face(state)) for state in ("unknown", "undecided", "ignored"))
    assert stranger.line == DARK.unknown and stranger.name == "unknown" and not stranger.percent
    assert undecided.name is None and ignored.name is None and ignored.dashed
    twice = look_of(face("duplicate", looks_like=ADA))
    assert twice.name == "like Ada" and not twice.percent and twice.line not in (sure.line, stranger.line)


def test_who_was_not_yet_seen_to_be_alive_is_told_so_or_asked_for_something() -> None:
    still = look_of(face("unproven", looks_like=ADA))
    assert still.name == "Ada? Not yet seen to be alive" and not still.percent and still.dashed
    asked = [look_of(face("unproven", looks_like=ADA, asked=task)).name or "" for task in get_args(LifeTask)]
    assert len(set(asked)) == 3 and all(words.startswith("Ada? ") and "please" in words for words in asked)


def test_boxes_and_plates_are_painted_in_their_colors(live: LiveStudio) -> None:
    live.watch()
    live.give(view(known(left=20), face("unknown", left=200, track=2)))
    picture = painted(live)
    assert has_color(picture, DARK.accent) and has_color(picture, DARK.unknown)
    live.give(view(face("undecided")))
    picture = painted(live)
    assert not has_color(picture, DARK.accent) and not has_color(picture, DARK.unknown)
    assert has_color(picture, DARK.muted)


@pytest.mark.parametrize("name", ["A" * 300, "李" * 120, "שלום" * 60, "👩‍🚀" * 50, "<b>x</b>", "%s {0}"])
def test_any_name_fits_and_is_painted(live: LiveStudio, name: str) -> None:
    live.watch("film.mp4")
    live.give(view(known(Identity("7", name), left=20)))
    picture = painted(live)
    box = face_rect(live.tab.stage.view.faces[0], live.tab.stage.frame_to_widget())  # type: ignore[union-attr]
    beside = QRectF(box.left() + 2.2 * box.width(), box.top() - 60, 300, 60)
    assert has_color(picture, DARK.accent) and not has_color(picture, DARK.accent, beside)


@pytest.mark.parametrize("size", [(3840, 2160), (320, 240), (64, 48)])
def test_pictures_of_any_size_fill_the_place(live: LiveStudio, size: tuple[int, int]) -> None:
    live.watch("film.mp4")
    live.give(view(known(), size=size))
    place = live.tab.stage.picture_rect()
    assert place.width() == pytest.approx(live.tab.stage.width(), abs=1) or place.height() == pytest.approx(
        live.tab.stage.height(), abs=1
    )
    assert live.tab.stage.frame_to_widget().m11() == pytest.approx(place.width() / size[0])


def test_a_shrunk_picture_keeps_faces_in_their_places(live: LiveStudio) -> None:
    """The frame is 640 px wide, the picture shown 320 px: a face at 100 px stands at 100/640 of the width."""
    from dataclasses import replace

    live.watch("film.mp4")
    shown = view(known(), size=(640, 480))
    live.give(replace(shown, picture=shown.picture[::2, ::2].copy()))
    place = live.tab.stage.picture_rect()
    box = face_rect(shown.faces[0], live.tab.stage.frame_to_widget())
    assert box.left() == pytest.approx(place.left() + place.width() * 100 / 640)


def test_mirrored_faces_are_where_they_are_seen(live: LiveStudio) -> None:
    live.watch()
    live.give(view(known(left=20)))
    live.tab.bar.mirror.setChecked(False)
    plain = face_rect(live.tab.stage.view.faces[0], live.tab.stage.frame_to_widget())  # type: ignore[union-attr]
    live.tab.bar.mirror.setChecked(True)
    mirrored = face_rect(live.tab.stage.view.faces[0], live.tab.stage.frame_to_widget())  # type: ignore[union-attr]
    place = live.tab.stage.picture_rect()
    assert mirrored.right() - place.left() == pytest.approx(place.right() - plain.left())
    assert live.tab.stage.face_at(mirrored.center()) is not None
    assert live.context.preferences.mirror


def test_cameras_are_mirrored_and_films_are_not_unless_wanted(live: LiveStudio) -> None:
    live.watch("0")
    assert live.tab.bar.mirror.isChecked()
    live.watch("film.mp4")
    assert not live.tab.bar.mirror.isChecked()
    live.tab.bar.mirror.click()
    live.watch("0")
    live.tab.bar.mirror.click()
    assert not live.tab.bar.mirror.isChecked() and not live.context.preferences.mirror
    live.watch("film.mp4")
    assert live.tab.bar.mirror.isChecked()


# ---------------------------------------------------------------------- choosing one


def test_a_click_on_a_face_opens_its_menu_and_beside_it_nothing(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(live.tab.actions_, "open_face_menu", lambda chosen, where: opened.append(chosen))
    live.watch()
    ada = known()
    live.give(view(ada))
    stage = live.tab.stage
    center = face_rect(ada, stage.frame_to_widget()).center().toPoint()
    live.qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=center)
    stage.contextMenuEvent(
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, center, stage.mapToGlobal(center))
    )
    assert opened == [ada, ada]
    live.qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert len(opened) == 2


def test_of_faces_over_each_other_the_smaller_is_meant(live: LiveStudio) -> None:
    from dataclasses import replace

    from facecam.core.types import Box

    live.watch()
    large = replace(known(), box=Box(0, 0, 300, 230))
    small = face("unknown", track=2)
    live.give(view(large, small))
    spot = face_rect(small, live.tab.stage.frame_to_widget()).center()
    assert live.tab.stage.face_at(spot) is small


def test_faces_can_be_chosen_by_keyboard(live: LiveStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(live.tab.actions_, "open_face_menu", lambda chosen, where: opened.append(chosen))
    live.watch()
    left, right = known(left=10), face("unknown", track=2, left=200)
    live.context.preferences.mirror = False
    live.give(view(right, left))
    stage = live.tab.stage
    for keys in ([Qt.Key.Key_Right], [Qt.Key.Key_Right], [Qt.Key.Key_Left], [Qt.Key.Key_Left]):
        for key in keys:
            live.qtbot.keyClick(stage, key)
        live.qtbot.keyClick(stage, Qt.Key.Key_Return)
    assert opened == [left, right, left, right]


def test_a_chosen_face_that_leaves_is_chosen_no_more(live: LiveStudio) -> None:
    live.watch()
    live.give(view(known()))
    live.qtbot.keyClick(live.tab.stage, Qt.Key.Key_Right)
    live.give(view())
    live.qtbot.keyClick(live.tab.stage, Qt.Key.Key_Return)
    live.qtbot.keyClick(live.tab.stage, Qt.Key.Key_Right)
    assert live.tab.stage._chosen is None


def test_what_can_be_done_depends_on_the_face(live: LiveStudio) -> None:
    live.watch()
    actions = live.tab.actions_
    assert entries(actions.face_menu(known())) == ["&This is…", "&Not Ada", "&Ignore this face"]
    assert entries(actions.face_menu(face("unknown"))) == ["&This is…", "&Ignore this face"]
    twice = face("duplicate", looks_like=ADA)
    assert entries(actions.face_menu(twice)) == ["&This is…", "&Not Ada", "&Ignore this face"]
    assert entries(actions.face_menu(face("unproven", looks_like=ADA)))[:2] == ["&This is…", "&Not Ada"]
    assert not actions.face_menu(face("ignored")).actions()[-1].isEnabled()
    odd = known(Identity("8", "R&D " + "x" * 100))
    text = entries(actions.face_menu(odd))[1]
    assert text.startswith("&Not R&&D") and len(text) < 60
    assert all(action.toolTip() for action in actions.face_menu(known()).actions())


def test_the_menu_opens_over_the_picture(live: LiveStudio) -> None:
    live.watch()
    live.tab.actions_.open_face_menu(known(), live.tab.mapToGlobal(QPoint(50, 50)))
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    popup.close()


# ---------------------------------------------------------------------- this is …


def test_a_new_name_enrolls_and_can_be_undone(live: LiveStudio) -> None:
    run = live.watch()
    changed: list[bool] = []
    live.context.people_changed.connect(lambda: changed.append(True))
    pick(live.tab.actions_.face_menu(face("unknown", samples=3)), "&This is…")
    asked = dialog(live)
    asked.line.setText("  Zoë ")
    assert asked.accept_button.text() == "&Enroll"
    asked.accept()
    told = live.told()
    assert live.service.done == [("name", "Zoë", 3)]
    assert told.text.startswith("Zoë is known now") and "Eve" in told.hint, "looks like Eve"
    assert changed and run.hurried >= 1
    assert told.action is not None and told.action[0] == "&Undo"
    told.action[1]()
    live.qtbot.waitUntil(lambda: live.service.done[-1] == ("undo naming", "Zoë"))


def test_a_known_name_is_found_in_any_spelling_of_case(live: LiveStudio) -> None:
    live.watch()
    live.tab.actions_.ask_name([sample()])
    asked = dialog(live)
    asked.line.setText("ada")
    assert asked.name == "Ada" and "added to them" in asked.remark.text()
    asked.accept()
    assert live.told().text.startswith("Added to Ada")
    assert live.service.done == [("name", "Ada", 1)]


def test_somebody_can_be_picked_from_the_list_by_keyboard(live: LiveStudio) -> None:
    live.watch()
    live.tab.actions_.ask_name([sample()])
    asked = dialog(live)
    assert asked.people.model().rowCount() == 2
    asked.line.setText("ev")
    assert asked.people.model().rowCount() == 1
    live.qtbot.keyClick(asked.line, Qt.Key.Key_Down)
    live.qtbot.keyClick(asked.people, Qt.Key.Key_Return)
    live.qtbot.waitUntil(lambda: live.service.done == [("name", "Eve", 1)])


def test_the_list_goes_by_likeness_and_shows_portraits(live: LiveStudio) -> None:
    live.watch()
    live.tab.actions_.ask_name([sample()])
    people = dialog(live).people
    assert people.shown == ["Eve", "Ada"]
    assert [people.model().index(row, 0).data() for row in range(2)] == ["Eve · 91 %", "Ada · 12 %"]
    live.qtbot.waitUntil(lambda: people.model().sourceModel().portraits.get("Eve") is not None)
    assert live.service.portraits_of == ["Eve", "Ada"], "asked for once, with or without a picture"


def test_nothing_happens_without_a_name_or_when_cancelled(live: LiveStudio) -> None:
    live.watch()
    live.tab.actions_.ask_name([sample()])
    asked = dialog(live)
    save = asked.accept_button
    assert not save.isEnabled()
    asked.line.setText("   ")
    assert not save.isEnabled()
    asked.line.setText("Zoë")
    asked.reject()
    assert asked.result() == QDialog.DialogCode.Rejected
    live.qtbot.wait(30)
    assert live.service.done == []


def test_whom_live_makes_known_is_asked_what_they_agree_to(live: LiveStudio) -> None:
    live.watch()
    pick(live.tab.actions_.face_menu(face("unknown", samples=2)), "&This is…")
    asked = dialog(live)
    asked.line.setText("Ada")
    assert not asked.consent.isVisible(), "known already"
    asked.line.setText("Zoë")
    asked.consent.setText("the door")
    asked.accept()
    live.told()
    assert live.service.consents == ["the door"]


def test_a_face_not_seen_clearly_says_so_instead_of_asking(live: LiveStudio) -> None:
    live.watch()
    pick(live.tab.actions_.face_menu(face("unknown", samples=0)), "&This is…")
    assert "not seen clearly" in live.told().text
    assert not live.tab.findChildren(FaceNameDialog)


def test_what_cannot_be_enrolled_says_why(live: LiveStudio) -> None:
    live.watch()
    live.service.fault = EnrollmentError("the face cannot be saved as Zoë: blurred", hint="Wait.")
    live.tab.actions_.name_face("Zoë", [sample()])
    told = live.told()
    assert told.level == "fault" and "blurred" in told.text and told.hint == "Wait."


def test_five_hundred_people_can_be_searched(live: LiveStudio) -> None:
    asked = FaceNameDialog([sample()], [f"Person {number:03}" for number in range(500)])
    live.qtbot.addWidget(asked)
    asked.line.setText("person 49")
    assert asked.people.model().rowCount() == 10


# ---------------------------------------------------------------------- not this person, ignore


def test_not_this_person_is_remembered_and_can_be_undone(live: LiveStudio) -> None:
    run = live.watch()
    pick(live.tab.actions_.face_menu(known(samples=2)), "&Not Ada")
    told = live.told()
    assert live.service.done == [("reject", "Ada", 2)] and "not be taken for Ada" in told.text
    assert run.hurried >= 1 and told.action is not None
    assert run.rejected == [(1, "Ada")], "for the rest of its track at once"
    told.action[1]()
    live.qtbot.waitUntil(lambda: live.service.done[-1] == ("undo rejection", "Ada"))
    assert run.accepted == [("Ada", 2)]


def test_for_how_long_a_rejection_holds_is_said(live: LiveStudio, tmp_path: Path) -> None:
    """A film is known again, a camera is not."""
    live.watch()
    pick(live.tab.actions_.face_menu(known(samples=2)), "&Not Ada")
    told = live.told()
    assert told.text.startswith("Until this is stopped") and "afterwards only looks like these" in told.hint
    film = tmp_path / "a.mp4"
    film.write_bytes(b"film")
    text, hint = live.tab.actions_.rejecting.promise(str(film), "Ada")
    assert text == "In this film, this face will not be taken for Ada again." and "played again" in hint
    assert "the page of Ada" in hint and "the page of Ada" in told.hint


def rejected_and_seen_again(live: LiveStudio, *then: SeenFace) -> FakeRun:
    """Ada's face is rejected, then seen as `then` for a moment; at last nobody is there for 2 s."""
    run = live.watch()
    live.tab.actions_.rejecting.reject(ADA, known(samples=1))
    live.qtbot.waitUntil(lambda: live.service.done == [("reject", "Ada", 1)])
    shown = [view(face) for face in then]
    gone = view()
    for one in (*shown, gone, replace(gone, made_at_s=gone.made_at_s + 2)):
        live.give(one)
    return run


def test_later_looks_at_a_rejected_face_are_remembered_too_and_undone_with_it(live: LiveStudio) -> None:
    rejected_and_seen_again(live, face("unknown", samples=1), face("unknown", samples=3))
    live.qtbot.waitUntil(lambda: live.service.done == [("reject", "Ada", 1), ("reject", "Ada", 4)])
    told = live.told()
    assert told.action is not None
    told.action[1]()
    live.qtbot.waitUntil(lambda: live.service.done[2:] == [("undo rejection", "Ada")] * 2)


def test_nothing_more_is_remembered_once_the_person_takes_the_place_of_the_face(live: LiveStudio) -> None:
    rejected_and_seen_again(live, face("unknown", samples=2), known(samples=3))
    assert live.service.done == [("reject", "Ada", 1)]


def test_looks_at_another_face_in_its_place_are_not_remembered(live: LiveStudio) -> None:
    other = replace(sample(), vector=-sample().vector)
    rejected_and_seen_again(live, replace(face("unknown"), samples=(other,)))
    assert live.service.done == [("reject", "Ada", 1)]


def test_a_source_that_ends_leaves_its_last_looks(live: LiveStudio) -> None:
    live.watch()
    live.tab.actions_.rejecting.reject(ADA, known(samples=1))
    shown = view(face("unknown", samples=2))
    live.give(shown)
    live.tab.controller.stop()
    live.qtbot.waitUntil(lambda: live.service.done == [("reject", "Ada", 1), ("reject", "Ada", 2)])


def test_a_face_can_be_ignored(live: LiveStudio) -> None:
    run = live.watch()
    pick(live.tab.actions_.face_menu(known(track=7)), "&Ignore this face")
    assert run.ignored == [7]
    live.tab.controller.stop()
    live.tab.actions_.ignore(8)  # its run is gone: nothing to do
    assert run.ignored == [7]


def test_the_menu_belongs_to_the_moment_of_the_click(live: LiveStudio) -> None:
    """Somebody else stands there by the time the entry is chosen: the pictures are still Ada's."""
    live.watch()
    menu = live.tab.actions_.face_menu(known(samples=2))
    live.give(view(known(EVE, samples=1)))
    pick(menu, "&Not Ada")
    live.qtbot.waitUntil(lambda: live.service.done == [("reject", "Ada", 2)])


def test_a_hand_over_a_face_says_that_it_can_be_clicked(live: LiveStudio) -> None:
    live.watch()
    ada = known(ADA)
    live.give(view(ada))
    spot = face_rect(ada, live.tab.stage.frame_to_widget()).center().toPoint()
    live.qtbot.mouseMove(live.tab.stage, spot)
    live.qtbot.waitUntil(lambda: live.tab.stage.cursor().shape() == Qt.CursorShape.PointingHandCursor)
    assert live.tab.stage.face_at(QPointF(1, 1)) is None


def test_a_name_that_looks_like_a_known_one_is_that_one(live: LiveStudio) -> None:
    asked = FaceNameDialog([sample()], ["Ada", "Zoë"])
    live.qtbot.addWidget(asked)
    asked.line.setText("ADA\u200b")
    assert asked.name == "Ada"
    asked.line.setText("Zoë")
    assert asked.name == "Zoë"
