"""A few photos under a title."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from facecam.gui.context import AppContext
from facecam.gui.theme import GRID_PX
from facecam.gui.train.photo_thumbs import PhotoThumbs
from facecam.gui.train.service import TrainService
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label

_MOST_SHOWN = 60


class PhotosDialog(QDialog):
    """Shows photos; nothing is changed here.

    Args:
        context: loads the pictures.
        service: reads them.
        title: what they have in common.
        photos: the files.
        parent: over which it stands.
    """

    def __init__(
        self, context: AppContext, service: TrainService, title: str, photos: Sequence[Path], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(680, 420)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        thumbs = PhotoThumbs()
        scroll.setWidget(thumbs)
        close = push_button(self.tr("&Close"), kind="primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.addWidget(label(title, "heading", wrap=True))
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        thumbs.add(photos[:_MOST_SHOWN])
        thumbs.load(context, service)
