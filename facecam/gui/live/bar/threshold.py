"""Strictness slider: how alike a face must be to get a name, and what that means for strangers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QLocale, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from facecam.engine.recognition.threshold_prices import Prices
from facecam.gui.core.translation import figure
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.labels import ElidedLabel, label
from facecam.gui.widgets.layouts import horizontal

#: The slider goes from this to this times the recommended threshold, in steps of 0.001.
_LEAST, _MOST = 0.3, 2.0
_STEP = 0.001
#: Moves are put in force at most this often.
_SETTLE_MS = 60

#: What a threshold costs.
Meaning = Callable[[float], Prices]


def meaning_text(prices: Prices, squared_l2: float, *, short: bool = False) -> str:
    """What a threshold means, one line.

    Args:
        prices: what it costs.
        squared_l2: the threshold.
        short: for where there is little room.
    """
    translate = QCoreApplication.translate
    if prices.strangers is None:
        return translate("Threshold", "distance below {value}").format(value=figure(squared_l2))
    return _in_words(prices.strangers, prices.missed, short=short)


def _in_words(strangers: float, missed: float | None, *, short: bool = False) -> str:
    translate = QCoreApplication.translate
    words = translate("Threshold", "strangers named: {share}")
    if short:
        words = translate("Threshold", "strangers: {share}")
    parts = [words.format(share=_percent(strangers))]
    if missed is not None:
        words = translate("Threshold", "known people missed: {share}")
        if short:
            words = translate("Threshold", "missed: {share}")
        parts.append(words.format(share=_percent(missed)))
    return " · ".join(parts)


def _percent(share: float) -> str:
    """As the test on one's own people shows it."""
    if share < 0.001:
        return QCoreApplication.translate("Threshold", "under 0.1 %").replace("0.1", QLocale().toString(0.1))
    return f"{QLocale().toString(100 * share, 'f', 1 if share < 0.2 else 0)} %"


class ThresholdControl(QWidget):
    """A slider from strict to lenient, its meaning, and the way back to the recommended place."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._recommended = 0.0
        self._meaning: Meaning | None = None
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._on_settled)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(self.tr("From strict to lenient"))
        self.slider.setMinimumWidth(88)
        self.slider.setMaximumWidth(200)
        self.words = ElidedLabel("", "muted")
        self.words.setMinimumWidth(0)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.reset = IconButton("undo", self.tr("Back to the recommended strictness"))
        self.reset.clicked.connect(self._on_reset)
        self.slider.valueChanged.connect(self._on_moved)
        strict, lenient = label(self.tr("strict"), "muted"), label(self.tr("lenient"), "muted")
        parts = (strict, (self.slider, 2), lenient, self.reset, (self.words, 3))
        horizontal(self, *parts, margins=0, spacing=GRID_PX)
        self.setEnabled(False)

    @property
    def comfortable_px(self) -> int:
        """Width at which the slider can be moved finely and its meaning is said in full, px."""
        words = _in_words(0.01, 0.01)
        return self.minimumSizeHint().width() + self.slider.maximumWidth() // 3 + self._width_of(words)

    def _width_of(self, words: str) -> int:
        return self.words.fontMetrics().horizontalAdvance(words)

    @property
    def value(self) -> float:
        """squared_l2 the slider stands at."""
        return self.slider.value() * _STEP

    def show_threshold(self, squared_l2: float, recommended: float, meaning: Meaning) -> None:
        """Take over what is in force; tells nobody.

        Args:
            squared_l2: the threshold in force.
            recommended: where `reset` leads.
            meaning: gives the prices of a threshold.
        """
        self._recommended, self._meaning = recommended, meaning
        with QSignalBlocker(self.slider):
            self.slider.setRange(round(recommended * _LEAST / _STEP), round(recommended * _MOST / _STEP))
            self.slider.setPageStep(max(1, round(recommended * 0.1 / _STEP)))
            self.slider.setValue(round(squared_l2 / _STEP))
        self.setEnabled(True)
        self._say()

    def forget(self) -> None:
        """What a threshold costs with the model in use is not known yet."""
        self._meaning = None
        self.setEnabled(False)
        for part in (self.slider, self.words):
            part.setToolTip("")
        self.slider.setAccessibleDescription("")
        self.words.setText("")

    def refresh(self) -> None:
        """Say the meaning anew: the number of people has changed."""
        if self.isEnabled():
            self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        self.refresh()

    def _is_recommended(self) -> bool:
        return self.slider.value() == round(self._recommended / _STEP)

    def _on_moved(self) -> None:
        self._say()
        self._settle.start()
        if self.slider.isSliderDown():  # The bar may have no room for all of it.
            place = self.slider.mapToGlobal(QPoint(self.slider.width() // 2, -2 * self.slider.height()))
            QToolTip.showText(place, self.slider.accessibleDescription(), self.slider)

    def _on_settled(self) -> None:
        self.changed.emit(None if self._is_recommended() else self.value)

    def _on_reset(self) -> None:
        self.slider.setValue(round(self._recommended / _STEP))
        self._settle.stop()
        self.changed.emit(None)

    def _say(self) -> None:
        if self._meaning is None:
            return
        value = self._recommended if self._is_recommended() else self.value
        prices = self._meaning(value)
        text = meaning_text(prices, value)
        fits = self._width_of(text) <= self.words.width()
        self.words.setText(text if fits else meaning_text(prices, value, short=True))
        self.reset.setEnabled(not self._is_recommended())
        tip = self.tr(
            "A face gets a name if its squared distance is below {value}. Left: fewer strangers are taken "
            "for somebody, but people you know are missed more often."
        ).format(value=figure(value))
        source = self.tr("Estimated from the model's calibration and the number of people enrolled.")
        if prices.own:
            source = self.tr("From the last test on your people.")
        self.slider.setToolTip("\n".join((tip, text, source)))
        self.words.setToolTip("\n".join((text, source)))
        self.slider.setAccessibleDescription(text)
