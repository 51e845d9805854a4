"""Recording: what is written can be read back, and nothing half written takes the target's name."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.types import Frame
from facecam.vision.draw import video_writer
from facecam.vision.draw.video_writer import CODECS, VideoRecorder
from facecam.vision.sources.video import open_video

ORANGE = (250, 120, 10)


def plain(width: int, height: int, color: tuple[int, int, int] = ORANGE) -> np.ndarray:
    return np.full((height, width, 3), color, np.uint8)


def noise(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (120, 160, 3), np.uint8)


def frames_of(path: Path) -> list[Frame]:
    with open_video(path) as opened:
        return list(iter(opened.read, None))


def files_in(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


@pytest.mark.parametrize("ending", list(CODECS))
def test_a_recording_can_be_played_with_its_colors_and_rate(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"Zoë 李{ending}"
    with VideoRecorder(path, (64, 48), 29.97) as recorder:
        for _ in range(12):
            recorder.write(plain(64, 48))
        assert recorder.frames_written == 12
    frames = frames_of(path)
    assert len(frames) == 12
    assert np.abs(frames[5].image[24, 32].astype(int) - ORANGE).max() <= 8, "RGB, not BGR"
    assert abs(frames[-1].captured_at - 11 / 29.97) < 0.01
    assert files_in(tmp_path) == [path.name]


@pytest.mark.parametrize("fps", [None, 0.0, float("nan"), -5.0, 1e9])
def test_an_unusable_rate_becomes_25(tmp_path: Path, fps: float | None) -> None:
    with VideoRecorder(tmp_path / "a.mp4", (16, 16), fps) as recorder:
        recorder.write(plain(16, 16))
    with open_video(tmp_path / "a.mp4") as opened:
        assert opened.fps == 25


def test_odd_sizes_are_padded_to_even_ones(tmp_path: Path) -> None:
    with VideoRecorder(tmp_path / "odd.avi", (63, 47), 25) as recorder:
        recorder.write(plain(63, 47))
    image = frames_of(tmp_path / "odd.avi")[0].image
    assert image.shape == (48, 64, 3)
    assert np.abs(image[47, 63].astype(int) - ORANGE).max() <= 8, "the last row and column are doubled"


@pytest.mark.parametrize(
    ("width", "height", "inside", "bar"),
    [(128, 48, (24, 32), (2, 32)), (32, 48, (24, 32), (24, 4)), (6, 4, (24, 32), (1, 32))],
)
def test_a_frame_of_another_size_is_fitted_in_with_bars(
    tmp_path: Path, width: int, height: int, inside: tuple[int, int], bar: tuple[int, int]
) -> None:
    with VideoRecorder(tmp_path / "bars.avi", (64, 48), 25) as recorder:
        recorder.write(plain(width, height))
    image = frames_of(tmp_path / "bars.avi")[0].image.astype(int)
    assert image.shape == (48, 64, 3)
    assert np.abs(image[inside] - ORANGE).max() <= 10
    assert image[bar].max() <= 20


def test_the_target_keeps_its_old_content_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    recorder = VideoRecorder(path, (16, 16), 25)
    recorder.write(plain(16, 16))
    assert path.read_bytes() == b"old"
    (part,) = (name for name in files_in(tmp_path) if name != "a.mp4")
    assert part.startswith(".a.") and part.endswith(".part.mp4")
    recorder.close()
    recorder.close()
    assert len(frames_of(path)) == 1 and files_in(tmp_path) == ["a.mp4"]
    with pytest.raises(ValueError, match="open recorder"):
        recorder.write(plain(16, 16))


def test_without_frames_there_is_no_file(tmp_path: Path) -> None:
    with VideoRecorder(tmp_path / "a.mp4", (16, 16), 25):
        pass
    assert files_in(tmp_path) == []


def test_what_was_recorded_before_an_error_elsewhere_is_kept(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), VideoRecorder(tmp_path / "a.mp4", (16, 16), 25) as recorder:
        recorder.write(plain(16, 16))
        raise RuntimeError
    assert len(frames_of(tmp_path / "a.mp4")) == 1


@pytest.mark.parametrize("name", ["a.webm", "a.gif", "a", "a.mp4.txt"])
def test_unknown_endings_are_refused_with_the_list_of_good_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError) as caught:
        VideoRecorder(tmp_path / name, (16, 16), 25)
    assert name in caught.value.message
    assert all(ending in caught.value.hint for ending in CODECS)
    assert files_in(tmp_path) == []


def test_an_existing_file_can_be_protected(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"old")
    with pytest.raises(DataError, match="exists already"):
        VideoRecorder(tmp_path / "a.mp4", (16, 16), 25, overwrite=False)
    assert (tmp_path / "a.mp4").read_bytes() == b"old"


def test_folders_missing_or_in_the_way_are_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        VideoRecorder(tmp_path / "folder.mp4", (16, 16), 25)
    with pytest.raises(DataError, match="missing"):
        VideoRecorder(tmp_path / "missing" / "a.mp4", (16, 16), 25)
    with pytest.raises(DataError, match="not valid Unicode"):
        VideoRecorder(tmp_path / "\udcff.mp4", (16, 16), 25)


def test_an_unwritable_folder_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(video_writer, "open", denied, raising=False)
    with pytest.raises(DataError) as caught:
        VideoRecorder(tmp_path / "a.mp4", (16, 16), 25)
    assert "may read and write" in caught.value.hint and files_in(tmp_path) == []


def test_a_size_no_encoder_takes_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no encoder"):
        VideoRecorder(tmp_path / "a.mp4", (40_000, 40_000), 25)
    assert files_in(tmp_path) == []
    with pytest.raises(ValueError, match="size"):
        VideoRecorder(tmp_path / "a.mp4", (0, 10), 25)


def test_an_encoder_that_cannot_begin_on_a_full_disk_is_not_to_blame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_writer.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(DataError, match="nearly full"):
        VideoRecorder(tmp_path / "a.mp4", (40_000, 40_000), 25)
    assert files_in(tmp_path) == []


def test_recording_stops_and_saves_before_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    free = [10**9]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 0, free[0]))
    recorder = VideoRecorder(tmp_path / "a.mp4", (16, 16), 25)
    for _ in range(30):
        recorder.write(plain(16, 16))
    free[0] = video_writer.MIN_FREE_BYTES - 1
    with pytest.raises(DataError) as caught:
        for _ in range(30):
            recorder.write(plain(16, 16))
    kept = recorder.frames_written
    assert 30 < kept < 60 and f"first {kept} frames are saved" in caught.value.message
    assert len(frames_of(tmp_path / "a.mp4")) == kept and files_in(tmp_path) == ["a.mp4"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on file size")
@pytest.mark.parametrize("ending", [".mp4", ".mkv"])
def test_a_disk_that_is_full_after_all_leaves_the_old_file_alone(tmp_path: Path, ending: str) -> None:
    """A limit on file size makes every write beyond it fail, as on a full disk."""
    import resource

    path = tmp_path / f"a{ending}"
    path.write_bytes(b"old")
    (tmp_path / f"a-incomplete{ending}").write_bytes(b"older")
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    recorder = VideoRecorder(path, (160, 120), 25)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, unlimited[1]))
        for number in range(40):
            recorder.write(noise(number))
        with pytest.raises(DataError) as caught:
            recorder.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        signal.signal(signal.SIGXFSZ, before)
    assert "could not be completed" in caught.value.message and "full" in caught.value.hint
    assert path.read_bytes() == b"old" and (tmp_path / f"a-incomplete{ending}").read_bytes() == b"older"
    if ending == ".mp4":  # its table of contents comes last: nothing can be saved
        assert files_in(tmp_path) == ["a-incomplete.mp4", "a.mp4"]
    else:
        assert files_in(tmp_path) == ["a-incomplete-2.mkv", "a-incomplete.mkv", "a.mkv"]
        kept = len(frames_of(tmp_path / "a-incomplete-2.mkv"))
        assert 1 <= kept < 40 and f"{kept} of 40 frames are in a-incomplete-2.mkv" in caught.value.message


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_program_leaves_nothing_under_the_targets_name(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal, numpy as np; from pathlib import Path\n"
        "from facecam.vision.draw.video_writer import VideoRecorder\n"
        "recorder = VideoRecorder(Path(sys.argv[1]), (64, 48), 25)\n"
        "for _ in range(30): recorder.write(np.zeros((48, 64, 3), np.uint8))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path / "a.mp4")], check=False)
    assert ended.returncode == -signal.SIGKILL
    (left,) = files_in(tmp_path)
    assert left.startswith(".a.") and left.endswith(".part.mp4")
