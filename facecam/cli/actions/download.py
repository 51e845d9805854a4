"""Download of the weights the manifest names."""

from __future__ import annotations

from typing import TextIO

from facecam.cli.terminal.output import Printer, say
from facecam.core.config import Settings
from facecam.engine.models.download import fetch_weights


def download_weights(settings: Settings, mirror: str | None, stream: TextIO | None = None) -> None:
    """Fetch what is missing and say what came."""
    printer = Printer()
    for path in fetch_weights(settings, mirror=mirror, on_event=printer):
        say(f"{path} is there and verified", stream)
