"""Whom a person may be confused with: both faces side by side, and whether they are one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from facecam.engine.people.resemblances import LikePerson
from facecam.gui.core.translation import filled
from facecam.gui.enroll.dialogs.questions import short
from facecam.gui.enroll.words import alike_tip
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, beside, held
from facecam.gui.widgets.thumbnail import Thumbnail

_FACE_PX = 48


class AlikeCard(Card):
    """The likeliest of those a person is like; the next one when that is settled."""

    #: The `Identity` of the other.
    merge_wanted = Signal(object)
    two_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(kind="banner-warning", margin_px=GRID_PX)
        self._other: LikePerson | None = None
        self.faces = (Thumbnail(_FACE_PX), Thumbnail(_FACE_PX))
        self.text = label(wrap=True)
        self._merge_tip = self.tr("Both are one person: make them one")
        self.merge = push_button(self.tr("Merge"), self._merge_tip)
        self.two = push_button(
            self.tr("Not the same"), self.tr("They only look alike: do not ask again"), kind="plain"
        )
        self.merge.clicked.connect(lambda: self._answer(self.merge_wanted))
        self.two.clicked.connect(lambda: self._answer(self.two_wanted))
        self._arrange()
        self.hide()

    def show_people(
        self, name: str, others: Sequence[LikePerson], portray: Callable[[Thumbnail, str], None]
    ) -> None:
        """Show the first of those whom `name` is like, both by `portray`; without one there is no card."""
        self._other = next(iter(others), None)
        self.setVisible(self._other is not None)
        if self._other is not None:
            percent = self._other.percent
            text = self.tr("Recognition may confuse this person with %1: %2 % alike.")
            if percent is None:
                text = self.tr("There is also “%1”, whose name looks the same. Are they one person?")
            text = filled(text, short(self._other.identity.name), f"{percent or 0:.0f}")
            self.text.setText(text.replace(" %", "\N{NO-BREAK SPACE}%"))
            self.merge.setToolTip(f"{self._merge_tip} ({name})")  # Whose name stays.
            self.text.setToolTip("" if percent is None else alike_tip())
            for face, who in zip(self.faces, (name, self._other.identity.name), strict=True):
                portray(face, who)
                face.setToolTip(who)

    def _answer(self, answer: object) -> None:
        if self._other is not None:
            self.hide()
            answer.emit(self._other.identity)  # type: ignore[attr-defined]

    def _arrange(self) -> None:
        above = beside(*self.faces, (self.text, 1), spacing=GRID_PX)
        buttons = held(FlowLayout(self.merge, self.two, spacing_px=4))
        self.body.addLayout(below(above, buttons, spacing=4))
