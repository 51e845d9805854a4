"""The folder `data/`: the user's, found by true name, copied whole, never lost unasked."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from facecam.core.encryption import at_rest
from facecam.core.encryption.sealing import Tampered
from facecam.core.events import Event, Notice
from facecam.core.paths import atomic_file, sweep_temporary
from facecam.engine.photos.library import PhotoLibrary

NFC, NFD = unicodedata.normalize("NFC", "José"), unicodedata.normalize("NFD", "José")


def picture(path: Path, content: bytes = b"picture") -> Path:
    """A file that a library takes for a picture; its content is not looked at here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def library(tmp_path: Path) -> PhotoLibrary:
    return PhotoLibrary(tmp_path / "data")


def test_nobody_is_there_before_the_first_photo(library: PhotoLibrary) -> None:
    assert library.people() == {} and library.photos_of("Ada") == []
    assert not library.folder.exists(), "looking makes nothing"


def test_the_same_content_is_kept_once_under_any_name(library: PhotoLibrary, tmp_path: Path) -> None:
    first = library.add("Ada", picture(tmp_path / "a.JPG"))
    again = library.add("Ada", picture(tmp_path / "b.png"))
    other = library.add("Ada", picture(tmp_path / "a.jpg", b"another"))
    assert first == again != other
    assert first.suffix == ".jpg" and first.read_bytes() == b"picture"
    assert library.photos_of("Ada") == sorted([first, other])


def test_a_changed_name_is_kept_true_in_person_json(library: PhotoLibrary, tmp_path: Path) -> None:
    name = "AC/DC: live?"
    folder = library.add(name, picture(tmp_path / "a.jpg")).parent
    assert json.loads((folder / "person.json").read_text(encoding="utf-8")) == {"name": name}
    assert list(library.people()) == [name] and folder.parent == library.folder


@pytest.mark.parametrize("folder_name", [NFC, NFD, f"{NFC} "])
@pytest.mark.parametrize("asked", [NFC, NFD, f" {NFC}"])
def test_a_folder_made_by_hand_is_found_in_any_spelling(
    library: PhotoLibrary, folder_name: str, asked: str
) -> None:
    """macOS and its zip files spell é as two characters."""
    photo = picture(library.folder / folder_name / "a.jpg")
    assert library.photos_of(asked) == [photo]
    assert list(library.people()) == [NFC]
    assert library.folders_of(asked) == [photo.parent]


def test_two_folders_of_one_person_are_one_person(library: PhotoLibrary) -> None:
    """A folder by hand, and another whose person.json says the same name after a renaming."""
    first = picture(library.folder / "Ada" / "a.jpg")
    second = picture(library.folder / "Augusta" / "b.jpg", b"another")
    library.claim(second.parent, "Ada")
    assert library.people() == {"Ada": sorted([first, second])}
    assert sorted(library.photos_of("Ada")) == sorted([first, second])
    assert library.folders_of("Ada") == [first.parent, second.parent]
    claims = library.claims("Ada", "Countess")
    assert claims == (
        (first.parent, None, "Countess"),
        (second.parent, library.claim_of(second.parent), "Countess"),
    )


def test_a_folder_that_changes_hands_stays_where_it_is(library: PhotoLibrary) -> None:
    photo = picture(library.folder / "Ada" / "a.jpg")
    before = library.claim_of(photo.parent)
    library.claim(photo.parent, "Ada Lovelace")
    assert library.photos_of("Ada Lovelace") == [photo]
    library.claim(photo.parent, "Countess")
    assert list(library.people()) == ["Countess"]
    library.restore_claim(photo.parent, before)
    assert list(library.people()) == ["Ada"] and not (photo.parent / "person.json").exists()


