"""The older flags, row by row of their table, with what was dangerous about them mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.cli.actions import legacy, legacy_train
from facecam.cli.terminal.playback import PlaybackOptions
from facecam.core.config import Settings
from facecam.core.errors import CameraError
from facecam.engine.models import download
from facecam.engine.training_jobs.request import TrainOutcome, TrainRequest
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.models.test_download import CONTENT, PACKED, manifest_in
from tests.engine.studio import BARACK, EILEEN, nobody, save
from tests.runtime.web import WebServer, serving, whole


class Asked:
    """What would have been done."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.live: PlaybackOptions | None = None
        self.pictures: list[Path] | None = None


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()

    def play(settings: Settings, options: PlaybackOptions, stdout: Any) -> int:
        asked.settings, asked.live = settings, options
        return 0

    def recognize(settings: Settings, paths: list[Path], **_: Any) -> int:
        asked.settings, asked.pictures = settings, paths
        return 0

    monkeypatch.setattr(legacy, "play", play)
    monkeypatch.setattr(legacy, "recognize_paths", recognize)
    return asked


# ---------------------------------------------------------------------- -t and -wc


@pytest.mark.parametrize("no", ["False", "false", "0", "no", "NO"])
@pytest.mark.parametrize("yes", ["True", "TRUE", "1", "yes"])
def test_booleans_in_any_case(run: Run, asked: Asked, no: str, yes: str) -> None:
    assert run("-t", no, "-wc", yes).code == 0
    assert asked.live is not None and asked.live.source == "0"


def test_long_names_do_the_same(run: Run, asked: Asked) -> None:
    assert run("--train", "false", "--web_cam", "true", "--margin", "0.11").code == 0
    assert asked.live is not None and asked.settings is not None and asked.settings.threshold == 0.11


def test_the_webcam_is_the_default(run: Run, asked: Asked) -> None:
    run("-t", "False")
    assert asked.live is not None and asked.live.source == "0" and asked.pictures is None


def test_without_the_webcam_every_picture_of_examples(run: Run, asked: Asked) -> None:
    message, hint = run("-t", "False", "-wc", "False").two_lines()
    assert "examples" in message and "--source" in hint
    Path("examples").mkdir()
    assert run("-t", "False", "-wc", "False").code == 0
    assert asked.pictures == [Path("examples")] and asked.live is None


def test_a_source_stands_for_webcam_or_examples(run: Run, asked: Asked, studio: Path) -> None:
    run("-t", "False", "-wc", "True", "--source", "film.mp4")
    assert asked.live is not None and asked.live.source == "film.mp4"
    run("-t", "False", "-wc", "False", "--source", studio)
    assert asked.pictures == [studio]


@pytest.mark.parametrize(
    ("flag", "long", "value"),
    [
        ("-t", "--train", "maybe"),
        ("-wc", "--web_cam", "on"),
        ("-dw", "--download_weights", "2"),
        ("-chde", "--check_detect", "None"),
        ("-m", "--margin", "far"),
        ("-m", "--margin", "-1"),
        ("-m", "--margin", "9"),
        ("-m", "--margin", "nan"),
        ("-e", "--epochs", "0"),
        ("-e", "--epochs", "many"),
        ("-bs", "--batch_size", "-4"),
        ("-lr", "--learning_rate", "fast"),
        ("-d", "-d", "dog"),
        ("-wp", "-wp", "no/such/model"),
    ],
)
def test_nonsense_is_refused_naming_the_flag(
    run: Run, asked: Asked, flag: str, long: str, value: str
) -> None:
    """D took `--wandb false` for True, because `bool("false")` is."""
    flags = ["-t", "False"] if flag != "-t" else []
    message, _ = run(*flags, flag, value).two_lines()
    assert flag in message or long in message
    assert asked.live is None


def test_train_must_be_said(run: Run, asked: Asked) -> None:
    message, hint = run("-wc", "True").two_lines()
    assert "-t" in message and "-t False" in hint and asked.live is None


def trained(monkeypatch: pytest.MonkeyPatch, *, stopped: bool = False) -> list[Settings]:
    """A training that is over at once; returns the settings of each that was asked for."""
    asked: list[Settings] = []

    def train_as_before(settings: Settings, arguments: object) -> TrainOutcome:
        asked.append(settings)
        return TrainOutcome(Path("run"), None, None, False, stopped)

    monkeypatch.setattr(legacy, "train_as_before", train_as_before)
    return asked


def no_camera(*_: object) -> int:
    raise CameraError("camera 0 does not exist", hint="Plug one in.")


