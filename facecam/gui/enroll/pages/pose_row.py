"""Pose row: small heads that show from which sides somebody is known, or photos that are taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from facecam.gui.core.translation import filled
from facecam.gui.enroll.words import pose_word
from facecam.gui.theme.theme import GRID_PX, color

_HEAD_PX, _COLUMN_PX, _HEIGHT_PX = 26, 48, 50
_VIEWS = ("front", "left", "right", "up", "down")
#: Where the nose is in the head, as shares of its half width; left is the person's own, seen in a mirror.
_NOSES = {"left": (-0.55, 0.0), "right": (0.55, 0.0), "up": (0.0, -0.5), "down": (0.0, 0.5)}


class PoseRow(QWidget):
    """One head per pose: filled when there is a photo of it.

    Args:
        poses: which, in order.
    """

    def __init__(self, poses: Sequence[str] = _VIEWS) -> None:
        super().__init__()
        self._poses = tuple(poses)
        self._there: frozenset[str] = frozenset()
        self._skipped: frozenset[str] = frozenset()
        self._current = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._describe()

    def sizeHint(self) -> QSize:
        """Narrow heads with words below."""
        words_px = QFontMetrics(self._small_font()).height()
        return QSize(_COLUMN_PX * len(self._poses), max(_HEIGHT_PX, _HEAD_PX + GRID_PX + words_px))

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.82))
        return font

    def show_poses(self, there: Collection[str], *, current: str = "", skipped: Collection[str] = ()) -> None:
        """Which poses there are, which one is wanted now, which were left out."""
        self._there, self._skipped, self._current = frozenset(there), frozenset(skipped), current
        self._describe()
        self.update()

    def _describe(self) -> None:
        there = ", ".join(pose_word(pose) for pose in self._poses if pose in self._there)  # type: ignore[arg-type]
        missing = ", ".join(pose_word(pose) for pose in self._poses if pose not in self._there)  # type: ignore[arg-type]
        lines = []
        if there:
            lines.append(filled(self.tr("Photos from: %1"), there))
        if missing:
            lines.append(filled(self.tr("Missing: %1"), missing))
        self.setToolTip("\n".join(lines))
        self.setAccessibleName("; ".join(lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the heads."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small_font())
        width = min(self.width() / len(self._poses), 1.5 * _COLUMN_PX)
        offset = (self.width() - width * len(self._poses)) / 2
        for number, pose in enumerate(self._poses):
            self._paint_head(painter, pose, QRectF(offset + number * width, 0, width, self.height()))

    def _paint_head(self, painter: QPainter, pose: str, area: QRectF) -> None:
        there, current = pose in self._there, pose == self._current
        head = QRectF(area.center().x() - _HEAD_PX / 2 + 2, 2, _HEAD_PX - 4, _HEAD_PX)
        line = color("accent" if there or current else "border")
        if pose in self._skipped:
            line = color("border")
        painter.setPen(QPen(line, 2 if current else 1.5))
        painter.setBrush(color("accent") if there else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(head)
        self._paint_face(painter, pose, head, "on_accent" if there else "accent" if current else "muted")
        painter.setPen(color("text" if current else "muted"))
        words = QRectF(area.left(), head.bottom() + 3, area.width(), area.height() - head.bottom() - 3)
        name = pose_word(pose)  # type: ignore[arg-type]
        painter.drawText(words, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop), name)

    def _paint_face(self, painter: QPainter, pose: str, head: QRectF, role: str) -> None:
        x, y = _NOSES.get(pose, (0.0, 0.0))
        reach = head.width() / 2
        center = QPointF(head.center().x() + x * reach * 0.6, head.center().y() + y * reach * 0.6)
        painter.setPen(QPen(color(role), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(color(role))
        for side in (-1, 1):
            painter.drawEllipse(QPointF(center.x() + side * 4, center.y() - 3), 0.9, 0.9)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        mouth = QPainterPath(QPointF(center.x() - 4, center.y() + 4))
        depth = 9 if pose == "smile" else 4
        mouth.quadTo(QPointF(center.x(), center.y() + depth), QPointF(center.x() + 4, center.y() + 4))
        painter.drawPath(mouth)
