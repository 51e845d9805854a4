"""dlib's tiled pyramid: the layout, what is painted into it, and the way back to the picture."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from facecam.core.types import ImageArray
from facecam.vision.detect.tiled_pyramid import Layout, TileLevel, layout_for, level_at, tile, to_picture

ODD_SIZES = [
    *[(1, 1), (1, 2), (2, 1), (4, 4), (5, 5), (6, 6), (7, 7), (3, 2000), (2000, 3), (1, 999), (999, 1)],
    *[(11, 300), (300, 11), (80, 80), (250, 250), (92, 112), (820, 312), (860, 226), (1270, 264)],
]
CAMERA_SIZES = [(320, 240), (640, 360), (640, 480), (848, 480), (1280, 720), (1920, 1080), (3840, 2160)]
RANDOM_SIZES = [tuple(map(int, size)) for size in np.random.default_rng(0).integers(1, 2_000, (300, 2))]
SIZES = [*ODD_SIZES, *CAMERA_SIZES, *RANDOM_SIZES]
#: The layout rounds each level down, so that far corners of deep levels are off by up to this, in level px.
ROUNDING_PX = 3.5


def overlapping(layout: Layout) -> list[tuple[int, int]]:
    """Indices of all pairs of levels that share a pixel."""

    def share(a: TileLevel, b: TileLevel) -> bool:
        across = a.left < b.left + b.width and b.left < a.left + a.width
        return across and a.top < b.top + b.height and b.top < a.top + a.height

    pairs = itertools.combinations(enumerate(layout.levels), 2)
    return [(first, second) for (first, a), (second, b) in pairs if share(a, b)]


# The layout.


def test_each_level_has_five_sixths_of_the_one_before() -> None:
    """Rounded down: 5·640//6 = 533, 5·480//6 = 400 …, until there is no width or less than 5 px height.

    A level below 10 px may be left out where there is no room: a face of 80 px is never found in it.
    """
    for width, height in SIZES:
        levels = layout_for(width, height).levels
        assert (levels[0].width, levels[0].height) == (width, height)
        for above, below in itertools.pairwise(levels):
            assert (below.width, below.height) == (5 * above.width // 6, 5 * above.height // 6)
        last = levels[-1]
        assert 5 * last.width // 6 == 0 or 5 * last.height // 6 < 10


def test_every_level_lies_inside_the_tile() -> None:
    """With dlib's 11 px all around."""
    for size in SIZES:
        layout = layout_for(*size)
        for level in layout.levels:
            assert level.left >= 11
            assert level.top >= 11
            assert level.left + level.width <= layout.width - 11
            assert level.top + level.height <= layout.height - 11


def test_levels_do_not_overlap() -> None:
    """A level painted over another one would show a picture that is not there."""
    faults = {size: pairs for size in SIZES if (pairs := overlapping(layout_for(*size)))}
    assert faults == {}


def test_the_smallest_pictures_by_hand() -> None:
    """1×1: one level in the middle of 23×23. 6×6: 6·5//6 = 5 below it, then 5·5//6 = 4 is too low."""
    assert layout_for(1, 1) == Layout(23, 23, (TileLevel(11, 11, 1, 1),))
    assert [(level.width, level.height) for level in layout_for(6, 6).levels] == [(6, 6), (5, 5)]


def test_a_height_below_the_limit_still_gives_the_picture_itself() -> None:
    assert layout_for(2000, 3) == Layout(2022, 25, (TileLevel(11, 11, 2000, 3),))
    assert [level.width for level in layout_for(3, 2000).levels] == [3, 2, 1]


def test_the_first_column_goes_down_with_ten_pixels_between() -> None:
    levels = layout_for(640, 480).levels
    assert levels[0] == TileLevel(11, 11, 640, 480)
    assert levels[1] == TileLevel(11, 11 + 480 + 10, 533, 400)
    assert levels[2] == TileLevel(11, 11 + 480 + 10 + 400 + 10, 444, 333)


def test_the_rest_goes_up_at_the_right_edge() -> None:
    """So the tile is much lower than all levels in one column, whose heights sum up to six pictures."""
    layout = layout_for(640, 480)
    in_column = [level for level in layout.levels if level.left == 11]
    beside = layout.levels[len(in_column) :]
    assert beside
    assert all(level.left + level.width == layout.width - 11 for level in beside)
    assert all(upper.top + upper.height + 10 == lower.top for lower, upper in itertools.pairwise(beside))
    assert layout.height < 4.5 * 480


# What is painted.


def test_the_first_level_is_the_picture_and_around_it_is_the_mean_color() -> None:
    image = np.random.default_rng(2).integers(0, 256, (60, 90, 3), np.uint8)
    canvas, layout = tile(image)
    assert canvas.shape == (layout.height, layout.width, 3)
    np.testing.assert_array_equal(canvas[11:71, 11:101], image)
    np.testing.assert_array_equal(canvas[:11], np.broadcast_to((123, 117, 104), (11, layout.width, 3)))


