"""Each measurement that makes a face unfit has its own reason, in the order of importance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from facecam.engine.photos.quality import PhotoVerdict, Reason, judge
from facecam.vision.images.quality import FaceQuality

CLEAR = FaceQuality(size_px=120, sharpness=200, brightness=120, contrast=40, yaw=0.1, roll_degrees=3)


def test_a_clear_face_is_good_and_says_how_good() -> None:
    assert judge(CLEAR) == ("good", "quality 100%")


@pytest.mark.parametrize(
    ("change", "reason", "number"),
    [
        ({"size_px": 31.9}, "too small", "32"),
        ({"outside": 0.201}, "cut off", "20%"),
        ({"brightness": 34.9}, "too dark", "35"),
        ({"brightness": 225.1}, "too bright", "225"),
        ({"contrast": 5.9}, "too flat", "6"),
        ({"sharpness": 29.9}, "blurred", "30"),
        ({"yaw": 0.66}, "turned away", "0.66"),
        ({"yaw": -0.66}, "turned away", "0.66"),
    ],
)
def test_what_is_beyond_a_limit_is_named_with_its_numbers(
    change: dict[str, float], reason: str, number: str
) -> None:
    found, detail = judge(replace(CLEAR, **change))
    assert found == reason and number in detail


@pytest.mark.parametrize(
    "change",
    [
        {"size_px": 32.0},
        {"brightness": 35.0},
        {"brightness": 225.0},
        {"contrast": 6.0},
        {"yaw": 0.65},
        {"outside": 0.2},
    ],
)
def test_the_limit_itself_still_passes(change: dict[str, float]) -> None:
    assert judge(replace(CLEAR, **change))[0] == "good"


def test_a_head_that_is_only_tilted_is_good() -> None:
    assert judge(replace(CLEAR, roll_degrees=45))[0] == "good"


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_but_good_says_what_to_do(reason: Reason) -> None:
    verdict = PhotoVerdict(Path("a.jpg"), reason)
    assert verdict.used == (reason == "good")
    assert bool(verdict.hint) == (reason != "good")
