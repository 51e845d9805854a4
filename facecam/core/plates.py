"""Places of name plates beside faces, so that no name lies on another face or name where there is room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import shared_areas

#: float64 (N, 4): left, top, right, bottom, px.
Rectangles = NDArray[np.float64]
#: A name that cannot be read is worse than one that hides a little of a face.
_NAME_WEIGHT = 4.0
#: Share of a plate that may lie on something else: it should not jump about because of a pixel.
_NO_MATTER = 0.05


class PlatePlaces:
    """Finds a place for one plate after the other; where one lies the next do not.

    Args:
        picture: (left, top, right, bottom) of what may be written on, px.
        faces: of all faces, float (N, 4), px.
        gap_px: between a face and its plate.

    Attributes:
        hidden: how much of other faces and names the plate placed last lies on, px², names counting more.
    """

    def __init__(
        self, picture: tuple[float, float, float, float], faces: Rectangles, gap_px: float = 0.0
    ) -> None:
        self._picture, self._faces, self._gap_px = (
            picture,
            np.asarray(faces, np.float64).reshape(-1, 4),
            gap_px,
        )
        self._plates: list[tuple[float, float, float, float]] = []
        self.hidden = 0.0

    def place(self, number: int, width: float, height: float) -> tuple[float, float]:
        """(left, top) of the plate of a face, px: above it if nobody is there, else below or beside it.

        Where all places are taken it is the one where least is hidden.

        Args:
            number: row of the face.
            width: of the plate, px.
            height: the same.
        """
        left, top, right, bottom = self._faces[number]
        gap = self._gap_px
        wanted = np.array(
            [
                (left, top - height - gap),
                (right - width, top - height - gap),
                (left, bottom + gap),
                (right - width, bottom + gap),
                (right + gap, top),
                (left - width - gap, top),
                (left, top + gap),
                (left, bottom - height - gap),
            ]
        )
        first, last = np.array(self._picture[:2]), np.array(self._picture[2:]) - (width, height)
        inside = np.maximum(np.minimum(wanted, last), first)
        # The last two are in the face itself, and one first where what is above lies outside.
        order = np.array([0, 1, 2, 3, 4, 5, 6 if wanted[0, 1] >= self._picture[1] else 0.5, 7])
        others = np.delete(self._faces, number, axis=0)
        plates = np.hstack([inside, inside + np.array([width, height])])
        hidden = shared_areas(plates, others).sum(axis=1)
        hidden += _NAME_WEIGHT * shared_areas(plates, np.array(self._plates).reshape(-1, 4)).sum(axis=1)
        hidden[hidden < _NO_MATTER * width * height] = 0
        # Onto its own face: from above and below by its height, from the sides by its width.
        shift = np.abs(inside - wanted)
        moved = np.concatenate((shift[:4, 1], shift[4:6, 0], [0, 0])) > 0.5
        best = int(np.lexsort((order, moved, hidden))[0])
        left, top = float(inside[best, 0]), float(inside[best, 1])
        self.hidden = float(hidden[best])
        self._plates.append((left, top, left + width, top + height))
        return left, top

    def take_back(self) -> None:
        """The plate placed last is left out: its place is free again."""
        self._plates.pop()
