"""Name dialog of a face in Live: its looks above the question whose they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from facecam.engine.recognition.face_crops import FaceSample
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import beside
from facecam.gui.widgets.name_dialog import PersonNameDialog
from facecam.gui.widgets.thumbnail import Thumbnail

_SIDE_PX = 72


class FaceNameDialog(PersonNameDialog):
    """Asks for a name; typing narrows the list of people down.

    Args:
        samples: the clearest looks at the face.
        names: everybody known.
        parent: over which it opens.
        remark: what should be known about the pictures; empty for nothing.
        ask_consent: whether somebody new is also asked what they agree to.
    """

    def __init__(
        self,
        samples: Sequence[FaceSample],
        names: Sequence[str],
        parent: QWidget | None = None,
        remark: str = "",
        *,
        ask_consent: bool = False,
    ) -> None:
        super().__init__("new", names, "", parent, ask_consent=ask_consent)
        faces = [Thumbnail(_SIDE_PX) for _ in samples]
        for face, sample in zip(faces, samples, strict=True):
            face.set_image(sample.picture)
        self.note = label(remark, "unknown", wrap=True)
        self.column.insertLayout(0, beside(*faces, 1, spacing=GRID_PX))
        self.column.insertWidget(1, self.note)
        self.note.setVisible(bool(remark))
        self.new_words = self.tr("&Enroll")
        self._look()
