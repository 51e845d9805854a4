"""A tree of photos to a tree of crops."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import Event, Progress
from facecam.engine.tools.crop_faces import AlignOptions, align
from facecam.engine.tools.crop_list import LIST_FILE
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, nobody, save, side_by_side


@pytest.fixture
def tree(heads: Heads, studio: Path) -> Path:
    """Two people, a photo of nobody, a broken one, and two photos that differ by their ending only."""
    save(heads[BARACK], studio / "Barack O" / "a.png")
    save(side_by_side(heads[EILEEN], heads[BARACK]), studio / "Eileen" / "two.png")
    save(heads[EILEEN], studio / "Eileen" / "same.png")
    save(heads[EILEEN], studio / "Eileen" / "same.bmp")
    save(nobody(), studio / "Eileen" / "nobody.png")
    (studio / "Eileen" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return studio


def lines(folder: Path) -> list[str]:
    return (folder / LIST_FILE).read_text(encoding="utf-8").splitlines()


def test_the_tree_is_mirrored_and_listed(settings: Settings, tree: Path, tmp_path: Path) -> None:
    target = tmp_path / "crops"
    report = align(settings, tree, target)
    crops = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.png"))
    assert crops == ["Barack O/a.png", "Eileen/same.bmp.png", "Eileen/same.png.png", "Eileen/two.png"]
    assert all(read_picture(path).shape == (182, 182, 3) for path in report.crops)
    assert [path.name for path in report.without_face] == ["nobody.png"]
    assert [path.name for path, _ in report.faults] == ["broken.jpg"]
    listed = {line.rsplit(" ", 4)[0]: line for line in lines(target) if line[-1].isdigit()}
    assert sorted(listed) == crops
    left, top, right, bottom = map(int, listed["Barack O/a.png"].rsplit(" ", 4)[1:])
    assert 0 <= left < right <= 264 and 0 <= top < bottom <= 264
    assert "Eileen/nobody.png" in lines(target) and "Eileen/broken.jpg" in lines(target)


def test_what_is_finished_is_skipped_and_stays_in_the_list(
    settings: Settings, tree: Path, tmp_path: Path
) -> None:
    target = tmp_path / "crops"
    first = align(settings, tree, target)
    before, times = lines(target), {path: path.stat().st_mtime_ns for path in first.crops}
    (target / "Barack O" / "a.png").unlink()
    again = align(settings, tree, target)
    assert [path.name for path in again.crops] == ["a.png"] and len(again.skipped) == 3
    assert sorted(lines(target)) == sorted(before)
    assert all(path.stat().st_mtime_ns == times[path] for path in first.crops[1:])


def test_a_file_of_somebody_else_stays_and_the_rest_goes_on(
    settings: Settings, tree: Path, tmp_path: Path
) -> None:
    target = tmp_path / "crops"
    foreign, link = target / "Barack O" / "a.png", target / "Eileen" / "two.png"
    for path in (foreign, link):
        path.parent.mkdir(parents=True)
    foreign.write_bytes(b"mine")
    link.symlink_to(tmp_path / "elsewhere.png")
    for _ in range(2):
        report = align(settings, tree, target)
        taken = {photo.name: error for photo, error in report.faults if photo.suffix == ".png"}
        assert set(taken) == {"a.png", "two.png"} and "stays as it is" in taken["a.png"].message
        assert foreign.read_bytes() == b"mine" and link.is_symlink()
        assert not any("a.png" in line for line in lines(target))
    assert not (tmp_path / "elsewhere.png").exists()


def test_crops_of_a_run_that_was_killed_before_its_list_are_taken_over(
    settings: Settings, tree: Path, tmp_path: Path
) -> None:
    first = align(settings, tree, tmp_path / "crops")
    before = lines(tmp_path / "crops")
    first.listing.unlink()
    assert align(settings, tree, tmp_path / "crops").crops == first.crops
    assert lines(tmp_path / "crops") == before


def test_a_stop_keeps_what_is_done(settings: Settings, tree: Path, tmp_path: Path) -> None:
    target = tmp_path / "crops"

    def stop_after_two(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        align(settings, tree, target, on_event=stop_after_two)
    assert len(lines(target)) == 2 and [line[:14] for line in lines(target)][0] == "Barack O/a.png"


def test_every_face_is_numbered_from_the_left(settings: Settings, tree: Path, tmp_path: Path) -> None:
    options = AlignOptions(160, 32, every_face=True)
    report = align(settings, tree / "Eileen", tmp_path / "crops", options)
    names = [path.name for path in report.crops]
    assert "two_0.png" in names and "two_1.png" in names
    assert read_picture(report.crops[0]).shape == (160, 160, 3)
    assert "two.png" not in {
        path.name for path in align(settings, tree / "Eileen", tmp_path / "crops", options).crops
    }


def test_chips_are_turned_upright(settings: Settings, tree: Path, tmp_path: Path) -> None:
    report = align(settings, tree / "Barack O", tmp_path / "chips", AlignOptions(150, frame="chip"))
    assert read_picture(report.crops[0]).shape == (150, 150, 3)


def test_never_into_the_photos_themselves(settings: Settings, tree: Path) -> None:
    for target in (tree, tree / "Eileen", tree / "new"):
        with pytest.raises(ConfigError, match="would go into"):
            align(settings, tree, target)


def test_nothing_to_do_is_said(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no photos"):
        align(settings, tmp_path / "empty", tmp_path / "crops")
    with pytest.raises(ConfigError, match="not a folder"):
        align(settings, tmp_path / "missing", tmp_path / "crops")
    for wrong in ((8, 44), (5000, 44), (182, -1)):
        with pytest.raises(ConfigError):
            AlignOptions(*wrong)
