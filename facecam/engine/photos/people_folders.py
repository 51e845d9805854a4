"""A folder that holds a folder of photos per person, and folders whose names nobody can have."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from facecam.core.errors import ConfigError, DataError, GalleryError
from facecam.core.events import EventSink, Notice
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.photos.groups import group_photos
from facecam.gallery.names import fresh_name

_LEAST_PEOPLE = 2


def people_folders(folder: Path, on_event: EventSink) -> dict[str, tuple[Path, ...]]:
    """Whose photos a folder holds: name → files, for people with a folder of their own in it.

    Raises:
        ConfigError: the folder does not exist, or is a file.
        DataError: it holds photos of fewer than two people.
    """
    if not folder.is_dir():
        what = (
            f"{printable(folder)} is not a folder"
            if folder.exists()
            else f"the folder {printable(folder)} does not exist"
        )
        raise ConfigError(what, hint="Name a folder that holds a folder of photos per person.")
    people, beside = {}, 0
    for group in group_photos([folder], on_event):
        own = tuple(photo for photo in group.photos if photo.parent != folder)
        beside += len(group.photos) - len(own)
        if own:
            people[group.name] = own
    if beside:
        on_event(
            Notice(
                f"{counted(beside, 'photo')} beside the folders of people "
                f"{'is' if beside == 1 else 'are'} nobody's and left out",
                "Put each into its person's folder.",
            )
        )
    if len(people) < _LEAST_PEOPLE:
        raise DataError(
            f"{printable(folder)} holds photos of {counted(len(people), 'person')}; it takes {_LEAST_PEOPLE}",
            hint="It should hold a folder per person, each with their photos.",
        )
    return people


def nameable(
    people: dict[str, list[Path]], on_event: EventSink, known: Collection[str] = ()
) -> tuple[dict[str, list[Path]], list[str]]:
    """The people who can be called as their folders are, and the names of the others, whose photos stay.

    Args:
        people: name → photos.
        on_event: gets a notice for each name that cannot be one.
        known: names of people who are called so already: an older version gave names that are refused now.
    """
    refused = []
    for name in people.keys() - set(known):
        try:
            fresh_name(name)
        except GalleryError as fault:
            on_event(Notice(f"{printable(name)} is left out: {fault.message}", "Rename that folder."))
            refused.append(name)
    return {name: photos for name, photos in people.items() if name not in refused}, refused
