"""The detection benchmark with small detectors of the test's own, and once with the real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from facecam.benchmark.detection import benchmark, marked_boxes
from facecam.benchmark.detection.benchmark import (
    DetectionOptions,
    measure_detection,
    measured_detectors,
    open_detectors,
)
from facecam.benchmark.detection.conditions import Condition
from facecam.benchmark.detection.faces import choose_faces, drawn_by_folder
from facecam.benchmark.detection.marked_boxes import BoxOptions, measure_boxes, pictures_of, read_boxes
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, WeightsError
from facecam.core.types import Box, Detection, ImageArray
from facecam.engine import components
from facecam.vision.detect.protocol import Detector, DetectorName
from facecam.vision.draw.video_writer import VideoRecorder
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, JOE, nobody, save, side_by_side

SOME = (
    Condition("100-px", "face 100 px wide", 100),
    Condition("turned-180", "upside down", turn_degrees=180),
)


@dataclass
class Fixed:
    """Sees what it is told to."""

    see: Callable[[ImageArray], list[Box]]
    name: DetectorName = "hog"

    def detect(self, image: ImageArray) -> list[Detection]:
        points = np.zeros((5, 2), np.float32)
        return [
            Detection(box=box, score=1.0 - 0.1 * n, landmarks=points) for n, box in enumerate(self.see(image))
        ]


@pytest.fixture
def people(heads: Heads, tmp_path: Path) -> Path:
    folder = tmp_path / "people"
    for name, picture in heads.items():
        save(picture, folder / name / "a.png")
        save(picture[:, ::-1], folder / name / "b.png")
    return folder


@pytest.fixture
def agreed_by_hog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where faces are is said by `hog` alone: the others take their time and are not what is tested."""
    real = benchmark.open_detectors
    monkeypatch.setattr(
        benchmark,
        "open_detectors",
        lambda settings, names=(), **there: real(settings, names or ("hog",), **there),
    )


def test_detectors_do_not_keep_memory_for_large_pictures_beside_each_other(
    settings: Settings, people: Path, agreed_by_hog: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def looks(name: str, image: ImageArray) -> list[Box]:
        steps.append(f"{name} {image.shape[1]}")
        return []

    two = {name: Fixed(lambda image, name=name: looks(name, image)) for name in ("a", "b")}  # type: ignore[misc]

    def opened(_: Settings, names: tuple[str, ...] = ()) -> dict[str, Fixed]:
        steps.extend(f"open {name}" for name in names)
        return two

    for module in (benchmark, marked_boxes):
        monkeypatch.setattr(module, "measured_detectors", opened)
        monkeypatch.setattr(module, "make_room", lambda: steps.append("room"))
    monkeypatch.setattr(benchmark, "_MADE_FRAMES", 1)
    large = Condition("large", "a large picture", 400, size=(1440, 1080))
    options = DetectionOptions(people, faces=1)
    measure_detection(settings, options, conditions=(SOME[0], SOME[0], large, SOME[0], large))
    usual, twice = ["a 640", "b 640"], ["room", *2 * ["a 640", "b 640"]]
    alone = ["room", "a 1440", "room", "b 1440", "room"]
    frames = ["open a", "a 640", "room", "room", "open b", "b 640", "room", "room"]
    assert steps == [*twice, *usual, *alone, *twice, *alone, *frames], "frames may be large"
    steps.clear()
    (tmp_path / "marked.txt").write_text("large.png\n1\n10 10 20 20 0 0 0 0 0 0\n")
    save(np.zeros((600, 1440, 3), np.uint8), tmp_path / "large.png")
    measure_boxes(settings, BoxOptions(tmp_path / "marked.txt"))
    assert steps == ["open a", "a 1440", "room", "room", "open b", "b 1440", "room", "room"]


def test_the_real_detectors_on_a_few_faces(settings: Settings, people: Path, agreed_by_hog: None) -> None:
    options = DetectionOptions(people, detectors=("hog",), faces=3)
    report = measure_detection(settings, options, conditions=SOME)
    assert len(report.faces.faces) == 3 and len({face.name.split("/")[0] for face in report.faces.faces}) == 3
    upright, turned = report.results
    assert upright.found["hog"].value == 1 and upright.found["hog"].method == "wilson"
    assert turned.found["hog"].value < 1, "hog sees upright faces"
    assert report.paces["hog"].ratio == 1 and report.paces["hog"].scenes == 6
    (alarms,) = report.false_alarms
    assert alarms.where == "made up" and alarms.frames == 100 and alarms.boxes["hog"] <= 2


def test_photos_are_turned_and_searched_again(
    settings: Settings, people: Path, agreed_by_hog: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "_MADE_FRAMES", 2)
    options = DetectionOptions(people, detectors=("hog", "photos"), faces=3)
    (turned,) = measure_detection(settings, options, conditions=SOME[1:]).results
    assert turned.found["hog"].value < 1 and turned.found["photos"].value == 1


def test_the_way_of_photos_is_measured_unless_detectors_are_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "open_detector", lambda one: Fixed(lambda image: []))
    assert list(measured_detectors(settings)) == [*get_args(DetectorName), "photos"]
    assert list(measured_detectors(settings, ["hog"])) == ["hog"]
    assert list(measured_detectors(settings, ["photos"])) == ["photos"]


