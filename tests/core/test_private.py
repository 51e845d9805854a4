"""Files for this user's eyes only: modes from the first byte, and what was open is mended."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from facecam.core.paths import atomic_file, atomic_write
from facecam.core.private import is_open_to_others, make_private, make_private_folder, private_opener

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows knows no such rights")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture(autouse=True)
def _usual_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_private_file_is_private_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "faces.json"
    with atomic_file(path, private=True) as file:
        (temporary,) = tmp_path.glob(".*.tmp")
        assert mode(temporary) == 0o600
        file.write(b"x")
    assert mode(path) == 0o600
    atomic_write(path, b"y", private=True)
    assert mode(path) == 0o600 and path.read_bytes() == b"y"


def test_what_a_user_names_has_the_rights_every_program_gives(tmp_path: Path) -> None:
    atomic_write(tmp_path / "export.csv", b"x")
    assert mode(tmp_path / "export.csv") == 0o644


def test_every_folder_that_is_made_is_private_and_none_that_was_there_changes(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    make_private_folder(there / "one" / "two")
    assert [mode(there), mode(there / "one"), mode(there / "one" / "two")] == [0o755, 0o700, 0o700]
    make_private_folder(there)
    assert mode(there) == 0o755


def test_a_file_in_the_way_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileExistsError):
        make_private_folder(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        make_private_folder(tmp_path / "file" / "below")


def test_mending_takes_away_only_what_others_may_do_and_follows_no_link(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside.txt", tmp_path / "ours"
    outside.write_bytes(b"the user's")
    folder.mkdir(mode=0o755)
    (folder / "below").mkdir(mode=0o755)
    (folder / "below" / "photo.jpg").write_bytes(b"x")
    (folder / "run.sh").write_bytes(b"x")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to(outside)
    assert make_private(folder) == 4
    assert mode(folder) == mode(folder / "below") == mode(folder / "run.sh") == 0o700
    assert mode(folder / "below" / "photo.jpg") == 0o600
    assert mode(outside) == 0o644
    assert make_private(folder) == 0 and not is_open_to_others(folder)


def test_nothing_is_there(tmp_path: Path) -> None:
    assert make_private(tmp_path / "nothing") == 0 and not is_open_to_others(tmp_path / "nothing")


def test_an_opened_file_is_private(tmp_path: Path) -> None:
    with open(tmp_path / "log", "ab", opener=private_opener) as file:
        file.write(b"x")
    assert mode(tmp_path / "log") == 0o600


def test_a_disk_that_knows_no_rights_is_left_alone_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory sticks say yes to everything and do nothing."""
    tried: list[Path] = []
    monkeypatch.setattr(Path, "chmod", lambda path, mode: tried.append(path))
    (tmp_path / "ours").mkdir(mode=0o755)
    (tmp_path / "ours" / "photo.jpg").write_bytes(b"x")
    assert make_private(tmp_path / "ours") == 0 and tried == [tmp_path / "ours"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may give files away")
def test_what_belongs_to_somebody_else_stays(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir(mode=0o755)
    (tmp_path / "ours" / "photo.jpg").write_bytes(b"x")
    os.chown(tmp_path / "ours", 12345, 12345)
    assert make_private(tmp_path / "ours") == 0 and mode(tmp_path / "ours") == 0o755
