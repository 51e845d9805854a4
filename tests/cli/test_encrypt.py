"""`encrypt`: the passphrase from a file, a variable or the terminal, and two lines for whatever is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.encryption import at_rest, data_keys, sealing, unlocking
from facecam.core.errors import ConfigError, DataError
from facecam.core.paths import sha256_file
from facecam.core.types import Identity
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.runs.layout import runs_folder
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from facecam.gallery.storage.audit_trail import AUDIT_FILE
from facecam.gallery.storage.store import GalleryStore
from facecam.vision.images.read import read_picture
from tests.cli.conftest import Outcome, Run
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, save

PHRASE, OTHER = "four words nobody guesses", "another four words"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(unlocking.PASSPHRASE_VARIABLE, raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Models elsewhere than in the checkout: trainings beside them are encrypted, too."""
    (tmp_path / "weights").symlink_to(settings.weights, target_is_directory=True)
    return replace(settings, weights=tmp_path / "weights")


@pytest.fixture
def anew(run: Run) -> Run:
    """Each command as in a process of its own: no key is known."""

    def start(*words: object) -> Outcome:
        data_keys.forget_keys()
        unlocking.ask_with(None)
        return run(*words)

    return start


def _opened_by(file: Path) -> tuple[str, Path]:
    """Of commands whose `--passphrase-file` is for something else."""
    return "--folders-passphrase-file", file


