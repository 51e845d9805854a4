"""Welcome page of a newcomer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import ChoiceCard
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import IconLabel, label
from facecam.gui.widgets.layouts import Gap, beside, fill, horizontal, vertical

_LOGO_PX = 72
_STEP_PX = 28
_WIDTH_PX = 800


class WelcomePage(QWidget):
    """What facecam does in three steps, and the button for the first one."""

    tab_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.enroll = push_button(
            self.tr("Enroll the &first person"), self.tr("With the camera or from photos"), kind="primary"
        )
        self.demo = push_button(
            self.tr("Show me the &demo"),
            self.tr("With demo people; your own folders stay untouched"),
            icon="play",
        )
        self._arrange()

    def _arrange(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH_PX)
        middle = Qt.AlignmentFlag.AlignHCenter
        purpose = self.tr("It learns the faces you show it and recognises them in live video.")
        private = self.tr("Everything stays on this computer, unless you choose a server for your people.")
        vertical(
            inner,
            2,
            (IconLabel("facecam", _LOGO_PX, "accent"), 0, middle),
            (label(self.tr("Welcome to facecam"), "title"), 0, middle),
            (label(purpose, "muted"), 0, middle),
            Gap(GRID_PX),
            self._steps(),
            Gap(GRID_PX),
            beside(0, self.enroll, self.demo, 0),
            (label(private, "muted"), 0, middle),
            3,
            spacing=2 * GRID_PX,
        )
        horizontal(self, 1, (inner, 100), 1)

    def _steps(self) -> QHBoxLayout:
        row = beside(spacing=2 * GRID_PX)
        for icon, title, text in self._step_words():
            # What looks as if it could be clicked, can be.
            card = ChoiceCard(title)
            card.setAccessibleDescription(text)
            card.chosen.connect(lambda name=icon: self.tab_wanted.emit(name))
            look, words = IconLabel(icon, _STEP_PX, "accent"), label(text, "muted", wrap=True)
            fill(card.body, look, label(title, "heading"), words, 0)
            row.addWidget(card, 1)
        return row

    def _step_words(self) -> tuple[tuple[str, str, str], ...]:
        return (
            (
                "enroll",
                self.tr("1 · Enroll"),
                self.tr("Show a face to the camera, or choose a few photos. Five are enough."),
            ),
            (
                "live",
                self.tr("2 · Live"),
                self.tr("See names above faces at once. Strangers stay unknown."),
            ),
            (
                "train",
                self.tr("3 · Train"),
                self.tr(
                    "If you like: fine-tune the network on your people, and keep it only if it is better."
                ),
            ),
        )
