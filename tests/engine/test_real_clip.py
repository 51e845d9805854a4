"""A real film: dark, small faces, hard cuts, and four of the six people enrolled are not in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.vision.sources.open import open_source

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
    recognizer, watch = open_recognizer(settings)
    names: Counter[str | None] = Counter()
    frames = found = singing = 0
    with open_source(str(clips / "short_hamilton_clip.mp4")) as source:
        for result in recognize_stream(source, recognizer, watch):
            frames += 1
            here = [
                face.match.identity.name if face.match and face.match.identity else None
                for face in result.faces
            ]
            names.update(here)
            found += len(here)
            singing += MIRANDA in here and result.frame.index < AUDIENCE_FROM_FRAME
    assert frames == 275
    assert not ABSENT & set(names)
    assert found >= 2.2 * frames
    assert singing >= 140, (
        "the singer is named in two thirds of the frames of his scenes, as often as he is seen"
    )
