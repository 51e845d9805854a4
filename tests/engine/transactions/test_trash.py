"""Removed photos: out of sight at once, back if wished, gone when the session ends or has crashed."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from facecam.core.errors import DataError
from facecam.engine.places import ROOT
from facecam.engine.transactions.trash import FOLDER, Trash, put_back, settle, sweep
from facecam.engine.transactions.trash_notes import Note


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("Ada", "Bea 😀"):
        folder = tmp_path / "data" / name / "sub"
        folder.mkdir(parents=True)
        (folder / "a.jpg").write_bytes(name.encode())
    return tmp_path / "data"


def unheard(note: Note) -> None:
    """Nothing else has to be forgotten."""


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_put_and_put_back(data: Path) -> None:
    before, trash = contents(data), Trash(data)
    taken = trash.put([data / "Ada", data / "Bea 😀" / "sub" / "a.jpg"])
    settle(taken)
    assert not (data / "Ada").exists() and (data / "Bea 😀" / "sub").is_dir()
    assert stat.S_IMODE((data / FOLDER).stat().st_mode) == 0o700 or os.name == "nt"
    put_back(taken)
    trash.close(unheard)
    assert contents(data) == before and not (data / FOLDER).exists()


def test_closing_really_deletes(data: Path) -> None:
    trash = Trash(data)
    settle(trash.put([data / "Ada"]))
    trash.close(unheard)
    assert list(contents(data)) == ["Bea 😀/sub/a.jpg"] and not (data / FOLDER).exists()
    trash.close(unheard)


def test_something_new_in_the_old_place_is_not_overwritten(data: Path) -> None:
    trash = Trash(data)
    taken = trash.put([data / "Ada"])
    (data / "Ada").mkdir()
    (data / "Ada" / "new.jpg").write_bytes(b"new")
    (place,) = put_back(taken)
    assert place == data / "Ada~2" and (place / "sub" / "a.jpg").read_bytes() == b"Ada"
    trash.close(unheard)


def test_all_or_nothing(data: Path) -> None:
    before, trash = contents(data), Trash(data)
    with pytest.raises(DataError):
        trash.put([data / "Ada", data / "nobody"])
    trash.close(unheard)
    assert contents(data) == before


_CRASH = """
import os, sys
from pathlib import Path
from facecam.engine.transactions.trash import Trash, settle
data, settled = Path(sys.argv[1]), sys.argv[2] == "settled"
trash = Trash(data)
taken = trash.put([data / "Ada"])
if settled:
    settle(taken)
