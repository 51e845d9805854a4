"""Preset picker: three cards, the last with all recipes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from facecam.gui.core.translation import engine_text
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.card import ChoiceCard
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import fill, vertical
from facecam.training.config.preset import Preset

#: Presets with a card of their own, in this order; all others are recipes.
_OWN_CARD = ("quick", "fine-tune")
_CUT = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_LETTERS = 16


class PresetPicker(QWidget):
    """Cards; exactly one is chosen once there are presets."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        #: The chosen one.
        self.preset: Preset | None = None
        self._cards: dict[str, ChoiceCard] = {}
        self._recipes: ChoiceCard | None = None
        self._recipe_box = QComboBox(self)
        self._recipe_box.hide()
        # Long titles are cut in the box, and whole in its list.
        self._recipe_box.setSizeAdjustPolicy(_CUT)
        self._recipe_box.setMinimumContentsLength(_LETTERS)
        self._recipe_words = label(role="muted", wrap=True)
        self._whose = label(role="muted", wrap=True)
        self._column = vertical(self, margins=0, spacing=GRID_PX)

    def show_presets(self, presets: Sequence[Preset]) -> None:
        """Make the cards and choose the first preset."""
        by_name = {preset.name: preset for preset in presets}
        for name in _OWN_CARD:
            if name in by_name:
                self._add_card(by_name.pop(name))
        if by_name:
            self._add_recipes(list(by_name.values()))
        self._order_by_key()
        if presets:
            self.choose(presets[0])

    def show_data(self, people: int, photos: int) -> None:
        """On whom a recipe trains, whatever it was made for: those who are enrolled here."""
        who, what = self.tr("%n person(s)", "", people), self.tr("%n photo(s)", "", photos)
        self._whose.setText(self.tr("Trains on yours: {people}, {photos}.").format(people=who, photos=what))

    def choose(self, preset: Preset) -> None:
        """Choose, as a click would."""
        self.preset = preset
        for name, card in self._cards.items():
            card.set_chosen(name == preset.name)
        if self._recipes is not None:
            is_recipe = preset.name not in self._cards
            self._recipes.set_chosen(is_recipe)
            if is_recipe:
                self._recipe_box.setCurrentIndex(self._recipe_box.findData(preset))
        self.chosen.emit(preset)

    def _add_card(self, preset: Preset) -> None:
        title, words = engine_text(preset.title), engine_text(preset.description)
        card = _small_card(title)
        card.setToolTip(words)
        fill(card.body, label(title, "heading"), label(words, "muted", wrap=True))
        card.chosen.connect(lambda: self.choose(preset))
        self._cards[preset.name] = card
        self._column.addWidget(card)

    def _add_recipes(self, presets: list[Preset]) -> None:
        card = _small_card(self.tr("Recipes"))
        # Before what is put in, which would lose its place in the order of the Tab key.
        self._column.addWidget(card)
        fill(
            card.body, label(self.tr("Recipes"), "heading"), self._recipe_words, self._whose, self._recipe_box
        )
        for preset in presets:
            self._recipe_box.addItem(engine_text(preset.title), preset)
        self._recipe_box.show()
        self._recipe_box.setAccessibleName(self.tr("Recipe"))
        self._recipe_box.setToolTip(self.tr("For research, and for training from the beginning"))
        self._recipe_box.currentIndexChanged.connect(self._show_recipe)
        self._recipe_box.activated.connect(self._choose_recipe)
        card.chosen.connect(self._choose_recipe)
        self._recipes = card
        self._show_recipe()

    def _order_by_key(self) -> None:
        """The cards come later than what stands below them, the box was there: they go to its place, and it follows."""
        last: QWidget = self._recipe_box
        for card in (*self._cards.values(), self._recipes):
            if card is not None:
                QWidget.setTabOrder(last, card)
                last = card
        QWidget.setTabOrder(last, self._recipe_box)

    def _show_recipe(self) -> None:
        preset: Preset | None = self._recipe_box.currentData()
        self._recipe_words.setText("" if preset is None else engine_text(preset.description))

    def _choose_recipe(self) -> None:
        preset: Preset | None = self._recipe_box.currentData()
        if preset is not None:
            self.choose(preset)


def _small_card(title: str) -> ChoiceCard:
    card, margin_px = ChoiceCard(title), GRID_PX + GRID_PX // 2
    card.body.setContentsMargins(margin_px, GRID_PX, margin_px, margin_px)
    card.body.setSpacing(2)
    return card
