"""No name rather than a wrong one in the first 0.3 s."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from facecam.core.types import Box, Detection, Face, Frame, FrameResult, Match
from facecam.engine.recognition.debounce import NewTrackFilter
from tests.engine.visits.test_presence import ADA, UNKNOWN, of

_DETECTION = Detection(Box(0, 0, 1, 1), 1.0, np.zeros((5, 2), np.float32))


class Card:
    """0 is 100 %, 0.2 is 0 %."""

    def percent(self, squared_l2: float) -> float:
        return 100 - 500 * squared_l2

    def percent_of(self, match: Match) -> float:
        return self.percent(match.squared_l2)


CARD: Any = Card()


def at(seconds: float, match: Match | None, track: int = 1, name: str = "") -> FrameResult:
    frame = Frame(np.zeros((2, 2, 3), np.uint8), 0, seconds, name)
    return FrameResult(frame, (Face(_DETECTION, match, track),))


def shown(new: NewTrackFilter, result: FrameResult) -> Match | None:
    return new.held(result, CARD).faces[0].match


def test_a_doubtful_face_is_undecided_for_three_tenths_of_a_second() -> None:
    new = NewTrackFilter()
    assert shown(new, at(0.0, of(ADA, 0.1))) is None
    assert shown(new, at(0.29, UNKNOWN)) is None
    assert shown(new, at(0.3, of(ADA, 0.1))) == of(ADA, 0.1)
    assert shown(new, at(0.31, UNKNOWN)) == UNKNOWN, "later changes are the vote's affair"


def test_near_certainty_needs_no_waiting_and_stays() -> None:
    new = NewTrackFilter()
    assert shown(new, at(0.0, of(ADA, 0.01))) == of(ADA, 0.01)
    assert shown(new, at(0.1, of(ADA, 0.1))) == of(ADA, 0.1)


def test_every_face_has_its_own_time() -> None:
    new = NewTrackFilter()
    shown(new, at(0.0, UNKNOWN, track=1))
    assert shown(new, at(0.4, UNKNOWN, track=2)) is None
    assert shown(new, at(0.4, UNKNOWN, track=1)) == UNKNOWN


def test_pictures_of_a_folder_are_decided_at_once() -> None:
    assert shown(NewTrackFilter(), at(0.0, UNKNOWN, name="a.jpg")) == UNKNOWN


def test_undecided_stays_undecided_and_faces_without_a_track_pass() -> None:
    new = NewTrackFilter()
    assert shown(new, at(5.0, None)) is None
    result = at(0.0, UNKNOWN)
    loose = replace(result, faces=(Face(_DETECTION, UNKNOWN, None),))
    assert shown(new, loose) == UNKNOWN


def test_faces_long_gone_are_not_remembered() -> None:
    new = NewTrackFilter()
    for track in range(1000):
        shown(new, at(float(track), UNKNOWN, track=track))
    assert len(new._faces) < 300
