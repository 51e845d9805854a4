"""Name dialog: of somebody known or new, or another one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from facecam.gallery.names import alike, name_key, only_match
from facecam.gui.core.translation import filled
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.consent_line import ConsentLine
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label, set_look
from facecam.gui.widgets.layouts import IN_DIALOG, vertical
from facecam.gui.widgets.look_dialog import button_box
from facecam.gui.widgets.namesake_line import NamesakeLine
from facecam.gui.widgets.people_list import PeopleList

#: Longer names than these are typing accidents; folders and lists bear with them all the same.
MAX_LETTERS = 300
_REFUSED = ("Cc", "Cs", "Zl", "Zp")
_INVISIBLE = ("Zs", "Cf", *_REFUSED)
Purpose = Literal["new", "rename"]


def tidy_name(text: str) -> str:
    """As the gallery stores it: NFC, without outer blanks."""
    return unicodedata.normalize("NFC", text).strip()


class PersonNameDialog(QDialog):
    """A line for the name, which says at once what is wrong with it or who has it.

    Args:
        purpose: `new`: a known name is welcome, the photos are then added; `rename`: it is not.
        names: everybody's.
        text: what stands in the line at first.
        parent: owner.
        ask_consent: whether somebody new is also asked what they agree to.

    Attributes:
        column: what it is made of, one below the other.
    """

    def __init__(
        self,
        purpose: Purpose,
        names: Iterable[str],
        text: str = "",
        parent: QWidget | None = None,
        *,
        ask_consent: bool = False,
    ) -> None:
        super().__init__(parent)
        self._purpose, self._first = purpose, tidy_name(text)
        self._spellings = frozenset(names)
        self._names = {name_key(name): name for name in self._spellings}
        self.setWindowTitle(self.tr("New person") if purpose == "new" else self.tr("Rename"))
        self.line = QLineEdit(text)
        self.people = PeopleList(sorted(self._spellings, key=str.casefold))
        self.namesake = NamesakeLine()
        self.consent = ConsentLine(ask_consent and purpose == "new")
        self.remark = label(role="muted", wrap=True)
        self._is_new = False
        self.accept_button = push_button("", kind="primary")
        tip = self.tr("Somebody else, who is called exactly as it is typed")
        self.new_button = push_button(self.tr("Somebody &new"), tip, kind="plain")
        self.new_button.clicked.connect(self._on_new)
        #: On the button, for a name nobody has.
        self.new_words = self.tr("&Next")
        self._set_up()
        self._arrange()
        self._look()

    @property
    def name(self) -> str:
        """The name as it is to be used: a known person's in their own spelling."""
        typed = tidy_name(self.line.text())
        if self._purpose == "rename":
            return typed
        if self.namesake.is_asked or typed in self._spellings:
            return self.namesake.completed(typed)
        return self._names.get(name_key(typed)) or (self._match or typed)

    @property
    def _match(self) -> str:
        """Somebody known whom the few letters typed can only mean; empty where they are a name of their own."""
        typed = tidy_name(self.line.text())
        if self._purpose == "rename" or self._is_new or self.is_known or not typed:
            return ""
        return only_match(typed, self._spellings) or ""

    @property
    def is_known(self) -> bool:
        """Whether somebody has this name."""
        return name_key(self.line.text()) in self._names

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the line into the list."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            key = event.key() if isinstance(event, QKeyEvent) else 0
            if key == Qt.Key.Key_Down and self.people.isVisible() and self.people.enter():
                return True
        return super().eventFilter(watched, event)

    def _set_up(self) -> None:
        self.line.setMaxLength(MAX_LETTERS)
        self.line.setPlaceholderText(self.tr("Name"))
        self.line.setAccessibleName(self.tr("Name"))
        self.line.setToolTip(self.tr("Any letters of any script"))
        self.line.selectAll()
        if self._purpose != "new" or not self._spellings:
            self.people.hide()
        self.people.setMinimumHeight(168)
        self.people.picked.connect(self.line.setText)
        self.people.taken.connect(self._on_taken)
        self.namesake.changed.connect(self._look)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._look)

    def _arrange(self) -> None:
        question = self.tr("Who is it?") if self._purpose == "new" else self.tr("What is the name?")
        lines = (self.line, (self.people, 1), self.namesake, self.consent, self.remark)
        self.column = vertical(self, label(question, "heading"), *lines, margins=IN_DIALOG, spacing=GRID_PX)
        # Once those are there: the Tab key comes to the buttons last.
        self.column.addWidget(button_box(self, self.accept_button, self.new_button))
        self.remark.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.setMinimumWidth(380)

    def _look(self) -> None:
        typed = tidy_name(self.line.text())
        self.people.narrow("" if self.is_known else typed)
        self.namesake.set_wanted(self._purpose == "new" and self.is_known)
        fault = self._fault(typed)
        remark = fault or self._remark(typed)
        self.remark.setText(remark)
        self.line.setAccessibleDescription(remark)
        set_look(self.line, "fault", bool(fault and typed))
        self.accept_button.setEnabled(bool(typed) and not fault)
        self.consent.set_wanted(not self.is_known or self.namesake.is_asked)
        words = self.tr("&Rename")
        if self._purpose == "new":
            known = self.is_known and not self.namesake.is_asked
            words = self.tr("&Add to this person") if known else self.new_words
            if match := self._match:
                words = filled(self.tr("&Add to %1"), _short(match))
        self.new_button.setVisible(bool(self._match) and not fault)
        self.accept_button.setText(words)

    def _fault(self, typed: str) -> str:
        if any(unicodedata.category(char) in _REFUSED for char in typed):
            return self.tr("Leave out line breaks and other characters that cannot be seen.")
        if typed and all(unicodedata.category(char) in _INVISIBLE for char in typed):
            return self.tr("Give the person a name with at least one letter.")
        if self._purpose == "rename" and self.is_known and name_key(typed) != name_key(self._first):
            return self.tr(
                "Somebody else has this name. If both are one person, use Merge. If not, say in brackets what tells "
                "them apart: Anna (the lab)."
            )
        if self.namesake.is_asked and self.namesake.completed(typed) == typed:
            return self.tr("Say what tells the two apart.")
        if self.namesake.is_asked and alike(self.namesake.completed(typed), self._spellings):
            return self.tr("Somebody is called this, too.")
        return ""

    def _remark(self, typed: str) -> str:
        if self.namesake.is_asked:
            return ""
        if self._purpose == "new" and self.is_known:
            return self.tr("Somebody with this name is known already: the photos will be added to them.")
        if match := self._match:
            return filled(self.tr("This is %1, who is known already."), _short(match))
        if len(typed) > 60:
            return self.tr("A long name: it will be shortened where there is little room.")
        return ""

    def _on_taken(self, name: str) -> None:
        self.line.setText(name)
        self.accept()

    def _on_new(self) -> None:
        self._is_new = True
        self.accept()


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
