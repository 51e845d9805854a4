"""Add page: the camera, files, folders, or whatever is dropped here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QWidget

from facecam.gui.core.cameras import CameraChoice
from facecam.gui.core.translation import filled
from facecam.gui.theme.icons import set_icon
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import IconLabel, label, set_look
from facecam.gui.widgets.layouts import Gap, below, beside, held, scrolling, vertical

_ICON_PX = 56
#: What the chooser's last entries stand for.
FILM, ADDRESS = "…film", "…address"


class AddPage(QWidget):
    """The middle of the tab while nothing runs."""

    film_wanted = Signal()
    address_wanted = Signal()
    #: Faces of a "folder" or a "film" are to be grouped and named.
    naming_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._has_camera, self._before = False, ""
        #: Lights up while something is held over the tab.
        self.frame = QFrame()
        self.frame.setProperty("kind", "drop")
        self._icon = IconLabel("enroll", _ICON_PX)
        self.title = label(role="title", wrap=True)
        self.text = label(role="muted", wrap=True)
        self.no_camera = label(role="unknown", wrap=True)
        self._make_controls()
        self._arrange()
        self.show_cameras(())
        self.show_target("", new=False, anybody=False)

    @property
    def spec(self) -> str:
        """The chosen source, as `open_source` takes it; empty where there is none."""
        data = self.chooser.currentData()
        return data if isinstance(data, str) and data not in (FILM, ADDRESS) else ""

    def show_target(self, name: str, *, new: bool, anybody: bool) -> None:
        """For whom photos would be added; `anybody`: whether somebody is known at all."""
        shown = " ".join(name.split())
        if len(shown) > 60:
            shown = f"{shown[:59]}…"
        if name and new:
            self.title.setText(filled(self.tr("Photos of %1"), shown))
            self.text.setText(
                self.tr("Let the camera take six photos in about 15 seconds, or drop photos here.")
            )
        elif name:
            self.title.setText(filled(self.tr("More photos of %1"), shown))
            self.text.setText(self.tr("Start the camera, or drop photos and folders here."))
        elif anybody:
            self.title.setText(self.tr("Add somebody"))
            self.text.setText(
                self.tr("Choose somebody in the list to add photos, or start here with somebody new.")
            )
        else:
            self.title.setText(self.tr("Nobody is known yet"))
            self.text.setText(
                self.tr(
                    "Sit in front of the camera for 15 seconds, or drop photos of one person here. "
                    "A folder with one folder per person enrolls all of them."
                )
            )

    def show_cameras(self, cameras: Sequence[CameraChoice], last: str = "") -> None:
        """The sources to choose from; `last` is the one used before."""
        self._has_camera = bool(cameras)
        self.chooser.clear()
        for camera in cameras:
            self.chooser.addItem(camera.name, camera.spec)
        if last and self.chooser.findData(last) < 0 and not last.isdigit():
            self.chooser.addItem(last.replace("\\", "/").rsplit("/", 1)[-1], last)
        self.chooser.addItem(self.tr("Video file…"), FILM)
        self.chooser.addItem(self.tr("Address of a camera…"), ADDRESS)
        self.chooser.setCurrentIndex(max(self.chooser.findData(last), 0 if cameras else -1))
        self._show_source()

    def set_lit(self, lit: bool) -> None:
        """Whether letting go now would add photos."""
        set_look(self.frame, "lit", lit)

    def choose_source(self, spec: str) -> None:
        """Add a source the user named, and choose it."""
        row = self.chooser.findData(spec)
        if row < 0:
            self.chooser.insertItem(0, spec.replace("\\", "/").rsplit("/", 1)[-1], spec)
            row = 0
        self.chooser.setCurrentIndex(row)
        self._show_source()

    # ------------------------------------------------------------------ inside

    def _make_controls(self) -> None:
        self.start = push_button(
            self.tr("&Start camera"),
            self.tr("Take photos with the camera, guided step by step"),
            icon="camera",
            kind="primary",
        )
        self.files = push_button(
            self.tr("&Add files…"), self.tr("Add photos from this computer (Ctrl+O)"), icon="picture"
        )
        self.folder = push_button(
            self.tr("Add f&older…"),
            self.tr("Add a folder of photos, or a folder with one folder per person"),
            icon="folder",
        )
        self.naming = push_button(
            self.tr("&Name the faces in many photos"),
            self.tr("Group the faces of a folder of unsorted photos, and name the people"),
            icon="people",
            kind="plain",
        )
        self.naming_film = push_button(
            self.tr("In a f&ilm"), self.tr("Group the faces of a film, and name the people"), kind="plain"
        )
        # Two buttons, not one with a menu: each is one click.
        self.naming.clicked.connect(lambda: self.naming_wanted.emit("folder"))
        self.naming_film.clicked.connect(lambda: self.naming_wanted.emit("film"))
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(self.tr("Camera"))
        self.chooser.setToolTip(self.tr("Which camera takes the photos"))
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(18)
        self.chooser.setPlaceholderText(self.tr("Choose a camera"))
        self.chooser.activated.connect(self._on_chosen)
        self.refresh = IconButton("refresh", self.tr("Look for cameras again"))

    def _arrange(self) -> None:
        for part in (self._icon, self.title, self.text, self.no_camera):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # Where there is little room they stand one below the other.
        self._rows = (self.start, self.files, self.folder), (self.naming, self.naming_film)
        buttons, naming = self._layouts = tuple(_centered(*row) for row in self._rows)
        above = (2, self._icon, self.title, self.text, Gap(2 * GRID_PX), buttons, Gap(GRID_PX))
        camera = _centered(self.chooser, self.refresh)
        inside = held(below(*above, camera, naming, self.no_camera, 3, margins=GRID_PX, spacing=GRID_PX))
        area = scrolling(inside, sideways=True)  # Large letters need more room than there is.
        for ground in (area.viewport(), inside):
            ground.setAutoFillBackground(False)
        vertical(self.frame, area, margins=GRID_PX)
        vertical(self, self.frame, margins=2 * GRID_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the buttons stand one below the other."""
        super().resizeEvent(event)
        for row, layout in zip(self._rows, self._layouts, strict=True):
            needed = sum(button.sizeHint().width() + GRID_PX for button in row)
            fits = self.frame.width() >= needed + 6 * GRID_PX
            layout.setDirection(
                QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
            )

    def _on_chosen(self) -> None:
        if self.chooser.currentData() in (FILM, ADDRESS):
            film = self.chooser.currentData() == FILM
            self.chooser.setCurrentIndex(self.chooser.findData(self._before))
            (self.film_wanted if film else self.address_wanted).emit()
        self._show_source()

    def _show_source(self) -> None:
        self._before = self.spec
        self.start.setEnabled(bool(self.spec))
        # One button stands out: the one that can be pressed.
        for button, first in ((self.start, bool(self.spec)), (self.files, not self.spec)):
            set_look(button, "kind", "primary" if first else "")
        set_icon(self.start, "camera", "on_accent" if self.spec else "text")
        set_icon(self.files, "picture", "text" if self.spec else "on_accent")
        text = self.tr("No camera was found. Connect one and look again, or add files.")
        self.no_camera.setText("" if self._has_camera or self.spec else text)
        self.no_camera.setVisible(bool(self.no_camera.text()))


def _centered(*parts: QWidget) -> QHBoxLayout:
    return beside(0, *parts, 0, spacing=GRID_PX)
