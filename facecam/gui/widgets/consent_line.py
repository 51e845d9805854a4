"""Consent line: what somebody agrees to be recognized for, asked where they are enrolled."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

#: As many letters as the engine keeps.
_MOST_LETTERS = 500


class ConsentLine(QLineEdit):
    """A line that may stay empty.

    Args:
        asked: whether the question is asked at all, see `Preferences.ask_consent`.
        many: whether it is asked once of several people who are enrolled together.
    """

    def __init__(self, asked: bool, *, many: bool = False) -> None:
        super().__init__()
        self._asked = asked
        self.setMaxLength(_MOST_LETTERS)
        self.setPlaceholderText(
            self.tr("What all who are new agreed to (may stay empty)")
            if many
            else self.tr("What they agreed to (may stay empty)")
        )
        self.setAccessibleName(self.tr("Consent"))
        self.setToolTip(
            self.tr(
                "What this person agreed to be recognised for; it is kept with today's date and the person"
            )
        )
        if not asked:
            self.hide()

    @property
    def note(self) -> str | None:
        """What was written; None for nothing, or where nobody was asked."""
        return self.text().strip() or None if self._asked and not self.isHidden() else None

    def set_wanted(self, wanted: bool) -> None:
        """Somebody known has agreed, or not, already."""
        self.setVisible(self._asked and wanted)
