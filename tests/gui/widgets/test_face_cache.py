"""Small pictures that come later: to the widgets that wait for them, and to no others."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from facecam.core.errors import WeightsError
from facecam.core.types import ImageArray
from facecam.gui.core.context import AppContext
from facecam.gui.widgets.face_cache import FaceCache


def picture(side_px: int) -> ImageArray:
    return np.full((side_px, side_px, 3), 200, np.uint8)


def test_a_widget_shows_what_it_was_given_last(context: AppContext, qtbot: QtBot) -> None:
    go, owner = threading.Event(), QWidget()
    qtbot.addWidget(owner)

    def load(path: Path) -> ImageArray:
        assert go.wait(60)
        return picture(int(path.name))

    faces: FaceCache[Path] = FaceCache(context, load, owner)
    one, other, gone = QLabel(owner), QLabel(owner), QLabel()
    shown: dict[str, list[int]] = {"one": [], "other": [], "gone": []}

    def note(name: str, pixmap: QPixmap | None) -> None:
        shown[name].append(0 if pixmap is None else pixmap.width())

    faces.show(one, Path("8"), lambda pixmap: note("one", pixmap))
    faces.show(one, Path("9"), lambda pixmap: note("one", pixmap))
    faces.show(other, Path("8"), lambda pixmap: note("other", pixmap))
    faces.show(gone, Path("9"), lambda pixmap: note("gone", pixmap))
    gone.deleteLater()
    qtbot.waitSignal(gone.destroyed).wait()
    go.set()
    qtbot.waitUntil(lambda: not context.jobs)
    assert shown == {"one": [0, 0, 9], "other": [0, 8], "gone": [0]}
    faces.show(other, Path("9"), lambda pixmap: note("other", pixmap))
    assert shown["other"] == [0, 8, 9], "what has come already is there at once"


def test_without_a_model_nothing_comes_and_nothing_waits(context: AppContext, qtbot: QtBot) -> None:
    owner, shown = QLabel(), []
    qtbot.addWidget(owner)

    def load(path: Path) -> ImageArray:
        raise WeightsError("there is no model", hint="Get one.")

    faces: FaceCache[Path] = FaceCache(context, load, owner)
    faces.show(owner, Path("a"), shown.append)
    qtbot.waitUntil(lambda: not context.jobs and shown == [None, None])
