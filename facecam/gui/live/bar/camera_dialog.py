"""Camera dialog: size, rate, rotation and exposure, remembered for it."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QWidget

from facecam.gui.core.preferences import Preferences
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import vertical
from facecam.gui.widgets.look_dialog import button_box

_SIZES = ("", "640x480", "800x600", "1280x720", "1920x1080", "2560x1440")
_RATES = ("", "@10", "@15", "@30", "@60")
_TURNS = ("", "r90", "r180", "r270")
_EXPOSURES = ("", "ea", "e-2", "e-1", "e0", "e+1", "e+2")
_PARTS = re.compile(r"(\d+x\d+)?(@\d+)?(r\d+)?(e(?:a|[+-]?\d))?")


def camera_format(preferences: Preferences, name: str) -> str:
    """What is remembered for the camera of this name; empty: as it likes."""
    return preferences.text(_key(name), "") if name else ""


def _key(name: str) -> str:
    # A camera keeps its name when it is plugged in elsewhere, not its number. Slashes would make groups.
    return "camera/" + re.sub(r"[^\w ()-]", "_", name)


class CameraDialog(QDialog):
    """Asks for the format of a camera; `accepted` when it is remembered.

    Args:
        preferences: where it is kept.
        name: what the camera calls itself.
        parent: over which it opens.
    """

    def __init__(self, preferences: Preferences, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences, self._name = preferences, name
        self.setWindowTitle(self.tr("Camera"))
        found = _PARTS.fullmatch(camera_format(preferences, name))
        parts = found.groups("") if found else ("", "", "", "")
        itself = self.tr("As the camera likes")
        self.size_box = _box(_SIZES, parts[0], itself, lambda one: one.replace("x", " × "))
        self.rate_box = _box(
            _RATES,
            parts[1],
            itself,
            lambda one: self.tr("{rate} a second").format(rate=one.removeprefix("@")),
        )
        self.turn_box = _box(_TURNS, parts[2], self.tr("Not turned"), lambda one: f"{one.removeprefix('r')}°")
        self.exposure_box = _box(_EXPOSURES, parts[3], itself, self._exposure_words)
        form = QFormLayout()
        form.setSpacing(GRID_PX)
        for title, box, tip in (
            (self.tr("&Size of the picture"), self.size_box, self.tr("Larger pictures show smaller faces")),
            (self.tr("&Pictures"), self.rate_box, self.tr("In little light a camera takes fewer")),
            (
                self.tr("&Turned by"),
                self.turn_box,
                self.tr("Clockwise, for a camera that is mounted otherwise"),
            ),
            (
                self.tr("&Exposure"),
                self.exposure_box,
                self.tr("Fixed, the light of the picture does not change when somebody comes near"),
            ),
        ):
            box.setToolTip(tip)
            form.addRow(title, box)
        note = label(self.tr("What the camera cannot do, it does as nearly as it can."), "muted", wrap=True)
        buttons = button_box(self, QDialogButtonBox.StandardButton.Ok)
        heading = label(name, "heading", wrap=True)
        vertical(self, heading, form, note, buttons, margins=2 * GRID_PX, spacing=2 * GRID_PX)

    def _exposure_words(self, part: str) -> str:
        steps = part.removeprefix("e")
        if steps == "a":
            return self.tr("Automatic")
        words = {
            "-2": self.tr("Fixed, much darker"),
            "-1": self.tr("Fixed, darker"),
            "0": self.tr("Fixed, as it is"),
        }
        words |= {"+1": self.tr("Fixed, brighter"), "+2": self.tr("Fixed, much brighter")}
        return words.get(steps, steps)

    def accept(self) -> None:
        """Remember it."""
        boxes = (self.size_box, self.rate_box, self.turn_box, self.exposure_box)
        self._preferences.put(_key(self._name), "".join(box.currentData() for box in boxes))
        super().accept()


def _box(choices: tuple[str, ...], chosen: str, nothing: str, words: object) -> QComboBox:
    box = QComboBox()
    for one in (*choices, *({chosen} - set(choices))):
        box.addItem(words(one) if one and callable(words) else nothing, one)
    box.setCurrentIndex(box.findData(chosen))
    return box
