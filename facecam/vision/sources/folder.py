"""Pictures of a folder, one after the other, as if they were a video."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from facecam.core.closing import Closable
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable
from facecam.core.types import Frame
from facecam.vision.images.read import list_pictures, read_picture
from facecam.vision.sources.protocol import SourceStatus


def open_folder(folder: Path, *, on_event: EventSink = ignore) -> FolderSource:
    """The pictures directly inside a folder by name, as file managers show them: `2.jpg` before `10.jpg`.

    Raises:
        DataError: the folder is unreadable or holds no pictures.
    """
    pictures = sorted(list_pictures(folder, recursive=False, on_event=on_event), key=_natural)
    if not pictures:
        raise DataError(
            f"the folder {printable(str(folder))} holds no pictures",
            hint="Put jpg, png, webp, bmp, pgm or heic files directly into it; subfolders are not searched.",
        )
    return FolderSource(pictures, printable(folder.name or str(folder)), on_event=on_event)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Letters, whatever their case, and numbers by turns; a number's size comes first."""
    parts = re.split(r"([0-9]+)", path.name.casefold())
    return [(int(part) if place % 2 else 0, part) for place, part in enumerate(parts)]


def open_picture(path: Path) -> FolderSource:
    """A single picture as a source of one frame.

    Raises:
        DataError: the picture cannot be read.
    """
    read_picture(path)  # so that the fault is an error now instead of a notice later
    return FolderSource([path], printable(path.name))


class FolderSource(Closable):
    """Pictures one after the other. Implements `FrameSource` and `SeekableSource`.

    `Frame.name` is the file's name, `Frame.index` its place in the list.
    Unreadable pictures are told of and passed over. `Frame.captured_at`
    gives every picture one second, so that time goes on between them.

    Args:
        pictures: the files, in the order wanted.
        description: what they are, in words.
        on_event: hears a `Notice` per unreadable picture, one for all where the folder is gone.
    """

    live = False
    fps: float | None = None

    def __init__(self, pictures: Sequence[Path], description: str, *, on_event: EventSink = ignore) -> None:
        self.description = description
        self.frame_count: int | None = len(pictures)
        self._pictures = tuple(pictures)
        self._on_event = on_event
        self._next_index = 0
        self._ready: Frame | None = None
        self._told: set[Path] = set()
        self._ended = False
        self._closed = False

    @property
    def duration_s(self) -> float | None:
        """A second a picture."""
        return float(len(self._pictures))

    @property
    def ended(self) -> bool:
        """Whether the last picture was given, or `close` called."""
        return self._ended

    @property
    def status(self) -> SourceStatus:
        """`playing` until the last picture was given, then `ended`."""
        if self._ended:
            return SourceStatus("ended", f"{self.description} has ended")
        return SourceStatus(
            "playing", f"picture {self._next_index} of {self.frame_count}, {self.description}"
        )

    def read(self, timeout_s: float = 1.0) -> Frame | None:
        """The next readable picture, or None at the end. `timeout_s` has no meaning here."""
        frame, self._ready = (None if self._closed else self._ready), None
        while frame is None and not self._ended and self._next_index < len(self._pictures):
            self._next_index += 1
            frame = self._picture(self._next_index - 1)
        self._ended = self._closed or frame is None
        return frame

    def seek(self, time_s: float) -> None:
        """Let the next `read` give the picture of that second, or the next readable one."""
        self._go_to(min(max(int(time_s), 0), len(self._pictures) - 1))

    def seek_before(self, time_s: float) -> None:
        """Let the next `read` give the last readable picture before that second; else the first there is."""
        for index in range(min(math.ceil(time_s), len(self._pictures)) - 1, -1, -1):
            frame = self._picture(index)
            if frame is not None:
                self._go_to(index + 1)
                self._ready = frame
                return
        self._go_to(0)

    def _go_to(self, index: int) -> None:
        self._next_index, self._ready, self._ended = index, None, self._closed

    def _picture(self, index: int) -> Frame | None:
        path = self._pictures[index]
        try:
            return Frame(read_picture(path), index, float(index), name=path.name)
        except DataError as error:
            notice = Notice(error.message, error.hint)
            if not path.parent.is_dir():  # A disk that was pulled out: said once, not for each picture.
                path = path.parent
                hint = "Plug the disk in again, or put the folder back; then watch it again."
                notice = Notice(f"the folder {printable(str(path))} is gone", hint)
            if path not in self._told:  # once, though it be passed again and again
                self._told.add(path)
                self._on_event(notice)
            return None

    def close(self) -> None:
        """Stop; the next `read` returns None."""
        self._ended = self._closed = True
