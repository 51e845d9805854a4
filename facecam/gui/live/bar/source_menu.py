"""Source menu: which camera, file or address is watched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QSizePolicy, QToolButton

from facecam.gui.core.cameras import CameraChoice
from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.core.preferences import Preferences
from facecam.gui.theme.icons import set_icon

_WIDTH_PX, _ADD_WIDTH_PX = 176, 40


def short_name(spec: str, cameras: Sequence[CameraChoice] = ()) -> str:
    """What a source is called on a button; passwords in addresses are left out."""
    for camera in cameras:
        if camera.spec == spec:
            return camera.name
    if "://" in spec:
        # Up to the last @: unescaped passwords hold slashes and question marks.
        return re.split(r"[?#]", re.sub(r"//.*@", "//", spec))[0]
    return Path(spec).name or spec


class SourceMenu(QToolButton):
    """A button that says what is watched and opens the choice.

    Args:
        preferences: where it is remembered which folder was chosen from.
    """

    chosen = Signal(str)
    #: Size, rate and rotation of the camera of this name are to be asked for.
    format_wanted = Signal(str)

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        #: The cameras offered.
        self.cameras: tuple[CameraChoice, ...] = ()
        self._spec = ""
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setProperty("kind", "labelled")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedWidth(_WIDTH_PX)
        set_icon(self, "camera")
        self.show_spec("")

    def set_cameras(self, cameras: tuple[CameraChoice, ...]) -> None:
        """Offer these."""
        self.cameras = cameras
        self.show_spec(self._spec)

    def show_spec(self, spec: str) -> None:
        """Say what is watched."""
        self._spec = spec
        name = self.tr("Demo clip") if spec == "demo" else short_name(spec, self.cameras)
        text = name or self.tr("Choose a source")
        room = _WIDTH_PX - 52
        self.setText(
            self.fontMetrics().elidedText(text.replace("&", "&&"), Qt.TextElideMode.ElideMiddle, room)
        )
        self.setToolTip(self.tr("What is watched: {name}").format(name=text))
        self.setAccessibleName(self.tr("Source: {name}").format(name=text))

    def camera_name(self, spec: str) -> str:
        """What the camera of this number calls itself; empty for anything else."""
        return next((camera.name for camera in self.cameras if camera.spec == spec), "")

    def choose_file(self) -> None:
        """Ask for a video or picture."""
        chosen = FileQuestion(self._preferences, "watched files", Place.HomeLocation).file(
            self.window(),
            self.tr("Open a video or picture"),
            self.tr("Videos and pictures")
            + " (*.mp4 *.m4v *.mov *.avi *.mkv *.webm *.mpg *.mpeg *.ts *.wmv *.3gp *.jpg *.jpeg *.png "
            "*.webp *.bmp *.heic);;" + self.tr("All files") + " (*)",
        )
        if chosen is not None:
            self.chosen.emit(str(chosen))

    def choose_folder(self) -> None:
        """Ask for a folder of pictures."""
        folder = FileQuestion(self._preferences, "watched folders", Place.HomeLocation).directory(
            self.window(), self.tr("Open a folder of pictures")
        )
        if folder is not None:
            self.chosen.emit(str(folder))

    def choose_address(self) -> None:
        """Ask for the address of a stream."""
        text, accepted = QInputDialog.getText(
            self.window(),
            self.tr("Open an address"),
            self.tr("Address of a network camera or video (rtsp://, http://, https://):"),
            QLineEdit.EchoMode.Normal,
            "rtsp://",
        )
        if accepted and text.strip() not in ("", "rtsp://"):
            self.chosen.emit(text.strip())

    def _fill(self) -> None:
        self._menu.clear()
        for camera in self.cameras:
            self._add_source(camera.name.replace("&", "&&"), camera.spec)
        if not self.cameras:
            self._menu.addAction(self.tr("No camera found")).setEnabled(False)
        name = self.camera_name(self._spec)
        if name:
            asking = self._menu.addAction(self.tr("&Size, rate, rotation, exposure…"))
            asking.setToolTip(self.tr("Of the camera that is watched"))
            asking.triggered.connect(lambda: self.format_wanted.emit(name))
        self._menu.addSeparator()
        self._add_source(self.tr("&Demo clip"), "demo")
        for text, ask in (
            (self.tr("&File…"), self.choose_file),
            (self.tr("F&older of pictures…"), self.choose_folder),
            (self.tr("&Address…"), self.choose_address),
        ):
            self._menu.addAction(text).triggered.connect(ask)

    def _add_source(self, text: str, spec: str) -> QAction:
        action = self._menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(spec == self._spec)
        action.triggered.connect(lambda: self.chosen.emit(spec))
        return action


class AddSource(SourceMenu):
    """A button that opens the same choice, for one more source beside what is watched."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__(preferences)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setProperty("kind", "")
        self.setMinimumWidth(0)
        self.setMaximumWidth(_ADD_WIDTH_PX)
        set_icon(self, "plus")

    def show_spec(self, spec: str) -> None:
        """It names none."""
        words = self.tr("Add a source: watch several at once")
        self.setToolTip(words)
        self.setAccessibleName(words)


def show_folder(path: Path) -> bool:
    """Open the folder of a file in the system's file manager."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
