"""Video view: the live picture with what is drawn over it; faces can be clicked."""

from __future__ import annotations

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

from facecam.core.types import Box
from facecam.engine.live.view import LiveView, SeenFace, SeenNoFace
from facecam.gui.live.video.face_painter import FacePainter, face_rect
from facecam.gui.theme.theme import GRID_PX, colors
from facecam.gui.widgets.rubber_band import DrawingView, box_of, box_rect, draw_box, draw_no_face

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_SHADE = QColor(0, 0, 0, 165)
_WHITE = QColor("#FFFFFF")


class LiveStage(DrawingView):
    """Shows views; tells which face was chosen by mouse or keyboard."""

    face_chosen = Signal(object, QPointF)
    #: A `SeenNoFace`, and where.
    no_face_chosen = Signal(object, QPointF)
    #: A `Box` drawn by hand in a picture that stands still, px of the frame.
    box_drawn = Signal(object)
    #: Of a folder: the next picture (1) or the one before (−1).
    picture_wanted = Signal(int)
    left_full_screen = Signal()
    size_changed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        #: What is shown.
        self.view: LiveView | None = None
        self._message = ("", "")
        self._recording = ""
        self._panel: tuple[str, ...] = ()
        self._chosen: int | None = None
        self._still, self._paused, self._stopped = False, False, False
        self._pictures = False
        self._named: list[tuple[Box, str]] = []
        self._searched: Box | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Live picture"))
        self.setAccessibleDescription(
            self.tr("Left and right choose a face, Return opens what can be done with it.")
        )
        self.set_overlay(self._draw_overlay)
        self.pointed.connect(self._choose_at)
        self.drawn.connect(lambda rect: self.box_drawn.emit(box_of(rect, self.frame_to_widget())))

    def show_view(self, view: LiveView | None) -> None:
        """Show a view, or nothing."""
        if view is None or self.view is None or view.frame is not self.view.frame:
            self._named = []
        self.view = view
        self.set_image(None if view is None else view.picture)
        if view is not None and self._chosen not in [face.track_id for face in view.faces]:
            self._chosen = None

    def set_still(self, still: bool, paused: bool, stopped: bool = False) -> None:
        """Whether a box can be drawn in the picture since it does not move; whether it goes on later, or is over."""
        self._still, self._paused, self._stopped = still, paused, stopped
        if not still:
            self.cancel()
            self._named = []
        self.update()

    def set_pictures(self, several: bool) -> None:
        """Whether left and right go through the pictures of a folder; up and down choose a face in any case."""
        self._pictures = several
        self.setAccessibleDescription(
            self.tr("Left and right go through the pictures, up and down choose a face, Return opens it.")
            if several
            else self.tr("Left and right choose a face, Return opens what can be done with it.")
        )

    def set_searched(self, box: Box | None) -> None:
        """A box just drawn, px of the frame, in which the face is being looked for; None when that is done."""
        self._searched = box
        self.update()

    def add_drawn(self, box: Box, name: str) -> None:
        """A face drawn in this very picture was named; it stays marked until the picture moves."""
        self._named.append((box, name))
        self.update()

    def drop_drawn(self) -> None:
        """The name of a drawn face was taken back."""
        if self._named:
            self._named.pop()
            self.update()

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
        if self.view is None:
            return QTransform()
        factor = self.view.picture.shape[1] / self.view.frame.image.shape[1]
        return QTransform.fromScale(factor, factor) * self.to_widget()

    def face_at(self, spot: QPointF) -> SeenFace | None:
        """The face there, the smallest if several; None for none."""
        if self.view is None:
            return None
        to_widget = self.frame_to_widget()
        hit = [face for face in self.view.faces if face_rect(face, to_widget).contains(spot)]
        return min(hit, key=lambda face: face.box.area, default=None)

    def no_face_at(self, spot: QPointF) -> SeenNoFace | None:
        """What was said to be no face there, in a picture that stands still; None for nothing."""
        if self.view is None or not self._still:
            return None
        to_widget = self.frame_to_widget()
        hit = [one for one in self.view.no_faces if box_rect(one.box, to_widget).contains(spot)]
        return min(hit, key=lambda one: one.box.area, default=None)

    def may_draw(self) -> bool:
        """In a picture that stands still."""
        return self._still and not self._message[0]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """So does a right click."""
        self._choose_at(QPointF(event.pos()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over faces says that they can be clicked, a cross elsewhere that a box can be drawn."""
        over = self.face_at(event.position()) is not None or self.no_face_at(event.position()) is not None
        elsewhere = Qt.CursorShape.CrossCursor if self._still else Qt.CursorShape.ArrowCursor
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else elsewhere)
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from face to face, Return and Menu choose, Escape leaves full screen."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._pictures and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.picture_wanted.emit(step)
        elif step is not None:
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
        elif (marked := self.no_face_at(spot)) is not None:
            self.no_face_chosen.emit(marked, spot)

    def _step(self, step: int) -> None:
        faces = self.view.faces if self.view else ()
        to_widget = self.frame_to_widget()
        tracks = [face.track_id for face in sorted(faces, key=lambda one: face_rect(one, to_widget).left())]
        if tracks:
            place = tracks.index(self._chosen) if self._chosen in tracks else (-1 if step > 0 else 0)
            self._chosen = tracks[(place + step) % len(tracks)]
            self.update()

    def _choose_focused(self) -> None:
        for face in self.view.faces if self.view else ():
            if face.track_id == self._chosen:
                self.face_chosen.emit(face, face_rect(face, self.frame_to_widget()).center())

    # --- painting

    def _draw_overlay(self, painter: QPainter, to_widget: QTransform) -> None:
        place = self.picture_rect()
        if self.view is not None and not self._message[0]:
            FacePainter(self.font()).draw(
                painter, self.frame_to_widget(), place, self.view.faces, self._chosen
            )
        painter.setFont(self.font())
        if self._still and self.view is not None and not self._message[0]:
            self._draw_still(painter, place)
        if self._message[0]:
            self._draw_message(painter, place)
        if self._recording:
            self._draw_recording(painter, place)
        if self._panel:
            self._draw_panel(painter, place)

    def _draw_still(self, painter: QPainter, place: QRectF) -> None:
        """What can be seen and done only while nothing moves."""
        to_widget = self.frame_to_widget()
        for marked in self.view.no_faces if self.view else ():
            draw_no_face(painter, box_rect(marked.box, to_widget), self.tr("no face"))
        for box, name in self._named:
            rect = box_rect(box, to_widget)
            draw_box(painter, rect)
            self._draw_plate(painter, rect.bottomLeft() + QPointF(0, 4), name)
        if self._searched is not None:
            draw_box(painter, box_rect(self._searched, to_widget))
        words = self.tr("Draw a box around a face that was missed.")
        if self._paused:
            words = self.tr("Paused.") + " " + words
        elif self._stopped:
            words = self.tr("Stopped.") + " " + words
        if self._searched is not None:
            words = self.tr("Looking for the face in the box…")
        corner = QPointF(
            place.left() + GRID_PX, place.bottom() - GRID_PX - painter.fontMetrics().height() - 8
        )
        self._draw_plate(painter, corner, words)

    def _draw_plate(self, painter: QPainter, corner: QPointF, words: str) -> None:
        metrics = painter.fontMetrics()
        plate = QRectF(0, 0, metrics.horizontalAdvance(words) + 2 * GRID_PX, metrics.height() + 8)
        plate.moveTopLeft(corner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_SHADE)
        painter.drawRoundedRect(plate, 6, 6)
        painter.setPen(_WHITE)
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), words)

    def _draw_message(self, painter: QPainter, place: QRectF) -> None:
        painter.fillRect(place, _SHADE)
        title, text = self._message
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        painter.setFont(font)
        painter.setPen(_WHITE)
        inside = place.adjusted(2 * GRID_PX, 0, -2 * GRID_PX, 0)
        center = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        upper = QRectF(inside.topLeft(), QPointF(inside.right(), inside.center().y()))
        painter.drawText(upper, center | Qt.AlignmentFlag.AlignBottom, title)
        painter.setFont(self.font())
        lower = QRectF(QPointF(inside.left(), inside.center().y() + GRID_PX), inside.bottomRight())
        painter.drawText(lower, center | Qt.AlignmentFlag.AlignTop, text)

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
        painter.setPen(QPen(QColor(colors().border), 1))
        painter.setBrush(_SHADE)
        painter.drawRoundedRect(plate, 6, 6)
        painter.setPen(_WHITE)
        inside = plate.adjusted(GRID_PX, GRID_PX / 2, -GRID_PX, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft, "\n".join(self._panel))
