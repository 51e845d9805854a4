"""Names that differ only in case, blanks or invisible characters: one person, and the user is told."""

from __future__ import annotations

from collections.abc import Iterable

from facecam.core.errors import GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.engine.photos.library import PhotoLibrary
from facecam.gallery.gallery import Gallery
from facecam.gallery.names import alike, spelled, twins


def settled_name(name: str, gallery: Gallery, library: PhotoLibrary, on_event: EventSink = ignore) -> str:
    """`name` as the person is called already, in the gallery or in `data/`; itself for somebody new.

    Args:
        name: a clean one.
        gallery: whose people win over folders.
        library: the photos.
        on_event: gets a notice where the spelling differs.

    Raises:
        GalleryError: it may be any of several people.
    """
    enrolled = [one.name for one in gallery.identities]
    if name in enrolled:
        return name
    if alike(name, enrolled):  # Also where there is a folder of this spelling: it is not another person.
        return _told(name, gallery.find(name).identity.name, on_event)
    if library.folders_of(name):
        return name
    return _settled(name, library.people(), on_event)


def settled_names(names: Iterable[str], known: Iterable[str], on_event: EventSink = ignore) -> list[str]:
    """Each of `names` as the person is called already, be it in `known` or earlier in `names`.

    Raises:
        GalleryError: one may be any of several people.
    """
    called = list(known)
    settled = []
    for name in names:
        settled.append(_settled(name, called, on_event))
        called.append(settled[-1])
    return settled


def tell_twins(names: Iterable[str], on_event: EventSink) -> None:
    """Say which people's names differ in case, blanks or invisible characters only."""
    for group in twins(names):
        listed = " and ".join(f"'{spelled(name)}'" for name in group)
        on_event(
            Notice(
                f"{listed} differ only in case, blanks or characters that cannot be seen",
                "If they are one person: python main.py people merge NAME NAME. If not, rename one of them.",
            )
        )


def _settled(name: str, known: Iterable[str], on_event: EventSink) -> str:
    found = list(dict.fromkeys(alike(name, known)))
    if len(found) > 1:
        listed = ", ".join(f"'{spelled(one)}'" for one in found)
        raise GalleryError(
            f"'{spelled(name)}' may be any of {len(found)} people: {listed}",
            hint="Write the name exactly as one of them is written.",
        )
    return _told(name, found[0], on_event) if found else name


def _told(name: str, known: str, on_event: EventSink) -> str:
    if name != known:
        on_event(
            Notice(
                f"'{spelled(name)}' is taken for '{spelled(known)}', who is known already: "
                "the names differ only in case, blanks or characters that cannot be seen",
                "If they are two people, give one of them another name.",
            )
        )
    return known