def test_boxes_elsewhere_and_of_the_wrong_size_are_no_faces(
    settings: Settings, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "_MADE_FRAMES", 4)
    real = open_detectors(settings, ["hog"])
    wrong: Mapping[str, Detector] = {"hog": Fixed(lambda image: [Box(0, 0, 640, 480), Box(1, 1, 9, 9)])}
    monkeypatch.setattr(benchmark, "open_detectors", lambda _, names=(), **__: wrong if names else real)
    report = measure_detection(
        settings, DetectionOptions(people, detectors=("hog",), faces=2), conditions=SOME
    )
    assert [one.found["hog"].value for one in report.results] == [0, 0]
    assert [one.elsewhere["hog"] for one in report.results] == [4, 4]
    (alarms,) = report.false_alarms
    assert alarms.boxes["hog"] == 8 and alarms.frames_with["hog"].value == 1


def test_frames_without_faces_come_evenly_from_films_and_folders(
    settings: Settings, people: Path, tmp_path: Path, agreed_by_hog: None
) -> None:
    with VideoRecorder(tmp_path / "film.mp4", (120, 90), 24) as recorder:
        for _ in range(20):
            recorder.write(nobody())
    save(nobody(), tmp_path / "pictures" / "a.png")
    options = DetectionOptions(
        people,
        without_faces=(tmp_path / "film.mp4", tmp_path / "pictures"),
        detectors=("hog",),
        faces=1,
        frames=5,
    )
    film, pictures = measure_detection(settings, options, conditions=SOME[:1]).false_alarms
    assert (film.frames, pictures.frames) == (5, 1) and film.boxes["hog"] == 0
    assert film.where.endswith("film.mp4")
    (tmp_path / "nothing").mkdir()
    with pytest.raises(DataError, match="nothing"):
        measure_detection(
            settings, replace(options, without_faces=(tmp_path / "nothing",)), conditions=SOME[:1]
        )


def test_a_place_needs_more_than_half_of_the_detectors(settings: Settings, people: Path) -> None:
    real = open_detectors(settings, ["hog"])["hog"]
    blind, away = Fixed(lambda image: []), Fixed(lambda image: [Box(0, 0, 30, 30)])

    def reasons(*others: Detector) -> Mapping[str, int]:
        detectors = {str(number): one for number, one in enumerate((real, *others))}
        with pytest.raises(DataError, match="clear face") as caught:
            choose_faces(settings, people, detectors, 6)
        assert "60 px" in caught.value.hint
        return {word: int(n) for n, word in (part.split(" ", 1) for part in _listed(caught.value.message))}

    assert reasons(blind) == {"no face": 6}
    assert reasons(away) == {"disagreement": 6}
    assert reasons(real, away) == {"another face": 6}
    assert len(choose_faces(settings, people, {"a": real, "b": real, "c": blind}, 6).faces) == 6


def _listed(message: str) -> list[str]:
    return message.partition("(")[2].rstrip(")").split(", ")


