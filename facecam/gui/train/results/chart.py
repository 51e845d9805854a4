"""Chart in the theme's colors. pyqtgraph is imported when the first one is made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from facecam.gui.core.translation import short_figure
from facecam.gui.theme.theme import GRID_PX, color, theme
from facecam.gui.train.results.plain_plot import PlainPlot
from facecam.gui.widgets.labels import Role, label
from facecam.gui.widgets.layouts import beside, vertical

_LINE_PX, _DOT_PX = 2, 6
#: Painting four charts anew takes 30 ms, most of it their axes: not at every step of a fast training.
_REDRAW_MS = 500


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart.

    Attributes:
        key: what its points are called.
        title: in the legend.
        role: its colour, a name in `Colors`.
        dots: also mark every point, for few of them.
        dashed: draw it dashed, so that colour is not all that tells lines apart.
    """

    key: str
    title: str
    role: str = "accent"
    dots: bool = False
    dashed: bool = False


class Chart(QWidget):
    """A titled plot of a few lines, no mouse needed; the last value of each stands in the title.

    Args:
        title: what it shows.
        series: its lines.
        whole: y-range (low, high) when fixed; None: as the points need.
        x_title: what runs along x.
    """

    def __init__(
        self,
        title: str,
        series: Sequence[Series],
        *,
        whole: tuple[float, float] | None = None,
        x_title: str = "",
    ) -> None:
        super().__init__()
        self._series = tuple(series)
        self._points: dict[str, tuple[list[float], list[float]]] = {one.key: ([], []) for one in series}
        self._plot = PlainPlot()
        self._items: dict[str, Any] = {one.key: self._plot.add_line() for one in series}
        self._marks: list[tuple[Any, str]] = []
        roles: dict[str, Role] = {"accent": "accent", "unknown": "unknown"}
        self._values = {one.key: label(role=roles.get(one.role, "muted")) for one in series}
        self._x_title = x_title
        self._waiting: set[str] = set()
        self._soon = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._soon.timeout.connect(self._draw_waiting)
        if whole is not None:
            self._plot.view.setYRange(*whole, padding=0.02)
        self._arrange(title)
        self.setAccessibleName(title)
        theme().changed.connect(self._dress)
        self._dress()

    def add(self, key: str, x: float, y: float) -> None:
        """One more point; numbers that are none are left out."""
        if math.isfinite(y):
            xs, ys = self._points[key]
            xs.append(x)
            ys.append(y)
            self._show_value(key)
            self._waiting.add(key)
            if not self._soon.isActive():
                self._soon.start()

    def forget_from(self, x: float) -> None:
        """Drop the points at `x` and after it: they are made again."""
        for key, (xs, ys) in self._points.items():
            kept = [place for place, one in enumerate(xs) if one < x]
            self._points[key] = ([xs[place] for place in kept], [ys[place] for place in kept])
            self._draw(key)

    def show_points(self, key: str, xs: Sequence[float], ys: Sequence[float]) -> None:
        """All points of a line."""
        self._points[key] = (list(xs), list(ys))
        self._draw(key)

    def mark(self, x: float, role: str, text: str) -> None:
        """An upright line with words."""
        import pyqtgraph

        line = pyqtgraph.InfiniteLine(
            x, label=text, labelOpts={"position": 0.9 - 0.14 * len(self._marks), "rotateAxis": (0, 0)}
        )
        self._plot.view.addItem(line, ignoreBounds=True)
        self._marks.append((line, role))
        self._dress()

    def set_values(self, **words: str) -> None:
        """Other words than the last value beside the titles of lines."""
        for key, text in words.items():
            title = next(one.title for one in self._series if one.key == key)
            self._values[key].setText(f"{title} {text}")

    def clear(self) -> None:
        """No points, no marks."""
        for line, _ in self._marks:
            self._plot.view.removeItem(line)
        self._marks.clear()
        for key in self._points:
            self._points[key] = ([], [])
            self._draw(key)

    def last(self, key: str) -> float | None:
        """The newest value of a line."""
        ys = self._points[key][1]
        return ys[-1] if ys else None

    def _draw_waiting(self) -> None:
        for key in self._waiting:
            self._draw(key)
        self._waiting.clear()

    def _draw(self, key: str) -> None:
        self._items[key].setData(*self._points[key])
        self._show_dots(key)
        self._show_value(key)

    def _show_value(self, key: str) -> None:
        ys = self._points[key][1]
        text = short_figure(ys[-1], 3) if ys else "–"
        title = next(one.title for one in self._series if one.key == key)
        self._values[key].setText(f"{title} {text}" if title else text)
        self.setAccessibleDescription(", ".join(one.text() for one in self._values.values()))

    def _show_dots(self, key: str) -> None:
        """Dots where the line has them, and while there is one point only, which makes no line."""
        one = next(one for one in self._series if one.key == key)
        dots = one.dots or len(self._points[key][0]) == 1
        self._items[key].setSymbol("o" if dots else None)
        self._items[key].setSymbolSize(_DOT_PX)
        self._items[key].setSymbolBrush(color(one.role))
        self._items[key].setSymbolPen(None)

    def _arrange(self, title: str) -> None:
        head = beside(label(title, "heading"), 1, spacing=GRID_PX)
        for one in self._series:
            head.addWidget(self._values[one.key])
            self._draw(one.key)
        vertical(self, head, (self._plot.widget, 1), margins=0, spacing=0)

    def _dress(self) -> None:
        """Put on the colours of the theme in force."""
        import pyqtgraph

        self._plot.dress(self._x_title)
        for one in self._series:
            style = Qt.PenStyle.DashLine if one.dashed else Qt.PenStyle.SolidLine
            self._items[one.key].setPen(pyqtgraph.mkPen(color(one.role), width=_LINE_PX, style=style))
            self._show_dots(one.key)
        for line, role in self._marks:
            line.setPen(pyqtgraph.mkPen(color(role), width=1, style=Qt.PenStyle.DashLine))
            line.label.setColor(color(role))
