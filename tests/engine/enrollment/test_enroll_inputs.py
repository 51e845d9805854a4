"""Whatever lies in a folder of photos, the rest of the batch goes on and the originals stay as they are."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError, GalleryError
from facecam.core.events import Event, Notice, Progress
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller, expand
from facecam.engine.photos.library import PhotoLibrary
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, mirrored, save


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_bad_files_get_a_line_each_and_the_good_one_is_enrolled(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    good = save(heads[BARACK], studio / "good.png")
    whole = save(heads[EILEEN], studio / "whole.jpg").read_bytes()
    (studio / "whole.jpg").unlink()
    bad = {
        "empty.jpg": b"",
        "cut.jpg": whole[: len(whole) // 2],
        "text.png": b"I am not a picture",
        "zip.jpg": b"PK\x03\x04" + bytes(100),
        "bomb.gif": b"GIF89a\xff\xff\xff\xff" + bytes(20),
    }
    for name, content in bad.items():
        (studio / name).write_bytes(content)
    missing = studio / "missing.png"
    paths = [*(studio / name for name in bad), missing, studio / "a\x00b.png", good]
    before = digests(studio)
    report = Enroller(settings).enroll(BARACK, paths)
    assert [verdict.reason for verdict in report.verdicts] == ["unreadable"] * 7 + ["good"]
    assert all(verdict.hint and verdict.detail for verdict in report.verdicts[:-1])
    assert all(len(verdict.detail.splitlines()) == 1 for verdict in report.verdicts)
    assert digests(studio) == before


@pytest.mark.parametrize("side", [(1, 1), (2, 2), (3, 1), (1, 400), (400, 1)])
def test_a_picture_of_a_few_pixels_stops_nothing(
    settings: Settings, heads: Heads, studio: Path, side: tuple[int, int]
) -> None:
    """Mail and web pages are full of 1×1 gifs that count visits."""
    dot = save(np.full((*side, 3), 200, np.uint8), studio / "dot.gif")
    report = Enroller(settings).enroll(BARACK, [dot, save(heads[BARACK], studio / "good.png")])
    assert [verdict.reason for verdict in report.verdicts] == ["no face", "good"]


def save_kinds(picture: np.ndarray, folder: Path) -> list[Path]:
    """One portrait in every kind of file that a camera, scanner or program may write."""
    grey = np.asarray(Image.fromarray(picture).convert("L"))
    paths = [
        save(grey, folder / "grey.jpg"),
        save((grey.astype(np.uint16) << 8), folder / "sixteen bits.png"),
        save(np.dstack([picture, np.full(grey.shape, 255, np.uint8)]), folder / "alpha.png"),
        save(picture, folder / "web.webp"),
        save(picture, folder / "scan.tiff"),
        save(picture, folder / "plain.bmp"),
        save(grey, folder / "old.pgm"),
    ]
    cmyk = folder / "print.jpg"
    Image.fromarray(picture).convert("CMYK").save(cmyk, quality=95)
    palette = folder / "palette.gif"
    Image.fromarray(picture).convert("P").save(palette)
    moving = folder / "moving.gif"
    frames = [Image.fromarray(picture).convert("P"), Image.new("P", picture.shape[1::-1])]
    frames[0].save(moving, save_all=True, append_images=frames[1:])
    lying = folder / "a png called.jpg"
    Image.fromarray(picture).save(lying, "PNG")
    return [*paths, cmyk, palette, moving, lying]


def test_every_kind_of_picture_file_shows_the_same_person(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    paths = save_kinds(heads[BARACK], studio)
    for path in paths:
        own = replace(settings, data=studio / "data" / path.stem, database=studio / "database" / path.stem)
        report = Enroller(own).enroll(BARACK, [path])
        assert report.verdicts[0].reason == "good", path.name
    galleries = [
        components.open_store(replace(settings, database=studio / "database" / path.stem)).load()
        for path in paths
    ]
    vectors = np.concatenate([gallery.vectors for gallery in galleries if gallery])
    assert len(vectors) == len(paths)
    distances = 2 - 2 * vectors @ vectors.T
    assert distances.max() < 0.1, "one person, whatever the file"


def test_a_photo_turned_by_exif_is_upright_everywhere(settings: Settings, heads: Heads, studio: Path) -> None:
    upright = Image.fromarray(heads[BARACK])
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side: turn by 90° clockwise to see it upright
    turned = studio / "phone.jpg"
    upright.transpose(Image.Transpose.ROTATE_90).save(turned, exif=exif, quality=95)
    report = Enroller(settings).enroll(BARACK, [turned])
    assert report.verdicts[0].reason == "good"
    assert "turning" not in report.verdicts[0].detail, "the file itself says how to turn it"
    copy = PhotoLibrary(settings.data).photos_of(BARACK)[0]
    assert copy.read_bytes() == turned.read_bytes()
    assert read_picture(copy).shape == heads[BARACK].shape


def test_a_photo_upside_down_without_exif_is_found_by_turning(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    report = Enroller(settings).enroll(
        BARACK, [save(np.ascontiguousarray(np.rot90(heads[BARACK], 2)), studio / "upside down.png")]
    )
    assert report.verdicts[0].reason == "good"


NAMES = [
    "Ada Lovelace",
    "../../../outside",
    "👩‍🚀 Ada",
    "عائشة بنت أحمد",
    "x" * 300,
    "é" * 300,
    "con",
    ".hidden",
    "a/b\\c:d",
    "[*?]",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_gets_its_own_folder_inside_data(
    settings: Settings, heads: Heads, studio: Path, name: str
) -> None:
    enroller = Enroller(settings)
    report = enroller.enroll(name, [save(heads[BARACK], studio / "a.png")])
    assert report.identity.name == unicodedata.normalize("NFC", name)
    again = enroller.enroll(name, [save(mirrored(heads[BARACK]), studio / "b.png")])
    assert again.identity == report.identity and again.vectors == 2
    folders = list(settings.data.iterdir())
    assert len(folders) == 1 and len(list(folders[0].glob("*.png"))) == 2
    assert {path.name for path in settings.data.parent.iterdir()} <= {"data", "database", studio.name}
    assert list(PhotoLibrary(settings.data).people()) == [report.identity.name]


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "two\nlines", "\u200b", "\udcff"])
def test_a_name_nobody_can_read_is_refused_before_anything_is_written(
    settings: Settings, heads: Heads, studio: Path, name: str
) -> None:
    with pytest.raises(GalleryError) as caught:
        Enroller(settings).enroll(name, [save(heads[BARACK], studio / "a.png")])
    assert len(caught.value.message.splitlines()) == 1 and caught.value.hint
    assert not settings.data.exists() and not settings.database.exists()


def test_a_photo_may_have_any_file_name(settings: Settings, heads: Heads, studio: Path) -> None:
    names = ["👩‍🚀.png", "صورة.png", "~" * 200 + ".png", "-rf.png", "two\nlines.png", "[a]*.png"]
    for shift, name in enumerate(names):
        save(np.roll(heads[BARACK], 15 * shift, axis=1), studio / name)
    enroller = Enroller(settings)
    paths = [studio / name for name in names]
    report = enroller.enroll(BARACK, paths)
    for verdict in report.verdicts:
        assert verdict.reason in ("good", "duplicate"), verdict
    copies = PhotoLibrary(settings.data).photos_of(BARACK)
    assert len(copies) == report.used >= 3
    assert {path.read_bytes() for path in copies} <= {path.read_bytes() for path in paths}


def test_a_file_name_too_long_for_the_system_is_a_verdict_too(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    report = Enroller(settings).enroll(
        BARACK, [studio / ("x" * 300 + ".png"), save(heads[BARACK], studio / "a.png")]
    )
    assert [verdict.reason for verdict in report.verdicts] == ["unreadable", "good"]


def test_nothing_to_look_at_is_said(settings: Settings, studio: Path) -> None:
    (studio / "notes.txt").write_text("no pictures here", encoding="utf-8")
    for paths in ([], [studio]):
        with pytest.raises(EnrollmentError, match="no pictures"):
            expand(paths)


def test_folders_are_searched_deeply_and_every_photo_counts_once(heads: Heads, studio: Path) -> None:
    inner = save(heads[BARACK], studio / "2024" / "may" / "a.png")
    outer = save(heads[BARACK], studio / "b.png")
    save(heads[BARACK], studio / ".hidden" / "c.png")
    assert expand([outer, studio, inner]) == [outer, inner]


def test_progress_goes_from_none_to_all(settings: Settings, heads: Heads, studio: Path) -> None:
    save(heads[BARACK], studio / "a.png")
    (studio / "b.png").write_bytes(b"")
    events: list[Event] = []
    Enroller(settings, on_event=events.append).enroll(BARACK, [studio])
    counts = [event.done for event in events if isinstance(event, Progress)]
    assert counts == [0, 1, 2]
    assert not [event for event in events if isinstance(event, Notice)]
