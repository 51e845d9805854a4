"""`recognize`: a line per picture, faults counted, originals untouched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from facecam.vision.images.read import read_picture
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, nobody, save, side_by_side


@pytest.fixture
def album(heads: Heads, studio: Path) -> Path:
    save(heads[BARACK], studio / "a.png")
    save(heads[JOE], studio / "b" / "a.png")
    save(nobody(), studio / "c.png")
    return studio


def test_people_are_named_in_words(run: Run, album: Path, enrolled: Enrol) -> None:
    enrolled(BARACK)
    outcome = run("recognize", album)
    lines = outcome.out.splitlines()
    assert outcome.code == 0 and len(lines) == 3
    assert lines[0].endswith(f"a.png: {BARACK} (100 %)")
    assert lines[1].endswith("a.png: unknown")
    assert lines[2].endswith("c.png: no face")
    assert "3 of 3 pictures read" in outcome.err


def test_json_lines_with_a_fault_among_them(run: Run, album: Path, enrolled: Enrol) -> None:
    enrolled(BARACK)
    (album / "a broken.jpg").write_bytes(b"\xff\xd8\xff")
    outcome = run("recognize", album, "--json")
    documents = outcome.json_lines()
    # Two lines as without --json; a slow machine may still show its progress.
    what, hint, *_ = (line for line in outcome.err.splitlines() if not line.startswith("pictures: "))
    assert (
        outcome.code == 1
        and what == f"facecam: {documents[0]['error']}"
        and hint == f"  {documents[0]['hint']}"
    )
    assert [Path(one["path"]).name for one in documents] == ["a broken.jpg", "a.png", "a.png", "c.png"]
    assert documents[0]["error"] and documents[0]["hint"] and documents[0]["faces"] == []
    height, width = read_picture(album / "a.png").shape[:2]
    assert (documents[1]["width"], documents[1]["height"]) == (width, height)
    (face,) = documents[1]["faces"]
    assert face["name"] == BARACK and face["squared_l2"] < 0.01 and face["verdict"] == "match"
    assert documents[2]["faces"][0]["name"] is None and documents[3]["faces"] == []


def test_a_fault_is_two_lines_and_the_rest_goes_on(run: Run, album: Path) -> None:
    (album / "broken.jpg").write_bytes(b"")
    outcome = run("recognize", album)
    assert outcome.code == 1 and len(outcome.out.splitlines()) == 3
    assert "broken.jpg is empty" in outcome.err and "3 of 4 pictures read" in outcome.err


def test_annotated_copies_go_into_a_folder_and_originals_stay(run: Run, album: Path, enrolled: Enrol) -> None:
    enrolled(BARACK)
    before = {path: path.read_bytes() for path in album.rglob("*.png")}
    assert run("recognize", album / "a.png", album / "c.png", "--output", "out").code == 0
    assert {path: path.read_bytes() for path in before} == before
    copies = sorted(Path("out").iterdir())
    assert [copy.stem for copy in copies] == ["a", "c"]
    assert read_picture(copies[0]).shape == read_picture(album / "a.png").shape


def test_two_pictures_of_one_name_give_two_copies(run: Run, album: Path) -> None:
    run("recognize", album / "a.png", album / "b" / "a.png", "--output", "out")
    assert len(list(Path("out").rglob("*.*"))) == 2


def test_a_file_that_is_in_the_output_folder_already_is_not_written_over(
    run: Run, heads: Heads, album: Path
) -> None:
    """The user's `out/a.jpg` has nothing to do with `album/a.png` but its name."""
    mine = Path("out") / "a.jpg"
    mine.parent.mkdir()
    mine.write_bytes(b"a photo of mine")
    assert run("recognize", album / "a.png", "--output", "out").code == 0
    assert mine.read_bytes() == b"a photo of mine"
    assert sorted(path.name for path in Path("out").iterdir()) == ["a-2.jpg", "a.jpg"]


