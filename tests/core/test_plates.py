"""Name plates: above their face where nobody else is, and on no other face or name where there is room."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from facecam.core.plates import PlatePlaces

PICTURE = (0.0, 0.0, 400.0, 300.0)


def common(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0) * max(down, 0)


@pytest.mark.parametrize(
    ("face", "where"),
    [
        ((100, 100, 180, 180), (100, 77)),  # above
        ((100, 5, 180, 85), (100, 8)),  # in the face at the upper rim
        ((380, 100, 460, 180), (310, 77)),  # inside the picture
        ((-50, -60, 30, -20), (0, 0)),
        ((0, 0, float("inf"), float("inf")), (0, 3)),
    ],
)
def test_alone_it_is_above_and_inside_the_picture(
    face: tuple[float, ...], where: tuple[float, float]
) -> None:
    assert PlatePlaces(PICTURE, np.array([face]), 3).place(0, 90, 20) == where


def test_a_name_hides_no_neighbor_where_there_is_room() -> None:
    """Two rows as in a group photo: above the lower row stand the faces of the upper one."""
    faces = [(60 * x + 5, 62 * y + 40, 60 * x + 50, 62 * y + 90) for y in range(2) for x in range(5)]
    places = PlatePlaces(PICTURE, np.array(faces, float))
    plates = [(left, top, left + 50, top + 22) for left, top in (places.place(n, 50, 22) for n in range(10))]
    for number, plate in enumerate(plates):
        assert plate[0] >= 0 and plate[2] <= 400 and plate[1] >= 0 and plate[3] <= 300
        assert all(common(plate, face) == 0 for other, face in enumerate(faces) if other != number)
    assert all(common(one, other) == 0 for one, other in itertools.combinations(plates, 2))


def test_without_room_least_is_hidden() -> None:
    """A face in the middle of others that fill the picture."""
    around = [(0, 0, 400, 98), (0, 182, 400, 300), (0, 98, 98, 182), (182, 98, 400, 182)]
    left, top = PlatePlaces(PICTURE, np.array([(100, 100, 180, 180), *around], float)).place(0, 60, 20)
    assert (left, top) == (100, 100), "in its own face"


def test_a_plate_that_is_left_out_takes_nobodys_place() -> None:
    faces = np.array([(100, 100, 180, 180), (104, 100, 184, 180)], float)
    alone = PlatePlaces(PICTURE, faces).place(1, 60, 20)
    places = PlatePlaces(PICTURE, faces)
    places.place(0, 60, 20)
    assert PlatePlaces(PICTURE, faces).place(0, 60, 20) != alone
    places.take_back()
    assert places.place(1, 60, 20) == alone
