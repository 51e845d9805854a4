"""Going to a place of a film or folder, and films that are damaged in the middle."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.events import Event, Notice
from facecam.vision.sources.film_header import stated_codec
from facecam.vision.sources.folder import open_folder
from facecam.vision.sources.protocol import SeekableSource
from facecam.vision.sources.video import VideoSource, open_video
from tests.vision.films import write_film

FPS, FRAMES = 25.0, 100


def numbered(count: int = FRAMES) -> list[np.ndarray]:
    """Pictures with their number in eight black or white squares, over noise that keeps them large in the file."""
    noise = np.random.default_rng(0).integers(0, 40, (120, 160, 3), np.uint8)
    pictures = []
    for number in range(count):
        picture = np.roll(noise, number, 1)
        for bit in range(8):
            picture[:60, 20 * bit : 20 * bit + 20] = 255 * (number >> bit & 1)
        pictures.append(picture)
    return pictures


def number_of(image: np.ndarray) -> int:
    return sum((image[30, 20 * bit + 10, 1] > 127) << bit for bit in range(8))


@pytest.fixture(
    scope="module", params=[(".mp4", "mp4v"), (".mkv", "mp4v"), (".avi", "MJPG")], ids=lambda p: p[0]
)
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    ending, codec = request.param
    return write_film(tmp_path_factory.mktemp("films") / f"film{ending}", numbered(), FPS, codec)


def shown(source: VideoSource) -> tuple[int, int, float]:
    """(number painted, index, time) of the next frame."""
    frame = source.read()
    assert frame is not None
    return number_of(frame.image), frame.index, frame.captured_at


@pytest.mark.parametrize("time_s", [0.0, 0.04, 0.52, 1.0, 3.2, 3.96])
def test_a_film_goes_to_a_moment_and_on_from_there(film: Path, time_s: float) -> None:
    wanted = round(time_s * FPS)
    with open_video(film) as source:
        assert isinstance(source, SeekableSource) and source.duration_s == pytest.approx(FRAMES / FPS)
        for _ in range(30):
            source.read()
        source.seek(time_s)
        number, index, at_s = shown(source)
        assert (number, index) == (wanted, wanted) and at_s == pytest.approx(time_s, abs=0.002)
        if wanted + 1 < FRAMES:
            assert shown(source)[:2] == (wanted + 1, wanted + 1)


@pytest.mark.parametrize("number", [1, 2, 13, 60, 99])
def test_the_frame_before_another_is_found_and_the_other_follows(film: Path, number: int) -> None:
    with open_video(film) as source:
        source.seek_before(number / FPS)
        assert shown(source)[0] == number - 1
        assert shown(source)[0] == number


def test_before_the_first_frame_is_the_first_and_beyond_the_end_the_last(film: Path) -> None:
    with open_video(film) as source:
        source.seek_before(0.0)
        assert shown(source)[0] == 0
        source.seek(1000.0)
        assert shown(source)[0] == FRAMES - 1
        assert source.read() is None and source.ended
        source.seek(1.0)
        assert not source.ended and shown(source)[0] == 25


def test_a_film_that_was_wound_about_in_is_not_said_to_be_cut_off(film: Path) -> None:
    told: list[Event] = []
    with open_video(film, on_event=told.append) as source:
        source.seek(3.0)
        while source.read() is not None:
            pass
    assert told == []


def damaged(path: Path, name: str) -> Path:
    """A tenth of the film in the middle is overwritten."""
    content = bytearray(path.read_bytes())
    start, end = len(content) * 4 // 10, len(content) * 5 // 10
    content[start:end] = bytes(end - start)
    copy = path.with_name(name + path.suffix)
    copy.write_bytes(content)
    return copy


def test_damage_in_the_middle_is_passed_over_and_said_once_with_its_time(film: Path) -> None:
    told: list[Event] = []
    last_s, count = 0.0, 0
    with open_video(damaged(film, "damaged"), on_event=told.append) as source:
        while (frame := source.read()) is not None:
            last_s, count = frame.captured_at, count + 1
    assert count >= 55 and last_s > 3.5
    (notice,) = told
    assert isinstance(notice, Notice) and "damaged" in notice.text
    if film.suffix != ".avi":  # whose frames have no time of their own
        assert "damaged at 0:01" in notice.text


def test_at_its_end_the_length_of_a_film_is_known_whatever_was_stated(film: Path) -> None:
    with open_video(film) as source:
        source.frame_count = 3 * FRAMES
        assert source.duration_s == pytest.approx(3 * FRAMES / FPS)
        while source.read() is not None:
            pass
        assert source.duration_s == pytest.approx(FRAMES / FPS, abs=0.01)


# ---------------------------------------------------------------------- folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, brightness in enumerate((10, 60, 110, 160)):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((40, 40, 3), brightness, np.uint8))
    (tmp_path / "2.png").write_bytes(b"broken")
    return tmp_path


def test_a_folder_that_is_gone_is_said_once(folder: Path) -> None:
    told: list[Event] = []
    with open_folder(folder, on_event=told.append) as source:
        told.clear()
        folder.rename(folder.with_name("elsewhere"))
        assert source.read() is None and source.ended
    (notice,) = told
    assert isinstance(notice, Notice) and notice.text == f"the folder {folder} is gone" and notice.hint


def test_a_folder_goes_forward_and_back_over_what_cannot_be_read(folder: Path) -> None:
    told: list[Event] = []
    with open_folder(folder, on_event=told.append) as source:
        assert isinstance(source, SeekableSource) and source.duration_s == 4
        names = [frame.name for frame in iter(source.read, None)]
        assert names == ["0.png", "1.png", "3.png"] and source.ended
        source.seek_before(3.0)
        frame = source.read()
        assert frame is not None and frame.name == "1.png" and not source.ended
        following = source.read()
        assert following is not None and following.name == "3.png"
        source.seek_before(0.0)
        first = source.read()
        assert first is not None and first.name == "0.png"
        source.seek(99.0)
        last = source.read()
        assert last is not None and last.name == "3.png"
    assert source.read() is None
    assert len(told) == 1, "of a picture that cannot be read it is told once"


# ---------------------------------------------------------------------- codecs


def test_a_codec_that_cannot_be_decoded_is_called_by_its_name(tmp_path: Path) -> None:
    """An mp4 is not told to become an mp4."""
    film = write_film(tmp_path / "film.mp4", numbered(5))
    content = bytearray(film.read_bytes())
    entry = content.index(b"mp4v", content.index(b"stsd"))
    content[entry : entry + 4] = b"av01"
    setup = content.index(b"esds")
    content[setup : setup + 4] = b"av1C"
    film.write_bytes(content)
    with pytest.raises(DataError, match=r"film\.mp4 .* its codec is AV1") as refused:
        open_video(film)
    assert "H.264" in refused.value.hint and "convert it to mp4" not in refused.value.hint


@pytest.mark.parametrize(
    "ending, codec, name",
    [(".mp4", "mp4v", "MPEG-4"), (".mkv", "mp4v", "MPEG4"), (".avi", "MJPG", "Motion JPEG")],
)
def test_the_codec_is_read_from_the_file(tmp_path: Path, ending: str, codec: str, name: str) -> None:
    film = write_film(tmp_path / f"film{ending}", numbered(5), codec=codec)
    with open(film, "rb") as file:
        found = stated_codec(file)
    assert found is not None and name.replace("-", "") in found.replace("-", "")
    with open(film, "rb") as file:
        (tmp_path / "cut").write_bytes(file.read(40))
    with open(tmp_path / "cut", "rb") as file:
        assert stated_codec(file) is None
