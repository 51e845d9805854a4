"""Recording keeps the time of the frames, whatever rate they come at, and never holds recognition up."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.types import Box, Frame, Identity
from facecam.engine.live.recorder import LiveRecording
from facecam.engine.live.view import LiveView, SeenFace, annotated_view, for_screen, save_snapshot
from facecam.vision.images.read import read_picture
from facecam.vision.sources.video import open_video
from tests.engine.fakes import eventually

FACE = SeenFace(1, Box(20, 30, 60, 70), "known", Identity("1", "Ada"), 93.0, ())


def view(at_s: float, brightness: int = 100, faces: tuple[SeenFace, ...] = ()) -> LiveView:
    image = np.full((96, 128, 3), brightness, np.uint8)
    return LiveView(Frame(image, 0, at_s), image, faces, (), {}, 0.0, 0.0, time.monotonic(), 0, 0.2)


def put_all(recording: LiveRecording, *times_s: float) -> None:
    """Hand views over no faster than they are written: none is left out."""
    for at_s in times_s:
        assert eventually(lambda: recording._queue.qsize() < 3)
        recording.put(view(at_s))


def frames_in(path: Path) -> int:
    count = 0
    with open_video(path) as source:
        while source.read() is not None:
            count += 1
    return count


def test_a_slow_stream_becomes_a_film_of_the_right_length(tmp_path: Path) -> None:
    """Five views at 0, 0.2, … 0.8 s at 10 frames/s: 9 frames, those between doubled."""
    recording = LiveRecording(tmp_path / "a.mp4", 10.0)
    put_all(recording, 100.0, 100.2, 100.4, 100.6, 100.8)
    assert recording.close() == pytest.approx(0.9)
    assert frames_in(tmp_path / "a.mp4") == 9


def test_a_fast_stream_is_thinned_out(tmp_path: Path) -> None:
    """60 views a second into 30: the first second has 30 frames."""
    recording = LiveRecording(tmp_path / "a.mp4", 60.0)
    put_all(recording, *(index / 60 for index in range(60)))
    assert recording.close() == pytest.approx(1.0, abs=0.05)


def test_a_lost_camera_leaves_no_hour_of_one_picture(tmp_path: Path) -> None:
    recording = LiveRecording(tmp_path / "a.mp4", 10.0)
    put_all(recording, 0.0, 0.1, 3600.0, 3600.1, 5.0, 5.1)
    assert recording.close() == pytest.approx(0.6)


def test_names_are_in_the_film_unless_it_is_to_be_plain(tmp_path: Path) -> None:
    for annotated in (True, False):
        path = tmp_path / f"{annotated}.mp4"
        recording = LiveRecording(path, 10.0, annotated=annotated)
        recording.put(view(0.0, faces=(FACE,)))
        recording.close()
        with open_video(path) as source:
            frame = source.read()
        assert frame is not None and (float(frame.image.std()) > 5) == annotated


def test_a_disk_that_does_not_follow_costs_frames_not_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follows, written = threading.Event(), list[bool]()
    write = lambda *_: written.append(follows.wait(60))  # noqa: E731
    monkeypatch.setattr("facecam.vision.draw.video_writer.VideoRecorder.write", write)
    recording = LiveRecording(tmp_path / "a.mp4", 10.0)
    for index in range(50):
        recording.put(view(index / 10))
    assert written == [], "nobody has waited for the first"
    follows.set()
    recording._recorder._recorder = None
    recording.close()


def test_a_fault_ends_the_recording_and_is_told_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "no folder" / "a.mp4"
    recording = LiveRecording(path, 10.0)
    recording.put(view(0.0))
    assert eventually(lambda: recording.error is not None)
    for index in range(20):
        recording.put(view(float(index)))  # nothing blocks, nothing piles up
    with pytest.raises(DataError, match="no folder"):
        recording.close()


def test_an_existing_film_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"precious")
    recording = LiveRecording(tmp_path / "a.mp4", 10.0)
    recording.put(view(0.0))
    with pytest.raises(DataError, match="exists already"):
        recording.close()
    assert (tmp_path / "a.mp4").read_bytes() == b"precious"


def test_a_recording_without_a_frame_leaves_no_file(tmp_path: Path) -> None:
    assert LiveRecording(tmp_path / "a.mp4", 10.0).close() == 0.0
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------- pictures of a view


def test_snapshots_with_names_and_without(tmp_path: Path) -> None:
    shown = view(0.0, faces=(FACE,))
    plain = save_snapshot(shown, tmp_path / "new folder" / "plain.png", annotated=False)
    named = save_snapshot(shown, tmp_path / "named.png", annotated=True)
    assert np.array_equal(read_picture(plain), shown.frame.image)
    assert np.array_equal(read_picture(named), annotated_view(shown))
    assert not np.array_equal(read_picture(named), shown.frame.image)


def test_pictures_are_shrunk_to_the_screen_only_where_that_pays() -> None:
    image = np.zeros((2160, 3840, 3), np.uint8)
    assert for_screen(image, (960, 800)).shape == (540, 960, 3)
    assert for_screen(image, (3500, 2000)) is image
    assert for_screen(image, (0, 0)) is image
    assert for_screen(image[:240, :320], (1920, 1080)).shape == (240, 320, 3)
    # A line of pixels keeps its one.
    assert for_screen(image[:, :1], (600, 600)).shape == (600, 1, 3)


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no such rights")
def test_recordings_and_pictures_are_for_this_users_eyes_only(tmp_path: Path) -> None:
    recording = LiveRecording(tmp_path / "a.mp4", 10.0)
    put_all(recording, 0.0)
    recording.close()
    picture = save_snapshot(view(0.0), tmp_path / "new" / "a.png", annotated=False)
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "a.mp4", picture, picture.parent)]
    assert modes == [0o600, 0o600, 0o700]
