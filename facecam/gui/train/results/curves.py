"""Training curves: loss, positive triplets, the photos held out, learning rate."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from facecam.core.events import Metrics
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.results.chart import Chart, Series


class Curves(QWidget):
    """Four charts; feed it the events of a training."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = Chart(
            self.tr("Loss"),
            (
                Series("train", self.tr("training")),
                Series("validate", self.tr("kept aside"), "unknown", dots=True, dashed=True),
            ),
        )
        self.positive = Chart(
            self.tr("Positive triplets"), (Series("positive_fraction", self.tr("share")),), whole=(0.0, 1.0)
        )
        self.quality = Chart(
            self.tr("Photos kept aside"),
            (Series("tar", "TAR", dots=True), Series("auc", "AUC", "unknown", dots=True, dashed=True)),
        )
        self.rate = Chart(self.tr("Learning rate"), (Series("learning_rate", ""),))
        self.positive.setToolTip(
            self.tr(
                "How many of the triplets still break the margin; falling is learning, 0 is nothing left to learn"
            )
        )
        self.quality.setToolTip(
            self.tr(
                "TAR: pairs of one person recognised when 1 % of strangers are; AUC: area under the ROC curve"
            )
        )
        self._past = False
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2 * GRID_PX)
        for place, chart in enumerate((self.loss, self.positive, self.quality, self.rate)):
            grid.addWidget(chart, place // 2, place % 2)

    def hear(self, event: Metrics) -> None:
        """Add the figures of an event."""
        values, step = event.values, float(event.step)
        if self._past:
            # What came after the last checkpoint before it was stopped is done again.
            self._past = False
            for chart in self._charts:
                chart.forget_from(step)
        if event.stage == "validate":
            self._add(self.loss, "validate", step, values.get("loss"))
            for key in ("tar", "auc"):
                self._add(self.quality, key, step, values.get(key))
            return
        self._add(self.loss, "train", step, values.get("loss"))
        self._add(self.positive, "positive_fraction", step, values.get("positive_fraction"))
        self._add(self.rate, "learning_rate", step, values.get("learning_rate"))

    def clear(self) -> None:
        """Empty charts for the next training."""
        self._past = False
        for chart in self._charts:
            chart.clear()

    def show_past(self, told: Sequence[Metrics]) -> None:
        """The figures of a run so far, before more may come."""
        self.clear()
        for event in told:
            self.hear(event)
        self._past = bool(told)

    @property
    def _charts(self) -> tuple[Chart, ...]:
        return (self.loss, self.positive, self.quality, self.rate)

    def _add(self, chart: Chart, key: str, step: float, value: float | None) -> None:
        if value is not None:
            chart.add(key, step, value)
