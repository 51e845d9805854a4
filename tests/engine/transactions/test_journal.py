"""The journal of changes of people: what was cut off is finished or taken back, whoever comes next."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.events import Event, Notice
from facecam.core.types import Identity
from facecam.engine import components
from facecam.engine.people import directory
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions import journal as people_journal
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.journal import PeopleJournal, recover, recover_if_possible
from facecam.engine.transactions.layout import DAMAGED_JOURNAL_FILE, JOURNAL_FILE
from facecam.gallery.storage.home import GalleryHome
from facecam.gallery.storage.lock import PEOPLE_LOCK_FILE
from tests.gallery.factories import circle_gallery
from tests.servers import OwnServer


@pytest.fixture
def here(tmp_path: Path, home: str) -> Settings:
    """Ada and Bea are enrolled and have a photo each. No model is needed."""
    settings = replace(
        Settings(),
        data=tmp_path / "data",
        database=tmp_path / "database",
        weights=tmp_path / "weights",
        server=home,
    )
    settings.database.mkdir()
    components.open_store(settings).update(lambda _: circle_gallery({"Ada": (0, 5), "Bea": (90, 95)}))
    for name in ("Ada", "Bea"):
        (tmp_path / f"{name}.jpg").write_bytes(name.encode())
        PhotoLibrary(settings.data).add(name, tmp_path / f"{name}.jpg")
    return settings


def names(settings: Settings) -> dict[str, tuple[int, int]]:
    """Name → (vectors, photos)."""
    return {one.identity.name: (one.vectors, len(one.photos)) for one in directory.list_people(settings)}


class Killed(BaseException):
    """Stands in for SIGKILL: nothing is tidied up after it."""


def cut_off(settings: Settings, monkeypatch: pytest.MonkeyPatch, *, saved: bool) -> None:
    """Rename Ada to Eve, cut off before or after the database is saved."""
    store = type(components.open_store(settings))
    update = store.update

    def dying(self: GalleryHome, *arguments: object, **options: object) -> object:
        if saved:
            update(self, *arguments, **options)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(store, "update", dying)
        patch.setattr(PeopleJournal, "_end_of_failure", lambda *_: None)
        with pytest.raises(Killed):
            directory.rename_person(settings, "Ada", "Eve")
    assert (settings.database / JOURNAL_FILE).exists()


@pytest.mark.parametrize("saved", [True, False])
def test_the_next_start_finishes_or_takes_back_and_says_so(
    here: Settings, monkeypatch: pytest.MonkeyPatch, saved: bool
) -> None:
    cut_off(here, monkeypatch, saved=saved)
    events: list[Event] = []
    recover(here, events.append)
    assert names(here) == {("Eve" if saved else "Ada"): (2, 1), "Bea": (2, 1)}
    [notice] = [one for one in events if isinstance(one, Notice)]
    assert "Ada" in notice.text and ("finished" if saved else "taken back") in notice.text
    assert not (here.database / JOURNAL_FILE).exists()


@pytest.mark.parametrize("saved", [True, False])
def test_the_same_command_again_works(here: Settings, monkeypatch: pytest.MonkeyPatch, saved: bool) -> None:
    cut_off(here, monkeypatch, saved=saved)
    assert directory.rename_person(here, "Ada", "Eve").name == "Eve"
    assert names(here) == {"Eve": (2, 1), "Bea": (2, 1)}


@pytest.fixture
def shared(here: Settings, database_server: OwnServer) -> Settings:
    """Ada and Bea are on a server of one's own."""
    settings = replace(here, server=database_server.new_database())
    components.open_store(settings).update(lambda _: circle_gallery({"Ada": (0, 5), "Bea": (90, 95)}))
    return settings


