"""`people`: each action in words and as JSON, questions before deleting, exit codes."""

from __future__ import annotations

import builtins
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import Embeddings
from facecam.engine import components, places
from facecam.engine.models import first_use
from facecam.engine.recognition import gallery_alignment
from facecam.engine.runs.trained_on import TrainedOn
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Faces, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, nobody, save
from tests.servers import OwnServer


def names(run: Run) -> list[str]:
    return [one["name"] for one in run("people", "list", "--json").json()]


def test_lists_say_who_is_there_and_who_is_not_enrolled_yet(
    run: Run, heads: Heads, enrolled: Enrol, settings: Settings
) -> None:
    assert "Nobody is enrolled yet" in run("people", "list").out
    assert run("people", "list", "--json").json() == []
    enrolled(BARACK)
    save(heads[EILEEN], settings.data / EILEEN / "a.png")
    words = run("people", "list").out.splitlines()
    assert words == [
        f"{BARACK}: 0 photos, 1 vector, consent: not recorded",
        f"{EILEEN}: 1 photo, not enrolled: run `people rebuild`",
    ]
    first, second = run("people", "list", "--json").json()
    assert set(first) == {"id", "name", "vectors", "photos", "created", "alignments", "kept", "consent"}
    assert (first["name"], first["vectors"], first["photos"]) == (BARACK, 1, 0) and first["created"]
    assert (second["name"], second["id"], second["photos"]) == (EILEEN, "", 1)


def test_rename_and_merge(run: Run, enrolled: Enrol) -> None:
    enrolled(BARACK)
    enrolled("B. O.", vectors_of=BARACK)
    assert run("people", "rename", BARACK, "Barack Hussein").out == f"{BARACK} is now Barack Hussein.\n"
    document = run("people", "merge", "B. O.", "Barack Hussein", "--json").json()
    assert document["name"] == "Barack Hussein" and document["id"]
    assert names(run) == ["Barack Hussein"]
    message, hint = run("people", "rename", "Barak Hussein", "X").two_lines()
    assert "Barak" in message and "Barack Hussein" in hint


def test_a_name_that_two_people_share_is_refused_with_their_ids(run: Run, enrolled: Enrol) -> None:
    enrolled("Anna", vectors_of=BARACK)
    enrolled("Anna (the lab)", vectors_of=EILEEN)
    ids = {one["name"]: one["id"] for one in run("people", "list", "--json").json()}
    assert all(f"[id {ids[name]}]" in run("people", "list").out for name in ids)
    for command in (("show", "anna"), ("delete", "Anna", "--yes"), ("rename", "Anna", "X")):
        message, hint = run("people", *command).two_lines()
        assert "2 people are called" in message and all(one in message for one in ids.values())
        assert "--id" in hint
    assert sorted(names(run)) == ["Anna", "Anna (the lab)"]
    assert run("people", "show", "Anna (the lab)", "--json").json()["id"] == ids["Anna (the lab)"]
    assert run("people", "show", "--id", ids["Anna"], "--json").json()["name"] == "Anna"
    message, _ = run("people", "show", "--id", "Anna").two_lines()
    assert "nobody has the id 'Anna'" in message
    assert run("people", "delete", "--id", ids["Anna"], "--yes").code == 0
    assert names(run) == ["Anna (the lab)"]


def test_of_mere_spellings_the_very_one_is_meant(run: Run, enrolled: Enrol) -> None:
    enrolled("Ada", vectors_of=BARACK)
    enrolled("Bob", vectors_of=EILEEN)
    twins = run("people", "rename", "Bob", "Ada\u200b")
    assert twins.code != 0 and "Ada" in twins.err
    assert run("people", "show", "ada", "--json").json()["name"] == "Ada"
    assert "[id" not in run("people", "list").out


@pytest.mark.parametrize(("answer", "gone"), [("y", True), ("YES", True), ("n", False), ("", False)])
def test_deleting_asks_first(
    run: Run, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch, answer: str, gone: bool
) -> None:
    enrolled(BARACK)
    monkeypatch.setattr(builtins, "input", lambda question="": answer)
    assert run("people", "delete", BARACK).code == 0
    assert names(run) == ([] if gone else [BARACK])


