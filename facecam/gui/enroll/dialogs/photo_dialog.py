"""Photo dialog: one photo large, with all its faces; the arrow keys go through the person's photos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QPainter, QTransform
from PySide6.QtWidgets import QWidget

from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.enroll.dialogs.questions import short
from facecam.gui.enroll.engine_service import EngineEnrollService
from facecam.gui.enroll.service import FaceChoices
from facecam.gui.theme.theme import color
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.look_dialog import LookDialog
from facecam.gui.widgets.picture_view import PictureView
from facecam.gui.widgets.rubber_band import box_rect, draw_outline


class PhotoDialog(LookDialog):
    """Shows photos; nothing is changed here.

    Args:
        context: looks for the faces.
        service: the door to the engine.
        name: whose photos.
        photos: all of them.
        first: the one to begin with.
        parent: over which it stands.
    """

    #: The path of the photo in which a face is to be chosen.
    face_wanted = Signal(object)

    def __init__(
        self,
        context: AppContext,
        service: EngineEnrollService,
        name: str,
        photos: Sequence[Path],
        first: Path,
        parent: QWidget,
    ) -> None:
        super().__init__(short(name), (900, 680), parent)
        self._context, self._service, self._name = context, service, name
        self._photos, self._place = list(photos), list(photos).index(first)
        self._faces: FaceChoices | None = None
        self._job = no_job()
        self.picture = PictureView()
        self.picture.set_overlay(self._paint)
        self.words = label("", "muted")
        self.back = push_button(self.tr("&Previous"), self.tr("The photo before (Left)"))
        self.forth = push_button(self.tr("&Next"), self.tr("The photo after (Right)"))
        choose = push_button(
            self.tr("Choose the &face…"), self.tr("Say which face is the person's, or draw it")
        )
        folder = push_button(self.tr("Open the f&ile"), self.tr("Open it with the program for pictures"))
        self.back.clicked.connect(lambda: self.step(-1))
        self.forth.clicked.connect(lambda: self.step(1))
        choose.clicked.connect(self._on_choose)
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.photo))))
        self.column.addWidget(self.picture, 1)
        self.add_foot(self.words, folder, choose, self.back, self.forth)
        # Buttons would take the arrow keys.
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.picture.setFocus()
        self.step(0)

    @property
    def photo(self) -> Path:
        """The one that is shown."""
        return self._photos[self._place]

    def step(self, by: int) -> None:
        """Show another photo."""
        place = self._place + by
        if not 0 <= place < len(self._photos):
            return
        self._place, self._faces = place, None
        self.back.setEnabled(place > 0)
        self.forth.setEnabled(place + 1 < len(self._photos))
        self.words.setText(self.photo.name)
        self._job.cancel()
        photo = self.photo
        self._job = self._context.run(
            lambda on_event, cancel: self._service.faces_in(photo, self._name), done=self._show, owner=self
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go through the photos."""
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.step(by)

    def _show(self, faces: FaceChoices) -> None:
        if faces.path != self.photo:
            return
        self._faces = faces
        self.picture.set_image(faces.image)
        count = self.tr("%n faces", "", len(faces.boxes))
        place = f"{self._place + 1} / {len(self._photos)}"
        self.words.setText(" · ".join((self.photo.name, count, place)))
        self.picture.setAccessibleName(count)

    def _on_choose(self) -> None:
        self.face_wanted.emit(self.photo)
        self.accept()

    def _paint(self, painter: QPainter, to_widget: QTransform) -> None:
        if self._faces is None:
            return
        alone = len(self._faces.boxes) == 1
        for index, box in enumerate(self._faces.boxes):
            own = alone or index == self._faces.chosen
            shade = color("accent") if own else Qt.GlobalColor.white
            draw_outline(painter, box_rect(box, to_widget), shade)
