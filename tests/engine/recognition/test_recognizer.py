"""Names over time: steady, corrected when somebody else comes, never worn by a stranger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from facecam.core.types import Detection, Embeddings, Face, Frame, FrameResult, ImageArray
from facecam.engine.recognition.recognizer import StreamRecognizer
from tests.engine.fakes import Actor, Stage, matcher

ADA, EVE, STRANGER = 0.0, 90.0, 180.0
#: 15° from Ada is squared_l2 0.068, so accepted; the stranger who looks like her for a moment.
LIKE_ADA = 15.0
PEOPLE = {"Ada": [ADA], "Eve": [EVE]}


def name(face: Face) -> str | None:
    return face.match.identity.name if face.match and face.match.identity else None


def names(result: FrameResult) -> list[str | None]:
    return [name(face) for face in result.faces]


def play(
    stage: Stage,
    recognizer: StreamRecognizer,
    film: Sequence[Actor | Sequence[Actor]],
    *,
    step_s: float = 1.0,
    place: Callable[[int], int] = lambda index: 0,
) -> list[FrameResult]:
    """One frame per entry, `step_s` apart."""
    results = []
    for index, entry in enumerate(film):
        actors = [entry] if isinstance(entry, Actor) else list(entry)
        frame = stage.frame(*actors, index=index, at_s=index * step_s, place=place(index))
        results.append(recognizer.process(frame))
    return results


def test_known_and_unknown_faces_from_the_first_frame() -> None:
    stage = Stage()
    cast = [Actor(ADA, left=10), Actor(EVE, look=1, left=110), Actor(STRANGER, look=2, left=210)]
    (result,) = play(stage, stage.recognizer(PEOPLE), [cast])
    assert names(result) == ["Ada", "Eve", None]
    assert [face.match.verdict for face in result.faces if face.match] == ["match", "match", "unknown"]
    assert [face.track_id for face in result.faces] == [1, 2, 3]
    assert all(face.quality > 0.5 for face in result.faces)


def test_timings_name_every_stage_and_fit_into_the_total() -> None:
    stage = Stage()
    (result,) = play(stage, stage.recognizer(PEOPLE), [Actor(ADA)])
    assert {"detect", "align", "embed", "match", "total"} <= set(result.timings_ms)
    parts_ms = sum(value for stage, value in result.timings_ms.items() if stage != "total")
    assert 0 < parts_ms <= result.timings_ms["total"]


def test_a_track_is_embedded_often_while_young_then_once_a_second() -> None:
    """25 frames/s for 3 s. Due after 0.1, 0.25, 0.5, 1, 1 … s: at 0, 0.12, 0.40, 0.92, 1.92, 2.92 s."""
    stage = Stage()
    play(stage, stage.recognizer(PEOPLE), [Actor(ADA)] * 75, step_s=0.04)
    assert stage.embedded == 6 and stage.detected == 75


def test_one_doubtful_frame_takes_nobodys_name_away() -> None:
    """30° from Ada is not accepted: a blink among clear frames."""
    stage = Stage()
    film = [Actor(ADA), Actor(ADA), Actor(30), Actor(ADA)]
    assert [names(result) for result in play(stage, stage.recognizer(PEOPLE), film)] == [["Ada"]] * 4


@pytest.mark.parametrize("before", [1, 2, 3])
def test_a_stranger_who_looks_like_somebody_for_one_frame_gets_no_name(before: int) -> None:
    """A person needs more votes than "unknown" has."""
    stage = Stage()
    film = [Actor(40)] * before + [Actor(LIKE_ADA)]
    assert names(play(stage, stage.recognizer({"Ada": [ADA]}), film)[-1]) == [None]


def test_a_face_that_becomes_clear_gets_its_name_with_the_majority() -> None:
    stage = Stage()
    film = [Actor(40), Actor(LIKE_ADA), Actor(LIKE_ADA), Actor(LIKE_ADA)]
    assert names(play(stage, stage.recognizer({"Ada": [ADA]}), film)[-1]) == ["Ada"]


def test_somebody_else_in_the_same_place_does_not_inherit_the_name() -> None:
    stage = Stage()
    film = [Actor(ADA, look=0)] * 6 + [Actor(STRANGER, look=1)]
    results = play(stage, stage.recognizer(PEOPLE), film)
    assert names(results[5]) == ["Ada"] and names(results[6]) == [None]
    results = play(stage, stage.recognizer(PEOPLE), [*film[:6], Actor(EVE, look=1)])
    assert names(results[-1]) == ["Eve"]


def test_after_a_cut_everything_is_judged_anew() -> None:
    stage = Stage()
    film = [Actor(ADA)] * 4 + [Actor(STRANGER)] * 2
    results = play(stage, stage.recognizer(PEOPLE), film, step_s=0.04, place=lambda index: int(index >= 4))
    assert [names(result) for result in results] == [["Ada"]] * 4 + [[None]] * 2
    assert results[3].faces[0].track_id != results[4].faces[0].track_id


def test_people_who_change_places_keep_their_names() -> None:
    stage = Stage()
    film = [
        [Actor(ADA, look=0, left=10), Actor(EVE, look=1, left=200)],
        [Actor(EVE, look=1, left=10), Actor(ADA, look=0, left=200)],
    ]
    results = play(stage, stage.recognizer(PEOPLE), film * 3, step_s=0.04)
    assert [names(result) for result in results] == [["Ada", "Eve"], ["Eve", "Ada"]] * 3


def test_a_face_too_poor_to_tell_is_undecided_and_not_embedded() -> None:
    stage = Stage()
    (result,) = play(stage, stage.recognizer(PEOPLE), [Actor(ADA, clear=False)])
    assert result.faces[0].match is None and result.faces[0].quality < 0.02
    assert stage.embedded == 0


def test_a_face_that_gets_better_is_embedded_at_once() -> None:
    stage = Stage()
    film = [Actor(ADA, clear=False), Actor(ADA), Actor(ADA)]
    results = play(stage, stage.recognizer(PEOPLE), film, step_s=0.01)
    assert [names(result) for result in results] == [[None], ["Ada"], ["Ada"]]
    assert stage.embedded == 1


def test_a_change_of_the_people_is_seen_by_the_faces_in_view() -> None:
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE)
    play(stage, recognizer, [Actor(ADA)] * 3, step_s=0.04)
    embedded = stage.embedded
    recognizer.use_matcher(matcher({"Lady Lovelace": [ADA]}))
    assert names(play(stage, recognizer, [Actor(ADA)], step_s=0.04)[0]) == ["Lady Lovelace"]
    recognizer.use_matcher(matcher({}))
    assert names(play(stage, recognizer, [Actor(ADA)], step_s=0.04)[0]) == [None]
    recognizer.use_matcher(matcher(PEOPLE))
    assert names(play(stage, recognizer, [Actor(ADA)], step_s=0.04)[0]) == ["Ada"]
    assert stage.embedded == embedded, "judged by the vectors that are there"


def test_between_detections_faces_are_followed() -> None:
    """A face that moves by 3 px a frame; detected in every 4th."""
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE, every=4)
    results = play(stage, recognizer, [Actor(ADA, left=60 + 3 * step) for step in range(12)], step_s=0.04)
    assert stage.detected == 3
    assert [names(result) for result in results] == [["Ada"]] * 12
    assert {result.faces[0].track_id for result in results} == {1}
    for step, result in enumerate(results):
        assert result.faces[0].detection.box.left == pytest.approx(60 + 3 * step, abs=3)


def test_a_face_that_vanishes_between_detections_is_gone_at_once() -> None:
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE, every=10)
    results = play(stage, recognizer, [[Actor(ADA)], [Actor(ADA)], []], step_s=0.04)
    assert [len(result.faces) for result in results] == [1, 1, 0]
    assert stage.detected == 2


def test_a_newcomer_waits_for_the_next_detection_only() -> None:
    stage = Stage()
    both = [Actor(ADA, left=10), Actor(EVE, look=1, left=200)]
    film = [both[:1]] + [both] * 4
    results = play(stage, stage.recognizer(PEOPLE, every=4), film, step_s=0.04)
    assert [len(result.faces) for result in results[1:]] == [1, 1, 1, 2]
    assert names(results[-1]) == ["Ada", "Eve"]


class RegionStage(Stage):
    """A stage whose detector also looks where faces were."""

    def __init__(self) -> None:
        super().__init__()
        self.looks, self.known = 0, 0

    def detect(self, image: ImageArray, known: Sequence[Detection] = ()) -> list[Detection]:
        self.known += len(known)
        return super().detect(image)

    def find_again(self, image: ImageArray, known: Sequence[Detection]) -> list[Detection | None]:
        self.looks += 1
        there = [actor.detection() for actor in self._cast[image.tobytes()]]
        return [max(there, key=lambda one: one.box.iou(old.box), default=None) for old in known]


def test_a_face_too_quick_for_the_flow_is_found_again_where_it_was() -> None:
    """45 px a frame, half its width: the full picture is searched once only, and the name stays."""
    stage = RegionStage()
    film = [Actor(ADA, left=10 + 45 * step) for step in range(5)]
    results = play(stage, stage.recognizer(PEOPLE, every=10), film, step_s=0.04)
    assert stage.detected == 1 and stage.looks == 4
    assert [names(result) for result in results] == [["Ada"]] * 5
    assert {result.faces[0].track_id for result in results} == {1}
    assert [result.faces[0].detection.box.left for result in results] == [10, 55, 100, 145, 190]


def test_a_face_that_is_not_where_it_was_makes_the_whole_picture_be_searched() -> None:
    stage = RegionStage()
    film: list[Sequence[Actor]] = [[Actor(ADA)], [], [Actor(ADA), Actor(EVE, look=1, left=210)]]
    results = play(stage, stage.recognizer(PEOPLE, every=10), film, step_s=0.04)
    assert [len(result.faces) for result in results] == [1, 0, 0] and stage.detected == 2
    newcomers = play(
        stage, stage.recognizer(PEOPLE, every=3), [film[0], film[0], film[0], film[2]], step_s=0.04
    )
    assert [names(result) for result in newcomers] == [["Ada"]] * 3 + [["Ada", "Eve"]]


def test_somebody_else_where_a_face_was_is_judged_at_once() -> None:
    stage = RegionStage()
    film = [Actor(ADA)] * 3 + [Actor(STRANGER, look=1)] * 2
    results = play(stage, stage.recognizer(PEOPLE, every=10), film, step_s=0.04)
    assert [names(result) for result in results] == [["Ada"]] * 3 + [[None]] * 2 and stage.detected == 1


def test_faces_known_from_the_last_detection_are_believed_four_times_in_five() -> None:
    stage = RegionStage()
    play(stage, stage.recognizer(PEOPLE), [Actor(ADA)] * 11, step_s=0.04)
    assert stage.known == 8, "of eleven the first knows nobody, and the fifth and tenth look again"


@pytest.mark.parametrize(("new", "chips"), [(1, 4), (2, 5), (3, 6), (5, 5), (9, 9)])
def test_a_frame_of_new_faces_costs_six_chips_or_one_each(
    monkeypatch: pytest.MonkeyPatch, new: int, chips: int
) -> None:
    """Four chips a face, aligned in two ways and mirrored; as many of them as leave every other one its first."""
    stage, flat = Stage(), []
    embed, detect = stage.embed, stage.detect

    def counting(faces: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        flat.append(sum(len(one) if one.ndim == 4 else 1 for one in faces))
        return embed(faces)

    monkeypatch.setattr(stage, "embed", counting)
    monkeypatch.setattr(stage, "views", lambda image, found: np.stack([stage.chip(image, found)] * 2))
    five = np.array([(22, 25), (58, 25), (40, 45), (28, 62), (52, 62)], np.float32)
    monkeypatch.setattr(
        stage,
        "detect",
        lambda image: [
            replace(one, scheme="five", landmarks=five + np.float32((one.box.left, one.box.top)))
            for one in detect(image)
        ],
    )
    cast = [Actor(40 * place, look=place % 8, left=25 * place) for place in range(new)]
    (result,) = play(stage, stage.recognizer(PEOPLE), [cast])
    assert all(face.match is not None for face in result.faces) and flat == [chips]


def test_pictures_of_a_folder_continue_nothing() -> None:
    stage = Stage()
    recognizer = stage.recognizer({"Ada": [ADA]}, every=3)
    results = []
    for index, degrees in enumerate([40, LIKE_ADA, 40, LIKE_ADA]):
        frame = stage.frame(Actor(degrees), index=index, at_s=float(index), name=f"{index}.jpg")
        results.append(recognizer.process(frame))
    assert [names(result) for result in results] == [[None], ["Ada"], [None], ["Ada"]]
    tracks = [result.faces[0].track_id for result in results]
    assert all(one < other for one, other in pairwise(tracks) if one and other)


class OneFace(Stage):
    """Finds the same face in every picture, however small it was made."""

    def detect(self, image: ImageArray) -> list[Detection]:
        return [Actor(ADA).detection()]


def test_a_picture_judged_again_keeps_its_own_size_though_the_next_one_has_another() -> None:
    recognizer = OneFace().recognizer(PEOPLE)
    recognizer.search_in(320)
    large, small = (
        recognizer.process(
            Frame(np.zeros((3 * side // 4, side, 3), np.uint8), index, float(index), f"{side}")
        )
        for index, side in enumerate((640, 320))
    )
    assert large.faces[0].detection.box == small.faces[0].detection.box.scaled(2.0)
    again = recognizer.again(large)
    assert again.faces[0].detection.box == large.faces[0].detection.box and names(again) == ["Ada"]


def test_nobody_enrolled_means_everybody_is_unknown() -> None:
    stage = Stage()
    (result,) = play(stage, stage.recognizer({}), [Actor(ADA)])
    match = result.faces[0].match
    assert match is not None and match.identity is None and match.squared_l2 == float("inf")


def test_a_frame_without_faces_is_a_result_too() -> None:
    stage = Stage()
    (result,) = play(stage, stage.recognizer(PEOPLE), [[]])
    assert result.faces == () and result.frame.index == 0


def test_many_faces_at_once_share_what_a_frame_may_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four new faces two are seen by a chip and its mirror image, two by a chip (6 chips); all are judged."""
    stage, given = Stage(), []
    embed = stage.embed

    def counting(chips: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        given.extend(len(chip) if chip.ndim == 4 else 1 for chip in chips)
        return embed(chips, mirror=mirror)

    monkeypatch.setattr(stage, "embed", counting)
    cast = [
        Actor(60.0 * index, look=index, left=110 * (index % 2), top=120 * (index // 2)) for index in range(4)
    ]
    recognizer = stage.recognizer(PEOPLE)
    first, _ = play(stage, recognizer, [cast, cast], step_s=0.11)
    assert [face.match is not None for face in first.faces] == [True] * 4
    assert sorted(given[:4]) == [1, 1, 2, 2]
    assert given[4:] == [2, 2, 2], "in the next frame as many again, and not more"
