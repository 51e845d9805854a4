"""`live`: JSON lines, recordings, folders, and the user's files left alone."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.cli.terminal.playback import PlaybackOptions, play
from facecam.core.config import Settings
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.models.catalog import RECIPES
from facecam.engine.places import ROOT
from facecam.engine.recognition.recognizer import GalleryWatch
from facecam.gallery.gallery import Gallery
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.recognition.test_json_lines import check_line
from tests.engine.studio import BARACK, EILEEN, JOE, nobody, save

COHORT = next(recipe.values["cohort"] for recipe in RECIPES if recipe.name == "dlib-resnet")

pytestmark = pytest.mark.usefixtures("demo")
DEMO = ("live", "--source", "demo", "--no-show")


def frames_of(path: Path) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path))
    frames = [frame for ok, frame in iter(capture.read, (False, None)) if ok]
    capture.release()
    return frames


def test_a_json_line_per_frame_and_nothing_else(run: Run, enrolled: Enrol) -> None:
    enrolled(EILEEN)
    outcome = run(*DEMO, "--json", "-", "--max-frames", 4)
    lines = outcome.json_lines()
    assert outcome.code == 0 and outcome.err == ""
    assert [line["frame"] for line in lines] == [0, 1, 2, 3]
    assert [line["time_s"] for line in lines] == pytest.approx([0, 1 / 24, 2 / 24, 3 / 24], abs=1e-3)
    for line in lines:
        check_line(line)
        assert [face["name"] for face in line["faces"]] == [EILEEN]
        assert line["faces"][0]["match_threshold"] == COHORT.threshold


def test_people_of_the_demo_clip_are_photos_and_never_seen_to_be_alive(run: Run, enrolled: Enrol) -> None:
    enrolled(EILEEN)
    outcome = run(*DEMO, "--require-live", "--json", "-", "--max-frames", 60)
    lines = outcome.json_lines()
    assert "no login" in outcome.err
    faces = [face for line in lines for face in line["faces"]]
    for line in lines:
        check_line(line)
    assert {face["name"] for face in faces} == {None} and faces[-1]["life"]["seconds"] > 1
    assert {face["looks_like"] for face in faces} == {EILEEN}
    asking = run(*DEMO, "--require-live", "--live-challenge", "--json", "-", "--max-frames", 1).json_lines()
    assert asking[0]["faces"][0]["life"]["asked"] in ("blink", "turn left", "turn right")


def test_json_without_a_file_means_stdout(run: Run) -> None:
    outcome = run("live", "--json", "--max-frames", 1, "--source", "demo", "--no-show")
    assert len(outcome.json_lines()) == 1


def test_nobody_enrolled_is_said_on_stderr_only(run: Run) -> None:
    outcome = run(*DEMO, "--json", "-", "--max-frames", 1)
    assert [face["name"] for face in outcome.json_lines()[0]["faces"]] == [None]
    assert "nobody is enrolled" in outcome.err and "enroll NAME" in outcome.err


def test_json_into_a_file_and_words_on_the_terminal(run: Run, enrolled: Enrol) -> None:
    enrolled(EILEEN)
    outcome = run(*DEMO, "--json", "lines.jsonl", "--max-frames", 3)
    lines = [json.loads(line) for line in Path("lines.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["frame"] for line in lines] == [0, 1, 2]
    assert f"+ {EILEEN}" in outcome.out and "3 frames" in outcome.err
    assert outcome.code == 0


def test_a_json_file_that_cannot_be_written_is_said(run: Run, enrolled: Enrol) -> None:
    enrolled(EILEEN)
    message, _ = run(*DEMO, "--json", "missing/lines.jsonl", "--max-frames", 1).two_lines()
    assert "lines.jsonl" in message


def test_names_survive_in_json(run: Run, enrolled: Enrol) -> None:
    name = '👩‍🚀 "Ada" عائشة'
    enrolled(name, vectors_of=EILEEN)
    outcome = run(*DEMO, "--json", "-", "--max-frames", 1)
    assert outcome.json_lines()[0]["faces"][0]["name"] == name


def test_json_lines_are_whole_in_any_pipe(settings: Settings, enrolled: Enrol) -> None:
    enrolled("李雷", vectors_of=EILEEN)
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    options = PlaybackOptions(source="demo", json_to="-", show=False, max_frames=1, quiet=True)
    assert play(settings, options, pipe) == 0
    pipe.flush()
    line = json.loads(pipe.buffer.getvalue())
    assert line["faces"][0]["name"] == "李雷"


def test_when_another_model_takes_over_the_lines_name_nobody(
    settings: Settings,
    enrolled: Enrol,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The database is made anew by another model after the first line, without the person."""
    enrolled(EILEEN)
    anew = Gallery.empty("another@0", 2).add(JOE, Embeddings(np.eye(1, 2, dtype=np.float32), "another@0"))
    real = GalleryWatch.changed
    monkeypatch.setattr(GalleryWatch, "changed", lambda watch: real(watch, pause_s=0))

    class Pipe(io.StringIO):
        def write(self, text: str) -> int:
            if not self.tell():
                components.open_store(settings).update(lambda _: anew, forget=True)
            return super().write(text)

    pipe = Pipe()
    assert play(settings, PlaybackOptions(source="demo", json_to="-", show=False, max_frames=6), pipe) == 0
    named = [json.loads(line)["faces"][0]["name"] for line in pipe.getvalue().splitlines()]
    assert named[0] == EILEEN and named[-3:] == [None] * 3
    assert capsys.readouterr().err.count("nobody is named") == 1


