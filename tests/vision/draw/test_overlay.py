"""Boxes, plates and letters on pictures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.types import Box
from facecam.vision.draw import overlay
from facecam.vision.draw import text as lettering
from facecam.vision.draw.overlay import COLORS, Label, contrast, draw_faces, ink_for, line_width_px
from facecam.vision.draw.text import one_line, shortened, text_mask

GRAY = (90, 91, 92)


def picture(width: int = 640, height: int = 360) -> np.ndarray:
    return np.full((height, width, 3), GRAY, np.uint8)


def touched(image: np.ndarray) -> np.ndarray:
    """bool (H, W): where something was drawn."""
    return np.asarray((image != np.array(GRAY, np.uint8)).any(axis=2))


def extent(mask: np.ndarray) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the True part, right and bottom exclusive."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def test_the_box_is_a_2_px_frame_just_inside_its_edges() -> None:
    drawn = touched(draw_faces(picture(), [Label(Box(100, 50, 200, 150), None, "undecided")]))
    assert extent(drawn) == (100, 50, 200, 150)
    expected = np.zeros((360, 640), bool)
    expected[50:150, 100:200] = True
    expected[52:148, 102:198] = False
    assert (drawn == expected).all()


@pytest.mark.parametrize("state", list(COLORS))
def test_each_state_has_its_color_and_the_original_is_left_alone(state: overlay.LabelState) -> None:
    original = picture()
    drawn = draw_faces(original, [Label(Box(10, 50, 60, 100), None, state)])
    assert drawn[50, 10].tolist() == list(COLORS[state])
    assert not touched(original).any() and drawn is not original


@pytest.mark.parametrize("state", list(COLORS))
def test_text_can_be_read_on_every_plate(state: overlay.LabelState) -> None:
    assert contrast(ink_for(COLORS[state]), COLORS[state]) >= 4.5
    drawn = draw_faces(picture(), [Label(Box(100, 100, 300, 200), "Ada 93 %", state)])
    plate = drawn[80:100, 100:160].reshape(-1, 3).tolist()
    assert list(COLORS[state]) in plate and list(ink_for(COLORS[state])) in plate


def test_contrast_of_known_pairs() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)  # the well-known #777
    assert contrast((5, 6, 7), (5, 6, 7)) == 1


def test_the_plate_stands_on_the_box() -> None:
    box = Label(Box(100, 100, 300, 200), None, "known")
    with_text = Label(Box(100, 100, 300, 200), "Ada 93 %", "known")
    plate = touched(draw_faces(picture(), [with_text])) & ~touched(draw_faces(picture(), [box]))
    left, top, right, bottom = extent(plate)
    assert (left, bottom) == (100, 100)
    assert bottom - top == round(1.4 * 15) and 50 < right - left < 120  # text of 360/24 = 15 px


@pytest.mark.parametrize(
    "box",
    [
        Box(100, -20, 200, 60),
        Box(100, 5, 200, 60),
        Box(620, 100, 700, 200),
        Box(-80, 100, 20, 200),
        Box(-500, -500, -400, -400),
        Box(5000, 5000, 6000, 6000),
        Box(-1e9, -1e9, 1e9, 1e9),
        Box(0, 0, float("inf"), float("inf")),
        Box(10.2, 10.2, 10.3, 10.3),
    ],
)
def test_plates_stay_whole_inside_the_picture(box: Box) -> None:
    without = touched(draw_faces(picture(), [Label(box, None, "known")]))
    plate = overlay._plate("Ada Lovelace", "known", 15, 640)
    drawn = draw_faces(picture(), [Label(box, "Ada Lovelace", "known")])
    left, top, right, bottom = extent(touched(drawn) & ~without) if without.any() else extent(touched(drawn))
    assert right <= 640 and bottom <= 360
    found = [
        (y, x)
        for y in range(max(top - 3, 0), min(top + 4, 360 - plate.shape[0]) + 1)
        for x in range(max(left - 3, 0), min(left + 4, 640 - plate.shape[1]) + 1)
        if np.array_equal(drawn[y : y + plate.shape[0], x : x + plate.shape[1]], plate)
    ]
    assert found


def test_without_room_above_the_plate_moves_into_the_box() -> None:
    drawn = draw_faces(picture(), [Label(Box(100, 5, 300, 200), "Ada", "known")])
    plate = overlay._plate("Ada", "known", 15, 640)
    assert np.array_equal(drawn[5 : 5 + plate.shape[0], 100 : 100 + plate.shape[1]], plate)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (30, 20), (20, 300), (3000, 30)])
def test_no_picture_is_too_small(size: tuple[int, int]) -> None:
    labels = [
        Label(Box(2, 2, 20, 15), "A very long name indeed " * 9, "unknown"),
        Label(Box(0, 0, 1, 1), "x", "known"),
    ]
    assert draw_faces(picture(*size), labels).shape == (size[1], size[0], 3)


def test_a_name_too_long_for_the_picture_ends_in_an_ellipsis() -> None:
    short = overlay._plate("Maximiliane-Wilhelmine 93 %", "known", 15, 100)
    assert short.shape[1] <= 100
    whole = overlay._plate("Maximiliane-Wilhelmine 93 %", "known", 15, 640)
    assert whole.shape[1] > 150


def test_text_and_lines_grow_with_the_picture() -> None:
    assert [line_width_px(height) for height in (120, 360, 720, 1080, 2160)] == [2, 2, 2, 3, 6]
    small = draw_faces(picture(640, 360), [Label(Box(100, 100, 300, 200), "Ada", "known")])
    large = draw_faces(picture(1920, 1080), [Label(Box(300, 300, 900, 600), "Ada", "known")])
    heights = [
        100 - extent(touched(small)[:100])[1],
        300 - extent(touched(large)[:300])[1],
    ]
    assert heights == [21, 63]


def test_an_undecided_face_without_text_and_blank_texts_have_no_plate() -> None:
    bare = draw_faces(picture(), [Label(Box(100, 100, 300, 200), None, "known")])
    for text in ("", "  ", "\n"):
        assert np.array_equal(draw_faces(picture(), [Label(Box(100, 100, 300, 200), text, "known")]), bare)


def test_no_box_crosses_a_name() -> None:
    low, high = (
        Box(100, 100, 200, 200),
        Box(90, 60, 210, 95),
    )  # the second one's frame runs through the first's plate
    drawn = draw_faces(picture(), [Label(low, "Ada", "known"), Label(high, None, "unknown")])
    plate = overlay._plate("Ada", "known", 15, 640)
    assert np.array_equal(drawn[200 : 200 + plate.shape[0], 100 : 100 + plate.shape[1]], plate), "below"


def test_only_rgb_pictures_are_drawn_on() -> None:
    with pytest.raises(ValueError, match="RGB"):
        draw_faces(np.zeros((4, 4), np.uint8), [])


@pytest.mark.parametrize("changing", [False, True])
def test_drawing_is_fast(changing: bool) -> None:
    """Measured: 0.1 ms with cached plates, 0.7 ms with new texts. Allowed: 2 ms, three times that here."""
    image = picture()

    def once(number: int) -> float:
        share = number if changing else 93
        faces = [
            Label(Box(100, 100, 200, 200), f"Ada {share} %", "known"),
            Label(Box(300, 100, 420, 230), f"Grace {share} %", "unknown"),
        ]
        start = time.thread_time()
        draw_faces(image, faces)
        return time.thread_time() - start

    once(0)
    assert np.median([once(number) for number in range(1, 60)]) < 0.006


# --- letters

NAMES = [
    "Ada",
    "Zoë Łódź",
    "Ελένη",
    "Иван",
    "李小龙",
    "김철수",
    "محمد",
    "עברית",
    "देव",
    "😀",
    "a\u0301",
    "\u200fAda",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_leaves_ink_inside_its_line(name: str) -> None:
    mask = text_mask(name, 20)
    assert mask.dtype == np.uint8 and mask.shape[0] == 28
    assert mask.max() > 150, "some ink"


@pytest.mark.parametrize(
    "name", ["\ud800", "\udcff x", "a\0b", "\x1b[31m", "\uffff", "\U0010ffff", "Z" + "\u0336" * 300]
)
def test_no_text_brings_the_program_down(name: str) -> None:
    assert text_mask(name, 20).shape[0] == 28
    draw_faces(picture(), [Label(Box(10, 100, 60, 150), name, "known")])


def test_lines_are_composed_cleaned_and_cut() -> None:
    assert one_line("a\u0301") == "á"
    assert one_line(" Ada\n\tLovelace\u2028 ") == "Ada Lovelace"
    assert one_line("\ud83d") == "?"
    assert one_line("x" * 100) == "x" * 59 + "…"


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A machine with no font but those put into the returned folder."""
    caches = (lettering._system_fonts, lettering._font_for, lettering._has)
    monkeypatch.setattr(lettering, "_font_folders", lambda: [tmp_path])
    for cache in caches:
        cache.cache_clear()
    yield tmp_path
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_without_any_font_installed_names_are_still_drawn(no_system_fonts: Path, name: str) -> None:
    assert text_mask(name, 20).max() > 150


