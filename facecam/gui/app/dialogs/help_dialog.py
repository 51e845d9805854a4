"""The help page: what the tabs are for, and what to do when something is not as wished."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QTextBrowser, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.look_dialog import LookDialog


class HelpDialog(LookDialog):
    """One page of short answers, to be read or searched through.

    Args:
        parent: over which it stands.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", (84 * GRID_PX, 72 * GRID_PX), parent)
        self.setWindowTitle(self.tr("Help"))
        self.page = QTextBrowser()
        self.page.setAccessibleName(self.tr("Help"))
        self.page.setOpenLinks(False)
        self.page.setHtml(
            "".join(f"<h3>{escape(title)}</h3><p>{escape(words)}</p>" for title, words in self._topics())
        )
        self.column.addWidget(self.page, 1)
        self.add_foot()

    def _topics(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                self.tr("Somebody is to be recognised"),
                self.tr(
                    "Enroll, New person: type the name, then start the camera or drop photos. Five clear photos from "
                    "different sides are good. A folder with one folder per person can be dropped as a whole."
                ),
            ),
            (
                self.tr("Many photos, and nobody knows who is on them"),
                self.tr(
                    "Enroll, Name the faces in many photos: the faces are put into groups, the most frequent first. "
                    "Name a group, and say yes or no where a name is offered."
                ),
            ),
            (
                self.tr("Recognising"),
                self.tr(
                    "Live: choose a camera, a film, a folder of pictures or an address; films and folders can be "
                    "dropped there, too. Space holds the picture. A click on a face names it, or says that it is "
                    "not that person."
                ),
            ),
            (
                self.tr("A face has the wrong name"),
                self.tr(
                    "Click it in Live and say that it is not that person. If it happens often, move the slider "
                    "towards strict, or look at the person's photos in Enroll: a wrong photo among them does most harm."
                ),
            ),
            (
                self.tr("Somebody known is called unknown"),
                self.tr(
                    "Add photos of them in other light and from other sides, best taken with the same camera. "
                    "The slider may be too far towards strict. Small or covered faces need all faces to be looked for: "
                    "the list in the bar."
                ),
            ),
            (
                self.tr("Training"),
                self.tr(
                    "Train makes a model from your photos and measures it on photos kept aside. Try it live shows its "
                    "names beside those in use. Nothing changes until you choose Deploy; Earlier runs keeps them all."
                ),
            ),
            (
                self.tr("Taking something back"),
                self.tr(
                    "What was done to people and photos is undone with Ctrl+Z in Enroll, or by the button in the "
                    "message, until the window is closed."
                ),
            ),
            (
                self.tr("What is kept, and where"),
                self.tr(
                    "All of it stays on this computer: photos and vectors of the people you enroll, and what you "
                    "choose to keep of Live. Settings says where, for how long, and erases all of it if you wish."
                ),
            ),
            (
                self.tr("Something does not work"),
                self.tr(
                    "Messages say what to do and have the button for it. If that does not help: Report a problem, "
                    "in the menu at the top right."
                ),
            ),
            (self.tr("Keys"), self.tr("F1 shows all of them.")),
        )
