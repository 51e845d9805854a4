"""Opening a source of frames by what the user typed: a camera, address, file or folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from facecam.core.errors import CameraError, DataError, FacecamError
from facecam.core.events import EventSink, ignore
from facecam.core.home import expanded
from facecam.core.paths import printable, readable_os_errors
from facecam.vision.sources.protocol import FrameSource

if TYPE_CHECKING:
    from facecam.vision.sources.camera_format import CameraFormat

# fmt: off
VIDEO_ENDINGS = frozenset({
    ".mp4", ".m4v", ".mov", ".3gp", ".avi", ".mkv", ".webm", ".ogv", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts",
    ".wmv", ".flv", ".mjpeg", ".mjpg",
})
# fmt: on
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_NUMBER = re.compile(r"(?:/dev/video)?([0-9]+)")


def open_source(
    spec: str,
    *,
    on_event: EventSink = ignore,
    demo_clip: Path | None = None,
    camera_format: CameraFormat | None = None,
) -> FrameSource:
    """Open what the user named.

    Args:
        spec: in this order of precedence: `demo`; a camera number (`0`); an
            address (`rtsp://`, `http://`, `https://`); an existing file (video
            or picture, by its ending, else by its content) or folder of
            pictures; a camera's name or a unique part of it, in any case.
        on_event: hears a `Notice` for unreadable pictures, videos that end
            early, and live sources lost and found again. May be called from
            the capture thread.
        demo_clip: the video that `demo` means.
        camera_format: how a camera is to take pictures; of no meaning for the rest.

    Raises:
        CameraError: a camera or stream that is missing, busy, not permitted
            or not answering; a name that fits no camera or several.
        DataError: a file or folder that is missing or cannot be used.
    """
    # Imported here: whoever reads folders only is spared the cameras.
    from facecam.vision.sources import camera
    from facecam.vision.sources.camera_format import CameraFormat

    wanted = camera_format or CameraFormat()
    word = spec.strip()
    if word == "demo":
        return _open_demo(demo_clip, on_event)
    if number := _NUMBER.fullmatch(word):
        return camera.open_camera(int(number[1]), wanted=wanted, on_event=on_event)
    if address := _ADDRESS.match(word):
        _refuse_other_schemes(address[1])
        return camera.open_address(word, on_event=on_event)
    path = expanded(spec)
    if word and _exists(path):
        return _open_path(path, on_event)
    return camera.open_camera(_camera_named(word, path), wanted=wanted, on_event=on_event)


def _open_demo(demo_clip: Path | None, on_event: EventSink) -> FrameSource:
    from facecam.vision.sources.video import open_video

    if demo_clip is None or not demo_clip.is_file():
        raise DataError(
            "the demo clip is not installed",
            hint="Use a camera (`--source 0`), or name a video file as the source.",
        )
    return open_video(demo_clip, on_event=on_event, description="demo clip")


def _refuse_other_schemes(scheme: str) -> None:
    if scheme.lower() not in ("rtsp", "rtsps", "http", "https"):
        raise DataError(
            f"addresses that begin with {scheme}:// cannot be opened",
            hint="Use rtsp://, http:// or https://; name files by their path alone.",
        )


def _exists(path: Path) -> bool:
    try:
        path.stat()  # `exists` says of Python 3.14 on that what one may not look at is not there.
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        pass  # there, but not for us: reading it says why
    return True


def _open_path(path: Path, on_event: EventSink) -> FrameSource:
    from facecam.vision.images.read import is_picture_name, looks_like_picture
    from facecam.vision.sources.folder import open_folder, open_picture
    from facecam.vision.sources.video import open_video

    with readable_os_errors("open", path):
        is_folder = path.is_dir()
    if is_folder:
        return open_folder(path, on_event=on_event)
    if path.suffix.lower() in VIDEO_ENDINGS:
        return open_video(path, on_event=on_event)
    if is_picture_name(path) or looks_like_picture(path):
        return open_picture(path)
    return open_video(path, on_event=on_event)


def require_source(spec: str) -> None:
    """Raise as `open_source` does for what names nothing; nothing is opened, and a camera's number or address is taken
    at its word."""
    word, path = spec.strip(), expanded(spec)
    if address := _ADDRESS.match(word):
        _refuse_other_schemes(address[1])
    elif word != "demo" and not _NUMBER.fullmatch(word) and not (word and _exists(path)):
        _camera_named(word, path)


def open_sources(
    specs: Sequence[str], *, on_event: EventSink = ignore, demo_clip: Path | None = None
) -> list[FrameSource]:
    """Open several as `open_source` does, all at the same time: one that is slow to answer does not hold the others.

    Raises:
        CameraError, DataError: one cannot be opened; the others are closed again.
    """
    with ThreadPoolExecutor(len(specs)) as pool:
        opening = [pool.submit(open_source, one, on_event=on_event, demo_clip=demo_clip) for one in specs]
    try:
        return [one.result() for one in opening]
    except FacecamError:
        for one in opening:
            if one.exception() is None:
                one.result().close()
        raise


def names_missing_file(spec: str) -> bool:
    """Whether this source can only be a file or folder, which is not there: a camera may be plugged in later."""
    path = expanded(spec)
    if _ADDRESS.match(spec.strip()) or _NUMBER.fullmatch(spec.strip()):
        return False
    return _looks_like_path(spec, path) and not _exists(path)


def _looks_like_path(spec: str, path: Path) -> bool:
    from facecam.vision.images.read import is_picture_name

    return "/" in spec or "\\" in spec or path.suffix.lower() in VIDEO_ENDINGS or is_picture_name(path)


def _camera_named(spec: str, path: Path) -> int:
    from facecam.vision.sources.camera import cameras_in_words, list_cameras

    if _looks_like_path(spec, path):
        raise DataError(
            f"there is no file or folder {printable(spec)}", hint="Check the spelling of the path."
        )
    cameras = list_cameras()
    wanted = spec.casefold()
    fitting = [camera for camera in cameras if camera.name.casefold() == wanted and wanted]
    fitting = fitting or [camera for camera in cameras if wanted and wanted in camera.name.casefold()]
    if len(fitting) == 1:
        return fitting[0].index
    problem = "fits several cameras" if fitting else "is no file, folder, address or camera"
    raise CameraError(
        f"{printable(spec) or 'an empty name'} {problem}",
        hint=f"Name a file, an address or a camera by its number. {cameras_in_words()}",
    )
