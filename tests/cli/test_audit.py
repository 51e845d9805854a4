"""The audit trail of commands: each enrollment, export, deletion and threshold, without names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.evaluation.open_set import apply_threshold
from facecam.gallery.storage.audit_trail import mark_of
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, save
from tests.gallery.factories import random_units


def done(run: Run) -> list[tuple[str, list[str]]]:
    document: list[dict[str, Any]] = run("people", "audit", "--json").json()
    assert all(line["time"] and line["user"] for line in document)
    return [(line["what"], line["people"]) for line in document]


def test_what_is_done_to_people_is_written_down(
    run: Run, heads: Heads, studio: Path, settings: Settings, tmp_path: Path
) -> None:
    assert run("people", "audit").out == "Nothing is written down yet.\n"
    assert run("enroll", BARACK, save(heads[BARACK], studio / "a.png")).code == 0
    assert run("enroll", EILEEN, save(heads[EILEEN], studio / "b.png")).code == 0
    marks = {one.name: mark_of(one.id) for one in components.open_store(settings).load().identities}  # type: ignore[union-attr]
    one, other = marks[BARACK], marks[EILEEN]
    assert run("people", "rename", BARACK, "B. O.").code == 0
    assert run("people", "consent", EILEEN, "the choir").code == 0
    assert run("people", "export", tmp_path / "out").code == 0
    apply_threshold(settings, 0.2)
    assert run("people", "delete", "B. O.", "--yes").code == 0
    lines = done(run)
    assert lines == [
        ("enroll", [one]),
        ("enroll", [other]),
        ("rename", [one]),
        ("consent", [other]),
        ("export", []),
        ("threshold", []),
        ("delete", [one]),
    ]
    shown = run("people", "audit").out
    assert EILEEN in shown and f"somebody gone ({one})" in shown and "value 0.2" in shown
    for path in settings.database.glob("audit*"):
        assert not any(
            word in path.read_bytes() for word in (b"Barack", b"B. O.", b"Eileen", str(tmp_path).encode())
        )


def test_what_did_not_happen_is_not_written_down(run: Run, enrolled: Enrol, tmp_path: Path) -> None:
    enrolled(BARACK)
    (tmp_path / "empty").mkdir()
    assert run("enroll", EILEEN, tmp_path / "empty").code == 2
    assert run("people", "delete", EILEEN, "--yes").code == 2
    assert done(run) == []


def test_who_comes_by_an_import_has_a_mark_there(run: Run, settings: Settings, tmp_path: Path) -> None:
    people: dict[str, Any] = {"Ada": random_units(1, 128, 1), "Bea": random_units(1, 128, 2)}
    np.savez(tmp_path / "e.npz", **people)
    assert run("people", "import", "--encodings", tmp_path / "e.npz").code == 0
    gallery = components.open_store(settings).load()
    assert gallery is not None
    assert done(run) == [("import", [mark_of(one.id) for one in gallery.identities])]
    assert "Ada, Bea" in run("people", "audit").out


def test_who_comes_by_a_rebuild_has_a_mark_there(
    run: Run, heads: Heads, enrolled: Enrol, settings: Settings
) -> None:
    enrolled(BARACK)
    for name in (BARACK, EILEEN):
        save(heads[name], settings.data / name / "a.png")
    assert run("people", "rebuild").code == 0
    gallery = components.open_store(settings).load()
    assert gallery is not None
    assert done(run) == [("rebuild", [mark_of(gallery.find(EILEEN).identity.id)])]


def test_very_many_who_come_together_do_not_push_out_what_was_done_before(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    people: dict[str, Any] = {f"P{one}": random_units(1, 128, one) for one in range(1001)}
    np.savez(tmp_path / "e.npz", **people)
    assert run("people", "import", "--encodings", tmp_path / "e.npz").code == 0
    assert done(run) == [("import", [])]
    assert "count 1001" in run("people", "audit").out


def test_pictures_copied_out_of_the_folder_of_people_are_an_export(
    run: Run, heads: Heads, enrolled: Enrol, settings: Settings, tmp_path: Path
) -> None:
    enrolled(BARACK)
    for number in range(2):
        save(heads[BARACK], settings.data / BARACK / f"{number}.png")
        save(heads[EILEEN], tmp_path / "elsewhere" / EILEEN / f"{number}.png")
    for number, source in enumerate((settings.data / BARACK, settings.data, tmp_path / "elsewhere")):
        assert run("align", source, tmp_path / f"crops {number}").code == 0
    assert run("people", "check", "--contact-sheet", tmp_path / "sheet.html").code in (0, 1)
    assert run("cluster", settings.data, "--output", tmp_path / "groups").code == 0
    assert run("cluster", tmp_path / "elsewhere", "--output", tmp_path / "other groups").code == 0
    lines = run("people", "audit", "--json").json()
    assert [(line["what"], line["kind"]) for line in lines] == [
        ("export", "crops"),
        ("export", "crops"),
        ("export", "contact sheet"),
        ("export", "groups"),
    ]


def test_a_merge_names_both_marks(run: Run, enrolled: Enrol, settings: Settings) -> None:
    enrolled(BARACK)
    gallery = enrolled("B. O.", vectors_of=BARACK)
    marks = [mark_of(gallery.find(name).identity.id) for name in ("B. O.", BARACK)]
    assert run("people", "merge", "B. O.", BARACK).code == 0
    assert done(run) == [("merge", marks)]
