"""numpy ↔ Qt, and where a picture lies in its place."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from facecam.gui.core.images import fitted, shared_qimage, to_pixmap, to_qimage
from tests.gui.sight import from_qimage


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (48, 31), (2, 640)])
def test_there_and_back_is_the_same_picture(qtbot: QtBot, size: tuple[int, int]) -> None:
    """Widths that are no multiple of four: Qt pads its rows."""
    image = noise(*size)
    for convert in (to_qimage, shared_qimage):
        assert np.array_equal(from_qimage(convert(image)), image)
    assert (to_pixmap(image).height(), to_pixmap(image).width()) == size


def test_mirrored_and_cut_views_are_right_too(qtbot: QtBot) -> None:
    image = noise(20, 30)
    for view in (image[:, ::-1], image[5:15, 3:20], image[::2, ::3]):
        assert np.array_equal(from_qimage(shared_qimage(view)), view)


def test_a_copy_does_not_change_with_its_origin(qtbot: QtBot) -> None:
    image = noise(4, 4)
    kept = to_qimage(image)
    before = image.copy()
    image[:] = 0
    assert np.array_equal(from_qimage(kept), before)


def test_transparent_and_gray_pictures_become_rgb(qtbot: QtBot) -> None:
    grey = QImage(3, 2, QImage.Format.Format_Grayscale8)
    grey.fill(77)
    assert np.array_equal(from_qimage(grey), np.full((2, 3, 3), 77))


def test_what_is_no_picture_is_refused() -> None:
    for wrong in (np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(ValueError, match="expected an RGB image"):
            to_qimage(wrong)


def test_fitting_keeps_the_shape_and_centers() -> None:
    """A 200×100 picture in 100×100: half size, 25 px above and below."""
    assert fitted(QSizeF(200, 100), QRectF(0, 0, 100, 100)) == QRectF(0, 25, 100, 50)
    assert fitted(QSizeF(10, 20), QRectF(10, 0, 40, 40)) == QRectF(20, 0, 20, 40)
    assert fitted(QSizeF(0, 5), QRectF(0, 0, 9, 9)).isEmpty()
    assert fitted(QSizeF(5, 5), QRectF()).isEmpty()
