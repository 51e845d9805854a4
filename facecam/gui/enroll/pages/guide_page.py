"""Guide page: the camera's picture, one hint, and how far one has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QResizeEvent, QTransform
from PySide6.QtWidgets import QBoxLayout, QWidget

from facecam.gui.core.translation import filled
from facecam.gui.enroll.pages.pose_row import PoseRow
from facecam.gui.enroll.words import hint_words
from facecam.gui.theme.theme import GRID_PX, color
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import ElidedLabel, label, set_role
from facecam.gui.widgets.layouts import beside, vertical
from facecam.gui.widgets.picture_view import PictureView
from facecam.gui.widgets.rubber_band import box_rect

if TYPE_CHECKING:
    from facecam.engine.enrollment.guide import Guidance, Pose
    from facecam.engine.enrollment.guide_session import GuidedView

POSES: tuple[Pose, ...] = ("front", "smile", "left", "right", "up", "down")
#: Towards where the head goes, in a mirror; what the arrow shows.
_ARROWS = {"turn left": (-1, 0), "turn right": (1, 0), "chin up": (0, -1), "chin down": (0, 1)}
_NEWS_BELOW_S = 5.0


class GuidePage(QWidget):
    """Shows views; what the buttons do is others' to know."""

    def __init__(self) -> None:
        super().__init__()
        self._view: GuidedView | None = None
        self._mirrored = True
        self.title = ElidedLabel("", "heading")
        self.picture = PictureView()
        self.picture.set_overlay(self._paint_overlay)
        self.picture.setAccessibleName(self.tr("Picture of the camera"))
        self.hint = label(role="title", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.aside = label(role="muted", wrap=True)
        self.aside.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.poses = PoseRow(POSES)
        self._make_buttons()
        self._arrange()

    def begin(self, name: str, mirrored: bool) -> None:
        """Wait for the first picture."""
        self._view, self._mirrored = None, mirrored
        self.title.setText(filled(self.tr("Photos of %1"), " ".join(name.split())))
        self.picture.set_mirrored(mirrored)
        self.picture.set_image(None)
        self.poses.show_poses(())
        self._say(self.tr("Opening the camera…"))
        self.aside.setText("")
        self._enable(0, waiting=True)

    def show_view(self, view: GuidedView) -> None:
        """Show the newest picture and hint."""
        self._view = view
        guidance = view.guidance
        if view.status.state == "lost":
            self._say(view.status.detail, fault=True)
            self.aside.setText(self.tr("Trying to reach it again…"))
            return
        self.picture.set_image(view.image)
        self._say(hint_words(guidance.hint))
        self.aside.setText(self._aside(guidance))
        self.poses.show_poses(guidance.taken, current=guidance.pose or "", skipped=guidance.skipped)
        self._enable(len(guidance.taken), waiting=False)

    # ------------------------------------------------------------------ inside

    def _make_buttons(self) -> None:
        self.skip = push_button(self.tr("S&kip this pose"), self.tr("Go on with the next pose"))
        self.redo = push_button(self.tr("&Again"), self.tr("Take the last photo again"), icon="undo")
        self.finish = push_button(
            self.tr("&Finish"), self.tr("Stop here and keep the photos taken"), kind="primary"
        )
        self.cancel = push_button(
            self.tr("&Cancel"), self.tr("Stop and throw these photos away (Esc)"), kind="plain"
        )

    def _arrange(self) -> None:
        self._buttons = beside(self.cancel, 0, self.redo, self.skip, self.finish, spacing=GRID_PX)
        parts = (self.title, (self.picture, 1), self.hint, self.aside, self.poses, self._buttons)
        vertical(self, *parts, margins=2 * GRID_PX, spacing=GRID_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the buttons stand one below the other."""
        super().resizeEvent(event)
        four = (self.cancel, self.redo, self.skip, self.finish)
        needed = sum(button.sizeHint().width() + GRID_PX for button in four) + 4 * GRID_PX
        beside = self.width() >= needed
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.BottomToTop
        self._buttons.setDirection(across if beside else down)

    def _say(self, words: str, *, fault: bool = False) -> None:
        if self.hint.text() != words:
            self.hint.setText(words)
            self.hint.setAccessibleName(words)
        set_role(self.hint, "fault" if fault else "title")

    def _aside(self, guidance: Guidance) -> str:
        if guidance.give_up_s < _NEWS_BELOW_S and guidance.hint != "hold still":
            left = self.tr("If this is difficult, it is left out in %1 s.")
            return filled(left, max(1, round(guidance.give_up_s)))
        return self.tr("The photo is taken by itself.") if not guidance.taken else " "

    def _enable(self, taken: int, *, waiting: bool) -> None:
        self.skip.setEnabled(not waiting)
        self.redo.setEnabled(taken > 0)
        self.finish.setEnabled(taken > 0)

    def _paint_overlay(self, painter: QPainter, to_widget: QTransform) -> None:
        if self._view is None:
            return
        guidance, box = self._view.guidance, self._view.box
        if box is not None:
            area = box_rect(box, to_widget)
            self._paint_frame(painter, area, guidance)
            if guidance.hint in _ARROWS:
                self._paint_arrow(painter, area, *_ARROWS[guidance.hint])
        if guidance.countdown_s > 0:
            self._paint_countdown(painter, guidance.countdown_s)

    def _paint_frame(self, painter: QPainter, area: QRectF, guidance: Guidance) -> None:
        """The face's frame; while all is good it fills clockwise until the photo is taken."""
        area = area.adjusted(
            -area.width() * 0.12, -area.height() * 0.25, area.width() * 0.12, area.height() * 0.12
        )
        good = guidance.hint == "hold still" or guidance.take
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("accent" if good else "unknown"), 3))
        painter.setOpacity(0.55 if guidance.hold else 1.0)
        painter.drawEllipse(area)
        painter.setOpacity(1.0)
        if guidance.hold:
            painter.setPen(QPen(color("accent"), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(area, 90 * 16, -round(360 * 16 * min(1.0, guidance.hold)))
        if guidance.take:
            flash = QPainterPath()
            flash.addEllipse(area)
            painter.fillPath(flash, Qt.GlobalColor.white)

    def _paint_arrow(self, painter: QPainter, area: QRectF, x: int, y: int) -> None:
        # The picture of a camera that is not mirrored shows the person's left at the right.
        x = x if self._mirrored else -x
        gap = 24.0
        tip = QPointF(
            area.center().x() + x * (area.width() / 2 + area.width() * 0.12 + 2 * gap),
            area.center().y() + y * (area.height() / 2 + 1.2 * gap) - (area.height() * 0.25 if y < 0 else 0),
        )
        path = QPainterPath(tip + QPointF(-x * gap - y * gap, -y * gap - x * gap))
        path.lineTo(tip)
        path.lineTo(tip + QPointF(-x * gap + y * gap, -y * gap + x * gap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for role, width in (("sunken", 10), ("accent", 6)):
            pen = QPen(color(role), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(path)

    def _paint_countdown(self, painter: QPainter, seconds: float) -> None:
        font = QFont(self.font())
        font.setPixelSize(72)
        font.setWeight(QFont.Weight.Bold)
        place = QRectF(0, 0, 120, 120)
        place.moveCenter(self.picture.picture_rect().center())
        painter.setPen(Qt.PenStyle.NoPen)
        backing = color("window")
        backing.setAlphaF(0.7)
        painter.setBrush(backing)
        painter.drawEllipse(place)
        painter.setFont(font)
        painter.setPen(color("text"))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), str(int(seconds) + 1))
