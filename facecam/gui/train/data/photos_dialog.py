"""Photos dialog: a few photos under a title."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from facecam.gui.core.context import AppContext
from facecam.gui.train.data.photo_thumbs import PhotoThumbs
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import fill, scrolling
from facecam.gui.widgets.look_dialog import LookDialog

_MOST_SHOWN = 60


class PhotosDialog(LookDialog):
    """Shows photos; nothing is changed here.

    Args:
        context: loads the pictures.
        service: reads them.
        title: what they have in common.
        photos: the files.
        parent: over which it stands.
    """

    def __init__(
        self,
        context: AppContext,
        service: EngineTrainService,
        title: str,
        photos: Sequence[Path],
        parent: QWidget,
    ) -> None:
        super().__init__(title, (680, 420), parent)
        faces: FaceCache[Path] = FaceCache(context, service.face_picture, self)
        thumbs = PhotoThumbs(photos[:_MOST_SHOWN], faces)
        fill(self.column, label(title, "heading", wrap=True), (scrolling(thumbs, sideways=True), 1))
        self.add_foot()
