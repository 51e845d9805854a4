"""The live picture with what is drawn over it; faces can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from facecam.gui.live.face_painter import FacePainter, face_rect
from facecam.gui.theme import GRID_PX, colours
from facecam.gui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from facecam.engine.live_view import LiveView, SeenFace

_SHADE = QColor(0, 0, 0, 165)
_WHITE = QColor("#FFFFFF")


class LiveStage(PictureView):
    """Shows views; tells which face was chosen by mouse or keyboard."""

    face_chosen = Signal(object, QPointF)
    left_full_screen = Signal()
    size_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: LiveView | None = None
        self._message = ("", "")
        self._recording = ""
        self._panel: tuple[str, ...] = ()
        self._chosen: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Live picture"))
        self.setAccessibleDescription(
            self.tr("Left and right choose a face, Return opens what can be done with it.")
        )
        self.set_overlay(self._draw_overlay)

    @property
    def view(self) -> LiveView | None:
        """What is shown."""
        return self._view

    def show_view(self, view: LiveView | None) -> None:
        """Show a view, or nothing."""
        self._view = view
        self.set_image(None if view is None else view.picture)
        if view is not None and self._chosen not in [face.track_id for face in view.faces]:
            self._chosen = None

    def set_message(self, title: str, text: str = "") -> None:
        """Words in the middle of a darkened picture; empty for none."""
        self._message = (title, text)
        self.update()

    def set_recording(self, text: str) -> None:
        """The time beside the red dot; empty while nothing is recorded."""
        if text != self._recording:
            self._recording = text
            self.update()

    def set_panel(self, lines: tuple[str, ...]) -> None:
        """Lines of figures in the corner; none for no panel."""
        self._panel = lines
        self.update()

    def frame_to_widget(self) -> QTransform:
        """Frame px → widget px; the picture shown may be a shrunk frame."""
        if self._view is None:
            return QTransform()
        factor = self._view.picture.shape[1] / self._view.frame.image.shape[1]
        return QTransform.fromScale(factor, factor) * self.to_widget()

    def face_at(self, spot: QPointF) -> SeenFace | None:
        """The face there, the smallest if several; None for none."""
        if self._view is None:
            return None
        to_widget = self.frame_to_widget()
        hit = [face for face in self._view.faces if face_rect(face, to_widget).contains(spot)]
        return min(hit, key=lambda face: face.box.area, default=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a face chooses it."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose_at(event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """So does a right click."""
        self._choose_at(QPointF(event.pos()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over faces says that they can be clicked."""
        over = self.face_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from face to face, Return and Menu choose, Escape leaves full screen."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self._step(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu):
            self._choose_focused()
        elif event.key() == Qt.Key.Key_Escape:
            self.left_full_screen.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Without the focus no face is marked as chosen."""
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._chosen = None
            self.update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Larger pictures than this are a waste."""
        ratio = self.devicePixelRatioF()
        self.size_changed.emit(round(self.width() * ratio), round(self.height() * ratio))
        super().resizeEvent(event)

    def _choose_at(self, spot: QPointF) -> None:
        face = self.face_at(spot)
        if face is not None:
            self.face_chosen.emit(face, spot)

    def _step(self, step: int) -> None:
        faces = self._view.faces if self._view else ()
        to_widget = self.frame_to_widget()
        tracks = [face.track_id for face in sorted(faces, key=lambda one: face_rect(one, to_widget).left())]
        if tracks:
            place = tracks.index(self._chosen) if self._chosen in tracks else (-1 if step > 0 else 0)
            self._chosen = tracks[(place + step) % len(tracks)]
            self.update()

    def _choose_focused(self) -> None:
        for face in self._view.faces if self._view else ():
            if face.track_id == self._chosen:
                self.face_chosen.emit(face, face_rect(face, self.frame_to_widget()).center())

    # --- painting

    def _draw_overlay(self, painter: QPainter, to_widget: QTransform) -> None:
        place = self.picture_rect()
        if self._view is not None and not self._message[0]:
            FacePainter(self.font()).draw(
                painter, self.frame_to_widget(), place, self._view.faces, self._chosen
            )
        painter.setFont(self.font())
        if self._message[0]:
            self._draw_message(painter, place)
        if self._recording:
            self._draw_recording(painter, place)
        if self._panel:
            self._draw_panel(painter, place)

    def _draw_message(self, painter: QPainter, place: QRectF) -> None:
        painter.fillRect(place, _SHADE)
        title, text = self._message
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        painter.setFont(font)
        painter.setPen(_WHITE)
        inside = place.adjusted(2 * GRID_PX, 0, -2 * GRID_PX, 0)
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        upper = QRectF(inside.topLeft(), QPointF(inside.right(), inside.center().y()))
        painter.drawText(upper, centre | Qt.AlignmentFlag.AlignBottom, title)
        painter.setFont(self.font())
        lower = QRectF(QPointF(inside.left(), inside.center().y() + GRID_PX), inside.bottomRight())
        painter.drawText(lower, centre | Qt.AlignmentFlag.AlignTop, text)

    def _draw_recording(self, painter: QPainter, place: QRectF) -> None:
        metrics = painter.fontMetrics()
        height = metrics.height() + GRID_PX
        width = metrics.horizontalAdvance(self._recording) + height + GRID_PX
        plate = QRectF(place.left() + GRID_PX, place.top() + GRID_PX, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_SHADE)
        painter.drawRoundedRect(plate, height / 2, height / 2)
        painter.setBrush(QColor("#FF4D4D"))
        radius = height * 0.22
        painter.drawEllipse(QPointF(plate.left() + height / 2, plate.center().y()), radius, radius)
        painter.setPen(_WHITE)
        painter.drawText(plate.adjusted(height, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._recording)

    def _draw_panel(self, painter: QPainter, place: QRectF) -> None:
        metrics = painter.fontMetrics()
        width = max(metrics.horizontalAdvance(line) for line in self._panel) + 2 * GRID_PX
        height = metrics.lineSpacing() * len(self._panel) + GRID_PX
        plate = QRectF(place.right() - width - GRID_PX, place.top() + GRID_PX, width, height)
        painter.setPen(QPen(QColor(colours().border), 1))
        painter.setBrush(_SHADE)
        painter.drawRoundedRect(plate, 6, 6)
        painter.setPen(_WHITE)
        inside = plate.adjusted(GRID_PX, GRID_PX / 2, -GRID_PX, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft, "\n".join(self._panel))