def test_photos_that_show_no_one_clear_face_are_counted(
    settings: Settings, heads: Heads, people: Path, tmp_path: Path
) -> None:
    save(side_by_side(heads[BARACK][:, :200], heads[JOE][:, 64:]), tmp_path / "people" / "two.png")
    save(nobody(), tmp_path / "people" / "none.png")
    save(heads[EILEEN][:200, 60:], tmp_path / "people" / "cut.png")
    (tmp_path / "people" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    chosen = choose_faces(settings, people, open_detectors(settings, ["hog"]), 100)
    assert len(chosen.faces) == 6 and chosen.looked_at == 10
    assert chosen.passed_over["unreadable"] == 1 and chosen.passed_over["no face"] >= 1
    assert sum(chosen.passed_over.values()) == 4
    for face in chosen.faces:
        assert 100 < face.box.width < 140 and abs(face.roll_degrees) <= 20


def test_every_person_once_before_anybody_twice(tmp_path: Path) -> None:
    photos = [tmp_path / name / f"{number}.png" for name in "abc" for number in range(4)] + [
        tmp_path / "x.png"
    ]
    drawn = list(drawn_by_folder(photos, seed=2))
    assert sorted(drawn) == sorted(photos)
    assert (
        len({photo.parent for photo in drawn[:4]}) == 4 and len({photo.parent for photo in drawn[4:7]}) == 3
    )
    assert drawn == list(drawn_by_folder(photos, seed=2)) and drawn != list(drawn_by_folder(photos, seed=3))
    assert list(drawn_by_folder([], seed=0)) == []


def test_all_that_are_prepared_unless_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_hog(one: Settings) -> Detector:
        if one.detector != "hog":
            raise WeightsError(f"{one.detector} is missing", hint="Prepare it.")
        return Fixed(lambda image: [])

    monkeypatch.setattr(components, "open_detector", only_hog)
    assert set(open_detectors(settings)) == {"hog"}
    with pytest.raises(WeightsError, match="cnn"):
        open_detectors(settings, ["hog", "cnn"])
    with pytest.raises(ConfigError, match="no detector nose") as caught:
        open_detectors(settings, ["nose"])
    assert all(name in caught.value.hint for name in get_args(DetectorName))


# ---------------------------------------------------------------------- marked faces


@pytest.fixture
def marked(heads: Heads, tmp_path: Path) -> Path:
    """Three heads, marked about right; one of the pictures is missing."""
    lines = []
    for number, picture in enumerate(heads.values()):
        save(picture, tmp_path / "pictures" / f"{number}.png")
        height, width = picture.shape[:2]
        box = (width // 2 - 60, height // 2 - 60, 120, 120)
        lines += [f"pictures/{number}.png", "1", " ".join(map(str, box))]
    path = tmp_path / "boxes.txt"
    path.write_text("\n".join([*lines, "pictures/gone.jpg", "0"]), encoding="utf-8")
    return path


def test_figures_of_marked_faces_and_a_missing_picture(settings: Settings, marked: Path) -> None:
    report = measure_boxes(settings, BoxOptions(marked, detectors=("hog",)))
    one = report.figures["hog"]
    assert (one.pictures, one.faces, one.hits, one.false_alarms) == (3, 3, 3, 0)
    assert one.average_precision is not None and one.average_precision.value == 1
    assert report.listed == 4 and [fault.name for fault in report.faults] == ["pictures/gone.jpg"]
    assert "line 10" in report.faults[0].message
    larger = measure_boxes(settings, BoxOptions(marked, detectors=("hog",), min_box_px=121))
    assert larger.figures["hog"].faces == 0 and larger.ignored == 3


def test_none_of_the_pictures_is_there(settings: Settings, marked: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="none of the 4 pictures") as caught:
        measure_boxes(settings, BoxOptions(marked, images=tmp_path / "pictures", detectors=("hog",)))
    assert "--images" in caught.value.hint


def test_voc_files_of_a_folder_and_the_pictures_beside_it(
    settings: Settings, heads: Heads, tmp_path: Path
) -> None:
    save(heads[BARACK], tmp_path / "JPEGImages" / "one.png")
    height, width = heads[BARACK].shape[:2]
    corners = (width // 2 - 59, height // 2 - 59, width // 2 + 60, height // 2 + 60)
    box = "".join(f"<{n}>{v}</{n}>" for n, v in zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True))
    text = f"<annotation><object><name>face</name><bndbox>{box}</bndbox></object></annotation>"
    (tmp_path / "Annotations").mkdir()
    (tmp_path / "Annotations" / "one.xml").write_text(text, encoding="utf-8")
    assert pictures_of(tmp_path / "Annotations") == tmp_path / "JPEGImages"
    report = measure_boxes(settings, BoxOptions(tmp_path / "Annotations", detectors=("hog",)))
    assert report.figures["hog"].hits == 1 and not report.faults, "png where the list would have jpg"
    with pytest.raises(DataError, match=r"no \.xml file"):
        read_boxes(tmp_path / "JPEGImages")


def test_a_picture_that_would_be_reduced_is_passed_over(
    settings: Settings, marked: Path, tmp_path: Path
) -> None:
    save(np.zeros((1, 4097, 3), np.uint8), tmp_path / "pictures" / "gone.jpg")
    (fault,) = measure_boxes(settings, BoxOptions(marked, detectors=("hog",))).faults
    assert "larger than 4096 px" in fault.message


def test_no_detector_is_opened_twice_at_a_time(
    settings: Settings, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five of them at once are most of the memory a run takes."""
    opened: list[str] = []
    hog = open_detectors(settings, ["hog"])["hog"]

    def opening(one: Settings) -> Detector:
        opened.append(one.detector)
        return hog

    monkeypatch.setattr(components, "open_detector", opening)
    monkeypatch.setattr(benchmark, "_MADE_FRAMES", 1)
    detectors = tuple(get_args(DetectorName))
    measure_detection(settings, DetectionOptions(people, detectors=detectors, faces=1), conditions=SOME[:1])
    frames_of = [*detectors, "photos"][: len(detectors)]
    assert sorted(opened) == sorted([*detectors, *frames_of]), (
        "at once for scenes, then each alone for frames"
    )
