"""Garbage collection in the GUI thread only.

A collection that Python starts by itself runs in whichever thread happens to
allocate. Where it finds a cycle with an object of Qt, that object ends in a
thread which is not its own: a running `QTimer` then stays registered with the
event loop, which calls freed memory ("Timers cannot be stopped from another
thread", segmentation fault).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

#: How often it is looked whether a collection is due, ms.
INTERVAL_MS = 1000


class Collector(QObject):
    """Switches automatic collection off and collects by a timer, by Python's own thresholds.

    Args:
        parent: lives as long, in the GUI thread.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_due)
        self._timer.start(INTERVAL_MS)

    def stop(self) -> None:
        """Collect everything and switch automatic collection on again; for tests, which go on without a window."""
        self._timer.stop()
        self.setParent(None)
        gc.collect()
        gc.enable()


def collect_due() -> None:
    """Collect the oldest generation whose threshold is passed, and with it the younger ones."""
    due = [
        generation
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if threshold and count > threshold
    ]
    if due:
        gc.collect(due[-1])