def test_after_training_a_camera_is_missed_only_where_one_was_asked_for(
    run: Run, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainings = trained(monkeypatch)
    monkeypatch.setattr(legacy, "play", no_camera)
    outcome = run("-t", "True")
    assert outcome.code == 0 and "nothing recognised: camera 0 does not exist" in outcome.err
    for flags in (
        ["-wc", "True"],
        ["--source", "1"],
        ["--source", "USB 2.0 Camera"],
        ["--source", "/dev/video7"],
    ):
        message, hint = run("-t", "True", *flags).two_lines()
        assert message == "trained, but not recognised: camera 0 does not exist" and hint == "Plug one in."
    assert len(trainings) == 5


def test_after_training_it_says_which_model_recognizes(
    run: Run, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network nobody tried on strangers is kept, and recognition goes on with the model in use."""
    outcome = TrainOutcome(Path("run"), "fine-tune-1", None, False, False, caution="Nobody has tried it.")
    monkeypatch.setattr(legacy_train, "train", lambda *_, **__: outcome)
    printed = run("-t", "True", "-wc", "True")
    assert printed.out.splitlines() == ["recognising with dlib-resnet, the model in use"]
    assert asked.live is not None and asked.settings is not None and asked.settings.model is None
    printed = run("-t", "True", "-wc", "True", "--json")
    assert printed.out == "" and "recognising with dlib-resnet" in printed.err
    monkeypatch.setattr(legacy_train, "train", lambda *_, **__: replace(outcome, stopped=True))
    assert run("-t", "True", "-wc", "True").out == ""


def test_missing_pictures_are_said_before_the_training_and_a_stopped_one_ends_it(
    run: Run, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainings = trained(monkeypatch, stopped=True)
    message, _ = run("-t", "True", "-wc", "False").two_lines()
    assert "examples" in message and not trainings
    Path("out.mp4").write_bytes(b"")
    message, _ = run("-t", "True", "--output", "out.mp4").two_lines()
    assert "exists already" in message and not trainings
    message, _ = run("-t", "True", "-wc", "False", "--source", ".", "--output", "out.mp4").two_lines()
    assert "--output: out.mp4 is not a folder" in message and not trainings
    for film in ("gone.mp4", "gone/film"):
        message, _ = run("-t", "True", "--source", film).two_lines()
        assert message == f"there is no file or folder {film}" and not trainings
    assert run("-t", "True").code == 0 and trainings and asked.live is None


# ---------------------------------------------------------------------- -m, -d, -wp


def test_the_margin_is_the_threshold_when_recognizing(run: Run, asked: Asked) -> None:
    run("-t", "False", "-m", "0.25")
    assert asked.settings is not None and asked.settings.threshold == 0.25
    run("-t", "False")
    assert asked.settings.threshold is None, "the model card's"


@pytest.mark.parametrize("detector", ["hog", "Hog", "cnn", "CNN", "Cnn", "mtcnn"])
@pytest.mark.parametrize("webcam", ["True", "False"])
def test_the_detector_is_honoured_for_webcam_and_pictures(
    run: Run, asked: Asked, detector: str, webcam: str
) -> None:
    """A ignored it for the webcam."""
    Path("examples").mkdir()
    run("-t", "False", "-wc", webcam, "-d", detector)
    assert asked.settings is not None and asked.settings.detector == detector.lower()


def test_weights_may_be_a_folder_or_a_file_in_it(run: Run, asked: Asked, settings: Settings) -> None:
    folder = settings.weights / "dlib-resnet"
    for path in (folder, folder / "model.xml", folder / "card.json"):
        assert run("-t", "False", "-wp", path).code == 0
        assert asked.settings is not None
        assert asked.settings.model == "dlib-resnet"
        assert asked.settings.weights.resolve() == settings.weights.resolve()


def test_weights_that_are_no_model_are_refused(run: Run, asked: Asked, studio: Path) -> None:
    (studio / "weights.h5").write_bytes(b"keras")
    for path in (studio, studio / "weights.h5"):
        message, hint = run("-t", "False", "-wp", path).two_lines()
        assert "-wp" in message and "models add" in hint


@pytest.mark.parametrize("spelling", ["dlib-resnet", "./dlib-resnet", "dlib-resnet/", "dlib-resnet/."])
def test_weights_in_the_working_folder_have_a_name_too(
    run: Run, asked: Asked, settings: Settings, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    monkeypatch.chdir(settings.weights)
    assert run("-t", "False", "-wp", spelling).code == 0
    assert asked.settings is not None and asked.settings.model == "dlib-resnet"


def test_weights_named_from_inside_have_a_name_too(
    run: Run, asked: Asked, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(settings.weights / "dlib-resnet")
    assert run("-t", "False", "-wp", "model.xml").code == 0
    assert asked.settings is not None and asked.settings.model == "dlib-resnet"


# ---------------------------------------------------------------------- -chde and -dw


def test_checking_lists_faceless_photos_and_deletes_nothing(
    run: Run, heads: Heads, settings: Settings
) -> None:
    """A deleted them from disk, even when not asked."""
    save(heads[BARACK], settings.data / BARACK / "good.png")
    save(nobody(), settings.data / BARACK / "wall.png")
    (settings.data / BARACK / "broken.jpg").write_bytes(b"\xff\xd8")
    before = {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()}
    outcome = run("-chde", "True")
    assert outcome.code == 0
    assert "wall.png: no face" in outcome.out and "broken.jpg" in outcome.out
    assert "good.png" not in outcome.out
    assert {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()} == before


def test_not_checking_looks_at_no_photo(
    run: Run, asked: Asked, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legacy, "photos_without_face", lambda *_: pytest.fail("not asked for"))
    assert run("-t", "False", "-chde", "False").code == 0
    assert run("-t", "False").code == 0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with serving(monkeypatch) as running:
        yield running


def test_missing_weights_are_fetched_when_asked_for(run: Run, server: WebServer, tmp_path: Path) -> None:
    server.give(whole(PACKED))
    folder = tmp_path / "w"
    manifest_in(folder, "http://127.0.0.1:9")
    outcome = run("-dw", "True", "--mirror", server.url, "--weights", folder, bare=True)
    assert outcome.code == 0 and (folder / "dlib" / "tiny.dat").read_bytes() == CONTENT
    assert "tiny.dat is there and verified" in outcome.out


def test_without_a_connection_what_is_there_will_do(run: Run, tmp_path: Path) -> None:
    """The originals lie in an installed package; nobody answers at this address."""
    outcome = run("-dw", "True", "--mirror", "http://127.0.0.1:9", "--weights", tmp_path / "w", bare=True)
    assert outcome.code == 0 and "resnet_model_v1.dat is there and verified" in outcome.out


def test_training_is_resnet50_on_semi_hard_triplets_unless_told_otherwise(
    run: Run, asked: Asked, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    requests: list[TrainRequest] = []

    def train(settings: Settings, request: TrainRequest, **_: object) -> TrainOutcome:
        requests.append(request)
        return TrainOutcome(Path("run"), None, None, False, False)

    monkeypatch.setattr(legacy_train, "train", train)
    other = tmp_path / "other.npz"
    np.savez(other, **{"some/kernel": np.zeros(1)})
    for flags in ([], ["-e", "3"], ["--preset", "fine-tune"], ["-wp", settings.weights / "dlib-resnet"]):
        assert run("-t", "True", *flags).code == 0
    found = [(one.options.backbone, one.options.mining, one.options.epochs) for one in requests]
    assert found[:2] == [("resnet50", "semi_hard", 20), ("resnet50", "semi_hard", 3)]
    assert [one[0] for one in found[2:]] == ["dlib-resnet"] * 2
    assert legacy_train._preset_of(other) == "fine-tune"


def test_nothing_is_fetched_unasked(run: Run, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse = lambda *_, **__: pytest.fail("not asked for")  # noqa: E731
    monkeypatch.setattr(download, "fetch_weights", refuse)
    for flags in (["-t", "False"], ["-t", "False", "-dw", "False"]):
        assert run(*flags).code == 0


@pytest.mark.parametrize("extra", ["-chde", "-dw"])
def test_json_stays_alone_on_stdout(
    run: Run, settings: Settings, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch, extra: str
) -> None:
    enrolled(EILEEN)
    save(nobody(), settings.data / EILEEN / "wall.png")

    def fetched(*_: Any, **__: Any) -> list[Path]:
        return [Path("weights/dlib/tiny.dat")]

    monkeypatch.setattr(download, "fetch_weights", fetched)
    flags = ["-t", "False", extra, "True", "--source", "demo", "--max-frames", "1", "--json"]
    lines = run(*flags).json_lines()
    assert [face["name"] for face in lines[0]["faces"]] == [EILEEN]


# ---------------------------------------------------------------------- for real


def test_headless_recognition_of_a_film(run: Run, enrolled: Enrol) -> None:
    enrolled(EILEEN)
    flags = ["-t", "False", "-wc", "True", "--source", "demo", "--max-frames", "2"]
    assert f"+ {EILEEN}" in run(*flags).out
    lines = run(*flags, "--json", "-", "--output", "out.mp4").json_lines()
    assert len(lines) == 2 and Path("out.mp4").is_file()
    assert run(*flags, "-m", "0.00001", "--json").json_lines()[1]["faces"][0]["name"] is None


def test_pictures_of_examples(run: Run, heads: Heads, enrolled: Enrol) -> None:
    enrolled(BARACK)
    save(heads[BARACK], Path("examples/a.png"))
    save(heads[EILEEN], Path("examples/b.png"))
    outcome = run("-t", "False", "-wc", "False")
    assert outcome.out.splitlines() == [f"examples/a.png: {BARACK} (100 %)", "examples/b.png: Not Found"]
    lines = run("-t", "False", "-wc", "False", "--json").json_lines()
    assert [line["faces"][0]["name"] for line in lines] == [BARACK, None]


def test_the_older_flags_say_no_more_than_not_found(run: Run, heads: Heads) -> None:
    """A face like two people."""
    picture = save(heads[BARACK], Path("examples/a.png"))
    for name in ("Ada", "Eve"):
        assert run("enroll", name, picture).code == 0
    assert run("-t", "False", "-wc", "False").out == "examples/a.png: Not Found\n"


def test_json_of_pictures_goes_into_the_file_named(run: Run, heads: Heads, enrolled: Enrol) -> None:
    """As the help of --json says, and as it is with the webcam."""
    enrolled(BARACK)
    save(heads[BARACK], Path("examples/a.png"))
    outcome = run("-t", "False", "-wc", "False", "--json", "lines.jsonl")
    (line,) = Path("lines.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["faces"][0]["name"] == BARACK
    assert not [one for one in outcome.out.splitlines() if one.startswith("{")]
