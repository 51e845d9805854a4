"""Tray of the unknown faces seen lately, each group one click away from a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from facecam.engine.live.unknown_faces import UnknownGroup
from facecam.engine.recognition.face_blur import BlurRule
from facecam.gui.core.preferences import UNKNOWN_MINUTES, Preferences
from facecam.gui.live.times import minutes_text
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import IconButton, offer_by_menu, push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, horizontal, vertical
from facecam.gui.widgets.thumbnail import Thumbnail

_SIDE_PX = 40
_THUMBS = 3


class _GroupRow(QWidget):
    def __init__(self, named: Callable[[], None], dismissed: Callable[[], None]) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()
        self._thumbs = [Thumbnail(_SIDE_PX) for _ in range(_THUMBS)]
        self._name = push_button(self.tr("Name…"), self.tr("Say who this is; enrolled from these pictures"))
        self._dismiss = IconButton("close", self.tr("Forget this face"), role="muted")
        self._name.clicked.connect(named)
        self._dismiss.clicked.connect(dismissed)
        offer_by_menu(self, (self._name, self._dismiss))
        horizontal(self, *self._thumbs, 1, self._name, self._dismiss, margins=0, spacing=GRID_PX // 2)

    def show_group(self, group: UnknownGroup, blur: BlurRule) -> None:
        looks = group.samples[:_THUMBS]
        marks = (blur, *map(id, looks))
        text = self.tr("Unknown person, seen %n time(s)", "", group.visits)
        self.setToolTip(text)
        self._name.setAccessibleDescription(text)
        if marks == self._shown:
            return
        self._shown, pictures = marks, group.pictures(blur)
        for index, thumb in enumerate(self._thumbs):
            thumb.setVisible(index < len(looks))
            if index < len(looks):
                thumb.set_image(pictures[index])


class UnknownTrayView(QWidget):
    """Groups in the order they were seen last, and how long they are kept."""

    named = Signal(int)
    dismissed = Signal(int)
    cleared = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._rows: dict[int, _GroupRow] = {}
        self._empty = label(self.tr("Faces nobody knows appear here."), "muted", wrap=True)
        self._minutes = QComboBox()
        self._minutes.setToolTip(
            self.tr("How long faces stay here after they were last seen. They are kept in memory only.")
        )
        self._minutes.setAccessibleName(self.tr("Keep unknown faces for"))
        self._clear = IconButton("delete", self.tr("Forget all unknown faces now"))
        self._clear.clicked.connect(self.cleared)
        self._fill_minutes()
        self._minutes.currentIndexChanged.connect(self._on_minutes)
        preferences.changed.connect(self._on_preference)
        self._arrange()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The groups shown, from the top."""
        return tuple(self._rows)

    def show_groups(self, groups: Sequence[UnknownGroup], blur: BlurRule) -> None:
        """Show these groups, blurred where strangers are."""
        for number in [number for number in self._rows if number not in {one.number for one in groups}]:
            gone = self._rows.pop(number)
            gone.hide()
            gone.deleteLater()
        rows = {}
        for place, group in enumerate(groups):
            row = self._rows.get(group.number) or self._new_row(group.number)
            row.show_group(group, blur)
            if self._groups.indexOf(row) != place:
                self._groups.insertWidget(place, row)
            rows[group.number] = row
        self._rows = rows
        self._empty.setVisible(not groups)
        self._clear.setEnabled(bool(groups))

    def _new_row(self, number: int) -> _GroupRow:
        return _GroupRow(lambda: self.named.emit(number), lambda: self.dismissed.emit(number))

    def _arrange(self) -> None:
        self._groups = below(spacing=GRID_PX // 2)
        # Large letters take two rows.
        kept = FlowLayout(label(self.tr("Keep for"), "muted"), self._minutes, self._clear)
        vertical(self, self._empty, self._groups, kept, margins=0, spacing=GRID_PX)

    def _fill_minutes(self) -> None:
        now = self._preferences.unknown_minutes
        for minutes in sorted({*UNKNOWN_MINUTES, now}):
            self._minutes.addItem(minutes_text(minutes), minutes)
        self._minutes.setCurrentIndex(self._minutes.findData(now))

    def _on_minutes(self) -> None:
        minutes = self._minutes.currentData()
        if minutes is not None:
            self._preferences.unknown_minutes = minutes

    def _on_preference(self, key: str) -> None:
        place = self._minutes.findData(self._preferences.unknown_minutes)
        if key == "unknown_minutes" and place >= 0:
            self._minutes.setCurrentIndex(place)
