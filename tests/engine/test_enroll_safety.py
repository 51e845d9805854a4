"""Enrolling loses nothing: copies are whole, full disks and crashes can be repeated, processes wait."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.events import Cancelled, CancelToken, Event, Notice, Progress
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.people.directory import list_people
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.places import ROOT
from facecam.gallery.gallery import Gallery
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, blurred, head, mirrored, save


def names_and_counts(settings: Settings) -> dict[str, int]:
    gallery = components.open_store(settings).load()
    if gallery is None:
        return {}
    return {one.name: int(count) for one, count in zip(gallery.identities, gallery.counts(), strict=True)}


def test_copies_are_whole_and_the_originals_stay(settings: Settings, heads: Heads, studio: Path) -> None:
    first = save(heads[BARACK], studio / "a.png")
    second = save(mirrored(heads[BARACK]), studio / "sub" / "a.png")
    contents = [first.read_bytes(), second.read_bytes()]
    stamps = [path.stat().st_mtime_ns for path in (first, second)]
    Enroller(settings).enroll(BARACK, [first, second])
    copies = PhotoLibrary(settings.data).photos_of(BARACK)
    assert sorted(copy.read_bytes() for copy in copies) == sorted(contents)
    assert [path.read_bytes() for path in (first, second)] == contents
    assert [path.stat().st_mtime_ns for path in (first, second)] == stamps
    assert not list(settings.data.rglob("*.tmp"))


class FullDisk:
    """Lets `room` calls of fsync pass, then the disk is full."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._fsync = os.fsync

    def __call__(self, descriptor: int) -> None:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= 1
        self._fsync(descriptor)


@pytest.mark.parametrize("room", range(0, 10, 2))
def test_a_full_disk_loses_nothing_and_enrolling_can_be_repeated(
    settings: Settings,
    heads: Heads,
    studio: Path,
    enrolled: Enrol,
    monkeypatch: pytest.MonkeyPatch,
    room: int,
) -> None:
    enrolled(EILEEN)
    photo = save(heads[BARACK], studio / "a.png")
    enroller = Enroller(settings)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", FullDisk(room))
        try:
            enroller.enroll(BARACK, [photo])
            acknowledged = True
        except DataError as error:
            acknowledged = False
            assert "disk is full" in error.hint
    found = names_and_counts(settings)
    assert found[EILEEN] == 1
    assert not acknowledged or found[BARACK] == 1
    assert not [path for path in settings.data.rglob("*") if path.suffix == ".tmp"]
    assert bool(list(settings.data.rglob("*"))) == (BARACK in found), "photo and vectors, or neither"
    if not acknowledged:
        # The hint says: free some space and repeat.
        if BARACK not in found:
            enroller.enroll(BARACK, [photo])
        assert names_and_counts(settings) == {EILEEN: 1, BARACK: 1}
    assert [copy.read_bytes() for copy in PhotoLibrary(settings.data).photos_of(BARACK)] == [
        photo.read_bytes()
    ]


