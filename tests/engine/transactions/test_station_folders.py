"""Folders of photos at one station, while people are renamed, merged and deleted at another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import Event
from facecam.core.types import Identity
from facecam.engine import components
from facecam.engine.people import directory
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.home_move import move_people
from facecam.engine.photos import station_folders
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.station_folders import FILE, StationFolders
from facecam.engine.transactions.journal import recover
from tests.engine.fixtures import Heads, heads, models_opened_once, studio
from tests.engine.people.test_directory import BARACK, put
from tests.gallery.factories import circle_gallery
from tests.servers import OwnServer

__all__ = ["heads", "models_opened_once", "studio"]


@pytest.fixture
def here(tmp_path: Path, database_server: OwnServer) -> Settings:
    """A station with a photo each of Ada and Bea, who are on a server. No model is needed."""
    settings = station(tmp_path / "here", database_server.new_database())
    components.open_store(settings).update(lambda _: circle_gallery({"Ada": (0, 5), "Bea": (90, 95)}))
    for name in ("Ada", "Bea"):
        add(settings, name)
    look(settings)
    return settings


@pytest.fixture
def there(here: Settings, tmp_path: Path) -> Settings:
    """Another station, without photos."""
    return station(tmp_path / "there", here.server)


def station(folder: Path, server: str) -> Settings:
    folder.mkdir()
    places = {name: folder / name for name in ("data", "database", "weights")}
    return replace(Settings(), **places, server=server)  # type: ignore[arg-type]


def add(settings: Settings, name: str) -> None:
    folder = settings.data / name
    folder.mkdir(parents=True)
    (folder / "photo.jpg").write_bytes(name.encode())


def look(settings: Settings) -> list[Event]:
    """As whatever this station does begins."""
    said: list[Event] = []
    components.open_store(settings, said.append).load()
    return said


def owners(settings: Settings) -> dict[str, str]:
    """By each folder whose it is."""
    return {path.name: owner for path, owner in PhotoLibrary(settings.data).owners()}


def enrolled(settings: Settings) -> dict[str, Identity]:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return {one.name: one for one in gallery.identities}


def test_a_folder_follows_its_person_and_that_is_said(here: Settings, there: Settings) -> None:
    directory.rename_person(there, "Ada", "Eve")
    assert "Ada is called Eve now" in str(look(here))
    assert owners(here) == {"Ada": "Eve", "Bea": "Bea"} and look(here) == []
    assert [(one.name, one.standing) for one in directory.list_people(here)] == [
        ("Bea", "few photos"),
        ("Eve", "few photos"),
    ]


def test_also_after_several_changes_while_the_station_was_off(here: Settings, there: Settings) -> None:
    """Two change names by a third one; a folder in between belongs to nobody else for a moment."""
    for old, new in (("Ada", "Cleo"), ("Bea", "Ada"), ("Cleo", "Bea")):
        directory.rename_person(there, old, new)
    look(here)
    assert owners(here) == {"Ada": "Bea", "Bea": "Ada"}


def test_a_merge_is_followed_and_a_merge_taken_back_too(here: Settings, there: Settings) -> None:
    people = enrolled(there)
    undo = PeopleEditor(there).merge(people["Ada"], people["Bea"])
    directory.rename_person(there, "Bea", "Eve")
    look(here)
    assert owners(here) == {"Ada": "Eve", "Bea": "Eve"}
    directory.rename_person(there, "Eve", "Bea")
    undo()
    look(here)
    assert owners(here) == {"Ada": "Ada", "Bea": "Bea"}


def test_photos_of_somebody_deleted_are_nobody_elses_who_is_called_so_later(
    here: Settings, there: Settings
) -> None:
    directory.delete_person(there, "Bea")
    look(here)
    assert owners(here) == {"Ada": "Ada", "Bea": "Bea"}
    directory.rename_person(there, "Ada", "Bea")
    look(here)
    assert owners(here) == {"Ada": "Bea", "Bea": "Bea (deleted)"}


def test_who_is_enrolled_here_under_the_name_of_somebody_deleted_has_the_folder(
    here: Settings, there: Settings
) -> None:
    directory.delete_person(there, "Bea")
    look(here)
    components.open_store(here).update(lambda gallery: gallery.add("Bea", gallery.embeddings_of("Ada")))  # type: ignore[union-attr]
    StationFolders(here).follow({"Bea": enrolled(there)["Bea"].id})
    assert owners(here) == {"Ada": "Ada", "Bea": "Bea"}
    directory.rename_person(there, "Bea", "Eve")
    look(here)
    assert owners(here) == {"Ada": "Ada", "Bea": "Eve"}


def test_a_folder_of_the_new_name_stays_beside_it(here: Settings, there: Settings) -> None:
    add(here, "Eve")
    directory.rename_person(there, "Ada", "Eve")
    look(here)
    assert owners(here) == {"Ada": "Eve", "Bea": "Bea", "Eve": "Eve"}
    assert len(PhotoLibrary(here.data).photos_of("Eve")) == 2


def test_a_change_made_here_that_was_renamed_there_since_is_found_again(
    here: Settings, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed here right after the server had it, and before this station noted anything."""

    class Killed(BaseException):
        pass

    def dying(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("facecam.engine.transactions.journal.PeopleJournal._finish", dying)
        with pytest.raises(Killed):
            directory.rename_person(here, "Ada", "Cleo")
    directory.rename_person(there, "Cleo", "Eve")
    recover(here)
    assert owners(here) == {"Ada": "Eve", "Bea": "Bea"}


@pytest.mark.parametrize("writes", range(4))
def test_cut_off_anywhere_the_next_look_goes_on(
    here: Settings, there: Settings, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    class Killed(BaseException):
        pass

    def dying(what: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            if not left:
                raise Killed
            left.pop()
            return what(*arguments, **options)

        return wrapped

    directory.rename_person(there, "Ada", "Cleo")
    directory.rename_person(there, "Bea", "Dora")
    left = [True] * writes
    with monkeypatch.context() as patch:
        patch.setattr(station_folders, "write_document", dying(station_folders.write_document))
        patch.setattr(PhotoLibrary, "claim", dying(PhotoLibrary.claim))
        if writes < 3:
            with pytest.raises(Killed):
                look(here)
        else:
            look(here)
    directory.rename_person(there, "Cleo", "Eve")
    look(here)
    assert owners(here) == {"Ada": "Eve", "Bea": "Dora"}


def test_a_folder_that_cannot_be_written_is_said_and_tried_again(
    here: Settings, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise DataError("could not write person.json: Read-only file system", hint="")

    directory.rename_person(there, "Ada", "Eve")
    with monkeypatch.context() as patch:
        patch.setattr(PhotoLibrary, "claim", refused)
        assert "photos of Eve are still those of Ada here" in str(look(here))
        with pytest.raises(DataError, match="still those of Ada") as caught:
            StationFolders(here).require_followed()
        assert "writable" in caught.value.hint
        directory.delete_person(there, "Bea")
    look(here)
    assert owners(here) == {"Ada": "Eve", "Bea": "Bea"}


def test_what_the_user_renamed_here_is_as_they_say(here: Settings, there: Settings) -> None:
    (here.data / "Ada").rename(here.data / "Ada at home")
    directory.rename_person(there, "Ada", "Eve")
    look(here)
    assert owners(here) == {"Ada at home": "Ada at home", "Bea": "Bea"}


def test_nothing_is_noted_without_a_server_and_after_a_move_everything(
    tmp_path: Path, database_server: OwnServer
) -> None:
    here = station(tmp_path / "here", "")
    components.open_store(here).update(lambda _: circle_gallery({"Ada": (0, 5)}))
    add(here, "Ada")
    directory.list_people(here)
    assert not (here.database / FILE).exists()
    shared = replace(here, server=database_server.new_database())
    move_people(here, shared.server, remove_source=True)
    directory.rename_person(station(tmp_path / "there", shared.server), "Ada", "Eve")
    look(shared)
    assert owners(here) == {"Ada": "Eve"}
    move_people(shared, here.database, remove_source=True)
    directory.rename_person(here, "Eve", "Eva")
    assert not (here.database / FILE).exists() and owners(here) == {"Ada": "Eva"}


def test_a_rebuild_finds_the_very_person_again(
    settings: Settings, heads: Heads, there: Settings, database_server: OwnServer
) -> None:
    here = replace(settings, server=database_server.new_database())
    put(here, BARACK, heads[BARACK])
    directory.rebuild(here)
    before = enrolled(here)[BARACK]
    directory.rename_person(replace(there, server=here.server), BARACK, "Somebody Else")
    directory.rebuild(here)
    assert enrolled(here) == {"Somebody Else": Identity(before.id, "Somebody Else")}
