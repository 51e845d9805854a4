"""Plots dialog: curves, wrong pairs and maps of one's own people."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QTabWidget, QWidget

from facecam.core.types import ImageArray
from facecam.gui.widgets.look_dialog import LookDialog
from facecam.gui.widgets.picture_view import PictureView


class PlotsDialog(LookDialog):
    """Shows pictures under tabs.

    Args:
        plots: (name of the plot, uint8 (H, W, 3) RGB), as `engine.own_plots` returns them.
        parent: over which it stands.
    """

    def __init__(self, plots: Sequence[tuple[str, ImageArray]], parent: QWidget) -> None:
        super().__init__("", (860, 640), parent)
        self.setWindowTitle(self.tr("Every photo compared with every other"))
        self.pages = QTabWidget()
        self.pages.tabBar().setAccessibleName(self.windowTitle())
        titles = self._titles()
        for name, image in plots:
            view = PictureView(radius_px=0)
            view.setAccessibleName(titles.get(name, name))
            view.set_image(image)
            self.pages.addTab(view, titles.get(name, name))
        self.column.addWidget(self.pages, 1)
        self.add_foot()

    def _titles(self) -> dict[str, str]:
        return {
            "roc": self.tr("ROC"),
            "error-rates": self.tr("Error rates"),
            "histogram": self.tr("Distances"),
            "false-accepts": self.tr("Two taken for one"),
            "false-rejects": self.tr("One taken for two"),
            "people-pca": self.tr("Map (PCA)"),
            "people-tsne": self.tr("Map (t-SNE)"),
        }
