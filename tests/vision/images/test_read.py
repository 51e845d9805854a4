"""Pictures of every kind, written by the tests themselves, and files that only claim to be pictures."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from facecam.core.errors import DataError
from facecam.core.events import Event, Notice
from facecam.vision.images import limits, modes, rationed, read
from facecam.vision.images.modes import upright_rgb
from facecam.vision.images.read import (
    PICTURE_ENDINGS,
    is_picture_name,
    list_pictures,
    looks_like_picture,
    pages_in,
    picture_ending,
    read_picture,
)

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def four_corners() -> np.ndarray:
    """uint8 (20, 40, 3): red, green / blue, white quarters; no two ways of turning it look alike."""
    image = np.zeros((20, 40, 3), np.uint8)
    image[:10, :20], image[:10, 20:], image[10:, :20], image[10:, 20:] = RED, GREEN, BLUE, WHITE
    return image


def quarters_of(image: np.ndarray) -> list[list[int]]:
    """The colours in the middles of the four quarters, in reading order."""
    height, width = image.shape[:2]
    rows, columns = (height // 4, height * 3 // 4), (width // 4, width * 3 // 4)
    return [image[row, column].tolist() for row in rows for column in columns]


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        read_picture(path)
    assert path.name in caught.value.message or "\\" in caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("ending", ["png", "bmp", "webp", "tiff", "gif", "ppm", "jpg", "avif"])
def test_colors_come_as_rgb_from_every_format(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"corners.{ending}"
    Image.fromarray(four_corners()).save(path, quality=100)
    image = read_picture(path)
    assert image.dtype == np.uint8 and image.shape == (20, 40, 3) and image.flags.writeable
    for seen, true in zip(quarters_of(image), (RED, GREEN, BLUE, WHITE), strict=True):
        assert np.abs(np.array(seen) - true).max() <= 6


def test_heic_without_its_package_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "phone.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    error = refused(path)
    assert "pillow-heif" in error.message and "pip install pillow-heif" in error.hint


# What each Exif orientation means: where red, green, blue and white end up in reading order.
TURNED = {
    1: (RED, GREEN, BLUE, WHITE),
    2: (GREEN, RED, WHITE, BLUE),
    3: (WHITE, BLUE, GREEN, RED),
    4: (BLUE, WHITE, RED, GREEN),
    5: (RED, BLUE, GREEN, WHITE),
    6: (BLUE, RED, WHITE, GREEN),
    7: (WHITE, GREEN, BLUE, RED),
    8: (GREEN, WHITE, RED, BLUE),
}


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_honoured(tmp_path: Path, ending: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned.{ending}"
    Image.fromarray(four_corners()).save(path, exif=exif, quality=100)
    image = read_picture(path)
    assert image.shape == ((20, 40, 3) if orientation < 5 else (40, 20, 3))
    for seen, true in zip(quarters_of(image), TURNED[orientation], strict=True):
        assert np.abs(np.array(seen) - true).max() <= 12


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_heic_is_turned_once_though_container_and_exif_may_both_say_so(
    tmp_path: Path, orientation: int
) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    exif = Image.Exif()
    exif[0x0112] = orientation
    heif = pillow_heif.from_pillow(Image.fromarray(four_corners()))
    heif.save(tmp_path / "phone.heic", quality=100, exif=exif.tobytes())
    image = read_picture(tmp_path / "phone.heic")
    for seen, true in zip(quarters_of(image), TURNED[orientation], strict=True):
        assert np.abs(np.array(seen) - true).max() <= 12


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_nonsense_orientation_and_broken_exif_do_not_matter(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    Image.fromarray(four_corners()).save(tmp_path / "77.jpg", exif=exif)
    Image.fromarray(four_corners()).save(
        tmp_path / "broken.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f garbage"
    )
    for name in ("77.jpg", "broken.jpg"):
        assert read_picture(tmp_path / name).shape == (20, 40, 3)


# --- depths and modes

GRAY16 = np.array([[0, 257, 32768, 65535]], np.uint16)
GRAY16_IN_8_BITS = [0, 1, 128, 255]  # value/257, rounded: 32768/257 = 127.50…


def gray_row(path: Path) -> list[int]:
    image = read_picture(path)
    assert (image[..., 0] == image[..., 1]).all() and (image[..., 1] == image[..., 2]).all()
    return [int(value) for value in image[0, :, 0]]


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_16_bit_gray_is_scaled_not_clipped(tmp_path: Path, ending: str) -> None:
    cv2.imwrite(str(tmp_path / f"deep.{ending}"), GRAY16)
    assert gray_row(tmp_path / f"deep.{ending}") == GRAY16_IN_8_BITS


@pytest.mark.parametrize(
    ("maximum", "values", "expected"),
    [
        (65535, [0, 257, 32768, 65535], GRAY16_IN_8_BITS),
        (4095, [0, 16, 2048, 4095], [0, 1, 128, 255]),
        (255, [0, 1, 128, 255], [0, 1, 128, 255]),
        (15, [0, 1, 8, 15], [0, 17, 136, 255]),
        (4095, [0, 8, 8, 8], [0, 0, 0, 0]),
    ],
)
def test_pgm_is_scaled_by_the_maximum_it_states(
    tmp_path: Path, maximum: int, values: list[int], expected: list[int]
) -> None:
    path = tmp_path / "row.pgm"
    depth = ">u2" if maximum > 255 else "u1"
    path.write_bytes(f"P5 4 1 {maximum}\n".encode() + np.array(values).astype(depth).tobytes())
    assert np.abs(np.array(gray_row(path)) - expected).max() <= 1


def test_48_bit_color_is_scaled(tmp_path: Path) -> None:
    bgr = np.full((4, 4, 3), (65535, 32768, 0), np.uint16)
    cv2.imwrite(str(tmp_path / "deep.png"), bgr)
    assert read_picture(tmp_path / "deep.png")[0, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([0.0, 257.0, 65535.0], [0, 1, 255]),
        ([-100.0, 0.0, 100.0], [0, 128, 255]),
        ([0.0, float("nan"), 1.0], [0, 0, 255]),
        ([0.5, float("inf"), float("-inf")], [128, 255, 0]),
        ([float("nan")] * 3, [0, 0, 0]),
        ([1e30, 1e30, 1e30], [255, 255, 255]),
    ],
)
def test_float_tiff_is_shown_in_the_range_it_was_meant_in(
    tmp_path: Path, values: list[float], expected: list[int]
) -> None:
    Image.fromarray(np.array([values], np.float32)).save(tmp_path / "float.tiff")
    assert gray_row(tmp_path / "float.tiff") == expected


def test_reducing_a_float_picture_does_not_push_it_out_of_its_range(tmp_path: Path) -> None:
    halves = np.full((100, 100), 0.5, np.float32)
    halves[:, 50:] = 1.0  # a filter that overshoots at the edge would make 1.04 of it, and 255 of the range
    Image.fromarray(halves).save(tmp_path / "float.tiff")
    image = read_picture(tmp_path / "float.tiff", max_side_px=30)
    assert image[15, 5].tolist() == [128] * 3 and image[15, 25].tolist() == [255] * 3


def test_32_bit_integers_are_scaled(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 1_000_001, 2_000_000]], np.int32)).save(tmp_path / "deep.tiff")
    assert gray_row(tmp_path / "deep.tiff") == [0, 128, 255]


def test_one_bit_palette_gray_and_cmyk(tmp_path: Path) -> None:
    source = Image.fromarray(four_corners())
    for mode, ending in (
        ("1", "png"),
        ("L", "png"),
        ("P", "png"),
        ("P", "gif"),
        ("CMYK", "jpg"),
        ("CMYK", "tiff"),
    ):
        path = tmp_path / f"{mode}.{ending}"
        source.convert(mode, dither=Image.Dither.NONE).save(path)
        image = read_picture(path)
        assert image.shape == (20, 40, 3), mode
        assert image[15, 30].tolist() == [255, 255, 255], mode
        if mode in ("P", "CMYK"):
            assert image[5, 10].argmax() == 0 and image[5, 10].min() < 60, mode


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_shown_on_white(tmp_path: Path, mode: str) -> None:
    path = tmp_path / f"{mode}.png"
    drawn = Image.new("RGBA", (4, 2), (0, 0, 0, 255))
    drawn.paste((0, 0, 0, 0), (2, 0, 4, 2))
    if mode == "P":
        palette = Image.new("P", (4, 2), 1)
        palette.putpalette([9, 9, 9, 0, 0, 0])
        palette.paste(0, (2, 0, 4, 2))
        palette.save(path, transparency=0)
    else:
        drawn.convert(mode).save(path)
    image = read_picture(path)
    assert image[0, 0].tolist() == [0, 0, 0]
    assert image[0, 3].tolist() == [255, 255, 255]


def test_half_transparent_black_on_white_is_middle_gray(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (0, 0, 0, 128)).save(tmp_path / "half.webp", lossless=True)
    assert read_picture(tmp_path / "half.webp")[4, 4].tolist() == [127, 127, 127]


@pytest.mark.parametrize("ending", ["gif", "webp", "png"])
def test_of_an_animation_the_first_picture_is_taken(tmp_path: Path, ending: str) -> None:
    first, second = Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), BLUE)
    first.save(tmp_path / f"moving.{ending}", save_all=True, append_images=[second], lossless=True)
    assert read_picture(tmp_path / f"moving.{ending}")[4, 4].tolist() == [255, 0, 0]


@pytest.mark.parametrize("ending", ["gif", "webp", "png", "tiff"])
def test_empty_pages_are_turned_over(tmp_path: Path, ending: str) -> None:
    corners = Image.fromarray(four_corners())
    empty = [Image.new("RGB", corners.size, gray) for gray in (WHITE, (90, 90, 90), RED)]
    more = {"lossless": True} if ending == "webp" else {}
    path = tmp_path / f"pages.{ending}"
    empty[0].save(path, save_all=True, append_images=[*empty[1:], corners, empty[0]], **more)
    assert pages_in(path) == 5
    assert (np.abs(np.array(quarters_of(read_picture(path))) - quarters_of(four_corners())) < 8).all()


def test_of_empty_pages_only_the_first_is_taken_and_a_damaged_one_ends_the_search(tmp_path: Path) -> None:
    path = tmp_path / "empty.tiff"
    Image.new("RGB", (40, 40), RED).save(
        path, save_all=True, append_images=[Image.new("RGB", (40, 40), BLUE)]
    )
    assert read_picture(path)[4, 4].tolist() == [255, 0, 0]
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8))
    Image.new("RGB", (64, 64), WHITE).save(tmp_path / "cut.gif", save_all=True, append_images=[picture])
    content = (tmp_path / "cut.gif").read_bytes()
    (tmp_path / "cut.gif").write_bytes(content[: len(content) // 2])
    assert (read_picture(tmp_path / "cut.gif") >= 250).all()


def test_a_later_page_is_no_way_round_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MEGAPIXELS", 1)
    large = Image.fromarray(np.zeros((1200, 1200, 3), np.uint8))
    large.putpixel((0, 0), WHITE)
    path = tmp_path / "pages.tiff"
    Image.new("RGB", (40, 40), RED).save(path, save_all=True, append_images=[large])
    assert read_picture(path).shape == (40, 40, 3)


def test_what_cannot_be_read_has_one_page(tmp_path: Path) -> None:
    (tmp_path / "broken.gif").write_bytes(b"GIF89a")
    (tmp_path / "text.txt").write_text("no picture")
    for path in (tmp_path / "broken.gif", tmp_path / "text.txt", tmp_path / "nowhere.png"):
        assert pages_in(path) == 1


# --- size


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_longer_side_is_reduced_and_the_proportions_kept(tmp_path: Path, ending: str) -> None:
    Image.fromarray(four_corners()).resize((400, 200)).save(tmp_path / f"wide.{ending}")
    image = read_picture(tmp_path / f"wide.{ending}", max_side_px=100)
    assert image.shape == (50, 100, 3)
    assert quarters_of(image)[0][0] > 240


def test_a_line_of_one_pixel_survives_reduction(tmp_path: Path) -> None:
    Image.new("RGB", (5000, 1), RED).save(tmp_path / "line.png")
    assert read_picture(tmp_path / "line.png", max_side_px=100).shape == (1, 100, 3)


@pytest.mark.parametrize("mode", ["I;16", "F", "1", "P", "RGBA", "LA", "CMYK"])
def test_every_mode_can_be_reduced(tmp_path: Path, mode: str) -> None:
    values = np.full((60, 60), 1.0, np.float32) if mode == "F" else np.full((60, 60), 65535, np.uint16)
    source = (
        Image.fromarray(values) if mode in ("I;16", "F") else Image.new("RGB", (60, 60), WHITE).convert(mode)
    )
    source.save(tmp_path / "big.tiff")
    image = read_picture(tmp_path / "big.tiff", max_side_px=20)
    assert image.shape == (20, 20, 3) and image.min() >= 254


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header states a size that its data do not have."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [9_000, 12_000, 30_000])
def test_a_picture_beyond_the_limit_is_refused_before_it_is_decoded(
    tmp_path: Path, side: int, recwarn: pytest.WarningsRecorder
) -> None:
    (tmp_path / "bomb.png").write_bytes(png_claiming(side, side))
    error = refused(tmp_path / "bomb.png")
    assert f"{side * side / 1e6:.0f} megapixels" in error.message and "64" in error.message
    assert "JPEG" in error.hint
    assert [str(one.message) for one in recwarn.list] == []


def test_a_hundred_megapixel_jpeg_is_decoded_at_reduced_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[tuple[int, int]] = []

    def noting(loaded: Image.Image, max_side_px: int) -> np.ndarray:
        decoded.append(loaded.size)
        return upright_rgb(loaded, max_side_px)

    monkeypatch.setattr(read, "upright_rgb", noting)
    Image.new("L", (10_400, 10_400), 200).save(tmp_path / "large.jpg", quality=1)
    image = read_picture(tmp_path / "large.jpg", max_side_px=256)
    assert image.shape == (256, 256, 3)
    assert abs(int(image[128, 128, 0]) - 200) < 20
    assert decoded == [(1300, 1300)], "an eighth of each side, the least JPEG can"


def test_jpeg_limits(tmp_path: Path) -> None:
    for progressive, side in ((False, 30_000), (True, 12_000)):
        stream = io.BytesIO()
        Image.new("L", (16, 16)).save(stream, "JPEG", progressive=progressive)
        content = bytearray(stream.getvalue())
        frame = content.index(b"\xff\xc2" if progressive else b"\xff\xc0")
        content[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
        (tmp_path / "large.jpg").write_bytes(content)
        assert "megapixels" in refused(tmp_path / "large.jpg").message


# --- faults


@pytest.mark.parametrize("ending", ["jpg", "png", "bmp", "webp", "tiff", "gif", "ppm", "avif"])
@pytest.mark.parametrize("keep", [0.3, 0.7])
def test_a_truncated_picture_is_refused(tmp_path: Path, ending: str, keep: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    path = tmp_path / f"cut.{ending}"
    Image.fromarray(noise).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    assert "damaged" in refused(path).message


def encoded(ending: str) -> bytes:
    stream = io.BytesIO()
    noise = np.random.default_rng(2).integers(0, 256, (24, 24, 3), np.uint8)
    Image.fromarray(noise).save(stream, ending)
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("ending", ["jpeg", "png", "bmp", "webp", "tiff", "gif", "ppm", "avif"])
def test_random_damage_gives_a_picture_or_a_data_error_and_nothing_else(tmp_path: Path, ending: str) -> None:
    good, random = encoded(ending), np.random.default_rng(3)
    path = tmp_path / "damaged"
    for _ in range(60):
        content = bytearray(good)
        for position in random.integers(0, min(len(content), 400), 4):
            content[position] = random.integers(0, 256)
        path.write_bytes(content)
        try:
            image = read_picture(path)
        except DataError as error:
            assert error.hint
        else:
            assert image.ndim == 3 and image.shape[2] == 3


def test_files_that_are_no_pictures(tmp_path: Path) -> None:
    for name, content, words in (
        ("empty.jpg", b"", "is empty"),
        ("text.png", b"just words", "not a picture"),
        ("page.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        ("video.jpg", b"\0\0\0\x18ftypisom" + bytes(50), "not a picture"),
    ):
        (tmp_path / name).write_bytes(content)
        assert words in refused(tmp_path / name).message
    assert "folder" in refused(tmp_path).message
    assert "spelling" in refused(tmp_path / "missing.jpg").hint
    with pytest.raises(DataError):
        read_picture(Path("nul\0byte.jpg"))


def test_the_content_decides_not_the_ending(tmp_path: Path) -> None:
    Image.fromarray(four_corners()).save(tmp_path / "really.png")
    (tmp_path / "really.png").rename(tmp_path / "claimed.jpg")
    assert quarters_of(read_picture(tmp_path / "claimed.jpg"))[0] == [255, 0, 0]
    assert looks_like_picture(tmp_path / "claimed.jpg")
    (tmp_path / "words.jpg").write_text("words")
    assert not looks_like_picture(tmp_path / "words.jpg")


@pytest.mark.timeout(60)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "pipe or device" in refused(tmp_path / "pipe.jpg").message
    assert "pipe or device" in refused(Path("/dev/zero")).message


def test_no_permission_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "private.jpg").write_bytes(encoded("jpeg"))
    monkeypatch.setattr(os, "open", denied)
    assert "may read" in refused(tmp_path / "private.jpg").hint


def test_any_name_of_a_file_can_be_read_and_printed(tmp_path: Path) -> None:
    for name in ("Zoë 李小龙 🙂.png", "a\nb.png", b"\xff\xfe.png"):
        path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), os.fsencode(name))))
        try:
            path.write_bytes(encoded("png"))
        except OSError:
            continue  # this file system has rules of its own
        assert read_picture(path).shape == (24, 24, 3)
        path.write_bytes(b"no picture")
        message = refused(path).message
        assert "\n" not in message
        message.encode()


# --- folders


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def names_in(found: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in found]


def test_picture_names() -> None:
    assert all(is_picture_name(name) for name in ("a.jpg", "A.JPEG", "x/y.Heic", Path("b.pgm"), "c.tif"))
    assert not any(is_picture_name(name) for name in ("jpg", "a.txt", "a.jpg.part", "a.mp4", ""))


def test_pictures_are_listed_sorted_without_hidden_ones(tmp_path: Path) -> None:
    put(tmp_path, "b.jpg", "a.PNG", ".hidden.jpg", "notes.txt", "sub/c.webp", "sub/deep/d.bmp", ".git/e.jpg")
    assert names_in(list_pictures(tmp_path, False), tmp_path) == ["a.PNG", "b.jpg"]
    assert names_in(list_pictures(tmp_path, True), tmp_path) == [
        "a.PNG",
        "b.jpg",
        "sub/c.webp",
        "sub/deep/d.bmp",
    ]


def test_circular_links_end_and_dangling_links_are_listed(tmp_path: Path) -> None:
    put(tmp_path, "sub/a.jpg", "folder.jpg/inside.png")
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    (tmp_path / "linked.jpg").symlink_to(tmp_path / "sub")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    found = names_in(list_pictures(tmp_path, True), tmp_path)
    assert found == ["folder.jpg/inside.png", "gone.jpg", "sub/a.jpg"]


def test_an_unreadable_subfolder_is_a_notice_not_an_abort(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a/1.jpg", "locked/2.jpg", "z/3.jpg")
    scandir: Callable[..., object] = os.scandir

    def guarded(folder: Path) -> object:
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", guarded)
    events: list[Event] = []
    assert names_in(list_pictures(tmp_path, True, on_event=events.append), tmp_path) == ["a/1.jpg", "z/3.jpg"]
    (notice,) = events
    assert isinstance(notice, Notice) and "locked" in notice.text and notice.hint
    with pytest.raises(DataError):
        list_pictures(tmp_path / "locked", True)


def test_a_folder_that_is_missing_or_a_file_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "file.jpg")
    for path in (tmp_path / "missing", tmp_path / "file.jpg"):
        with pytest.raises(DataError) as caught:
            list_pictures(path, True)
        assert caught.value.hint


# --- what reading may cost


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "I;16", "F", "CMYK"])
def test_a_picture_reduced_in_strips_is_what_it_is_as_a_whole(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (90, 70, 3), np.uint8)
    if mode == "I;16":
        whole = Image.fromarray(noise[..., 0].astype(np.uint16) * 257)
    elif mode == "F":
        whole = Image.fromarray(noise[..., 0].astype(np.float32))
    else:
        whole = Image.fromarray(noise).convert(mode)
    expected = upright_rgb(whole, 37)
    monkeypatch.setattr(modes, "_STRIP_ROWS", 5)
    assert np.abs(upright_rgb(whole, 37).astype(int) - expected).max() <= 1
    assert np.array_equal(upright_rgb(whole, 90), modes._plain(whole).convert("RGB")) or mode == "F"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_writable_and_in_one_piece(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (6, 4), (1, 2, 3)).save(tmp_path / "a.png", exif=exif)
    image = read_picture(tmp_path / "a.png")
    assert image.flags.writeable and image.flags.c_contiguous and image.flags.owndata


def jpeg_of_scans(extra_scans: int, side: int) -> bytes:
    """A progressive JPEG of `side` px squared whose last scan comes again and again; its size is only stated."""
    stream = io.BytesIO()
    Image.new("L", (64, 64), 90).save(stream, "JPEG", progressive=True)
    content = bytearray(stream.getvalue())
    last = content.rindex(b"\xff\xda")
    scan = content[last : content.rindex(b"\xff\xd9")]
    content[last:last] = scan * extra_scans
    frame = content.index(b"\xff\xc2")
    content[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    return bytes(content)


def test_a_jpeg_of_thousands_of_scans_is_refused(tmp_path: Path) -> None:
    """Each scan goes over all of the picture, even if it is empty: 5,000 over 36 megapixels take minutes."""
    (tmp_path / "bomb.jpg").write_bytes(jpeg_of_scans(5000, 6000))
    error = refused(tmp_path / "bomb.jpg")
    assert "so many scans" in error.message and "bomb.jpg" in error.message and "JPEG" in error.hint


def test_a_small_jpeg_may_have_many_scans(tmp_path: Path) -> None:
    (tmp_path / "odd.jpg").write_bytes(jpeg_of_scans(300, 64))
    assert read_picture(tmp_path / "odd.jpg").shape == (64, 64, 3)


def test_a_long_jpeg_is_decoded_at_reduced_size_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []

    def noting(loaded: Image.Image, max_side_px: int) -> np.ndarray:
        decoded.append(loaded.size)
        return upright_rgb(loaded, max_side_px)

    monkeypatch.setattr(read, "upright_rgb", noting)
    Image.new("L", (8000, 400), 200).save(tmp_path / "long.jpg", quality=1)
    assert read_picture(tmp_path / "long.jpg", max_side_px=900).shape == (45, 900, 3)
    assert decoded == [(1000, 50)], "an eighth: one side alone does not decide"


def sized(content: bytes, marker: bytes, side: int) -> bytes:
    """A JPEG that states to be `side` px squared."""
    damaged = bytearray(content)
    frame = content.index(marker)
    damaged[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    return bytes(damaged)


def test_the_coefficients_of_a_progressive_jpeg_count(tmp_path: Path) -> None:
    for subsampling, side, fits in ((2, 9000, True), (0, 9000, False), (0, 6400, True)):
        stream = io.BytesIO()
        Image.new("RGB", (32, 32)).save(stream, "JPEG", progressive=True, subsampling=subsampling)
        opened = Image.open(io.BytesIO(sized(stream.getvalue(), b"\xff\xc2", side)))
        if fits:
            limits.refuse_costly(opened, io.BytesIO(stream.getvalue()), 4096)
            assert opened.size == (side // 2, side // 2), "decoded at half its size"
        else:
            with pytest.raises(limits.TooLarge, match="progressive JPEG of 81 megapixels"):
                limits.refuse_costly(opened, io.BytesIO(stream.getvalue()), 4096)


def test_a_jpeg_whose_components_come_one_after_the_other_is_held_like_a_progressive_one() -> None:
    """And so it has the same limit; its first scan names one component of three."""
    stream = io.BytesIO()
    Image.new("RGB", (32, 32)).save(stream, "JPEG", subsampling=0)
    content = bytearray(sized(stream.getvalue(), b"\xff\xc0", 9000))
    content[content.index(b"\xff\xda") + 4] = 1
    opened = Image.open(io.BytesIO(bytes(content)))
    with pytest.raises(limits.TooLarge):
        limits.refuse_costly(opened, io.BytesIO(bytes(content)), 4096)


@pytest.mark.parametrize("name", ["avif-60mp.avif", "gif-screen-63mp.gif", "jpg-progressive-2000-scans.jpg"])
def test_bombs_take_little_memory_or_are_refused(shared_data: Path, name: str) -> None:
    """In a process of its own, whose largest memory is known; 60 MB are Python and its libraries."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from facecam.core.errors import DataError\n"
        "from facecam.vision.images.read import read_picture\n"
        "try: print(read_picture(Path(sys.argv[1])).shape)\n"
        "except DataError as error: print(error.message)\n"
        # Not getrusage, which counts the process this one was started from.
        "status = Path('/proc/self/status').read_text()\n"
        "print(int(status.split('VmHWM:')[1].split()[0]) // 1024)\n"
    )
    path = shared_data / "faults" / name
    if not path.is_file() or sys.platform != "linux":
        pytest.skip("needs Linux and the shared data's faults")
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    said, megabytes = run.stdout.splitlines()
    assert int(megabytes) < 430, said


