"""`enroll`: a line per photo, exit code 1 if one was not used, JSON alone on stdout."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.config import Settings
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, blurred, mirrored, nobody, save


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
    outcome = run("enroll", "Ada Lovelace", good, bad, "--json")
    document = outcome.json()
    assert outcome.code == 1 and outcome.err == ""
    assert {key: document[key] for key in ("name", "used", "vectors", "look_alike")} == {
        "name": "Ada Lovelace",
        "used": 1,
        "vectors": 1,
        "look_alike": None,
    }
    first, second = document["photos"]
    assert first["used"] and first["reason"] == "good" and 0 < first["quality"] <= 1
    assert len(first["box"]) == 4 and Path(first["path"]) == good
    assert second == {
        "path": str(bad),
        "used": False,
        "reason": "no face",
        "detail": second["detail"],
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
