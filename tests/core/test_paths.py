"""Files are whole or not there at all; folder names play no tricks."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tracemalloc
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facecam.core.encryption.sealing import Tampered
from facecam.core.errors import DataError, reason_of
from facecam.core.paths import (
    MAX_FOLDER_NAME_BYTES,
    atomic_write,
    atomic_write_together,
    copy_file,
    delete,
    folder_name_for,
    make_folder,
    printable,
    read_file,
    readable_os_errors,
    resolved,
    sha256_file,
)

NAMES = [
    "Ada Lovelace",
    "../../etc/passwd",
    "..",
    ".",
    "...hidden",
    "a/b",
    "a\\b",
    "C:",
    "nul",
    "COM1.txt",
    "Aux",
    "x" * 300,
    "é" * 300,
    "👩‍🚀 Ada",
    "عائشة",
    "李雷",
    "name\x00with nul",
    "two\nlines",
    "\udc80",
    "ends with dot.",
    "ends with blank ",
    "?*<>|\"'",
    "~",
    "🧑" * 100,
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_gets_one_plain_folder(name: str, tmp_path: Path) -> None:
    folder = folder_name_for(name)
    path = tmp_path / folder
    path.mkdir()
    assert [child.name for child in tmp_path.iterdir()] == [folder]
    assert path.resolve().parent == tmp_path.resolve()
    assert len(folder.encode()) <= MAX_FOLDER_NAME_BYTES + 12
    assert not folder.startswith(".") and not folder.endswith((".", " "))
    assert not set(folder) & set('<>:"/\\|?*')
    assert folder.split(".")[0].lower() not in ("con", "nul", "aux", "prn", "com1")


def test_different_names_never_share_a_folder() -> None:
    folders = [folder_name_for(name) for name in [*NAMES, "a_b", "a?b", "a:b", "_nul", "x" * 299]]
    assert len(set(folders)) == len(folders)


@given(st.lists(st.text(st.characters(), min_size=1, max_size=200).filter(str.strip), min_size=2, max_size=6))
def test_any_names_get_plain_folders_of_their_own(names: list[str]) -> None:
    people = {unicodedata.normalize("NFC", name).strip() for name in names}
    folders = {folder_name_for(name) for name in names}
    assert len(folders) == len(people)
    for folder in folders:
        assert len(folder.encode()) <= MAX_FOLDER_NAME_BYTES + 12
        assert not folder.startswith(".") and not folder.endswith((".", " "))
        assert not set(folder) & set('<>:"/\\|?*') and folder == printable(folder)


def test_one_name_in_two_spellings_shares_a_folder() -> None:
    composed, decomposed = "José", unicodedata.normalize("NFD", "José")
    assert composed != decomposed
    assert folder_name_for(composed) == folder_name_for(decomposed) == folder_name_for(f" {composed} ")


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_a_person_needs_a_name(name: str) -> None:
    with pytest.raises(DataError, match="empty"):
        folder_name_for(name)


def test_an_atomic_write_replaces_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    target = tmp_path / "file.bin"
    atomic_write(target, b"old")
    atomic_write(target, b"new")
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file.bin"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_keeps_the_old_file(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file.bin"
    atomic_write(target, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        with pytest.raises(DataError) as caught:
            atomic_write(target, b"new")
    assert "disk is full" in caught.value.hint
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file.bin"]


class _Held:
    """Refuses some times, as Windows while somebody has the file open."""

    def __init__(self, real: Callable[..., Any], refusals: int, number: int = errno.EACCES) -> None:
        self._real, self.refusals, self._number = real, refusals, number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.refusals > 0:
            self.refusals -= 1
            raise OSError(self._number, os.strerror(self._number))
        return self._real(*args, **kwargs)


@pytest.fixture
def held_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.core.held_files.HOLDS_FILES", True)
    monkeypatch.setattr("facecam.core.held_files._forbidden", set())
    monkeypatch.setattr("facecam.core.held_files.PATIENCE_S", 0.1)
    monkeypatch.setattr("facecam.core.paths.fcntl", None)


@pytest.mark.usefixtures("held_files")
def test_what_somebody_holds_for_a_moment_is_replaced_read_and_deleted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "folder" / "file.bin"
    make_folder(target.parent)
    for owner, name, number in ((os, "replace", errno.EACCES), (shutil, "rmtree", errno.ENOTEMPTY)):
        monkeypatch.setattr(owner, name, _Held(getattr(owner, name), 2, number))
    atomic_write(target, b"new")
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", _Held(open, 2))
        assert read_file(target) == b"new"
    delete(target.parent)
    assert not target.parent.exists()


@pytest.mark.usefixtures("held_files")
def test_what_is_forbidden_is_said_and_waited_for_once_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = _Held(open, 10**6)
    monkeypatch.setattr("builtins.open", held)
    for name in ("a", "b"):
        (tmp_path / name).touch()
        before = held.refusals
        with pytest.raises(DataError, match="Permission denied"):
            read_file(tmp_path / name)
    assert before - held.refusals == 1


@pytest.mark.usefixtures("held_files")
def test_a_folder_in_place_of_a_file_is_called_so_where_the_system_calls_it_forbidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.open", _Held(open, 1))
    with pytest.raises(DataError) as caught:
        read_file(tmp_path)
    assert caught.value.hint == "It is a folder: name a file."


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere") as caught:
        atomic_write(tmp_path / "nowhere" / "file", b"")
    assert "spelling" in caught.value.hint


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "full"),
        (errno.EACCES, "may read and write"),
        (errno.EROFS, "may read and write"),
        (errno.ENOENT, "spelling"),
        (errno.EIO, "disk"),
        (errno.EISDIR, "name a file"),
    ],
)
def test_each_fault_of_the_disk_has_its_cure(number: int, word: str) -> None:
    with pytest.raises(DataError) as caught, readable_os_errors("read", Path("a\nb")):
        raise OSError(number, os.strerror(number))
    assert word in caught.value.hint
    assert "\n" not in caught.value.message and "a\\nb" in caught.value.message


def test_what_an_error_says_is_words_without_a_number() -> None:
    assert reason_of(Tampered()) == "is damaged, cut off, or was changed by somebody"
    assert reason_of(IsADirectoryError(errno.EISDIR, "Is a directory", "/a/b")) == "Is a directory"
    assert reason_of(OSError("no encoder")) == "no encoder" and reason_of(ValueError()) == "ValueError"


def test_other_errors_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), readable_os_errors("read", Path("x")):
        raise ZeroDivisionError


def test_sha256_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_file(tmp_path / "abc") == hashlib.sha256(b"abc").hexdigest()
    with pytest.raises(DataError, match="none"):
        sha256_file(tmp_path / "none")


def test_printable_text_stays_on_one_line_and_can_be_encoded() -> None:
    text = printable("a\nb\x1b[31m\udc80\u2028\u202egpj.c é 👩‍🚀")
    assert len(text.splitlines()) == 1 and "\x1b" not in text and "\u202e" not in text
    assert text.encode().decode() == text
    assert text.endswith("c é 👩‍🚀")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(DataError, match="not a plain file"):
        sha256_file(tmp_path / "pipe.jpg")


@pytest.mark.skipif(os.name == "nt", reason="links need permission there")
def test_a_circle_of_links_is_resolved_without_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    assert resolved(tmp_path / "a").parent == resolved(tmp_path)
    assert resolved(tmp_path / "link") == (tmp_path / "file").resolve()


def test_a_folder_that_cannot_be_made_and_a_file_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for private in (False, True):
        with pytest.raises(DataError, match="could not make the folder .*file/deep"):
            make_folder(tmp_path / "file" / "deep", private=private)
        make_folder(tmp_path / f"new {private}" / "deep", private=private)
        assert (tmp_path / f"new {private}" / "deep").is_dir()
    with pytest.raises(DataError, match="could not make the folder .*pages"):
        make_folder(tmp_path / "file" / "pages")
    with pytest.raises(DataError, match="could not read .*missing"):
        read_file(tmp_path / "missing")
    assert read_file(tmp_path / "file") == b"x"


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS])
def test_files_are_written_where_the_file_system_knows_no_fsync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.fsync", refuse)
    atomic_write(tmp_path / "a", b"whole")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_what_was_left_half_written_goes_when_the_file_is_written_again(tmp_path: Path) -> None:
    """Also in a folder that is not ours, where nothing else is looked for."""
    for name in (".a.txt.0123abcd.tmp", ".b.txt.0123abcd.tmp", ".a.txt.mine.tmp"):
        (tmp_path / name).write_bytes(b"")
    atomic_write(tmp_path / "a.txt", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".a.txt.mine.tmp",
        ".b.txt.0123abcd.tmp",
        "a.txt",
    ]


def test_of_files_that_belong_together_a_folder_in_the_place_of_one_leaves_all(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.write_bytes(b"before")
    with pytest.raises(DataError, match="is a folder"):
        atomic_write_together({first: b"1", second: b"2"})
    assert second.read_bytes() == b"before" and set(tmp_path.iterdir()) == {first, second}


def test_large_files_are_held_once_or_not_at_all(tmp_path: Path) -> None:
    """Before, one that was read was held twice, and one that was copied as well."""
    source, target, size = tmp_path / "large", tmp_path / "copy", 50_000_000
    with source.open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        content = read_file(source)
        assert len(content) == size and tracemalloc.get_traced_memory()[1] < 1.2 * size
        del content
        tracemalloc.reset_peak()
        copy_file(source, target)
        assert target.stat().st_size == size
        with pytest.raises(DataError, match="larger than 40 MB"):
            read_file(source, 40_000_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert len(read_file(source, size)) == size


def test_what_has_no_end_is_read_up_to_a_limit(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="larger than 1 MB"):
        read_file(Path("/dev/zero"), 1_000_000)
    with pytest.raises(DataError, match="could not"):
        copy_file(tmp_path / "missing", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
