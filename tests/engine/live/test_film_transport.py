"""A film in the window: wound, stepped, searched for unknown faces; and who is where in it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.events import Event, Notice
from facecam.core.types import Box, Detection, Face, Frame, FrameResult, Identity, Match
from facecam.engine.live.appearances import Appearances, NextUnknown
from facecam.engine.live.session import LiveSession
from facecam.engine.live.state import LiveState
from facecam.engine.live.unknown_faces import UnknownTray
from facecam.engine.live.view import LiveView, annotated_view, plain_view
from tests.engine.fakes import Actor, FakeSource, Stage, eventually, matcher
from tests.engine.live.test_session import ADA, STRANGER, Watch, states

STEP_S = 0.1


class WoundSource(FakeSource):
    """A film that can be wound."""

    @property
    def duration_s(self) -> float | None:
        return len(self._frames) * STEP_S

    @property
    def ended(self) -> bool:
        return self.closed or self._next >= len(self._frames)

    def seek(self, time_s: float) -> None:
        self._next = min(round(time_s / STEP_S), len(self._frames) - 1)

    def seek_before(self, time_s: float) -> None:
        self._next = max(round(time_s / STEP_S) - 1, 0)


class Film:
    """A run over a film of painted frames, 0.1 s apart."""

    def __init__(self, cast: Sequence[Sequence[Actor]], settings: Settings | None = None) -> None:
        self.stage = Stage()
        frames = [self.stage.frame(*who, index=at, at_s=at * STEP_S) for at, who in enumerate(cast)]
        self.views: list[LiveView] = []
        self.ended: list[BaseException | None] = []
        self.told: list[Event] = []
        recognizer = self.stage.recognizer({"Ada": [ADA]}, keep_samples=True)
        watch: object = Watch()
        self.source = WoundSource(frames)
        self.run = LiveSession(
            settings or Settings(),
            self.source,
            recognizer,
            watch,  # type: ignore[arg-type]
            LiveState(unknowns=UnknownTray(600.0)),
            None,
            self.notify,
            self.ended.append,
            self.told.append,
        )

    def notify(self) -> None:
        view = self.run.views.take()
        if view is not None:
            self.views.append(view)

    @property
    def at(self) -> int:
        """The frame shown."""
        return self.views[-1].frame.index if self.views else -1

    def shows(self, index: int) -> bool:
        return eventually(lambda: self.at == index)


@pytest.fixture
def film() -> Film:
    alone, both = [Actor(ADA, left=10)], [Actor(ADA, left=10), Actor(STRANGER, look=1, left=200)]
    return Film([alone] * 40 + [both] * 20 + [alone] * 20)


def test_a_paused_film_is_stepped_forward_and_back(film: Film) -> None:
    film.run.start()
    assert eventually(lambda: film.at >= 2)
    film.run.pause()
    time.sleep(0.25)
    here = film.at
    film.run.step(1)
    assert film.shows(here + 1) and film.run.paused
    film.run.step(1)
    film.run.step(1)
    assert film.shows(here + 3)
    film.run.step(-1)
    assert film.shows(here + 2) and film.run.paused
    film.run.step(-1)
    assert film.shows(here + 1)
    film.run.step(1)
    assert film.shows(here + 2), "forward again from where back has led"
    for _ in range(2):
        film.run.step(-1)
    assert film.shows(here), "none of two steps back asked for at once is lost"
    assert film.run.stop()


def test_a_film_is_wound_while_it_plays_and_while_it_is_paused(film: Film) -> None:
    film.run.start()
    assert eventually(lambda: film.at >= 1)
    film.run.seek(5.0)
    assert eventually(lambda: 50 <= film.at < 60) and not film.run.paused
    film.run.pause()
    film.run.seek(1.0)
    assert film.shows(10)
    time.sleep(0.3)
    assert film.at == 10 and film.run.paused
    assert film.run.stop()


def test_a_film_that_is_over_stays_can_be_wound_back_and_ends_again(film: Film) -> None:
    film.run.start()
    film.run.seek(7.7)
    assert eventually(lambda: film.ended == [None]) and film.run.at_end and film.at == 79
    film.run.use_threshold(0.01)
    film.run.step(1)
    assert film.run.at_end, "there is nothing behind the end"
    film.run.step(-1)
    assert film.shows(78) and film.run.paused and not film.run.at_end
    film.run.resume()
    assert eventually(lambda: film.ended == [None, None]) and film.at == 79
    assert film.run.stop()
    assert film.ended == [None, None] and film.run.views.closed


def test_the_speed_changes_how_long_a_film_takes() -> None:
    took_s = []
    for speed in (10.0, 0.5):
        film = Film([[Actor(ADA)]] * 6)
        film.run.play_at(speed)
        started_s = time.monotonic()
        film.run.start()
        assert eventually(lambda: film.ended == [None])  # noqa: B023
        took_s.append(time.monotonic() - started_s)
        assert film.run.stop()
    assert took_s[1] >= 0.95, "half a second at half speed"
    assert took_s[0] < took_s[1]


def test_the_next_unknown_face_is_gone_to_and_there_it_stands_still(film: Film) -> None:
    film.run.start()
    assert eventually(lambda: film.at >= 1)
    film.run.next_unknown()
    assert eventually(lambda: film.run.paused)
    assert eventually(lambda: 40 <= film.at <= 43)
    assert ("unknown", None) in states(film.views[-1])
    film.run.next_unknown()  # none comes but the one in sight
    assert eventually(lambda: bool(film.told)) and film.run.at_end
    (notice,) = film.told
    assert isinstance(notice, Notice) and "no other unknown face" in notice.text
    assert film.run.stop()


def test_who_is_in_sight_where_is_remembered_for_what_was_played(film: Film) -> None:
    film.run.start()
    film.run.seek(3.0)
    assert eventually(lambda: film.at >= 30)
    film.run.next_unknown()
    assert eventually(lambda: film.run.paused)
    marks = film.run.appearances
    assert marks is not None and film.run.duration_s == pytest.approx(8.0)
    ada, unknown = marks.all()
    assert ada.identity is not None and ada.identity.name == "Ada" and unknown.identity is None
    assert ada.spans[-1][0] <= 3.0 < ada.spans[-1][1]
    assert unknown.spans[0][0] == pytest.approx(4.0, abs=0.3)
    assert film.run.stop()


def test_a_camera_has_no_timeline() -> None:
    stage = Stage()
    source = FakeSource([stage.frame(Actor(ADA))], live=True)
    recognizer = stage.recognizer({"Ada": [ADA]})
    watch: object = Watch()
    run = LiveSession(
        Settings(),
        source,
        recognizer,
        watch,
        LiveState(),
        None,
        lambda: None,
        lambda e: None,
        lambda e: None,  # type: ignore[arg-type]
    )
    assert not run.seekable and run.duration_s is None and run.appearances is None
    run.step(1)
    run.seek(3.0)
    assert not run.paused
    assert run.stop()


# ---------------------------------------------------------------------- marks


def result(at_s: float, *who: str | None, name: str = "", tracks: Sequence[int] = ()) -> FrameResult:
    image = np.zeros((40, 40, 3), np.uint8)
    detection = Detection(Box(0, 0, 20, 20), 1.0, np.zeros((5, 2), np.float32))
    faces = []
    for number, person in enumerate(who):
        identity = Identity(person.lower(), person) if person else None
        match = Match(identity, 0.1, 0.2) if identity else Match(None, 0.5, 0.2)
        faces.append(Face(detection, match, tracks[number] if tracks else number + 1, 1.0, False))
    return FrameResult(Frame(image, round(at_s * 10), at_s, name), tuple(faces), {})


def test_marks_join_neighbours_and_what_is_seen_again_counts_anew() -> None:
    marks = Appearances(100.0, 10.0)
    for at in range(40):
        marks.update(result(at * 0.1, "Ada", None))
    for at in range(600, 620):
        marks.update(result(at * 0.1, "Ada"))
    ada, unknown = marks.all()
    assert list(ada.spans) == [(0.0, 4.0), (60.0, 62.0)] and ada.seconds == pytest.approx(6.0)
    assert unknown.spans == ((0.0, 4.0),) and marks.looked_at() == ((0.0, 4.0), (60.0, 62.0))
    version = marks.version
    for at in range(40):  # the stranger was enrolled meanwhile
        marks.update(result(at * 0.1, "Ada", "Eve"))
    assert [one.identity.name for one in marks.all() if one.identity] == ["Ada", "Eve"]
    assert len(marks.all()) == 2 and marks.version > version
    marks.forget(["ada"])
    assert [one.identity and one.identity.name for one in marks.all()] == ["Ada"]


def test_marks_of_long_films_and_of_pictures_stay_few() -> None:
    long = Appearances(4 * 3600.0, 25.0)
    for minute in range(240):
        long.update(result(minute * 60.0, "Ada"))
    assert len(long._pieces) <= 800
    folder = Appearances(3.0, None)
    for at, who in enumerate(("Ada", None, "Ada")):
        folder.update(result(float(at), who, name=f"{at}.jpg"))
    ada, unknown = folder.all()
    assert ada.spans == ((0.0, 1.0), (2.0, 3.0)) and unknown.spans == ((1.0, 2.0),)


def test_a_face_that_is_unknown_for_a_moment_only_ends_no_search() -> None:
    search = NextUnknown([7])
    assert not search(result(0.0, None, tracks=[7])), "it is in sight already"
    assert not search(result(0.1, None, tracks=[8]))
    assert not search(result(0.2, "Ada", tracks=[8]))
    found = [search(result(0.3 + at * 0.1, None, tracks=[9])) for at in range(3)]
    assert found == [False, False, True]
    assert NextUnknown([1])(result(0.0, None, name="a.jpg")), "a picture is not looked at twice"


def test_a_folder_counts_pictures(tmp_path: Path) -> None:
    from facecam.vision.images.save import write_picture
    from facecam.vision.sources.folder import open_folder

    for number in range(3):
        write_picture(np.full((40, 40, 3), 90, np.uint8), tmp_path / f"{number}.png")
    stage = Stage()
    stage.detect = lambda image: []  # type: ignore[method-assign]
    watch: object = Watch()
    with open_folder(tmp_path) as folder:
        run = LiveSession(
            Settings(),
            folder,
            stage.recognizer({}),
            watch,
            LiveState(),
            None,
            lambda: None,
            lambda e: None,
            lambda e: None,  # type: ignore[arg-type]
        )
        assert run.pictures == 3 and run.duration_s == 3.0 and run.seekable
        assert run.stop()


def test_strangers_are_blurred_on_the_screen_and_in_what_is_saved_not_in_what_is_looked_at(
    film: Film,
) -> None:
    film.run.blur(Settings(blur_faces="strangers"))
    film.run.start()
    film.run.seek(5.0)
    assert eventually(lambda: film.at >= 50)
    film.run.pause()
    assert eventually(lambda: len(film.views[-1].faces) == 2)
    shown = film.views[-1]
    ada, stranger = sorted(shown.faces, key=lambda one: one.box.left)
    assert (ada.hidden, stranger.hidden) == (False, True)
    pictures = {one.identity and one.identity.name: one.picture for one in shown.here}
    assert pictures["Ada"] is not None and pictures[None] is None
    for made in (shown.picture, plain_view(shown), annotated_view(shown)):
        for face, blurred in ((ada, False), (stranger, True)):
            left, top, right, bottom = face.box.as_ints()
            inside = np.s_[top + 20 : bottom - 20, left + 20 : right - 20]
            assert bool((made[inside] != shown.frame.image[inside]).mean() > 0.5) == blurred
    film.run.blur(Settings())
    assert eventually(lambda: not film.views[-1].faces[1].hidden and film.views[-1].blurred == ())
    assert film.run.stop()


def test_the_last_frame_before_a_cut_keeps_its_faces_while_it_is_shown() -> None:
    """The next one, in which somebody else is elsewhere, is recognized already."""
    before, after = Actor(STRANGER, look=1, left=10), Actor(90, look=2, left=200)
    film = Film([[before]] * 4 + [[after]] * 4)
    film.run.pause()
    film.run.start()
    assert film.shows(0)
    for at in (1, 2, 3):
        film.run.step(1)
        assert film.shows(at)
    (shown,) = film.views[-1].faces
    assert eventually(lambda: film.stage.detected == 5)
    film.run._watch.next = matcher({"Eve": [STRANGER]})  # type: ignore[attr-defined]
    assert eventually(lambda: states(film.views[-1]) == [("known", "Eve")])
    (named,) = film.views[-1].faces
    assert (named.track_id, named.box, film.at) == (shown.track_id, shown.box, 3)
    assert len(named.samples) == len(shown.samples) > 0, "it can still be named anew"
    assert named.identity is not None
    film.run.reject(named.track_id, named.identity)
    film.run.touch()
    assert eventually(lambda: states(film.views[-1]) == [("unknown", None)])
    film.run.step(1)
    assert film.shows(4)
    assert film.views[-1].faces[0].box == after.detection().box
    assert film.run.stop()


def test_what_was_said_while_it_stood_still_holds_from_the_next_frame_on() -> None:
    film = Film([[Actor(STRANGER, look=1)]] * 6)
    film.run.pause()
    film.run.start()
    assert film.shows(0) and eventually(lambda: film.stage.detected == 2)
    film.run._watch.next = matcher({"Eve": [STRANGER]})  # type: ignore[attr-defined]
    assert eventually(lambda: states(film.views[-1]) == [("known", "Eve")])
    film.run.step(1)
    assert film.shows(1) and states(film.views[-1]) == [("known", "Eve")]
    assert film.run.stop()


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        (Settings(), Settings(), True),
        (Settings(), Settings(require_live=True), False),
        (Settings(require_live=True), Settings(require_live=True, live_challenge=True), False),
        (Settings(require_live=True), Settings(require_live=True), True),
        (Settings(require_live=True), Settings(), True),
    ],
)
def test_marks_of_a_laxer_mode_are_not_taken_over(before: Settings, now: Settings, kept: bool) -> None:
    """They name people who were not seen to be alive in the way that is asked for now."""
    first, second = Film([[Actor(ADA)]] * 20, before), Film([[Actor(ADA)]] * 20, now)
    assert first.run.appearances is not None and second.run.appearances is not None
    first.run.appearances.update(result(0.0, None))
    second.run.take_over_marks(first.run)
    assert bool(second.run.appearances.looked_at()) == kept


def test_marks_of_before_are_of_the_people_there_are_now_by_their_names_now() -> None:
    before, now = Appearances(100.0, 10.0), Appearances(100.0, 10.0)
    before.update(result(0.0, "Ada", "Eve", None))
    now.take_over(before, [Identity("ada", "Ada L.")])
    now.update(result(50.0, "Ada"))
    assert [one.identity and one.identity.name for one in now.all()] == ["Ada", None]
    assert [one.spans for one in now.all()] == [((0.0, 0.25), (50.0, 50.25)), ((0.0, 0.25),)]
    assert len(before.all()) == 3
