"""A run of one source: what the window sees, and that nothing of it stays behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError, GalleryError
from facecam.core.events import Cancelled, CancelToken, Event, Notice, ignore
from facecam.core.types import Embeddings, Frame
from facecam.engine import components
from facecam.engine.live.opening import open_live, open_models
from facecam.engine.live.session import LiveSession
from facecam.engine.live.state import LiveState
from facecam.engine.live.unknown_faces import UnknownTray
from facecam.engine.live.view import LiveView
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.match import Matcher
from tests.engine.fakes import Actor, FakeSource, Stage, eventually, matcher
from tests.engine.fixtures import Enrol
from tests.engine.studio import EILEEN
from tests.gallery.factories import random_units

ADA, STRANGER = 0.0, 180.0


class Watch:
    """A gallery watch whose next matcher the test gives."""

    def __init__(self) -> None:
        self.next: Any = None
        self.threshold: float | None = None
        self.error: GalleryError | None = None

    def changed(self, pause_s: float = 1.0) -> Any:
        given, self.next = self.next, None
        return given

    def use_threshold(self, squared_l2: float | None) -> None:
        self.threshold = squared_l2

    def check_now(self) -> None:
        pass


class Studio:
    """A run over painted frames, 40 ms apart."""

    def __init__(self, film: Sequence[Sequence[Actor]], *, live: bool = True, people: Any = None) -> None:
        self.stage, self.watch = Stage(), Watch()
        self.desk = LiveState(unknowns=UnknownTray(600.0))
        frames = [
            self.stage.frame(*actors, index=index, at_s=index * 0.2) for index, actors in enumerate(film)
        ]
        self.views: list[LiveView] = []
        self.ended: list[BaseException | None] = []
        self.source = FakeSource(frames, live=live, period_s=0.02, ends=False)
        recognizer = self.stage.recognizer({"Ada": [ADA]} if people is None else people, keep_samples=True)
        watch: Any = self.watch
        self.run = LiveSession(
            Settings(),
            self.source,
            recognizer,
            watch,
            self.desk,
            None,
            self.notify,
            self.ended.append,
            ignore,
        )

    def notify(self) -> None:
        view = self.run.views.take()
        if view is not None:
            self.views.append(view)

    def play(self, count: int) -> list[LiveView]:
        """Until so many views came; then the run is stopped."""
        self.run.start()
        assert eventually(lambda: len(self.views) >= count)
        assert self.run.stop()
        return self.views

    def frames(self) -> list[Frame]:
        return [view.frame for view in self.views]


def states(view: LiveView) -> list[tuple[str, str | None]]:
    return [(face.state, face.identity.name if face.identity else None) for face in view.faces]


def test_new_faces_are_undecided_then_named_or_unknown() -> None:
    """A view each 0.2 s of the film: undecided at 0 and 0.2 s, decided at 0.4 s; 50 % is no certainty."""
    cast = [Actor(ADA, left=10), Actor(STRANGER, look=1, left=200)]
    studio = Studio([cast] * 30)
    views = studio.play(8)
    seen = {view.frame.index: states(view) for view in views}
    assert seen[min(seen)] == [("undecided", None)] * 2
    assert states(views[-1]) == [("known", "Ada"), ("unknown", None)]
    assert views[-1].faces[0].percent == 50 and views[-1].people == 1
    assert views[-1].faces[0].samples, "what can be enrolled by a click comes along"


def test_a_film_is_decided_at_once() -> None:
    studio = Studio([[Actor(ADA, left=10), Actor(STRANGER, look=1, left=200)]] * 3, live=False)
    assert states(studio.play(1)[0]) == [("known", "Ada"), ("unknown", None)]


def test_who_is_in_the_picture_already_is_neither_listed_twice_nor_put_into_the_tray() -> None:
    studio = Studio([[Actor(ADA, left=10), Actor(15, look=1, left=200)]] * 20, live=False)
    view = studio.play(5)[-1]
    assert states(view) == [("known", "Ada"), ("duplicate", None)]
    assert view.faces[1].looks_like == view.faces[0].identity and view.faces[1].percent == 0
    assert [one.identity and one.identity.name for one in view.here] == ["Ada"]
    assert studio.desk.unknowns.groups() == () and len(studio.desk.log.entries()) == 1


def test_who_is_here_and_what_is_unknown_is_kept_at_the_desk() -> None:
    cast = [Actor(ADA, left=10), Actor(STRANGER, look=1, left=200)]
    studio = Studio([cast] * 40)
    views = studio.play(12)
    here = {visitor.identity.name if visitor.identity else None: visitor for visitor in views[-1].here}
    assert set(here) == {"Ada", None} and here["Ada"].picture is not None
    (group,) = studio.desk.unknowns.groups()
    assert group.visits == 1
    entries = studio.desk.log.entries()
    assert len(entries) == 2 and all(one.left for one in entries), "stopping ends the visits"


def test_a_threshold_is_in_force_with_the_next_frame() -> None:
    """10° from Ada is squared_l2 0.03: accepted by 0.2, not by 0.02."""
    studio = Studio([[Actor(10)]] * 200)
    studio.run.start()
    assert eventually(lambda: bool(studio.views) and states(studio.views[-1]) == [("known", "Ada")])
    studio.run.use_threshold(0.02)
    assert eventually(lambda: states(studio.views[-1]) == [("unknown", None)])
    assert studio.run.threshold == 0.02 == studio.watch.threshold
    studio.run.use_threshold(None)
    assert eventually(lambda: states(studio.views[-1]) == [("known", "Ada")])
    assert studio.run.threshold == studio.run.recommended_threshold == 0.2
    assert studio.run.stop()


def test_an_ignored_face_is_shown_as_such_and_leaves_the_tray() -> None:
    studio = Studio([[Actor(STRANGER)]] * 200)
    studio.run.start()
    assert eventually(lambda: bool(studio.desk.unknowns.groups()))
    studio.run.ignore(studio.views[-1].faces[0].track_id)
    assert eventually(lambda: states(studio.views[-1]) == [("ignored", None)])
    assert eventually(lambda: not studio.desk.unknowns.groups())
    assert studio.run.stop()


def test_a_changed_gallery_names_the_face_and_empties_the_tray() -> None:
    studio = Studio([[Actor(STRANGER)]] * 200, people={})
    studio.run.start()
    assert eventually(lambda: bool(studio.desk.unknowns.groups()))
    studio.watch.next = matcher({"Eve": [STRANGER]})
    assert eventually(lambda: states(studio.views[-1]) == [("known", "Eve")])
    assert studio.desk.unknowns.groups() == () and studio.run.names == ("Eve",)
    studio.watch.next = matcher({"Zoë": [90]})
    assert eventually(lambda: studio.run.names == ("Zoë",))
    assert studio.run.stop()
    assert [one.identity for one in studio.desk.log.entries() if one.identity] == [], (
        "deleted people are forgotten"
    )


def test_pictures_are_made_for_the_size_of_the_screen() -> None:
    studio = Studio([[Actor(ADA)]] * 60)
    studio.run.show_at(160, 120)
    view = studio.play(3)[-1]
    assert view.picture.shape == (120, 160, 3) and view.frame.image.shape == (240, 320, 3)


def test_recording_and_stopping(tmp_path: Path) -> None:
    studio = Studio([[Actor(ADA)]] * 200)
    studio.run.start()
    assert eventually(lambda: bool(studio.views))
    recorded: list[tuple[Path, float]] = []
    studio.run.record(tmp_path / "a.mp4", done=lambda *video: recorded.append(video))
    first = studio.run.recording
    studio.run.record(tmp_path / "b.mp4")
    assert studio.run.recording is first, "one at a time"
    assert eventually(lambda: first is not None and first.seconds > 0.3)
    studio.run.stop_recording()
    studio.run.stop_recording()
    ((path, seconds),) = recorded
    assert path == tmp_path / "a.mp4" and seconds > 0.3
    studio.run.record(tmp_path / "c.mp4", done=lambda *video: recorded.append(video))
    time.sleep(0.1)
    assert studio.run.stop() and recorded[1][0] == tmp_path / "c.mp4", "whoever ends it, it is told"
    assert {path.name for path in tmp_path.iterdir()} == {"a.mp4", "c.mp4"}, (
        "the end of a run completes the file"
    )


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    for _ in range(5):
        studio = Studio([[Actor(ADA)]] * 30)
        studio.run.record(tmp_path / f"{time.monotonic()}.mp4")
        studio.play(2)
        assert studio.source.closed
    assert eventually(lambda: not [one for one in set(threading.enumerate()) - before if one.is_alive()])


def test_a_file_that_is_over_says_so_once() -> None:
    studio = Studio([[Actor(ADA)]] * 3, live=False)
    studio.source._ends = True
    studio.run.start()
    assert eventually(lambda: studio.ended == [None])
    assert studio.run.stop() and studio.ended == [None]


def test_searching_is_done_more_rarely_where_it_is_slow() -> None:
    studio = Studio([[Actor(ADA)]] * 5)
    studio.run.sparing = True
    for _ in range(20):
        studio.run._spare(90.0)
    assert studio.run._recognizer.every == 3
    for _ in range(40):
        studio.run._spare(10.0)
    assert studio.run._recognizer.every == 1


# ---------------------------------------------------------------------- opening, with the real models


def opened(settings: Settings, source: str, **more: Any) -> LiveSession:
    return open_live(settings, source, LiveState(), notify=lambda: None, **more)


def test_the_demo_clip_is_played_and_named(settings: Settings, enrolled: Enrol, demo: Any) -> None:
    enrolled(EILEEN)
    ended = threading.Event()
    run = opened(settings, "demo", on_finished=lambda error: ended.set())
    views: list[LiveView] = []
    run.start()
    while len(views) < 30 and not ended.is_set():
        view = run.views.take(1.0)
        if view is not None:
            views.append(view)
    assert run.stop()
    names = {face.identity.name for view in views for face in view.faces if face.identity}
    assert names == {EILEEN}
    assert views[-1].frames_per_s > 1 and views[-1].age_ms > 0
    assert run.model_id.startswith("dlib-resnet@") and not run.live
    prices = run.prices(run.recommended_threshold)
    assert prices.strangers is not None and 0.001 < prices.strangers < 0.02
    assert prices.missed is not None and 0.01 < prices.missed < 0.1 and not prices.own


def test_a_gallery_of_another_model_does_not_stop_the_picture(settings: Settings, demo: Any) -> None:
    foreign = Gallery.empty("another@0", 128).add("Ada", Embeddings(random_units(1, 128), "another@0"))
    components.open_store(settings).update(lambda _: foreign)
    run = opened(settings, "demo")
    assert run.gallery_error is not None and "another@0" in run.gallery_error.message
    assert run.people == 0
    card = run.card
    components.open_store(settings).update(lambda _: Gallery.empty(card.model_id, card.dimensions))
    run.check_now()
    run.start()
    assert eventually(lambda: run.views.take(0.1) is not None and run.gallery_error is None)
    assert run.stop()


def test_when_another_model_takes_over_the_people_are_named_no_more(
    settings: Settings, demo: Any, enrolled: Enrol
) -> None:
    """The database is made anew by another model, and somebody is deleted from it, while a film runs."""
    eileen = enrolled(EILEEN).find(EILEEN)
    events: list[Event] = []
    run = opened(settings, "demo", on_event=events.append)
    run.start()
    assert eventually(lambda: EILEEN in _named(run))
    foreign = Embeddings(random_units(1, 128), "another@0")
    components.open_store(settings).update(lambda _: Gallery.empty("another@0", 128).add(eileen, foreign))
    run.check_now()
    assert eventually(lambda: run.gallery_error is not None)
    assert eventually(lambda: run.views.take(0.1) is not None and not _named(run))
    assert run.stop() and run.names == (EILEEN,), "who waits for a rebuild is still known by name"
    told = [one for one in events if isinstance(one, Notice) and "another@0" in one.text]
    assert len(told) == 1 and "nobody is named" in told[0].text


def _named(run: LiveSession) -> set[str]:
    view = run.views.take(0.2)
    return {face.identity.name for face in view.faces if face.identity} if view else set()


@pytest.mark.parametrize("source", ["/no/such/file.mp4", "no such camera at all", "ftp://x"])
def test_what_cannot_be_opened_is_said_and_leaves_nothing(settings: Settings, source: str) -> None:
    before = threading.active_count()
    with pytest.raises(FacecamError) as caught:
        opened(settings, source)
    assert caught.value.hint
    assert eventually(lambda: threading.active_count() <= before + 2)


def test_opening_can_be_cancelled(settings: Settings, demo: Any) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        opened(settings, "demo", models=open_models(settings), cancel=cancel)


def test_large_pictures_are_searched_small_and_embedded_whole(settings: Settings, portraits: Any) -> None:
    import cv2
    import numpy as np

    picture = portraits[EILEEN]
    factor = 3840 / picture.shape[1]
    large = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor), np.uint8)
    models = open_models(settings)
    nobody = Matcher(Gallery.empty(models.embedder.card.model_id, 128), 0.2)
    recognizer = StreamRecognizer(models.detector, models.embedder, nobody, keep_samples=True)
    recognizer.search_in(1280)
    (face,) = recognizer.process(Frame(large, 0, 0.0)).faces
    (plain,) = models.detector.detect(picture)
    assert face.detection.box.iou(plain.box.scaled(factor)) > 0.8
    assert np.abs(face.detection.landmarks / factor - plain.landmarks).max() < 0.05 * plain.box.width
    (sample,) = recognizer.samples_of(1)
    vector = models.embedder.embed([models.embedder.chip(picture, plain)]).vectors[0]
    assert sample.picture.shape[0] <= 352 and float(2 - 2 * sample.vector @ vector) < 0.02


def test_a_line_of_pixels_is_searched_like_any_picture(settings: Settings) -> None:
    import numpy as np

    models = open_models(settings)
    nobody = Matcher(Gallery.empty(models.embedder.card.model_id, 128), 0.2)
    recognizer = StreamRecognizer(models.detector, models.embedder, nobody)
    recognizer.search_in(1280)
    for shape in ((4000, 1, 3), (1, 4000, 3)):
        assert recognizer.process(Frame(np.zeros(shape, np.uint8), 0, 0.0, name="line.png")).faces == ()


def test_a_recording_that_fails_is_told_when_the_run_ends(tmp_path: Path) -> None:
    studio = Studio([[Actor(ADA)]] * 100)
    studio.run.start()
    studio.run.record(tmp_path / "missing" / "a.mp4")
    assert eventually(lambda: studio.run.recording is not None and studio.run.recording.error is not None)
    with pytest.raises(DataError):
        studio.run.stop()
    assert studio.source.closed