def test_a_changed_person_json_is_told_in_words_with_its_own_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sealed one that somebody has written into."""

    def tampered(path: Path) -> str:
        raise Tampered

    heard: list[Event] = []
    folder = tmp_path / "Ada"
    folder.mkdir()
    (folder / "person.json").write_text("{}")
    monkeypatch.setattr(at_rest, "read_text", tampered)
    assert PhotoLibrary(tmp_path, heard.append).owner_of(folder) == "Ada"
    (notice,) = heard
    assert isinstance(notice, Notice) and "Errno" not in notice.text and '{"name": "…"}' in notice.hint
    assert "is damaged, cut off, or was changed by somebody" in notice.text


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"name": 5}', '{"name": ""}', '{"name": "a\\nb"}', "\xff"]
)
def test_a_broken_person_json_is_told_and_the_folders_name_serves(tmp_path: Path, content: str) -> None:
    events: list[Event] = []
    library = PhotoLibrary(tmp_path / "data", events.append)
    picture(library.folder / "Ada" / "a.jpg")
    (library.folder / "Ada" / "person.json").write_bytes(content.encode("latin-1"))
    assert list(library.people()) == ["Ada"]
    notices = [event for event in events if isinstance(event, Notice)]
    assert notices and "person.json" in notices[0].text and notices[0].hint


def test_a_name_given_up_does_not_open_the_old_bearers_folder(library: PhotoLibrary, tmp_path: Path) -> None:
    photo = picture(library.folder / "Ada" / "a.jpg")
    library.claim(photo.parent, "Ada Lovelace")
    new = library.add("Ada", picture(tmp_path / "b.jpg", b"another"))
    assert library.people() == {"Ada": [new], "Ada Lovelace": [photo]}
    assert library.folders_of("Ada") == [new.parent] != [photo.parent]


def test_what_a_killed_process_left_half_written_is_no_photo(library: PhotoLibrary, tmp_path: Path) -> None:
    photo = picture(tmp_path / "a.jpg")
    place = library.place_of("Ada", photo)
    left = picture(place.with_name(f".{place.name}.0123abcd.tmp"), b"pict")
    assert library.add("Ada", photo) == place and place.read_bytes() == b"picture"
    assert library.photos_of("Ada") == [place]
    assert not left.exists(), "it is swept when the next photo comes"


def test_what_is_being_written_is_not_swept(library: PhotoLibrary) -> None:
    library.folder.mkdir()
    with atomic_file(library.folder / "a.jpg") as file:
        file.write(b"picture")
        assert sweep_temporary(library.folder) == 0
    assert (library.folder / "a.jpg").read_bytes() == b"picture"


def test_hidden_folders_and_loose_files_are_nobody(library: PhotoLibrary) -> None:
    picture(library.folder / ".cache" / "a.jpg")
    picture(library.folder / "loose.jpg")
    picture(library.folder / "Ada" / "a.jpg")
    assert list(library.people()) == ["Ada"]


@pytest.mark.parametrize("name", ["a.jpg_large", "noending", "c.jpeg?x=1", "words.txt"])
def test_a_copy_has_the_ending_of_its_content_and_so_is_found_again(
    library: PhotoLibrary, tmp_path: Path, name: str
) -> None:
    photo = tmp_path / name
    Image.new("RGB", (6, 4)).save(photo, "JPEG")
    copy = library.add("Ada", photo)
    assert copy.suffix == ".jpg" and copy.read_bytes() == photo.read_bytes()
    assert library.photos_of("Ada") == [copy]
    assert library.add("Ada", photo) == copy, "kept once"


def test_a_copy_that_was_lost_under_a_strange_ending_is_made_again(
    library: PhotoLibrary, tmp_path: Path
) -> None:
    Image.new("RGB", (6, 4)).save(tmp_path / "a.jpg", "JPEG")
    copy = library.add("Ada", tmp_path / "a.jpg")
    copy.rename(copy.with_suffix(".jpg_large"))
    assert library.photos_of("Ada") == []
    again = library.add("Ada", tmp_path / "a.jpg")
    assert library.photos_of("Ada") == [again]
