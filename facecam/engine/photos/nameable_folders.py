"""Folders of people whose names nobody can have: a line each, and the rest goes on."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from facecam.core.errors import GalleryError
from facecam.core.events import EventSink, Notice
from facecam.core.paths import printable
from facecam.gallery.names import fresh_name


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
