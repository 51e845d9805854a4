"""Drag and drop of files and folders on a tab."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDropEvent

from facecam.vision.sources.open import VIDEO_ENDINGS


def dropped_paths(event: QDropEvent) -> list[Path]:
    """The files and folders of this computer in what is dragged; empty for anything else."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def is_film(path: Path) -> bool:
    """Whether a file is a film, by its ending."""
    return path.suffix.lower() in VIDEO_ENDINGS
