"""The tray of unknown faces: one group per person, forgotten in time. Vectors stand on a circle."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.engine.live.unknown_faces import MOST_GROUPS, UnknownTray
from facecam.engine.recognition.face_crops import FaceSample
from tests.engine.fakes import THRESHOLD, Actor, matcher
from tests.gallery.factories import on_circle, random_units

_PICTURE = np.zeros((4, 4, 3), np.uint8)


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def looks(*degrees: float, quality: float = 0.8) -> list[FaceSample]:
    detection = Actor(0).detection()
    return [FaceSample(_PICTURE, detection, vector, quality, 0.0) for vector in on_circle(*degrees)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tray(clock: Clock) -> UnknownTray:
    return UnknownTray(60.0, clock)


def sizes(tray: UnknownTray) -> list[tuple[int, int]]:
    return [(group.number, group.visits) for group in tray.groups()]


def test_the_same_person_coming_again_is_one_group(tray: UnknownTray, clock: Clock) -> None:
    """20° apart is 0.12 < 0.2: the same; 90° apart is somebody else."""
    tray.observe("a", looks(0), THRESHOLD)
    clock.now_s += 1
    tray.observe("b", looks(90), THRESHOLD)
    clock.now_s += 1
    tray.observe("c", looks(20), THRESHOLD)
    assert sizes(tray) == [(1, 2), (2, 1)], "seen last first"


def test_looks_of_a_group_count_on_average(tray: UnknownTray) -> None:
    """0° to 40°: 35° is near the last look, but 0.21 from all on average; 20° is not."""
    tray.observe("a", looks(0, 40), THRESHOLD)
    tray.observe("b", looks(60), THRESHOLD)
    assert len(tray.groups()) == 2
    tray.observe("c", looks(20), THRESHOLD)
    assert sorted(sizes(tray)) == [(1, 2), (2, 1)]


def test_groups_that_turn_out_to_be_one_person_become_one(tray: UnknownTray, clock: Clock) -> None:
    tray.observe("a", looks(0), THRESHOLD)
    tray.observe("b", looks(40), THRESHOLD)
    tray.observe("c", looks(120), THRESHOLD)
    assert len(tray.groups()) == 3
    clock.now_s += 5
    # More is seen of the second: it was the first one all the time.
    tray.observe("b", looks(40, 10, 5, 12), THRESHOLD)
    assert sorted(sizes(tray)) == [(1, 2), (3, 1)]
    tray.withdraw("b")
    assert sorted(sizes(tray)) == [(1, 1), (3, 1)], "each track can still be taken out"


def test_a_track_stays_in_its_group_and_brings_better_looks(tray: UnknownTray) -> None:
    tray.observe("a", looks(0, quality=0.3), THRESHOLD)
    version = tray.version
    better = looks(2, 4, 6, quality=0.9)
    tray.observe("a", better, THRESHOLD)
    (group,) = tray.groups()
    assert list(group.samples) == better and group.visits == 1 and tray.version > version
    tray.observe("a", better, THRESHOLD)
    assert tray.version == version + 1, "nothing new is no change"


def test_blurs_make_no_group(tray: UnknownTray) -> None:
    tray.observe("a", looks(0, quality=0.03), THRESHOLD)
    tray.observe("b", [], THRESHOLD)
    assert tray.groups() == ()


def test_a_face_that_turns_out_to_be_known_is_withdrawn(tray: UnknownTray) -> None:
    tray.observe("a", looks(0), THRESHOLD)
    tray.observe("b", looks(5), THRESHOLD)
    tray.withdraw("a")
    assert sizes(tray) == [(1, 1)]
    tray.withdraw("b")
    tray.withdraw("never seen")
    assert tray.groups() == ()


def test_groups_are_forgotten_after_the_time_set(tray: UnknownTray, clock: Clock) -> None:
    tray.observe("a", looks(0), THRESHOLD)
    clock.now_s += 50
    tray.observe("b", looks(90), THRESHOLD)
    clock.now_s += 20
    tray.expire()
    assert sizes(tray) == [(2, 1)]
    tray.keep_for(10)
    assert tray.groups() == ()


def test_nothing_is_kept_when_nothing_is_to_be_kept(tray: UnknownTray) -> None:
    tray.observe("a", looks(0), THRESHOLD)
    tray.keep_for(0)
    tray.observe("b", looks(90), THRESHOLD)
    assert tray.groups() == ()


def test_somebody_enrolled_meanwhile_leaves_the_tray(tray: UnknownTray) -> None:
    tray.observe("a", looks(0, 5), THRESHOLD)
    tray.observe("b", looks(90), THRESHOLD)
    tray.recheck(matcher({}))
    assert len(tray.groups()) == 2
    tray.recheck(matcher({"Ada": [2]}))
    assert sizes(tray) == [(2, 1)]


def test_one_group_or_all_can_be_forgotten(tray: UnknownTray) -> None:
    for index, degrees in enumerate((0, 90, 180)):
        tray.observe(index, looks(degrees), THRESHOLD)
    tray.remove(2)
    assert {number for number, _ in sizes(tray)} == {1, 3}
    tray.clear()
    assert tray.groups() == ()


def test_there_are_never_too_many_and_the_oldest_goes(clock: Clock) -> None:
    tray = UnknownTray(1e6, clock)
    detection = Actor(0).detection()
    for index, vector in enumerate(random_units(MOST_GROUPS + 5, 128)):
        clock.now_s += 1
        tray.observe(index, [FaceSample(_PICTURE, detection, vector, 0.9, 0.0)], THRESHOLD)
    numbers = [number for number, _ in sizes(tray)]
    assert len(numbers) == MOST_GROUPS and min(numbers) == 6


def test_memory_is_bounded_however_often_somebody_comes(tray: UnknownTray) -> None:
    for index in range(300):
        tray.observe(index, looks(0, 1, 2, 3, quality=0.5 + index / 1000), THRESHOLD)
    (group,) = tray.groups()
    assert len(group.samples) == 4
    held = {id(look) for looks in tray._groups[0].tracks.values() for look in looks}
    assert len(held) <= 20


def test_vectors_of_another_model_are_not_compared(tray: UnknownTray) -> None:
    tray.observe("a", looks(0), THRESHOLD)
    other = FaceSample(_PICTURE, Actor(0).detection(), random_units(1, 5)[0], 0.9, 0.0)
    tray.observe("b", [other], THRESHOLD)
    assert len(tray.groups()) == 2
    tray.recheck(matcher({"Eve": [90]}))
    assert sizes(tray) == [(1, 1)]
