"""Table of models: what each is good for, its size, whether it is here, its licence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal

from facecam.gui.core.marked import QT_TRANSLATE_NOOP
from facecam.gui.core.translation import engine_text
from facecam.gui.widgets.table import Table

if TYPE_CHECKING:
    from facecam.engine.models.choice import ModelChoice

_ROW_PX = 28
#: What known models are good for.
_GOOD_FOR = {
    "dlib-resnet": QT_TRANSLATE_NOOP("ModelsTable", "tells faces apart: sure and fast, the usual one"),
    "resnet50": QT_TRANSLATE_NOOP("ModelsTable", "tells faces apart: the one to train"),
    "sface": QT_TRANSLATE_NOOP("ModelsTable", "tells faces apart: small and fast"),
    "auraface": QT_TRANSLATE_NOOP("ModelsTable", "tells faces apart: large, for commercial use too"),
    "w600k-mbf": QT_TRANSLATE_NOOP("ModelsTable", "tells faces apart: small and fast"),
    "w600k-r50": QT_TRANSLATE_NOOP("ModelsTable", "tells faces apart: large, very sure"),
    "edgeface-s": QT_TRANSLATE_NOOP("ModelsTable", "tells faces apart: small and fast"),
    "centerface": QT_TRANSLATE_NOOP("ModelsTable", "finds faces: small, turned and covered ones too"),
    "blazeface": QT_TRANSLATE_NOOP("ModelsTable", "finds faces: the fastest, large ones"),
    "yunet": QT_TRANSLATE_NOOP("ModelsTable", "finds faces: tiny and fast, from 10 px"),
    "scrfd-500m": QT_TRANSLATE_NOOP("ModelsTable", "finds faces: fast"),
    "scrfd-10g": QT_TRANSLATE_NOOP("ModelsTable", "finds faces: slower, small and turned ones too"),
}


class ModelsTable(Table):
    """One row a model."""

    #: Another one is marked now.
    marked = Signal()

    def __init__(self) -> None:
        super().__init__([], _ROW_PX)
        self.setAccessibleName(self.tr("Models"))
        self.setHeaderLabels(
            [self.tr("Model"), self.tr("Good for"), self.tr("Size"), self.tr("State"), self.tr("Licence")]
        )
        self.currentItemChanged.connect(lambda *_: self.marked.emit())

    @property
    def chosen(self) -> ModelChoice | None:
        """The model that is marked."""
        item = self.currentItem()
        return None if item is None else item.data(0, Qt.ItemDataRole.UserRole)

    def show_models(self, models: Sequence[ModelChoice], wanted: str = "") -> None:
        """Fill it; `wanted` is marked then, else what was before, else the first. Nothing is told."""
        before = wanted or (self.chosen.name if self.chosen else "")
        self.blockSignals(True)
        self.clear()
        for model in models:
            size = QLocale().formattedDataSize(model.size, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
            words = self._name(model), self._good_for(model), size, self._state(model)
            item = self.add_row([*words, engine_text(model.licence)], model)
            if model.name == before:
                self.setCurrentItem(item)
        first = self.topLevelItem(0)
        if self.currentItem() is None and first is not None:
            self.setCurrentItem(first)
        self.blockSignals(False)

    def _name(self, model: ModelChoice) -> str:
        """Of the user's own the name: the title of a trained one begins as that of the model it began from."""
        known = model.shipped or model.name in _GOOD_FOR
        return engine_text(model.title).partition(":")[0] if known else model.name

    def _good_for(self, model: ModelChoice) -> str:
        words = _GOOD_FOR.get(model.name, "")
        if words:
            return self.tr(words)
        return self.tr("finds faces") if model.detects else self.tr("tells faces apart")

    def _state(self, model: ModelChoice) -> str:
        if model.in_use:
            return self.tr("in use")
        if model.here:
            return self.tr("here") if model.ready else self.tr("here, not calibrated")
        return self.tr("to be fetched")
