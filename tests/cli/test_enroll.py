"""`enroll`: a line per photo, exit code 1 if one was not used, JSON alone on stdout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, blurred, mirrored, nobody, save, side_by_side


def test_good_photos_only(run: Run, heads: Heads, studio: Path) -> None:
    save(heads[BARACK], studio / "a.png")
    save(mirrored(heads[BARACK]), studio / "b.png")
    outcome = run("enroll", BARACK, studio)
    assert outcome.code == 0 and outcome.err == ""
    assert outcome.out.count("  used     ") == 2
    assert f"{BARACK}: 2 of 2 photos used, 2 vectors." in outcome.out


def test_a_photo_not_used_is_told_with_its_cure(run: Run, heads: Heads, studio: Path) -> None:
    good = save(heads[BARACK], studio / "a.png")
    bad = save(blurred(mirrored(heads[BARACK])), studio / "b.png")
    outcome = run("enroll", BARACK, good, bad)
    assert outcome.code == 1
    line = next(line for line in outcome.out.splitlines() if "b.png" in line)
    assert "not used" in line and "blurred" in line and "sharper photo" in line


def test_json_says_everything_in_one_document(run: Run, heads: Heads, studio: Path) -> None:
    good = save(heads[BARACK], studio / "a.png")
    bad = save(nobody(), studio / "b.png")
    empty = studio / "c.png"
    empty.touch()
    outcome = run("enroll", "Ada Lovelace", good, bad, empty, "--json")
    document = outcome.json()
    why, cure, unread, again = outcome.err.splitlines()
    assert outcome.code == 1 and "b.png was not used: no face" in why and cure.startswith("  Use a photo")
    assert "c.png is empty" in unread and again == "  Copy the picture again from where it came."
    assert {key: document[key] for key in ("name", "used", "vectors", "look_alike")} == {
        "name": "Ada Lovelace",
        "used": 1,
        "vectors": 1,
        "look_alike": None,
    }
    first, second, third = document["photos"]
    assert third["reason"] == "unreadable" and third["hint"] in again.lower()
    assert first["used"] and first["reason"] == "good" and 0 < first["quality"] <= 1
    assert len(first["box"]) == 4 and Path(first["path"]) == good
    assert second == {
        "path": str(bad),
        "used": False,
        "reason": "no face",
        "detail": second["detail"],
        "hint": "use a photo that shows the face from the front",
        "box": None,
        "quality": None,
    }


def test_nobody_enrolled_is_two_lines_and_leaves_nothing(run: Run, studio: Path, settings: Settings) -> None:
    message, hint = run("enroll", "Ada", save(nobody(), studio / "a.png")).two_lines()
    assert "Ada" in message and "no face" in message and "from the front" in hint
    assert not settings.data.exists() and not settings.database.exists()


def test_a_look_alike_is_told_on_stderr(run: Run, heads: Heads, studio: Path, enrolled: Enrol) -> None:
    enrolled("The President", vectors_of=BARACK)
    photo = save(heads[BARACK], studio / "a.png")
    outcome = run("enroll", "Barack", photo)
    assert outcome.code == 0 and "looks like The President" in outcome.err
    assert "people merge" in outcome.err
    document = run("enroll", "Hussein", save(mirrored(heads[BARACK]), studio / "b.png"), "--json").json()
    assert document["look_alike"]["name"] in ("The President", "Barack")


@pytest.mark.parametrize("name", ["عائشة", "-Ada", "👩‍🚀"])
def test_any_name_after_two_dashes(
    run: Run, heads: Heads, studio: Path, settings: Settings, name: str
) -> None:
    photo = save(heads[BARACK], studio / "a.png")
    folders = [f"--data={settings.data}", f"--database={settings.database}", f"--weights={settings.weights}"]
    assert run("enroll", *folders, "--", name, photo, bare=True).code == 0
    assert [one["name"] for one in run("people", "list", "--json").json()] == [name]


def test_one_of_two_faces_is_meant_and_a_missed_one_can_be_boxed(
    run: Run, heads: Heads, studio: Path
) -> None:
    both = save(side_by_side(heads[EILEEN], heads[BARACK]), studio / "both.png")
    faces = run("recognize", both, "--json").json()["faces"]
    left, right = sorted((face["box"] for face in faces), key=lambda box: box[0])
    document = run("enroll", "Ada", both, "--face", ",".join(map(str, right)), "--json").json()
    assert document["used"] == 1 and document["photos"][0]["box"][0] == pytest.approx(right[0], abs=2)
    again = run("enroll", "Ada", both, "--face=" + ",".join(map(str, left)), "--json").json()
    assert (again["used"], again["vectors"]) == (1, 1), "the other one instead"


@pytest.mark.parametrize(
    ("face", "words"),
    [
        (["--face", "1,2,3"], "four numbers"),
        (["--face", "60,10,20,90"], "left of right"),
        (["--face", "nan,1,2,3"], "four numbers"),
        (["--face", "5,5,12,13"], "too small to hold a face: 7 × 8 px"),
        (["--face", "5000,10,5100,110"], "outside the picture"),
        (["--face", "10,10,90,90", "--face", "20,20,90,90"], "2 boxes for one person"),
    ],
)
def test_boxes_that_cannot_be_meant(
    run: Run, heads: Heads, studio: Path, face: list[str], words: str, settings: Settings
) -> None:
    message, hint = run("enroll", "Ada", save(heads[BARACK], studio / "a.png"), *face).two_lines()
    assert words in message + hint
    assert not (settings.data / "Ada").exists()


def test_a_corner_without_a_face_is_not_enrolled(
    run: Run, heads: Heads, studio: Path, settings: Settings
) -> None:
    head = heads[EILEEN]
    corner = np.random.default_rng(1).integers(90, 110, head.shape).astype(np.uint8)
    scene = np.hstack([head, corner])
    box = f"{head.shape[1] + 60},60,{head.shape[1] + 200},200"
    message, _ = run("enroll", "Ada", save(scene, studio / "a.png"), "--face", box).two_lines()
    assert message.startswith("there is no face in the box of --face")
    assert not (settings.data / "Ada").exists() and not settings.database.exists()


def test_a_box_needs_exactly_one_photo(run: Run, heads: Heads, studio: Path) -> None:
    photos = [save(heads[BARACK], studio / name) for name in ("a.png", "b.png")]
    assert "exactly one photo" in run("enroll", "Ada", *photos, "--face", "1,1,90,90").two_lines()[0]
    assert "exactly one photo" in run("enroll", "Ada", studio, "--face", "1,1,90,90").two_lines()[0]


def test_what_is_no_face_is_found_by_no_command_until_it_is_taken_back(
    run: Run, heads: Heads, studio: Path
) -> None:
    both = save(side_by_side(heads[EILEEN], heads[BARACK]), studio / "both.png")
    boxes = sorted(
        (face["box"] for face in run("recognize", both, "--json").json()["faces"]),
        key=lambda box: box[0],
    )
    right = ",".join(map(str, boxes[1]))
    marked = run("no-face", both, "--box", right, "--json").json()
    assert len(marked["no_faces"]) == 1
    assert len(run("recognize", both, "--json").json()["faces"]) == 1
    assert run("enroll", "Eileen", both).code == 0, "there is only one face left"
    assert "1 place marked as no face, in 1 photo" in run("no-face").out
    assert run("no-face", both, "--undo").code == 0 and run("no-face", both, "--undo").code == 1
    assert len(run("recognize", both, "--json").json()["faces"]) == 2
    run("no-face", both, "--box", right)
    assert run("no-face", "--forget-all", "--json").json()["forgotten"]
    assert run("no-face", "--json").json()["marks"] == 0
    assert "no face is found in that box" in run("no-face", both, "--box", "0,0,40,40").two_lines()[0]
    assert "need a photo" in run("no-face", "--undo").two_lines()[0]
    assert "Leave the photo out" in run("no-face", both, "--forget-all").two_lines()[1]


def test_photos_of_two_people_are_told(run: Run, heads: Heads, tmp_path: Path) -> None:
    first, second = save(heads[EILEEN], tmp_path / "a.png"), save(heads[JOE], tmp_path / "b.png")
    outcome = run("enroll", "Somebody", first, second)
    assert outcome.code == 0 and "look like 2 people\n  1: " in outcome.err
    assert "a.png" in outcome.err and "b.png" in outcome.err
    document = run("enroll", "Nobody Else", first, second, "--json").json()
    assert sorted(Path(photo).name for group in document["groups"] for photo in group) == ["a.png", "b.png"]


def test_a_name_that_two_people_share_is_asked_by_id(
    run: Run, heads: Heads, studio: Path, enrolled: Enrol
) -> None:
    enrolled("Anna", vectors_of=BARACK)
    enrolled("Anna (the lab)", vectors_of=EILEEN)
    photo = save(heads[BARACK], studio / "a.png")
    message, hint = run("enroll", "Anna", photo).two_lines()
    assert "2 people are called 'Anna'" in message and "--id" in hint
    anna = next(one["id"] for one in run("people", "list", "--json").json() if one["name"] == "Anna")
    assert run("enroll", "--id", anna, photo, "--json").json()["name"] == "Anna"


def test_a_photo_that_cannot_be_read_is_told_with_its_own_cure(run: Run, heads: Heads, studio: Path) -> None:
    """Not to be opened elsewhere and saved again: there is nothing in it."""
    empty = studio / "empty.png"
    empty.touch()
    message, hint = run("enroll", "Ada", empty).two_lines()
    assert "empty.png is empty" in message and hint == "Copy the picture again from where it came."
    outcome = run("enroll", "Ada", empty, save(heads[BARACK], studio / "a.png"))
    assert "empty.png is empty\n  Copy the picture again from where it came.\n" in outcome.err
