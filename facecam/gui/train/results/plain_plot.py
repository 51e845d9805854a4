"""Parts of pyqtgraph that our plots are made of.

Its own `PlotWidget` builds two dialogues and a menu for each plot, which takes
most of its time and which nobody here can open.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from facecam.gui.theme.theme import color

_LEAST_PX = 72
_AXIS_PX = 44


class PlainPlot:
    """A view between a left and a bottom axis; pyqtgraph is imported when the first is made.

    Args:
        axes: False leaves them out.

    Attributes:
        widget: what is shown.
        view: the `ViewBox` that takes items.
    """

    def __init__(self, *, axes: bool = True) -> None:
        import pyqtgraph

        # Thousands of points are drawn as they are; smoothing them costs more than it shows.
        self._graphics: Any = pyqtgraph.GraphicsLayoutWidget()
        self._graphics.setFrameShape(self._graphics.Shape.NoFrame)
        self._graphics.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._graphics.setMinimumHeight(_LEAST_PX)
        # It takes what is left, and asks for nothing beyond the least.
        self._graphics.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._graphics.ci.layout.setSpacing(0)
        self._graphics.ci.setContentsMargins(0, 0, 0, 0)
        self.widget: QWidget = self._graphics
        self.view: Any = pyqtgraph.ViewBox(enableMenu=False, enableMouse=False)
        self._axes: list[Any] = []
        self._graphics.addItem(self.view, row=0, col=1)
        if axes:
            self._add_axis("left", 0, 0)
            self._add_axis("bottom", 1, 1)

    def add_line(self) -> Any:
        """An empty line."""
        import pyqtgraph

        line = pyqtgraph.PlotDataItem([], [])
        self.view.addItem(line)
        return line

    def dress(self, x_title: str = "") -> None:
        """Put on the colours of the theme in force."""
        import pyqtgraph

        self._graphics.setBackground(color("surface"))
        for axis in self._axes:
            axis.setPen(pyqtgraph.mkPen(color("border")))
            axis.setTextPen(pyqtgraph.mkPen(color("muted")))
        if x_title and self._axes:
            self._axes[-1].setLabel(x_title, color=color("muted").name())

    def _add_axis(self, side: str, row: int, column: int) -> None:
        import pyqtgraph

        axis = pyqtgraph.AxisItem(side)
        ticks, point = axis.tickStrings, QLocale().decimalPoint()
        axis.tickStrings = lambda *where: [one.replace(".", point) for one in ticks(*where)]
        axis.enableAutoSIPrefix(False)
        axis.linkToView(self.view)
        if side == "left":
            axis.setWidth(_AXIS_PX)
            axis.setGrid(40)
        self._axes.append(axis)
        self._graphics.addItem(axis, row=row, col=column)
