"""Saving pictures: what comes back, and what a failure leaves behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facecam.core.errors import DataError
from facecam.core.types import ImageArray
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import write_picture


@pytest.fixture
def image() -> ImageArray:
    """A smooth picture with a different run of each colour."""
    y, x = np.mgrid[:60, :80]
    return np.stack([x * 3, y * 4, 255 - x * 3], axis=2).astype(np.uint8)


@pytest.mark.parametrize("name", ["face.png", "FACE.PNG"])
def test_png_comes_back_bit_for_bit(tmp_path: Path, image: ImageArray, name: str) -> None:
    write_picture(image, tmp_path / name)
    np.testing.assert_array_equal(read_picture(tmp_path / name), image)


@pytest.mark.parametrize("name", ["face.jpg", "face.jpeg", "FACE.JPG"])
def test_jpeg_comes_back_nearly(tmp_path: Path, image: ImageArray, name: str) -> None:
    """Red stays red: a mix-up of the channels would differ by 100 and more."""
    write_picture(image, tmp_path / name)
    assert Image.open(tmp_path / name).format == "JPEG"
    assert np.abs(read_picture(tmp_path / name).astype(int) - image).mean() < 3


def test_a_view_is_saved_as_it_looks(tmp_path: Path, image: ImageArray) -> None:
    write_picture(image[:, ::-1], tmp_path / "mirrored.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "mirrored.png"), image[:, ::-1])


def test_missing_folders_are_made(tmp_path: Path, image: ImageArray) -> None:
    path = tmp_path / "Zoë Ångström" / "new" / "face.png"
    write_picture(image, path)
    assert path.is_file()


def test_an_older_picture_is_replaced(tmp_path: Path, image: ImageArray) -> None:
    write_picture(image, tmp_path / "face.png")
    write_picture(255 - image, tmp_path / "face.png")
    np.testing.assert_array_equal(read_picture(tmp_path / "face.png"), 255 - image)
    assert [path.name for path in tmp_path.iterdir()] == ["face.png"]


def test_a_full_disk_leaves_the_older_picture(
    tmp_path: Path, image: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "face.png"
    write_picture(image, path)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DataError, match=r"face\.png") as caught:
            write_picture(255 - image, path)
    assert "disk is full" in caught.value.hint
    np.testing.assert_array_equal(read_picture(path), image)
    assert [found.name for found in tmp_path.iterdir()] == ["face.png"]


def test_a_file_where_the_folder_should_be_is_a_data_error(tmp_path: Path, image: ImageArray) -> None:
    (tmp_path / "people").write_text("not a folder")
    with pytest.raises(DataError):
        write_picture(image, tmp_path / "people" / "face.jpg")
    assert (tmp_path / "people").read_text() == "not a folder"


def test_a_folder_where_the_file_should_be_is_a_data_error(tmp_path: Path, image: ImageArray) -> None:
    (tmp_path / "face.png").mkdir()
    with pytest.raises(DataError):
        write_picture(image, tmp_path / "face.png")
    assert [found.name for found in tmp_path.iterdir()] == ["face.png"]


def test_a_picture_wider_than_jpeg_allows_is_a_data_error(tmp_path: Path) -> None:
    """JPEG's sides have 16 bits."""
    with pytest.raises(DataError):
        write_picture(np.zeros((1, 66_000, 3), np.uint8), tmp_path / "wide.jpg")
    assert list(tmp_path.iterdir()) == []