@pytest.mark.parametrize("home", ["folder"], indirect=True)
def test_the_server_tells_what_counted_whatever_other_stations_did_since(
    shared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(shared, monkeypatch, saved=True)
    components.open_store(shared).update(lambda gallery: gallery.rename("Eve", "Eva"))  # type: ignore[union-attr]
    events: list[Event] = []
    recover(shared, events.append)
    assert "finished" in str(events) and PhotoLibrary(shared.data).photos_of("Eva")


@pytest.mark.parametrize("home", ["folder"], indirect=True)
def test_while_the_server_does_not_answer_nothing_is_taken_back(
    shared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(shared, monkeypatch, saved=True)
    store = type(components.open_store(shared))

    def away(*_: object) -> bool:
        raise DataError("the server does not answer", hint="See whether it runs.")

    with monkeypatch.context() as patch:
        patch.setattr(store, "was_committed", away)
        events: list[Event] = []
        assert recover_if_possible(shared, events.append) == () and "does not answer" in str(events)
    assert (shared.database / JOURNAL_FILE).exists()
    recover(shared)
    assert names(shared) == {"Eve": (2, 1), "Bea": (2, 1)}


@pytest.mark.parametrize("home", ["folder"], indirect=True)
def test_where_the_server_goes_within_a_change_it_is_said_that_the_next_start_sees_to_it(
    shared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the fault itself, which would else be said twice."""
    store, events = type(components.open_store(shared)), list[Event]()
    ada = next(one.identity for one in directory.list_people(shared) if one.identity.name == "Ada")

    def away(*_: object, **__: object) -> bool:
        raise DataError("the server does not answer", hint="See whether it runs.")

    with monkeypatch.context() as patch:
        patch.setattr(store, "update", away)
        patch.setattr(store, "was_committed", away)
        with pytest.raises(DataError):
            PeopleEditor(shared, events.append).rename(ada, "Eve")
    (notice,) = events
    assert (
        isinstance(notice, Notice) and "the next start finishes this change or takes it back" in notice.text
    )
    recover(shared)
    assert names(shared) == {"Ada": (2, 1), "Bea": (2, 1)}


@pytest.mark.parametrize("home", ["folder"], indirect=True)
def test_a_change_is_finished_in_the_database_it_was_begun_in(
    here: Settings, shared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(shared, monkeypatch, saved=True)
    with pytest.raises(GalleryError, match="another database") as caught:
        recover(here)
    assert shared.server in caught.value.hint
    recover(shared)
    assert names(shared) == {"Eve": (2, 1), "Bea": (2, 1)}


def test_a_rename_that_cannot_reach_the_photos_changes_nothing(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DataError("read-only", hint="Check that you may write there.")

    with monkeypatch.context() as patch:
        patch.setattr(PhotoLibrary, "claim", refuse)
        with pytest.raises(DataError, match="read-only"):
            directory.rename_person(here, "Ada", "Eve")
        with pytest.raises(DataError, match="read-only"):
            directory.merge_people(here, "Ada", "Bea")
    assert names(here) == {"Ada": (2, 1), "Bea": (2, 1)}
    assert not (here.database / JOURNAL_FILE).exists()


def test_people_with_photos_only_are_renamed_and_merged_too(here: Settings) -> None:
    (here.data / "Cem").mkdir()
    (here.data / "Cem" / "a.jpg").write_bytes(b"Cem")
    directory.rename_person(here, "Cem", "Dora")
    assert names(here) == {"Ada": (2, 1), "Bea": (2, 1), "Dora": (0, 1)}
    assert directory.merge_people(here, "Dora", "Ada").name == "Ada"
    assert names(here) == {"Ada": (2, 2), "Bea": (2, 1)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"format": 1}',
        b'{"format": "1", "kind": 3}',
        b'{"format": 1, "kind": []}',
    ],
)
def test_a_damaged_note_is_told_and_does_not_stand_in_the_way(here: Settings, content: bytes) -> None:
    (here.database / JOURNAL_FILE).write_bytes(content)
    events: list[Event] = []
    recover(here, events.append)
    assert [one.text for one in events if isinstance(one, Notice)] == [
        "the note of a change of people that was cut off is damaged and was set aside"
    ]
    assert (here.database / DAMAGED_JOURNAL_FILE).read_bytes() == content
    directory.rename_person(here, "Ada", "Eve")
    assert names(here) == {"Eve": (2, 1), "Bea": (2, 1)}
    directory.delete_person(here, "Bea")
    assert not (here.database / DAMAGED_JOURNAL_FILE).exists(), "it may hold the name of who is gone"


def test_a_note_never_leads_out_of_the_photo_folder(here: Settings, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    change = PeopleChange("enroll", Identity("", "Ada"), Done(), made=(here.data / "x",))
    document = {"format": 1, **change.to_json(here.data)}
    for path in ("../mine.txt", str(mine), "Ada/../../mine.txt"):
        (here.database / JOURNAL_FILE).write_text(json.dumps({**document, "made": [path]}))
        recover(here)
        assert mine.read_text() == "mine"


def test_a_note_of_a_newer_version_is_left_alone(here: Settings) -> None:
    journal = here.database / JOURNAL_FILE
    journal.write_text('{"format": 99}')
    with pytest.raises(GalleryError, match="newer") as caught:
        directory.rename_person(here, "Ada", "Eve")
    assert "Update" in caught.value.hint and journal.exists()
    events: list[Event] = []
    assert recover_if_possible(here, events.append) == () and len(events) == 1
    assert names(here) == {"Ada": (2, 1), "Bea": (2, 1)}, "looking goes on"


def test_one_change_at_a_time(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_journal, "_LOCK_TIMEOUT_S", 0.05)
    with (
        FileLock(here.database / PEOPLE_LOCK_FILE),
        pytest.raises(GalleryError, match="another facecam is changing people") as caught,
    ):
        directory.rename_person(here, "Ada", "Eve")
    assert "Wait" in caught.value.hint and names(here) == {"Ada": (2, 1), "Bea": (2, 1)}


def test_changes_at_once_wait_for_each_other(here: Settings) -> None:
    editor, ada, bea = PeopleEditor(here), *(one.identity for one in directory.list_people(here))
    threads = [
        threading.Thread(target=editor.rename, args=(who, name)) for who, name in ((ada, "A"), (bea, "B"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(here) == {"A": (2, 1), "B": (2, 1)}


def test_what_is_written_down_is_read_again(here: Settings) -> None:
    gallery = components.open_store(here).load()
    assert gallery is not None
    ada = gallery.find("Ada").identity
    changes: list[PeopleChange] = []

    class Listening(PeopleJournal):
        def _write(self, change: PeopleChange) -> None:
            changes.append(change)
            super()._write(change)

    editor = PeopleEditor(here)
    editor._journal = Listening(here)
    editor.delete(ada)()
    editor.close()
    assert [one.kind for one in changes] == ["delete", "undelete"]
    for change in changes:
        document = json.loads(json.dumps(change.to_json(here.data)))
        assert PeopleChange.from_json(document, here.data).to_json(here.data) == document
