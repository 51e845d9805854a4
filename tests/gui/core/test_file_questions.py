"""Each purpose has a folder of its own, which is remembered and may be gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.core.preferences import Preferences


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def question(preferences: Preferences, purpose: str) -> FileQuestion:
    return FileQuestion(preferences, purpose, Place.HomeLocation)


def test_each_purpose_begins_where_it_was_left(
    parent: QWidget, preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    album, films = tmp_path / "album", tmp_path / "films"
    for folder in (album, films):
        folder.mkdir()
    started: list[str] = []

    def answer(name: str) -> object:
        def ask(_: QWidget, title: str, start: str, *filters: str) -> tuple[str, str]:
            started.append(start)
            return name, ""

        return ask

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer(str(album / "a.jpg")))
    assert question(preferences, "photos").file(parent, "Photos") == album / "a.jpg"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer(str(films / "a.mp4")))
    assert question(preferences, "films").file(parent, "Films") == films / "a.mp4"
    assert question(preferences, "photos").folder == str(album)
    assert question(preferences, "films").folder == str(films)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer(""))
    assert question(preferences, "films").target(parent, "Save", "b.mp4", "", lambda _: False) is None
    assert started[-1] == str(films / "b.mp4"), "a cancelled question begins there and forgets nothing"
    assert question(preferences, "films").folder == str(films)
    shutil.rmtree(films)
    assert Path(question(preferences, "films").folder) == Path.home()


def test_where_the_system_names_a_folder_that_is_not_there_it_begins_at_home(
    preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = tmp_path / "Pictures"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(pictures))
    asked = FileQuestion(preferences, "photos", Place.PicturesLocation)
    assert asked.folder == str(Path.home())
    pictures.mkdir()
    assert asked.folder == str(pictures)


def test_a_file_that_is_there_is_replaced_only_if_that_is_wanted(
    parent: QWidget, preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, free = tmp_path / "a.csv", tmp_path / "b.csv"
    there.touch()
    answers, asked, options = [there, free, there], [], []

    def ask(*given: object) -> tuple[str, str]:
        options.append(given[-1])
        return str(answers.pop(0)), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    may = lambda answer: lambda path: (asked.append(path), answer)[1]  # noqa: E731
    save = question(preferences, "logs").target
    assert save(parent, "Save", "a.csv", "", may(False)) == free, "asked for another name"
    assert save(parent, "Save", "a.csv", "", may(True)) == there and asked == [there, there]
    assert all(QFileDialog.Option.DontConfirmOverwrite in one for one in options)  # type: ignore[operator]


def test_several_files_and_a_folder(
    parent: QWidget, preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(tmp_path / name) for name in ("a.jpg", "b.jpg")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    assert question(preferences, "photos").files(parent, "Photos") == [Path(name) for name in names]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "people"))
    assert question(preferences, "people").directory(parent, "Folder") == tmp_path / "people"
    assert question(preferences, "people").folder == str(tmp_path)
