"""Name dialog of a face in Live: somebody known, or a new name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from facecam.gallery.names import name_key, only_match
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.consent_line import ConsentLine
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.namesake_line import NamesakeLine
from facecam.gui.widgets.people_list import PeopleList
from facecam.gui.widgets.thumbnail import Thumbnail

if TYPE_CHECKING:
    from facecam.engine.recognition.face_crops import FaceSample

_SIDE_PX = 72


class FaceNameDialog(QDialog):
    """Asks for a name; typing narrows the list of people down.

    Args:
        samples: the clearest looks at the face.
        names: everybody known.
        parent: over which it opens.
        remark: what should be known about the pictures; empty for nothing.
        ask_consent: whether somebody new is also asked what they agree to.
    """

    def __init__(
        self,
        samples: Sequence[FaceSample],
        names: Sequence[str],
        parent: QWidget | None = None,
        remark: str = "",
        *,
        ask_consent: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Who is this?"))
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(self.tr("Name"))
        self.edit.setAccessibleName(self.tr("Name"))
        self.edit.setMaxLength(300)
        self.edit.setClearButtonEnabled(True)
        self.namesake = NamesakeLine()
        self.consent = ConsentLine(ask_consent)
        self._names = {name_key(name): name for name in names}
        self._is_new = False
        self.people = PeopleList(names)
        self._hint = label("", "muted", wrap=True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.new = push_button(
            self.tr("Somebody &new"),
            self.tr("Somebody else, who is called exactly as it is typed"),
            kind="plain",
        )
        self._buttons.addButton(self.new, QDialogButtonBox.ButtonRole.ActionRole)
        self._connect()
        self.remark = label(remark, "unknown", wrap=True)
        self.remark.setVisible(bool(remark))
        self._arrange(samples)
        self._on_typed("")

    @property
    def name(self) -> str:
        """The name chosen; a known one in its own spelling."""
        typed = self.edit.text().strip()
        if self._is_new or typed in self._names.values() or self.namesake.is_asked:
            return self.namesake.completed(typed)
        return self._names.get(name_key(typed)) or (only_match(typed, self._names.values()) or typed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the field into the list."""
        if watched is self.edit and event.type() == QEvent.Type.KeyPress:
            key = event.key() if isinstance(event, QKeyEvent) else 0
            if key == Qt.Key.Key_Down and self.people.enter():
                return True
        return super().eventFilter(watched, event)

    def _connect(self) -> None:
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._on_typed)
        self.people.picked.connect(self.edit.setText)
        self.people.taken.connect(self._on_taken)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.new.clicked.connect(self._on_new)
        self.namesake.changed.connect(self._look)

    def _arrange(self, samples: Sequence[FaceSample]) -> None:
        faces = QHBoxLayout()
        faces.setSpacing(GRID_PX)
        for sample in samples:
            thumb = Thumbnail(_SIDE_PX)
            thumb.set_image(sample.picture)
            faces.addWidget(thumb)
        faces.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        column.addLayout(faces)
        column.addWidget(self.remark)
        column.addWidget(self.edit)
        column.addWidget(self.namesake)
        column.addWidget(self.consent)
        column.addWidget(self.people, 1)
        column.addWidget(self._hint)
        column.addWidget(self._buttons)
        self.people.setVisible(bool(self._names))
        self.setMinimumWidth(360)

    def _on_typed(self, text: str) -> None:
        self.people.narrow(text)
        self.namesake.set_wanted(name_key(text) in self._names)
        self._look()

    def _look(self) -> None:
        text = self.edit.text()
        known = self.name in self._names.values()
        typed = bool(self.name) and not (known and self.namesake.is_asked)
        save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        save.setEnabled(typed)
        self.consent.set_wanted(not known)
        self.new.setVisible(
            typed and name_key(text) not in self._names and name_key(self.name) != name_key(text)
        )
        if self.namesake.is_asked and not typed:
            self._hint.setText(self.tr("Say what tells the two apart."))
        elif not typed:
            self._hint.setText(self.tr("Choose somebody or type a new name."))
        elif known:
            self._hint.setText(self.tr("These pictures are added to {name}.").format(name=self.name))
        else:
            self._hint.setText(self.tr("{name} is new and will be enrolled.").format(name=self.name))

    def _on_new(self) -> None:
        self._is_new = True
        self.accept()

    def _on_taken(self, name: str) -> None:
        self.edit.setText(name)
        self.accept()
