"""Face dialog: the photo, with a box to click on around every face, and room to draw one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QTransform
from PySide6.QtWidgets import QDialog, QWidget

from facecam.core.types import Box
from facecam.gui.core.translation import filled
from facecam.gui.enroll.service import FaceChoices
from facecam.gui.theme.theme import GRID_PX, color
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label, set_role
from facecam.gui.widgets.layouts import beside, vertical
from facecam.gui.widgets.look_dialog import button_box
from facecam.gui.widgets.rubber_band import (
    DrawingView,
    box_of,
    box_rect,
    draw_box,
    draw_no_face,
    draw_outline,
)

#: A smaller box, px of the original, holds no face; the engine says the same.
_SMALLEST_PX = 16.0


class FaceDialog(QDialog):
    """Click, or use the arrow keys or the numbers; drag to draw a box; Return takes the chosen face.

    Args:
        name: whose face is looked for.
        faces: the photo.
        parent: owner.
    """

    #: A box of the original, px, that is no face, or is one after all.
    no_face_wanted = Signal(object)
    face_wanted = Signal(object)

    def __init__(self, name: str, faces: FaceChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._faces = faces
        self._order: list[int] = []
        self._index: int | None = None
        self._no_face: int | None = None
        self._drawn: Box | None = None
        self.setWindowTitle(self.tr("Which face?"))
        self.picture = DrawingView()
        self.picture.set_overlay(self._paint)
        self.picture.pointed.connect(self._on_click)
        self.picture.drawn.connect(self._on_drawn)
        self.picture.setCursor(Qt.CursorShape.CrossCursor)
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._make_buttons()
        self._arrange(" ".join(name.split()))
        self.show_faces(faces)

    def _make_buttons(self) -> None:
        self.accept_button = push_button(
            self.tr("&This face"), self.tr("Use the chosen face (Return)"), kind="primary"
        )
        self.no_face_button = push_button(" ")
        self.no_face_button.clicked.connect(self._on_no_face)

    @property
    def photo(self) -> Path:
        """The file."""
        return self._faces.path

    @property
    def index(self) -> int | None:
        """The chosen face: its place in `FaceChoices.boxes`; None for a drawn one."""
        return self._index

    @property
    def box(self) -> Box | None:
        """The chosen or drawn face, px of the original; None for none."""
        if self._drawn is not None:
            return self._faces.original(self._drawn)
        return None if self._index is None else self._faces.original_box(self._index)

    def show_faces(self, faces: FaceChoices) -> None:
        """Show the photo; what was drawn before is gone."""
        self._faces = faces
        # From left to right, as people number what they see.
        self._order = sorted(range(len(faces.boxes)), key=lambda one: faces.boxes[one].left)
        self.picture.set_image(faces.image)
        self.picture.setAccessibleName(self.tr("%n faces", "", len(faces.boxes)))
        self._index, self._no_face, self._drawn = None, None, None
        self.set_waiting(False)
        only = 0 if len(faces.boxes) == 1 and not faces.no_faces else None
        self._choose(faces.chosen if faces.chosen is not None else only)

    def set_waiting(self, waiting: bool) -> None:
        """Whether the photo is being looked at again."""
        for button in (self.accept_button, self.no_face_button):
            button.setEnabled(not waiting)
        if not waiting:
            self._refresh()

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
        self._words = label("", "muted", wrap=True)
        box = button_box(self, self.accept_button, self.no_face_button)
        buttons = beside((self._words, 1), box, spacing=GRID_PX)
        question = label(filled(self.tr("Which of these is %1?"), name), "heading")
        vertical(self, question, (self.picture, 1), buttons, margins=2 * GRID_PX, spacing=GRID_PX)
        self.resize(760, 580)

    # ------------------------------------------------------------------ choosing

    def _on_click(self, spot: QPointF) -> None:
        inverse, _ = self.picture.to_widget().inverted()
        x, y = inverse.map(spot).toTuple()
        hit = _smallest_at(self._faces.boxes, x, y)
        if hit is not None:
            self._choose(hit)
            return
        marked = _smallest_at(self._faces.no_faces, x, y)
        if marked is not None:
            self._choose(None, no_face=marked)

    def _on_drawn(self, rect: QRectF) -> None:
        self._choose(None)
        self._drawn = box_of(rect, self.picture.to_widget())
        self._refresh()

    def _choose(self, index: int | None, *, no_face: int | None = None) -> None:
        self._index, self._no_face, self._drawn = index, no_face, None
        self._refresh()

    def _is_too_small(self) -> bool:
        if self._drawn is None:
            return False
        box = self._faces.original(self._drawn)
        return min(box.width, box.height) < _SMALLEST_PX

    def _refresh(self) -> None:
        too_small = self._is_too_small()
        self.accept_button.setEnabled(self.box is not None and not too_small)
        marked = self._no_face is not None
        words = self.tr("It &is a face") if marked else self.tr("&No face")
        tip = (
            self.tr("This is a face after all: find it again")
            if marked
            else self.tr("What is chosen is no face: remember that for this photo")
        )
        self.no_face_button.setText(words)
        self.no_face_button.setToolTip(tip)
        self.no_face_button.setEnabled(marked or self._index is not None)
        set_role(self._words, "unknown" if too_small else "muted")
        self._words.setText(self._advice(too_small))
        if self._index is not None:
            number = str(self._order.index(self._index) + 1)
            self.picture.setAccessibleDescription(filled(self.tr("Face %1 is chosen"), number))
        self.picture.update()

    def _advice(self, too_small: bool) -> str:
        if too_small:
            return self.tr("The box is too small: draw it around the whole face.")
        if self._drawn is not None:
            return self.tr("The face in the box will be used. Draw again to change it.")
        if not self._faces.boxes:
            return self.tr("No face was found. Draw a box around it with the mouse.")
        return self.tr("Click on the face, press its number, or draw a box around it.")

    def _on_no_face(self) -> None:
        if self._no_face is not None:
            self.face_wanted.emit(self._faces.original(self._faces.no_faces[self._no_face]))
        elif self._index is not None:
            self.no_face_wanted.emit(self._faces.original_box(self._index))

    # ------------------------------------------------------------------ painting

    def _paint(self, painter: QPainter, to_widget: QTransform) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        for index, box in enumerate(self._faces.no_faces):
            draw_no_face(
                painter, box_rect(box, to_widget), self.tr("no face") if index == self._no_face else ""
            )
        for place, index in enumerate(self._order):
            chosen = index == self._index
            area = box_rect(self._faces.boxes[index], to_widget)
            look = (color("accent"), 4) if chosen else (QColor(Qt.GlobalColor.white), 2)
            draw_outline(painter, area, *look)
            self._paint_number(painter, area.topLeft(), str(place + 1), chosen)
        if self._drawn is not None:
            draw_box(painter, box_rect(self._drawn, to_widget))

    def _paint_number(self, painter: QPainter, corner: QPointF, number: str, chosen: bool) -> None:
        plate = QRectF(0, 0, 24, 24)
        plate.moveCenter(corner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("accent" if chosen else "surface"))
        painter.drawEllipse(plate)
        painter.setPen(color("on_accent" if chosen else "text"))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), number)


def _smallest_at(boxes: Sequence[Box], x: float, y: float) -> int | None:
    hits = [index for index, box in enumerate(boxes) if _contains(box, x, y)]
    return min(hits, key=lambda index: boxes[index].area, default=None)


def _contains(box: Box, x: float, y: float) -> bool:
    # A little more than the box: faces are larger than what detectors box.
    room = box.width * 0.15
    return box.left - room <= x <= box.right + room and box.top - 2 * room <= y <= box.bottom + room
