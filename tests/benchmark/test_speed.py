"""A tiny run of the measurements, with a peer that is quick: every row is there and holds numbers."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from facecam.benchmark import gallery, speed
from facecam.benchmark.speed import Bench, BenchOptions, machine
from facecam.benchmark.timing import Row
from facecam.core.config import Settings
from facecam.core.errors import DependencyError, FacecamError
from facecam.core.events import Event, Progress
from facecam.core.types import ImageArray
from facecam.engine.demo import Demo
from facecam.vision.draw.video_writer import VideoRecorder
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, rgb, save


class Peer:
    """Answers at once what face_recognition would."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        def answer(*_: object, **__: object) -> list[Any]:
            self.asked.add(name)
            return [np.zeros(128)] if name == "face_encodings" else [(0, 10, 10, 0)]

        return answer


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Peer:
    peer = Peer()
    monkeypatch.setattr(speed, "_import_peer", lambda: peer)
    monkeypatch.setattr(speed, "_SIZES", ((160, 120),))
    monkeypatch.setattr(gallery, "SIZES", (1000,))
    monkeypatch.setattr(gallery, "WANTED_SIZE", 1000)
    monkeypatch.setattr(gallery, "EXACT_UP_TO", 999)
    monkeypatch.setattr(speed, "_BATCH", 2)
    return peer


def test_a_tiny_run_fills_every_row(
    settings: Settings,
    demo: Demo,
    heads: Heads,
    peer: Peer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speed, "_start_live", lambda *_: (1.5, 300.0))
    for name, picture in heads.items():
        save(picture, tmp_path / "people" / name / "a.png")
    with VideoRecorder(tmp_path / "clip.mp4", (240, 240), 24) as recorder:
        for _ in range(6):
            recorder.write(rgb(heads[BARACK][:240, :240]))
    options = BenchOptions(tmp_path / "clip.mp4", tmp_path / "people", runs=1, frames=6, index=True)
    events: list[Event] = []
    rows = list(Bench(settings, demo, options, events.append).rows())
    for row in rows:
        assert isinstance(row, Row) and row.runs >= 1 and row.unit in ("ms", "s", "frames/s", "%", "MB")
        assert math.isfinite(row.ours) and row.ours > 0, row
    words = "\n".join(row.what for row in rows)
    for wanted in (
        "detect centerface",
        "detect hog",
        "detect cnn",
        "detect mtcnn",
        "landmarks to vector",
        "match 1 face",
        "through the index",
        "mine 512 vectors, semi-hard",
        "mine 512 vectors, min-max",
    ):
        assert wanted in words
    for wanted in (
        "hog, every frame",
        "followed between",
        "tracked between",
        "cnn, every frame",
        f"latency of a frame, {settings.detector}",
        "95 % under",
        "start to first",
    ):
        assert wanted in words
    assert {"face_locations", "face_encodings", "face_distance", "compare_faces"} <= peer.asked
    progress = [event for event in events if isinstance(event, Progress)]
    assert [one.done for one in progress] == [0, 1, 2, 3, 4, 5, 6] and progress[0].total == 6
    assert not settings.data.exists() and not settings.database.exists(), "the user's folders are left alone"


def test_a_missing_peer_or_clip_is_said(
    settings: Settings, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise SystemExit  # which is what face_recognition does where its models are missing

    with monkeypatch.context() as patch:
        patch.setattr("facecam.benchmark.speed.importlib.import_module", missing)
        with pytest.raises(DependencyError, match="face_recognition") as caught:
            Bench(settings, demo, BenchOptions())
        assert "setup" in caught.value.hint
    monkeypatch.setattr(speed, "_import_peer", SimpleNamespace)
    with pytest.raises(DependencyError, match="portraits"):
        Bench(settings, Demo(tmp_path), BenchOptions())
    made = Bench(settings, demo, BenchOptions(clip=tmp_path / "none.mp4"))
    with pytest.raises(DependencyError, match=r"none\.mp4"):
        list(made._end_to_end())
    (tmp_path / "words.mp4").write_text("no film")
    broken = Bench(settings, demo, BenchOptions(clip=tmp_path / "words.mp4"))
    monkeypatch.setattr(
        Bench, "_detection", lambda self: pytest.fail("measured before the clip was looked at")
    )
    with pytest.raises(FacecamError, match=r"words\.mp4"):
        next(broken.rows())


def test_a_scene_has_the_size_asked_for_and_the_face_in_it(portraits: dict[str, ImageArray]) -> None:
    for width, height in ((320, 240), (1280, 720), (100, 400)):
        assert speed._scene(portraits["Barack Obama"], width, height).shape == (height, width, 3)


def test_the_machine_is_described_in_full() -> None:
    facts = machine()
    assert set(facts) == {"processor", "memory", "system", "python", "packages"} and all(facts.values())
    assert "openvino 20" in facts["packages"]


def test_start_and_memory_are_measured_on_a_process_of_its_own(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for the program: 0.3 s to the first line, then 60 MB more for a moment."""
    program = "import sys, time; time.sleep(0.3); print(sys.argv[1:], flush=True)"
    program += (
        "; x = bytearray(60 << 20); x[::4096] = b'1' * len(x[::4096]); print(flush=True); time.sleep(0.3)"
    )
    monkeypatch.setattr(speed, "command_of", lambda *_: [sys.executable, "-c", program])
    seconds, peak_mb = speed._start_live(settings, tmp_path / "clip.mp4", 3)
    assert 0.3 <= seconds < 10
    if Path("/proc/self/status").exists():
        assert 60 < peak_mb < 400
