"""Painting for a long time must not use up Python's `None`."""

from __future__ import annotations

import os
import subprocess
import sys

from facecam.engine.places import ROOT

_PAINT = """
import facecam.gui
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

class Bell(QObject):
    rang = Signal(int)

application = QGuiApplication([])
picture = QImage(8, 8, QImage.Format.Format_RGB32)
painter, colour, bell = QPainter(picture), QColor("red"), Bell()
for number in range(60_000):
    painter.setPen(colour)
    bell.rang.emit(number)
painter.end()
print("alive")
"""


def test_none_and_true_outlive_many_thousand_calls_of_qt() -> None:
    """Without the spare references this ends in "Fatal Python error: none_dealloc" on Python 3.11."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-c", _PAINT], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (run.stdout.strip(), run.returncode) == ("alive", 0), run.stderr
