"""Conversion between numpy pictures and Qt's, without copying where that is safe."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage, QPixmap

from facecam.core.types import ImageArray, check_image


def to_qimage(image: ImageArray) -> QImage:
    """A Qt picture that owns its pixels.

    Args:
        image: uint8 (H, W, 3) RGB.

    Raises:
        ValueError: another shape or type.
    """
    return shared_qimage(image).copy()


def shared_qimage(image: ImageArray) -> QImage:
    """A Qt picture that *shares* the array's memory: keep the array alive as long as the picture.

    Args:
        image: uint8 (H, W, 3) RGB; copied once if it is not contiguous (then the picture is a copy too).
    """
    check_image(image)
    height, width, _ = image.shape
    if not image.flags.c_contiguous:
        packed = np.ascontiguousarray(image)
        return QImage(packed.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    return QImage(image.data, width, height, 3 * width, QImage.Format.Format_RGB888)


def to_pixmap(image: ImageArray) -> QPixmap:
    """For labels and lists. GUI thread only.

    Args:
        image: uint8 (H, W, 3) RGB.
    """
    return QPixmap.fromImage(shared_qimage(image))


def fitted(inner: QSizeF, outer: QRectF) -> QRectF:
    """The largest rectangle of `inner`'s shape in the middle of `outer`; empty sizes give an empty one."""
    if inner.isEmpty() or outer.isEmpty():
        return QRectF(outer.center(), QSizeF(0, 0))
    scale = min(outer.width() / inner.width(), outer.height() / inner.height())
    size = inner * scale
    return QRectF(
        outer.x() + (outer.width() - size.width()) / 2,
        outer.y() + (outer.height() - size.height()) / 2,
        size.width(),
        size.height(),
    )