def test_without_fonts_common_scripts_are_letters_and_the_rest_question_marks(no_system_fonts: Path) -> None:
    question = text_mask("?", 20)
    for letter in "ëŁλИ李김":
        assert not np.array_equal(text_mask(letter, 20), question), letter
    assert np.array_equal(text_mask("\U00016a40", 20), question)  # a letter of the Mro script


def test_a_damaged_font_file_is_passed_over(no_system_fonts: Path) -> None:
    (no_system_fonts / "DejaVuSans.ttf").write_bytes(b"no font")
    assert text_mask("Zoë", 20).max() > 150
    assert text_mask("Ada", 20).max() > 150


def test_a_font_that_is_removed_while_running_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: str, size_px: int) -> None:
        raise OSError("cannot open resource")

    text_mask("Ada", 20)
    monkeypatch.setattr(lettering, "_pillow_font", gone)
    assert text_mask("Ada", 20).max() > 150


def test_plates_are_rendered_once() -> None:
    overlay._plate.cache_clear()
    for _ in range(5):
        draw_faces(picture(), [Label(Box(100, 100, 200, 200), "Ada", "known")])
    assert overlay._plate.cache_info().misses == 1


LONG = (
    "Maximiliane-Wilhelmine Alexandrina von Habsburg-Lothringen",
    "王小明欧阳修司马光诸葛亮王小明欧阳修司马光诸葛亮",
    "محمد بن عبد الله بن محمد الإدريسي القرطبي الحسني",
)