def test_the_folder_of_the_originals_as_output_destroys_none(run: Run, heads: Heads, studio: Path) -> None:
    """`recognize photos --output photos`"""
    original = save(heads[BARACK], studio / "a.jpg", quality=95)
    before = original.read_bytes()
    outcome = run("recognize", studio, "--output", studio)
    assert original.read_bytes() == before
    assert outcome.code in (0, 2)


def test_where_no_picture_is_there_nothing_is_done(run: Run) -> None:
    message, _ = run("recognize", "missing.jpg", "gone/", "--output", "out").two_lines()
    assert message == "missing.jpg does not exist" and not Path("out").exists()


def test_a_missing_picture_is_said_and_the_rest_goes_on(run: Run, album: Path) -> None:
    outcome = run("recognize", "missing.jpg", album / "a.png")
    assert outcome.code == 1 and outcome.out.endswith("a.png: unknown\n")
    what, hint, count = outcome.err.splitlines()
    assert "missing.jpg" in what and hint.startswith("  ") and count == "1 of 2 pictures read"


def test_an_empty_folder_is_said(run: Run, studio: Path) -> None:
    message, _ = run("recognize", studio).two_lines()
    assert "no pictures" in message


def test_nobody_enrolled_means_unknown(run: Run, album: Path) -> None:
    assert run("recognize", album / "a.png").out.endswith(": unknown\n")


def test_a_face_like_two_people_says_so(run: Run, album: Path) -> None:
    for name in ("Ada", "Eve"):
        assert run("enroll", name, album / "a.png").code == 0
    said = run("recognize", album / "a.png").out
    assert said.endswith((": like Ada and like Eve\n", ": like Eve and like Ada\n"))
    assert run("recognize", album / "a.png", "--json").json_lines()[0]["faces"][0]["verdict"] == "ambiguous"


def test_nobody_is_in_a_picture_twice_but_for_mirrors(
    run: Run, heads: Heads, studio: Path, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    twice = save(side_by_side(heads[BARACK], heads[BARACK]), studio / "twice.png")
    line = run("recognize", twice).out
    assert f"{BARACK} (100 %)" in line and f"like {BARACK} (who is in the picture already)" in line
    faces = run("recognize", twice, "--json").json_lines()[0]["faces"]
    assert {(face["name"], face["verdict"], face.get("looks_like")) for face in faces} == {
        (BARACK, "match", None),
        (None, "duplicate", BARACK),
    }
    assert run("recognize", twice, "--same-person-twice").out.count("(100 %)") == 2
    Path("facecam.toml").write_text("same_person_twice = true\n", encoding="utf-8")
    assert run("recognize", twice).out.count("(100 %)") == 2
    assert run("recognize", twice, "--no-same-person-twice").out.count("(100 %)") == 1


def test_the_threshold_asked_for_decides(run: Run, album: Path, enrolled: Enrol) -> None:
    enrolled(EILEEN)
    assert EILEEN in run("recognize", album / "a.png", "--threshold", "3.9").out
    assert "unknown" in run("recognize", album / "a.png").out


@pytest.mark.skipif(os.name == "nt", reason="links need permission there")
def test_a_circle_of_links_is_a_picture_that_cannot_be_read(run: Run, album: Path, enrolled: Enrol) -> None:
    enrolled(BARACK)
    (album / "y.jpg").symlink_to("y.jpg")
    outcome = run("recognize", album, "--output", "out")
    assert outcome.code == 1 and "y.jpg: " in outcome.err and "3 of 4 pictures read" in outcome.err


@pytest.mark.skipif(os.name == "nt", reason="links need permission there")
def test_a_contact_sheet_that_is_a_circle_of_links_is_refused(run: Run) -> None:
    Path("y.html").symlink_to("y.html")
    complaint, _ = run("people", "check", "--contact-sheet", "y.html").two_lines()
    assert "y.html" in complaint