@pytest.fixture
def phrases(tmp_path: Path) -> dict[str, Path]:
    files = {}
    for name, phrase in (("right", PHRASE), ("wrong", "not these words"), ("new", OTHER), ("short", "short")):
        files[name] = tmp_path / f"{name}.txt"
        files[name].write_text(f"{phrase}\n")
        files[name].chmod(0o600)
    return files


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody types at the terminal, in this order."""
    answers: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: answers.pop(0))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    return answers


@pytest.fixture
def ada(run: Run, heads: Heads, studio: Path) -> None:
    assert run("enroll", BARACK, save(heads[BARACK], studio / "a.png")).code == 0


def names_in(settings: Settings) -> list[str]:
    """Files that tell the name, by what is in them or how they are called."""
    roots = (settings.data, settings.database, settings.weights.parent / "runs")
    files = [path for root in roots for path in root.rglob("*")]
    return [
        str(path)
        for path in files
        if BARACK in str(path) or (path.is_file() and BARACK.encode() in path.read_bytes())
    ]


@pytest.mark.usefixtures("ada")
def test_with_a_file_from_on_to_off(anew: Run, phrases: dict[str, Path], settings: Settings) -> None:
    told = "--passphrase-file", phrases["right"]
    assert names_in(settings)
    done = anew("encrypt", "on", *told)
    assert done.code == 0 and done.out.startswith("Encryption is on.") and "backup" in done.out
    assert names_in(settings) == []
    (person,) = anew("people", "list", "--json", *told).json()
    assert person["name"] == BARACK and person["photos"] == 1
    status = anew("encrypt", "status", "--json", *told).json()
    assert anew("encrypt", "status", "--json").json() == status, "which needs no passphrase"
    assert status["state"] == "on" and status["key"] == "passphrase" and status["plain_files"] == 0
    assert anew("encrypt", "off", *told).out.startswith("Encryption is off.")
    assert anew("people", "list", "--json").json()[0]["name"] == BARACK
    assert [one["what"] for one in anew("people", "audit", "--json").json()] == [
        "enroll",
        "encrypt",
        "decrypt",
    ]


@pytest.mark.usefixtures("ada")
def test_the_variable_and_the_terminal(
    anew: Run, typed: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed += [PHRASE, "a slip of the finger"]
    anew("encrypt", "on").two_lines()
    assert not (settings.database / data_keys.KEY_FILE).exists()
    typed += [PHRASE, PHRASE]
    assert anew("encrypt", "on").code == 0
    typed += [PHRASE]
    assert BARACK in anew("people", "list").out and not typed, "asked once"
    monkeypatch.setenv(unlocking.PASSPHRASE_VARIABLE, PHRASE)
    assert BARACK in anew("people", "list").out


@pytest.mark.usefixtures("ada")
def test_another_passphrase(anew: Run, phrases: dict[str, Path], settings: Settings) -> None:
    assert anew("encrypt", "on", "--passphrase-file", phrases["right"]).code == 0
    change = ("encrypt", "change-passphrase", "--new-passphrase-file", phrases["new"])
    what, _ = anew(*change, "--passphrase-file", phrases["wrong"]).two_lines()
    assert "not the passphrase" in what
    assert anew(*change, "--passphrase-file", phrases["right"]).code == 0
    assert (
        "not the passphrase" in anew("people", "list", "--passphrase-file", phrases["right"]).two_lines()[0]
    )
    assert BARACK in anew("people", "list", "--passphrase-file", phrases["new"]).out


@pytest.mark.usefixtures("ada")
def test_whatever_is_wrong_is_two_lines_and_nothing_changes(
    anew: Run, phrases: dict[str, Path], settings: Settings, monkeypatch: pytest.MonkeyPatch, studio: Path
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "keyring" in anew("encrypt", "on", "--keyring").two_lines()[0]
    assert "letters" in anew("encrypt", "on", "--passphrase-file", phrases["short"]).two_lines()[0]
    anew("encrypt", "on").two_lines()
    anew("encrypt", "change-passphrase").two_lines()
    assert anew("encrypt", "off").out.startswith("Encryption is off.")
    assert not (settings.database / data_keys.KEY_FILE).exists()
    assert anew("encrypt", "on", "--passphrase-file", phrases["right"]).code == 0
    key_file, photo = settings.database / data_keys.KEY_FILE, next(settings.data.glob("*/*.png"))
    before = {path: path.read_bytes() for path in (key_file, photo)}
    wrong = ("--passphrase-file", phrases["wrong"])
    backup = studio / "mine.facecam"
    assert (
        anew("backup", backup, "--passphrase-file", phrases["new"], *_opened_by(phrases["right"])).code == 0
    )
    for command in (
        ("people", "list"),
        ("people", "delete", BARACK, "--yes"),
        ("enroll", EILEEN, studio / "a.png"),
        ("encrypt", "off"),
        ("recognize", photo),
        ("backup", studio / "other.facecam", "--passphrase-file", phrases["new"]),
        ("restore", backup, "--replace", "--passphrase-file", phrases["new"]),
    ):
        what, cure = anew(*command).two_lines()
        assert "nobody is there to type" in what and unlocking.PASSPHRASE_VARIABLE in cure, command
        # Theirs of that name is for the backup.
        told = _opened_by(phrases["wrong"]) if backup.suffix in str(command) else wrong
        assert f" {told[0]} FILE" in cure, command
        assert "not the passphrase" in anew(*command, *told).two_lines()[0]
    assert not (studio / "other.facecam").exists()
    for damage in (b"", b"{", key_file.read_bytes().replace(b'"cost"', b'"c"')):
        key_file.write_bytes(damage)
        what, _ = anew("people", "list", "--passphrase-file", phrases["right"]).two_lines()
        assert data_keys.KEY_FILE in what
    key_file.unlink()
    what, _ = anew("people", "list", "--passphrase-file", phrases["right"]).two_lines()
    assert "encrypted" in what
    assert photo.read_bytes() == before[photo]
    key_file.write_bytes(before[key_file])
    assert BARACK in anew("people", "list", "--passphrase-file", phrases["right"]).out


@pytest.mark.usefixtures("ada")
def test_a_backup_is_the_way_out_where_the_key_file_is_lost(
    anew: Run, phrases: dict[str, Path], settings: Settings, tmp_path: Path
) -> None:
    backup = tmp_path / "mine.facecam"
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    anew("backup", backup, "--passphrase-file", phrases["new"], *_opened_by(phrases["right"]))
    (settings.database / data_keys.KEY_FILE).unlink()
    what, cure = anew("encrypt", "status").two_lines()
    assert "its key file" in what and "restore a backup" in cure
    done = anew("restore", backup, "--replace", "--passphrase-file", phrases["new"])
    assert done.code == 0 and "encryption is off now" in done.err
    (person,) = anew("people", "list", "--json").json()
    assert person["name"] == BARACK and person["photos"] == 1
    assert [one["what"] for one in anew("people", "audit", "--json").json()][-1] == "restore"
    assert anew("encrypt", "status").out.startswith("Encryption is off.")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("damaged", [False, True])
def test_a_lost_passphrase_is_given_up_by_a_flag_and_not_by_a_mistake(
    anew: Run, phrases: dict[str, Path], settings: Settings, tmp_path: Path, damaged: bool
) -> None:
    """The other passphrase is that of the backup."""
    backup, key_file = tmp_path / "mine.facecam", settings.database / data_keys.KEY_FILE
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    anew("backup", backup, "--passphrase-file", phrases["new"], *_opened_by(phrases["right"]))
    if damaged:
        key_file.write_bytes(b"{")
    locked = key_file.read_bytes()
    words = ("restore", backup, "--passphrase-file", phrases["new"])
    if not damaged:
        _, cure = anew(*words, "--replace", *_opened_by(phrases["wrong"])).two_lines()
        assert str(key_file) in cure and "--replace --forget-key" in cure
    what, cure = anew(*words, "--forget-key").two_lines()
    assert "--forget-key" in what and "--replace" in cure
    wrong = ("restore", backup, "--passphrase-file", phrases["wrong"], "--replace", "--forget-key")
    assert "not the passphrase" in anew(*wrong).two_lines()[0]
    assert key_file.read_bytes() == locked
    assert [path.name for path in settings.database.glob("facecam-key*")] == [key_file.name]
    runs = runs_folder(settings)
    if damaged:  # A training since then: the backup has none.
        (runs / "later").mkdir()
    done = anew(*words, "--replace", "--forget-key")
    assert done.code == 0 and "encryption is off now" in done.err
    assert (f"{runs} is locked by the key that was given up" in done.err) == damaged
    assert (runs / data_keys.POINTER_FILE).is_file() == damaged
    (person,) = anew("people", "list", "--json").json()
    assert person["name"] == BARACK and person["photos"] == 1
    assert anew("encrypt", "status").out.startswith("Encryption is off.") and names_in(settings)
    assert not list(settings.database.glob("facecam-key*"))


#: A restoration whose process is killed where the named function is called for the first time.
_KILLED_AT = """
import importlib, os, sys
place, _, name = sys.argv.pop(1).rpartition(".")
setattr(importlib.import_module(place), name, lambda *_, **__: os._exit(9))
from facecam.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "at",
    [
        *("restore._unpack", "restoring._write", "restore._checked"),
        *("restoring._rename", "restoring._clean", "restore.finish_if_possible"),
    ],
)
def test_giving_up_a_key_is_done_whole_or_not_at_all_wherever_it_is_killed(
    anew: Run, phrases: dict[str, Path], settings: Settings, tmp_path: Path, at: str
) -> None:
    backup, key_file = tmp_path / "mine.facecam", settings.database / data_keys.KEY_FILE
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    anew("backup", backup, "--passphrase-file", phrases["new"], *_opened_by(phrases["right"]))
    locked = key_file.read_bytes()
    words = ("restore", backup, "--passphrase-file", phrases["new"], "--replace", "--forget-key")
    folders = (f"--{name}={getattr(settings, name)}" for name in ("data", "database", "weights"))
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_AT, f"facecam.engine.tools.{at}", *words, *folders], check=False
    )
    assert killed.returncode == 9
    done = anew("people", "list", "--passphrase-file", phrases["right"])
    assert done.code == 0 and BARACK in done.out
    is_whole = at in ("restoring._rename", "restoring._clean", "restore.finish_if_possible")
    assert ("is finished now" in done.err) == (is_whole and at.startswith("restoring."))
    # In a folder for which the backup has nothing, and in which nothing is.
    assert (runs_folder(settings) / data_keys.POINTER_FILE).is_file() != is_whole
    assert [path.name for path in settings.database.glob("facecam-key*")] == (
        [] if is_whole else [key_file.name]
    )
    assert is_whole or key_file.read_bytes() == locked
    # The same again: done if it was not, and no matter if the next start has finished it.
    again = anew(*words)
    assert again.code == 0 and not key_file.exists() and BARACK in anew("people", "list").out
    assert not [path for path in tmp_path.iterdir() if "restoring" in path.name]


