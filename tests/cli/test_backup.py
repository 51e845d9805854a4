"""`backup` and `restore`: the passphrase from a file or the terminal, two lines for whatever is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.encryption import sealing
from facecam.engine.tools import restoring
from tests.cli.conftest import Run
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, save
from tests.servers import OwnServer

PHRASE = "four words nobody guesses"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def phrase(tmp_path: Path) -> Path:
    file = tmp_path / "phrase.txt"
    file.write_text(f"{PHRASE}\nnot this line\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody types at the terminal, in this order."""
    answers: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: answers.pop(0))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    return answers


def test_a_person_comes_back_from_a_backup(
    run: Run, heads: Heads, studio: Path, phrase: Path, tmp_path: Path, settings: Settings
) -> None:
    assert run("enroll", BARACK, save(heads[BARACK], studio / "a.png"), "--consent", "the door").code == 0
    outcome = run("backup", tmp_path / "mine.facecam", "--passphrase-file", phrase)
    assert outcome.code == 0 and "1 person" in outcome.out and "Without the passphrase" in outcome.out
    assert run("people", "withdraw", BARACK, "--yes").code == 0
    refused = run("restore", tmp_path / "mine.facecam", "--passphrase-file", phrase)
    assert refused.code == 2 and "--replace" in refused.err
    restored = run("restore", tmp_path / "mine.facecam", "--passphrase-file", phrase, "--overwrite", "--json")
    assert restored.json()["back"] == [BARACK] and "withdraw" in restored.err
    (person,) = run("people", "list", "--json").json()
    assert person["photos"] == 1 and person["consent"]["purpose"] == "the door"
    what = [line["what"] for line in run("people", "audit", "--json").json()]
    assert what == ["enroll", "backup", "delete", "restore"]


def test_as_json(run: Run, enrolled: Enrol, phrase: Path, tmp_path: Path) -> None:
    enrolled(EILEEN)
    document = run("backup", tmp_path / "x", "--passphrase-file", phrase, "--no-runs", "--json").json()
    assert document["people"] == 1 and document["bytes"] == (tmp_path / "x").stat().st_size
    assert "database" in document["places"] and document["files"] >= 4


def test_it_is_typed_twice_and_never_an_argument(
    run: Run, enrolled: Enrol, typed: list[str], tmp_path: Path
) -> None:
    enrolled(EILEEN)
    typed += [PHRASE, "another one than that"]
    message, _ = run("backup", tmp_path / "x").two_lines()
    assert "two passphrases" in message and not (tmp_path / "x").exists()
    typed += [PHRASE, PHRASE]
    assert run("backup", tmp_path / "x").code == 0
    typed += ["wrong passphrase"]
    message, hint = run("restore", tmp_path / "x").two_lines()
    assert "not the passphrase" in message and "without the passphrase" in hint
    assert "--passphrase " not in run("backup", "--help").out


def test_a_short_one_is_refused(run: Run, typed: list[str], tmp_path: Path) -> None:
    typed += ["short", "short"]
    message, hint = run("backup", tmp_path / "x").two_lines()
    assert "5 letters" in message and "8" in hint and not (tmp_path / "x").exists()


def test_nobody_at_the_terminal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    for command in (["backup", tmp_path / "x"], ["restore", __file__]):
        message, hint = run(*command).two_lines()
        assert "nobody is there" in message and "--passphrase-file" in hint


def test_files_that_will_not_do(run: Run, phrase: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "there").write_text("mine")
    for arguments, word in (
        (["backup", tmp_path / "x", "--passphrase-file", tmp_path / "none"], "none"),
        (["backup", tmp_path / "x", "--passphrase-file", tmp_path / "empty"], "empty"),
        (["backup", tmp_path / "there", "--passphrase-file", phrase], "exists already"),
        (["backup", tmp_path, "--passphrase-file", phrase], "is a folder"),
        (["restore", tmp_path / "none", "--passphrase-file", phrase], "does not exist"),
        (["restore", tmp_path / "there", "--passphrase-file", phrase], "no backup"),
        (["restore", tmp_path, "--passphrase-file", phrase], "could not read"),
    ):
        message, hint = run(*arguments).two_lines()
        assert word in message and hint
    assert (tmp_path / "there").read_text() == "mine"


def test_a_passphrase_that_others_may_read_is_said(run: Run, phrase: Path, tmp_path: Path) -> None:
    phrase.chmod(0o644)
    outcome = run("backup", tmp_path / "x", "--passphrase-file", phrase)
    assert outcome.code == 0 and "other users may read" in outcome.err


def test_any_command_finishes_a_restoration_that_was_cut_off(
    run: Run, enrolled: Enrol, phrase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(EILEEN)
    assert run("backup", tmp_path / "x", "--passphrase-file", phrase).code == 0
    enrolled(BARACK)

    def killed(move: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "_rename", killed)
    monkeypatch.setattr("facecam.engine.tools.restore.give_up", lambda *_: None)
    assert run("restore", tmp_path / "x", "--passphrase-file", phrase, "--replace").code == 130
    monkeypatch.undo()
    outcome = run("people", "list", "--json")
    assert [one["name"] for one in outcome.json()] == [EILEEN] and "finished now" in outcome.err


def test_what_is_on_a_server_is_said_not_to_be_in_it(
    run: Run, phrase: Path, tmp_path: Path, settings: Settings, database_server: OwnServer
) -> None:
    Path("facecam.toml").write_text(f'database = "{settings.database}"\n')
    (settings.data / "Ada").mkdir(parents=True)
    (settings.data / "Ada" / "a.jpg").write_bytes(b"a photo")
    address = database_server.new_database()
    command = ["backup", tmp_path / "mine", "--passphrase-file", phrase, "--database", address]
    done = run(*command, own_folders=True)
    assert done.code == 0 and "are not in this backup" in done.err and "pg_dump" in done.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_nobody_writes_to_is_not_waited_for_without_end(
    run: Run, phrase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.engine.tools.restore._WRITER_S", 0.1)
    os.mkfifo(tmp_path / "pipe")
    message, hint = run("restore", tmp_path / "pipe", "--passphrase-file", phrase).two_lines()
    assert "no backup" in message and hint


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_may_have_its_writer_later(run: Run, phrase: Path, tmp_path: Path) -> None:
    """What unpacks or fetches the backup may begin after the restoration."""
    os.mkfifo(tmp_path / "pipe")
    script = "import sys, time; time.sleep(0.5); open(sys.argv[1], 'wb').write(b'nothing of the kind' * 9)"
    with subprocess.Popen([sys.executable, "-c", script, tmp_path / "pipe"]) as writer:
        message, _ = run("restore", tmp_path / "pipe", "--passphrase-file", phrase).two_lines()
        assert writer.wait() == 0  # Else nobody had read, and it would be there still.
    assert "no backup" in message
