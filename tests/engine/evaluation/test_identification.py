"""Identification on folders of people, with photos whose colour is the angle of their vector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import NEVER, Cancelled, CancelToken
from facecam.engine.evaluation.identification import IdentifyOptions, IdentifyReport, identify
from facecam.engine.evaluation.identification_plots import PLOTS, _wrong, write_identify_plots
from facecam.vision.images.read import read_picture
from tests.engine.evaluation.test_verification import World, world

__all__ = ["world"]


@pytest.fixture
def people(world: World) -> World:
    """Three photos of each of three people far apart, a fourth person with one."""
    for name, angles in (("ada", (0, 2, 4)), ("bob", (90, 92, 94)), ("Çem", (180, 182, 184)), ("dot", (30,))):
        for degrees in angles:
            world.photo(f"{name}/{degrees}.png", degrees)
    return world


def measured(world: World, **options: Any) -> IdentifyReport:
    cancel = options.pop("cancel", NEVER)
    wanted = IdentifyOptions(world.images, **{"cache": world.cache, "trials": 3, **options})
    return identify(Settings(), wanted, on_event=world.events.append, cancel=cancel)


def test_people_are_folders_and_those_with_too_few_photos_are_named(people: World) -> None:
    report = measured(people, photos=(1, 2))
    assert report.people == ("ada", "bob", "dot", "Çem")
    assert [one.rank_one.value for one in report.results] == [1, 1]
    assert [one.lookups for one in report.results] == [3 * 6, 3 * 3]
    assert report.too_few == {1: ("dot",), 2: ("dot",)}
    assert (report.photos.listed, report.photos.faults, report.copies) == (10, (), 0)
    assert report.results[0].in_use == (1, 0, 0)  # The toy's threshold of 0.2 is 26°.


def test_a_second_time_the_vectors_are_remembered(people: World) -> None:
    measured(people, photos=(1,))
    seen = len(people.seen)
    report = measured(people, photos=(1,), trials=5)
    assert len(people.seen) == seen and report.speed.remembered == 10


def test_a_number_that_nobody_has_is_said_and_the_rest_goes_on(people: World) -> None:
    report = measured(people, photos=(1, 7))
    assert [one.photos for one in report.results] == [1]
    assert any("0 of 4 people have 7 photos" in text for text in people.notices())
    with pytest.raises(DataError, match="0 of 4 people have 7 photos"):
        measured(people, photos=(7,))


def test_faceless_photos_are_looked_up_but_not_enrolled(people: World) -> None:
    people.photo("dot/31.png", 31, face=False)
    report = measured(people, photos=(1,))
    assert report.photos.without_face == (str(people.images / "dot" / "31.png"),)
    assert report.too_few == {1: ()}
    rows = {path.name for path in report.paths}
    assert "31.png" in rows and report.results[0].lookups == 3 * 7


def test_photos_that_cannot_be_used_are_said_and_cost_nothing_else(people: World) -> None:
    (people.images / "ada" / "broken.jpg").write_bytes(b"no picture")
    (people.images / "loose.png").write_bytes((people.images / "ada" / "0.png").read_bytes())
    (people.images / "bob" / "again.png").write_bytes((people.images / "bob" / "90.png").read_bytes())
    (people.images / "empty").mkdir()
    report = measured(people, photos=(2,))
    assert [Path(fault.name).name for fault in report.photos.faults] == ["broken.jpg"]
    assert report.people == ("ada", "bob", "dot", "Çem") and report.copies == 1
    assert any("1 photo beside the folders of people" in text for text in people.notices())


def test_fewer_than_two_people_or_no_folder(world: World, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        measured(world)
    world.photo("ada/0.png", 0)
    with pytest.raises(DataError, match="photos of 1 person; it takes 2"):
        measured(world)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match="is not a folder"):
        identify(Settings(), IdentifyOptions(tmp_path / "file"))


@pytest.mark.parametrize("photos", [(), (0,), (1, 1), (-3, 2)])
def test_numbers_that_cannot_be_meant(photos: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="--photos"):
        IdentifyOptions(Path(), photos)
    with pytest.raises(ConfigError, match="--trials 0"):
        IdentifyOptions(Path(), trials=0)


def test_a_stop_is_heard(people: World) -> None:
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        measured(people, cancel=stopped)


def test_pictures_show_who_was_taken_for_whom(people: World, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    people.photo("ada/89.png", 89, face=False)
    report = measured(people, photos=(1, 2))
    title, (pair,) = _wrong(report)
    assert title.endswith(": 1 confusion")
    assert (pair.first_name, pair.second_name) == ("ada/89.png", "bob/90.png")
    files = write_identify_plots(report, tmp_path / "new" / "plots")
    assert [file.name for file in files] == list(PLOTS)
    assert all(read_picture(file).std() > 5 for file in files)