@pytest.mark.usefixtures("ada")
def test_of_a_trail_with_another_key_it_is_not_said_that_encryption_is_off(
    anew: Run, phrases: dict[str, Path], settings: Settings, tmp_path: Path
) -> None:
    backup, trail = tmp_path / "mine.facecam", settings.database / AUDIT_FILE
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    of_the_first_key = trail.read_bytes()
    anew("encrypt", "off", "--passphrase-file", phrases["right"])
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    anew("backup", backup, "--passphrase-file", phrases["new"], *_opened_by(phrases["right"]))
    trail.write_bytes(of_the_first_key)
    words = ("--replace", "--passphrase-file", phrases["new"], *_opened_by(phrases["right"]))
    done = anew("restore", backup, *words)
    assert done.code == 0 and "key of the audit trail here is lost" in done.err and "is off" not in done.err
    assert anew("encrypt", "status").out.startswith("Encryption is on")


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "latin-1"])
def test_no_new_passphrase_is_what_nobody_can_type(
    anew: Run, phrases: dict[str, Path], settings: Settings, tmp_path: Path, coding: str
) -> None:
    file = tmp_path / "saved by an editor"
    file.write_text("vier Wörter, die keiner errät", coding)
    for command in (("encrypt", "on"), ("backup", tmp_path / "mine.facecam")):
        assert "nobody can type" in anew(*command, "--passphrase-file", file).two_lines()[0]
    assert not (settings.database / data_keys.KEY_FILE).exists()
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    new = ("change-passphrase", "--passphrase-file", phrases["right"], "--new-passphrase-file", file)
    assert "nobody can type" in anew("encrypt", *new).two_lines()[0]
    assert BARACK in anew("people", "list", "--passphrase-file", phrases["right"]).out


