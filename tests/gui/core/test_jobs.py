"""Background work: where the callbacks run, what they get, and that nothing is left behind."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from facecam.core.errors import DataError, FacecamError, WeightsError
from facecam.core.events import CancelToken, Event, EventSink, Metrics, Notice, Progress
from facecam.gui.core.context import AppContext, Message
from facecam.gui.core.jobs import no_job


def test_work_is_done_elsewhere_and_its_result_arrives_here(context: AppContext, qtbot: QtBot) -> None:
    seen: list[Any] = []

    def work(on_event: EventSink, cancel: CancelToken) -> threading.Thread:
        return threading.current_thread()

    context.run(work, done=lambda thread: seen.append((thread, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(seen))
    worker, here = seen[0]
    assert here is threading.main_thread() and worker is not here
    assert context.jobs == ()


def test_a_fault_with_a_cure_goes_to_failed_or_to_the_banner(context: AppContext, qtbot: QtBot) -> None:
    error = DataError("photo.jpg is empty", hint="Choose another photo.")

    def work(on_event: EventSink, cancel: CancelToken) -> None:
        raise error

    caught: list[FacecamError] = []
    context.run(work, done=lambda _: pytest.fail("done was called"), failed=caught.append)
    qtbot.waitUntil(lambda: bool(caught))
    assert caught == [error]
    with qtbot.waitSignal(context.message_shown) as shown:
        context.run(work, done=lambda _: None)
    assert (shown.args[0].text, shown.args[0].hint) == (error.message, error.hint)
    assert shown.args[0].level == "fault"


def test_anything_else_is_a_bug_and_is_reported(context: AppContext, qtbot: QtBot) -> None:
    def work(on_event: EventSink, cancel: CancelToken) -> None:
        raise ZeroDivisionError("a bug")

    with qtbot.waitSignal(context.bug_found) as found:
        context.run(
            work, done=lambda _: pytest.fail("done"), failed=lambda _: pytest.fail("not a fault of the user")
        )
    assert isinstance(found.args[0], ZeroDivisionError)


def test_after_cancel_only_cancelled_is_called(context: AppContext, qtbot: QtBot) -> None:
    started, calls = threading.Event(), []

    def work(on_event: EventSink, cancel: CancelToken) -> int:
        started.set()
        assert cancel.wait(60)
        cancel.check()
        return 1

    job = context.run(work, done=lambda _: calls.append("done"), cancelled=lambda: calls.append("cancelled"))
    assert started.wait(60)
    job.cancel()
    qtbot.waitUntil(lambda: bool(calls))
    assert calls == ["cancelled"] and not job.running


def test_work_that_ends_in_spite_of_cancel_is_not_done_either(context: AppContext, qtbot: QtBot) -> None:
    """The tab has moved on; a late result would overwrite what it shows now."""
    go, calls = threading.Event(), []

    def work(on_event: EventSink, cancel: CancelToken) -> int:
        assert go.wait(60)
        return 1

    job = context.run(work, done=lambda _: calls.append("done"), cancelled=lambda: calls.append("cancelled"))
    job.cancel()
    go.set()
    qtbot.waitUntil(lambda: bool(calls))
    assert calls == ["cancelled"]


def test_progress_is_thinned_but_no_metric_or_notice_is_lost(context: AppContext, qtbot: QtBot) -> None:
    events: list[Event] = []
    finished: list[int] = []

    def work(on_event: EventSink, cancel: CancelToken) -> int:
        for step in range(1000):
            on_event(Progress("train", step, 1000))
            on_event(Metrics("train", step, {"loss": 1.0}))
        on_event(Notice("almost"))
        return 5

    context.run(work, done=finished.append, on_event=events.append)
    qtbot.waitUntil(lambda: bool(finished))
    steps = [event.step for event in events if isinstance(event, Metrics)]
    progress = [event.done for event in events if isinstance(event, Progress)]
    assert steps == list(range(1000))
    assert progress[-1] == 999 and len(progress) < 100
    assert [event.text for event in events if isinstance(event, Notice)] == ["almost"]


def test_events_come_before_the_result(context: AppContext, qtbot: QtBot) -> None:
    order: list[str] = []

    def work(on_event: EventSink, cancel: CancelToken) -> None:
        on_event(Notice("first"))

    context.run(work, done=lambda _: order.append("done"), on_event=lambda _: order.append("event"))
    qtbot.waitUntil(lambda: "done" in order)
    assert order == ["event", "done"]


def test_nobody_calls_an_owner_that_is_gone(context: AppContext, qtbot: QtBot) -> None:
    import shiboken6

    owner, calls, after = QObject(), [], []
    go = threading.Event()
    context.run(lambda *_: go.wait(60), done=calls.append, owner=owner)
    shiboken6.delete(owner)
    go.set()
    context.run(lambda *_: 1, done=after.append)
    qtbot.waitUntil(lambda: bool(after) and not context.jobs)
    assert calls == []


def test_a_callback_that_fails_does_not_take_the_next_ones_turn(context: AppContext, qtbot: QtBot) -> None:
    done: list[int] = []

    def fail(_: int) -> None:
        raise RuntimeError("in a callback")

    with qtbot.captureExceptions() as caught:
        context.run(lambda *_: 1, done=fail)
        context.run(lambda *_: 2, done=done.append)
        qtbot.waitUntil(lambda: bool(done))
        qtbot.waitUntil(lambda: bool(caught))
    assert done == [2] and str(caught[0][1]) == "in a callback"


def test_many_jobs_share_a_few_threads(context: AppContext, qtbot: QtBot) -> None:
    names: list[str] = []
    for _ in range(40):
        context.run(lambda *_: threading.current_thread().name, done=names.append)
    qtbot.waitUntil(lambda: len(names) == 40)
    threads = [one for one in threading.enumerate() if one.name.startswith("facecam-job")]
    assert len(threads) <= 4


def test_shutting_down_cancels_waits_and_refuses_new_work(context: AppContext, qtbot: QtBot) -> None:
    calls: list[str] = []

    def work(on_event: EventSink, cancel: CancelToken) -> None:
        cancel.wait(30)

    job = context.run(work, done=lambda _: calls.append("done"))
    assert context.shut_down() and not job.running
    late = context.run(lambda on_event, cancel: calls.append("work"), done=lambda _: calls.append("late"))
    assert not late.running
    qtbot.wait(20)
    assert calls == []


class _Witness:
    """Says in which thread it was taken apart."""

    def __init__(self, ended_in: list[threading.Thread]) -> None:
        self._ended_in = ended_in

    def __del__(self) -> None:
        self._ended_in.append(threading.current_thread())


def test_what_the_work_held_is_taken_apart_in_this_thread(context: AppContext, qtbot: QtBot) -> None:
    """A widget that dies in another thread takes the program with it."""
    ended_in: list[threading.Thread] = []
    for _ in range(20):
        witness = _Witness(ended_in)
        context.run(lambda *_, held=witness: None, done=lambda _, held=witness: None)
        del witness
    qtbot.waitUntil(lambda: len(ended_in) == 20)
    assert set(ended_in) == {threading.main_thread()}


def test_ended_comes_first_however_the_work_went(context: AppContext, qtbot: QtBot) -> None:
    calls: list[str] = []
    context.message_shown.connect(lambda message: calls.append(message.text))
    context.bug_found.connect(lambda error: calls.append(str(error)))

    def work(fault: BaseException | None) -> None:
        if fault is not None:
            raise fault

    def cancelled(on_event: EventSink, cancel: CancelToken) -> None:
        cancel.cancel()
        cancel.check()

    for fault in (None, DataError("gone", hint="Look."), ZeroDivisionError("bug")):
        context.run(
            lambda *_, fault=fault: work(fault),  # type: ignore[misc]
            done=lambda _: calls.append("done"),
            ended=lambda: calls.append("ended"),
        )
        qtbot.waitUntil(lambda: not context.jobs and len(calls) % 2 == 0)
    context.run(cancelled, cancelled=lambda: calls.append("cancelled"), ended=lambda: calls.append("ended"))
    qtbot.waitUntil(lambda: len(calls) == 8)
    assert calls == ["ended", "done", "ended", "Gone", "ended", "bug", "ended", "cancelled"]


def test_a_model_that_is_being_made_is_waited_for_not_set_up(context: AppContext) -> None:
    told: list[Message] = []
    context.message_shown.connect(told.append)
    error = WeightsError("there is no model", hint="Set facecam up again.")
    context.set_busy("housekeeping", "Preparing the models")
    context.show_error(error)
    context.set_busy("housekeeping", "")
    context.show_error(error)
    assert "Preparing the models" in told[0].hint and told[1].hint == error.hint


def test_a_job_is_pending_until_it_is_answered(context: AppContext, qtbot: QtBot) -> None:
    """Not only until its work has ended: nothing is begun anew between the two."""
    seen: list[bool] = []
    job = context.run(
        lambda on_event, cancel: None,
        done=lambda _: seen.append(job.pending),
        ended=lambda: seen.append(job.pending),
    )
    assert job.wait(60) and job.pending
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [False, False]


def test_a_job_with_a_fault_of_ours_is_not_pending_for_ever(context: AppContext, qtbot: QtBot) -> None:
    def work(on_event: EventSink, cancel: CancelToken) -> None:
        raise ZeroDivisionError("a bug")

    with qtbot.waitSignal(context.bug_found):
        job = context.run(work)
    assert not job.pending


def test_what_stands_for_a_job_before_the_first_is_over(context: AppContext) -> None:
    job = no_job()
    job.cancel()
    assert job.wait(0) and not job.running and not job.pending
    assert context.shut_down()
    late = context.run(lambda on_event, cancel: None)
    assert not late.running and not late.pending
