"""Line in the audit trail that pictures were copied out of the folder of people's photos."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from facecam.cli.terminal.output import Printer
from facecam.core.config import Settings
from facecam.core.paths import lies_in
from facecam.gallery.storage.audit_trail import note_in_trail


def note_export(settings: Settings, sources: Iterable[Path], printer: Printer, kind: str, count: int) -> None:
    """A line in the audit trail where pictures were copied out of the folder of people's photos, and nowhere else."""
    data = settings.data
    if any(lies_in(source, data) or lies_in(data, source) for source in sources):
        note_in_trail(settings.database, "export", on_event=printer, kind=kind, count=count)
