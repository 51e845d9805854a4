"""What became of the photos just added: progress, verdicts, and what to do about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from facecam.gui.enroll.dialogs.questions import short
from facecam.gui.enroll.lists.verdict_list import VerdictList
from facecam.gui.enroll.lists.verdict_model import VerdictModel
from facecam.gui.enroll.words import photos_in_words
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label

if TYPE_CHECKING:
    from facecam.gui.enroll.service import EnrollOutcome


class ResultPage(QWidget):
    """Rows of photos; the buttons are signals.

    Args:
        model: the rows.
        parent: owner.
    """

    cancel_wanted = Signal()
    done_wanted = Signal()
    more_wanted = Signal()
    cure_wanted = Signal(object)
    #: An `EnrollOutcome` whose person turned out to be somebody known already.
    merge_wanted = Signal(object)

    def __init__(self, model: VerdictModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._alike: EnrollOutcome | None = None
        self._people = ""
        self.title = label(role="heading", wrap=True)
        self.summary = label(role="muted", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Photos looked at"))
        self.list = VerdictList(model)
        self.list.cure_wanted.connect(self.cure_wanted)
        self._make_alike()
        self._make_buttons()
        self._arrange()

    def begin(self, title: str, count: int) -> None:
        """Photos are about to be looked at."""
        self.title.setText(title)
        self.summary.setText(photos_in_words(count))
        self.progress.setRange(0, 0)
        self._running(True)
        self.alike.hide()

    def show_progress(self, done: int, total: int) -> None:
        """How far the photos were looked at."""
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(done)
        text = self.tr("%1 of %2 photos looked at").replace("%1", str(done))
        self.summary.setText(text.replace("%2", str(total)))

    def show_outcomes(self, outcomes: Sequence[EnrollOutcome]) -> None:
        """All is done: for whom how many photos were used."""
        self._running(False)
        enrolled = [outcome for outcome in outcomes if outcome.identity is not None]
        self._people, self._only = "", short(outcomes[0].name) if len(outcomes) == 1 else ""
        if len(outcomes) > 1:
            self.title.setText(self.tr("%n people are recognised now", "", len(enrolled)))
            people = self.tr("%1 of %2 people enrolled").replace("%1", str(len(enrolled)))
            self._people = people.replace("%2", str(len(outcomes)))
        self.count_again()
        if len(outcomes) == 1:
            name = self._only
            failed = self.tr("No photo of %1 could be used").replace("%1", name)
            if all(verdict.reason == "duplicate" for verdict in outcomes[0].verdicts):
                failed = self.tr("No new photos of %1").replace("%1", name)
            self.title.setText(self._known() if enrolled else failed)
        self._show_alike(next((one for one in enrolled if one.resemblance is not None), None))

    def count_again(self) -> None:
        """After a verdict has changed."""
        used = sum(row.verdict is not None and row.verdict.used for row in self.model.rows)
        text = self.tr("%1 of %2 photos used").replace("%1", str(used))
        text = text.replace("%2", str(len(self.model.rows)))
        self.summary.setText(" · ".join(filter(None, (self._people, text))))
        if used and self._only:
            self.title.setText(self._known())  # Of photos of which none could be used, a face was chosen.

    # ------------------------------------------------------------------ inside

    def _known(self) -> str:
        return self.tr("%1 is recognised now").replace("%1", self._only)

    def _make_alike(self) -> None:
        self.alike = Card(kind="banner-warning")
        self._alike_text = label(wrap=True)
        self._alike_help = label(role="muted", wrap=True)
        self.same = push_button(self.tr("The &same person: merge"), self.tr("Make both one person"))
        self.different = push_button(
            self.tr("&Two people"), self.tr("They only look alike: keep both"), kind="plain"
        )
        row = QHBoxLayout()
        row.setSpacing(GRID_PX)
        row.addWidget(self.same)
        row.addWidget(self.different)
        row.addStretch()
        self.alike.body.addWidget(self._alike_text)
        self.alike.body.addWidget(self._alike_help)
        self.alike.body.addLayout(row)
        self.alike.hide()
        self.same.clicked.connect(self._on_same)
        self.different.clicked.connect(self.alike.hide)

    def _make_buttons(self) -> None:
        self.cancel = push_button(self.tr("&Cancel"), self.tr("Stop; nothing is saved (Esc)"))
        self.more = push_button(self.tr("Add &more…"), self.tr("Add more photos"), icon="plus")
        self.done = push_button(self.tr("D&one"), self.tr("Back (Esc)"), kind="primary")
        self.cancel.clicked.connect(self.cancel_wanted)
        self.more.clicked.connect(self.more_wanted)
        self.done.clicked.connect(self.done_wanted)

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID_PX)
        buttons.addWidget(self.cancel)
        buttons.addStretch()
        buttons.addWidget(self.more)
        buttons.addWidget(self.done)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        for part in (self.title, self.summary, self.progress, self.alike):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)

    def _running(self, running: bool) -> None:
        self.progress.setVisible(running)
        self.cancel.setVisible(running)
        self.more.setVisible(not running)
        self.done.setVisible(not running)

    def _show_alike(self, outcome: EnrollOutcome | None) -> None:
        self._alike = outcome
        self.alike.setVisible(outcome is not None)
        if outcome is None or outcome.resemblance is None:
            return
        known = outcome.resemblance
        text = self.tr("%1 looks like %2, who is known already.")
        self._alike_text.setText(
            text.replace("%1", short(outcome.name)).replace("%2", short(known.identity.name))
        )
        numbers = self.tr("One person with %1 % probability, distance %2. Recognition may confuse them.")
        self._alike_help.setText(
            numbers.replace("%1", f"{known.percent:.0f}").replace("%2", f"{known.squared_l2:.2f}")
        )

    def _on_same(self) -> None:
        self.alike.hide()
        if self._alike is not None:
            self.merge_wanted.emit(self._alike)
