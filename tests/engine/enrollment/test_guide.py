"""The guide asks for one thing at a time, takes the photos itself, and always comes to an end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facecam.engine.enrollment.guide import POSES, Guide, Hint
from tests.engine.sitter import OBEDIENT, Clock, Sitter


@pytest.fixture
def clock() -> Clock:
    return Clock(Guide())


@pytest.fixture
def after_countdown(clock: Clock) -> Clock:
    clock.sit(Sitter(there=False), 2.1)
    return clock


def test_an_obedient_person_is_done_in_about_fifteen_seconds(clock: Clock) -> None:
    last = clock.obey()
    assert last.finished and last.hint == "finished"
    assert last.taken == POSES and last.skipped == ()
    assert clock.now_s - clock.start_s < 15


def test_it_counts_down_before_anything_else(clock: Clock) -> None:
    first = clock.sit(Sitter())
    assert first.hint == "get ready" and first.countdown_s == pytest.approx(2.0)
    later = clock.sit(Sitter(), 1.0)
    assert later.countdown_s == pytest.approx(1.0) and not later.taken


@pytest.mark.parametrize(
    ("sitter", "hint"),
    [
        (Sitter(there=False), "no face"),
        (Sitter(faces=2), "several faces"),
        (Sitter(width_px=60), "come closer"),
        (Sitter(width_px=400), "move back"),
        (Sitter(center=(620, 240)), "centre"),
        (Sitter(brightness=30), "more light"),
        (Sitter(brightness=240), "less light"),
        (Sitter(yaw=0.4), "look straight"),
        (Sitter(roll_degrees=30), "head upright"),
        # Several things are wrong: the first to mend is said.
        (Sitter(width_px=60, brightness=30, yaw=0.5), "come closer"),
        (Sitter(), "hold still"),
    ],
)
def test_one_hint_for_what_is_wrong(after_countdown: Clock, sitter: Sitter, hint: Hint) -> None:
    after_countdown.sit(sitter, 0.3)
    assert after_countdown.seen[-1].hint == hint


def test_the_photo_is_taken_after_all_was_good_for_a_while(after_countdown: Clock) -> None:
    guidance = after_countdown.sit(Sitter(), 0.4)
    assert 0 < guidance.hold < 1 and not guidance.take
    broken = after_countdown.sit(Sitter(yaw=0.5))
    assert broken.hold == 0, "the holding begins anew"
    taken = after_countdown.until_taken(Sitter())
    assert taken.pose == "front" and taken.hold == 1
    assert after_countdown.guide.pose == "smile"


def test_whoever_moves_is_asked_to_hold_still_and_not_photographed(after_countdown: Clock) -> None:
    for step in range(20):
        swaying = Sitter(center=(300 + 30 * (step % 2), 240))
        after_countdown.sit(swaying)
    assert not any(guidance.take for guidance in after_countdown.seen)
    assert after_countdown.seen[-1].hint == "hold still" and after_countdown.seen[-1].hold == 0


def at_pose(clock: Clock, pose: str) -> Clock:
    clock.sit(Sitter(), 2.1)
    clock.until_taken(Sitter())
    while clock.guide.pose != pose:
        clock.guide.skip()
    clock.sit(Sitter(), 0.6)
    return clock


@pytest.mark.parametrize(
    ("pose", "hint"),
    [
        ("left", "turn left"),
        ("right", "turn right"),
        ("up", "chin up"),
        ("down", "chin down"),
        ("smile", "smile"),
    ],
)
def test_what_is_asked_for_each_pose(clock: Clock, pose: str, hint: Hint) -> None:
    assert at_pose(clock, pose).seen[-1].hint == hint


def test_a_head_turned_too_far_is_asked_back(clock: Clock) -> None:
    at_pose(clock, "left")
    assert clock.sit(Sitter(yaw=0.8)).hint == "turn back"
    # So far that the detector does not see it any more.
    assert clock.sit(Sitter(there=False)).hint == "turn back"
    assert clock.sit(Sitter(there=False), 3.0).hint == "no face"


def test_the_wrong_side_is_not_taken(clock: Clock) -> None:
    at_pose(clock, "left")
    clock.sit(Sitter(yaw=-0.4), 2.0)
    assert clock.guide.pose == "left"


def test_poses_are_measured_against_the_frontal_photo(clock: Clock) -> None:
    """A camera beside the screen and a long nose: neither is a turn or a nod."""
    aside = Sitter(yaw=0.15, drop=0.95)
    clock.sit(aside, 2.1)
    clock.until_taken(aside)
    while clock.guide.pose != "down":
        clock.guide.skip()
    clock.sit(aside, 1.0)
    assert clock.seen[-1].hint == "chin down"
    assert clock.until_taken(replace(aside, drop=1.05)).pose == "down"


def test_a_smile_can_only_be_asked_for(clock: Clock) -> None:
    """A face that does not move is photographed all the same after a while."""
    at_pose(clock, "smile")
    assert clock.until_taken(Sitter(), limit_s=5.0).pose == "smile"


def test_a_pose_that_is_too_difficult_is_left_out(clock: Clock) -> None:
    at_pose(clock, "up")
    assert clock.seen[-1].give_up_s == pytest.approx(9.4, abs=0.3)
    clock.sit(Sitter(), 11.0)
    assert "up" in clock.seen[-1].skipped and clock.guide.pose == "down"


def test_the_first_photo_is_waited_for_and_nothing_is_left_out_without_a_face(clock: Clock) -> None:
    clock.sit(Sitter(yaw=0.9), 30.0)
    assert clock.guide.pose == "front" and clock.seen[-1].give_up_s == float("inf")
    clock.until_taken(Sitter())
    clock.sit(Sitter(there=False), 30.0)
    assert clock.guide.pose == "smile"


def test_skip_redo_and_the_end(clock: Clock) -> None:
    clock.sit(Sitter(), 2.1)
    assert clock.guide.redo() is None, "nothing was taken yet"
    clock.until_taken(Sitter())
    clock.guide.skip()
    assert clock.guide.pose == "left"
    clock.until_taken(OBEDIENT["left"])
    assert clock.guide.redo() == "left" and clock.guide.pose == "left"
    last = clock.obey()
    assert last.taken == ("front", "left", "right", "up", "down") and last.skipped == ("smile",)
    clock.guide.skip()
    assert clock.guide.see(Sitter().look(clock.now_s)).finished, "skipping after the end changes nothing"


def test_a_sleeping_computer_uses_up_no_patience(clock: Clock) -> None:
    at_pose(clock, "up")
    clock.now_s += 3600
    clock.sit(Sitter(), 1.0)
    assert clock.guide.pose == "up"
