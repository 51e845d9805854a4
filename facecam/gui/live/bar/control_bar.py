"""Control bar below the picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QMenu, QToolButton, QWidget

from facecam.gui.core.preferences import Preferences
from facecam.gui.live.bar.source_menu import AddSource, SourceMenu
from facecam.gui.live.bar.threshold import ThresholdControl
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.layouts import beside, held
from facecam.gui.widgets.shortcuts import with_key


class ControlBar(QFrame):
    """Everything that can be set while the picture runs; tells what was wanted, does nothing itself."""

    detector_chosen = Signal(str)
    snapshot_wanted = Signal(bool)
    recording_wanted = Signal(bool, bool)

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.source, self.add = SourceMenu(preferences), AddSource(preferences)
        self.play = IconButton("play", self.tr("Start"))
        self.pause = IconButton("pause", self.tr("Pause"), checkable=True)
        self.pause.setEnabled(False)
        self.detector = self._made_detector()
        self.threshold = ThresholdControl()
        self.mirror = IconButton("mirror", self.tr("Mirror the picture"), checkable=True)
        self.snapshot = IconButton(
            "snapshot", with_key(self.tr("Save a picture, with names"), "live.snapshot")
        )
        self.record = IconButton("record", self.tr("Record, with names"), checkable=True)
        self.panel = IconButton(
            "speed", with_key(self.tr("Speed of the stages"), "live.panel"), checkable=True
        )
        self.full_screen = IconButton(
            "fullscreen", with_key(self.tr("Only the picture, on the whole screen"), "live.screen")
        )
        self.side = IconButton(
            "panel", with_key(self.tr("Show or hide the list of people"), "live.people"), checkable=True
        )
        self.detector.activated.connect(
            lambda index: self.detector_chosen.emit(self.detector.itemData(index))
        )
        self.snapshot.clicked.connect(lambda: self.snapshot_wanted.emit(True))
        self.record.clicked.connect(lambda checked: self.recording_wanted.emit(checked, True))
        #: Whether there are two rows.
        self.wrapped = False
        self._left = _row(self.source, self.add, self.play, self.pause, self.detector)
        self._right = _row(self.mirror, self.snapshot, self.record, self.panel, self.full_screen, self.side)
        self._grid = QGridLayout(self)
        self._add_menus()
        self._arrange()

    def show_playing(self, active: bool) -> None:
        """The first button stops while something plays, and starts otherwise."""
        words = self.tr("Stop") if active else self.tr("Start")
        self.play.set_icon("stop" if active else "play")
        self.play.setToolTip(with_key(words, "live.play"))
        self.play.setAccessibleName(words)

    def show_paused(self, paused: bool, there: bool) -> None:
        """Whether the picture stands still, and whether there is one that could."""
        words = self.tr("Go on") if paused else self.tr("Pause")
        self.pause.setChecked(paused)
        self.pause.setEnabled(there)
        self.pause.set_icon("play" if paused else "pause")
        self.pause.setToolTip(with_key(words, "live.pause"))
        self.pause.setAccessibleName(words)

    def show_detector(self, name: str) -> None:
        """Which detector is in use; one that was fetched is offered from then on."""
        if self.detector.findData(name) < 0:
            self.detector.addItem({"yunet": "YuNet"}.get(name, name.upper()), name)
        self.detector.setCurrentIndex(max(0, self.detector.findData(name)))

    def show_recording(self, recording: bool) -> None:
        """Whether a recording is going on."""
        self.record.setChecked(recording)
        self.record.set_icon("stop" if recording else "record", "fault" if recording else "text")
        words = self.tr("End the recording") if recording else self.tr("Record, with names")
        self.record.setToolTip(with_key(words, "live.record"))
        self.record.setAccessibleName(words)

    def enable_picture(self, there: bool, goes_on: bool) -> None:
        """Whether there is a picture to save, and whether more come that could be recorded."""
        self.snapshot.setEnabled(there)
        self.record.setEnabled(goes_on or self.record.isChecked())

    def _made_detector(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Detector"))
        box.setToolTip(self.tr("How faces are looked for"))
        for name, text in (
            ("centerface", self.tr("All faces")),
            ("blaze", self.tr("Large faces, fastest")),
            ("hog", self.tr("Upright faces")),
            ("hog+", self.tr("Upright + small")),
            ("cnn", self.tr("Turned faces")),
            ("mtcnn", self.tr("Small + turned")),
        ):
            box.addItem(text, name)
            box.setItemData(box.count() - 1, self._detector_tip(name), 3)  # ToolTipRole
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        box.view().setMinimumWidth(232)
        return box

    def _detector_tip(self, name: str) -> str:
        return {
            "centerface": self.tr("Small, turned, covered and blurred faces too (centerface, from 12 px)"),
            "blaze": self.tr("For slow computers: faces near the camera (blaze)"),
            "hog": self.tr("hog: upright faces from 80 px"),
            "hog+": self.tr("hog on the doubled picture: upright faces from 40 px"),
            "cnn": self.tr("cnn: faces from 80 px, turned ones too"),
            "mtcnn": self.tr("mtcnn: faces from 40 px, turned ones too"),
        }[name]

    def _add_menus(self) -> None:
        shots, films = QMenu(self), QMenu(self)
        for menu, words, do in (
            (shots, self.tr("Save &with names"), lambda: self.snapshot_wanted.emit(True)),
            (shots, self.tr("Save &plain picture"), lambda: self.snapshot_wanted.emit(False)),
            (films, self.tr("Record &with names"), lambda: self.recording_wanted.emit(True, True)),
            (films, self.tr("Record &plain picture"), lambda: self.recording_wanted.emit(True, False)),
        ):
            menu.addAction(words).triggered.connect(do)
        for button, menu in ((self.snapshot, shots), (self.record, films)):
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.DelayedPopup)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where everything does not fit beside each other, the threshold has a row of its own."""
        super().resizeEvent(event)
        self._wrap(event.size().width())

    def _wrap(self, width_px: int) -> None:
        needed = sum(part.sizeHint().width() for part in (self._left, self._right))
        wrapped = width_px < needed + self.threshold.comfortable_px + 6 * GRID_PX
        if wrapped == self.wrapped:
            return
        self.wrapped = wrapped
        self._grid.removeWidget(self.threshold)
        self._grid.addWidget(self.threshold, *((1, 0, 1, 3) if wrapped else (0, 1)))

    def _arrange(self) -> None:
        self._grid.setContentsMargins(GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX // 2)
        self._grid.setHorizontalSpacing(2 * GRID_PX)
        self._grid.setVerticalSpacing(GRID_PX // 2)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._left, 0, 0)
        self._grid.addWidget(self.threshold, 0, 1)
        self._grid.addWidget(self._right, 0, 2)


def _row(*widgets: QWidget) -> QWidget:
    return held(beside(*widgets, margins=0, spacing=GRID_PX // 2))
