"""A plain window that shows frames."""

from __future__ import annotations

import contextlib
import os

import cv2
import numpy as np

from facecam.core.errors import ConfigError
from facecam.core.types import ImageArray

_ESCAPE = 27


class PreviewWindow:
    """Opens with the first frame; q, Escape or closing it ends the show.

    Args:
        title: what stands above it.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._open = False

    def show(self, image: ImageArray) -> bool:
        """Show a frame (uint8 (H, W, 3) RGB); returns whether the user wants to go on.

        Raises:
            ConfigError: there is no desktop to open a window on.
        """
        if not self._open:
            # OpenCV's Qt complains about a font folder that its wheel does not have.
            os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
            try:
                cv2.namedWindow(self._title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
            except cv2.error as error:  # Windows without a desktop, such as a service or a remote shell.
                raise ConfigError("no window can be opened here", hint="Repeat with --no-show.") from error
            cv2.resizeWindow(self._title, image.shape[1], image.shape[0])
            self._open = True
        cv2.imshow(self._title, np.ascontiguousarray(image[:, :, ::-1]))
        key = cv2.waitKey(1) & 0xFF
        return (
            key not in (ord("q"), _ESCAPE) and cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1
        )

    def close(self) -> None:
        """Close it, if it is open."""
        if self._open:
            with contextlib.suppress(cv2.error):  # The user closed it already.
                cv2.destroyWindow(self._title)
