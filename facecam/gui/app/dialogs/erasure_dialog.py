"""Erasure dialog: everything of the user's, with a list of what goes, asked twice."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from facecam.core.errors import FacecamError
from facecam.engine.people.erasure import Erasure, erase_everything, plan_erasure
from facecam.gui.core.context import AppContext
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import IN_DIALOG, vertical
from facecam.gui.widgets.look_dialog import Question

_WIDTH_PX = 60 * GRID_PX
#: People named before the rest is counted.
_MOST_NAMED = 12


class ErasureDialog(QDialog):
    """Looks at what there is, says it, and erases it after a second question.

    Args:
        context: background work and messages.
        parent: over which it opens.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._planned: Erasure | None = None
        self._erasing = False
        self.setWindowTitle(self.tr("Erase everything of mine"))
        self.words = label(self.tr("Looking at what there is…"), wrap=True)
        self.words.setMinimumWidth(_WIDTH_PX)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Cancel)
        self.erase = push_button(self.tr("&Erase…"), self.tr("Asks once more"), kind="danger")
        buttons.addButton(self.erase, QDialogButtonBox.ButtonRole.DestructiveRole)
        self.erase.setEnabled(False)
        self.erase.clicked.connect(self._on_erase)
        buttons.rejected.connect(self.reject)
        buttons.button(kinds.Cancel).setFocus()
        heading = label(self.tr("This cannot be taken back."), "heading")
        vertical(self, heading, self.words, buttons, margins=IN_DIALOG, spacing=2 * GRID_PX)
        self._look()

    def _look(self) -> None:
        settings = self._context.settings
        self._context.run(
            lambda on_event, cancel: plan_erasure(settings),
            done=self._on_planned,
            failed=self._on_failed,
            owner=self,
        )

    def _on_planned(self, planned: Erasure) -> None:
        self._planned = planned
        self.erase.setEnabled(not planned.is_empty)
        self.words.setText("\n\n".join(self._lines(planned)))
        self.adjustSize()

    def _lines(self, planned: Erasure) -> list[str]:
        if planned.is_empty:
            return [self.tr("There is nothing to erase.")]
        lines = []
        if planned.people:
            names = [who.name for who in planned.people[:_MOST_NAMED]]
            more = len(planned.people) - len(names)
            listed = ", ".join(names) + (self.tr(" and %n more", "", more) if more else "")
            photos = self.tr("%n photo(s)", "", planned.photos)
            lines.append(
                self.tr("People, with {photos} and everything known of their faces: {names}").format(
                    photos=photos, names=listed
                )
            )
        if planned.other_files:
            lines.append(
                self.tr("In their folders, besides photos: %n other file(s)", "", planned.other_files)
            )
        if planned.unreadable:
            lines.append(self.tr("The database, which cannot be read any more, with whoever is in it"))
        if planned.runs:
            lines.append(self.tr("Trainings: {names}").format(names=", ".join(planned.runs)))
        if planned.models:
            lines.append(
                self.tr("Models that have learnt from these photos: {names}").format(
                    names=", ".join(planned.models)
                )
            )
        if planned.cohorts:
            lines.append(
                self.tr("The cohorts, fitted to photos of people, of the models {names}").format(
                    names=", ".join(planned.cohorts)
                )
            )
        if planned.visits:
            lines.append(self.tr("The log: %n visit(s)", "", planned.visits))
        if planned.marks:
            lines.append(self.tr("What was said to be no face: %n place(s)", "", planned.marks))
        if planned.cached:
            lines.append(
                self.tr(
                    "What was computed of faces, with exports in the database folder: %n file(s)",
                    "",
                    planned.cached,
                )
            )
        if planned.links:
            lines.append(
                self.tr("Not the photos in folders that are only linked: {names}").format(
                    names=", ".join(link.name for link in planned.links)
                )
            )
        lines.append(
            self.tr(
                "What stays: the settings, and pictures and films you saved yourself. What was removed since the "
                "start and could be taken back goes when facecam is closed."
            )
        )
        return lines

    def _on_erase(self) -> None:
        planned = self._planned
        if planned is None or not self._confirmed():
            return
        self._erasing = True
        self.erase.setEnabled(False)
        settings = self._context.settings
        self._context.run(
            lambda on_event, cancel: erase_everything(settings, planned, on_event, cancel),
            done=self._on_erased,
            failed=self._on_failed,
            ended=self._tell_changed,
            owner=self._context,
        )

    def _confirmed(self) -> bool:
        title, lines = self.tr("Really erase all of this?"), [self.tr("It is gone for good.")]
        erase, keep = self.tr("&Erase it all"), self.tr("&Keep it")
        return Question(title, lines, erase, parent=self, keep=keep).confirmed()

    def _on_erased(self, _: object) -> None:
        self._tell_changed()  # It takes away all that was said before.
        self._context.show_notice(self.tr("Everything of yours was erased."))
        self.accept()

    def _on_failed(self, error: FacecamError) -> None:
        self._tell_changed()
        self._context.show_error(error)
        self.reject()

    def reject(self) -> None:
        """Not while it erases: what became of it is told here."""
        if not self._erasing:
            super().reject()

    def _tell_changed(self) -> None:
        planned, begun, self._erasing = self._planned, self._erasing, False
        if planned is not None and begun:
            self._context.erased.emit()
            self._context.people_changed.emit()
            if planned.in_use:
                self._context.model_changed.emit()
