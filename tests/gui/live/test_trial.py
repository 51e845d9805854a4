"""A trained model is seen beside the one in use before it is decided upon."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from facecam.core.errors import EnrollmentError
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import ADA, EVE, FakeRun, known, view


def click(live: LiveStudio, button: QPushButton) -> None:
    live.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def tried(live: LiveStudio, model: str = "quick-1") -> FakeRun:
    """A source running with a model on trial."""
    run = live.watch()
    live.tab.activate(trial=model)
    live.qtbot.waitUntil(lambda: live.tab.trial.ready)
    return run


def test_both_models_are_shown_side_by_side_on_the_running_source(live: LiveStudio) -> None:
    run, trial = tried(live), live.tab.trial
    assert run is live.run and not run.stopped, "the source goes on"
    assert run.tried[-1] == "quick-1"
    live.give(replace(view(known(ADA)), tried="quick-1", tried_faces=(known(EVE),)))
    live.qtbot.waitUntil(lambda: trial.stage.view is not None)
    assert live.tab.stage.view is not None and trial.stage.view is not None
    assert [face.identity for face in live.tab.stage.view.faces] == [ADA]
    assert [face.identity for face in trial.stage.view.faces] == [EVE]
    assert live.tab.stage.isVisible() and trial.stage.isVisible()
    assert abs(live.tab.stage.width() - trial.stage.width()) <= 4
    assert "quick-1" in trial.bar.words.text()


def test_another_source_is_seen_with_both_models_too(live: LiveStudio) -> None:
    tried(live)
    assert live.watch("film.mp4").tried[-1] == "quick-1"


def test_a_trial_ends_without_a_change(live: LiveStudio) -> None:
    run, wanted = tried(live), []
    live.context.model_wanted.connect(wanted.append)
    click(live, live.tab.trial.bar.end)
    assert run.tried[-1] is None and not live.tab.trial.name
    assert not live.tab.trial.stage.isVisible() and not live.tab.trial.bar.isVisible()
    assert wanted == []


def test_deploying_after_a_trial_asks_the_window_for_it(live: LiveStudio) -> None:
    tried(live)
    wanted: list[str] = []
    live.context.model_wanted.connect(wanted.append)
    click(live, live.tab.trial.bar.deploy)
    assert wanted == ["quick-1"] and not live.tab.trial.name


def test_another_model_in_use_ends_the_trial(live: LiveStudio) -> None:
    tried(live)
    live.context.model_changed.emit()
    assert not live.tab.trial.name


def test_other_people_are_learnt_by_the_trial_too(live: LiveStudio) -> None:
    tried(live)
    live.context.people_changed.emit()
    live.qtbot.waitUntil(lambda: live.service.done.count(("trial", "quick-1")) == 2)


def test_a_model_that_cannot_be_tried_is_said_and_nothing_is_left(live: LiveStudio) -> None:
    live.watch()
    live.service.fault = EnrollmentError(
        "there are no photos to try the model with", hint="Enroll people first."
    )
    live.tab.activate(trial="quick-1")
    assert live.told().text == "There are no photos to try the model with"
    assert not live.tab.trial.name and not live.tab.trial.bar.isVisible()
