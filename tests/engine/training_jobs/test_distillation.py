"""From pictures to what a student learns from, and what is refused before anything starts."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, FacecamError, WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, Metrics, Notice, Progress
from facecam.core.types import ImageArray
from facecam.engine import components
from facecam.engine.faces.library_scan import OWN_PHOTOS
from facecam.engine.photos.image_sources import SourceReader, list_sources
from facecam.engine.training_jobs.distil import distillation, distillation_faces
from facecam.engine.training_jobs.distil.distillation import DistilRequest
from facecam.engine.training_jobs.distil.distillation_faces import FacePreparer
from facecam.runtime.dlib_files import RESNET, find_dlib_file
from facecam.training.data.chips import jpeg_of
from facecam.training.data.tfrecords import FaceRecord, write_tfrecords
from facecam.training.distil.__main__ import train
from facecam.training.distil.faces import part_file, read_faces
from facecam.training.distil.options import DistilOptions
from facecam.training.distil.plan import DistilPlan, read_plan, write_plan

#: Python imports this at its start from a folder of PYTHONPATH.
_WITHOUT_OPENVINO = """
from importlib.machinery import PathFinder

find_anything = PathFinder.find_spec
PathFinder.find_spec = lambda name, *more: None if name == "openvino" else find_anything(name, *more)
"""


@pytest.fixture
def images(tmp_path: Path, portraits: dict[str, ImageArray]) -> Path:
    """A folder with a portrait, junk in a subfolder, and a zip file with two chips and junk."""
    folder = tmp_path / "images"
    (folder / "deeper").mkdir(parents=True)
    picture = next(iter(portraits.values()))
    (folder / "portrait.jpg").write_bytes(jpeg_of(picture))
    (folder / "deeper" / "junk.jpg").write_text("no picture")
    (folder / "deeper" / "notes.txt").write_text("not looked at")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        for index, value in enumerate((60, 160)):
            chip = np.full((150, 150, 3), value, np.uint8)
            chip[40:90, 30:60] = 255 - value
            archive.writestr(f"faces/{index} 😀.jpg", jpeg_of(chip))
        archive.writestr("faces/empty.png", b"")
        archive.writestr("../climbing.jpg", b"")
        archive.writestr("__MACOSX/faces/._0.jpg", b"\0")
        archive.writestr("readme.txt", b"hello")
    return folder


def test_zip_files_and_folders_are_listed_without_unpacking(images: Path) -> None:
    sources = list_sources([images, images / "more.zip", images])
    names = [Path(source.name.split(":")[-1]).name for source in sources]
    assert names == ["junk.jpg", "portrait.jpg", "0 😀.jpg", "1 😀.jpg", "empty.png"]
    reader = SourceReader()
    assert reader.read(sources[2]).shape == (150, 150, 3)
    reader.close()
    assert not list(images.parent.rglob("*.png")) and not list(images.parent.rglob("climbing*"))


def test_broken_empty_and_missing_sources_are_said(images: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes((images / "more.zip").read_bytes()[:300])
    with pytest.raises(DataError, match="broken.zip"):
        list_sources([tmp_path / "broken.zip"])
    with pytest.raises(DataError, match="no pictures"):
        list_sources(
            [images / "deeper" / "nothing"] if (images / "deeper" / "nothing").mkdir() is None else []
        )
    with pytest.raises(ConfigError, match="does not exist"):
        list_sources([tmp_path / "a\0b"])


def test_every_usable_picture_becomes_a_chip(images: Path, settings: Settings, tmp_path: Path) -> None:
    events: list[Event] = []
    faces = tmp_path / "faces"
    faces.mkdir()
    sources = list_sources([images, images / "more.zip"])
    unusable = FacePreparer(settings, faces, events.append, CancelToken()).prepare(sources)
    found = read_faces(faces)
    assert unusable == 2 and len(found) == 3
    told = [event.text for event in events if isinstance(event, Notice)]
    assert len(told) == 2 and all("left out" in text for text in told)
    assert events[-1] == Progress("faces", 5, 5)
    assert {found.chip(row).shape for row in range(3)} == {(150, 150, 3)}
    assert found.chip(1)[10, 10, 0] == pytest.approx(60, abs=3)  # a chip is taken as it is


def test_tfrecord_files_are_sources_too(settings: Settings, tmp_path: Path) -> None:
    """A face that was cut out long ago shows none to a detector: it is taken whole."""
    cut, chip = np.full((96, 80, 3), 90, np.uint8), np.full((150, 150, 3), 160, np.uint8)
    records = [FaceRecord(jpeg_of(one), 1, one.shape) for one in (cut, chip)]  # type: ignore[arg-type]
    records.append(FaceRecord(b"no picture", 2, (1, 1, 3)))
    write_tfrecords(tmp_path / "train.tfrecords", records)
    sources = list_sources([tmp_path])
    assert sources == list_sources([tmp_path / "train.tfrecords"])
    assert [source.name.rsplit(":", 1)[1] for source in sources] == ["record 1", "record 2", "record 3"]
    (tmp_path / "faces").mkdir()
    events: list[Event] = []
    FacePreparer(settings, tmp_path / "faces", events.append, CancelToken()).prepare(sources)
    found = read_faces(tmp_path / "faces")
    assert [round(float(found.chip(row).mean()), -1) for row in range(len(found))] == [90, 160]
    assert sum(isinstance(event, Notice) for event in events) == 1
    (tmp_path / "train.tfrecords").write_bytes((tmp_path / "train.tfrecords").read_bytes()[:-2])
    with pytest.raises(DataError, match="record 3: the file is cut off"):
        list_sources([tmp_path])


def test_parts_that_are_there_are_not_made_again(
    images: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distillation_faces, "PART_FACES", 2)
    sources = list_sources([images / "more.zip", images / "portrait.jpg"])
    FacePreparer(settings, tmp_path, lambda event: None, CancelToken()).prepare(sources)
    times = [part_file(tmp_path, index).stat().st_mtime_ns for index in range(2)]
    FacePreparer(settings, tmp_path, lambda event: None, CancelToken()).prepare(sources)
    assert [part_file(tmp_path, index).stat().st_mtime_ns for index in range(2)] == times
    FacePreparer(settings, tmp_path, lambda event: None, CancelToken()).prepare(sources[:2])
    assert not part_file(tmp_path, 1).exists()  # It belonged to the longer list.


def test_a_stop_ends_the_preparing(images: Path, settings: Settings, tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        FacePreparer(settings, tmp_path, lambda event: None, cancel).prepare(list_sources([images]))
    assert not part_file(tmp_path, 0).exists()


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a weights folder of our own that holds the teacher."""
    shutil.copytree(
        settings.weights / components.DEFAULT_MODEL, tmp_path / "weights" / components.DEFAULT_MODEL
    )
    return replace(settings, weights=tmp_path / "weights")


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"name": "dlib-resnet"}, ConfigError, "a model 'dlib-resnet' already"),
        ({"name": "../x"}, ConfigError, "--name"),
        ({"start": "nowhere.npz"}, WeightsError, "nowhere.npz"),
        ({"images": (Path("nowhere"),)}, ConfigError, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_written(
    images: Path, own: Settings, changes: dict[str, object], kind: type[Exception], words: str
) -> None:
    request = replace(DistilRequest((images,), DistilOptions(steps=1)), **changes)  # type: ignore[arg-type]
    with pytest.raises(kind, match=words):
        distillation.distil(own, request)
    assert not (own.weights.parent / "runs").exists()


def test_there_must_be_something_to_go_on_with(own: Settings) -> None:
    with pytest.raises(ConfigError, match="no distillation"):
        distillation.resume(own)
    with pytest.raises(ConfigError, match="no distillation 'nonesuch'"):
        distillation.resume(own, Path("nonesuch"))


@pytest.mark.parametrize("theirs", [False, True])
def test_a_stopped_run_goes_on_and_becomes_a_model(
    images: Path, own: Settings, monkeypatch: pytest.MonkeyPatch, theirs: bool
) -> None:
    """The process that trains is replaced: first it is stopped, then it leaves a network.

    That it learnt from the user's own people its card says, as its run may be deleted before them.
    """
    if theirs:
        own = replace(own, data=images)
    results: list[dict[str, object]] = [
        {"stopped": True},
        {
            "stopped": False,
            "side_px": 112,
            "dimensions": 128,
            "faces": 3,
            "squared_l2": 0.05,
            "explained": 0.7,
        },
    ]

    def train(folder: object, *_: object, worker: str, command: str) -> dict[str, object]:
        assert (worker, command) == ("facecam.training.distil", "distil")
        run = Path(folder.path)  # type: ignore[attr-defined]
        assert len(read_faces(run / "faces")) == 2
        for file in ("model.xml", "model.bin"):
            shutil.copy(own.weights / components.DEFAULT_MODEL / file, run / file)
        (run / "weights.npz").write_bytes(b"weights")
        return results.pop(0)

    monkeypatch.setattr(distillation, "train_in_child", train)
    stopped = distillation.distil(
        own, DistilRequest((images / "more.zip",), DistilOptions(steps=1), start="random")
    )
    assert stopped.stopped and stopped.model is None
    done = distillation.resume(own, Path(stopped.run.name) if theirs else None)
    assert (done.run, done.model, done.explained) == (stopped.run, "resnet50-distilled", 0.7)
    card = components.open_weights(own).card("resnet50-distilled")
    assert card.threshold is None and "dlib-resnet@" in card.lineage and card.input.height == 112
    assert (OWN_PHOTOS in card.lineage) == theirs and str(images) not in card.lineage
    assert (own.weights / "resnet50-distilled" / "weights.npz").read_bytes() == b"weights"


def test_a_prepared_run_holds_all_it_needs_and_can_be_carried_away(
    images: Path, own: Settings, tmp_path: Path
) -> None:
    start = tmp_path / "mine.npz"
    start.write_bytes(b"weights")
    request = DistilRequest(
        (images / "more.zip",), DistilOptions(steps=1), start=str(start), prepare_only=True
    )
    prepared = distillation.distil(own, request)
    assert prepared.stopped and prepared.model is None
    carried = prepared.run.rename(tmp_path / "elsewhere")
    plan = read_plan(carried)
    assert (carried / plan.teacher).read_bytes() == find_dlib_file(RESNET, own.weights).read_bytes()
    assert plan.start is not None and (carried / plan.start).read_bytes() == b"weights"
    assert len(read_faces(carried / "faces")) == 2


@pytest.mark.heavy
@pytest.mark.slow
def test_faces_of_anybody_become_a_model(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, with ResNet50 and the process that trains."""
    generator = np.random.default_rng(0)
    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        for index in range(10):
            noise = generator.integers(0, 256, (6, 6, 3)).astype(np.uint8)
            archive.writestr(f"{index}.jpg", jpeg_of(np.kron(noise, np.ones((25, 25, 1), np.uint8))))
    events: list[Event] = []
    options = DistilOptions(steps=2, batch=2, sizes="32", held_out=2, threads=1, arithmetic="mixed_bfloat16")
    request = DistilRequest((tmp_path / "faces.zip",), options, start="random", name="mine")
    (tmp_path / "lent").mkdir()
    (tmp_path / "lent" / "sitecustomize.py").write_text(_WITHOUT_OPENVINO)
    # As on a machine that lends its card, and has not all of this program.
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path / "lent"))
        lent = distillation.distil(own, request, on_event=events.append)
    assert lent.stopped and lent.model is None
    assert any("Carry" in one.hint for one in events if isinstance(one, Notice))
    losses = [one.values["loss"] for one in events if isinstance(one, Metrics) and one.stage == "train"]
    assert len(losses) == 2 and np.isfinite(losses).all()
    # What came back is enough, and nothing is trained again.
    shutil.rmtree(lent.run / "checkpoints")
    events.clear()
    # In this process, where TensorFlow is loaded already.
    monkeypatch.setattr(
        distillation, "train_in_child", lambda run, tell, cancel, **_: train(run.path, tell, cancel)
    )
    outcome = distillation.resume(own, lent.run, on_event=events.append)
    assert not outcome.stopped and outcome.model == "mine"
    assert outcome.squared_l2 is not None and 0 <= outcome.squared_l2 <= 4
    assert not any(isinstance(one, Metrics) for one in events)
    embedder = components.open_embedder(replace(own, model="mine"))
    grey = np.full((150, 150, 3), 90, np.uint8)
    vectors = embedder.embed([grey]).vectors
    assert vectors.shape == (1, 128) and np.linalg.norm(vectors) == pytest.approx(1, abs=1e-3)


def test_a_card_that_is_asked_for_and_not_there_is_said(
    own: Settings, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    request = DistilRequest(
        (images / "more.zip",), DistilOptions(steps=1, arithmetic="float32"), start="random"
    )
    with pytest.raises(ConfigError, match="--device gpu") as caught:
        distillation.distil(replace(own, device="gpu"), request)
    assert "doctor" in caught.value.hint


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("images.json", "null"),
        ("images.json", "7"),
        ("images.json", "{"),
        ("distil.json", '{"options": {"steps": 1, "sizes": true}, "teacher": "teacher.dat"}'),
    ],
)
def test_a_damaged_run_is_not_gone_on_with(own: Settings, file: str, content: str) -> None:
    run = own.weights.parent / "runs" / "2026-01-31-distil-1"
    run.mkdir(parents=True)
    write_plan(DistilPlan(DistilOptions(steps=1), "teacher.dat"), run)
    (run / "images.json").write_text('["faces"]')
    (run / file).write_text(content)
    with pytest.raises(FacecamError) as caught:
        distillation.resume(own)
    assert caught.value.hint
