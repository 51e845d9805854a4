"""Warnings dialog: the photos a warning is about, side by side, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from facecam.core.errors import FacecamError
from facecam.gui.core.context import AppContext
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.data.photo_thumbs import PhotoThumbs
from facecam.gui.train.data.warning_cures import Offer, offers, warning_hint, warning_words
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.train.words import kind_words
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, beside, fill, held, scrolling
from facecam.gui.widgets.look_dialog import LookDialog

if TYPE_CHECKING:
    from facecam.engine.audit.findings import Finding

#: Warnings shown at once; more come by a button.
_AT_ONCE = 40
_PHOTOS_SHOWN = 6


class WarningsDialog(LookDialog):
    """Every warning of a kind with its faces, and buttons that mend it; each can be taken back here.

    Args:
        context: does the work.
        service: reads the pictures and mends.
        warnings: all of one kind.
        parent: the window.
    """

    def __init__(
        self,
        context: AppContext,
        service: EngineTrainService,
        warnings: Sequence[Finding],
        parent: QWidget,
    ) -> None:
        kind = warnings[0].kind if warnings else ""
        super().__init__(f"{len(warnings)} × {kind_words(kind)}", (760, 560), parent)
        self._context, self._service = context, service
        self._waiting = list(warnings)
        self._changed = False
        self._faces: FaceCache[Path] = FaceCache(context, service.face_picture, self)
        self.cards: list[WarningCard] = []
        self._list = below(1, spacing=GRID_PX)
        self._more = push_button(self.tr("Show &more"))
        self._more.clicked.connect(self._show_some)
        self.finished.connect(self._on_finished)
        self._arrange()
        self._show_some()

    def _arrange(self) -> None:
        self.column.addWidget(scrolling(held(below(self._list, margins=(0, 0, GRID_PX, 0)))), 1)
        note = self.tr("Until the window is closed everything can be taken back.")
        self.add_foot(label(note, "muted"), self._more)

    def _show_some(self) -> None:
        some, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for warning in some:
            card = WarningCard(warning, self._faces)
            card.cure_wanted.connect(lambda offer, card=card: self._cure(card, offer))
            card.visit_wanted.connect(self._visit)
            self.cards.append(card)
            self._list.insertWidget(self._list.count() - 1, card)
        self._more.setVisible(bool(self._waiting))

    def _visit(self, person: str) -> None:
        self.accept()
        self._context.go_to("enroll", person=person)

    def _cure(self, card: WarningCard, offer: Offer) -> None:
        if offer.cure is None:
            return
        cure = offer.cure
        card.set_waiting(True)

        def done(take_back: Callable[[], object]) -> None:
            self._changed = True
            card.show_done(offer.done, lambda: self._take_back(card, take_back))

        self._context.run(
            lambda on_event, cancel: self._service.mend(cure),
            done=done,
            failed=lambda error: self._on_failed(card, error),
            owner=card,
        )

    def _take_back(self, card: WarningCard, take_back: Callable[[], object]) -> None:
        card.set_waiting(True)
        self._context.run(
            lambda on_event, cancel: take_back(),
            done=lambda nothing: card.show_offers(),
            failed=lambda error: self._on_failed(card, error),
            owner=card,
        )

    def _on_failed(self, card: WarningCard, error: FacecamError) -> None:
        card.set_waiting(False)
        self._context.show_error(error)

    def _on_finished(self) -> None:
        if self._changed:
            self._context.people_changed.emit()


class WarningCard(Card):
    """One warning: faces, a sentence, and buttons.

    Args:
        warning: what it is about.
        faces: gives pictures of the faces.
    """

    cure_wanted = Signal(object)
    #: The name of somebody to show in the Enroll tab.
    visit_wanted = Signal(str)

    def __init__(self, warning: Finding, faces: FaceCache[Path]) -> None:
        super().__init__(margin_px=GRID_PX + GRID_PX // 2)
        self._warning = warning
        self.buttons: list[QPushButton] = []
        words = warning_words(warning)
        self.setAccessibleName(f"{warning.person}: {words}")
        fill(self.body, label(warning.person, "heading"), label(words, wrap=True))
        if hint := warning_hint(warning):
            self.body.addWidget(label(hint, "muted", wrap=True))
        groups = warning.groups or ((warning.photos,) if warning.photos else ())
        for group in groups:
            self.body.addWidget(PhotoThumbs(group[:_PHOTOS_SHOWN], faces))
        self._row = beside(spacing=GRID_PX)
        self.body.addLayout(self._row)
        self.show_offers()

    def show_offers(self) -> None:
        """What can be done."""
        self._clear()
        for offer in offers(self._warning):
            button = push_button(offer.words, offer.tip, icon=offer.icon, kind=offer.look)
            if offer.visit:
                button.clicked.connect(lambda _=False, who=offer.visit: self.visit_wanted.emit(who))
            else:
                button.clicked.connect(lambda _=False, offer=offer: self.cure_wanted.emit(offer))
            self._add(button)
        self._row.addStretch(1)

    def show_done(self, words: str, undo: Callable[[], None]) -> None:
        """It was done, and can be taken back."""
        self._clear()
        button = push_button(self.tr("&Undo"), self.tr("Take this back"), icon="undo")
        button.clicked.connect(undo)
        self._row.addWidget(label(words, "accent"))
        self._add(button)
        self._row.addStretch(1)

    def set_waiting(self, waiting: bool) -> None:
        """Whether something is being done."""
        for button in self.buttons:
            button.setEnabled(not waiting)

    def _add(self, button: QPushButton) -> None:
        self.buttons.append(button)
        self._row.addWidget(button)

    def _clear(self) -> None:
        self.buttons = []
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
