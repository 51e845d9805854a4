"""The list: searched, sorted, large, and the same person chosen whatever happens to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QInputDialog, QLineEdit, QListView

from facecam.core.errors import DataError
from facecam.engine.enrollment.consent import Consent
from facecam.engine.people.resemblances import LikePerson
from facecam.engine.visits.log import Sighting
from facecam.gui.enroll.lists.people_model import ORDERS, face_key, summary_of
from facecam.gui.enroll.lists.photo_grid import verdict_line
from facecam.gui.widgets.empty_state import EmptyState
from tests.gui.enroll.conftest import Stage, crowd
from tests.gui.enroll.fakes import entry
from tests.gui.sight import read_aloud


def test_everybody_is_listed_by_name(stage: Stage) -> None:
    assert stage.names() == ["Ada", "Bea", "Dora", "Zoë"]
    assert stage.tab.people.count.text() == "4 people"
    assert stage.service.recovered == 1


def test_other_orders(stage: Stage) -> None:
    people = stage.tab.people
    people.order.setCurrentIndex(ORDERS.index("photos"))
    assert stage.names() == ["Ada", "Zoë", "Dora", "Bea"]
    people.order.setCurrentIndex(ORDERS.index("newest"))
    assert stage.names()[:2] == ["Dora", "Zoë"], "whoever waits to be enrolled comes first"


@pytest.mark.parametrize(
    ("known", "word", "cure"),
    [
        ({"vectors": 2, "apart": True}, "known by older data", "Photos would make it more certain"),
        ({"vectors": 0, "kept": 2}, "known to another model", "Add photos"),
    ],
)
def test_who_has_no_photos_says_how_they_are_known(
    stage: Stage, known: dict[str, Any], word: str, cure: str
) -> None:
    old = replace(entry("Cy", 0, vectors=2), **known)
    stage.service.people.append(old)
    stage.context.people_changed.emit()
    stage.settle()
    stage.choose("Cy")
    summary = stage.tab.person.summary
    assert summary.text() == word and cure in summary.toolTip()


def test_search_without_accents_and_case(stage: Stage) -> None:
    people = stage.tab.people
    people.search.setText("ZOE")
    stage.until(lambda: stage.names() == ["Zoë"])
    assert people.count.text() == "1 of 4"
    people.search.setText("nobody")
    stage.until(lambda: stage.names() == [])
    assert "such a name" in people.view.empty_text
    people.search.clear()
    stage.until(lambda: len(stage.names()) == 4)


def test_return_in_the_search_chooses_the_first(stage: Stage) -> None:
    search = stage.tab.people.search
    search.setText("be")
    stage.qtbot.keyClick(search, Qt.Key.Key_Return)
    stage.settle()
    assert stage.tab.person.name.text() == "Bea"


def test_whoever_is_chosen_stays_chosen(stage: Stage) -> None:
    stage.choose("Bea")
    stage.service.people.append(entry("Aaron", 2))
    stage.context.people_changed.emit()
    stage.settle()
    assert stage.names()[0] == "Aaron" and stage.tab.people.entry.name == "Bea"  # type: ignore[union-attr]
    stage.tab.people.order.setCurrentIndex(2)
    assert stage.tab.people.entry.name == "Bea"  # type: ignore[union-attr]


def test_the_page_of_the_chosen_person(stage: Stage) -> None:
    stage.choose("Ada")
    person = stage.tab.person
    assert person.summary.text() == "9 photos · very good"
    assert len(person.photos.cards) == 9
    assert person.enroll.isHidden() and "More photos of Ada" in stage.tab.adding.add.title.text()
    stage.choose("Dora")
    assert not person.enroll.isHidden() and "not enrolled" in person.summary.text()


def test_somebody_with_photos_is_enrolled_from_them(stage: Stage) -> None:
    stage.choose("Dora")
    assert verdict_line(stage.tab.person.photos.cards[0]) == "Good · Front · not used yet"
    stage.tab.person.enroll.click()
    stage.settle()
    assert stage.service.calls == [("enroll", "Dora", ["good-0.jpg", "good-1.jpg"])]


def test_two_thousand_people_and_only_the_visible_faces(stage: Stage) -> None:
    loaded: list[object] = []
    stage.tab.people.model.faces.ready.connect(loaded.append)
    stage.service.people = list(crowd(2000))
    stage.context.people_changed.emit()
    stage.until(lambda: len(stage.names()) == 2000)
    stage.settle()
    assert 5 < len(loaded) < 60
    first = stage.tab.people.model.shown[0]
    assert face_key(first) in loaded


def test_names_of_all_kinds_are_drawn(stage: Stage) -> None:
    stage.service.people = [entry(name) for name in ("א" * 40, "😀👩‍🚀", "x" * 300, "../../etc", "a\u202eb")]
    stage.context.people_changed.emit()
    stage.settle()
    for name in stage.names():
        stage.choose(name)
    stage.tab.grab()
    assert stage.tab.person.name.width() < 400


def test_nobody_is_known(empty_stage: Stage) -> None:
    add = empty_stage.tab.adding.add
    assert "Nobody is known yet" in add.title.text() and "folder" in add.text.text()
    assert empty_stage.tab.people.view.empty_text == "Nobody yet"


def test_go_to_somebody(stage: Stage) -> None:
    stage.tab.activate(person="id-Zoë")
    stage.settle()
    assert stage.tab.person.name.text() == "Zoë"
    stage.tab.activate(person="Ada")
    stage.settle()
    assert stage.tab.person.name.text() == "Ada"


def test_every_control_says_what_it_is(stage: Stage) -> None:
    stage.choose("Ada")
    kinds = (QAbstractButton, QLineEdit, QComboBox)
    for kind in kinds:
        for control in stage.tab.findChildren(kind):
            if control.objectName().startswith("qt_") or isinstance(control.parent(), (QLineEdit, QListView)):
                continue
            if isinstance(control.parent(), EmptyState):
                continue  # Its buttons are hidden as long as they have no words.
            assert read_aloud(control)[0], control
            assert control.toolTip(), read_aloud(control)


def test_new_settings_are_looked_at_anew(stage: Stage) -> None:
    stage.choose("Ada")
    stage.service.people = [entry("Else")]
    stage.context.settings_changed.emit()
    stage.settle()
    assert stage.names() == ["Else"] and stage.tab.people.entry is None


def test_a_persons_page_says_what_they_agreed_to(stage: Stage) -> None:
    stage.service.people.append(
        replace(entry("Cy", 2, vectors=2), consent=Consent("2026-01-31", "the choir"))
    )
    stage.context.people_changed.emit()
    stage.settle()
    line = stage.tab.person.consent
    stage.choose("Cy")
    assert line.isVisible() and line.text() == "Agreed to: the choir (2026-01-31)"
    stage.choose("Ada")
    assert line.isVisible() and line.text() == "Consent: not recorded"
    stage.context.preferences.ask_consent = False
    stage.choose("Bea")
    assert not line.isVisible()


@pytest.mark.parametrize(("text", "calls"), [("the door", [("consent", "Ada", "the door")]), ("  ", [])])
def test_consent_can_be_noted_later(stage: Stage, text: str, calls: list[tuple[str, ...]]) -> None:
    stage.choose("Ada")
    stage.tab.person.agree.click()
    dialog = stage.dialog(QInputDialog)
    assert isinstance(dialog, QInputDialog) and "Ada" in dialog.labelText()
    dialog.setTextValue(text)
    dialog.accept()
    stage.settle()
    assert stage.service.calls == calls and stage.changes == len(calls)


def test_who_changes_their_mind_notes_nothing(stage: Stage) -> None:
    stage.choose("Ada")
    stage.tab.person.agree.click()
    dialog = stage.dialog(QInputDialog)
    dialog.setTextValue("the door")  # type: ignore[attr-defined]
    dialog.reject()
    stage.settle()
    assert stage.service.calls == [] and stage.changes == 0


def test_a_consent_that_cannot_be_kept_is_said(stage: Stage) -> None:
    stage.choose("Ada")
    stage.service.fault = DataError("the disk is full", hint="Free some space.")
    stage.tab.person.agree.click()
    dialog = stage.dialog(QInputDialog)
    dialog.setTextValue("the door")  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    assert stage.messages[-1].level == "fault" and stage.changes == 0


def test_the_page_says_what_is_in_use_and_when_somebody_was_seen(stage: Stage) -> None:
    stage.service.from_films = 2
    stage.choose("Bea")
    stage.choose("Ada")
    assert stage.tab.person.facts.text() == "Photos in use: 9 of 9 · 2 taken while watching"
    bea = next(one.identity for one in stage.service.people if one.name == "Bea")
    came = datetime(2026, 1, 31, 14, 5, tzinfo=UTC)
    stage.service.visits = tuple(Sighting(number, bea, came, came, 90.0, "camera 0") for number in (1, 2))
    stage.choose("Bea")
    assert "Seen 2 times, last on" in stage.tab.person.facts.text()
    assert "(camera 0)" in stage.tab.person.facts.text()


def test_who_is_like_somebody_is_shown_beside_them_and_settled(stage: Stage) -> None:
    bea = next(one.identity for one in stage.service.people if one.name == "Bea")
    stage.service.alike = (LikePerson(bea, 71.0),)
    stage.choose("Ada")
    card = stage.tab.person.alike
    assert card.isVisible() and "Bea: 71\u00a0% alike" in card.text.text()
    assert [face.toolTip() for face in card.faces] == ["Ada", "Bea"]
    card.two.click()
    stage.settle()
    assert stage.service.calls == [("two", "Ada", "Bea")] and not card.isVisible()
    assert stage.texts == ["Ada and Bea are two people."]
    stage.tab.changes.undo()
    stage.settle()
    stage.service.alike = (LikePerson(bea, 71.0),)
    stage.choose("Zoë")
    stage.choose("Ada")
    card.merge.click()
    stage.settle()
    assert stage.service.calls[-1] == ("merge", "Ada", ["Bea"])
    assert "Bea" not in stage.names()


def test_a_second_line_tells_namesakes_apart() -> None:
    assert summary_of(entry("Anna (the lab)", 5)) == "the lab · 5 photos · good"
    assert summary_of(entry("Anna", 5)) == "5 photos · good"


def test_names_that_look_the_same_are_asked_about(stage: Stage) -> None:
    bea = next(one.identity for one in stage.service.people if one.name == "Bea")
    stage.service.alike = (LikePerson(bea, None),)
    stage.choose("Ada")
    assert "“Bea”, whose name looks the same" in stage.tab.person.alike.text.text()


def test_faces_that_were_rejected_are_shown_and_taken_back_on_the_page(stage: Stage) -> None:
    """Whatever was said while watching, also before the last restart."""
    kept = tuple(Path(f"/data/Ada/.not-this-person/not-{number}.png") for number in (1, 2))
    stage.service.rejected = kept
    stage.choose("Ada")
    card = stage.tab.person.rejected
    stage.until(lambda: card.isVisible() and card.all.isVisible())
    assert list(card.faces) == [kept[1], kept[0]] and "2 faces" in card.text.text()
    stage.qtbot.mouseClick(card.faces[kept[0]], Qt.MouseButton.LeftButton)
    stage.until(lambda: stage.service.calls[-1:] == [("accept", "Ada", ["not-1.png"])])
    stage.until(lambda: list(card.faces) == [kept[1]] and not card.all.isVisible())
    assert "taken for Ada again" in stage.tab.people.undo.toolTip()
    stage.service.rejected = ()
    stage.choose("Bea")
    assert not card.isVisible()
