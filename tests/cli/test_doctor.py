"""`doctor`: the table in words and as JSON; 1 where something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.words import counted
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol
from tests.engine.studio import BARACK


def test_the_table_has_a_line_for_each_thing(run: Run, enrolled: Enrol) -> None:
    enrolled(BARACK)
    outcome = run("doctor", "--no-gpu", "--json")
    checks = outcome.json()
    assert all(set(check) == {"subject", "state", "detail", "cure"} for check in checks)
    assert {check["state"] for check in checks} <= {"ok", "missing", "note"}
    missing = [check for check in checks if check["state"] == "missing"]
    assert outcome.code == (1 if missing else 0) and outcome.err == ""
    words = run("doctor", "--no-gpu").out
    for check in checks:
        assert any(line.split(maxsplit=1)[1:] and check["subject"] in line for line in words.splitlines())
        assert not check["cure"] or check["cure"] in words


def test_what_is_missing_is_counted_and_cured(run: Run, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    folders = [word for kind in ("weights", "data", "database") for word in (f"--{kind}", nothing / kind)]
    outcome = run("doctor", "--no-gpu", *folders, bare=True)
    missing = [line for line in outcome.out.splitlines() if line.startswith("MISSING")]
    assert outcome.code == 1 and len(missing) >= 3
    assert f"{counted(len(missing), 'thing')} missing." in outcome.out
    assert outcome.out.count("models prepare") >= 3
    assert not nothing.exists()


def test_licences_are_a_page_of_their_own(run: Run) -> None:
    outcome = run("doctor", "--licences")
    assert outcome.code == 0 and outcome.out.startswith("# Licences") and "| numpy |" in outcome.out
    message, _ = run("doctor", "--licences", "--json").two_lines()
    assert "no JSON" in message


def test_a_demo_that_was_not_fetched_is_nothing_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("facecam.engine.diagnostics.doctor.DEMO_FOLDER", tmp_path / "no-demo")
    (demo,) = (check for check in run("doctor", "--no-gpu", "--json").json() if check["subject"] == "demo")
    assert demo["state"] == "note" and "models prepare" in demo["cure"]
