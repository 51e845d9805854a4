"""Groups to name: asked, answered for many at once, enrolled with the faces meant; no twins by a short name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from facecam.core.errors import DataError
from facecam.core.types import Box
from facecam.engine.faces.photo_embeddings import PhotoFace
from facecam.engine.tools.face_groups import FaceGroupToName, FacesToName, Likeness
from facecam.gallery.names import only_match
from facecam.gui.enroll.naming import MOST_PHOTOS
from facecam.gui.enroll.pages.naming_page import NamingPage
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.widgets.name_dialog import PersonNameDialog
from facecam.gui.widgets.thumbnail import Thumbnail
from tests.gui.enroll.conftest import Stage


def faces(name: str, count: int) -> tuple[PhotoFace, ...]:
    return tuple(
        PhotoFace(Path(f"/x/good-{name}-{one}.jpg"), Box(10, 10, 40, 40), 1, 1) for one in range(count)
    )


def looked(stage: Stage) -> NamingPage:
    """A folder of Ada, of somebody unknown and of somebody whom a photo program named."""
    stage.service.to_name = FacesToName(
        (
            FaceGroupToName(faces("u", 40)),
            FaceGroupToName(faces("a", 3), (Likeness("Ada", 93.2), Likeness("Bea", 12.0)), True),
            FaceGroupToName(faces("w", 2), (Likeness("Bea", 31.0),), False, "Wanda"),
        ),
        50,
        5,
        unfit=2,
    )
    stage.tab.adding.naming.look([Path("/x/holiday")], stage.names())
    stage.settle()
    return stage.tab.adding.naming.page


def test_yes_to_many_at_once(stage: Stage) -> None:
    page = looked(stage)
    assert stage.tab.adding.currentWidget() is page and page.title.text() == "Who are these 3 people?"
    assert page.summary.text() == (
        "50 photos · 5 without a face · 2 person(s) left out: too small, cut off or blurred to be enrolled"
    )
    assert [row.line.text() for row in page.rows] == ["", "Ada", "Wanda"]
    assert not page.enroll.isEnabled() and page.named == []
    page.all_yes.click()
    assert page.enroll.text() == "&Enroll 2 people"
    page.rows[2].yes.click()
    assert page.enroll.text() == "&Enroll 1 person"
    page.all_no.click()
    assert page.named == []
    page.all_yes.click()
    page.enroll.click()
    stage.settle()
    enrolled = [call for call in stage.service.calls if call[0] == "enroll"]
    assert [(call[1], len(call[2])) for call in enrolled] == [("Ada", 3), ("Wanda", 2)]
    assert ("chosen", "good-w-0.jpg", Box(10, 10, 40, 40)) in stage.service.calls
    assert stage.tab.adding.result.isVisible() and stage.tab.adding.result.undo.isVisible()
    stage.tab.changes.undo()
    stage.settle()
    assert "Wanda" not in stage.names()


def test_who_is_new_among_the_groups_is_asked_what_they_agree_to(stage: Stage) -> None:
    page = looked(stage)
    assert not page.consent.isVisible(), "nobody has a name yet"
    page.rows[1].yes.click()
    assert not page.consent.isVisible(), "Ada is known"
    page.rows[2].yes.click()
    assert page.consent.isVisible()
    page.consent.setText(" the choir ")
    page.enroll.click()
    stage.settle()
    enrolled = [call[1] for call in stage.service.calls if call[0] == "enroll"]
    assert dict(zip(enrolled, stage.service.consents, strict=True)) == {"Ada": None, "Wanda": "the choir"}


def test_a_household_is_not_asked_about_groups(stage: Stage) -> None:
    stage.context.preferences.ask_consent = False
    page = looked(stage)
    page.all_yes.click()
    assert not page.consent.isVisible()
    page.enroll.click()
    stage.settle()
    assert stage.service.consents == [None, None]


def test_return_goes_from_name_to_name_and_then_to_enrolling(stage: Stage) -> None:
    page = looked(stage)
    page.rows[0].line.setFocus()
    for row, name in zip(page.rows, ("Zoe", "Yan", "Xia"), strict=True):
        assert row.line.hasFocus()
        stage.qtbot.keyClicks(row.line, name)
        stage.qtbot.keyClick(row.line, Qt.Key.Key_Return)
    assert [name for name, _ in page.named] == ["Zoe", "Yan", "Xia"], "what stood there was replaced"
    assert page.enroll.hasFocus()


def test_return_takes_the_only_match_and_two_groups_of_one_are_one_person(stage: Stage) -> None:
    page = looked(stage)
    first, last = page.rows[0], page.rows[2]
    first.line.setText("ad")
    stage.qtbot.keyClick(first.line, Qt.Key.Key_Return)
    assert first.line.text() == "Ada" and first.yes.isChecked()
    last.offers["Bea"].click()
    assert last.name == "Bea"
    page.rows[1].answer(True)
    page.enroll.click()
    stage.settle()
    enrolled = [call for call in stage.service.calls if call[0] == "enroll"]
    assert [(call[1], len(call[2])) for call in enrolled] == [("Ada", MOST_PHOTOS + 3), ("Bea", 2)]


def test_only_likely_people_are_offered(stage: Stage) -> None:
    page = looked(stage)
    assert [list(row.offers) for row in page.rows] == [[], ["Ada"], ["Bea"]]
    assert not page.rows[1].offers["Ada"].icon().isNull(), "with the portrait"


def test_cancelled_and_failed(stage: Stage) -> None:
    stage.service.may_go_on.clear()
    stage.tab.adding.naming.look([Path("/x")], [])
    stage.until(lambda: stage.service.calls)
    assert stage.tab.adding.busy
    stage.qtbot.keyClick(stage.tab.adding, Qt.Key.Key_Escape)
    stage.settle()
    assert stage.tab.adding.currentWidget() is stage.tab.adding.add and not stage.tab.adding.busy
    stage.service.may_go_on.set()
    stage.service.fault = DataError("no face was found in 3 photos", hint="Look at the photos.")
    stage.tab.adding.naming.look([Path("/x")], [])
    stage.settle()
    assert stage.texts == ["No face was found in 3 photos"]
    assert stage.tab.adding.currentWidget() is stage.tab.adding.add


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Barack", "Barack Obama"),
        ("oba", "Barack Obama"),
        ("o b", "Barack Obama"),
        ("joe", None),
        ("Joe C", "Joe Cocker"),
        ("ANN", "Ann"),
        ("", None),
        ("arack", None),
    ],
)
def test_whom_a_few_letters_mean(typed: str, meant: str | None) -> None:
    assert only_match(typed, ["Barack Obama", "Joe Biden", "Joe Cocker", "Ann", "Anna"]) == meant


def test_return_makes_no_twin(qtbot: QtBot) -> None:
    dialog = PersonNameDialog("new", ["Barack Obama", "Joe Biden"])
    qtbot.addWidget(dialog)
    dialog.line.setText("Barack")
    assert dialog.name == "Barack Obama" and dialog.accept_button.text() == "&Add to Barack Obama"
    assert not dialog.new_button.isHidden()
    dialog.new_button.click()
    assert dialog.name == "Barack"
    renaming = PersonNameDialog("rename", ["Barack Obama", "Joe Biden"], "Joe Biden")
    qtbot.addWidget(renaming)
    renaming.line.setText("Barack")
    assert renaming.name == "Barack"


def test_return_makes_no_twin_in_live(qtbot: QtBot) -> None:
    dialog = FaceNameDialog([], ["Barack Obama", "Joe Biden"])
    qtbot.addWidget(dialog)
    dialog.line.setText("barack")
    assert dialog.name == "Barack Obama" and not dialog.new_button.isHidden()
    dialog.new_button.click()
    assert dialog.name == "barack"


def test_known_people_are_offered_while_typing(qtbot: QtBot) -> None:
    dialog = PersonNameDialog("new", ["Joe Biden", "Barack Obama", "Jo March"])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.line.setText("jo")
    assert dialog.people.shown == ["Jo March", "Joe Biden"]
    dialog.line.setText("bama")
    assert dialog.people.shown == ["Barack Obama"]
    qtbot.keyClick(dialog.line, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.people, Qt.Key.Key_Return)
    assert dialog.name == "Barack Obama"


def test_who_is_asked_is_answered_by_likeness_with_portraits(stage: Stage) -> None:
    stage.tab.adding.ask_name(lambda name: None, "", [Path("/p/good-1.jpg")])
    dialog = stage.dialog(PersonNameDialog)
    people = dialog.people  # type: ignore[attr-defined]
    stage.until(lambda: people.shown[0] == "Zoë")
    assert people.shown[:3] == ["Zoë", "Ada", "Bea"]
    first = people.model().index(0, 0)
    assert first.data() == "Zoë · 90 %"
    stage.until(lambda: people.model().sourceModel().portraits.get("Zoë") is not None)
    dialog.reject()


def test_every_face_is_shown_however_many_there_are(stage: Stage) -> None:
    """Those of the most frequent people, who stand first, too."""
    groups = tuple(FaceGroupToName(faces(f"group{number}-", 5)) for number in range(40))
    stage.service.to_name = FacesToName(groups, 200, 0)
    stage.tab.adding.naming.look([Path("/x/holiday")], [])
    stage.settle()
    without_picture = Thumbnail(56).grab().toImage()
    shown = [thumb.grab().toImage() for thumb in stage.tab.adding.naming.page.findChildren(Thumbnail)]
    assert len(shown) == 200 and without_picture not in shown
