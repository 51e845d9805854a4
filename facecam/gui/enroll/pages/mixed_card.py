"""Warning that the photos of one person look like several people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal

from facecam.gui.core.translation import filled
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import fill


class MixedCard(Card):
    """`These look like 3 people`, and a button that shows the groups side by side."""

    #: The groups.
    look_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(kind="banner-warning", margin_px=GRID_PX)
        self._groups: tuple[tuple[Path, ...], ...] = ()
        self.text = label(wrap=True)
        self.look = push_button(
            self.tr("Show the &groups…"), self.tr("See the photos of each side by side, and split them")
        )
        fill(self.body, self.text, (self.look, 0, Qt.AlignmentFlag.AlignLeading))
        self.look.clicked.connect(lambda: self.look_wanted.emit(self._groups))
        self.hide()

    def show_groups(self, groups: Sequence[Sequence[Path]], name: str = "") -> None:
        """Show the warning where there are several groups; `name`: whose photos, if that is not clear."""
        self._groups = tuple(map(tuple, groups))
        text = self.tr("These look like %n people", "", len(groups))
        if name:
            text = filled(self.tr("The photos of %1 look like %n people", "", len(groups)), name)
        self.text.setText(text)
        self.setVisible(len(groups) > 1)
