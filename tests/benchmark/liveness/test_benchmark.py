"""`bench liveness`: photos of the demo held to the camera, a film of a photo, and what it cannot measure on."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.benchmark.liveness.benchmark import LivenessReport, LivenessTrial
from facecam.core.types import ImageArray
from tests.cli.conftest import Run, run
from tests.engine.studio import BARACK, EILEEN, save

__all__ = ["run"]


@pytest.fixture
def photos(portraits: dict[str, ImageArray], tmp_path: Path) -> Path:
    for name in (BARACK, EILEEN):
        save(portraits[name], tmp_path / "photos" / name / "a.png")
    save(np.full((90, 120, 3), 90, np.uint8), tmp_path / "photos" / "nobody.png")
    (tmp_path / "photos" / "broken.png").write_bytes(b"")
    return tmp_path / "photos"


def film_of(picture: ImageArray, path: Path, seconds: float = 3.3) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, picture.shape[1::-1])
    for _ in range(round(seconds * 10)):
        writer.write(np.ascontiguousarray(picture[:, :, ::-1]))
    writer.release()
    return path


@pytest.mark.slow
def test_photos_are_held_and_films_seen(run: Run, photos: Path, portraits: dict[str, ImageArray]) -> None:
    film = film_of(portraits[BARACK], photos.parent / "still.avi")
    flags = ("--photos", str(photos), "--films", str(film), "--trials", 2, "--cameras", 1)
    document = run("bench", "liveness", *flags, "--json").json()
    assert document["photos_used"] == 2 and document["passed_over"] == {"no face": 1, "unreadable": 1}
    by_kind = {
        kind: [one for one in document["trials"] if one["what"] == kind]
        for kind in ("photo", "person", "film")
    }
    assert [one["way"] for one in by_kind["photo"]] == ["print, stand", "screen, stand"]
    assert all(one["sign"] is None and one["looked"] for one in document["trials"])
    # The film is a photo: whoever is in it is refused, and rightly.
    assert document["people_refused"]["value"] == 1 and document["photos_taken_for_a_person"]["value"] == 0
    assert document["photos_taken_for_a_person"]["interval"] == "exact" and document["seconds"] == 3
    assert len(by_kind["person"]) == len(by_kind["film"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("liveness",), "name the photos"),
        (("liveness", "--photos", "gone"), "gone does not exist"),
        (("liveness", "--photos", ".", "--boxes", "."), "--boxes belongs to `bench detect`"),
        (("liveness", "--photos", ".", "--clip", "."), "--clip does not go with `bench liveness`"),
        (("detect", "--photos", ".", "--films", "."), "--films belongs to `bench liveness`"),
        (("speed", "--trials", "3"), "--trials belongs to `bench liveness`"),
    ],
)
def test_what_cannot_be_meant_is_said(run: Run, arguments: tuple[str, ...], words: str) -> None:
    message, hint = run("bench", *arguments).two_lines()
    assert words in message and hint


def test_a_folder_without_faces_is_said(run: Run, tmp_path: Path) -> None:
    save(np.full((90, 120, 3), 90, np.uint8), tmp_path / "none" / "a.png")
    message, _ = run("bench", "liveness", "--photos", str(tmp_path / "none"), "--trials", "1").two_lines()
    assert "no photo in" in message


def test_shares_by_way_and_time() -> None:
    def trial(way: str, after_s: float | None) -> LivenessTrial:
        return LivenessTrial("photo", way, "a", None if after_s is None else "eyes", after_s, True)

    report = LivenessReport((trial("a", 1.0), trial("a", None), trial("b", 2.5), trial("b", None)), 1)
    whole, early, of_a = report.alive("photo"), report.alive("photo", by_s=2.0), report.alive("photo", "a")
    assert whole is not None and early is not None and of_a is not None
    assert (whole.value, early.value, of_a.value) == (0.5, 0.25, 0.5)
    assert report.alive("film") is None and report.refused is None
