"""Every face against every other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError, EnrollmentError
from facecam.core.events import Event, Progress
from facecam.engine.tools.compare import compare
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, JOE, blurred, mirrored, nobody, save, side_by_side


def test_the_same_person_is_near_and_others_are_far(settings: Settings, heads: Heads, studio: Path) -> None:
    photos = [
        save(heads[BARACK], studio / "1.png"),
        save(blurred(heads[BARACK], 1), studio / "2.png"),
        save(heads[EILEEN], studio / "3.png"),
    ]
    events: list[Event] = []
    result = compare(settings, photos, on_event=events.append)
    assert result.squared_l2.shape == (3, 3) and result.squared_l2.dtype == np.float32
    assert np.array_equal(result.squared_l2, result.squared_l2.T) and not result.squared_l2.diagonal().any()
    assert result.same(0, 1) and not result.same(0, 2) and not result.same(1, 2)
    assert result.threshold == result.card.threshold
    assert events[-1] == Progress("photos", 3, 3)


def test_the_probability_is_that_of_a_pair(settings: Settings, heads: Heads, studio: Path) -> None:
    photos = [
        save(heads[BARACK], studio / "1.png"),
        save(blurred(heads[BARACK], 1), studio / "2.png"),
        save(heads[EILEEN], studio / "3.png"),
    ]
    result = compare(settings, photos)
    same, other = result.probability(0, 1), result.probability(0, 2)
    assert same is not None and other is not None and other < 0.1 < 0.9 < same <= 1
    assert result.percent(0, 1) == pytest.approx(100 * same)
    unmeasured = replace(result, card=replace(result.card, cohort=None, distance_to_probability=None))
    assert unmeasured.probability(0, 1) is None


def test_the_threshold_of_the_settings_decides(settings: Settings, heads: Heads, studio: Path) -> None:
    for name in (BARACK, EILEEN):
        save(heads[name], studio / f"{name}.png")
    generous = compare(replace(settings, threshold=4.0), [studio])
    assert generous.threshold == 4.0 and generous.same(0, 1)


def test_of_a_group_photo_the_main_face_or_all(settings: Settings, heads: Heads, studio: Path) -> None:
    pair = save(side_by_side(heads[BARACK], heads[JOE]), studio / "pair.png")
    joe = save(heads[JOE], studio / "joe.png")
    assert len(compare(settings, [pair, joe]).found.faces) == 2
    every = compare(settings, [pair, joe], every_face=True)
    assert [face.label.split("/")[1] for face in every.found.faces] == [
        "pair.png (face 1)",
        "pair.png (face 2)",
        "joe.png",
    ]
    assert every.same(1, 2) and not every.same(0, 2)


def test_photos_without_a_face_or_unreadable_are_said_and_the_rest_goes_on(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    broken, empty = studio / "broken.jpg", save(nobody(), studio / "nobody.png")
    broken.write_bytes(b"not a photo")
    photos = [
        save(heads[BARACK], studio / "1.png"),
        broken,
        empty,
        save(mirrored(heads[BARACK]), studio / "2.png"),
    ]
    found = compare(settings, photos).found
    assert [face.path.name for face in found.faces] == ["1.png", "2.png"]
    assert found.without_face == (empty,) and [path for path, _ in found.faults] == [broken]


def test_one_face_is_nothing_to_compare(settings: Settings, heads: Heads, studio: Path) -> None:
    with pytest.raises(DataError, match="1 face in 1 photo"):
        compare(settings, [save(heads[BARACK], studio / "1.png")])
    (studio / "2.png").touch()
    with pytest.raises(DataError, match="1 face in 2 photos: .* compare, .*2.png is empty") as refused:
        compare(settings, [studio / "1.png", studio / "2.png"])
    assert refused.value.hint == "Copy the picture again from where it came."
    with pytest.raises(EnrollmentError):
        compare(settings, [])


def test_a_stop_ends_it(settings: Settings, heads: Heads, studio: Path) -> None:
    photos = [save(heads[BARACK], studio / "1.png"), save(heads[JOE], studio / "2.png")]

    def stop(event: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(settings, photos, on_event=stop)
