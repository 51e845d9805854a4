"""A real film: dark, small faces, hard cuts, and four of the six people enrolled are not in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.engine.enroll import Enroller
from facecam.engine.live import recognise_stream
from facecam.engine.recognizer import open_recognizer
from facecam.vision.source import open_source

MIRANDA = "Lin-Manuel Miranda"
ABSENT = {"Joe Biden", "Rose Leslie", "Kit Harington"}
#: From here on the audience is seen; every face before is the singer's.
AUDIENCE_FROM_FRAME = 210


@pytest.mark.slow
def test_the_singer_is_named_and_nobody_who_is_not_there(settings: Settings, shared_data: Path) -> None:
    clips = shared_data / "clips"
    enroller = Enroller(settings)
    for person in sorted((clips / "people").iterdir()):
        assert enroller.enroll(person.name, [person]).used >= 1
    # Faces of 40 to 80 px: the picture is doubled.
    recognizer, watch = open_recognizer(replace(settings, upsample=1), every=2)
    on_stage: Counter[str | None] = Counter()
    names: Counter[str | None] = Counter()
    frames = 0
    with open_source(str(clips / "short_hamilton_clip.mp4")) as source:
        for result in recognise_stream(source, recognizer, watch):
            frames += 1
            for face in result.faces:
                name = face.match.identity.name if face.match and face.match.identity else None
                names[name] += 1
                if result.frame.index < AUDIENCE_FROM_FRAME:
                    on_stage[name] += 1
    assert frames == 275
    assert not ABSENT & set(names)
    assert on_stage.total() >= 120, "the singer is found in most frames of his scenes"
    assert on_stage[MIRANDA] >= 0.95 * on_stage.total()
