"""Each script of docs/examples does what its first line says."""

from __future__ import annotations

import json
import runpy
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import facecam
from facecam.core.home import PROGRAM_FOLDER
from facecam.core.types import ImageArray
from facecam.engine.demo import Demo
from facecam.library import home, recognizer
from facecam.vision.sources.open import FrameSource, open_source
from tests.engine.studio import BARACK, EILEEN, blurred, exposed, mirrored, save

EXAMPLES = PROGRAM_FOLDER / "docs" / "examples"


def run(name: str, *arguments: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", [name, *map(str, arguments)])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")


@pytest.fixture
def own(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that scripts open when they name none; models and people are in it, so that nothing else changes."""
    folder = tmp_path / "home"
    (folder / "weights").mkdir(parents=True)
    for name in ("dlib", "dlib-resnet", "dlib-mmod", "centerface", "blazeface"):
        if (weights / name).exists():
            (folder / "weights" / name).symlink_to(weights / name, target_is_directory=True)
    settings = replace(
        facecam.Settings(), data=folder / "data", database=folder / "database", weights=folder / "weights"
    )
    monkeypatch.setattr(home, "Settings", lambda: settings)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def known(own: Path, demo: Demo) -> Path:
    """The same, in which the demo's two people are known."""
    app = facecam.FaceRecognizer.open(own)
    for portrait in demo.portraits():
        if portrait.enrolled:
            app.enroll(portrait.name, [portrait.path])
    return own


def test_a_folder(
    known: Path,
    portraits: dict[str, ImageArray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    photos = tmp_path / "photos"
    save(np.hstack([portraits[EILEEN], mirrored(portraits["Joe Biden"])[:512, :512]]), photos / "two.png")
    save(portraits[BARACK], photos / "one.png")
    (photos / "text.png").write_text("no picture", encoding="utf-8")
    run("recognize_folder.py", photos, monkeypatch=monkeypatch)
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["one.png"] == BARACK and EILEEN in lines["two.png"] and len(lines) == 3


def test_a_camera(known: Path, demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's clip stands in for the camera, and nobody for the screen; Escape is pressed after five frames."""
    opened: list[str] = []

    def stand_in(spec: str, **options: Any) -> FrameSource:
        opened.append(spec)
        return open_source("demo", demo_clip=demo.clip)

    shown: list[ImageArray] = []
    monkeypatch.setattr(recognizer, "open_source", stand_in)
    monkeypatch.setattr(cv2, "imshow", lambda title, picture: shown.append(picture))
    monkeypatch.setattr(cv2, "waitKey", lambda delay: 27 if len(shown) == 5 else -1)
    written: list[str] = []
    real = cv2.putText
    monkeypatch.setattr(cv2, "putText", lambda *given: written.append(given[1]) or real(*given))  # type: ignore[func-returns-value]
    run("webcam.py", monkeypatch=monkeypatch)
    assert opened == ["0"] and len(shown) == 5 and shown[0].shape == (360, 640, 3)
    assert written[-1] == EILEEN
    assert len((EXAMPLES / "webcam.py").read_text(encoding="utf-8").partition("app =")[2].splitlines()) == 10


@pytest.fixture
def service(own: Path) -> Iterator[str]:
    """Address of the web service while it runs."""
    example = runpy.run_path(str(EXAMPLES / "web_service.py"))
    server = example["make_server"](facecam.FaceRecognizer.open(own), 0)
    server.RequestHandlerClass.log_message = lambda *_: None
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def post(address: str, content: bytes) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=content), timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_web_service(service: str, demo: Demo) -> None:
    photo = next(one.path for one in demo.portraits() if one.name == EILEEN).read_bytes()
    assert post(f"{service}/recognize", photo)[1]["faces"][0]["name"] is None
    assert post(f"{service}/enroll?name=Eileen", photo) == (200, {"name": "Eileen", "photos": 1})
    status, answer = post(f"{service}/recognize", photo)
    assert status == 200 and answer["faces"][0]["name"] == "Eileen" and answer["faces"][0]["similarity"] > 90
    for address, content in (("recognize", b"no picture"), ("enroll", photo), ("fly", photo)):
        status, answer = post(f"{service}/{address}", content)
        assert status in (400, 404) and answer["error"]


def test_an_album(
    own: Path,
    portraits: dict[str, ImageArray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    album, people = tmp_path / "album", (EILEEN, BARACK)
    for name in people:
        for number, picture in enumerate((portraits[name], exposed(mirrored(portraits[name]), 0.8))):
            save(picture, album / f"{name} {number}.png")
    run("cluster_album.py", album, tmp_path / "sorted", monkeypatch=monkeypatch)
    made = {
        frozenset(one.name[:-6] for one in folder.iterdir()) for folder in (tmp_path / "sorted").iterdir()
    }
    assert made == {frozenset({name}) for name in people}
    assert capsys.readouterr().out.splitlines() == ["person 1: 2 photos", "person 2: 2 photos"]


@pytest.mark.slow
def test_a_training(
    own: Path,
    heads: dict[str, ImageArray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, head in heads.items():
        variants = (head, mirrored(head), exposed(head, 0.75), exposed(head, 1.15, 5), blurred(head, 1.0))
        for number, picture in enumerate(variants):
            save(picture, own / "data" / name / f"{number}.png")
    run("train_and_export.py", own, tmp_path / "own.onnx", monkeypatch=monkeypatch)
    assert f"written: {tmp_path / 'own.onnx'}" in capsys.readouterr().out
    network = cv2.dnn.readNetFromONNX(str(tmp_path / "own.onnx"))
    network.setInput(np.zeros((1, 150, 150, 3), np.float32))
    assert np.linalg.norm(network.forward()) == pytest.approx(1, abs=1e-3)


def test_every_example_is_here() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    names = sorted(path.name for path in EXAMPLES.glob("*.py"))
    assert len(names) == 5 and all(f'"{name}"' in tested for name in names)
