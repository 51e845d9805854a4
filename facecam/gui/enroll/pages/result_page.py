"""Result page: progress, verdicts, and what to do about them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from facecam.core.types import Identity
from facecam.gui.core.translation import filled
from facecam.gui.enroll.dialogs.questions import short
from facecam.gui.enroll.lists.verdict_list import VerdictList
from facecam.gui.enroll.lists.verdict_model import VerdictModel, VerdictRow
from facecam.gui.enroll.pages.mixed_card import MixedCard
from facecam.gui.enroll.service import EnrollOutcome
from facecam.gui.enroll.words import alike_tip, photos_in_words, reason_word
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import beside, fill, vertical
from facecam.gui.widgets.progress import ProgressBar


class ResultPage(QWidget):
    """Rows of photos; what the buttons do is others' to know.

    Args:
        model: the rows.
    """

    #: Two `Identity`: the person turned out to be somebody known already.
    merge_wanted = Signal(object, object)
    #: Two `Identity`: the person only looks like somebody known.
    two_wanted = Signal(object, object)
    #: The `Identity` of the person whose photos look like several people, and the groups.
    split_wanted = Signal(object, object)

    def __init__(self, model: VerdictModel) -> None:
        super().__init__()
        self.model = model
        self._alike: tuple[Identity, ...] = ()
        self._people = ""
        self._lost: frozenset[str] = frozenset()
        self._whose: Identity | None = None
        self._began_s = time.monotonic()
        self.mixed = MixedCard()
        self.reasons = label(role="muted", wrap=True)
        self.title = label(role="heading", wrap=True)
        self.summary = label(role="muted", wrap=True)
        self.progress = ProgressBar(self.tr("Photos looked at"))
        self.list = VerdictList(model)
        self._make_alike()
        self._make_buttons()
        self._arrange()

    def begin(self, title: str, count: int) -> None:
        """Photos are about to be looked at."""
        self.title.setText(title)
        self.summary.setText(photos_in_words(count))
        self.progress.show_progress()
        self._began_s = time.monotonic()
        self.only_troubled.setChecked(False)
        self._running(True)
        self.alike.hide()
        self.mixed.show_groups(())

    def show_progress(self, done: int, total: int) -> None:
        """How far the photos were looked at."""
        self.progress.show_progress(done, max(total, 1))
        text = filled(self.tr("Photos looked at: %1 of %2"), done, total)
        self.summary.setText(" · ".join(filter(None, (text, self._time_left(done, total)))))

    def _time_left(self, done: int, total: int) -> str:
        """In words, once that can be told."""
        took_s = time.monotonic() - self._began_s
        if done < 5 or took_s < 3:
            return ""
        left_s = took_s / done * (total - done)
        if left_s < 60:
            return self.tr("less than a minute left")
        return self.tr("about %n minutes left", "", round(left_s / 60) + 1)

    def show_outcomes(self, outcomes: Sequence[EnrollOutcome]) -> None:
        """All is done: for whom how many photos were used."""
        self._running(False)
        enrolled = [outcome for outcome in outcomes if outcome.identity is not None]
        # Looked at, and then could not be kept: the disk is full.
        self._lost = frozenset(one.name for one in outcomes if one.fault is not None and not one.verdicts)
        self._people, self._only = "", short(outcomes[0].name) if len(outcomes) == 1 else ""
        if len(outcomes) > 1:
            self.title.setText(self.tr("%n people are recognised now", "", len(enrolled)))
            self._people = filled(self.tr("People enrolled: %1 of %2"), len(enrolled), len(outcomes))
        self.count_again()
        if len(outcomes) == 1:
            name = self._only
            failed = filled(self.tr("No photo of %1 could be used"), name)
            verdicts = outcomes[0].verdicts
            if verdicts and all(verdict.reason == "duplicate" for verdict in verdicts):
                failed = filled(self.tr("No new photos of %1"), name)
            self.title.setText(self._known() if enrolled else failed)
        self._show_alike(next((one for one in enrolled if one.resemblance is not None), None))
        mixed = next((one for one in enrolled if len(one.groups) > 1), None)
        self._whose = None if mixed is None else mixed.identity
        whose = short(mixed.name) if mixed is not None and len(outcomes) > 1 else ""
        self.mixed.show_groups(() if mixed is None else mixed.groups, whose)
        self.undo.setVisible(any(one.addition is not None for one in enrolled))

    def count_again(self) -> None:
        """After a verdict has changed."""
        kept = (row for row in self.model.rows if row.person not in self._lost)
        used = sum(row.verdict is not None and row.verdict.used for row in kept)
        text = filled(self.tr("Photos used: %1 of %2"), used, len(self.model.rows))
        self.summary.setText(" · ".join(filter(None, (self._people, text))))
        self.reasons.setText(self._reasons())
        self.reasons.setVisible(bool(self.reasons.text()))
        troubled = sum(_is_troubled(row) for row in self.model.rows)
        self.only_troubled.setText(filled(self.tr("Only what needs &attention (%1)"), troubled))
        self.only_troubled.setVisible(0 < troubled < len(self.model.rows))
        self._filter()
        if used and self._only:
            self.title.setText(self._known())  # Of photos of which none could be used, a face was chosen.

    # ------------------------------------------------------------------ inside

    def _reasons(self) -> str:
        """Why photos were not used, summed up: `3 × Blurred, 2 × No face`."""
        found = Counter(row.verdict.reason for row in self.model.rows if row.verdict and not row.verdict.used)
        return ", ".join(f"{count} × {reason_word(reason)}" for reason, count in found.most_common())

    def _filter(self) -> None:
        only = self.only_troubled.isChecked() and self.only_troubled.isVisibleTo(self)
        troubled = {row.person for row in self.model.rows if _is_troubled(row)}
        for number, line in enumerate(self.model.lines):
            wanted = _is_troubled(line) if isinstance(line, VerdictRow) else line.person in troubled
            self.list.setRowHidden(number, only and not wanted)

    def _known(self) -> str:
        return filled(self.tr("%1 is recognised now"), self._only)

    def _make_alike(self) -> None:
        self.alike = Card(kind="banner-warning")
        self._alike_text = label(wrap=True)
        self._alike_help = label(role="muted", wrap=True)
        self.same = push_button(self.tr("The &same person: merge"), self.tr("Make both one person"))
        self.different = push_button(
            self.tr("&Two people"), self.tr("They only look alike: keep both"), kind="plain"
        )
        row = beside(self.same, self.different, 0, spacing=GRID_PX)
        fill(self.alike.body, self._alike_text, self._alike_help, row)
        self.alike.hide()
        for button, answer in ((self.same, self.merge_wanted), (self.different, self.two_wanted)):
            button.clicked.connect(self.alike.hide)
            button.clicked.connect(lambda _=False, answer=answer: answer.emit(*self._alike))

    def _make_buttons(self) -> None:
        self.cancel = push_button(
            self.tr("&Cancel"), self.tr("Stop; of the person being looked at nothing is saved (Esc)")
        )
        self.undo = push_button(self.tr("&Undo"), self.tr("Take this enrollment back (Ctrl+Z)"), icon="undo")
        self.undo.clicked.connect(self.undo.hide)
        self.only_troubled = QCheckBox()
        self.only_troubled.setAccessibleName(self.tr("Only what needs attention"))
        self.only_troubled.setToolTip(self.tr("Hide the photos that are used or there already"))
        self.only_troubled.toggled.connect(lambda on: self._filter())
        self.mixed.look_wanted.connect(lambda groups: self.split_wanted.emit(self._whose, groups))
        self.more = push_button(self.tr("Add &more…"), self.tr("Add more photos"), icon="plus")
        self.done = push_button(self.tr("D&one"), self.tr("Back (Esc)"), kind="primary")

    def _arrange(self) -> None:
        buttons = beside(self.cancel, self.undo, 0, self.more, self.done, spacing=GRID_PX)
        told = (self.title, self.summary, self.reasons, self.progress)
        asked = (self.alike, self.mixed, self.only_troubled)
        vertical(self, *told, *asked, (self.list, 1), buttons, margins=2 * GRID_PX, spacing=GRID_PX)

    def _running(self, running: bool) -> None:
        self.progress.setVisible(running)
        self.cancel.setVisible(running)
        self.more.setVisible(not running)
        self.done.setVisible(not running)
        if running:
            for part in (self.undo, self.only_troubled, self.reasons):
                part.hide()

    def _show_alike(self, outcome: EnrollOutcome | None) -> None:
        self.alike.setVisible(outcome is not None)
        if outcome is None or outcome.identity is None or outcome.resemblance is None:
            return
        known = outcome.resemblance
        self._alike = outcome.identity, known.identity
        text = self.tr("%1 looks like %2, who is known already.")
        self._alike_text.setText(filled(text, short(outcome.name), short(known.identity.name)))
        numbers = self.tr("%1 % alike: recognition may confuse them.")
        self._alike_help.setText(filled(numbers, f"{known.percent:.0f}"))
        self._alike_help.setToolTip(alike_tip())


def _is_troubled(row: VerdictRow) -> bool:
    """Whether somebody may want to do something about a photo."""
    return row.verdict is None or row.verdict.reason not in ("good", "duplicate")
