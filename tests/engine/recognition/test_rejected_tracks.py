"""A rejection holds for the rest of the track and of the stream, and no longer than it is meant."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.engine.demo import Demo
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.live.actions import not_this_person
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.recognition.recognizer import StreamRecognizer, open_recognizer
from facecam.engine.recognition.rejected_tracks import RejectedTracks, source_mark
from facecam.engine.recognition.stream import recognize_stream
from facecam.vision.sources.open import open_source
from tests.engine.fakes import Actor, Stage
from tests.engine.recognition.test_recognizer import names, play
from tests.engine.test_real_clip import AUDIENCE_FROM_FRAME, MIRANDA
from tests.gallery.factories import on_circle

ADA, LIKE_ADA, TURNED = 40.0, 50.0, 60.0
PEOPLE = {"Ada": [ADA]}
ELSEWHERE = [Actor(LIKE_ADA, look=3, left=220)]


def ada_of(recognizer: StreamRecognizer) -> str:
    return recognizer.matcher.gallery.identities[0].id


def test_a_rejected_face_has_no_name_for_the_rest_of_its_track() -> None:
    """The same matcher, so nothing but the track remembers; a turned look is as near to Ada as the first."""
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE)
    assert names(play(stage, recognizer, [Actor(LIKE_ADA)])[0]) == ["Ada"]
    recognizer.reject(1, ada_of(recognizer))
    film = [Actor(LIKE_ADA)] * 2 + [Actor(ADA - 10)] * 12
    results = play(stage, recognizer, film)
    assert [names(result) for result in results] == [[None]] * len(film)
    face = results[-1].faces[0]
    assert face.state == "unknown" and face.match is not None and face.match.verdict == "unknown"


def test_a_later_track_that_looks_like_the_rejected_face_has_no_name_either() -> None:
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE)
    play(stage, recognizer, [Actor(LIKE_ADA)])
    recognizer.reject(1, ada_of(recognizer))
    results = play(stage, recognizer, [[]] * 4 + [ELSEWHERE] * 3)
    assert [names(result) for result in results[4:]] == [[None]] * 3
    assert results[-1].faces[0].track_id != 1


def test_the_person_is_still_named_beside_the_rejected_face() -> None:
    """Ada at 40°, the other at 60°: 0.12 from her, 0.12 from what was rejected."""
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE)
    other = Actor(TURNED, left=10)
    assert names(play(stage, recognizer, [other])[0]) == ["Ada"]
    recognizer.reject(1, ada_of(recognizer))
    results = play(stage, recognizer, [[other, Actor(ADA, look=1, left=200)]] * 3)
    assert [names(result) for result in results] == [[None, "Ada"]] * 3


def test_somebody_else_in_the_same_place_may_be_the_person() -> None:
    stage = Stage()
    recognizer = stage.recognizer({"Ada": [ADA], "Eve": [130]})
    play(stage, recognizer, [Actor(TURNED, look=0)] * 2)
    recognizer.reject(1, ada_of(recognizer))
    film = [Actor(130, look=1)] * 2 + [Actor(ADA - 15, look=2)] * 2
    results = play(stage, recognizer, film)
    assert [names(result) for result in results] == [["Eve"]] * 2 + [["Ada"]] * 2


def test_what_is_taken_back_holds_no_longer() -> None:
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE)
    play(stage, recognizer, [Actor(LIKE_ADA)])
    recognizer.reject(1, ada_of(recognizer))
    assert names(play(stage, recognizer, [Actor(LIKE_ADA)])[0]) == [None]
    recognizer.accept(ada_of(recognizer), on_circle(160))
    assert names(play(stage, recognizer, [Actor(LIKE_ADA)])[0]) == [None], "that is another face"
    recognizer.accept(ada_of(recognizer), on_circle(LIKE_ADA))
    assert names(play(stage, recognizer, [Actor(LIKE_ADA)])[0]) == ["Ada"]


def test_a_face_that_is_gone_is_not_rejected() -> None:
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE)
    recognizer.reject(7, ada_of(recognizer))
    assert names(play(stage, recognizer, [Actor(LIKE_ADA)])[0]) == ["Ada"]


def test_who_was_rejected_in_a_source_is_known_there_when_it_is_watched_again() -> None:
    stage = Stage()
    recognizer = stage.recognizer(PEOPLE)
    recognizer.recall({ada_of(recognizer): on_circle(TURNED)})
    assert names(play(stage, recognizer, [Actor(LIKE_ADA)])[0]) == [None]
    assert names(play(stage, recognizer, [Actor(ADA - 12, look=1, left=220)])[0]) == ["Ada"]
    recognizer.accept(ada_of(recognizer), on_circle(TURNED))
    assert names(play(stage, recognizer, [Actor(LIKE_ADA)])[0]) == ["Ada"]


def test_films_are_known_again_and_cameras_are_not(tmp_path: Path) -> None:
    film, other = tmp_path / "a.mp4", tmp_path / "b.mp4"
    film.write_bytes(b"film")
    other.write_bytes(b"another")
    mark = source_mark(str(film))
    assert len(mark) == len("-in-") + 10 and mark != source_mark(str(other))
    assert source_mark(str(film.rename(tmp_path / "renamed.mp4"))) == mark
    assert [source_mark(source) for source in ("", "0", "rtsp://camera/1", "demo")] == [""] * 4


def test_nothing_is_known_of_a_face_without_looks_but_its_track() -> None:
    tracks = RejectedTracks()
    tracks.reject(1, "ada", [])
    look = on_circle(0)[0]
    assert tracks.rules_out(1, "ada", [look], 0.0, 0.05)
    assert not tracks.rules_out(2, "ada", [look], 0.1, 0.05)
    tracks.accept("ada", np.zeros((0, 2), np.float32), 0.1)
    assert tracks.rules_out(1, "ada", [look], 0.0, 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("at_frame", [5, 100])
def test_in_a_real_film_the_face_is_not_taken_for_them_again(
    settings: Settings, shared_data: Path, at_frame: int
) -> None:
    """Hard, since it *is* the singer who is rejected: later looks are as near to his photo as ever.

    Not in the rest of the film, and not when it is watched again: of the looks the window keeps the clearest, those
    to come as long as the track lasts included.
    """
    clips = shared_data / "clips"
    film = str(clips / "short_hamilton_clip.mp4")
    assert Enroller(settings).enroll(MIRANDA, [clips / "people" / MIRANDA]).used >= 1
    recognizer, watch = open_recognizer(settings, every=3, keep_samples=True, source=film)
    named = {"before": 0, "after": 0, "again": 0}
    rejected, track = False, 0
    seen: list[FaceSample] = []
    with open_source(film) as source:
        for result in recognize_stream(source, recognizer, watch, max_frames=AUDIENCE_FROM_FRAME):
            for face in result.faces:
                if face.identity is None or face.track_id is None:
                    continue
                named["after" if rejected else "before"] += 1
                samples = recognizer.samples_of(face.track_id)
                if result.frame.index >= at_frame and not rejected and samples:
                    recognizer.reject(face.track_id, face.identity.id)
                    who = face.identity
                    keep = partial(not_this_person, embedder=recognizer.embedder, source=film)
                    keep(settings, who, samples)
                    watch.check_now()
                    rejected, track = True, face.track_id
            if rejected:
                seen += [
                    one for one in recognizer.samples_of(track) if all(one is not known for known in seen)
                ]
    assert named["before"] >= 1 and rejected
    keep(settings, who, seen)
    recognizer, watch = open_recognizer(settings, every=3, source=film)
    with open_source(film) as source:
        for result in recognize_stream(source, recognizer, watch, max_frames=AUDIENCE_FROM_FRAME):
            named["again"] += sum(face.identity is not None for face in result.faces)
    assert named["after"] == named["again"] == 0


@pytest.mark.slow
def test_where_the_film_shows_the_enrolled_picture_itself_the_rejection_wins(
    settings: Settings, demo: Demo
) -> None:
    """Later in the film and when it is played again, though the face is as near as can be to who was enrolled."""
    who = demo.portraits()[0]
    assert Enroller(settings).enroll(who.name, [who.path]).used == 1
    named = 0
    for again in (False, True):
        recognizer, watch = open_recognizer(settings, every=4, keep_samples=True)
        rejected = again
        with open_source(str(demo.clip)) as source:
            for result in recognize_stream(source, recognizer, watch):
                for face in result.faces:
                    named += rejected and face.identity is not None
                    samples = recognizer.samples_of(face.track_id or 0)
                    if not rejected and face.identity is not None and samples and result.frame.index >= 10:
                        not_this_person(settings, face.identity, samples, embedder=recognizer.embedder)
                        watch.check_now()
                        rejected = True
        assert rejected
    assert named == 0
