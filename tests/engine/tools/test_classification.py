"""From folders of people to a classifier and back to names."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import Event, Notice
from facecam.engine.tools.classification import ClassifyOptions, classify, train_classifier
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, JOE, blurred, exposed, mirrored, nobody, save, side_by_side


@pytest.fixture
def people(heads: Heads, studio: Path) -> Path:
    """Barack and Eileen with four photos each, Joe with one, and a photo of nobody."""
    for name in (BARACK, EILEEN):
        face = heads[name]
        for index, photo in enumerate((face, mirrored(face), blurred(face, 1), exposed(face, 0.8))):
            save(photo, studio / name / f"{index}.png")
    save(heads[JOE], studio / JOE / "0.png")
    save(nobody(), studio / EILEEN / "nobody.png")
    return studio


def test_trained_tested_and_used(settings: Settings, people: Path, heads: Heads, tmp_path: Path) -> None:
    file, events = tmp_path / "c.zip", list[Event]()
    report = train_classifier(settings, people, file, ClassifyOptions(4, 3), on_event=events.append)
    assert report.people == (BARACK, EILEEN) and report.left_out == (JOE,)
    assert (report.trained_on, report.tested_on) == (6, 2)
    assert report.accuracy == 1.0 and report.taken_for_strangers == 0.0
    assert [path.name for path in report.found.without_face] == ["nobody.png"]
    assert any(isinstance(event, Notice) and JOE in event.text for event in events)

    group = save(side_by_side(heads[EILEEN], heads[JOE]), tmp_path / "group.png")
    result = classify(settings, file, [group])
    assert [said.name for said in result.predictions] == [EILEEN, None]


def test_a_folder_nobody_can_be_called_is_left_out(settings: Settings, people: Path, tmp_path: Path) -> None:
    (people / JOE).rename(people / "two\nlines")
    report = train_classifier(settings, people, tmp_path / "c.zip", ClassifyOptions(4, 4))
    assert report.people == (BARACK, EILEEN) and report.left_out == ("two\nlines",)
    assert (people / "two\nlines" / "0.png").is_file()


def test_all_photos_to_train_on_leaves_none_to_test(settings: Settings, people: Path, tmp_path: Path) -> None:
    report = train_classifier(settings, people, tmp_path / "c.zip", ClassifyOptions(4, 4))
    assert (report.trained_on, report.tested_on, report.accuracy) == (8, 0, None)


def test_too_few_people_is_said_and_nothing_is_written(
    settings: Settings, people: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="0 of 3 people"):
        train_classifier(settings, people, tmp_path / "c.zip")
    with pytest.raises(DataError, match="no folders"):
        train_classifier(settings, tmp_path / "nowhere", tmp_path / "c.zip")
    assert not (tmp_path / "c.zip").exists()


@pytest.mark.parametrize("wrong", [(20, 1), (1, 2), (5, 6)])
def test_options_that_cannot_be_meant(wrong: tuple[int, int]) -> None:
    with pytest.raises(ConfigError):
        ClassifyOptions(*wrong)


def test_that_there_are_too_few_photos_is_said_before_they_are_looked_at(
    settings: Settings, people: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    with pytest.raises(DataError, match=r"0 of 3 people have 99 photos; two are needed") as caught:
        train_classifier(settings, people, tmp_path / "c.zip", ClassifyOptions(99), on_event=events.append)
    assert "--min-photos" in caught.value.hint and not events
