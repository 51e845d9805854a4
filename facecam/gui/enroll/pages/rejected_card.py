"""Rejected faces of a person: what was said not to be them, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import fill, held
from facecam.gui.widgets.thumbnail import Thumbnail

_FACE_PX = 40
_MOST_SHOWN = 12


class RejectedCard(Card):
    """The pictures; each is a button.

    Args:
        kept: gives them.
    """

    #: Pictures (`list[Path]`) of faces that may be the person after all.
    accept_wanted = Signal(object)

    def __init__(self, kept: FaceCache[Path]) -> None:
        super().__init__(margin_px=GRID_PX)
        self._kept = kept
        self._pictures: tuple[Path, ...] = ()
        self.faces: dict[Path, Thumbnail] = {}
        self.text = label(role="muted", wrap=True)
        self.all = push_button(
            self.tr("Take &all back"), self.tr("No longer rule out any of them"), kind="plain"
        )
        self.all.clicked.connect(lambda: self.accept_wanted.emit(list(self._pictures)))
        self._flow = FlowLayout(spacing_px=4)
        fill(self.body, self.text, held(self._flow), self.all)
        self.hide()

    def show_pictures(self, pictures: Sequence[Path]) -> None:
        """Show the newest of them; without one there is no card."""
        self._pictures = tuple(pictures)
        self._flow.clear()
        self.faces = {}
        count = len(pictures)
        text = self.tr("%n faces were said not to be this person. A click takes one back.", "", count)
        if count == 1:
            text = self.tr("One face was said not to be this person. A click takes that back.")
        self.text.setText(text)
        for picture in self._pictures[: -_MOST_SHOWN - 1 : -1]:
            face = self.faces[picture] = Thumbnail(_FACE_PX, clickable=True)
            face.setToolTip(self.tr("It may be this person after all: no longer rule it out"))
            face.setAccessibleName(self.tr("Rejected face"))
            face.clicked.connect(lambda picture=picture: self.accept_wanted.emit([picture]))
            self._flow.addWidget(face)
            self._kept.show(face, picture, face.set_pixmap)
        self.all.setVisible(count > 1)
        self.setVisible(count > 0)
