"""From where on names hold: photos made worse, and what becomes of their faces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.heap import keeps_memory
from facecam.core.types import Box
from facecam.engine.evaluation.degradation import SPOILINGS, Spoiling, spoiled
from facecam.engine.evaluation.quality_limits import LimitsOptions, limited, measure_limits
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, nobody, save

FACE = Box(100, 80, 220, 200)


def picture() -> np.ndarray:
    image = np.full((300, 320, 3), 60, np.uint8)
    image[80:200, 100:220] = 180
    return image


@pytest.mark.parametrize("px", [100, 40, 16])
def test_the_face_gets_its_width_and_its_place_is_known(px: int) -> None:
    made = spoiled(picture(), FACE, Spoiling("size", px, ""))
    assert made is not None
    image, face = made
    assert face.width == pytest.approx(px) and image.shape[0] >= 240 and image.shape[1] >= 320
    left, top, right, bottom = face.as_ints()
    assert image[top + 1 : bottom - 1, left + 1 : right - 1].mean() > 170
    assert image[top - 3, left - 3 : right + 3].mean() < 130


def test_faces_are_not_enlarged_much() -> None:
    assert spoiled(picture(), FACE, Spoiling("size", 149, "")) is not None
    assert spoiled(picture(), FACE, Spoiling("size", 151, "")) is None


def test_blur_and_darkness_act_at_one_width() -> None:
    usual = spoiled(picture(), FACE, Spoiling("size", 100, ""))
    blurred = spoiled(picture(), FACE, Spoiling("blur", 4, ""))
    dark = spoiled(picture(), FACE, Spoiling("dark", 0.1, ""))
    assert usual is not None and blurred is not None and dark is not None
    assert usual[1] == blurred[1] == dark[1]
    left, top, right, bottom = dark[1].as_ints()
    edges = [image[top + 20, left - 10 : left + 10].astype(int) for image, _ in (usual, blurred)]
    steps = [np.abs(np.diff(edge, axis=0)).max() for edge in edges]
    assert steps[1] < 0.3 * steps[0]
    inside = dark[0][top:bottom, left:right]
    assert inside.mean() == pytest.approx(18, abs=2) and inside[20:-20, 20:-20].std() > 1
    again = spoiled(picture(), FACE, Spoiling("dark", 0.1, ""))
    assert again is not None and np.array_equal(again[0], dark[0])


@pytest.fixture
def people(heads: Heads, tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    for name, image in heads.items():
        save(image, folder / name / "a.png")
        save(image[:, ::-1], folder / name / "b.png")
    return folder


def test_names_hold_at_100_px_and_not_in_the_dark(settings: Settings, people: Path) -> None:
    chosen = (Spoiling("size", 100, "100"), Spoiling("size", 20, "20"), Spoiling("dark", 0.01, "dark"))
    save(nobody(), people / BARACK / "none.png")
    (people / BARACK / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    report = measure_limits(replace(settings, detector="hog"), LimitsOptions(people), spoilings=chosen)
    assert (report.people, report.photos, report.without_face) == (3, 6, 1)
    assert [Path(fault.name).name for fault in report.faults] == ["broken.png"]
    plain, large, small, dark = report.rows[:4]
    assert plain.kind == "as it is" and plain.known.same == 6 and plain.known.different == 24
    for row in (plain, large):
        assert row.found is not None and row.found.value == 1 and row.fit == 1
        assert row.known.tar is not None and row.known.tar.value == 1 and row.known.false_accepts == 0
    assert large.medians["size_px"] == pytest.approx(100, abs=12)
    for row in (small, dark):
        assert row.found is not None and row.found.value == 0 and row.fit is None and row.medians == {}
        assert row.known.tar is not None and row.known.tar.value == 0
        assert row.alike is not None and row.alike.tar is not None and row.alike.tar.value == 0
    turned = report.rows[4:]
    assert [row.kind for row in turned] == ["yaw"] * len(turned) and sum(row.photos for row in turned) == 6
    assert turned[0].photos > 0 and all(row.alike is None for row in turned)


def test_photos_too_small_for_a_row_take_no_part(settings: Settings, people: Path) -> None:
    report = measure_limits(settings, LimitsOptions(people), spoilings=(Spoiling("size", 500, "large"),))
    row = report.rows[1]
    assert row.photos == 0 and row.found is None and row.known.tar is None and row.alike is not None


def test_a_limit_keeps_pairs(tmp_path: Path) -> None:
    people = {
        name: [tmp_path / name / f"{n}.png" for n in range(10 if name != "d" else 1)] for name in "abcd"
    }
    assert len(limited(people, None)) == 31 and limited(people, 100) == limited(people, None)
    two_each = limited(people, 6)
    assert [name for name, _ in two_each] == ["a", "a", "b", "b", "c", "c"]
    assert len(limited(people, 20)) <= 20 and {name for name, _ in limited(people, 20)} >= {"a", "b", "c"}
    assert limited(people, 1) == limited(people, 2)[:1]


def test_nothing_to_measure_on(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        measure_limits(settings, LimitsOptions(tmp_path / "none"))
    for name in "ab":
        save(nobody(), tmp_path / "people" / name / "a.png")
    with pytest.raises(DataError, match="in none of the 2 photos"):
        measure_limits(settings, LimitsOptions(tmp_path / "people"), spoilings=())


def test_room_is_made_between_the_photo_and_what_becomes_of_it(settings: Settings, people: Path) -> None:
    """Else what networks took for twelve photos of 36 megapixels stayed beside dozens of smaller sizes: 730 MB."""

    class Keeper:
        asked = 0

        def release_memory(self) -> None:
            self.asked += 1

    keeper = Keeper()
    keeps_memory(keeper)
    spoilings = SPOILINGS[:2]
    report = measure_limits(settings, LimitsOptions(people), spoilings=spoilings)
    assert keeper.asked >= report.photos > 0