@pytest.mark.parametrize(
    "values",
    [
        [-3e38, 0, 3e38],
        [1e-45, 0, 2e-45],
        [float("nan"), float("inf"), float("-inf")],
        [float("nan"), -1e38, float("inf")],
        [0, 0, 0],
    ],
)
def test_any_floats_become_a_picture_without_a_warning(tmp_path: Path, values: list[float]) -> None:
    Image.fromarray(np.array([values] * 3, np.float32)).save(tmp_path / "a.tiff")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = read_picture(tmp_path / "a.tiff")
    assert image.shape == (3, 3, 3)
    if values[0] == -3e38:
        assert image[0, :, 0].tolist() == [0, 128, 255]


def test_what_pillow_finds_odd_does_not_reach_the_terminal(tmp_path: Path) -> None:
    """In a process of its own, since pytest catches warnings."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (6, 4)).save(stream, "JPEG", exif=exif)
    content = stream.getvalue()
    place = content.index(b"Exif\0\0") + 6
    (tmp_path / "odd.jpg").write_bytes(content[: place + 8] + b"\xff\xff" + content[place + 10 :])
    program = (
        "import sys, pathlib; from facecam.vision.images.read import read_picture\n"
        "print(read_picture(pathlib.Path(sys.argv[1])).shape)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "odd.jpg")], capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("ending", ["jpg", "png", "bmp", "webp", "tiff", "gif", "ppm", "avif"])
def test_a_picture_with_a_strange_name_has_the_ending_of_its_content(tmp_path: Path, ending: str) -> None:
    Image.new("RGB", (6, 4)).save(tmp_path / f"a.{ending}")
    assert picture_ending(tmp_path / f"a.{ending}") == f".{ending}"
    for name in ("a.jpg_large", "noending", "a.jpeg?x=1"):
        (tmp_path / name).write_bytes((tmp_path / f"a.{ending}").read_bytes())
        found = picture_ending(tmp_path / name)
        assert found in PICTURE_ENDINGS
        assert found == (".pnm" if ending == "ppm" else f".{ending}")
    (tmp_path / "words.TXT").write_text("words")
    assert picture_ending(tmp_path / "words.TXT") == ".txt"


@pytest.mark.parametrize(
    "head",
    [b"\0\0\0\x20ftypisom", b"\x1aE\xdf\xa3\x01", b"RIFF\1\2\3\4AVI LIST", b"OggS\0", b"\0\0\1\xba!"],
    ids=["mp4", "mkv", "avi", "ogv", "mpg"],
)
def test_a_film_is_said_to_be_one_and_what_to_do_with_it(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "film"
    path.write_bytes(head + bytes(100))
    with pytest.raises(DataError) as caught:
        read_picture(path)
    assert (
        "is a film" in caught.value.message
        and "live" in caught.value.hint
        and "--source" in caught.value.hint
    )


def with_much_beside_its_pixels(kind: str, path: Path) -> None:
    """A small sound picture with 300 MB that are none of its pixels; they take no room on the disk."""
    size = 300_000_000
    stream = io.BytesIO()
    Image.fromarray(four_corners()).save(stream, kind)
    content = stream.getvalue()
    with path.open("wb") as file:
        if kind == "PNG":  # One note; its checksum is not looked at.
            file.write(content[:33] + struct.pack(">I", size) + b"eXIf")
            file.seek(size + 4, os.SEEK_CUR)
            file.write(content[33:])
        elif kind == "JPEG":
            file.write(content[:2])
            for _ in range(size // 65_537):
                file.write(b"\xff\xe2\xff\xff")
                file.seek(65_533, os.SEEK_CUR)
            file.write(content[2:])
        else:
            file.write(content)
            file.truncate(size)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_what_is_not_pixels_has_a_limit_too(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "much"
    with_much_beside_its_pixels(kind, path)
    assert "holds more beside its pixels" in refused(path).message
    assert read.pages_in(path) == 1 and read.working_bytes(path) == 0


def test_a_picture_in_too_many_pieces_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two million notes of a byte take 13 s."""
    monkeypatch.setattr(rationed, "_MOST_READS", 3000)
    stream, path = io.BytesIO(), tmp_path / "pieces.png"
    Image.fromarray(four_corners()).save(stream, "PNG")
    content, note = stream.getvalue(), b"\0\0\0\3tEXta\0b"
    note += struct.pack(">I", zlib.crc32(note[4:]))
    path.write_bytes(content[:33] + note * 100 + content[33:])
    assert read_picture(path).shape == (20, 40, 3)
    path.write_bytes(content[:33] + note * 1000 + content[33:])
    assert "holds more beside its pixels" in refused(path).message
