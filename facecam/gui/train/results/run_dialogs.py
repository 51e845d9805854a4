"""Earlier trainings looked at: one with its curves, settings and map, or several side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget, QWidget

from facecam.core.events import Metrics
from facecam.gui.core.option_values import option_value
from facecam.gui.core.translation import option_title
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.results.chart import Chart, Series
from facecam.gui.train.results.curves import Curves
from facecam.gui.train.results.map_view import BeforeAfter
from facecam.gui.train.words import duration_words, model_figure, state_words
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, held
from facecam.gui.widgets.look_dialog import LookDialog
from facecam.gui.widgets.table import Table

if TYPE_CHECKING:
    from facecam.engine.training_jobs.history import RunComparison
    from facecam.engine.training_jobs.request import Projection

_SIZE_PX = (900, 640)
#: Lines of a chart must be told apart without their colour, too.
_LINES = (("accent", False), ("unknown", True), ("fault", False), ("muted", True))


class RunDialog(LookDialog):
    """One training as it was.

    Args:
        title: which.
        told: its figures.
        options: its settings, by name.
        maps: of the photos before and after; None where none were drawn.
        parent: over which it stands.
    """

    def __init__(
        self,
        title: str,
        told: Sequence[Metrics],
        options: Mapping[str, str],
        maps: tuple[Projection, Projection] | None,
        parent: QWidget,
    ) -> None:
        super().__init__(title, _SIZE_PX, parent)
        self.pages, self.curves = QTabWidget(), Curves()
        self.pages.tabBar().setAccessibleName(title)
        self.settings = Table([self.tr("Setting"), self.tr("Value")])
        for name, value in options.items():
            self.settings.add_row([option_title(name), option_value(name, value)])
        if told:
            self.curves.show_past(told)
            self.pages.addTab(_padded(self.curves), self.tr("Curves"))
        if maps is not None:
            view = BeforeAfter()
            view.show_projections(*maps)
            self.pages.addTab(_padded(view), self.tr("Map"))
        self.pages.addTab(_padded(self.settings), self.tr("Settings"))
        self.column.addWidget(self.pages, 1)
        self.add_foot(None if told else label(self.tr("A quick training has no curves."), "muted"))


class CompareDialog(LookDialog):
    """Trainings side by side: what came of them, what was set otherwise, and the photos kept aside as they went.

    Args:
        compared: the runs.
        told: the figures of each.
        parent: over which it stands.
    """

    def __init__(self, compared: RunComparison, told: Sequence[Sequence[Metrics]], parent: QWidget) -> None:
        super().__init__("", _SIZE_PX, parent)
        self.setWindowTitle(self.tr("Trainings compared"))
        runs = compared.runs
        self.table = Table(["", *(run.folder.name for run in runs)])
        for words, values in (
            (self.tr("State"), [state_words(run.state) for run in runs]),
            (self.tr("New"), [model_figure(run.gate.candidate) if run.gate else "–" for run in runs]),
            (self.tr("Then in use"), [model_figure(run.gate.deployed) if run.gate else "–" for run in runs]),
            (self.tr("Photos"), [str(run.photos or "–") for run in runs]),
            (self.tr("Took"), [duration_words(run.seconds) if run.seconds else "–" for run in runs]),
            *(
                (option_title(name), [option_value(name, value) for value in values])
                for name, values in compared.differing.items()
            ),
        ):
            self.table.add_row([words, *(value or "–" for value in values)])
        self.column.addWidget(self.table, 1)
        self.charts = self._charts([run.folder.name for run in runs], told)
        for chart in self.charts:
            self.column.addWidget(chart, 1)
        same = self.tr("All on the same photos.") if compared.same_data else self.tr("On different photos.")
        self.add_foot(label(same, "muted"))

    def _charts(self, names: Sequence[str], told: Sequence[Sequence[Metrics]]) -> list[Chart]:
        """Those in which at least one of the runs has a line."""
        made = []
        for title, stage, key in (
            (self.tr("Loss"), "train", "loss"),
            (self.tr("Photos kept aside: TAR"), "validate", "tar"),
        ):
            lines = {
                name: [
                    (event.step, event.values[key])
                    for event in one
                    if event.stage == stage and key in event.values
                ]
                for name, one in zip(names, told, strict=True)
            }
            if any(lines.values()):
                looks = [_LINES[place % len(_LINES)] for place in range(len(lines))]
                chart = Chart(
                    title,
                    tuple(
                        Series(name, name, role, dashed=dashed)
                        for name, (role, dashed) in zip(lines, looks, strict=True)
                    ),
                )
                for name, points in lines.items():
                    chart.show_points(name, [float(x) for x, _ in points], [y for _, y in points])
                made.append(chart)
        return made


def _padded(inside: QWidget) -> QWidget:
    return held(below(inside, margins=GRID_PX))
