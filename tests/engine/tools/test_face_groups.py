"""Unsorted photos and films: faces by person, whom they look like, and what photo programs wrote into the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError
from facecam.core.types import ImageArray
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.faces.face_finder import FaceFinder
from facecam.engine.tools.face_groups import face_picture, faces_to_name
from facecam.vision.draw.video_writer import VideoRecorder
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, mirrored, nobody, save, side_by_side
from tests.vision.images.test_face_regions import packet


def test_most_frequent_first_with_whom_they_look_like(
    settings: Settings, heads: Heads, studio: Path, enrolled: Enrol, tmp_path: Path
) -> None:
    enrolled(BARACK)
    save(heads[EILEEN], studio / "a.png"), save(mirrored(heads[EILEEN]), studio / "b.png")
    save(side_by_side(heads[EILEEN], heads[BARACK]), studio / "c.png")
    save(nobody(), studio / "d.png")
    found = faces_to_name(settings, [studio], tmp_path)
    assert [len(group.faces) for group in found.groups] == [3, 1]
    assert (found.photos, found.without_face) == (4, 1)
    eileen, barack = found.groups
    assert (eileen.suggestion, eileen.is_known) == ("", False)
    assert (barack.suggestion, barack.likely[0].name) == (BARACK, BARACK) and barack.likely[0].percent > 50
    assert eileen.likely[0].percent < 50
    assert list(eileen.boxes(2)) == [face.path for face in eileen.faces][:2]
    picture = face_picture(barack.faces[0])
    assert picture is not None and max(picture.shape) <= 160


def test_whom_enrolling_would_refuse_is_left_out_and_counted(
    settings: Settings, shared_data: Path, tmp_path: Path
) -> None:
    photos = shared_data / "clips" / "photos"
    cut = [photos / "obama_partial_face.jpg", photos / "obama_partial_face2.jpg"]
    with pytest.raises(DataError, match="cut off"):
        faces_to_name(settings, cut, tmp_path)
    whole = [photos / "johnsnow_test1.jpg", photos / "alex_lacamoire1.jpg"]
    found = faces_to_name(settings, [*cut, *whole], tmp_path)
    assert {face.path for group in found.groups for face in group.faces} == set(whole)
    assert (len(found.groups), found.photos, found.unfit) == (2, 4, 1)
    found = faces_to_name(settings, [*cut, photos / "obama1.jpg", photos / "two_people.jpg"], tmp_path)
    assert [[face.fit for face in group.faces] for group in found.groups] == [
        [True, True, False, False],
        [True],
    ]
    boxes = found.groups[0].boxes(9)
    report = Enroller(settings).enroll("Barack", list(boxes), chosen_faces=boxes)
    assert [one.used for one in report.verdicts] == [True, True, False, False]


def test_names_written_into_the_photos_are_offered(settings: Settings, heads: Heads, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    both = side_by_side(heads[EILEEN], heads[JOE])
    height, width = both.shape[:2]
    regions = []
    for face, name in zip(
        sorted(FaceFinder(settings).find(both).detections, key=lambda one: one.box.left),
        ("Eve", "Joe B."),
        strict=True,
    ):
        box = face.box
        sides = (box.left / width, box.top / height, box.width / width, box.height / height)
        numbers = ", ".join(f"{side:.4f}" for side in sides)
        regions.append(f"<rdf:li MPReg:PersonDisplayName='{name}' MPReg:Rectangle='{numbers}'/>")
    body = f"<MP:RegionInfo><rdf:Bag>{''.join(regions)}</rdf:Bag></MP:RegionInfo>"
    Image.fromarray(both).save(photos / "both.jpg", quality=95, xmp=packet(body))
    save(mirrored(heads[JOE]), photos / "joe.png")
    found = faces_to_name(settings, [photos], tmp_path)
    assert [(len(group.faces), group.written, group.suggestion) for group in found.groups] == [
        (2, "Joe B.", "Joe B."),
        (1, "Eve", "Eve"),
    ]


def test_a_film(settings: Settings, heads: Heads, tmp_path: Path) -> None:
    frames = tmp_path / "frames"
    frames.mkdir()
    picture: ImageArray = np.ascontiguousarray(
        heads[EILEEN][: heads[EILEEN].shape[0] // 2 * 2, : heads[EILEEN].shape[1] // 2 * 2]
    )
    film = tmp_path / "film.mp4"
    with VideoRecorder(film, (picture.shape[1], picture.shape[0]), 10) as recorder:
        for _ in range(35):
            recorder.write(picture)
    found = faces_to_name(settings, [film], frames)
    assert [len(group.faces) for group in found.groups] == [4]
    assert all(face.path.parent == frames and face.path.is_file() for face in found.groups[0].faces)


def test_nothing_to_name(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(FacecamError):
        faces_to_name(settings, [tmp_path], tmp_path)
    save(nobody(), tmp_path / "wall.png")
    with pytest.raises(FacecamError, match="no face"):
        faces_to_name(settings, [tmp_path], tmp_path)
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    with pytest.raises(FacecamError):
        faces_to_name(settings, [tmp_path / "broken.mp4"], tmp_path)


def test_what_cannot_be_read_does_not_count_as_without_a_face(
    settings: Settings, heads: Heads, studio: Path, tmp_path: Path
) -> None:
    save(heads[EILEEN], studio / "a.png"), save(nobody(), studio / "b.png")
    (studio / "c.jpg").write_bytes(b"\xff\xd8\xff")
    found = faces_to_name(settings, [studio], tmp_path)
    assert (found.photos, found.without_face, found.unreadable) == (3, 1, 1)
