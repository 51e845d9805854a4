"""Which of these faces is it? The photo, with a box to click on around every face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPen, QTransform
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from facecam.gui.enroll.service import PhotoFaces
from facecam.gui.theme import GRID_PX, colour
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from facecam.core.types import Box


class FaceDialog(QDialog):
    """Click, or use the arrow keys or the numbers; Return takes the chosen face.

    Args:
        name: whose face is looked for.
        faces: the photo.
        parent: owner.
    """

    def __init__(self, name: str, faces: PhotoFaces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._faces = faces
        self._index: int | None = None
        # From left to right, as people number what they see.
        self._order = sorted(range(len(faces.boxes)), key=lambda one: faces.boxes[one].left)
        self.setWindowTitle(self.tr("Which face?"))
        self.picture = PictureView()
        self.picture.set_image(faces.image)
        self.picture.set_overlay(self._paint)
        self.picture.clicked.connect(self._on_click)
        self.picture.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.accept_button = push_button(
            self.tr("&This face"), self.tr("Use the chosen face (Return)"), kind="primary"
        )
        self.cancel_button = push_button(self.tr("Cancel"), self.tr("Do not use this photo (Esc)"))
        self._arrange(" ".join(name.split()))
        self._choose(0 if len(faces.boxes) == 1 else None)

    @property
    def index(self) -> int | None:
        """The chosen face: its place in `PhotoFaces.boxes`."""
        return self._index

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Numbers and arrows choose."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        number = event.text()
        if step is not None and self._order:
            place = self._order.index(self._index) + step if self._index is not None else 0
            self._choose(self._order[place % len(self._order)])
        elif number.isascii() and number.isdigit() and 0 < int(number) <= len(self._order):
            self._choose(self._order[int(number) - 1])
        else:
            super().keyPressEvent(event)

    def _arrange(self, name: str) -> None:
        if len(name) > 40:
            name = f"{name[:39]}…"
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID_PX)
        buttons.addWidget(label(self.tr("Click on the face, or press its number."), "muted"), 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(label(self.tr("Which of these is %1?").replace("%1", name), "heading"))
        column.addWidget(self.picture, 1)
        column.addLayout(buttons)
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        self.picture.setAccessibleName(self.tr("%n faces", "", len(self._faces.boxes)))
        self.resize(720, 560)

    def _on_click(self, x: float, y: float) -> None:
        hits = [index for index, box in enumerate(self._faces.boxes) if _contains(box, x, y)]
        if hits:
            self._choose(min(hits, key=lambda index: self._faces.boxes[index].area))

    def _choose(self, index: int | None) -> None:
        self._index = index
        self.accept_button.setEnabled(index is not None)
        if index is not None:
            words = self.tr("Face %1 is chosen").replace("%1", str(self._order.index(index) + 1))
            self.picture.setAccessibleDescription(words)
        self.picture.update()

    def _paint(self, painter: QPainter, to_widget: QTransform) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        for place, index in enumerate(self._order):
            box, chosen = self._faces.boxes[index], index == self._index
            area = to_widget.mapRect(QRectF(box.left, box.top, box.width, box.height))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(Qt.GlobalColor.black, 5 if chosen else 4))
            painter.drawRoundedRect(area, 6, 6)
            painter.setPen(QPen(colour("accent") if chosen else Qt.GlobalColor.white, 4 if chosen else 2))
            painter.drawRoundedRect(area, 6, 6)
            self._paint_number(painter, area.topLeft(), str(place + 1), chosen)

    def _paint_number(self, painter: QPainter, corner: QPointF, number: str, chosen: bool) -> None:
        plate = QRectF(0, 0, 24, 24)
        plate.moveCenter(corner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent" if chosen else "surface"))
        painter.drawEllipse(plate)
        painter.setPen(colour("on_accent" if chosen else "text"))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), number)


def _contains(box: Box, x: float, y: float) -> bool:
    # A little more than the box: faces are larger than what detectors box.
    room = box.width * 0.15
    return box.left - room <= x <= box.right + room and box.top - 2 * room <= y <= box.bottom + room