def test_a_very_long_name_is_shortened_in_the_list(run: Run, enrolled: Enrol) -> None:
    name = "Pablo Diego " * 25
    enrolled(name, vectors_of=EILEEN)
    (line,) = run("people", "list").out.splitlines()
    assert line.startswith("Pablo Diego Pablo") and "…: 0 photos" in line and len(line) < 90
    assert names(run) == [name.strip()], "JSON has all of it"


def test_deleting_without_anybody_to_ask_needs_yes(
    run: Run, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(BARACK)

    def nobody_there(question: str = "") -> str:
        raise EOFError

    monkeypatch.setattr(builtins, "input", nobody_there)
    _, hint = run("people", "delete", BARACK).two_lines()
    assert "--yes" in hint and names(run) == [BARACK]
    assert run("people", "delete", BARACK, "--yes", "--json").json()["photos"] == 0


def test_what_a_training_has_learnt_is_said_before_and_after(
    run: Run, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(BARACK)
    stays = TrainedOn(BARACK, ("quick-1",), ("2026-01-31-quick-1",))
    monkeypatch.setattr("facecam.engine.people.deletion_plan.trained_on", lambda *_: stays)
    monkeypatch.setattr(builtins, "input", lambda question="": "n")
    assert "used to train quick-1" in run("people", "delete", BARACK).err
    outcome = run("people", "delete", BARACK, "--yes", "--json")
    assert outcome.json()["models"] == ["quick-1"] and outcome.json()["runs"] == ["2026-01-31-quick-1"]
    assert "`models remove quick-1`, `runs delete 2026-01-31-quick-1`" in outcome.err


def test_a_question_never_lands_in_the_json(
    run: Run, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's `input` writes its question to stdout."""
    enrolled(BARACK)

    def ask(question: str = "") -> str:
        sys.stdout.write("Delete? ")
        return "y"

    monkeypatch.setattr(builtins, "input", ask)
    assert run("people", "delete", BARACK, "--json").json()["name"] == BARACK


def test_an_answer_of_no_is_json_too(run: Run, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(BARACK)
    monkeypatch.setattr(builtins, "input", lambda question="": "n")
    outcome = run("people", "delete", BARACK, "--json")
    json.loads(outcome.out)
    assert names(run) == [BARACK]


def test_a_rebuild_names_who_was_left_out(run: Run, heads: Heads, settings: Settings) -> None:
    save(heads[BARACK], settings.data / BARACK / "a.png")
    save(nobody(), settings.data / "Landscape" / "a.png")
    outcome = run("people", "rebuild", "--json")
    assert outcome.json() == {"people": 1, "vectors": 1, "left_out": ["Landscape"]} and outcome.code == 1
    assert "facecam: left out for lack of usable photos: Landscape\n  See each" in outcome.err
    assert "Left out for lack of usable photos: Landscape" in run("people", "rebuild").out


def test_a_rebuild_as_the_first_command_makes_the_models(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "HOME", tmp_path)
    asked: list[Path] = []
    monkeypatch.setattr(
        first_use, "prepare_models_here", lambda settings, **_: asked.append(settings.weights)
    )
    run("people", "list", "--weights", tmp_path / "weights", own_folders=True)
    assert asked == [], "whoever only lists people needs no models"
    run("people", "rebuild", "--weights", tmp_path / "weights", own_folders=True)
    assert asked == [tmp_path / "weights"]


def test_import_and_export_in_a_circle(run: Run, faces: Faces, tmp_path: Path, settings: Settings) -> None:
    people: dict[str, Any] = {"Ada Lovelace": faces[EILEEN].vectors, "Bob": faces[JOE].vectors}
    np.savez(tmp_path / "old.npz", **people)
    document = run("people", "import", "--encodings", tmp_path / "old.npz", "--json").json()
    assert document == {"imported": ["Ada Lovelace", "Bob"]}
    exported = run("people", "export", "out", "--json").json()
    assert exported["left_out"] == [] and Path(exported["npy"]).is_file()
    assert Path("out/names_reference.txt").read_text(encoding="utf-8") == "Ada_Lovelace Bob"
    for name in ("Ada Lovelace", "Bob"):
        run("people", "delete", name, "--yes")
    words = run("people", "import", "--npy", "out/faces_emb_reference.npy").out
    assert words == "2 people imported: Ada_Lovelace, Bob\n"
    names_file = tmp_path / "names.txt"
    names_file.write_text("Xenia Yves", encoding="utf-8")
    assert run("people", "import", "--npy", "out/faces_emb_reference.npy", "--names", names_file).code == 0
    assert names(run) == ["Ada_Lovelace", "Bob", "Xenia", "Yves"]


@pytest.mark.parametrize("arguments", [[], ["--npy", "a.npy", "--encodings", "b.npz"], ["--names", "c.txt"]])
def test_an_import_of_nothing_or_both_is_refused(run: Run, arguments: list[str]) -> None:
    _, hint = run("people", "import", *arguments).two_lines()
    assert "--npy" in hint and "--encodings" in hint


def test_an_export_never_goes_into_a_folder_of_facecams_own(
    run: Run, enrolled: Enrol, settings: Settings
) -> None:
    """Names in it would stay there when somebody is deleted."""
    enrolled(BARACK)
    for folder in (settings.database, settings.data, settings.weights):
        message, _ = run("people", "export", folder, "--overwrite").two_lines()
        assert message.endswith("is a folder of facecam's own")
    assert run("people", "export").code == 2
    assert not list(settings.database.glob("*reference*"))
    words = run("people", "export", "out").out
    assert all(str(Path("out") / name) in words for name in ("names_reference.txt", "consent_reference.csv"))


def test_check_names_what_is_wrong_and_draws_it(
    run: Run, heads: Heads, settings: Settings, tmp_path: Path
) -> None:
    save(heads[EILEEN], settings.data / EILEEN / "a.png")
    assert run("people", "check").code == 0
    save(nobody(), settings.data / EILEEN / "wall.png")
    outcome = run("people", "check", "--contact-sheet", tmp_path / "sheet.jpg")
    assert outcome.code == 1 and (tmp_path / "sheet.jpg").is_file()
    assert f"no face: {EILEEN}: wall.png" in outcome.out and "1 person, 2 photos, 1 usable" in outcome.out
    document = run("people", "check", "--json", "--no-cache").json()
    [finding] = document["findings"]
    assert (finding["kind"], finding["person"], finding["other"]) == ("no face", EILEEN, None)
    assert finding["photos"] == [str(settings.data / EILEEN / "wall.png")]
    assert document["people"] == [{"name": EILEEN, "photos": 2, "usable": 1}]
    assert (document["photos_looked_at"], document["contact_sheet"]) == (2, None)


def test_a_sheet_of_no_known_kind_is_refused_before_the_work(run: Run) -> None:
    message, hint = run("people", "check", "--contact-sheet", "sheet.gif").two_lines()
    assert "sheet.gif" in message and ".html" in hint


def test_rejecting_photos(run: Run, heads: Heads, enrolled: Enrol, tmp_path: Path) -> None:
    enrolled(BARACK)
    photo, empty = save(heads[JOE], tmp_path / "joe.png"), save(nobody(), tmp_path / "nobody.png")
    assert run("people", "reject", BARACK, photo).out == f"1 face will not be taken for {BARACK} again.\n"
    outcome = run("people", "reject", BARACK, photo, empty, "--json")
    assert outcome.code == 1 and outcome.json()["faces"] == 1 and "shows no face" in outcome.err
    message, hint = run("people", "reject", "Barak Obama", photo).two_lines()
    assert "Barak" in message and BARACK in hint


def test_who_is_known_by_older_data_is_listed_so(
    run: Run, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Imported with another alignment than photos have now; and kept of another model than the database's."""
    gallery = enrolled(JOE)
    kept = Embeddings(np.eye(2, 64, dtype=np.float32), "stranger@abc")
    components.open_store(settings).update(lambda _: gallery.keep(JOE, kept))
    other = "dlib" if gallery.alignments[0] else "five+dlib"
    monkeypatch.setattr(gallery_alignment, "photo_alignment", lambda settings: other)
    (line,) = run("people", "list").out.splitlines()
    assert line.startswith(f"{JOE}: 0 photos, 1 vector (made with another detector")
    assert line.endswith("2 kept for another model, consent: not recorded")
    (entry,) = run("people", "list", "--json").json()
    assert sum(entry["alignments"].values()) == 1 and entry["kept"] == 2


def test_a_name_that_looks_like_a_known_one_is_taken_for_it_and_said(
    run: Run, heads: Heads, enrolled: Enrol, tmp_path: Path, settings: Settings
) -> None:
    enrolled(BARACK)
    outcome = run("enroll", BARACK.upper(), save(heads[BARACK], tmp_path / "a.png"))
    assert outcome.code == 0 and f"'{BARACK}', who is known already" in outcome.err
    assert names(run) == [BARACK]


def test_check_shows_the_groups_of_photos_of_several_people(
    run: Run, heads: Heads, settings: Settings
) -> None:
    save(heads[EILEEN], settings.data / "Somebody" / "a.png")
    save(heads[JOE], settings.data / "Somebody" / "b.png")
    outcome = run("people", "check")
    assert outcome.code == 1
    assert "several people: Somebody: these look like 2 people: 1 and 1 photos\n  1: " in outcome.out
    [finding] = [one for one in run("people", "check", "--json").json()["findings"] if one["groups"]]
    assert sorted(Path(path).name for group in finding["groups"] for path in group) == ["a.png", "b.png"]


def test_everybody_moves_to_a_server_and_stays_there(
    run: Run, enrolled: Enrol, settings: Settings, database_server: OwnServer
) -> None:
    enrolled(BARACK)
    address = database_server.new_database()
    Path("facecam.toml").write_text(f'database = "{settings.database}"\n')  # What is local stays there.
    moved = run("people", "move", "--to", address)
    assert moved.code == 0 and f'database = "{address}"' in moved.out and "1 person" in moved.out
    listed = run("people", "list", "--json", "--database", address, own_folders=True).json()
    assert [one["name"] for one in listed] == [BARACK]
    told = run("encrypt", "status", "--database", address, own_folders=True)
    assert told.code == 0 and address in told.out and "encrypted there" in told.out


def test_what_a_move_says_for_the_settings_holds_from_everywhere(run: Run, enrolled: Enrol) -> None:
    enrolled(BARACK)
    moved = run("people", "move", "--to", "there")
    assert moved.code == 0 and f'database = "{Path("there").absolute().as_posix()}"' in moved.out


def test_an_address_with_a_slash_too_few_is_no_folder(run: Run, enrolled: Enrol) -> None:
    enrolled(BARACK)
    for command in (["people", "list", "--database"], ["people", "move", "--to"]):
        what, cure = run(*command, "postgresql:/db.example/faces", own_folders=True).two_lines()
        assert f"{command[-1]} is no address" in what and "postgresql://" in cure


def test_an_address_with_a_password_is_refused_in_two_lines(run: Run, enrolled: Enrol) -> None:
    enrolled(BARACK)
    address = "postgresql://ada:hush@db.example/faces"
    for command in (["people", "list", "--database", address], ["people", "move", "--to", address]):
        what, cure = run(*command, own_folders=True).two_lines()
        assert "password" in what and "hush" not in what + cure and "pgpass" in cure


def test_a_server_that_is_away_is_not_made_anew(run: Run, settings: Settings, heads: Heads) -> None:
    Path("facecam.toml").write_text(f'database = "{settings.database}"\n')
    save(heads[BARACK], settings.data / BARACK / "1.png")
    address = "postgresql://nobody@127.0.0.1:1/none"
    what, _ = run("people", "rebuild", "--database", address, own_folders=True).two_lines()
    assert "does not answer" in what
