"""How a camera is to take pictures: size, rate, which way it is turned, how long it exposes."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from facecam.core.errors import ConfigError
from facecam.vision.sources.capture import Capture

_TEXT = re.compile(r"(?:(\d{2,5})x(\d{2,5}))?(?:@(\d{1,3}))?(?:r(0|90|180|270))?(?:e(a|[+-]?[0-4]))?")
_ROTATIONS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class CameraFormat:
    """What is asked of a camera; 0 leaves it to the camera.

    Attributes:
        width: px.
        height: px.
        fps: frames per second; the light may allow fewer.
        rotation: how far its pictures are turned, degrees clockwise: 0, 90, 180 or 270.
        exposure: `a`: automatic; `-4` to `+4`: fixed, so many times doubled from what it is when the camera is
            opened; empty: as the camera likes.
    """

    width: int = 0
    height: int = 0
    fps: int = 0
    rotation: int = 0
    exposure: str = ""

    @classmethod
    def parse(cls, text: str) -> CameraFormat:
        """`1280x720@30r90e+1`, each part of which may be left out.

        Raises:
            ConfigError: anything else.
        """
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ConfigError(
                f"{text!r} is no format of a camera",
                hint="Write it like 1280x720@30r90e+1: size, rate, rotation, exposure.",
            )
        *numbers, exposure = found.groups("")
        width, height, fps, rotation = (int(part or 0) for part in numbers)
        return cls(width, height, fps, rotation, exposure)

    def __str__(self) -> str:
        """As `parse` reads it; empty where all is left to the camera."""
        size = f"{self.width}x{self.height}" if self.width and self.height else ""
        turned = f"r{self.rotation}" if self.rotation else ""
        return (
            size
            + (f"@{self.fps}" if self.fps else "")
            + turned
            + (f"e{self.exposure}" if self.exposure else "")
        )

    def applied(self, capture: Capture) -> Capture:
        """`capture`, asked for this; a camera that cannot gives the nearest it can."""
        place = getattr(capture, "set", None)
        if place is not None and self.width and self.height:
            # Uncompressed, cameras reach large sizes at a few frames a second only.
            place(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            place(cv2.CAP_PROP_FRAME_WIDTH, self.width)
            place(cv2.CAP_PROP_FRAME_HEIGHT, self.height)
        if place is not None and self.fps:
            place(cv2.CAP_PROP_FPS, self.fps)
        if place is not None and self.exposure:
            capture = _expose(capture, place, self.exposure)
        return _TurnedCapture(capture, self.rotation) if self.rotation in _ROTATIONS else capture


def _expose(capture: Capture, place: Callable[[int, float], object], exposure: str) -> Capture:
    """Automatic, or fixed at the present time times a power of two; systems say each in their own numbers.

    Returns:
        The capture; what was fixed ends with it.
    """
    linux = sys.platform.startswith("linux")
    manual, automatic = (1, 3) if linux else (0, 1)
    if exposure == "a":
        place(cv2.CAP_PROP_AUTO_EXPOSURE, automatic)
        return capture
    now, steps = capture.get(cv2.CAP_PROP_EXPOSURE), int(exposure)
    place(cv2.CAP_PROP_AUTO_EXPOSURE, manual)
    # Beyond its range a camera refuses: as near as it goes, and what cannot be fixed at all is automatic again.
    for nearer in range(abs(steps), -1, -1):
        step = math.copysign(nearer, steps)
        value = now * 2.0**step if linux else now + step  # In tenths of a millisecond; as a power of two.
        if math.isfinite(value) and (value > 0 or not linux) and place(cv2.CAP_PROP_EXPOSURE, value):
            # A camera keeps it when it is closed: fixed again from there, it would be darker at every opening.
            before = ((cv2.CAP_PROP_EXPOSURE, now), (cv2.CAP_PROP_AUTO_EXPOSURE, automatic))
            return _LeftAsItWas(capture, place, before)
    place(cv2.CAP_PROP_AUTO_EXPOSURE, automatic)
    return capture


class _CaptureBehind:
    """A capture that passes on another one. Implements `Capture`."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture

    def read(self) -> tuple[bool, np.ndarray | None]:
        """The next picture."""
        return self._capture.read()

    def get(self, property_id: int) -> float:
        """A property of the camera itself."""
        return self._capture.get(property_id)

    def release(self) -> None:
        """Let go of the device."""
        self._capture.release()


class _LeftAsItWas(_CaptureBehind):
    """A capture that gives properties back before it lets go of the device."""

    def __init__(
        self, capture: Capture, place: Callable[[int, float], object], before: tuple[tuple[int, float], ...]
    ) -> None:
        super().__init__(capture)
        self._place, self._before = place, before

    def release(self) -> None:
        """Give back, let go."""
        for property_id, value in self._before:
            self._place(property_id, value)
        super().release()


class _TurnedCapture(_CaptureBehind):
    """A capture whose pictures are turned."""

    def __init__(self, capture: Capture, rotation: int) -> None:
        super().__init__(capture)
        self._code = _ROTATIONS[rotation]

    def read(self) -> tuple[bool, np.ndarray | None]:
        """The next picture, turned."""
        got, picture = self._capture.read()
        return got, cv2.rotate(
            picture, self._code
        ) if got and picture is not None and picture.size else picture
