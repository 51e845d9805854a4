"""Each photo gets the verdict it deserves, and what is fit is enrolled all the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.core.types import Detection, ImageArray
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller, EnrollReport
from facecam.engine.photos.quality import PhotoVerdict
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import (
    BARACK,
    EILEEN,
    JOE,
    blurred,
    exposed,
    mirrored,
    nobody,
    rgb,
    save,
    side_by_side,
)


def verdicts(report: EnrollReport) -> dict[str, PhotoVerdict]:
    return {verdict.path.name: verdict for verdict in report.verdicts}


def judged(settings: Settings, *photos: Path, name: str = BARACK) -> dict[str, PhotoVerdict]:
    return verdicts(Enroller(settings).enroll(name, photos))


def resized(picture: ImageArray, factor: float) -> ImageArray:
    return rgb(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def test_one_of_each_in_one_batch(settings: Settings, heads: Heads, studio: Path) -> None:
    barack = heads[BARACK]
    save(barack, studio / "01 good.png")
    save(mirrored(barack), studio / "02 good too.png")
    save(nobody(), studio / "03 nobody.png")
    save(side_by_side(heads[EILEEN], heads[JOE]), studio / "04 strangers.png")
    save(blurred(mirrored(heads[EILEEN])), studio / "05 blurred.png")
    save(exposed(heads[EILEEN], 0.1), studio / "06 dark.png")
    save(exposed(mirrored(heads[JOE]), 0.1, 222), studio / "07 bright.png")
    save(barack, studio / "08 again.jpg", quality=80)
    save(heads[JOE], studio / "09 somebody else.png")
    (studio / "10 broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    report = Enroller(settings).enroll(BARACK, [studio])
    found = {name: verdict.reason for name, verdict in verdicts(report).items()}
    assert found == {
        "01 good.png": "good",
        "02 good too.png": "good",
        "03 nobody.png": "no face",
        "04 strangers.png": "several faces",
        "05 blurred.png": "blurred",
        "06 dark.png": "too dark",
        "07 bright.png": "too bright",
        "08 again.jpg": "duplicate",
        "09 somebody else.png": "unlike the others",
        "10 broken.jpg": "unreadable",
    }
    assert report.used == report.vectors == 2
    assert len(list(settings.data.rglob("*.png"))) == 2
    assert all("\n" not in verdict.detail for verdict in report.verdicts)
    assert components.open_store(settings).load().counts().tolist() == [2]  # type: ignore[union-attr]


def test_a_face_too_small_is_found_and_said(settings: Settings, heads: Heads, studio: Path) -> None:
    save(heads[BARACK], studio / "near.png")
    save(resized(heads[EILEEN], 24 / 120), studio / "far.png")
    found = judged(replace(settings, upsample=2), studio)
    assert found["far.png"].reason == "too small"
    box = found["far.png"].box
    assert box is not None and box.width < 32


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_a_face_cut_off_by_the_border_is_said_and_one_near_it_is_good(
    side: str, settings: Settings, heads: Heads, studio: Path
) -> None:
    """Of the face 35 of 100 are cut away; beside it, 5 of 100 are left."""
    picture = heads[JOE]
    face = Enroller(settings).looker.find_in(picture).detections[0].box

    def cropped(share: float) -> ImageArray:
        left, top, right, bottom = 0, 0, picture.shape[1], picture.shape[0]
        if side == "left":
            left = round(face.left + share * face.width)
        elif side == "right":
            right = round(face.right - share * face.width)
        elif side == "top":
            top = round(face.top + share * face.height)
        else:
            bottom = round(face.bottom - share * face.height)
        return np.ascontiguousarray(picture[top:bottom, left:right])

    found = judged(settings, save(cropped(-0.05), studio / "a.png"), save(cropped(0.35), studio / "b.png"))
    assert (found["a.png"].reason, found["b.png"].reason) == ("good", "cut off")
    assert "beyond the picture's border" in found["b.png"].detail and "whole face" in found["b.png"].hint


def test_a_head_turned_away_is_said(
    settings: Settings, heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = components.open_detector(settings)

    class NoseAside:
        """The real detector, the tip of the nose moved to the eye on the right."""

        name = real.name

        def detect(self, image: ImageArray) -> list[Detection]:
            found = []
            for face in real.detect(image):
                points = face.landmarks.copy()
                points[2] = points[1]
                found.append(replace(face, landmarks=points))
            return found

    monkeypatch.setattr(components, "open_detector", lambda settings: NoseAside())
    with pytest.raises(EnrollmentError, match="turned away") as caught:
        judged(settings, save(heads[BARACK], studio / "profile.png"))
    assert "facing the camera" in caught.value.hint


def test_a_flat_picture_is_said(settings: Settings, heads: Heads, studio: Path) -> None:
    with pytest.raises(EnrollmentError, match="too flat"):
        judged(settings, save(exposed(heads[BARACK], 0.1, 120), studio / "fog.png"))


def test_of_several_faces_the_one_like_the_other_photos_is_taken(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    save(heads[BARACK], studio / "alone.png")
    save(side_by_side(heads[JOE], mirrored(heads[BARACK])), studio / "together.png")
    found = judged(settings, studio)
    assert [verdict.reason for verdict in found.values()] == ["good", "good"]
    box = found["together.png"].box
    assert box is not None and box.left > heads[JOE].shape[1] * 0.9, "Barack Obama stands on the right"


def test_several_faces_alone_do_not_say_who_is_meant(settings: Settings, heads: Heads, studio: Path) -> None:
    photo = save(side_by_side(heads[BARACK], heads[JOE]), studio / "two.png")
    with pytest.raises(EnrollmentError, match="2 faces") as caught:
        judged(settings, photo)
    assert "crop" in caught.value.hint.lower()
    assert not settings.data.exists()


def test_a_face_much_larger_than_the_others_is_who_the_photo_is_of(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    small = resized(heads[JOE], 0.55)
    canvas = np.full((heads[BARACK].shape[0], small.shape[1], 3), 90, np.uint8)
    canvas[: small.shape[0]] = small
    save(side_by_side(resized(heads[BARACK], 1.0), canvas), studio / "main and other.png")
    settings = replace(settings, upsample=1)
    found = judged(settings, studio)["main and other.png"]
    assert found.reason == "good"
    assert found.box is not None and found.box.left < heads[BARACK].shape[1] / 2


def test_a_person_is_found_beside_somebody_much_larger(
    settings: Settings, shared_data: Path, studio: Path
) -> None:
    """Real faces as like each other as two people may be, so that the larger one is not unlike the others either."""
    left, right = (sorted((shared_data / "people-set").glob("*/"))[number] for number in (40, 51))
    large, small = (read_picture(min(folder.iterdir())) for folder in (left, right))
    large = rgb(cv2.resize(large, None, fx=1.5, fy=1.5))
    canvas = np.full((large.shape[0], small.shape[1], 3), 90, np.uint8)
    canvas[: small.shape[0]] = small
    grey = cv2.cvtColor(side_by_side(large, canvas), cv2.COLOR_RGB2GRAY)
    both = save(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), studio / "both.png")
    found = judged(settings, *sorted(right.iterdir())[1:5], both)["both.png"]
    assert found.reason == "good" and found.box is not None and found.box.left > large.shape[1]


def test_photos_of_somebody_else_are_noticed_against_those_enrolled_before(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    enroller = Enroller(settings)
    enroller.enroll(
        BARACK, [save(heads[BARACK], studio / "a.png"), save(mirrored(heads[BARACK]), studio / "b.png")]
    )
    with pytest.raises(EnrollmentError, match="unlike the others") as caught:
        enroller.enroll(BARACK, [save(heads[EILEEN], studio / "c.png")])
    assert "same person" in caught.value.hint


def test_the_same_picture_smaller_or_reencoded_counts_once(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    save(heads[BARACK], studio / "a.png")
    save(heads[BARACK], studio / "b.jpg", quality=70)
    save(resized(heads[BARACK], 0.8), studio / "c.png")
    assert [one.reason for one in judged(settings, studio).values()] == ["good", "duplicate", "duplicate"]


def test_adding_the_same_photo_again_changes_nothing(settings: Settings, heads: Heads, studio: Path) -> None:
    photo = save(heads[BARACK], studio / "a.png")
    enroller = Enroller(settings)
    enroller.enroll(BARACK, [photo])
    with pytest.raises(EnrollmentError, match="duplicate") as caught:
        enroller.enroll(BARACK, [photo])
    assert "among the person's photos already" in caught.value.hint
    assert components.open_store(settings).load().counts().tolist() == [1]  # type: ignore[union-attr]


@pytest.mark.parametrize("spoilt", ["blurred", "thumbnail"])
def test_a_spoilt_copy_does_not_make_the_good_original_a_duplicate(
    settings: Settings, heads: Heads, studio: Path, spoilt: str
) -> None:
    """`a_thumb.png` beside `b.png`: the copy is refused, so the original is not there twice."""
    bad = blurred(heads[BARACK], 5) if spoilt == "blurred" else resized(heads[BARACK], 24 / 120)
    save(bad, studio / "a_copy.png")
    save(heads[BARACK], studio / "b.png")
    found = judged(replace(settings, upsample=2 if spoilt == "thumbnail" else 0), studio)
    assert found["a_copy.png"].reason in ("blurred", "too small")
    assert found["b.png"].reason == "good"


def test_a_new_person_who_looks_like_a_known_one_is_said(
    settings: Settings, heads: Heads, studio: Path, enrolled: Enrol
) -> None:
    enrolled("The President", vectors_of=BARACK)
    report = Enroller(settings).enroll("Barack", [save(heads[BARACK], studio / "a.png")])
    assert report.look_alike is not None
    assert report.look_alike.identity.name == "The President"
    assert report.look_alike.squared_l2 < 0.05
    other = Enroller(settings).enroll(EILEEN, [save(heads[EILEEN], studio / "b.png")])
    assert other.look_alike is None