def test_only_what_this_enrollment_copied_goes_again(
    settings: Settings, heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The photo put there by hand stays, as does one of an earlier enrolment, though both are named again."""
    by_hand = save(heads[BARACK], settings.data / BARACK / "by hand.png")
    earlier = PhotoLibrary(settings.data).add(BARACK, save(mirrored(heads[BARACK]), studio / "earlier.png"))
    new = save(blurred(heads[BARACK], 1), studio / "new.png")
    events: list[Event] = []
    enroller = Enroller(settings, on_event=events.append)
    photos = [by_hand, studio / "earlier.png", new]
    monkeypatch.setattr("os.fsync", FullDisk(7))
    with pytest.raises(DataError):
        enroller.enroll(BARACK, photos, distinct=True)
    assert sorted(PhotoLibrary(settings.data).photos_of(BARACK)) == sorted([by_hand, earlier])
    assert all(photo.is_file() for photo in photos)
    assert [one.text for one in events if isinstance(one, Notice)] == [
        "the copy just made in the photo folder went again: nothing was saved"
    ]


def test_photos_put_into_data_by_hand_can_be_enrolled_from_there(settings: Settings, heads: Heads) -> None:
    """`data/<person>/` is the user's: filling it with a file manager is as good a way as any."""
    photo = save(heads[BARACK], settings.data / BARACK / "portrait.png")
    report = Enroller(settings).enroll(BARACK, [settings.data / BARACK])
    assert report.used == 1 and names_and_counts(settings) == {BARACK: 1}
    assert photo.is_file()
    assert PhotoLibrary(settings.data).photos_of(BARACK) == [photo], "no second copy of it"


@pytest.mark.parametrize("photo", [0, 1])
def test_a_cancelled_enrollment_saves_nothing(
    settings: Settings, heads: Heads, studio: Path, photo: int
) -> None:
    """Cancelled while the first or the last photo was looked at."""
    save(heads[BARACK], studio / "a.png")
    save(mirrored(heads[BARACK]), studio / "b.png")
    cancel = CancelToken()

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done == photo:
            cancel.cancel()

    enroller = Enroller(settings, on_event=stop, cancel=cancel)
    with pytest.raises(Cancelled):
        enroller.enroll(BARACK, [studio])
    assert not settings.data.exists() and names_and_counts(settings) == {}


def test_a_database_of_another_model_is_refused_with_the_cure(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    components.open_store(settings).update(
        lambda _: Gallery.empty("stranger@abc", 64).add("Ada", _unit("stranger@abc", 64))
    )
    with pytest.raises(GalleryError, match="stranger@abc") as caught:
        Enroller(settings).enroll(BARACK, [save(heads[BARACK], studio / "a.png")])
    assert "people rebuild" in caught.value.hint
    assert not settings.data.exists()
    assert names_and_counts(settings) == {"Ada": 1}


def _unit(model_id: str, dimensions: int) -> Embeddings:
    return Embeddings(np.eye(1, dimensions, dtype=np.float32), model_id)


_CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from facecam.core.config import Settings
from facecam.engine.enrollment.enroller import Enroller
weights, data, database, photo, *names = sys.argv[1:]
settings = replace(Settings(), weights=Path(weights), data=Path(data), database=Path(database))
enroller = Enroller(settings)
enroller._examine(Path(photo))
print("ready", flush=True)
sys.stdin.readline()
for name in names:
    enroller.enroll(name, [Path(photo)])
"""


def test_two_processes_enrolling_at_once_both_get_their_people_in(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    photo, other = save(heads[BARACK], studio / "a.png"), save(heads[EILEEN], studio / "b.png")
    theirs, ours = [f"their {number}" for number in range(4)], [f"our {number}" for number in range(4)]
    folders = [str(one) for one in (settings.weights, settings.data, settings.database)]
    command = [sys.executable, "-c", _CHILD, *folders, str(photo), *theirs, "Both"]
    enroller = Enroller(settings)
    enroller.enroll("Warm", [other])
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("go\n")
        child.stdin.flush()
        for name in [*ours, "Both"]:
            enroller.enroll(name, [other])
        assert child.wait(240) == 0
    found = names_and_counts(settings)
    assert found == {**dict.fromkeys([*theirs, *ours, "Warm"], 1), "Both": 2}
    assert {one.identity.name: len(one.photos) for one in list_people(settings)} == found


def test_photos_of_a_batch_are_enrolled_together_or_not_at_all(
    settings: Settings, heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(heads[BARACK], studio / "a.png")
    save(mirrored(heads[BARACK]), studio / "b.png")
    monkeypatch.setattr("os.fsync", FullDisk(2))
    with pytest.raises(DataError):
        Enroller(settings).enroll(BARACK, [studio])
    monkeypatch.undo()
    assert names_and_counts(settings) in ({}, {BARACK: 2})


def test_the_enroller_takes_the_threshold_of_the_settings(
    settings: Settings, heads: Heads, demo: Demo, studio: Path
) -> None:
    """Three photos of one person; with a threshold near 0 each is unlike the others."""
    portrait = next(one for one in demo.portraits() if one.name == BARACK)
    wide = head(read_picture(portrait.path), portrait.face, face_px=110, room=1.2)
    for number, picture in enumerate((heads[BARACK], mirrored(heads[BARACK]), wide)):
        save(picture, studio / f"{number}.png")
    assert Enroller(settings).enroll("usual", [studio]).used == 3
    report = Enroller(replace(settings, threshold=1e-6)).enroll("strict", [studio])
    assert "unlike the others" in {verdict.reason for verdict in report.verdicts}
