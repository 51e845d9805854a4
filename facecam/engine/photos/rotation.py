"""Places in a picture, whichever way up it is looked at and whatever its size: as shares of it as it was read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from facecam.core.types import Box, Detection, FloatArray, ImageArray


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture was turned before faces were found in it.

    Attributes:
        width_px, height_px: of the picture as it was read.
        quarters: turns by 90° clockwise, 0 to 3.
    """

    width_px: int
    height_px: int
    quarters: int = 0

    def applied(self, image: ImageArray) -> ImageArray:
        """`image` turned in this way."""
        return np.ascontiguousarray(np.rot90(image, -self.quarters)) if self.quarters else image

    def back(self, points: FloatArray) -> FloatArray:
        """Points (n, 2) of the turned picture, px, in the picture as it was read."""
        x, y = points[:, 0], points[:, 1]
        there = {
            0: (x, y),
            1: (y, self.height_px - x),
            2: (self.width_px - x, self.height_px - y),
            3: (self.width_px - y, x),
        }[self.quarters]
        return np.stack(there, axis=1).astype(np.float32)

    def forth(self, points: FloatArray) -> FloatArray:
        """Points (n, 2) of the picture as it was read, px, in the turned picture."""
        x, y = points[:, 0], points[:, 1]
        there = {
            0: (x, y),
            1: (self.height_px - y, x),
            2: (self.width_px - x, self.height_px - y),
            3: (y, self.width_px - x),
        }[self.quarters]
        return np.stack(there, axis=1).astype(np.float32)

    def box_back(self, box: Box) -> Box:
        """A box of the turned picture, px, in the picture as it was read."""
        return _around(self.back(_corners(box)))

    def face_back(self, face: Detection) -> Detection:
        """A face of the turned picture, px, in the picture as it was read."""
        if not self.quarters:
            return face
        return replace(face, box=self.box_back(face.box), landmarks=self.back(face.landmarks))

    def box_forth(self, box: Box) -> Box:
        """A box of the picture as it was read, px, in the turned picture."""
        return _around(self.forth(_corners(box)))

    def shares(self, box: Box) -> Box:
        """A box of the turned picture, px, as shares of the picture as it was read."""
        return self.box_back(box).shares_of(self.width_px, self.height_px)

    def box(self, shares: Box) -> Box:
        """The reverse of `shares`: a box of the turned picture, px."""
        return self.box_forth(shares.in_picture(self.width_px, self.height_px))


def _corners(box: Box) -> FloatArray:
    return np.array([(box.left, box.top), (box.right, box.bottom)], np.float32)


def _around(points: FloatArray) -> Box:
    left, top = points.min(axis=0).tolist()  # Numbers of Python's own: they are written into files.
    right, bottom = points.max(axis=0).tolist()
    return Box(left, top, right, bottom)
