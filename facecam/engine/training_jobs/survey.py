"""Training survey: what there is to train on, and what to look at before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from facecam.core.config import Settings
from facecam.core.events import NEVER, CancelToken, EventSink, ignore
from facecam.core.words import counted
from facecam.engine.audit.findings import DataHealth, Finding, health_of
from facecam.engine.faces.library_scan import look_at_library
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.training_jobs.request import DataSummary

#: With fewer usable photos a person adds next to nothing to a training.
FEW_PHOTOS: Final = 4


def survey(settings: Settings, on_event: EventSink = ignore, cancel: CancelToken = NEVER) -> DataSummary:
    """Look over all photos in `data/`; what was seen before is remembered, so a second survey takes seconds.

    The faces found are kept as chips, and a training that follows need not look for them again unless it wants other
    room around them.

    Args:
        settings: folders, detector, and the model in use, which compares the photos.
        on_event: gets `Progress("photos", …)` and notices.
        cancel: stops between photos.

    Raises:
        WeightsError: the model in use is missing or damaged.
        DataError: `data/` cannot be read.
    """
    health = health_of(look_at_library(settings, keep_chips=True, on_event=on_event, cancel=cancel))
    warnings = (*health.findings, *_few_photos(health))
    return DataSummary(health.people, warnings, _digest(settings))


def _few_photos(health: DataHealth) -> Iterable[Finding]:
    for one in health.people:
        if one.usable < FEW_PHOTOS:
            yield Finding(
                "few photos",
                one.name,
                (),
                f"{one.name} has {counted(one.usable, 'usable photo')}",
                f"Add photos: {FEW_PHOTOS} are of use, 10 are good. With fewer than 2 nobody is trained on.",
            )


def _digest(settings: Settings) -> str:
    """Of names, sizes and times of all photos: changes when anything does, and costs no reading."""
    lines: list[str] = []
    for name, photos in PhotoLibrary(settings.data).people().items():
        for photo in photos:
            status = photo.stat() if photo.exists() else None
            stamp = [] if status is None else [[status.st_size, status.st_mtime_ns]]
            lines.append(" ".join(map(str, (name, photo, *stamp))))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
