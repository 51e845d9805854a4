"""`people erase`: what goes is listed, nobody but a person at the terminal or `--yes` says so, and then it is gone."""

from __future__ import annotations

import builtins
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.encryption import data_keys, sealing, unlocking
from facecam.core.types import Identity
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.runs.layout import runs_folder
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from facecam.training.run.folder import RunFolder, write_json
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol
from tests.engine.studio import BARACK, EILEEN
from tests.servers import OwnServer


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Models, and with them trainings, elsewhere than in the checkout; caches, too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "weights").symlink_to(settings.weights, target_is_directory=True)
    return replace(settings, weights=tmp_path / "weights")


@pytest.fixture
def household(settings: Settings, enrolled: Enrol, tmp_path: Path) -> Settings:
    """Two people, one with a photo, a visit, and a training."""
    enrolled(BARACK)
    enrolled(EILEEN)
    (tmp_path / "a.jpg").write_bytes(b"a photo")
    PhotoLibrary(settings.data).add(BARACK, tmp_path / "a.jpg")
    now = datetime(2026, 5, 1, tzinfo=UTC)
    SightingFile(settings.database).append(Sighting(1, Identity("1", BARACK), now, now, 90.0, "camera 0"))
    run = RunFolder(runs_folder(settings) / "first")
    run.path.mkdir(parents=True)
    write_json(run.job, {"preset": "quick"})
    return settings


def _at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(builtins, "input", lambda question="": answer)


def _names(run: Run) -> list[str]:
    return [one["name"] for one in run("people", "list", "--json").json()]


def test_everything_is_listed_and_goes(
    run: Run, household: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at_a_terminal(monkeypatch, "n")
    kept = run("people", "erase")
    assert kept.code == 0 and kept.out == "Nothing was erased.\n"
    for words in (
        f"with 1 photo and everything known of their faces: {BARACK}, {EILEEN}",
        "Trainings: first",
    ):
        assert words in kept.err
    assert "The log: 1 visit" in kept.err and "What stays" in kept.err
    assert run("people", "erase", "--json").json()["erased"] is False
    assert _names(run) == [BARACK, EILEEN]
    _at_a_terminal(monkeypatch, "y")
    assert run("people", "erase").out == "Everything of yours was erased.\n"
    assert _names(run) == [] and not list(runs_folder(household).iterdir())
    assert not list(household.data.rglob("*.jpg")) and not SightingFile(household.database).read()
    assert run("people", "erase").out == "There is nothing to erase.\n"


@pytest.mark.usefixtures("household")
def test_without_a_terminal_only_yes_erases(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _at_a_terminal(monkeypatch, "y")
    monkeypatch.setattr(
        sys.stdin, "isatty", lambda: False, raising=False
    )  # A pipe that says yes to everything.
    assert _names(run) == [BARACK, EILEEN]
    for flags in ((), ("--json",)):
        what, cure = run("people", "erase", *flags).two_lines()
        assert "nobody is there" in what and "--yes" in cure
    assert _names(run) == [BARACK, EILEEN]
    document = run("people", "erase", "--yes", "--json").json()
    assert document["erased"] is True and document["people"] == [BARACK, EILEEN]
    assert (document["photos"], document["runs"], document["visits"]) == (1, ["first"], 1)
    assert _names(run) == []


def test_an_encrypted_home_is_erased_with_its_passphrase(
    run: Run, household: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.setenv(unlocking.PASSPHRASE_VARIABLE, "four words nobody guesses")
    assert run("encrypt", "on").code == 0
    monkeypatch.delenv(unlocking.PASSPHRASE_VARIABLE)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    data_keys.forget_keys()
    what, _ = run("people", "erase", "--yes").two_lines()
    assert "nobody is there to type the passphrase" in what
    (tmp_path / "phrase").write_text("four words nobody guesses")
    data_keys.forget_keys()
    flag = ("--passphrase-file", tmp_path / "phrase")
    assert run("people", "erase", "--yes", "--json", *flag).json()["people"] == [BARACK, EILEEN]
    assert run("people", "list", "--json", *flag).json() == []


def test_people_on_a_server_are_erased_for_every_station(
    run: Run, household: Settings, database_server: OwnServer
) -> None:
    address = database_server.new_database()
    assert run("people", "move", "--to", address, "--remove-source").code == 0
    at = ("--database", address)
    Path("facecam.toml").write_text(f'database = "{household.database}"\n')
    outcome = run("people", "erase", "--yes", *at, own_folders=True)
    assert outcome.code == 0 and "for every station" in outcome.err
    assert run("people", "list", "--json", *at, own_folders=True).json() == []


def test_the_next_command_forgets_what_a_training_that_was_killed_has_not(
    run: Run, household: Settings
) -> None:
    folder = RunFolder(runs_folder(household) / "first")
    write_json(folder.data, {"train": [{"person": name, "sha256": ""} for name in ("Ada", "Bea")]})
    waiting = folder.path / "forget.json"
    write_json(waiting, {"each": [{"name": "Ada", "digests": []}]})
    run("people", "list")
    assert "Ada" not in folder.data.read_text() and "Bea" in folder.data.read_text()
    assert not waiting.exists()


def test_files_that_are_no_photos_are_said_before_they_go(run: Run, household: Settings) -> None:
    letter = PhotoLibrary(household.data).folder_of(BARACK) / "letter.txt"
    letter.write_text("mine")
    outcome = run("people", "erase", "--yes", "--json")
    assert outcome.json()["other_files"] == 1 and not letter.exists()
    assert "In their folders, besides photos: 1 other file" in outcome.err


def test_a_deletion_says_which_files_go_besides_photos(run: Run, household: Settings) -> None:
    letter = PhotoLibrary(household.data).folder_of(BARACK) / "letter.txt"
    letter.write_text("mine")
    outcome = run("people", "delete", BARACK, "--yes", "--json")
    assert outcome.json()["other_files"] == 1 and not letter.exists()
    assert "1 other file in their folder, no photos, goes, too" in outcome.err
