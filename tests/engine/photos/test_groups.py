"""Whose photos are these?"""

from __future__ import annotations

from pathlib import Path

from facecam.engine.photos.groups import group_photos


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def test_files_are_one_group_without_a_name(tmp_path: Path) -> None:
    folder = tree(tmp_path / "x", "a.jpg", "b.txt")
    (group,) = group_photos([folder / "b.txt", folder / "a.jpg", tmp_path / ("n" * 5000)])
    assert group.name == "" and [path.name for path in group.photos][:2] == ["b.txt", "a.jpg"]
    assert len(group.photos) == 3, "what is no picture is told later, not left out"


def test_a_folder_of_photos_has_its_own_name(tmp_path: Path) -> None:
    folder = tree(tmp_path / "Ada 😀", "a.jpg", "b.png", "notes.txt")
    (group,) = group_photos([folder])
    assert (group.name, len(group.photos)) == ("Ada 😀", 2)


def test_a_folder_of_folders_is_a_group_each(tmp_path: Path) -> None:
    folder = tree(tmp_path / "all", "Ada/1.jpg", "Ada/deep/2.jpg", "Bea/1.jpg", "loose.jpg", "Empty/x.txt")
    groups = {group.name: len(group.photos) for group in group_photos([folder])}
    assert groups == {"Ada": 2, "Bea": 1, "all": 1}


def test_nothing_in_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert group_photos([tmp_path / "empty"]) == () and group_photos([]) == ()