@pytest.mark.parametrize(("columns", "rows"), [(2, 1), (5, 1), (5, 4)])
def test_a_long_name_among_others_is_shortened_and_hides_nobody(
    columns: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People in rows, 120 px from each other, who could not all be named in whole."""
    boxes = [
        Box(60 + 120 * x, 120 + 150 * y, 130 + 120 * x, 205 + 150 * y)
        for y in range(rows)
        for x in range(columns)
    ]
    names = [LONG[number % len(LONG)] for number in range(len(boxes))]
    made: list[overlay.PlatePlaces] = []
    written: list[str] = []

    class Watched(overlay.PlatePlaces):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    def mask(text: str, size_px: int) -> np.ndarray:
        written.append(text)
        return text_mask(text, size_px)

    monkeypatch.setattr(overlay, "PlatePlaces", Watched)
    monkeypatch.setattr(overlay, "text_mask", mask)
    overlay._plate.cache_clear()
    labels = [Label(box, f"{name}  93 %", "known", name) for box, name in zip(boxes, names, strict=True)]
    draw_faces(np.full((720, 1280, 3), 60, np.uint8), labels)
    overlay._plate.cache_clear()
    (places,) = made
    assert len(places._plates) == len(boxes)
    for number, (left, top, right, bottom) in enumerate(places._plates):
        assert left >= 0 and top >= 0 and right <= 1280 and bottom <= 720
        for other in (box for place, box in enumerate(boxes) if place != number):
            across = min(right, other.right) - max(left, other.left)
            down = min(bottom, other.bottom) - max(top, other.top)
            assert max(across, 0) * max(down, 0) <= 0.05 * (right - left) * (bottom - top)
    assert all(text.endswith("  93 %") and text[0] in "M王م" for text in written)
    assert any("…  93 %" in text for text in written)


def test_a_long_name_alone_is_written_out_with_its_percent(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        overlay, "text_mask", lambda text, size: (written.append(text), text_mask(text, size))[1]
    )
    overlay._plate.cache_clear()
    name = LONG[0] * 2
    draw_faces(
        np.full((720, 1280, 3), 60, np.uint8),
        [Label(Box(100, 100, 200, 200), f"{name}  93 %", "known", name)],
    )
    overlay._plate.cache_clear()
    assert len(written[-1]) == 60 and written[-1].endswith("…  93 %")


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [("Ada", 3, "Ada"), ("Ada Love", 5, "Ada…"), ("ab👩‍👧cd", 4, "ab…"), ("न\u0940लम", 2, "न…")],
)
def test_a_name_is_cut_between_letters(text: str, most: int, cut: str) -> None:
    assert shortened(text, most) == cut
