"""The photos a warning is about, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from facecam.gui.core.context import AppContext
from facecam.gui.core.translation import engine_text
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.data.photo_thumbs import PhotoThumbs, load
from facecam.gui.train.service import TrainService
from facecam.gui.train.words import kind_words
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.look_dialog import LookDialog
from facecam.gui.widgets.thumbnail import Thumbnail

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import DataWarning

#: Warnings shown at once; more come by a button.
_AT_ONCE = 40
_PHOTOS_SHOWN = 6


class WarningsDialog(LookDialog):
    """Every warning of a kind with its photos; nothing is changed here.

    Args:
        context: loads the pictures.
        service: reads them.
        warnings: all of one kind.
        parent: the window.
    """

    def __init__(
        self, context: AppContext, service: TrainService, warnings: Sequence[DataWarning], parent: QWidget
    ) -> None:
        kind = warnings[0].kind if warnings else ""
        super().__init__(f"{len(warnings)} × {kind_words(kind)}", (760, 560), parent)
        self._context, self._service = context, service
        self._waiting = list(warnings)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID_PX)
        self._list.addStretch(1)
        self._more = push_button(self.tr("Show &more"))
        self._more.clicked.connect(self._show_some)
        self._arrange()
        self._show_some()

    def _arrange(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, GRID_PX, 0)
        column.addLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.column.addWidget(scroll, 1)
        self.add_foot(label(self.tr("Nothing is moved or deleted here."), "muted"), self._more)

    def _show_some(self) -> None:
        some, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        thumbs: list[tuple[Path, Thumbnail]] = []
        for warning in some:
            self._list.insertWidget(self._list.count() - 1, self._card(warning, thumbs))
        self._more.setVisible(bool(self._waiting))
        load(self._context, self._service, thumbs, self)

    def _card(self, warning: DataWarning, thumbs: list[tuple[Path, Thumbnail]]) -> Card:
        card = Card(margin_px=GRID_PX + GRID_PX // 2)
        card.body.addWidget(label(warning.person, "heading"))
        card.body.addWidget(label(engine_text(warning.text), wrap=True))
        card.body.addWidget(label(engine_text(warning.hint), "muted", wrap=True))
        if warning.photos:
            row = PhotoThumbs()
            row.add(warning.photos[:_PHOTOS_SHOWN])
            thumbs.extend(row.thumbs)
            card.body.addWidget(row)
        card.setAccessibleName(f"{warning.person}: {warning.text}")
        return card
