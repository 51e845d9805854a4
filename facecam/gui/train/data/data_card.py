"""Data card: the photos as they are, and what to look at before training on them."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from facecam.gui.theme.icons import set_icon
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.words import kind_words
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import beside, fill
from facecam.gui.widgets.progress import ProgressBar

if TYPE_CHECKING:
    from facecam.engine.audit.findings import Finding
    from facecam.engine.training_jobs.request import DataSummary

#: Kinds that may spoil a training come first.
_GRAVE = ("same person", "several people", "suspicious label", "unreadable")


class DataCard(Card):
    """People, photos, usable faces; a button for the gravest kind of warning, and one for the others."""

    refresh_wanted = Signal()
    warnings_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(margin_px=GRID_PX + GRID_PX // 2)
        self._figures = label(role="heading", wrap=True)
        self._detail = label(role="muted", wrap=True)
        self._progress = ProgressBar(self.tr("Looking at the photos"))
        self._refresh = IconButton("refresh", self.tr("Look at the photos again"))
        self.enroll = push_button(self.tr("Enr&oll people…"), self.tr("Go to the Enroll tab"))
        self._refresh.clicked.connect(self.refresh_wanted)
        self._warning = push_button(" ", self.tr("Show the photos"), icon="info", kind="plain")
        self._warning.clicked.connect(lambda: self.warnings_wanted.emit(self._kinds[0]))
        self._others = push_button(" ", self.tr("Other kinds of warnings"), kind="plain")
        self._others.setMenu(QMenu(self._others))
        self._kinds: list[str] = []
        self._keep_places()
        self._arrange()
        self._show_warnings(())
        self.show_progress(0, 0)

    def _keep_places(self) -> None:
        """What comes and goes leaves its room: the cards below do not jump."""
        for part in (self._progress, self._detail, self._warning):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)

    def show_progress(self, done: int, total: int) -> None:
        """The photos are being looked at; what was said of them before may hold no longer."""
        self._show_warnings(())
        self._figures.setText(self.tr("Looking at the photos…"))
        self._detail.setText(self.tr("{0} of {1}").format(done, total) if total else "")
        self._detail.setVisible(bool(total))
        self._progress.show_progress(done, total)
        self._progress.show()
        self._refresh.setEnabled(False)
        self.enroll.hide()

    def show_summary(self, summary: DataSummary) -> None:
        """What was found."""
        self._progress.hide()
        self._refresh.setEnabled(True)
        people, photos = summary.people_count, summary.photos_count
        words = [self.tr("%n person(s)", "", people), self.tr("%n photo(s)", "", photos)]
        self._figures.setText(" · ".join(words))
        self.enroll.setVisible(people < 2)
        self._detail.setText(self._detail_words(summary))
        self._detail.show()
        self._show_warnings(summary.warnings)

    def show_stopped(self) -> None:
        """Something else was more important: they are looked at again later."""
        self._progress.hide()
        self._refresh.setEnabled(True)
        self._figures.setText(self.tr("Not all photos have been looked at"))
        self._detail.setText(self.tr("They are looked at again after the training."))

    def show_failure(self, text: str) -> None:
        """The photos could not be looked at."""
        self._progress.hide()
        self._refresh.setEnabled(True)
        self._figures.setText(self.tr("The photos could not be looked at"))
        self._detail.setText(text)
        self._detail.show()

    def _detail_words(self, summary: DataSummary) -> str:
        if not summary.people_count:
            return self.tr("Nobody is there to train on. Enroll people first, 4 photos each at least.")
        usable = self.tr("%n usable face(s)", "", summary.usable_count)
        if summary.people_count < 2:
            return f"{usable}. " + self.tr("It takes two people to learn telling people apart.")
        return usable

    def _show_warnings(self, warnings: tuple[Finding, ...]) -> None:
        counts: Counter[str] = Counter(warning.kind for warning in warnings)
        self._kinds = sorted(counts, key=lambda one: (one not in _GRAVE, one))
        words = [f"{counts[kind]} × {kind_words(kind)}" for kind in self._kinds]
        self._warning.setVisible(bool(words))
        self._others.setVisible(len(words) > 1)
        if not words:
            return
        set_icon(self._warning, "warning" if self._kinds[0] in _GRAVE else "info", "accent")
        self._warning.setText(words[0])
        self._others.setText(self.tr("%n more", "", len(words) - 1))
        menu = self._others.menu()
        menu.clear()
        for kind, text in zip(self._kinds[1:], words[1:], strict=True):
            menu.addAction(text, partial(self.warnings_wanted.emit, kind))

    def _arrange(self) -> None:
        fill(self.body, beside((self._figures, 1), self._refresh), self._progress, self._detail)
        warnings = FlowLayout(self._warning, self._others, spacing_px=0)  # Large letters take two rows.
        fill(self.body, warnings, self.enroll)
        self.body.setSpacing(GRID_PX // 2)
