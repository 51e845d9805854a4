"""Status line: who is known, what is going on, what computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFrame

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import Role, label, set_role
from facecam.gui.widgets.layouts import horizontal
from facecam.gui.widgets.progress import ProgressBar

if TYPE_CHECKING:
    from facecam.engine.diagnostics.overview import Overview


class StatusLine(QFrame):
    """Left: people, photos, gallery. Middle: the job that runs. Right: processor and arithmetic."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setProperty("edge", "top")
        self._people = label(self.tr("Looking at your people…"), "muted")
        self._gallery = label("", "muted")
        self._job = label("", "muted")
        self._bar = ProgressBar(width_px=15 * GRID_PX)
        self.stop = IconButton("close", self.tr("Stop this"))
        self._machine = label("", "muted")
        self.training = push_button("", self.tr("Show the training"), kind="plain")
        self._arrange()
        self.show_job("")
        self.show_training("", 0, 0)

    def show_overview(self, overview: Overview) -> None:
        """Show the numbers."""
        people = self.tr("%n person(s)", "", overview.people)
        photos = self.tr("%n photo(s)", "", overview.photos)
        self._people.setText(f"{people} · {photos}")
        text, role = self._gallery_words(overview)
        self._gallery.setText(f"· {text}" if text else "")
        set_role(self._gallery, role)
        self._machine.setText(f"CPU · {overview.precision}" if overview.precision else "CPU")
        self._machine.setToolTip(
            self.tr("{processor}\nArithmetic of the networks: {precision}").format(
                processor=overview.processor, precision=overview.precision or "-"
            )
        )

    def show_job(self, text: str, done: int = 0, total: int = 0) -> None:
        """Show what runs; nothing for an empty text, a moving bar while `total` is 0."""
        for part in (self._job, self._bar, self.stop):
            part.setVisible(bool(text))
        self._job.setText(text)
        self._bar.setAccessibleName(text)
        self._bar.show_progress(done, total)

    def show_training(self, words: str, done: int, total: int) -> None:
        """Show that a training runs, from every tab; a click goes to it. Empty words: none runs."""
        share = " · " + self.tr("{0} %").format(QLocale().toString(100 * done // total)) if total else ""
        self.training.setText(words + share)
        self.training.setVisible(bool(words))

    def _gallery_words(self, overview: Overview) -> tuple[str, Role]:
        if overview.gallery == "other model":
            return self.tr("gallery of another model"), "unknown"
        if overview.gallery == "other alignment":
            return self.tr("gallery of another detector"), "unknown"
        if overview.gallery == "damaged":
            return self.tr("gallery damaged"), "fault"
        if overview.gallery == "away":
            return self.tr("gallery out of reach"), "fault"
        if overview.waiting:
            return self.tr("%n person(s) not enrolled yet", "", overview.waiting), "unknown"
        if overview.gallery == "ready":
            return self.tr("gallery up to date"), "muted"
        return "", "muted"

    def _arrange(self) -> None:
        running = (self.training, self._job, self._bar, self.stop)
        parts = (self._people, self._gallery, 0, *running, 0, self._machine)
        horizontal(self, *parts, margins=(2 * GRID_PX, 0, 2 * GRID_PX, 0), spacing=GRID_PX // 2)
        self.setFixedHeight(4 * GRID_PX)
