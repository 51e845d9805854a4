"""About dialog: who made what, under which terms."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTabWidget, QTextBrowser, QWidget

from facecam import __version__
from facecam.core.events import CancelToken, EventSink
from facecam.gui.core.context import AppContext
from facecam.gui.core.translation import engine_text
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import IconLabel, label
from facecam.gui.widgets.layouts import IN_DIALOG, below, beside, fill, vertical
from facecam.gui.widgets.look_dialog import button_box

if TYPE_CHECKING:
    from facecam.engine.diagnostics.licences import Package
    from facecam.engine.diagnostics.overview import Overview

_LOGO_PX = 56


class AboutDialog(QDialog):
    """Version, every model's licence and lineage from its card, every package's licence."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About facecam"))
        self.resize(88 * GRID_PX, 64 * GRID_PX)
        self._models = _browser(self.tr("Models"))
        self._packages = _browser(self.tr("Packages"))
        self._arrange()
        settings = context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> tuple[Overview, list[Package]]:
            from facecam.engine.diagnostics.licences import installed_packages
            from facecam.engine.diagnostics.overview import take_overview

            return take_overview(settings), installed_packages()

        context.run(work, done=self._on_read, owner=self)

    def _arrange(self) -> None:
        purpose = self.tr("Recognises the people you enroll, on this computer only.")
        words = below(label(f"facecam {__version__}", "title"), label(purpose, "muted"), spacing=0)
        top = beside(IconLabel("facecam", _LOGO_PX, "accent"), (words, 1), spacing=2 * GRID_PX)
        pages = QTabWidget()
        pages.tabBar().setAccessibleName(self.windowTitle())
        pages.addTab(self._models, self.tr("&Models"))
        pages.addTab(self._packages, self.tr("&Packages"))
        column = vertical(self, margins=IN_DIALOG, spacing=2 * GRID_PX)
        own = label(self.tr("facecam itself: MIT licence. Its icons were drawn for it."), "muted")
        fill(column, top, own, (pages, 1), button_box(self, None))

    def _on_read(self, read: tuple[Overview, list[Package]]) -> None:
        overview, packages = read
        self._models.setHtml(
            "".join(
                self._model(*map(engine_text, (one.title, one.licence, one.lineage)))
                for one in overview.models
            )
        )
        rows = "".join(
            f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(number)}&nbsp;&nbsp;</td><td>{escape(terms)}</td></tr>"
            for name, number, terms in packages
        )
        qt = self.tr("The window uses Qt through PySide6 under the LGPL v3; you may replace it.")
        self._packages.setHtml(f"<p>{escape(qt)}</p><table>{rows}</table>")

    def _model(self, title: str, licence: str, lineage: str) -> str:
        terms = self.tr("Licence: {licence}").format(licence=licence)
        return f"<p><b>{escape(title)}</b><br>{escape(terms)}<br>{escape(lineage)}</p>"


def _browser(name: str) -> QTextBrowser:
    made = QTextBrowser()
    made.setAccessibleName(name)
    made.setOpenLinks(False)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made
