"""Embedding map: one dot a photo, one color a person, the name under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from facecam.gui.theme.theme import GRID_PX, theme
from facecam.gui.train.results.plain_plot import PlainPlot
from facecam.gui.widgets.labels import ElidedLabel, label, set_role
from facecam.gui.widgets.layouts import beside, vertical

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import Projection

_DOT_PX, _BIG_DOT_PX = 7, 10
#: Hues are spread by the golden angle, so that neighbours in the list differ.
_GOLDEN_DEGREES = 137.508


class MapView(QWidget):
    """One map; tells whose dot is under the pointer."""

    hovered = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__()
        import pyqtgraph

        self._projection: Projection | None = None
        self._person = ""
        self._plot = PlainPlot(axes=False)
        self._dots: Any = pyqtgraph.ScatterPlotItem(hoverable=True, pxMode=True)
        self._plot.view.addItem(self._dots)
        self._plot.view.setAspectLocked(True)
        self._dots.sigHovered.connect(self._on_hovered)
        vertical(self, label(title, "muted"), (self._plot.widget, 1), margins=0, spacing=0)
        self.setAccessibleName(title)
        theme().changed.connect(self._draw)
        self._draw()

    def show_projection(self, projection: Projection) -> None:
        """Show a map."""
        self._projection, self._person = projection, ""
        self._draw()

    def show_range(self, low: Sequence[float], high: Sequence[float]) -> None:
        """What part of the plane is shown: from (x, y) to (x, y)."""
        self._plot.view.setRange(xRange=(low[0], high[0]), yRange=(low[1], high[1]), padding=0.04)

    def stress(self, person: str) -> None:
        """Let a person stand out; empty: nobody."""
        if person != self._person:
            self._person = person
            self._draw()

    def _draw(self) -> None:
        self._plot.dress()
        if self._projection is None:
            return
        people = self._projection.people
        numbers = {name: number for number, name in enumerate(dict.fromkeys(people))}
        brushes = [self._brush(name, numbers[name]) for name in people]
        sizes = [_BIG_DOT_PX if name == self._person else _DOT_PX for name in people]
        points = self._projection.points
        self._dots.setData(
            x=points[:, 0].astype(np.float64),
            y=points[:, 1].astype(np.float64),
            brush=brushes,
            pen=None,
            size=sizes,
            data=list(people),
        )

    def _brush(self, name: str, number: int) -> QColor:
        lightness = 150 if theme().dark else 110
        shade = QColor.fromHsl(int(number * _GOLDEN_DEGREES) % 360, 150, lightness + 30 * (number // 12 % 2))
        if self._person and name != self._person:
            shade.setAlpha(50)
        return shade

    def _on_hovered(self, _: object, points: Any) -> None:
        self.hovered.emit(str(points[0].data()) if len(points) else "")


class BeforeAfter(QWidget):
    """Two maps side by side; pointing at a dot names and stresses its person in both."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.after = MapView(self.tr("Before")), MapView(self.tr("After"))
        self._name = ElidedLabel(role="heading")
        self._hint = self.tr("Point at a dot to see whose photo it is")
        head = beside(label(self.tr("Map of the photos"), "heading"), (self._name, 1))
        for one in (self.before, self.after):
            one.hovered.connect(self._on_hovered)
        vertical(self, head, (beside(self.before, self.after, spacing=GRID_PX), 1), margins=0)
        self._name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._on_hovered("")

    def show_projections(self, before: Projection, after: Projection) -> None:
        """Show both."""
        both = np.concatenate([before.points, after.points])
        for view, projection in ((self.before, before), (self.after, after)):
            view.show_projection(projection)
            # One scale for both: how near people lie to each other can be compared.
            view.show_range(both.min(axis=0).tolist(), both.max(axis=0).tolist())

    def _on_hovered(self, person: str) -> None:
        self._name.setText(person or self._hint)
        set_role(self._name, "heading" if person else "muted")
        for one in (self.before, self.after):
            one.stress(person)
