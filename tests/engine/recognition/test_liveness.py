"""What is taken for a sign of life, and how a challenge goes on."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.engine.recognition.life.liveness import (
    COVERED_BEFORE,
    FEWEST_LOOKS,
    FEWEST_RELIEF_LOOKS,
    LEAST_RELIEF,
    TASK_S,
    LifeEvidence,
    ReliefEvidence,
    TaskLook,
    TaskProgress,
    eye_change,
    is_done,
    mouth_opening,
    newest_change,
    next_progress,
    relief_motion,
    sign_of_life,
    usual_change,
)

LOOKS = 30


def evidence(
    *,
    eyes: dict[int, float] | None = None,
    nose: dict[int, float] | None = None,
    bridge: dict[int, float] | None = None,
    mouth: float = 0.0,
) -> LifeEvidence:
    """Thirty looks at a face that does not change but for these looks, and a mouth that opens so far."""
    series = [*(np.full(LOOKS, 0.99) for _ in range(3)), np.full(LOOKS, 0.05)]
    for values, changes in zip(series, (eyes or {}, nose or {}, bridge or {}), strict=False):
        for look, likeness in changes.items():
            values[look] = likeness
    series[3][10:20] += mouth
    return LifeEvidence(*series)


def relief(
    turn: float = 0.0, *, looks: int = LOOKS, blurred: dict[int, float] | None = None
) -> ReliefEvidence:
    """Looks at a head that sways sideways by `turn` standard errors, or at a sheet; some of them blurred."""
    turns = np.random.default_rng(0).normal(size=(looks, 2))
    turns[:, 0] += turn * np.sin(np.arange(looks) / 4)
    misfits = np.full(looks, 1.5)
    for look, misfit in (blurred or {}).items():
        misfits[look], turns[look] = misfit, 40.0
    return ReliefEvidence(turns * 0.01, np.full((looks, 2), 0.01), misfits)


NO_RELIEF = relief(looks=0)


def test_a_face_that_never_changes_shows_no_sign() -> None:
    assert sign_of_life(evidence(), NO_RELIEF) is None
    assert eye_change(evidence()) == 0 and usual_change(evidence()) == 0


@pytest.mark.parametrize("look", [0, 7, 26])
def test_a_blink_is_a_sign_whenever_it_comes(look: int) -> None:
    assert sign_of_life(evidence(eyes={look: 0.5}), NO_RELIEF) == "eyes"


def test_what_the_nose_shares_is_a_smear_and_no_blink() -> None:
    assert sign_of_life(evidence(eyes={7: 0.8}, nose={7: 0.8}), NO_RELIEF) is None
    assert sign_of_life(evidence(eyes={7: 0.5}, nose={7: 0.9}), NO_RELIEF) == "eyes"
    # At another moment it says nothing about the eyes.
    assert sign_of_life(evidence(eyes={7: 0.8}, nose={9: 0.5}), NO_RELIEF) == "eyes"


def test_what_lies_over_both_eyes_covers_what_is_between_them() -> None:
    assert sign_of_life(evidence(eyes={7: 0.3}, bridge={7: 0.2}), NO_RELIEF) is None
    # It comes from somewhere: the eyes are half covered before and after.
    coming = {6: 0.7, 7: 0.5, 8: 0.3, 9: 0.6}
    assert sign_of_life(evidence(eyes=coming, bridge={8: 0.4}), NO_RELIEF) is None
    assert sign_of_life(evidence(eyes={**coming, 20: 0.5}, bridge={8: 0.4}), NO_RELIEF) == "eyes"


def test_a_change_counts_when_it_is_known_that_nothing_came_over_the_eyes() -> None:
    assert sign_of_life(evidence(eyes={LOOKS - 1: 0.5}), NO_RELIEF) is None
    blinking = evidence(eyes={LOOKS - 1 - COVERED_BEFORE: 0.5})
    assert newest_change(blinking) == pytest.approx(0.49)
    covered = evidence(eyes={LOOKS - 1 - COVERED_BEFORE: 0.5}, bridge={LOOKS - 1: 0.3})
    assert newest_change(covered) == 0 and newest_change(evidence()) == 0
    assert newest_change(LifeEvidence(*(np.zeros(2) for _ in range(4)))) == 0


def test_changes_as_small_as_those_of_held_photos_are_none() -> None:
    assert sign_of_life(evidence(eyes={7: 0.96, 8: 0.965}), NO_RELIEF) is None


def test_eyes_that_tremble_from_look_to_look_are_noise() -> None:
    noisy = {look: 0.99 - 0.05 * (look % 2) for look in range(LOOKS)}
    assert sign_of_life(evidence(eyes=noisy), NO_RELIEF) is None
    assert usual_change(evidence(eyes=noisy)) == pytest.approx(0.05)


def test_a_mouth_that_opens_is_a_sign_and_one_that_hardly_moves_is_none() -> None:
    assert sign_of_life(evidence(mouth=0.3), NO_RELIEF) == "mouth"
    assert sign_of_life(evidence(mouth=0.1), NO_RELIEF) is None
    assert mouth_opening(evidence(mouth=0.3)) == pytest.approx(0.3)


def test_too_few_looks_say_nothing() -> None:
    few = FEWEST_LOOKS - 1
    early = LifeEvidence(
        np.array([0.2] + [0.99] * (few - 1)), np.ones(few), np.ones(few), np.linspace(0, 1, few)
    )
    assert sign_of_life(early, NO_RELIEF) is None
    assert sign_of_life(LifeEvidence(*(np.zeros(0) for _ in range(4))), NO_RELIEF) is None


def test_a_head_that_sways_is_a_sign_though_eyes_and_mouth_keep_still() -> None:
    assert relief_motion(relief(5.0)) > LEAST_RELIEF
    assert sign_of_life(evidence(), relief(5.0)) == "depth"
    assert sign_of_life(evidence(eyes={7: 0.5}), relief(5.0)) == "eyes"


def test_the_noise_of_a_sheet_is_no_depth() -> None:
    assert relief_motion(relief()) == pytest.approx(1.0, abs=0.2)
    assert sign_of_life(evidence(), relief()) is None


def test_looks_that_fit_badly_say_nothing_of_the_depth() -> None:
    assert relief_motion(relief(blurred={4: 6.0, 20: 9.0})) == pytest.approx(1.0, abs=0.2)
    assert relief_motion(relief(blurred={4: 2.0})) > LEAST_RELIEF, "one that fits counts"


def test_a_look_that_is_sharper_than_the_others_is_not_trusted_more() -> None:
    """What it is compared with has noise of its own, which all share."""
    seen = relief()
    seen.errors[3], seen.turns[3] = 0.001, 0.01
    assert relief_motion(seen) < LEAST_RELIEF


def test_few_looks_say_nothing_of_the_depth() -> None:
    assert relief_motion(relief(9.0, looks=FEWEST_RELIEF_LOOKS - 1)) == 0 == relief_motion(NO_RELIEF)
    assert relief_motion(relief(9.0, looks=FEWEST_RELIEF_LOOKS)) > LEAST_RELIEF


def test_series_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="four series"):
        LifeEvidence(np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match="series"):
        ReliefEvidence(np.zeros((3, 2)), np.zeros((3, 2)), np.zeros(4))


@pytest.mark.parametrize(
    ("task", "turned", "change", "done"),
    [
        ("blink", 0.0, 0.3, True),
        ("blink", 40.0, 0.06, False),
        ("turn left", 20.0, 0.0, True),
        ("turn left", -20.0, 0.5, False),
        ("turn right", -20.0, 0.0, True),
        ("turn right", 5.0, 0.5, False),
    ],
)
def test_what_was_asked_for_and_nothing_else_counts(task, turned, change, done) -> None:  # type: ignore[no-untyped-def]
    assert is_done(task, turned, change) is done


def test_a_challenge_is_done_task_by_task_from_where_the_head_was() -> None:
    progress = TaskProgress(("turn left", "blink"), 0.0)
    progress = next_progress(progress, TaskLook(0.1, 12.0, 0.0), ("blink",))
    assert progress.now == "turn left" and progress.yaw == 12.0, "who sits askew has not turned"
    progress = next_progress(progress, TaskLook(1.0, 20.0, 0.4), ("blink",))
    assert progress.now == "turn left", "a blink was not asked for yet"
    progress = next_progress(progress, TaskLook(1.5, 28.0, 0.0), ("blink",))
    assert progress.now == "blink" and progress.since_s == 1.5
    progress = next_progress(progress, TaskLook(2.0, 28.0, 0.4), ("blink",))
    assert progress.now is None
    assert next_progress(progress, TaskLook(9.0, 0.0, 0.0), ("blink",)) is progress


def test_something_else_is_asked_for_when_the_time_is_over() -> None:
    progress = TaskProgress(("blink", "turn left"), 0.0, 0.0)
    late = next_progress(progress, TaskLook(TASK_S + 0.1, 3.0, 0.0), ("turn right", "blink"))
    assert late.asked == ("turn right", "blink") and (late.since_s, late.yaw) == (TASK_S + 0.1, 3.0)
    # A film that starts again: its time jumps back.
    assert next_progress(progress, TaskLook(-1.0, 0.0, 0.0), ("turn right",)).asked == ("turn right",)
