"""Header of the window: tabs left, model, settings and the rest right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QMenu, QTabBar, QToolButton

from facecam.gui.app.tabs import PLANS
from facecam.gui.core.translation import engine_text
from facecam.gui.theme.icons import set_icon
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.layouts import fill, horizontal
from facecam.gui.widgets.shortcuts import with_key

if TYPE_CHECKING:
    from facecam.engine.diagnostics.overview import ModelInfo, Overview

_MODEL_WIDTH_PX = 240


class Header(QFrame):
    """Only tells what was chosen; the window does it."""

    tab_chosen = Signal(int)
    model_chosen = Signal(str)
    command_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setProperty("edge", "bottom")
        self.tabs = self._make_tabs()
        self._model = IconButton("model", self.tr("Network that recognises faces"), text=" ")
        self._model.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._model.setMenu(QMenu(self._model))
        self._model.hide()
        self._settings = IconButton("settings", with_key(self.tr("Settings"), "window.settings"))
        self._settings.clicked.connect(lambda: self.command_chosen.emit("settings"))
        self._more = IconButton("more", self.tr("More"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(self._make_menu())
        self._arrange()

    def choose_tab(self, index: int) -> None:
        """Show a tab as chosen without telling so."""
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(index)

    def show_training(self, words: str, done: int, total: int) -> None:
        """Say on the tab how far a training is (done, total); empty words: none runs."""
        place = next(index for index, plan in enumerate(PLANS) if plan.name == "train")
        title = QCoreApplication.translate("Tabs", PLANS[place].title)
        share = QLocale().toString(100 * done // total) if total else "…"
        self.tabs.setTabText(
            place, self.tr("{tab} · {share} %").format(tab=title, share=share) if words else title
        )
        tip = words or QCoreApplication.translate("Tabs", PLANS[place].tip)
        self.tabs.setTabToolTip(place, with_key(tip, "window.train"))

    def show_models(self, overview: Overview) -> None:
        """Fill the list of models."""
        current = overview.model
        words = _model_words(current, overview.models) if current else self.tr("no model")
        shown = self._model.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, _MODEL_WIDTH_PX)
        # A down arrow in the text: Qt's own menu mark cannot be placed beside it.
        self._model.setText(f"{shown}  ▾")
        self._model.setAccessibleName(self.tr("Model: {name}").format(name=words))
        self._model.setToolTip(self._model_tip(overview))
        self._fill_models(overview)
        self._model.show()

    def _model_tip(self, overview: Overview) -> str:
        if overview.model is None:
            return self.tr("The network that recognises faces is missing")
        return f"{engine_text(overview.model.title)}\n" + self.tr("Click to choose another network")

    def _fill_models(self, overview: Overview) -> None:
        menu = self._model.menu()
        menu.clear()
        group = QActionGroup(menu)
        for model in overview.models:
            if model.task != "embedding":
                continue
            words = _model_words(model, overview.models)
            title = engine_text(model.title)
            text = title if title.startswith(words) else f"{words} · {title}"
            action = QAction(text.replace("&", "&&"), group)
            action.setCheckable(True)
            action.setChecked(model.in_use)
            action.triggered.connect(lambda _=False, name=model.name: self.model_chosen.emit(name))
            menu.addAction(action)
        menu.addSeparator()
        self._add(menu, self.tr("&More models…"), "models", "download")
        self._add(menu, self.tr("Fine-tune one on your people…"), "train", "train")

    def _make_tabs(self) -> QTabBar:
        bar = QTabBar()
        bar.setExpanding(False)
        bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar.setUsesScrollButtons(False)
        bar.setAccessibleName(self.tr("Sections"))
        for index, plan in enumerate(PLANS):
            bar.addTab(QCoreApplication.translate("Tabs", plan.title))
            tip = QCoreApplication.translate("Tabs", plan.tip)
            bar.setTabToolTip(index, with_key(tip, f"window.{plan.name}"))
        bar.currentChanged.connect(self.tab_chosen)
        return bar

    def _make_menu(self) -> QMenu:
        menu = QMenu(self._more)
        self._add(menu, self.tr("&Settings…"), "settings", "settings")
        self._add(menu, self.tr("F&ull screen"), "fullscreen", "fullscreen")
        menu.addSeparator()
        self._add(menu, self.tr("Open the folder of &photos"), "photos", "folder")
        self._add(menu, self.tr("Show the &demo"), "demo", "play")
        menu.addSeparator()
        self._add(menu, self.tr("&Help…"), "help", "help")
        self._add(menu, self.tr("&Keyboard…"), "shortcuts", "keyboard")
        self._add(menu, self.tr("&Report a problem…"), "report", "warning")
        self._add(menu, self.tr("&About facecam…"), "about", "facecam")
        self._add(menu, self.tr("&Quit"), "quit", "close")
        return menu

    def _add(self, menu: QMenu, text: str, command: str, icon: str) -> None:
        action = QAction(text, menu)
        set_icon(action, icon)
        action.triggered.connect(lambda: self.command_chosen.emit(command))
        menu.addAction(action)

    def _arrange(self) -> None:
        row = horizontal(self, margins=(GRID_PX, 0, GRID_PX, 0), spacing=GRID_PX // 2)
        self.setFixedHeight(6 * GRID_PX)
        fill(row, self.tabs, 0, self._model, self._settings, self._more)


def short_title(title: str) -> str:
    """`dlib-ResNet: dlib's face recognition network` → `dlib-ResNet`."""
    return title.partition(":")[0].strip() or title


def _model_words(model: ModelInfo, models: Sequence[ModelInfo]) -> str:
    """Trained ones have the title of what they were made from: their own name tells them from it."""
    title = model.title.casefold()
    namesakes = [one for one in models if title.startswith(short_title(one.title).casefold())]
    original = min(namesakes, key=lambda one: (len(short_title(one.title)), len(one.title)), default=model)
    return short_title(model.title) if model.name == original.name else model.name