def test_no_pixel_is_left_unpainted() -> None:
    """All that is neither level nor mean colour would be memory of something else."""
    canvas, layout = tile(np.full((97, 143, 3), 9, np.uint8))
    inside = np.zeros(canvas.shape[:2], bool)
    for level in layout.levels:
        inside[level.top : level.top + level.height, level.left : level.left + level.width] = True
    assert (canvas[inside] == 9).all()
    assert (canvas[~inside] == (123, 117, 104)).all()


def test_the_picture_is_not_changed_and_its_view_is_read_as_it_looks() -> None:
    image = np.random.default_rng(3).integers(0, 256, (40, 50, 3), np.uint8)
    before = image.copy()
    canvas, _ = tile(image[:, ::-1])
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(canvas[11:51, 11:61], image[:, ::-1])


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (1, 999), (6, 6)])
def test_hardly_a_picture_is_tiled_too(size: tuple[int, int]) -> None:
    width, height = size
    canvas, layout = tile(np.full((height, width, 3), 200, np.uint8))
    assert (canvas == 200).all(axis=2).sum() == sum(level.width * level.height for level in layout.levels)


# The way back.


def test_points_of_a_level_and_around_it_belong_to_it() -> None:
    layout = layout_for(640, 480)
    for index, level in enumerate(layout.levels):
        right, bottom = level.left + level.width - 1, level.top + level.height - 1
        for x, y in itertools.product((level.left, right), (level.top, bottom)):
            assert level_at(layout, x, y) == index
    assert level_at(layout, 0, 0) == 0
    assert level_at(layout, 300, 11 + 480 + 2) == 0, "nearer to the first"
    assert level_at(layout, 300, 11 + 480 + 8) == 1, "nearer to the second"


def test_a_window_on_the_first_level_is_where_it_stands() -> None:
    """An 80 px window about pixel (111, 61) of the tile, which is pixel (100, 50) of the picture.

    Pixel 100 spans 100…101, so its middle is 100.5 and the window 60.5…140.5.
    """
    box = to_picture(layout_for(640, 480), 111, 61, 80)
    assert (box.left, box.top, box.right, box.bottom) == (60.5, 10.5, 140.5, 90.5)


def test_a_window_grows_by_six_fifths_per_level() -> None:
    """dlib counts 79 steps between the corner pixels: 79·(6/5)^k + 1."""
    layout = layout_for(640, 480)
    for index, level in enumerate(layout.levels):
        box = to_picture(layout, level.left, level.top, 80)
        assert box.width == pytest.approx(79 * 1.2**index + 1)
        assert box.height == pytest.approx(box.width)


def test_one_level_up_by_hand() -> None:
    """dlib's point_up: (p + 0.3)·6/5. Pixel (0, 0) of level 1: centre 0.36; corner −39.5 → −47.04."""
    layout = layout_for(640, 480)
    level = layout.levels[1]
    box = to_picture(layout, level.left, level.top, 80)
    assert box.left == pytest.approx((-39.5 + 0.3) * 1.2)
    assert box.right - 1 == pytest.approx((39.5 + 0.3) * 1.2)


@pytest.mark.parametrize("size", [(640, 480), (250, 250), (333, 777), (1000, 90), (60, 60), (1280, 720)])
def test_the_center_of_a_window_comes_back_to_its_place(size: tuple[int, int]) -> None:
    """A point at a share of a level belongs to the same share of the picture."""
    layout = layout_for(*size)
    assert not overlapping(layout)
    shares = (0.0, 0.2, 0.5, 0.8, 1.0)
    for index, level in enumerate(layout.levels):
        for share_x, share_y in itertools.product(shares, shares):
            x, y = level.left + share_x * (level.width - 1), level.top + share_y * (level.height - 1)
            center = np.array(to_picture(layout, x, y, 80).center) - 0.5
            expected = np.multiply((share_x, share_y), np.subtract(size, 1))
            np.testing.assert_allclose(center, expected, atol=ROUNDING_PX * 1.2**index)


def spot(width: int, height: int, x: int, y: int) -> ImageArray:
    """A soft white spot of 15 px on black."""
    image = np.zeros((height, width, 3), np.uint8)
    cv2.circle(image, (x, y), 15, (255, 255, 255), -1)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 4), np.uint8)


@pytest.mark.parametrize(("x", "y"), [(60, 50), (320, 240), (600, 440), (500, 60)])
def test_what_is_seen_in_any_level_comes_back_to_where_it_is(x: int, y: int) -> None:
    """The picture is really painted there: found by its brightness in each level."""
    canvas, layout = tile(spot(640, 480, x, y))
    for index, level in enumerate(layout.levels[:14]):
        part = canvas[level.top : level.top + level.height, level.left : level.left + level.width, 0]
        rows, columns = np.mgrid[: level.height, : level.width]
        weight = part.astype(np.float64) / part.sum()
        place = level.left + (weight * columns).sum(), level.top + (weight * rows).sum()
        center = np.array(to_picture(layout, *place, 80).center) - 0.5
        np.testing.assert_allclose(center, (x, y), atol=ROUNDING_PX * 1.2**index)
