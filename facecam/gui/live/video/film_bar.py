"""Film bar: the line of a film or folder, step, speed, next unknown face."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame

from facecam.gui.live.times import duration
from facecam.gui.live.video.timeline import Timeline
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import Gap, horizontal
from facecam.gui.widgets.shortcuts import with_key

#: Speeds offered.
SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0)


class FilmBar(QFrame):
    """Tells what was wanted, does nothing itself; hidden while a camera is watched."""

    step_wanted = Signal(int)
    speed_wanted = Signal(float)
    #: It came, grew or shrank.
    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._duration_s, self._pictures = 0.0, False
        self.timeline = Timeline()
        self.back, self.forward = IconButton("step-back", ""), IconButton("step-forward", "")
        self.unknown = IconButton("unknown", self.tr("To the next unknown face"))
        self.unknown.setToolTip(with_key(self.tr("To the next unknown face"), "live.unknown"))
        self.speed = QComboBox()
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("How fast the film is played"))
        for value in SPEEDS:
            self.speed.addItem(f"{QLocale().toString(value)}×", value)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self._time = label("", "small")
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for control in (self.back, self.forward, self.unknown, self.speed):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # After a click the keys stay the picture's.
        self.back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self.forward.clicked.connect(lambda: self.step_wanted.emit(1))
        self.speed.activated.connect(lambda index: self.speed_wanted.emit(self.speed.itemData(index)))
        self._arrange()
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A lane more or less."""
        super().resizeEvent(event)
        self.moved.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """What floats above it makes room."""
        super().showEvent(event)
        self.moved.emit()

    @property
    def time_text(self) -> str:
        """The place and the length in words."""
        return self._time.text()

    def show_film(self, duration_s: float | None, pictures: int | None) -> None:
        """A film of this length (s), or so many pictures, begins."""
        self._duration_s, self._pictures = duration_s or 0.0, pictures is not None
        back, forward = (
            (self.tr("Previous picture"), self.tr("Next picture"))
            if self._pictures
            else (self.tr("A frame back"), self.tr("A frame forward"))
        )
        for button, words, entry in ((self.back, back, "live.back"), (self.forward, forward, "live.forward")):
            button.setToolTip(with_key(words, entry))
            button.setAccessibleName(words)
        self.timeline.show_film(self._duration_s, self._pictures)
        self.timeline.setVisible(bool(duration_s))
        self.unknown.setVisible(pictures != 1)
        self.show_position(0.0)

    def show_length(self, duration_s: float) -> None:
        """How long the film is, s; place and marks stay."""
        self._duration_s = duration_s
        self.timeline.show_length(duration_s)
        self.show_position(self.timeline.position_s)

    def show_position(self, time_s: float) -> None:
        """Where it stands (s)."""
        self.timeline.show_position(time_s)
        if self._pictures:
            self._time.setText(
                self.tr("{number} of {count}").format(number=int(time_s) + 1, count=int(self._duration_s))
            )
        elif self._duration_s:
            self._time.setText(f"{duration(time_s)} / {duration(self._duration_s)}")
        else:
            self._time.setText(duration(time_s))

    def show_speed(self, speed: float) -> None:
        """How fast it is played."""
        self.speed.setCurrentIndex(max(0, self.speed.findData(speed)))

    def faster(self, steps: int) -> None:
        """The next speed up (1) or down (−1)."""
        index = min(max(self.speed.currentIndex() + steps, 0), self.speed.count() - 1)
        if index != self.speed.currentIndex():
            self.speed.setCurrentIndex(index)
            self.speed_wanted.emit(self.speed.itemData(index))

    def _arrange(self) -> None:
        top = Qt.AlignmentFlag.AlignTop
        horizontal(
            self,
            (self.back, 0, top),
            (self.forward, 0, top),
            Gap(GRID_PX),
            (self.timeline, 1, top),
            Gap(GRID_PX // 2),
            (self._time, 0, top),
            (self.unknown, 0, top),
            (self.speed, 0, top),
            margins=0,
            spacing=GRID_PX // 2,
        )
        self._time.setFixedHeight(self.speed.sizeHint().height())
