"""Pictures whose faces somebody marked with boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facecam.metrics.detection.matching import Boxes, Flags


@dataclass(frozen=True, slots=True, eq=False)
class MarkedPicture:
    """A picture and its faces.

    Attributes:
        name: path below the folder of pictures, `/` between folders.
        boxes: faces, float64 (M, 4) of left, top, right, bottom in the upright picture, px.
        ignored: bool (M,), faces that count neither when found nor when missed.
        where: where the list names it, for messages.
    """

    name: str
    boxes: Boxes
    ignored: Flags
    where: str

    @classmethod
    def of(
        cls,
        name: str,
        boxes: Sequence[tuple[float, float, float, float]],
        ignored: Sequence[bool],
        where: str,
    ) -> MarkedPicture:
        """From plain values."""
        rows = np.array(boxes, np.float64).reshape(len(boxes), 4)
        return cls(name, rows, np.array(ignored, np.bool_), where)
