"""The protocol of frame sources: cameras, streams, films and folders."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol, Self, runtime_checkable

from facecam.core.types import Frame

SourceState = Literal["opening", "playing", "lost", "ended"]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """What a source is doing.

    Attributes:
        state: `opening` (no frame yet), `playing`, `lost` (live sources: being
            reconnected) or `ended` (nothing will come any more).
        detail: the same in words, for the user.
    """

    state: SourceState
    detail: str


class FrameSource(Protocol):
    """A camera, stream, video or folder. Use it as a context manager, or call `close`."""

    @property
    def live(self) -> bool:
        """Whether the newest frame wins (camera, stream) instead of every frame counting (file)."""
        ...

    @property
    def fps(self) -> float | None:
        """Frames per second as the source states them, or None."""
        ...

    @property
    def frame_count(self) -> int | None:
        """Number of frames as the source states it, or None."""
        ...

    @property
    def description(self) -> str:
        """What it is, in words fit for a title; passwords in addresses are left out."""
        ...

    @property
    def status(self) -> SourceStatus:
        """What it is doing now. May be asked from any thread."""
        ...

    @property
    def ended(self) -> bool:
        """Whether nothing will come any more."""
        ...

    def read(self, timeout_s: float = 1.0) -> Frame | None:
        """The next frame.

        A file gives every frame in order, then None and `ended`. A live
        source gives the newest frame not yet returned, or None when none
        came within `timeout_s`.
        """
        ...

    def close(self) -> None:
        """Let go of the device or file, within a second. Calling it again does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class SeekableSource(Protocol):
    """What films and folders can besides: go to any place. A source that can is a `FrameSource` too."""

    @property
    def duration_s(self) -> float | None:
        """Seconds from the first frame to the end of the last, or None where nothing says so."""
        ...

    def seek(self, time_s: float) -> None:
        """Let the next `read` give the frame shown at a media time (s), or the nearest there is.

        Not while another thread reads. After the end the source goes on.
        """
        ...

    def seek_before(self, time_s: float) -> None:
        """Let the next `read` give the last frame before a media time (s); the first if there is none."""
        ...
