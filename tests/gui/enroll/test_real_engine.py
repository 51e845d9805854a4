"""The tab on the real engine: files and a film for a camera; who is enrolled is recognised at once and later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings
from facecam.core.types import ImageArray
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.transactions.trash import FOLDER
from facecam.gui.core.context import AppContext
from facecam.gui.core.preferences import Preferences
from facecam.gui.enroll.engine_service import EngineEnrollService
from facecam.gui.enroll.tab import EnrollTab
from facecam.vision.draw.video_writer import VideoRecorder
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Heads, heads, models_opened_once
from tests.engine.studio import BARACK, EILEEN, head, mirrored, save, side_by_side

__all__ = ["heads", "models_opened_once"]


class RealTab:
    """The tab, and how to wait for it."""

    def __init__(self, qtbot: QtBot, settings: Settings, preferences: Preferences) -> None:
        self.qtbot, self.settings = qtbot, settings
        self.context = AppContext(settings, preferences)
        self.tab = EnrollTab(self.context, EngineEnrollService(lambda: self.context.settings))
        qtbot.addWidget(self.tab)
        self.tab.activate()
        self.settle()

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=60_000)

    def settle(self) -> None:
        for _ in range(2):
            self.until(lambda: not self.context.jobs)
            QApplication.processEvents()

    def add(self, name: str, *paths: Path) -> None:
        self.tab._on_named(name)
        self.tab.adding.add_paths(list(paths))
        self.settle()

    def close(self) -> None:
        self.tab.shut_down()
        assert self.context.shut_down()


@pytest.fixture
def real(qtbot: QtBot, settings: Settings, preferences: Preferences) -> Iterator[RealTab]:
    made = RealTab(qtbot, settings, preferences)
    yield made
    made.close()


def name_of(settings: Settings, picture: ImageArray) -> str | None:
    """Whom Live sees, started anew."""
    from facecam.core.types import Frame

    recognizer, _ = open_recognizer(settings)
    (face,) = recognizer.process(Frame(picture, 0, 0.0)).faces
    return face.match.identity.name if face.match and face.match.identity else None


def test_from_files_to_live_and_through_deletion_and_undo(
    real: RealTab, heads: Heads, studio_folder: Path, portraits: dict[str, ImageArray]
) -> None:
    name = "Barack 😀 ../x"
    both = save(side_by_side(heads[EILEEN], heads[BARACK]), studio_folder / "both.png")
    (studio_folder / "broken.jpg").write_bytes(b"\xff\xd8\xff nonsense")
    save(heads[BARACK], studio_folder / "a.png"), save(mirrored(heads[BARACK]), studio_folder / "b.png")
    before = {path: path.read_bytes() for path in studio_folder.iterdir()}
    real.add(name, studio_folder)
    reasons = {row.path.name: row.verdict.reason for row in real.tab.adding.result.model.rows if row.verdict}
    assert reasons == {"a.png": "good", "b.png": "good", "both.png": "good", "broken.jpg": "unreadable"}
    assert {path: path.read_bytes() for path in studio_folder.iterdir()} == before and both.exists()
    watch = components.open_store(real.settings)
    assert name_of(real.settings, portraits[BARACK]) == name
    assert len(real.tab.person.photos.cards) == 3 and real.tab.person.name.text() == name
    entry = real.tab.people.entry
    assert entry is not None
    real.tab.changes._do(lambda: real.tab._service.delete([entry.identity]), "gone", None)
    real.settle()
    assert name_of(real.settings, portraits[BARACK]) is None and not PhotoLibrary(real.settings.data).people()
    real.tab.changes.undo()
    real.settle()
    assert name_of(real.settings, portraits[BARACK]) == name and watch.version()
    assert len(real.tab.person.photos.cards) == 3


def test_guided_photos_from_a_film(
    real: RealTab, demo: Demo, tmp_path: Path, portraits: dict[str, ImageArray]
) -> None:
    """Somebody who sits still and never turns: a frontal photo, and one more as the smile."""
    portrait = next(one for one in demo.portraits() if one.name == BARACK)
    picture = head(read_picture(portrait.path), portrait.face, face_px=180, room=0.8)
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    film = tmp_path / "sitting.mp4"
    with VideoRecorder(film, (width, height), 10) as recorder:
        for _ in range(65):
            recorder.write(np.ascontiguousarray(picture[:height, :width]))
    real.tab._on_named("Sitter")
    real.tab.adding.start_camera(str(film))
    real.until(lambda: real.tab.adding.guide.poses._there >= {"front", "smile"})
    real.tab.adding.runner.finish()
    real.until(lambda: not real.tab.adding.busy and real.tab.people.entry is not None)
    real.settle()
    assert real.tab.people.entry is not None and real.tab.people.entry.vectors == 2
    assert name_of(real.settings, portraits[BARACK]) == "Sitter"
    names = sorted(photo.name.split("-")[3] for photo in real.tab.people.entry.photos)
    assert names == ["front", "smile"]
    assert not (real.settings.data / FOLDER).exists()


@pytest.fixture
def studio_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos of mine"
    folder.mkdir()
    return folder


def test_two_people_under_one_name_are_split_and_all_of_it_is_taken_back(
    real: RealTab, heads: Heads, studio_folder: Path, portraits: dict[str, ImageArray]
) -> None:
    first, second = (save(heads[who], studio_folder / f"{who}.png") for who in (BARACK, EILEEN))
    real.add("Somebody", first, second)
    mixed = real.tab.adding.result.mixed
    whose, groups = real.tab.adding.result._whose, mixed._groups
    assert mixed.text.text() == "These look like 2 people" and whose is not None and len(groups) == 2
    real.tab.changes.split(whose, [("Somebody else", groups[1])])
    real.settle()
    assert {name_of(real.settings, portraits[who]) for who in (BARACK, EILEEN)} == {
        "Somebody",
        "Somebody else",
    }
    assert {name: len(photos) for name, photos in PhotoLibrary(real.settings.data).people().items()} == {
        "Somebody": 1,
        "Somebody else": 1,
    }
    real.tab.changes.undo()
    real.settle()
    assert list(PhotoLibrary(real.settings.data).people()) == ["Somebody"]
    real.tab.changes.undo()
    real.settle()
    assert PhotoLibrary(real.settings.data).people() == {} and real.tab.people.entry is None
    assert name_of(real.settings, portraits[BARACK]) is None and first.exists() and second.exists()


def test_faces_of_unsorted_photos_are_named(
    real: RealTab, heads: Heads, studio_folder: Path, portraits: dict[str, ImageArray]
) -> None:
    save(side_by_side(heads[EILEEN], heads[BARACK]), studio_folder / "both.png")
    save(mirrored(heads[EILEEN]), studio_folder / "one.png")
    real.tab.adding.naming.look([studio_folder], [])
    real.settle()
    page = real.tab.adding.naming.page
    assert [len(row.group.faces) for row in page.rows] == [2, 1]
    for row, name in zip(page.rows, (EILEEN, BARACK), strict=True):
        row.line.setText(name)
        row.answer(True)
    page.enroll.click()
    real.settle()
    assert [name_of(real.settings, portraits[who]) for who in (EILEEN, BARACK)] == [EILEEN, BARACK]
    real.tab.changes.undo()
    real.settle()
    assert PhotoLibrary(real.settings.data).people() == {}
