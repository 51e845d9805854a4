"""Several people under one name: the groups side by side, a name for each, and Split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QLineEdit,
    QWidget,
)

from facecam.gallery.names import name_key
from facecam.gui.core.translation import filled
from facecam.gui.enroll.dialogs.questions import short
from facecam.gui.enroll.words import photos_in_words
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import beside, fill, held, scrolling, vertical
from facecam.gui.widgets.look_dialog import button_box
from facecam.gui.widgets.name_dialog import MAX_LETTERS, tidy_name
from facecam.gui.widgets.thumbnail import Thumbnail

_FACE_PX, _GROUP_PX, _MOST_SHOWN = 72, 250, 24


class SplitDialog(QDialog):
    """A column for each group; the first one keeps the name.

    Args:
        name: under which they all are.
        groups: of photos, the first one stays.
        names: everybody's, to choose from.
        faces: gives pictures of the faces.
        parent: owner.
    """

    def __init__(
        self,
        name: str,
        groups: Sequence[Sequence[Path]],
        names: Iterable[str],
        faces: FaceCache[Path],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._groups, self._faces = name, [tuple(one) for one in groups], faces
        self._known = {name_key(one): one for one in names}
        self.lines: list[QLineEdit] = []
        self.setWindowTitle(self.tr("Several people?"))
        tip = filled(self.tr("All of these show %1; do not ask again"), short(name))
        self.right = push_button(self.tr("&One person: it is right"), tip)
        self.accept_button = push_button(
            self.tr("&Split"), self.tr("Give each group to the person named"), kind="primary"
        )
        self._arrange()
        self._look()

    @property
    def parts(self) -> list[tuple[str, tuple[Path, ...]]]:
        """Those groups that go to somebody else, each with the name."""
        named = [
            (self._spelled(line.text()), group)
            for line, group in zip(self.lines, self._groups, strict=True)
            if tidy_name(line.text()) and name_key(line.text()) != name_key(self._name)
        ]
        return [(name, group) for name, group in named if group]

    def _spelled(self, text: str) -> str:
        typed = tidy_name(text)
        return self._known.get(name_key(typed), typed)

    def _arrange(self) -> None:
        columns = [self._column(number, group) for number, group in enumerate(self._groups)]
        scroll = scrolling(held(beside(*columns, 1, spacing=GRID_PX)), sideways=True)
        column = vertical(self, margins=2 * GRID_PX, spacing=GRID_PX)
        title = self.tr("These photos of %1 look like %n people", "", len(self._groups))
        fill(
            column,
            label(filled(title, short(self._name)), "heading", wrap=True),
            label(
                self.tr("Name those who are somebody else. A group without a name stays where it is."),
                "muted",
                wrap=True,
            ),
            (scroll, 1),
            button_box(self, self.accept_button, self.right),
        )
        self.right.clicked.connect(self.reject)
        self.resize(min(1100, 80 + len(self._groups) * (_GROUP_PX + GRID_PX)), 520)

    def _column(self, number: int, group: Sequence[Path]) -> Card:
        card = Card(margin_px=GRID_PX)
        card.setFixedWidth(_GROUP_PX)
        line = QLineEdit(self._name if number == 0 else "")
        line.setMaxLength(MAX_LETTERS)
        line.setPlaceholderText(self.tr("Name"))
        line.setAccessibleName(filled(self.tr("Name of group %1"), number + 1))
        completer = QCompleter(sorted(self._known.values()), line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        line.setCompleter(completer)
        line.textChanged.connect(self._look)
        self.lines.append(line)
        thumbs = map(self._thumb, group[:_MOST_SHOWN])
        fill(card.body, line, label(photos_in_words(len(group)), "muted"), held(FlowLayout(*thumbs)))
        if len(group) > _MOST_SHOWN:
            card.body.addWidget(label(self.tr("… and %n more", "", len(group) - _MOST_SHOWN), "muted"))
        card.body.addStretch(1)
        return card

    def _thumb(self, photo: Path) -> Thumbnail:
        thumb = Thumbnail(_FACE_PX)
        thumb.setToolTip(photo.name)
        thumb.setAccessibleName(photo.name)
        self._faces.show(thumb, photo, thumb.set_pixmap)
        return thumb

    def _look(self) -> None:
        self.accept_button.setEnabled(bool(self.parts))
