"""compare, cluster, classify, align and embed on the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.engine.faces import face_shards
from facecam.vision.images.read import read_picture
from tests.cli.conftest import Run
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, blurred, exposed, mirrored, save


@pytest.fixture
def people(heads: Heads, studio: Path) -> Path:
    for name in (BARACK, EILEEN):
        for index, photo in enumerate((heads[name], blurred(heads[name], 1), exposed(heads[name], 0.8))):
            save(photo, studio / name / f"{index}.png")
    return studio


def test_compare_says_who_is_the_same(run: Run, people: Path) -> None:
    photos = [people / BARACK / "0.png", people / BARACK / "1.png", people / EILEEN / "0.png"]
    outcome = run("compare", *photos)
    assert outcome.code == 0
    assert "1 and 2: the same person" in outcome.out and "1 and 3: different people" in outcome.out
    document = run("compare", *photos, "--json").json()
    assert document["same"][0] == [True, True, False] and len(document["faces"]) == 3
    assert document["unreadable"] == []


def test_a_broken_photo_is_said_and_the_code_is_one(run: Run, people: Path) -> None:
    (people / "broken.jpg").write_bytes(b"")
    outcome = run("compare", people / BARACK, people / "broken.jpg", "--json")
    assert outcome.code == 1 and "broken.jpg" in outcome.err
    (fault,) = outcome.json()["unreadable"]
    assert fault["error"] and fault["hint"]


def test_cluster_into_folders_and_people(run: Run, people: Path) -> None:
    outcome = run("cluster", people, "--output", "sorted", "--enroll", f"1={BARACK}", "--json")
    assert outcome.code == 0
    document = outcome.json()
    assert [len(group["faces"]) for group in document["groups"]] == [3, 3]
    assert document["enrolled"] == [BARACK] and len(document["folders"]) == 2
    assert len(list(Path("sorted").rglob("*.png"))) == 6
    again = run("cluster", people)
    assert f"already enrolled: {BARACK}" in again.out


def test_who_has_sorted_is_not_told_to_sort(run: Run, people: Path) -> None:
    assert "--output DIR" in run("cluster", people).out
    assert "--output DIR" not in run("cluster", people, "--output", "sorted").out


def test_sorted_copies_do_not_go_among_the_photos(run: Run, people: Path) -> None:
    """The next run would group the copies, too."""
    for target in (people, people / "sorted", people / ".." / people.name):
        message, hint = run("cluster", people, "--output", target).two_lines()
        assert "lies in" in message and "not inside" in hint
    assert not (people / "sorted").exists()


@pytest.mark.parametrize("text", ["1", "Ada", "1=", "=Ada", "-1=Ada"])
def test_an_enrollment_that_cannot_be_meant(run: Run, people: Path, text: str) -> None:
    message, hint = run("cluster", people, f"--enroll={text}").two_lines()
    assert text in message and "3=Ada Lovelace" in hint


def test_a_group_that_is_not_there_is_said_before_anything_is_written(run: Run, people: Path) -> None:
    message, hint = run("cluster", people, "--output", "sorted", "--enroll", "9=Ann").two_lines()
    assert "no group 9" in message and "1 to 2" in hint and not Path("sorted").exists()
    message, _ = run("cluster", people, "--enroll", "1=Ann\nBob").two_lines()
    assert "control characters" in message
    message, _ = run("cluster", people, "--enroll", "1=Ann", "--enroll", "1=Bob").two_lines()
    assert "Ann" in message and "Bob" in message


def test_classify_trains_and_predicts(run: Run, people: Path) -> None:
    numbers = ("--min-photos", 3, "--train-photos", 2)
    trained = run("classify", "train", people, *numbers, "--json").json()
    assert trained["people"] == [BARACK, EILEEN] and trained["accuracy"] == 1.0
    outcome = run("classify", "predict", people / EILEEN / "0.png")
    assert outcome.code == 0 and f"0.png: {EILEEN}, probability " in outcome.out
    said = run("classify", "predict", people / EILEEN / "0.png", "--json").json()["faces"][0]
    assert said["name"] == EILEEN and said["probability"] > 0.5
    message, hint = run("classify", "predict", people, "--classifier", "missing.zip").two_lines()
    assert "missing.zip" in message and "classify train" in hint


def test_embed_writes_arrays(run: Run, people: Path) -> None:
    outcome = run("embed", people, "--output", "out")
    assert outcome.code == 0 and "6 vectors of 2 people" in outcome.out
    assert np.load("out/embeddings.npy").shape == (6, 128)


def test_align_mirrors_the_tree(run: Run, people: Path) -> None:
    assert "6 crops written" in run("align", people, "crops", "--size", 160, "--margin", 32).out
    assert run("align", people, "crops", "--size", 160, "--json").json()["skipped"] == 6
    assert len(list(Path("crops").rglob("*.png"))) == 6


def test_what_cluster_found_is_kept_until_it_was_of_use(
    run: Run, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_shards, "SHARD_PHOTOS", 2)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run("cluster", people, "--output", "sorted", "--enroll", "9=Ann").two_lines()
    assert len(list((tmp_path / "cache").rglob("*.faces"))) == 3
    assert "6 photos are known from a run that was broken off" in run("cluster", people).err
    assert not list((tmp_path / "cache").rglob("*.faces"))


@pytest.mark.parametrize("command", ["compare", "cluster", "align"])
def test_a_path_that_is_not_there(run: Run, command: str) -> None:
    extra = ["crops"] if command == "align" else []
    message, _ = run(command, "no such folder", *extra).two_lines()
    assert "no such folder" in message


def test_odd_names_are_photos_like_others(run: Run, heads: Heads, studio: Path) -> None:
    odd = ["😀 emoji.png", "שלום.png", "a" * 200 + ".png", "two\nlines.png"]
    for name in odd:
        save(mirrored(heads[BARACK]), studio / name)
    outcome = run("cluster", studio, "--output", "sorted")
    assert outcome.code == 0 and len(list(Path("sorted").rglob("*.png"))) == len(odd)


def test_a_photo_is_never_written_over_by_a_result(run: Run, people: Path, settings: Settings) -> None:
    photo = people / BARACK / "0.png"
    before = photo.read_bytes()
    save(read_picture(photo), settings.data / "Ada" / "1.png")
    own = settings.data / "Ada" / "1.png"
    numbers = ("--min-photos", 3, "--train-photos", 2)
    for command in (
        ("classify", "train", people, *numbers, "--classifier", photo),
        ("live", "--source", people / BARACK, "--no-show", "--json", photo),
        ("people", "check", "--contact-sheet", own),
    ):
        message, _ = run(*command).two_lines()
        assert photo.name in message or own.name in message
    assert photo.read_bytes() == before and read_picture(own).shape == read_picture(photo).shape


def test_every_box_that_is_told_ends_where_the_picture_does(run: Run, heads: Heads, studio: Path) -> None:
    head = heads[BARACK]
    photo = save(head[int(head.shape[0] * 0.31) :, int(head.shape[1] * 0.29) :], studio / "cut.png")
    enrolling = run("enroll", "Barack", photo, "--json").json()["photos"][0]
    whole = save(heads[EILEEN], studio / "whole.png")
    compared = run("compare", photo, whole, "--json").json()["faces"][0]
    (recognized,) = run("recognize", photo, "--json").json()["faces"]
    assert enrolling["box"] == compared["box"] == recognized["box"]
    height, width = read_picture(photo).shape[:2]
    left, top, right, bottom = enrolling["box"]
    assert 0 == left < right <= width and 0 <= top < bottom <= height
    told = ",".join(map(str, enrolling["box"]))
    assert run("no-face", photo, "--box", told).code == 0


@pytest.mark.parametrize("more", [(), ("--json",)], ids=" ".join)
@pytest.mark.parametrize(
    "command",
    [("compare",), ("cluster",), ("enroll", "Barack"), ("classify", "predict"), ("recognize",)],
    ids=" ".join,
)
def test_a_missing_photo_is_said_in_two_lines_and_the_rest_is_done(
    run: Run, heads: Heads, people: Path, command: tuple[str, ...], more: tuple[str, ...]
) -> None:
    """Whichever command takes several files, and with --json, too."""
    if command[0] == "classify":
        assert run("classify", "train", people, "--min-photos", 3, "--train-photos", 2).code in (0, 1)
    good = [people / BARACK / "0.png", people / EILEEN / "0.png"][: 1 if command[0] == "enroll" else 2]
    outcome = run(*command, "gone.jpg", *good, *more)
    first, second = [
        line for line in outcome.err.splitlines() if "gone.jpg" in line or line.startswith("  ")
    ][:2]
    assert outcome.code == 1 and second.startswith("  ")
    assert first.startswith("facecam: ") and "gone.jpg" in first and ("gone.jpg" in outcome.out) == bool(more)
    assert all(photo.name in outcome.out for photo in good)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_face_on_its_side_is_told_where_it_is_in_the_file(
    run: Run, heads: Heads, studio: Path, quarters: int
) -> None:
    """By every command the same place, whichever way the picture had to be turned to find it."""
    photo = save(np.rot90(heads[BARACK], quarters), studio / "lying.png")
    upright = save(heads[EILEEN], studio / "upright.png")
    (recognized,) = run("recognize", photo, "--json").json()["faces"]
    enrolling = run("enroll", "Barack", photo, "--json").json()["photos"][0]
    compared = run("compare", photo, upright, "--json").json()["faces"][0]
    clusters = run("cluster", photo, upright, "--json").json()
    (clustered,) = [one for one in clusters["ungrouped"] if one["path"].endswith("lying.png")]
    assert enrolling["box"] == compared["box"] == clustered["box"] == recognized["box"]
