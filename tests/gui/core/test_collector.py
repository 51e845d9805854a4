"""No object of Qt ends in a thread that is not its own."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from facecam.gui.app.application import make_application
from facecam.gui.core.collector import Collector, collect_due


def forgotten_timer() -> weakref.ref[QTimer]:
    """A running timer that nobody holds but itself."""
    timer = QTimer()
    vars(timer)["oneself"] = timer
    timer.start(1)
    return weakref.ref(timer)


def allocate() -> None:
    """Far more objects than Python's thresholds, so that a collection would start in this thread."""
    kept = [[number] for number in range(200_000)]
    assert len(kept) == 200_000


def test_a_busy_thread_takes_no_timer_apart(qapp: QApplication) -> None:
    """Red without the collector: the timer ends in the thread, and the event loop calls what is no more."""
    timer = forgotten_timer()
    busy = threading.Thread(target=allocate)
    busy.start()
    busy.join()
    assert timer() is not None
    qapp.processEvents()
    gc.collect()
    assert timer() is None


def test_what_is_due_is_collected_in_the_thread_of_the_window(qapp: QApplication) -> None:
    gc.collect()
    timer = forgotten_timer()
    collect_due()
    assert timer() is not None, "too little was made since the last time"
    allocate()
    made = [[number] for number in range(2_000)]
    collect_due()
    assert timer() is None and made


def test_the_application_collects_nowhere_else(qapp: QApplication) -> None:
    before = len(qapp.findChildren(Collector))
    assert make_application() is qapp
    assert len(qapp.findChildren(Collector)) == before == 1, "that of the test"
    assert not gc.isenabled()