os._exit(9)
"""


@pytest.mark.parametrize("settled", [True, False])
def test_after_a_crash_what_was_acknowledged_is_deleted_and_the_rest_is_back(
    data: Path, settled: bool
) -> None:
    before = contents(data)
    how = "settled" if settled else "cut off"
    run = subprocess.run([sys.executable, "-c", _CRASH, str(data), how], cwd=ROOT)
    assert run.returncode == 9
    sweep(data, unheard)
    assert not (data / FOLDER).exists()
    assert (list(contents(data)) == ["Bea 😀/sub/a.jpg"]) if settled else (contents(data) == before)


def test_another_window_that_is_open_keeps_its_undo(data: Path) -> None:
    trash = Trash(data)
    taken = trash.put([data / "Ada"])
    settle(taken)
    script = "import sys; from pathlib import Path; from facecam.engine.transactions.trash import sweep; "
    script += "print(sweep(Path(sys.argv[1]), print))"
    run = subprocess.run([sys.executable, "-c", script, str(data)], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "()", run.stderr
    put_back(taken)
    trash.close(unheard)
    assert (data / "Ada" / "sub" / "a.jpg").read_bytes() == b"Ada"


@pytest.mark.parametrize("moves", ['[["/tmp/evil", "../../../Ada"], 3]', "[" * 100_000])
def test_a_list_that_somebody_damaged_is_no_way_out_of_the_folder(data: Path, moves: str) -> None:
    session = data / FOLDER / "0123" / "0001"
    session.mkdir(parents=True)
    (session / "moves.json").write_text(moves, encoding="utf-8")
    sweep(data, unheard)
    assert (data / "Ada" / "sub" / "a.jpg").exists() and not (data / FOLDER).exists()


@pytest.mark.parametrize(
    "moves",
    [
        "",
        "null",
        "[{}]",
        '[[".", "0"]]',
        '[["elsewhere", "0"]]',
        r'[["\ud800", "0"]]',
        r'[["/a\u0000", "0"]]',
    ],
)
def test_photos_whose_list_was_damaged_are_put_back_all_the_same(data: Path, moves: str) -> None:
    taken = data / FOLDER / "0123" / "0001"
    taken.mkdir(parents=True)
    (taken / "moves.json").write_text(moves, encoding="utf-8")
    (taken / "0").write_bytes(b"a photo")
    sweep(data, unheard)
    assert (data / "put back" / "0").read_bytes() == b"a photo" and not (data / FOLDER).exists()


def test_nothing_to_sweep(tmp_path: Path) -> None:
    assert sweep(tmp_path / "nowhere", unheard) == ()


def test_closing_puts_back_what_was_not_settled(data: Path) -> None:
    before, trash = contents(data), Trash(data)
    trash.put([data / "Ada"])
    trash.close(unheard)
    assert contents(data) == before and not (data / FOLDER).exists()


def test_closing_puts_back_what_an_undo_could_not(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, trash = contents(data), Trash(data)
    taken = trash.put([data / "Ada"])
    settle(taken)

    def refuse(*_: object) -> None:
        raise PermissionError("in use")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refuse)
        with pytest.raises(DataError):
            put_back(taken)
    trash.close(unheard)
    assert contents(data) == before


def test_the_notes_of_a_crashed_session_are_heeded_before_they_go(data: Path) -> None:
    crashed, heard = Trash(data), []
    settle(crashed.put([data / "Ada"]), {"name": "Ada"})
    lock = crashed._lock
    assert lock is not None
    lock.release()
    assert sweep(data, heard.append) == ({"name": "Ada"},)
    assert heard == [{"name": "Ada"}] and not (data / FOLDER).exists()


@pytest.mark.parametrize("at", range(6))
def test_emptying_that_is_cut_off_puts_nothing_back(
    data: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Whatever of a settled bin is gone already."""
    trash = Trash(data)
    settle(trash.put([data / "Ada", data / "Bea 😀"]), {"name": "Ada"})
    calls, unlink = iter(range(100)), os.unlink

    def cut_off(*arguments: object, **options: object) -> None:
        if next(calls) == at:
            raise OSError("cut off")
        unlink(*arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", cut_off)
        with contextlib.suppress(DataError):
            trash.close(unheard)
    if trash._lock is not None:
        trash._lock.release()  # As the system does when a process dies.
    sweep(data, unheard)
    assert contents(data) == {} and not (data / FOLDER).exists()


def test_a_linked_folder_is_unlinked_and_the_originals_stay(data: Path, tmp_path: Path) -> None:
    album = tmp_path / "album"
    (album / ".facecam").mkdir(parents=True)
    (album / "a.jpg").write_bytes(b"mine")
    (album / ".facecam" / "notes.json").write_text("a vector")
    (album / "person.json").write_text("a name")
    (data / "Cem").symlink_to("../album", target_is_directory=True)
    trash = Trash(data)
    settle(trash.put([data / "Cem"]))
    trash.close(unheard)
    assert contents(album) == {"a.jpg": b"mine"} and not os.path.lexists(data / "Cem")


def test_a_file_in_the_place_of_a_folder_stays_beside_what_is_put_back(data: Path) -> None:
    photo = data / "Bea 😀" / "sub" / "a.jpg"
    before, taken = photo.read_bytes(), Trash(data).put([photo])
    settle(taken)
    photo.parent.rmdir()
    photo.parent.write_bytes(b"the user's")
    put_back(taken)
    assert photo.read_bytes() == before and (photo.parent.parent / "sub~2").read_bytes() == b"the user's"
