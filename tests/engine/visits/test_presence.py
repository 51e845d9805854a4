"""Who came, who left, how long they were in sight: times worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.types import Box, Detection, Face, Frame, FrameResult, Identity, Match
from facecam.engine.visits.presence import Change, Presence

ADA, EVE = Identity("1", "Ada"), Identity("2", "Eve")
UNKNOWN = Match(None, 0.5, 0.2)
_IMAGE = np.zeros((2, 2, 3), np.uint8)
_DETECTION = Detection(Box(0, 0, 1, 1), 1.0, np.zeros((5, 2), np.float32))


def result(at_s: float, *matches: Match | None) -> FrameResult:
    return FrameResult(Frame(_IMAGE, 0, at_s), tuple(Face(_DETECTION, match) for match in matches))


def of(identity: Identity, squared_l2: float = 0.1) -> Match:
    return Match(identity, squared_l2, 0.2, verdict="match")


def test_somebody_comes_once_and_leaves_after_a_second_out_of_sight() -> None:
    presence = Presence()
    assert presence.update(result(0.0, of(ADA, 0.07))) == [Change("came", ADA, 0.0, 0.07)]
    assert presence.update(result(0.5, of(ADA))) == []
    assert presence.update(result(1.5)) == [], "one second exactly is not more than a second"
    assert presence.update(result(1.6)) == [Change("left", ADA, 1.6)]
    assert presence.present == []


def test_a_blink_is_no_departure() -> None:
    presence = Presence()
    presence.update(result(0.0, of(ADA)))
    presence.update(result(0.5))
    assert presence.update(result(0.9, of(ADA))) == []
    assert presence.present == [(ADA, 0.0)]


def test_departures_are_told_before_arrivals() -> None:
    presence = Presence()
    presence.update(result(0.0, of(ADA)))
    changes = presence.update(result(2.0, of(EVE), UNKNOWN))
    assert [(change.kind, change.identity) for change in changes] == [
        ("left", ADA),
        ("came", EVE),
        ("came", None),
    ]


def test_strangers_count_together_and_undecided_faces_not_at_all() -> None:
    presence = Presence()
    assert len(presence.update(result(0.0, UNKNOWN, UNKNOWN, None))) == 1
    assert presence.update(result(0.1, None)) == []
    assert presence.present == [(None, 0.0)]
    assert presence.seconds_seen == {}


def test_seconds_in_sight_add_up_over_visits() -> None:
    """Seen at 0.0, 0.4, 0.8 s (0.8 s long), gone for good, back at 5.0 and 5.5 s: 1.3 s."""
    presence = Presence()
    for at_s in (0.0, 0.4, 0.8):
        presence.update(result(at_s, of(ADA)))
    presence.update(result(3.0))
    for at_s in (5.0, 5.5):
        presence.update(result(at_s, of(ADA)))
    assert presence.seconds_seen["Ada"] == pytest.approx(1.3)


def test_time_that_jumps_back_takes_nothing_away() -> None:
    presence = Presence()
    presence.update(result(5.0, of(ADA)))
    presence.update(result(1.0, of(ADA)))
    assert presence.seconds_seen["Ada"] == 0.0


def test_a_renamed_person_stays_the_same_visitor() -> None:
    presence = Presence()
    presence.update(result(0.0, of(ADA)))
    assert presence.update(result(0.1, of(Identity("1", "Lady Lovelace")))) == []


def test_whoever_is_not_at_the_place_a_film_was_wound_back_to_has_left() -> None:
    presence = Presence()
    presence.update(result(8.0, of(ADA), UNKNOWN))
    assert presence.update(result(2.0, of(ADA))) == [Change("left", None, 2.0)]
    assert presence.present == [(ADA, 8.0)]


def test_whoever_is_not_meant_by_a_face_of_the_same_picture_any_more_is_not_there() -> None:
    presence = Presence()
    presence.update(result(2.0, of(ADA)))
    assert [(one.kind, one.identity) for one in presence.update(result(2.0, UNKNOWN))] == [
        ("left", ADA),
        ("came", None),
    ]
