"""A training from the button to the decision, on a fake engine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyqtgraph import ScatterPlotItem
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QTreeWidget
from pytestqt.qtbot import QtBot

from facecam.core.errors import DataError, FacecamError, TrainingError, WeightsError
from facecam.core.events import Metrics, Notice, Progress
from facecam.gui.core.context import AppContext, Message
from facecam.gui.train.results.result_card import ResultCard
from facecam.gui.train.results.run_dialogs import CompareDialog, RunDialog
from facecam.gui.train.tab import TrainTab
from facecam.metrics.rates import wilson
from facecam.training.gate.strangers import StrangersReport, Treatment
from tests.gui import sight
from tests.gui.train.fakes import (
    RUN,
    FakeTrainService,
    gate,
    outcome,
    projection,
    run_summary,
    summary,
)


def click(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def begin(qtbot: QtBot, tab: TrainTab, service: FakeTrainService) -> None:
    click(qtbot, tab.side.start.start_button)
    qtbot.waitUntil(service.started.is_set)


def finish(qtbot: QtBot, tab: TrainTab, service: FakeTrainService, result: object = None) -> None:
    begin(qtbot, tab, service)
    service.finish(result)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: not tab.controller.running)


def words(tab: TrainTab) -> str:
    return sight.words(tab.run_view.result)


def test_the_button_says_how_long_and_the_line_below_where(tab: TrainTab) -> None:
    assert tab.side.start.start_button.text() == "&Start · about 6 min"
    assert sight.words(tab.side.start).startswith("CPU · Training on the processor")


def test_a_training_asks_before_it_replaces_anything(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    begin(qtbot, tab, service)
    [request] = service.requests
    assert (request.preset, request.options.deploy, request.resume) == ("fine-tune", "never", None)
    assert context.busy_with == ("Training",)
    assert tab.side.start.stop_button.isVisibleTo(tab) and not tab.side.start.start_button.isVisibleTo(tab)
    assert not tab.side.presets.isEnabled()


def test_curves_progress_and_log_follow_the_events(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    begin(qtbot, tab, service)
    service.tell(
        Progress("prepare", 3, 60),
        Progress("epochs", 2, 10),
        Progress("train", 5, 10),
        Metrics("train", 25, {"loss": 0.12, "positive_fraction": 0.4, "learning_rate": 1e-5}),
        Metrics("train", 26, {"loss": float("nan")}),
        Metrics("validate", 30, {"tar": 0.95, "auc": 0.99, "loss": 0.2}),
        Notice("Kept: 60% of the trained weights."),
    )
    curves = tab.run_view.curves
    qtbot.waitUntil(lambda: curves.quality.last("auc") == 0.99)
    assert curves.loss.last("train") == 0.12 and curves.loss.last("validate") == 0.2
    assert (curves.positive.last("positive_fraction"), curves.rate.last("learning_rate")) == (0.4, 1e-5)
    assert curves.quality.last("tar") == 0.95
    assert "Training, epoch 3 of 10" in sight.words(tab.run_view)
    assert [bar.value() for bar in sight.in_sight(tab.run_view, QProgressBar)] == [250]
    assert "Kept: 60%" in tab.run_view.log.toPlainText()


def test_a_collapse_is_said_in_plain_words(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    begin(qtbot, tab, service)
    service.tell(Notice("All photos get the same vector", "Stop, and take a smaller learning rate."))
    qtbot.waitUntil(lambda: bool(shown))
    assert (shown[0].level, shown[0].text) == ("warning", "All photos get the same vector")
    assert "Stop, and take a smaller" in tab.run_view.log.toPlainText()


def test_a_command_of_the_terminal_is_no_banner_and_a_banner_is_a_sentence(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    begin(qtbot, tab, service)
    service.tell(
        Notice("a-1 was not tried on strangers.", "Try it: models calibrate a-1 --photos DIR"),
        Notice("too few photos", "Add some."),
    )
    qtbot.waitUntil(lambda: bool(shown))
    assert [(one.text, one.hint) for one in shown] == [("Too few photos", "Add some.")]
    log = tab.run_view.log.toPlainText()
    assert "a-1 was not tried on strangers." in log and "--photos" not in log


def test_a_better_model_is_offered_and_deployed(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    finish(qtbot, tab, service)
    assert "New model 97.1 %, current 96.4 % on 180 held-out photo(s): better (95 % sure)" in words(tab)
    assert tab.run_view.result.deploy_button.text() == "&Deploy"
    with qtbot.waitSignals([context.model_changed, context.people_changed]):
        click(qtbot, tab.run_view.result.deploy_button)
    assert service.deployed == ["fine-tune-1"]
    assert "In use now, also by Live: 3 person(s) are known. Without usable photos: Donald." in words(tab)
    assert not tab.run_view.result.deploy_button.isVisibleTo(tab)


def test_a_better_model_that_knows_no_strangers_says_so(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    finish(qtbot, tab, service, outcome(caution="Strangers may pass."))
    assert "The new model is better" in words(tab) and words(tab).endswith("Strangers may pass.")
    assert tab.run_view.result.deploy_button.text() == "&Deploy anyway"


def test_a_worse_model_is_rather_kept(qtbot: QtBot, tab: TrainTab, service: FakeTrainService) -> None:
    finish(qtbot, tab, service, outcome(gate("worse", 0.93, 0.964, 0.02)))
    assert "The new model is worse" in words(tab) and "worse (98 % sure)" in words(tab)
    assert tab.run_view.result.deploy_button.text() == "&Deploy anyway"
    click(qtbot, tab.run_view.result.keep_button)
    qtbot.waitUntil(lambda: service.kept == [RUN])
    assert service.deployed == [] and tab.controller.state == "idle"


def test_figures_come_with_their_ranges_and_chance_is_called_chance(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    report = replace(gate("as good", sure=0.8), candidate_range=(0.95, 0.985), deployed_range=(0.941, 0.98))
    finish(qtbot, tab, service, outcome(report))
    assert "New model 97.1 % (95 % to 98.5 %), current 96.4 % (94.1 % to 98 %) on 180" in words(tab)
    assert "cannot be told apart" in words(tab) and "the difference may be chance" in words(tab)
    assert tab.run_view.result.deploy_button.text() == "&Deploy anyway"


def test_what_strangers_are_taken_for_is_shown(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    def treatment(model: str, named: int, missed: int) -> Treatment:
        return Treatment(model, 0.15, wilson(named, 144), wilson(missed, 108), None)

    strangers = StrangersReport(treatment("new", 2, 3), treatment("old", 4, 6), 144, 12, 108, "As measured.")
    finish(qtbot, tab, service, outcome(strangers=strangers))
    assert "Strangers that get a name: new model 1.39 %, current 2.78 % of 144 photo(s)" in words(tab)
    assert "known people missed: 2.78 %, 5.56 %." in words(tab)
    assert tab.run_view.result.deploy_button.text() == "&Deploy"


def test_few_photos_are_no_evidence(qtbot: QtBot, tab: TrainTab, service: FakeTrainService) -> None:
    finish(qtbot, tab, service, outcome(gate("too few")))
    assert "Too few photos to compare" in words(tab) and "no evidence either way" in words(tab)
    assert tab.run_view.result.deploy_button.text() == "&Deploy anyway"


def test_figures_without_enough_pairs_are_areas(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    report = gate("as good")
    report = replace(
        report,
        candidate=replace(report.candidate, tar_at_far={0.01: None}),
        deployed=replace(report.deployed, tar_at_far={0.01: None}),
    )
    finish(qtbot, tab, service, outcome(report))
    assert "New model 0.9900, current 0.9900" in words(tab) and "area under the ROC curve" in words(tab)


def test_without_photos_kept_aside_it_says_so(qtbot: QtBot, tab: TrainTab, service: FakeTrainService) -> None:
    finish(qtbot, tab, service, replace(outcome(), gate=None))
    assert "could not be compared" in words(tab)
    assert tab.run_view.result.deploy_button.text() == "&Deploy anyway"


def test_a_failed_deployment_leaves_the_choice(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    finish(qtbot, tab, service)
    service.deploy_error = WeightsError("the disk is full", hint="Free some space.")
    click(qtbot, tab.run_view.result.deploy_button)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].level == "fault"
    assert tab.run_view.result.deploy_button.isEnabled() and "as it was" in words(tab)


def test_stop_ends_it_and_offers_to_continue(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    begin(qtbot, tab, service)
    service.all_runs = (run_summary(),)
    click(qtbot, tab.side.start.stop_button)
    qtbot.waitUntil(lambda: tab.controller.state == "stopped")
    assert "The training was stopped" in words(tab) and context.busy_with == ()
    resume = tab.side.start.resume_button
    qtbot.waitUntil(lambda: resume.isVisibleTo(tab))
    assert resume.text() == "Co&ntinue Fine-tune (epoch 3 of 10)"
    service.started.clear()
    click(qtbot, resume)
    qtbot.waitUntil(service.started.is_set)
    assert service.requests[-1].resume == RUN


def test_a_training_that_found_nothing_better_was_not_stopped(qtbot: QtBot) -> None:
    card = ResultCard()
    qtbot.addWidget(card)
    card.show()
    card.show_outcome(outcome(model=None, gate=None))
    assert "No better model was found" in sight.words(card)


@pytest.mark.parametrize(
    "error",
    [
        TrainingError("the training process was killed", hint="Free some memory."),
        FacecamError("could not write /runs: No space left on device", hint="The disk is full."),
    ],
)
def test_a_failure_says_what_to_do_and_offers_to_continue(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, error: FacecamError
) -> None:
    begin(qtbot, tab, service)
    service.all_runs = (run_summary(state="failed"),)
    service.fail(error)
    qtbot.waitUntil(lambda: "can be continued" in words(tab))
    assert "The training failed" in words(tab) and error.hint in words(tab)
    assert tab.side.start.start_button.isVisibleTo(tab)
    tab.run_view.result.close_button.click()
    assert tab.controller.state == "idle"


def test_a_bug_of_ours_ends_the_training_too(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    begin(qtbot, tab, service)
    with qtbot.waitSignal(context.bug_found):
        service.fail(RuntimeError("a bug"))
    qtbot.waitUntil(lambda: not tab.controller.running)
    assert tab.side.start.start_button.isVisibleTo(tab) and context.busy_with == ()


def test_the_maps_of_before_and_after_are_shown(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    service.maps = (projection(4), projection(4, seed=2))
    finish(qtbot, tab, service)
    qtbot.waitUntil(lambda: tab.run_view.map.isVisibleTo(tab))
    view = tab.run_view.map
    view.before.hovered.emit("person 2")
    assert "person 2" in sight.words(view)
    (dots,) = sight.drawn(view.after, ScatterPlotItem)
    sizes = {point.data(): point.size() for point in dots.points()}
    assert sizes["person 2"] > sizes["person 1"]
    view.after.hovered.emit("")
    assert "Point at a dot" in sight.words(view)


def test_without_maps_their_place_stays_away(qtbot: QtBot, tab: TrainTab, service: FakeTrainService) -> None:
    service.maps = None
    finish(qtbot, tab, service)
    assert not tab.run_view.map.isVisibleTo(tab)


def test_closing_the_window_stops_a_training(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    begin(qtbot, tab, service)
    tab.shut_down()
    assert not any(job.running for job in context.jobs)


def test_earlier_runs_can_be_deployed_and_continued(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    done = run_summary(state="finished", model="fine-tune-1", gate=gate(), resumable=False)
    service.all_runs = (done, run_summary())
    tab.activate(page="runs")
    page = tab.runs_page
    table = sight.named(page, QTreeWidget, "Earlier trainings")
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 2)
    deploy, resume = sight.button(page, "Deploy this model"), sight.button(page, "Continue")
    assert page.chosen == done and deploy.isEnabled() and not resume.isEnabled()
    assert sight.rows(table, 1, 3, 4, 5)[0] == ["Fine-tune", "97.1 %", "96.4 %", "fine-tune-1"]
    click(qtbot, deploy)
    qtbot.waitUntil(lambda: service.deployed == ["fine-tune-1"])
    qtbot.waitUntil(lambda: sight.rows(table, 2)[0] == ["finished, in use"])
    assert not deploy.isEnabled()
    table.setCurrentItem(table.topLevelItem(1))
    assert resume.isEnabled() and not deploy.isEnabled()
    resume.click()
    qtbot.waitUntil(service.started.is_set)
    assert service.requests[-1].resume == RUN


def test_an_earlier_run_that_cannot_be_read_is_said_above_the_others(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    service.all_runs = (run_summary(),)
    service.unreadable_runs = (Notice("the training one cannot be read: why", "Put it back."),)
    tab.activate(page="runs")
    table = sight.named(tab.runs_page, QTreeWidget, "Earlier trainings")
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 1 and bool(shown))
    assert [(one.text, one.hint) for one in shown] == [
        ("The training one cannot be read: why", "Put it back.")
    ]


def test_nothing_starts_while_the_photos_are_looked_at(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    service.data = summary(1)
    tab.side.data.refresh_wanted.emit()
    assert not tab.side.start.start_button.isEnabled()
    qtbot.waitUntil(lambda: "two people" in sight.words(tab.side.start))
    tab.start()
    assert service.requests == []


def test_a_trained_model_is_tried_live_before_it_is_deployed(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    wanted: list[tuple[str, dict[str, object]]] = []
    context.tab_wanted.connect(lambda name, what: wanted.append((name, what)))
    finish(qtbot, tab, service)
    card = tab.run_view.result
    click(qtbot, card.try_button)
    assert wanted == [("live", {"trial": "fine-tune-1"})]
    assert service.deployed == []
    # Deployed from there: the card has nothing left to ask.
    service.deployed.append("fine-tune-1")
    context.model_changed.emit()
    qtbot.waitUntil(lambda: "In use now" in words(tab))
    assert not card.deploy_button.isVisibleTo(card) and not card.try_button.isVisibleTo(card)
    # Back to the other one by the menu of models: the card says no longer what is not so.
    service.deployed.append("dlib-resnet-v1")
    context.model_changed.emit()
    qtbot.waitUntil(lambda: "In use now" not in words(tab))
    assert card.deploy_button.isVisibleTo(card) and card.deploy_button.isEnabled()


def test_the_result_explains_its_sentence(qtbot: QtBot, tab: TrainTab, service: FakeTrainService) -> None:
    finish(qtbot, tab, service)
    card = tab.run_view.result
    assert not card.meaning.isVisibleTo(card)
    click(qtbot, card.explain_button)
    assert card.meaning.isVisibleTo(card)
    text = card.meaning.text()
    assert "180 photos of 12 people" in text and "800 pairs of one person" in text
    assert "1 in 100 pairs of two people" in text and "in 95 % of the drawings" in text


def test_a_continued_training_keeps_the_curves_it_had(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    service.past = tuple(Metrics("train", step, {"loss": 1.0 / step}) for step in range(1, 6))
    service.past_gate.clear()
    tab.resume(run_summary())
    qtbot.waitUntil(service.started.is_set)
    # It goes on from the checkpoint after step 3, before the file of the past has been read.
    service.tell(Metrics("train", 4, {"loss": 0.5}))
    loss = tab.run_view.curves.loss
    qtbot.waitUntil(lambda: loss.last("train") == 0.5)
    service.past_gate.set()
    qtbot.waitUntil(lambda: len(loss._points["train"][0]) == 4)
    service.tell(Metrics("train", 5, {"loss": 0.4}))
    qtbot.waitUntil(lambda: loss.last("train") == 0.4)
    xs, ys = loss._points["train"]
    assert xs == [1, 2, 3, 4, 5] and ys == [1.0, 0.5, pytest.approx(1 / 3), 0.5, 0.4]
    service.finish()


def test_a_running_training_is_told_to_the_whole_window(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    told: list[tuple[str, int, int]] = []
    context.activity_changed.connect(lambda *what: told.append(what))
    begin(qtbot, tab, service)
    service.tell(Progress("epochs", 4, 10))
    qtbot.waitUntil(lambda: bool(told) and told[-1][1] == 40)
    assert told[-1][0].startswith("Training")
    service.finish()
    qtbot.waitUntil(lambda: told[-1] == ("", 0, 0))


def test_what_is_left_passes_while_nothing_is_heard(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    tab.controller._ticker.setInterval(20)
    begin(qtbot, tab, service)
    told: list[tuple[str, int, int]] = []
    context.activity_changed.connect(lambda *what: told.append(what))
    qtbot.waitUntil(lambda: len(told) > 2)
    service.finish()
    qtbot.waitUntil(lambda: not tab.controller.running)
    assert not tab.controller._ticker.isActive()


def test_a_quick_training_does_not_stay_at_no_percent(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    told: list[tuple[str, int, int]] = []
    context.activity_changed.connect(lambda *what: told.append(what))
    tab.side.presets.choose(service.all_presets[1])
    begin(qtbot, tab, service)
    service.tell(Progress("gate", 4, 4))
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1][0].startswith("Training") and told[-1][1:] == (0, 0)
    service.finish()


def test_after_the_last_epoch_it_is_said_what_is_done_then(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    """What follows takes minutes: "100 %" would be no word of it."""
    told: list[tuple[str, int, int]] = []
    context.activity_changed.connect(lambda *what: told.append(what))
    begin(qtbot, tab, service)
    service.tell(Progress("epochs", 10, 10))
    qtbot.waitUntil(lambda: bool(told) and told[-1][1] == 100)
    service.tell(Progress("evaluate", 40, 40))
    qtbot.waitUntil(lambda: bool(told) and told[-1] == ("Comparing with the model in use", 0, 0))
    bar = tab.run_view.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar) and bar.maximum() == 0, "it goes on, so it moves"
    service.finish()


def test_a_model_without_a_threshold_is_not_offered(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    finish(qtbot, tab, service, outcome(gate("too few"), usable=False))
    card = tab.run_view.result
    assert "It cannot be used" in words(tab) and "Add photos" in words(tab)
    assert not card.deploy_button.isVisibleTo(tab) and not card.try_button.isVisibleTo(tab)
    click(qtbot, card.close_button)
    assert tab.controller.state == "idle"


def test_earlier_runs_are_shown_compared_and_deleted(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    first = run_summary(
        folder=RUN.with_name("a"), model="a-1", gate=gate(), state="finished", resumable=False
    )
    second = replace(first, folder=RUN.with_name("b"), model="b-1", epochs=20)
    service.all_runs = (first, second)
    service.past = tuple(Metrics("train", step, {"loss": 1.0 / step}) for step in range(1, 6))
    tab.activate(page="runs")
    page = tab.runs_page
    qtbot.waitUntil(lambda: page.chosen == first)
    click(qtbot, sight.button(page, "Show"))
    dialogs = lambda kind: [one for one in tab.findChildren(kind) if one.isVisible()]  # noqa: E731
    qtbot.waitUntil(lambda: bool(dialogs(RunDialog)))
    [shown] = dialogs(RunDialog)
    assert [shown.pages.tabText(place) for place in range(shown.pages.count())] == [
        "Curves",
        "Map",
        "Settings",
    ]
    assert shown.curves.loss.last("train") == pytest.approx(0.2)
    assert shown.settings.topLevelItem(0).text(0) == "Learning rate"
    shown.accept()
    assert not sight.button(page, "Compare").isEnabled()
    sight.part(page, QTreeWidget).selectAll()
    assert sight.button(page, "Compare").isEnabled() and not sight.button(page, "Deploy").isEnabled()
    click(qtbot, sight.button(page, "Compare"))
    qtbot.waitUntil(lambda: bool(dialogs(CompareDialog)))
    [compared] = dialogs(CompareDialog)
    rows = [compared.table.topLevelItem(row) for row in range(compared.table.topLevelItemCount())]
    assert ["Epochs", "10", "20"] in [[row.text(column) for column in range(3)] for row in rows]
    compared.accept()
    tab.runs.delete(page.marked[1:])
    qtbot.waitUntil(lambda: sight.part(page, QTreeWidget).topLevelItemCount() == 1)
    wanted: list[str] = []
    context.tab_wanted.connect(lambda name, what: wanted.append(f"{name} {what}"))
    click(qtbot, sight.button(page, "Try"))
    assert wanted == ["live {'trial': 'a-1'}"]


def test_a_run_that_cannot_be_deleted_stays_in_the_list(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    service.all_runs = (run_summary(),)
    service.delete_error = DataError("the run is being trained", hint="Wait for it.")
    tab.activate(page="runs")
    qtbot.waitUntil(lambda: bool(tab.runs_page.marked))
    tab.runs.delete(tab.runs_page.marked)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].text == "The run is being trained"
    qtbot.waitUntil(lambda: sight.part(tab.runs_page, QTreeWidget).topLevelItemCount() == 1)
