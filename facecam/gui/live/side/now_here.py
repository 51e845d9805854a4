"""List of who is in the picture now."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from facecam.engine.visits.log import Visitor
from facecam.gui.live.times import clock
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import ElidedLabel, label
from facecam.gui.widgets.layouts import below, horizontal, vertical
from facecam.gui.widgets.thumbnail import Thumbnail

_SIDE_PX = 40
#: Somebody's small picture is renewed this often: it must not cost the window its breath.
_RENEW_S = 3.0


class _Row(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._picture = Thumbnail(_SIDE_PX, round=True, icon="person")
        self._name = ElidedLabel("", "heading")
        self._detail = label(role="muted")
        self._pictured_at_s = float("-inf")
        words = below(self._name, self._detail, spacing=0)
        horizontal(self, self._picture, (words, 1), margins=0, spacing=GRID_PX)

    def show_visitor(self, visitor: Visitor) -> None:
        known = visitor.identity is not None
        name = visitor.identity.name if visitor.identity else self.tr("Unknown faces")
        self._name.setText(name)
        since = self.tr("since {time}").format(time=clock(visitor.since))
        self._detail.setText(f"{since} · {visitor.percent:.0f} %" if known else since)
        self._picture.set_ring("accent" if known else "unknown")
        self.setAccessibleName(f"{name}, {self._detail.text()}")
        now_s = time.monotonic()
        if visitor.hidden:
            self._picture.set_image(None)
            self._pictured_at_s = float("-inf")
        elif visitor.picture is not None and now_s - self._pictured_at_s > _RENEW_S:
            self._picture.set_image(visitor.picture)
            self._pictured_at_s = now_s


class NowHere(QWidget):
    """A row per person, kept from one update to the next."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, _Row] = {}
        self._nobody = label(self.tr("Nobody is in the picture."), "muted", wrap=True)
        self._column = vertical(self, self._nobody, margins=0, spacing=GRID_PX)
        self.setAccessibleName(self.tr("Now here"))

    @property
    def names(self) -> tuple[str, ...]:
        """The accessible text of each row, in order."""
        return tuple(row.accessibleName() for row in self._rows.values())

    def show_visitors(self, visitors: Sequence[Visitor]) -> None:
        """Show who is here."""
        wanted = {visitor.identity.id if visitor.identity else "": visitor for visitor in visitors}
        for key in [key for key in self._rows if key not in wanted]:
            gone = self._rows.pop(key)
            gone.hide()
            gone.deleteLater()
        for key, visitor in wanted.items():
            if key not in self._rows:
                self._rows[key] = _Row()
                self._column.addWidget(self._rows[key])
            self._rows[key].show_visitor(visitor)
        self._nobody.setVisible(not wanted)
