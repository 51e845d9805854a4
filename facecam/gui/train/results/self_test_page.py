"""Self-test page: how many are known, what strangers are taken for, and a threshold for that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QTreeWidgetItem,
    QWidget,
)

from facecam.gui.core.translation import engine_text, figure
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.results.chart import Chart, Series
from facecam.gui.train.words import percent
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import ElidedLabel, label, set_look
from facecam.gui.widgets.layouts import below, beside, fill, held, scrolling, stacked, vertical
from facecam.gui.widgets.progress import ProgressBar
from facecam.gui.widgets.table import Table

if TYPE_CHECKING:
    from facecam.engine.evaluation.open_set_report import SelfTestReport

_TARGETS = (0.001, 0.003, 0.01, 0.03, 0.1)
_USUAL_TARGET = 0.01
#: A cure that costs this share of the known faces is offered, not recommended.
_DEAR = 0.1
_MOST_LISTED = 50
#: Columns of whom is confused with whom that are figures.
_FIGURES, _RIGHT = (2, 3), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEAST_CHART_PX, _LEAST_LIST_PX, _ROW_PX = 200, 112, 28


class SelfTestPage(QWidget):
    """Empty, running, or a report."""

    test_wanted = Signal(float)
    stop_wanted = Signal()
    apply_wanted = Signal(float)
    plots_wanted = Signal()
    photos_wanted = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._report: SelfTestReport | None = None
        self._empty = EmptyState(
            "people",
            self.tr("Does it know your people?"),
            self.tr(
                "Every photo is looked up with itself left out, and once as if its person were a stranger. "
                "You see who is confused with whom, and a threshold for the share of strangers you accept."
            ),
            self.tr("Test no&w"),
        )
        self._empty.acted.connect(self._on_test)
        self._waiting = _Waiting()
        self._waiting.stop.clicked.connect(self.stop_wanted)
        self._result: QWidget | None = None
        self._targets = _made_targets()
        self._stack = stacked(self._empty, self._waiting)
        vertical(self, self._stack, margins=0)

    @property
    def target(self) -> float:
        """The share of strangers' photos that may get a name."""
        return float(self._targets.currentData())

    def show_running(self, done: int = 0, total: int = 0) -> None:
        """The photos are being looked at."""
        self._waiting.show_progress(done, total)
        self._stack.setCurrentWidget(self._waiting)

    def show_nothing(self) -> None:
        """Not tested, or stopped."""
        self._stack.setCurrentWidget((self._result if self._report else None) or self._empty)

    def forget(self) -> None:
        """The report is another model's."""
        self._report = None
        if self._stack.currentWidget() is not self._waiting:
            self.show_nothing()

    def show_report(self, report: SelfTestReport) -> None:
        """What was found."""
        from facecam.engine.evaluation.open_set_report import sentences

        self._report = report
        if self._result is None:
            self._result = self._made_result()
            self._stack.addWidget(self._result)
        self._words.setText(" ".join(engine_text(one) for one in sentences(report)))
        self._show_numbers(report)
        self._show_curve(report)
        self._show_confusions(report)
        self._show_hurting(report)
        self._stack.setCurrentWidget(self._result)

    def show_applied(self, squared_l2: float) -> None:
        """The threshold is stored."""
        self._apply_button.setEnabled(False)
        self._apply_button.setText(self.tr("In use: {0}").format(figure(squared_l2)))

    def _on_test(self) -> None:
        self.test_wanted.emit(self.target)

    def _on_apply(self) -> None:
        if self._report is not None and self._report.suggested is not None:
            self.apply_wanted.emit(self._report.suggested.threshold)

    # ------------------------------------------------------------------ the report

    def _show_numbers(self, report: SelfTestReport) -> None:
        now, then = report.in_use, report.suggested
        self._known_now.show_value(
            percent(1 - now.fnir.value), self._interval(1 - now.fnir.high, 1 - now.fnir.low)
        )
        self._strangers_now.show_value(percent(now.fpir.value), self._interval(now.fpir.low, now.fpir.high))
        self._apply_button.setVisible(then is not None)
        self._apply_button.setEnabled(True)
        if then is None:
            why = (
                self.tr("the model was trained on these photos")
                if report.trained_on
                else self.tr("too few people")
            )
            self._suggested.show_value("–", why)
            return
        self._suggested.show_value(
            figure(then.threshold), self.tr("{0} of your people known").format(percent(1 - then.fnir.value))
        )
        words = self.tr("Use t&hreshold {0}").format(figure(then.threshold))
        lost = then.fnir.value - now.fnir.value
        if is_dear := lost > _DEAR:
            words = self.tr("Use t&hreshold {0}: {1} more missed").format(
                figure(then.threshold), percent(lost)
            )
        self._apply_button.setText(words)
        set_look(self._apply_button, "kind", "" if is_dear else "primary")
        same = abs(then.threshold - now.threshold) < 5e-5
        if same:
            self.show_applied(then.threshold)

    def _interval(self, low: float, high: float) -> str:
        return self.tr("95 % sure: {0} to {1}").format(percent(max(0.0, low)), percent(high))

    def _show_curve(self, report: SelfTestReport) -> None:
        curve = report.curve
        self._chart.clear()
        self._chart.show_points("fpir", curve.thresholds.tolist(), curve.fpir.tolist())
        self._chart.show_points("fnir", curve.thresholds.tolist(), curve.fnir.tolist())
        self._chart.mark(report.in_use.threshold, "text", self.tr("in use"))
        if report.suggested is not None:
            self._chart.mark(report.suggested.threshold, "accent", self.tr("suggested"))
        self._chart.set_values(fpir=percent(report.in_use.fpir.value), fnir=percent(report.in_use.fnir.value))

    def _show_confusions(self, report: SelfTestReport) -> None:
        self._confusions.clear()
        for one in report.confusions[:_MOST_LISTED]:
            title = self.tr("{0}, taken for {1}").format(one.person, one.taken_for)
            words = [one.person, one.taken_for, str(one.as_known), str(one.as_stranger)]
            item = self._confusions.add_row(words, (title, one.photos))
            for column in _FIGURES:
                item.setTextAlignment(column, _RIGHT)
            item.setToolTip(0, self.tr("Double-click or Return shows the photos"))

    def _show_hurting(self, report: SelfTestReport) -> None:
        self._hurting.clear()
        for one in report.hurting[:_MOST_LISTED]:
            words = engine_text(one.text)
            self._hurting.add_row([one.person, words], (words, (one.path,))).setToolTip(1, words)

    def _on_item(self, item: QTreeWidgetItem) -> None:
        title, photos = item.data(0, Qt.ItemDataRole.UserRole)
        shown: Sequence[Path] = photos
        self.photos_wanted.emit(title, shown)

    # ------------------------------------------------------------------ arranging

    def _made_result(self) -> QWidget:
        self._words = label(wrap=True)
        self._known_now = _Figure(self.tr("known people named rightly"))
        self._strangers_now = _Figure(self.tr("strangers that get a name"))
        self._suggested = _Figure(self.tr("suggested threshold"))
        self._chart = Chart(
            self.tr("Errors over the threshold"),
            (
                Series("fpir", self.tr("strangers named"), "unknown", dashed=True),
                Series("fnir", self.tr("known missed"), "accent"),
            ),
            whole=(0.0, 1.0),
            x_title=self.tr("threshold (squared distance)"),
        )
        self._confusions = self._made_list(
            [self.tr("Person"), self.tr("Taken for"), self.tr("Photos"), self.tr("As a stranger")]
        )
        for column in _FIGURES:
            self._confusions.headerItem().setTextAlignment(column, _RIGHT)
        self._confusions.setAccessibleName(self.tr("Who is confused with whom"))
        self._hurting = self._made_list([self.tr("Person"), self.tr("Photo")])
        self._hurting.setAccessibleName(self.tr("Photos that do harm"))
        return self._laid_out()

    def _made_list(self, columns: list[str]) -> Table:
        made = Table(columns, _ROW_PX)
        made.setMinimumHeight(_LEAST_LIST_PX)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        made.itemActivated.connect(self._on_item)
        return made

    def _laid_out(self) -> QWidget:
        shown = (self._known_now, self._strangers_now, self._suggested)
        figures = beside(*((one, 1) for one in shown), spacing=GRID_PX)
        chart_card = Card(margin_px=GRID_PX + GRID_PX // 2)
        chart_card.body.addWidget(self._chart)
        chart_card.setMinimumHeight(_LEAST_CHART_PX)
        confused = below(label(self.tr("Who is confused with whom"), "heading"), (self._confusions, 1))
        harmful = below(label(self.tr("Photos that do harm"), "heading"), (self._hurting, 1))
        lists = beside((confused, 1), (harmful, 1), spacing=GRID_PX)
        parts = (self._made_head(), figures, self._words, (chart_card, 3), (lists, 2))
        return scrolling(held(below(*parts, margins=0, spacing=GRID_PX)))

    def _made_head(self) -> QHBoxLayout:
        self._targets.setAccessibleName(self.tr("Share of strangers that may get a name"))
        self._targets.setToolTip(
            self.tr("The threshold is chosen so that about this share of strangers gets a name")
        )
        self._again = push_button(self.tr("Test &again"), icon="refresh")
        self._again.clicked.connect(self._on_test)
        self.plots_button = push_button(
            self.tr("P&lots…"),
            self.tr("Curves, pairs that are judged wrongly, maps of your people"),
            icon="chart",
        )
        self.plots_button.clicked.connect(self.plots_wanted)
        self._targets.activated.connect(self._on_test)
        self._apply_button = push_button(
            "", self.tr("Store it with the database; Live uses it at once"), kind="primary"
        )
        self._apply_button.clicked.connect(self._on_apply)
        words = ElidedLabel(self.tr("of strangers may get a name"))
        buttons = (self._again, self.plots_button, self._apply_button)
        return beside(self._targets, (words, 1), *buttons, spacing=GRID_PX)


def _made_targets() -> QComboBox:
    box = QComboBox()
    for share in _TARGETS:
        box.addItem(percent(share), share)
    box.setCurrentIndex(box.findData(_USUAL_TARGET))
    return box


class _Figure(Card):
    """One number, what it is, how sure."""

    def __init__(self, what: str) -> None:
        super().__init__(margin_px=GRID_PX + GRID_PX // 2)
        self.body.setSpacing(0)
        self._value, self._detail = label("–", "title"), ElidedLabel(role="muted")
        fill(self.body, self._value, ElidedLabel(what), self._detail)
        self.setAccessibleName(what)

    def show_value(self, value: str, detail: str) -> None:
        """Show a number."""
        self._value.setText(value)
        self._detail.setText(detail)
        self.setAccessibleDescription(f"{value}, {detail}")


class _Waiting(QWidget):
    """While the photos are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._text = label(role="heading")
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._bar = ProgressBar(self.tr("Progress of the test"), 320)
        self.stop = push_button(self.tr("St&op"))
        parts = ((part, 0, Qt.AlignmentFlag.AlignHCenter) for part in (self._text, self._bar, self.stop))
        vertical(self, 2, *parts, 3, spacing=2 * GRID_PX)

    def show_progress(self, done: int, total: int) -> None:
        """How far it is."""
        self._text.setText(
            self.tr("Looking at photo {0} of {1}").format(done, total)
            if total
            else self.tr("Looking at the photos…")
        )
        self._bar.show_progress(done, total)
