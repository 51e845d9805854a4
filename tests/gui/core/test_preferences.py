"""What the window remembers survives, and a damaged file does no harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from pytestqt.qtbot import QtBot

from facecam.core import home
from facecam.gui.core.preferences import Preferences
from facecam.gui.core.saved_places import saved_folders, shared_folders


def test_what_was_chosen_is_there_again(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "window.ini"
    first = Preferences(file)
    first.theme, first.language, first.mirror, first.unknown_minutes = "dark", "de", False, 60
    first.last_source, first.keep_log, first.stage_panel = "rtsp://döör/1", True, True
    first.put_state("window", QByteArray(b"\0\1\2"))
    first.save()
    again = Preferences(file)
    assert (again.theme, again.language, again.mirror) == ("dark", "de", False)
    assert (again.unknown_minutes, again.last_source) == (60, "rtsp://döör/1")
    assert again.keep_log and again.stage_panel
    assert again.state("window") == QByteArray(b"\0\1\2")


def test_a_newcomer_gets_sensible_values(preferences: Preferences) -> None:
    assert (preferences.theme, preferences.language, preferences.mirror) == ("system", "system", True)
    assert (preferences.unknown_minutes, preferences.keep_log) == (10, False)
    assert preferences.last_source == "" and preferences.state("window").isEmpty()


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe garbage \x80[[[",
        b"",
        b"[General\ntheme=dark\n",
        b"[General]\ntheme=purple\nlanguage=7\nmirror=perhaps\nunknown_minutes=-4\nstate\\window=text\n",
        b"[General]\nunknown_minutes=99999999999999999999\n",
    ],
)
def test_a_damaged_file_does_no_harm(tmp_path: Path, qtbot: QtBot, content: bytes) -> None:
    file = tmp_path / "window.ini"
    file.write_bytes(content)
    read = Preferences(file)
    assert read.theme in ("system", "dark") and read.language == "system"
    assert read.mirror is True and read.unknown_minutes == 10
    assert read.state("window").isEmpty()
    read.theme = "light"
    read.save()
    assert Preferences(file).theme == "light"


def test_a_folder_in_place_of_the_file_does_no_harm(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "window.ini").mkdir()
    read = Preferences(tmp_path / "window.ini")
    read.theme = "dark"
    assert read.theme == "dark"


def test_a_change_is_told_once(preferences: Preferences, qtbot: QtBot) -> None:
    told: list[str] = []
    preferences.changed.connect(told.append)
    preferences.mirror = False
    preferences.mirror = False
    preferences.put("live.panel", 3)
    assert told == ["mirror", "live.panel"]
    assert preferences.number("live.panel", 0, 0, 5) == 3


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no such rights")
def test_the_file_is_for_this_users_eyes_only_also_one_of_an_older_version(tmp_path: Path) -> None:
    for file in (tmp_path / "new" / "window.ini", tmp_path / "old.ini"):
        if file.name == "old.ini":
            file.write_text("[General]\n")
            file.chmod(0o644)
        preferences = Preferences(file)
        preferences.put("language", "de")
        preferences.save()
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_home_that_was_chosen_has_its_own_and_takes_over_once_what_was_there_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "config"))
    shared = Preferences()
    shared.theme = "dark"
    shared.save()
    assert (tmp_path / "config" / "facecam" / "facecam.ini").is_file()
    monkeypatch.setattr(home, "HOME", tmp_path / "mine")
    monkeypatch.setattr(home, "HOME_IS_CHOSEN", True)
    own = Preferences()
    assert own.theme == "dark"
    own.theme = "light"
    own.save()
    shared.language = "de"
    shared.save()
    again = Preferences()
    assert (again.theme, again.language, shared.theme) == ("light", "system", "dark")
    assert (tmp_path / "mine" / "window.ini").is_file()


def test_films_and_pictures_are_saved_in_a_home_that_was_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(home, "HOME", tmp_path)
    monkeypatch.setattr(home, "HOME_IS_CHOSEN", False)
    usual = saved_folders()
    assert all(folder.name == "facecam" and folder.parent != tmp_path for folder in usual)
    assert shared_folders() == ()
    monkeypatch.setattr(home, "HOME_IS_CHOSEN", True)
    assert set(saved_folders()) == {tmp_path / "recordings"} and shared_folders() == usual
