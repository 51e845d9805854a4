"""Withdrawal of consent: somebody is deleted for good, and a receipt says what went and what is not ours to remove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from facecam.core.config import Settings
from facecam.core.events import EventSink, ignore
from facecam.core.types import Identity
from facecam.engine import components
from facecam.engine.people.deletion_plan import DeletionPlan, plan_deletion
from facecam.engine.people.directory import delete_person, find_person, finished_deletion
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.runs.trained_on import TrainedOn
from facecam.engine.transactions.layout import EXPORT_FILES
from facecam.engine.visits.table import open_visits
from facecam.gallery.storage.audit_trail import mark_of


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of somebody's data.

    Attributes:
        identity: who; the id is empty for photos of somebody never enrolled.
        moment: when, UTC.
        photos: photos deleted.
        other_files: other files in their folders, deleted.
        vectors: vectors deleted, in every saved generation of the database.
        visits: lines of the log deleted.
        stays: models, runs, cohorts and thresholds that learned from their photos.
        exports: files that `people export` wrote and that may name them.
        resumed: a deletion that had been cut off was finished: the counts are of what was left.
    """

    identity: Identity
    moment: datetime
    photos: int
    other_files: int
    vectors: int
    visits: int
    stays: TrainedOn
    exports: tuple[Path, ...] = ()
    resumed: bool = False

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return {
            "id": self.identity.id,
            "name": self.identity.name,
            "audit": mark_of(self.identity.id),
            "deleted": self.moment.isoformat(timespec="seconds"),
            "removed": {
                "photos": self.photos,
                "other_files": self.other_files,
                "vectors": self.vectors,
                "visits": self.visits,
            },
            "stays": {
                "models": list(self.stays.models),
                "runs": list(self.stays.runs),
                "perhaps": list(self.stays.perhaps),
                "fitted": list(self.stays.fitted),
                "exports": [str(path) for path in self.exports],
            },
            "resumed": self.resumed,
        }


def withdraw(
    settings: Settings,
    name: str,
    on_event: EventSink = ignore,
    *,
    now: Callable[[], datetime] = partial(datetime.now, UTC),
) -> Receipt:
    """Delete somebody for good.

    Args:
        settings: where everything is.
        name: name or id.
        on_event: gets notices.
        now: the clock, UTC.

    Raises:
        GalleryError: nobody has that name; another facecam is changing people.
        DataError: something cannot be deleted: the same again, or the next start, goes on.
    """
    exports = tuple(path for path in (settings.database / one for one in EXPORT_FILES) if path.is_file())
    if (gone := finished_deletion(settings, name, on_event)) is not None:
        return Receipt(gone, now(), 0, 0, 0, 0, TrainedOn(gone.name), exports, resumed=True)
    plan = plan_for(settings, name, on_event)
    visits = open_visits(settings).count(plan.identity)
    _, photos = delete_person(settings, name, on_event)
    return Receipt(plan.identity, now(), photos, plan.other_files, plan.vectors, visits, plan.stays, exports)


def plan_for(settings: Settings, name: str, on_event: EventSink = ignore) -> DeletionPlan:
    """What `withdraw` would take away.

    Raises:
        GalleryError: nobody has that name.
    """
    identity = find_person(settings, name, on_event)
    gallery = components.open_store(settings, on_event).load()
    return plan_deletion(settings, gallery, PhotoLibrary(settings.data, on_event), identity)
