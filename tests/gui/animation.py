"""Animated picture of the demo for the README: `make animation`.

Pictures of the real window, off screen, on a profile of its own: people recognized in the demo clip, then a person's
page and the Train tab.
"""

from __future__ import annotations

import io
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from facecam.core.paths import atomic_write
from facecam.core.types import ImageArray
from facecam.engine.people.directory import list_people
from facecam.gui.app.window import MainWindow
from facecam.gui.live.tab import LiveTab
from facecam.gui.measuring.response import pass_time
from tests.gui.screenshots import opened_window, wait, wait_for_plan

_WIDTH_PX, _PEOPLE = 840, 3
#: How often a picture is taken, how long the last scene is followed, and the longest wait for it.
_EVERY_S, _LAST_S, _LIVE_S = 0.25, 1.5, 60.0
#: Until the photos of a person have been looked at; how long a page is shown.
_READ_S, _SHOWN_MS, _LONGEST_MS = 20.0, 2200, 250
_log = logging.getLogger(__name__)


def write_animation(frames: Sequence[tuple[ImageArray, int]], path: Path) -> None:
    """Write pictures that follow each other, as an animated WebP that begins again at its end.

    Args:
        frames: uint8 (H, W, 3) RGB, and how long each is shown, ms.
        path: the file.

    Raises:
        DataError: disk full or no permission.
    """
    first, *others = (Image.fromarray(image) for image, _ in frames)
    buffer = io.BytesIO()
    durations = [milliseconds for _, milliseconds in frames]
    first.save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=durations,
        loop=0,
        quality=60,
        method=6,
        minimize_size=True,
    )
    atomic_write(path, buffer.getvalue())


def take_animation(path: Path) -> int:
    """Write an animated WebP; returns its size, bytes.

    Raises:
        FacecamError: the demo material or a model is missing.
    """
    with (
        tempfile.TemporaryDirectory(prefix="facecam-shots-") as profile,
        opened_window(Path(profile), "en") as window,
    ):
        window.show_tab("live", {"source": "demo"})
        wait(lambda: len(_names(window)) > 0, _LIVE_S)
        frames = _followed(window)
        window.show_tab("enroll", {"person": list_people(window.context.settings)[0].identity.name})
        pass_time(_READ_S)
        frames.append((_picture(window), _SHOWN_MS))
        window.show_tab("train", {})
        wait_for_plan(window)
        frames.append((_picture(window), _SHOWN_MS))
    write_animation(frames, path)
    return path.stat().st_size


def _followed(window: MainWindow) -> list[tuple[ImageArray, int]]:
    """The window while it recognizes, until all three are seen; what a busy computer took longer for is shortened."""
    pictures, taken_s, until_s = [_picture(window)], [time.monotonic()], time.monotonic() + _LIVE_S
    while taken_s[-1] < until_s:
        pass_time(_EVERY_S)
        if len(_names(window)) == _PEOPLE:
            until_s = min(until_s, time.monotonic() + _LAST_S)
        pictures.append(_picture(window))
        taken_s.append(time.monotonic())
    shown_ms = [min(_LONGEST_MS, round(1000 * one)) for one in np.diff(taken_s)]
    return list(zip(pictures, shown_ms, strict=False))


def _names(window: MainWindow) -> Sequence[str]:
    tab = window.current_tab
    assert isinstance(tab, LiveTab)
    return tab.side.here.names


def _picture(window: MainWindow) -> ImageArray:
    smooth = Qt.TransformationMode.SmoothTransformation
    image = (
        window.grab().toImage().scaledToWidth(_WIDTH_PX, smooth).convertToFormat(QImage.Format.Format_RGB888)
    )
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images/demo.webp")
    _log.info("%s: %.2f MB", target, take_animation(target) / 1e6)
