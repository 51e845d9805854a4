"""Curves, wrong pairs and maps of one's own people."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from facecam.core.types import ImageArray
from facecam.gui.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.picture_view import PictureView


class PlotsDialog(QDialog):
    """Shows pictures under tabs.

    Args:
        plots: (name of the plot, uint8 (H, W, 3) RGB), as `engine.own_plots` returns them.
        parent: over which it stands.
    """

    def __init__(self, plots: Sequence[tuple[str, ImageArray]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Every photo compared with every other"))
        self.resize(860, 640)
        self.pages = QTabWidget()
        titles = self._titles()
        for name, image in plots:
            view = PictureView(radius_px=0)
            view.setAccessibleName(titles.get(name, name))
            view.set_image(image)
            self.pages.addTab(view, titles.get(name, name))
        close = push_button(self.tr("&Close"), kind="primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)

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