def test_the_recording_has_every_frame_and_can_be_played(run: Run, enrolled: Enrol, demo: Demo) -> None:
    enrolled(EILEEN)
    outcome = run(*DEMO, "--output", "out.mp4", "--max-frames", 6, "--every", 3)
    assert outcome.code == 0
    recorded, played = frames_of(Path("out.mp4")), frames_of(demo.clip)[:6]
    assert len(recorded) == 6 and recorded[0].shape == played[0].shape
    assert float(np.abs(recorded[0].astype(int) - played[0]).max()) > 60, "the box is drawn"
    assert float(np.abs(recorded[0].astype(int) - played[0]).mean()) < 12, "on the picture that was played"
    assert [path.name for path in Path.cwd().iterdir()] == ["out.mp4"]


@pytest.mark.parametrize("output", ["out.txt", "missing/out.mp4", "."])
def test_a_recording_that_cannot_be_made_is_said(run: Run, enrolled: Enrol, output: str) -> None:
    enrolled(EILEEN)
    run(*DEMO, "--output", output, "--max-frames", 1, "--json", "lines.jsonl").two_lines()


@pytest.mark.parametrize("flag", ["--output", "--json"])
def test_the_film_being_played_is_never_overwritten(run: Run, demo: Demo, flag: str) -> None:
    film = Path("film.mp4")
    film.write_bytes(demo.clip.read_bytes())
    outcome = run("live", "--source", film, flag, "./film.mp4", "--max-frames", 1, "--no-show")
    assert film.read_bytes() == demo.clip.read_bytes()
    outcome.two_lines()


def test_a_folder_is_played_picture_by_picture(run: Run, heads: Heads, enrolled: Enrol, studio: Path) -> None:
    enrolled(BARACK)
    save(heads[JOE], studio / "a.png")
    save(heads[BARACK], studio / "b.jpg", quality=95)
    (studio / "c.jpg").write_bytes(b"broken")
    save(nobody(), studio / "d.png")
    outcome = run("live", "--source", studio, "--json", "-")
    lines = outcome.json_lines()
    assert [(line["frame"], line["name"]) for line in lines] == [(0, "a.png"), (1, "b.jpg"), (3, "d.png")]
    assert [[face["name"] for face in line["faces"]] for line in lines] == [[None], [BARACK], []]
    assert "c.jpg" in outcome.err and outcome.code == 0
    for line in lines:
        check_line(line)


def test_a_single_picture_is_one_frame(run: Run, heads: Heads, studio: Path) -> None:
    picture = save(heads[BARACK], studio / "a.png")
    assert len(run("live", "--source", picture, "--json", "-").json_lines()) == 1


def test_nothing_played_is_a_fault_in_the_data(run: Run, studio: Path) -> None:
    (studio / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    outcome = run("live", "--source", studio)
    assert outcome.code == 1 and "broken.jpg" in outcome.err


def test_the_database_of_another_model_is_refused(run: Run, settings: Settings) -> None:
    from facecam.core.types import Embeddings
    from facecam.engine import components
    from facecam.gallery.gallery import Gallery

    stale = Embeddings(np.eye(1, 8, dtype=np.float32), "other@1")
    components.open_store(settings).update(lambda _: Gallery.empty("other@1", 8).add("Ada", stale))
    _, hint = run(*DEMO, "--max-frames", 1).two_lines()
    assert "people rebuild" in hint


def test_every_needs_no_more_than_the_detections_asked_for(run: Run, enrolled: Enrol) -> None:
    enrolled(EILEEN)
    lines = run(*DEMO, "--json", "-", "--max-frames", 8, "--every", 4).json_lines()
    detected = [line["timings_ms"]["detect"] > 0 for line in lines]
    assert detected[0] and sum(detected) <= 3
    assert all([face["name"] for face in line["faces"]] == [EILEEN] for line in lines)


@pytest.mark.parametrize("detector", ["cnn", "mtcnn"])
def test_the_detector_asked_for_is_used(run: Run, enrolled: Enrol, detector: str) -> None:
    enrolled(EILEEN)
    lines = run(*DEMO, "--json", "-", "--max-frames", 1, "--detector", detector).json_lines()
    hog = run(*DEMO, "--json", "-", "--max-frames", 1).json_lines()
    assert lines[0]["faces"][0]["name"] == EILEEN
    assert lines[0]["faces"][0]["box"] != hog[0]["faces"][0]["box"]


def test_a_recording_of_a_folder_shows_each_picture_for_a_second_and_strangers_can_be_blurred(
    run: Run, heads: Heads, enrolled: Enrol, studio: Path
) -> None:
    enrolled(BARACK)
    save(heads[JOE], studio / "a.png")
    save(heads[BARACK], studio / "b.png")
    for whom in ("nobody", "strangers"):
        outcome = run(
            "live", "--source", studio, "--no-show", "--output", f"{whom}.avi", "--blur-faces", whom
        )
        assert outcome.code == 0
        capture = cv2.VideoCapture(f"{whom}.avi")
        assert capture.get(cv2.CAP_PROP_FRAME_COUNT) / capture.get(cv2.CAP_PROP_FPS) == pytest.approx(2.0)
        capture.release()
    plain, hidden = frames_of(Path("nobody.avi")), frames_of(Path("strangers.avi"))
    middle = [float(np.abs(one.astype(int) - other).mean()) for one, other in zip(plain, hidden, strict=True)]
    assert middle[0] > 5 and middle[-1] < 1, "the stranger only"


def test_whom_to_blur_needs_names(run: Run) -> None:
    message, hint = run(*DEMO, "--blur-faces", "only").two_lines()
    assert "--blur-faces only" in message and "--blur-people" in hint


def test_nothing_that_takes_long_is_loaded_before_a_key_can_be_made_beside_it() -> None:
    asked = "import sys, facecam.cli.main, facecam.cli.live; print('openvino' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
