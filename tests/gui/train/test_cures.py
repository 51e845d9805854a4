"""Data problems are mended where they are shown, without figures nobody needs, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings
from facecam.engine.audit.findings import Finding
from facecam.engine.people.cures import PhotoCure, PhotoCures
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.training_jobs.survey import survey
from facecam.gui.core.context import AppContext
from facecam.gui.train.data.warning_cures import offers, warning_words
from facecam.gui.train.data.warnings_dialog import WarningsDialog
from facecam.gui.train.tab import TrainTab
from tests.engine.fixtures import Heads, heads, models_opened_once
from tests.engine.studio import BARACK, EILEEN, JOE, mirrored, save
from tests.gui.train.fakes import FakeTrainService

__all__ = ["heads", "models_opened_once"]
A, B, C = Path("/data/Ada/a.jpg"), Path("/data/Ada/b.jpg"), Path("/data/Bea/c.jpg")
_ENGINE = "squared_l2 0.31: python main.py people merge --flag"


def warning(kind: str, *photos: Path, other: str | None = None) -> Finding:
    groups = ((A,), (B,)) if kind == "several people" else ()
    return Finding(kind, "Ada", photos, _ENGINE, _ENGINE, other, groups)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "buttons", "cures"),
    [
        (
            warning("same person", A, C, other="Bea"),
            ["&Merge into Bea", "Show the &person"],
            [PhotoCure("merge", "Ada", (), "Bea"), None],
        ),
        (
            warning("suspicious label", A, B, C, other="Bea"),
            ["M&ove to Bea", "&Delete the photo", "It is &right"],
            [
                PhotoCure("move", "Ada", (A,), "Bea"),
                PhotoCure("delete", "Ada", (A,)),
                PhotoCure("right", "Ada", (A,)),
            ],
        ),
        (
            warning("suspicious label", A, B),
            ["&Delete the photo", "It is &right"],
            [PhotoCure("delete", "Ada", (A,)), PhotoCure("right", "Ada", (A,))],
        ),
        (
            warning("several people", A, B),
            ["&Split…", "It is &right"],
            [None, PhotoCure("right", "Ada", (A, B))],
        ),
        (
            warning("duplicate", A, B, other=None),
            ["&Delete the photo", "Show the &person"],
            [PhotoCure("delete", "Ada", (B,)), None],
        ),
        (
            warning("duplicate", A, C, other="Bea"),
            ["&Delete the photo", "Show the &person"],
            [PhotoCure("delete", "Ada", (A,)), None],
        ),
        (warning("few photos"), ["&Add photos…"], [None]),
    ],
)
def test_each_warning_has_its_buttons(
    found: Finding, buttons: list[str], cures: list[PhotoCure | None]
) -> None:
    made = offers(found)
    assert [one.words for one in made] == buttons and [one.cure for one in made] == cures
    assert all(one.visit == "Ada" for one in made if one.cure is None)


def test_the_window_says_it_in_words(qtbot: QtBot, tab: TrainTab, context: AppContext) -> None:
    found = [
        warning("same person", A, C, other="Bea"),
        warning("suspicious label", A, other="Bea"),
        warning("several people", A, B),
    ]
    assert [warning_words(one) for one in found] == [
        "Ada and Bea look like one person.",
        "a.jpg looks like Bea, not like Ada.",
        "These photos look like 2 people.",
    ]
    dialog = WarningsDialog(context, FakeTrainService(), found, tab)
    qtbot.addWidget(dialog)
    said = "\n".join(one.text() for one in dialog.findChildren(QLabel))
    assert "squared_l2" not in said and "python" not in said and "--" not in said


def test_mended_and_taken_back(
    qtbot: QtBot, tab: TrainTab, context: AppContext, service: FakeTrainService
) -> None:
    dialog = WarningsDialog(context, service, [warning("suspicious label", A, other="Bea")], tab)
    qtbot.addWidget(dialog)
    [card] = dialog.cards
    changes: list[int] = []
    context.people_changed.connect(lambda: changes.append(1))
    card.buttons[0].click()
    qtbot.waitUntil(lambda: [one.text() for one in card.buttons] == ["&Undo"])
    assert service.mended == [PhotoCure("move", "Ada", (A,), "Bea")]
    card.buttons[0].click()
    qtbot.waitUntil(lambda: len(card.buttons) == 3)
    assert service.mended == []
    assert changes == []
    dialog.accept()
    assert changes == [1], "the photos are looked at again"


def test_a_person_is_visited(qtbot: QtBot, tab: TrainTab, context: AppContext) -> None:
    dialog = WarningsDialog(context, FakeTrainService(), [warning("several people", A, B)], tab)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(context.tab_wanted) as wanted:
        dialog.cards[0].buttons[0].click()
    assert wanted.args == ["enroll", {"person": "Ada"}]


def test_on_real_photos(settings: Settings, heads: Heads) -> None:
    """A photo of Joe among Eileen's is moved, a copy deleted, two names joined; all of it is taken back."""
    save(heads[EILEEN], settings.data / EILEEN / "a.png")
    save(mirrored(heads[EILEEN]), settings.data / EILEEN / "b.png")
    wrong = save(mirrored(heads[JOE]), settings.data / EILEEN / "wrong.png")
    save(heads[JOE], settings.data / JOE / "a.png")
    save(heads[BARACK], settings.data / BARACK / "a.png")
    library = PhotoLibrary(settings.data)
    before = library.people()
    found = [one for one in survey(settings).warnings if one.kind == "suspicious label"]
    assert [(one.photos[0], one.other) for one in found] == [(wrong, JOE)]
    cures = PhotoCures(settings)
    undos = [cures.carry_out(one.cure) for one in offers(found[0])[:1] if one.cure is not None]
    assert not wrong.exists() and len(library.photos_of(JOE)) == 2
    undos.append(cures.carry_out(PhotoCure("delete", EILEEN, (settings.data / EILEEN / "b.png",))))
    undos.append(cures.carry_out(PhotoCure("merge", BARACK, (), JOE)))
    assert {name: len(photos) for name, photos in library.people().items()} == {EILEEN: 1, JOE: 3}
    for undo in reversed(undos):
        undo()
    assert library.people() == before
    cures.carry_out(PhotoCure("right", EILEEN, (wrong,)))
    assert not [one for one in survey(settings).warnings if one.kind == "suspicious label"]
    cures.close()
