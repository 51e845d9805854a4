"""Films that are too large, that name other files, or that lie about what they hold."""

from __future__ import annotations

import http.server
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.vision.sources import film_shape
from facecam.vision.sources.capture import prepare_opencv
from facecam.vision.sources.film_header import stated_size
from facecam.vision.sources.open import open_source
from tests.vision.films import disc, state_size, write_film

#: A file of each container that OpenCV writes, with a codec it takes; the last tells no size in a header.
CONTAINERS = [("a.mp4", "mp4v"), ("a.mov", "mp4v"), ("a.mkv", "mp4v"), ("a.avi", "MJPG"), ("a.mpg", "PIM1")]


@pytest.mark.parametrize(("name", "codec"), CONTAINERS)
def test_a_film_above_the_limit_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, codec: str
) -> None:
    path = write_film(tmp_path / name, [disc(320, 240)] * 3, codec=codec)
    with open_source(str(path)) as opened:
        assert opened.read() is not None
    monkeypatch.setattr(film_shape, "MAX_FILM_MEGAPIXELS", 0.05)
    with pytest.raises(
        DataError, match=r"has frames of 320×240 = 0 megapixels, more than the 0\.05"
    ) as caught:
        open_source(str(path))
    assert name in caught.value.message and "smaller" in caught.value.hint


def test_films_of_4k_are_within_the_limit_and_of_8k_are_not() -> None:
    film_shape.refuse_oversized(3840, 2160, "4K")
    film_shape.refuse_oversized(4096, 2160, "cinema")
    with pytest.raises(DataError, match="7680×4320 = 33 megapixels"):
        film_shape.refuse_oversized(7680, 4320, "8K")


def test_a_size_in_the_header_is_believed_before_anything_is_decoded(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", [disc(320, 240)] * 3)
    state_size(path, 16000, 16000)
    with pytest.raises(DataError, match="16000×16000 = 256 megapixels"):
        open_source(str(path))


def test_a_large_file_of_two_frames(shared_data: Path) -> None:
    path = shared_data / "faults/video-16000x16000.mkv"
    if not path.is_file():
        pytest.skip("the shared data has no such film")
    with pytest.raises(DataError, match="256 megapixels"):
        open_source(str(path))


def test_frames_with_a_long_side_are_reduced(tmp_path: Path) -> None:
    path = write_film(tmp_path / "wide.avi", [np.full((100, 6000, 3), 90, np.uint8)] * 2, codec="MJPG")
    with open_source(str(path)) as opened:
        frame = opened.read()
    assert frame is not None and frame.image.shape == (68, 4096, 3)


class OnePicture(http.server.BaseHTTPRequestHandler):
    """A stream of pictures of 320×240."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        jpeg = cv2.imencode(".jpg", disc(320, 240))[1].tobytes()
        head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
        for _ in range(50):
            try:
                self.wfile.write(head + jpeg + b"\r\n")
            except OSError:
                return  # the reader has gone

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def stream() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OnePicture)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/live"
    server.shutdown()
    server.server_close()
    thread.join(60)


def test_a_stream_above_the_limit_is_refused_in_words(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_shape, "MAX_FILM_MEGAPIXELS", 0.05)
    with pytest.raises(DataError, match=r"http://127.* has frames of 320×240"):
        open_source(stream)


# --- sizes in headers


@pytest.mark.parametrize(("name", "codec"), CONTAINERS[:-1])
def test_the_size_in_a_header(tmp_path: Path, name: str, codec: str) -> None:
    path = write_film(tmp_path / name, [disc(320, 240)] * 2, codec=codec)
    with open(path, "rb") as file:
        assert stated_size(file) == (320, 240)


def test_tracks_without_pictures_have_no_size(tmp_path: Path) -> None:
    content = write_film(tmp_path / "a.mp4", [disc(320, 240)] * 2).read_bytes()
    assert stated_size(io.BytesIO(content.replace(b"vide", b"tmcd"))) is None


@pytest.mark.parametrize(("name", "codec"), CONTAINERS[:-1])
def test_damaged_headers_are_left_to_the_decoder(tmp_path: Path, name: str, codec: str) -> None:
    content = write_film(tmp_path / name, [disc(64, 48)] * 2, codec=codec).read_bytes()
    generator = np.random.default_rng(1)
    sizes = [stated_size(io.BytesIO(content[:length])) for length in range(0, len(content), 7)]
    for _ in range(400):
        damaged = bytearray(content)
        for place in generator.integers(0, len(content), 4):
            damaged[place] = generator.integers(256)
        sizes.append(stated_size(io.BytesIO(bytes(damaged))))
    assert all(size is None or min(size) >= 0 for size in sizes)
    assert (64, 48) in sizes


@pytest.mark.parametrize(
    "content",
    [
        b"\0\0\0\x08ftyp" + b"\0\0\0\x08moov" * 100_000,
        b"\0\0\0\x00ftyp" * 1000,
        b"\0\0\0\x01ftyp\xff\xff\xff\xff\xff\xff\xff\xff" * 100,
        b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\x80" * 100_000,
        b"\x1a\x45\xdf\xa3\x80" + b"\xae\x01\xff\xff\xff\xff\xff\xff\xff" * 1000,
        b"\x1a\x45\xdf\xa3\x00\x00",
        b"RIFF\0\0\0\0AVI LIST",
    ],
)
@pytest.mark.timeout(120)
def test_hostile_headers_are_given_up(content: bytes) -> None:
    assert stated_size(io.BytesIO(content)) is None


# --- files that name other files


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.mp4", b"ffconcat version 1.0\nfile inside.mp4\n"),
        ("list.txt", b"ffconcat version 1.0\nfile 'inside.mp4'\n"),
        ("list.mkv", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\ninside.mp4\n#EXT-X-ENDLIST\n"),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\ninside.mp4\n#EXT-X-ENDLIST\n"),
        ("bom.mp4", b"\xef\xbb\xbfffconcat version 1.0\nfile inside.mp4\n"),
        ("cut.mp4", b"ffconcat version 1.0\nfile inside.mp4\n#" + "ä".encode() * 3000),
    ],
)
def test_a_text_that_names_other_films_is_no_film(tmp_path: Path, name: str, content: bytes) -> None:
    write_film(tmp_path / "inside.mp4", [disc(64, 48)] * 2)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match="is text, not a video") as caught:
        open_source(str(tmp_path / name))
    assert name in caught.value.message and "list of films" in caught.value.hint


def test_a_list_that_does_not_look_like_text_plays_nothing_either(tmp_path: Path) -> None:
    write_film(tmp_path / "inside.mp4", [disc(64, 48)] * 2)
    (tmp_path / "list.mp4").write_bytes(b"ffconcat version 1.0\nfile inside.mp4\n#\x01\xff\0\n")
    with pytest.raises(DataError, match="not a video"):
        open_source(str(tmp_path / "list.mp4"))


def test_options_of_the_user_for_ffmpeg_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;udp")
    prepare_opencv.__wrapped__()
    assert os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"].startswith("rtsp_transport;udp|format_whitelist;mov,")
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "format_whitelist;mov")
    prepare_opencv.__wrapped__()
    assert os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] == "format_whitelist;mov"
