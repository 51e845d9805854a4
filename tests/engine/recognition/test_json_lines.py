"""The JSON line per frame: the keys, types and rounding that DESIGN promises."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from facecam.core.types import Box, Detection, Face, Frame, FrameResult, Identity, Life, Match
from facecam.engine.recognition.json_lines import face_report, frame_report

FRAME_TYPES = {"frame": int, "time_s": float, "faces": list, "timings_ms": dict}
FACE_TYPES: dict[str, Any] = {
    "box": list,
    "name": (str, type(None)),
    "squared_l2": float,
    "threshold": float,
    "score": float,
    "track": int,
    "quality": float,
}
#: What is told beside the promised keys; nothing else may appear unnoticed.
FACE_EXTRAS = {"verdict", "match_score", "match_threshold", "probability"}
#: … but what a duplicate says beside it.
DUPLICATE_EXTRAS = FACE_EXTRAS | {"looks_like"}
#: … and what a face that was not yet seen to be alive does.
UNPROVEN_EXTRAS = DUPLICATE_EXTRAS | {"life"}
PICTURE = np.zeros((150, 200, 3), np.uint8)
TIMINGS = {"detect", "align", "embed", "match", "total"}


def check_line(line: dict[str, Any]) -> None:
    """Assert that a parsed line of `live --json` is as DESIGN has it."""
    assert list(line)[:4] == list(FRAME_TYPES) and set(line) - set(FRAME_TYPES) <= {"name"}
    for key, kind in FRAME_TYPES.items():
        assert type(line[key]) is kind, key
    assert set(line["timings_ms"]) >= TIMINGS and set(line["timings_ms"]) - TIMINGS <= {"track", "life"}
    assert all(type(value) is float and value >= 0 for value in line["timings_ms"].values())
    for face in line["faces"]:
        extras = {"duplicate": DUPLICATE_EXTRAS, "unproven": UNPROVEN_EXTRAS}.get(
            face["verdict"], FACE_EXTRAS
        )
        if face["verdict"] == "match" and "life" in face:
            extras = extras | {"life"}
        assert list(face)[:7] == list(FACE_TYPES) and set(face) - set(FACE_TYPES) == extras
        for key, kinds in FACE_TYPES.items():
            assert isinstance(face[key], kinds) and not isinstance(face[key], bool), key
        assert len(face["box"]) == 4 and all(type(edge) is int for edge in face["box"])
        assert 0 <= face["squared_l2"] <= 4 and 0 <= face["quality"] <= 1
        assert (face["name"] is not None) == (face["verdict"] == "match")
        assert face["probability"] is None or (face["name"] is not None and 0 <= face["probability"] <= 1)


def detection(score: float = 1.23456) -> Detection:
    return Detection(Box(10.4, 20.6, 99.5, 120.49), score, np.zeros((5, 2), np.float32))


def frame(*faces: Face, name: str = "") -> FrameResult:
    timings = {"detect": 10.12345, "track": 0.5, "align": 1.0, "embed": 2.0, "match": 0.1, "total": 13.8}
    return FrameResult(Frame(PICTURE, 12, 0.4000049, name), faces, timings)


def test_a_line_worked_out_by_hand() -> None:
    match = Match(Identity("1", "Ada"), 0.1100049, 0.2, verdict="match", probability=0.987654)
    ada = Face(detection(), match, 4, 0.81234)
    line = json.loads(json.dumps(frame_report(frame(ada), 0.3), allow_nan=False))
    assert line == {
        "frame": 12,
        "time_s": 0.4,
        "faces": [
            {
                "box": [10, 21, 100, 120],
                "name": "Ada",
                "squared_l2": 0.11,
                "threshold": 0.2,
                "score": 1.2346,
                "track": 4,
                "quality": 0.812,
                "verdict": "match",
                "match_score": 0.11,
                "match_threshold": 0.2,
                "probability": 0.98765,
            }
        ],
        "timings_ms": {
            "detect": 10.123,
            "track": 0.5,
            "align": 1.0,
            "embed": 2.0,
            "match": 0.1,
            "total": 13.8,
        },
    }
    check_line(line)


@pytest.mark.parametrize(
    ("match", "verdict", "squared_l2"),
    [
        (None, "undecided", 4.0),
        (Match(None, float("inf"), 0.2), "unknown", 4.0),
        (Match(None, 0.5, 0.2), "unknown", 0.5),
        (Match(None, 0.1, 0.2, verdict="ambiguous"), "ambiguous", 0.1),
        (
            Match(Identity("1", "Ada"), 0.1, 0.2, Identity("1", "Ada")).without_name("duplicate"),
            "duplicate",
            0.1,
        ),
    ],
)
def test_a_face_without_a_name_is_null_and_its_distance_a_number(
    match: Match | None, verdict: str, squared_l2: float
) -> None:
    report = face_report(Face(detection(), match, 1, 0.5), PICTURE, 0.2)
    assert report["name"] is None and report["verdict"] == verdict
    assert report["squared_l2"] == squared_l2 and report["threshold"] == 0.2
    json.dumps(report, allow_nan=False)


@pytest.mark.parametrize(
    ("box", "told"),
    [
        (Box(-26.4, 10, 120, 160), [0, 10, 120, 150]),
        (Box(150, -40, 260, 60), [150, 0, 200, 60]),
        (Box(-900, -900, 900, 900), [0, 0, 200, 150]),
        (Box(-50, 20, -10, 60), [0, 20, 1, 60]),
        (Box(210, 155, 240, 190), [199, 149, 200, 150]),
    ],
)
def test_of_a_face_cut_by_the_border_the_box_of_what_is_seen_is_told(box: Box, told: list[int]) -> None:
    face = Face(Detection(box, 1.0, np.zeros((5, 2), np.float32)), None, 1, 0.5)
    assert face_report(face, PICTURE, 0.2)["box"] == told


def test_a_score_that_decided_stands_beside_the_distance() -> None:
    """The threshold of the distance is what the other one comes to for this face: 0.15 − (0.08 − 0.11)."""
    match = Match(Identity("1", "Ada"), 0.11, 0.18, verdict="match", match_score=0.08, match_threshold=0.15)
    report = face_report(Face(detection(), match, 1, 0.5), PICTURE, 0.2)
    assert (report["squared_l2"], report["threshold"]) == (0.11, 0.18)
    assert (report["match_score"], report["match_threshold"]) == (0.08, 0.15)
    undecided = face_report(Face(detection(), None, 1, 0.5), PICTURE, 0.2, 0.15)
    assert (undecided["threshold"], undecided["match_threshold"]) == (0.2, 0.15)


def test_only_a_duplicate_says_whom_it_looks_like() -> None:
    ada, eve = Identity("1", "Ada"), Identity("2", "Eve")
    match = Match(ada, 0.1, 0.2, ada, eve, 0.11, "match")
    twice = Face(detection(), match.without_name("duplicate"), 2, 0.5)
    line = json.loads(json.dumps(frame_report(frame(Face(detection(), match, 1, 0.5), twice), 0.2)))
    check_line(line)
    assert line["faces"][1]["looks_like"] == "Ada" and "looks_like" not in line["faces"][0]
    ambiguous = Match(None, 0.1, 0.2, ada, eve, 0.11, "ambiguous")
    assert "looks_like" not in face_report(Face(detection(), ambiguous, 1, 0.5), PICTURE, 0.2)


def test_values_of_numpy_become_plain_numbers() -> None:
    """`json` refuses np.float32; a detector or matcher may well use it."""
    match = Match(Identity("1", "Ada"), float(np.float32(0.1)), 0.2, verdict="match")
    line = frame_report(frame(Face(detection(float(np.float32(1.5))), match, 1, 0.5)), 0.2)
    check_line(json.loads(json.dumps(line)))


def test_pictures_of_a_folder_say_their_name() -> None:
    assert frame_report(frame(name="ada.jpg"), 0.2)["name"] == "ada.jpg"
    assert "name" not in frame_report(frame(), 0.2)


def test_who_was_not_yet_seen_to_be_alive_has_no_name_and_says_whom_it_looks_like() -> None:
    match = Match(Identity("1", "Ada"), 0.11, 0.2, Identity("1", "Ada"), verdict="match")
    still = face_report(
        Face(detection(), match, 4, 0.8, life=Life(False, None, "turn left", 1.2345)), PICTURE, 0.3
    )
    assert (still["name"], still["verdict"], still["looks_like"]) == (None, "unproven", "Ada")
    assert still["life"] == {"alive": False, "sign": None, "asked": "turn left", "seconds": 1.23}
    alive = face_report(Face(detection(), match, 4, 0.8, life=Life(True, "eyes")), PICTURE, 0.3)
    assert (alive["name"], alive["verdict"]) == ("Ada", "match") and "looks_like" not in alive
    assert alive["life"]["alive"] and alive["life"]["sign"] == "eyes"
    assert "life" not in face_report(Face(detection(), match, 4, 0.8), PICTURE, 0.3)


def test_thresholds_are_rounded_like_what_is_compared_with_them() -> None:
    for score, decides in ((None, None), (0.1234567, 0.7654321)):
        match = Match(None, 0.7654321, 0.1234567, match_score=score, match_threshold=decides)
        for face in (Face(detection(), match, 1), Face(detection(), None, 1)):
            report = face_report(face, PICTURE, 0.1234567, decides)
            for key in ("squared_l2", "threshold", "match_score", "match_threshold"):
                assert report[key] == round(report[key], 5), key
