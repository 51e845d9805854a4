"""A folder that holds a folder of photos per person."""

from __future__ import annotations

from pathlib import Path

from facecam.core.errors import ConfigError, DataError
from facecam.core.events import EventSink, Notice
from facecam.core.paths import printable
from facecam.engine.photos.groups import group_photos

_LEAST_PEOPLE = 2


def people_folders(folder: Path, on_event: EventSink) -> dict[str, tuple[Path, ...]]:
    """Whose photos a folder holds: name → files, for people with a folder of their own in it.

    Raises:
        ConfigError: the folder does not exist.
        DataError: it holds photos of fewer than two people.
    """
    if not folder.is_dir():
        raise ConfigError(
            f"the folder {printable(folder)} does not exist",
            hint="Name a folder that holds a folder of photos per person.",
        )
    people, beside = {}, 0
    for group in group_photos([folder], on_event):
        own = tuple(photo for photo in group.photos if photo.parent != folder)
        beside += len(group.photos) - len(own)
        if own:
            people[group.name] = own
    if beside:
        on_event(
            Notice(
                f"{beside} {'photo' if beside == 1 else 'photos'} beside the folders of people "
                f"{'is' if beside == 1 else 'are'} nobody's and left out",
                "Put each into its person's folder.",
            )
        )
    if len(people) < _LEAST_PEOPLE:
        raise DataError(
            f"{printable(folder)} holds photos of {len(people)} "
            f"{'person' if len(people) == 1 else 'people'}; it takes {_LEAST_PEOPLE}",
            hint="It should hold a folder per person, each with their photos.",
        )
    return people
