"""Side panel, right of the picture: who is here, who is unknown, who was here."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QWidget

from facecam.gui.core.preferences import Preferences
from facecam.gui.live.side.log_view import LogView
from facecam.gui.live.side.now_here import NowHere
from facecam.gui.live.side.tray import UnknownTrayView
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, held, scrolling, vertical

_WIDTH_PX = 304


class LiveSidePanel(QFrame):
    """Now here on top; unknown faces and the log share the rest."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.here = NowHere()
        self.tray = UnknownTrayView(preferences)
        self.log = LogView()
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setAccessibleName(self.tr("Unknown faces and log"))
        self._tabs.addTab(_scrolled(self.tray), self.tr("&Unknown"))
        self._tabs.addTab(held(below(self.log, margins=(0, GRID_PX, 0, 0))), self.tr("Lo&g"))
        self._tabs.setTabToolTip(0, self.tr("Unknown faces seen lately"))
        self._tabs.setTabToolTip(1, self.tr("Who was seen when"))
        parts = (label(self.tr("Now here"), "heading"), (_scrolled(self.here), 2), (self._tabs, 3))
        vertical(self, *parts, margins=(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, GRID_PX), spacing=GRID_PX)
        self.setFixedWidth(_WIDTH_PX)

    def sizeHint(self) -> QSize:
        """A fixed width; the picture takes the rest."""
        return QSize(_WIDTH_PX, 480)

    def set_unknown_count(self, count: int) -> None:
        """How many groups wait, on the tab."""
        text = self.tr("&Unknown")
        self._tabs.setTabText(0, f"{text} ({count})" if count else text)


def _scrolled(content: QWidget) -> QScrollArea:
    holder = held(below(content, 1, margins=(0, GRID_PX, GRID_PX + 4, 0)))
    area = scrolling(holder)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for part in (area.viewport(), holder):  # the panel's own surface shows through
        part.setAutoFillBackground(False)
    return area