@pytest.mark.usefixtures("ada")
def test_a_copy_of_the_home_opens_with_the_passphrase(
    anew: Run, phrases: dict[str, Path], settings: Settings, tmp_path: Path
) -> None:
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    for name in ("data", "database"):
        shutil.copytree(getattr(settings, name), tmp_path / "moved" / name)
        shutil.rmtree(getattr(settings, name))
    data_keys.forget_keys()
    unlocking.ask_with(lambda what: PHRASE)
    (photos,) = PhotoLibrary(tmp_path / "moved" / "data").people().values()
    assert read_picture(photos[0]).shape[2] == 3
    gallery = GalleryStore(tmp_path / "moved" / "database").load()
    assert gallery is not None and gallery.find(BARACK).identity.name == BARACK


@pytest.mark.usefixtures("ada")
def test_without_the_passphrase_no_folder_is_taken_for_a_name(anew: Run, phrases: dict[str, Path]) -> None:
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    for command in (["people", "check"], ["evaluate", "--own"], ["train", "--preset", "quick"]):
        what, _ = anew(*command).two_lines()
        assert "nobody is there to type" in what
        what, _ = anew(*command, "--passphrase-file", phrases["wrong"]).two_lines()
        assert "not the passphrase" in what


@pytest.mark.usefixtures("ada")
def test_a_photo_with_the_key_of_another_home_is_passed_over(
    anew: Run, phrases: dict[str, Path], settings: Settings, tmp_path: Path, studio: Path, heads: Heads
) -> None:
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    (sealed,) = settings.data.glob("*/photo-*")
    (other := tmp_path / "other").mkdir()
    sealed.rename(other / "a.png")
    save(heads[EILEEN], other / "b.png")
    anew("encrypt", "off", "--passphrase-file", phrases["right"])
    done = anew("recognize", other)
    assert done.code == 1 and "b.png" in done.out and "its key is not here" in done.err
    with pytest.raises(DataError):
        sha256_file(other / "a.png")
    with pytest.raises(ConfigError):  # Nothing else may be taken for damaged, and written anew.
        at_rest.read_bytes(other / "a.png")


def test_there_is_no_flag_for_the_words(anew: Run) -> None:
    anew("encrypt", "on", "--passphrase", PHRASE).two_lines()


@pytest.mark.usefixtures("ada")
def test_what_needs_no_people_needs_no_passphrase(
    anew: Run, phrases: dict[str, Path], settings: Settings
) -> None:
    came = datetime(2026, 1, 1, 12, tzinfo=UTC)
    SightingFile(settings.database).append(Sighting(1, Identity("id", BARACK), came, came, 90, "camera 0"))
    anew("encrypt", "on", "--passphrase-file", phrases["right"])
    done = anew("models", "list", "--keep-visits-days", "7")
    assert done.code == 0 and "nobody is there to type" in done.err


@pytest.mark.usefixtures("ada")
def test_the_window_asks_itself(
    anew: Run, phrases: dict[str, Path], typed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("facecam.cli.window.open_window", lambda *words: opened.append(words) or 0)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    typed += [PHRASE, PHRASE]
    anew("encrypt", "on")
    assert anew("window", "--keep-visits-days", "7").code == 0
    assert opened and not typed
