"""Face painter: boxes and names over a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform

from facecam.core.plates import PlatePlaces
from facecam.core.types import LifeTask
from facecam.engine.live.view import SeenFace
from facecam.gui.theme.palette import DARK
from facecam.gui.widgets.rubber_band import box_rect

_LINE_PX = 2.0
_GAP_PX = 3.0
_RADIUS_PX = 6.0
_TEXT_PX = (12, 20)
_PICTURE_HEIGHT_PER_TEXT = 38
_LEAST_PLATE_PX = 260.0
#: Below this height a picture has small plates, for known people only, and none over a face.
_SMALL_PX, _SMALL_TEXT_PX = 160.0, 10
#: Similarity from which a name is shown as certain, and below which it is shown as doubtful.
SURE_PERCENT, DOUBTFUL_PERCENT = 90.0, 60.0


@dataclass(frozen=True, slots=True)
class FaceStyle:
    """How a face is marked: colours as `#rrggbb`; `name` is None for a box alone."""

    line: str
    plate: str
    ink: str
    name: str | None
    percent: str
    dashed: bool = False


def look_of(face: SeenFace) -> FaceStyle:
    """Colour by certainty: full accent, soft accent, an outline; the warm colour for strangers, grey for
    faces of whom nothing is said, and for one whose person is another face already.

    The picture has no theme: in both, the brighter colours of the dark one stand out best.
    """
    c = DARK
    if face.hidden:
        return FaceStyle(c.muted, c.muted, c.surface, None, "")
    if face.state == "known" and face.identity is not None:
        percent = f"{face.percent:.0f} %"
        if face.percent >= SURE_PERCENT:
            return FaceStyle(c.accent, c.accent, c.on_accent, face.identity.name, percent)
        if face.percent >= DOUBTFUL_PERCENT:
            return FaceStyle(c.accent, c.accent_soft, c.text, face.identity.name, percent)
        return FaceStyle(c.accent, c.surface, c.text, face.identity.name, percent, dashed=True)
    if face.state == "unknown":
        word = QCoreApplication.translate("FacePainter", "unknown")
        return FaceStyle(c.unknown, c.unknown, c.on_accent, word, "")
    if face.state == "duplicate" and face.looks_like is not None:
        word = QCoreApplication.translate("FacePainter", "like {name}").format(name=face.looks_like.name)
        return FaceStyle(c.muted, c.muted, c.surface, word, "", dashed=True)
    if face.state == "unproven" and face.looks_like is not None:
        word = life_word(face.asked).format(name=face.looks_like.name)
        return FaceStyle(c.muted, c.muted, c.surface, word, "", dashed=True)
    return FaceStyle(c.muted, c.muted, c.surface, None, "", dashed=face.state == "ignored")


def life_word(asked: LifeTask | None) -> str:
    """What stands above somebody who was not yet seen to be alive."""
    if asked == "blink":
        return QCoreApplication.translate("FacePainter", "{name}? Blink, please")
    if asked == "turn left":
        return QCoreApplication.translate("FacePainter", "{name}? Turn your head to your left, please")
    if asked == "turn right":
        return QCoreApplication.translate("FacePainter", "{name}? Turn your head to your right, please")
    return QCoreApplication.translate("FacePainter", "{name}? Not yet seen to be alive")


class FacePainter:
    """Draws faces in widget coordinates.

    Args:
        font: the widget's; only its family and weight count.
    """

    def __init__(self, font: QFont) -> None:
        self._font = QFont(font)
        self._font.setWeight(QFont.Weight.DemiBold)

    def draw(
        self,
        painter: QPainter,
        to_widget: QTransform,
        place: QRectF,
        faces: Sequence[SeenFace],
        chosen: int | None,
    ) -> None:
        """Draw all faces.

        Args:
            painter: of the widget.
            to_widget: frame px → widget px.
            place: where the picture is; plates stay inside.
            faces: what to mark.
            chosen: track with the keyboard's focus, or None.
        """
        small = place.height() < _SMALL_PX
        text_px = round(min(max(place.height() / _PICTURE_HEIGHT_PER_TEXT, _TEXT_PX[0]), _TEXT_PX[1]))
        text_px = _SMALL_TEXT_PX if small else text_px
        self._font.setPixelSize(text_px)
        painter.setFont(self._font)
        boxes = [(face, face_rect(face, to_widget), look_of(face)) for face in faces]
        for face, box, look in boxes:
            _draw_box(painter, box, look, face.track_id == chosen)
        taken = [box for _, box, _ in boxes]
        places = PlatePlaces(_edges(place), np.array([_edges(box) for box in taken]), _GAP_PX)
        for number, (face, box, look) in enumerate(boxes):  # after all boxes, so that no box crosses a name
            if look.name is not None and not (small and face.state != "known"):
                room = (place.width(), max(box.width() * 2, _LEAST_PLATE_PX))
                taken += self._draw_plate(painter, places, number, look, min(room), taken if small else ())

    def _draw_plate(
        self,
        painter: QPainter,
        places: PlatePlaces,
        number: int,
        look: FaceStyle,
        most_px: float,
        free: Sequence[QRectF],
    ) -> list[QRectF]:
        """A name, unless it would cover one of `free`; returns where."""
        metrics = QFontMetricsF(self._font)
        margin = metrics.height() * 0.35
        percent_px = metrics.horizontalAdvance(look.percent) + 1.5 * margin if look.percent else 0.0
        room = most_px - 2 * margin - percent_px
        name = metrics.elidedText(look.name or "", Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(name) + 2 * margin + percent_px
        height = metrics.height() + margin
        plate = QRectF(*places.place(number, width, height), width, height)
        if any(plate.intersects(one) for one in free):
            places.take_back()
            return []
        painter.setPen(QPen(QColor(look.line), 1))
        painter.setBrush(QColor(look.plate))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(QColor(look.ink))
        inside = plate.adjusted(margin, 0, -margin, 0)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inside, flags | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute, name)
        painter.drawText(
            inside, flags | Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute, look.percent
        )
        return [plate]


def face_rect(face: SeenFace, to_widget: QTransform) -> QRectF:
    """Where a face is in the widget."""
    return box_rect(face.box, to_widget)


def _edges(box: QRectF) -> tuple[float, float, float, float]:
    return box.left(), box.top(), box.right(), box.bottom()


def _draw_box(painter: QPainter, box: QRectF, look: FaceStyle, chosen: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # A dark rim, so that the line is seen on bright pictures too.
    painter.setPen(QPen(QColor(0, 0, 0, 90), _LINE_PX + 2))
    painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
    pen = QPen(QColor(look.line), _LINE_PX + (2 if chosen else 0))
    if look.dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
    if chosen:
        painter.setPen(QPen(QColor("#FFFFFF"), 1))
        painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), _RADIUS_PX + 3, _RADIUS_PX + 3)
