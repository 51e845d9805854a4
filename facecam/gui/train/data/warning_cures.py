"""Cures of a warning about photos: what it says in the window, and the buttons that mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from facecam.gui.core.translation import engine_text, filled

if TYPE_CHECKING:
    from facecam.engine.audit.findings import Finding
    from facecam.engine.people.cures import CureKind, PhotoCure

translate = QCoreApplication.translate
_OWN_WORDS = ("same person", "several people", "suspicious label")


@dataclass(frozen=True, slots=True)
class Offer:
    """A button.

    Attributes:
        words, tip, icon, look: of the button.
        cure: what it does; None where it leads to a person.
        done: what is said afterwards.
        visit: the person it leads to.
    """

    words: str
    tip: str
    icon: str = ""
    look: str = ""
    cure: PhotoCure | None = None
    done: str = ""
    visit: str = ""


def warning_words(warning: Finding) -> str:
    """What is the matter, without figures nobody needs."""
    photo = warning.photos[0].name if warning.photos else ""
    if warning.kind == "same person":
        text = translate("Train", "%1 and %2 look like one person.")
    elif warning.kind == "several people":
        return translate("Train", "These photos look like %n people.", "", len(warning.groups))
    elif warning.kind == "suspicious label" and warning.other:
        text = translate("Train", "%3 looks like %2, not like %1.")
    elif warning.kind == "suspicious label":
        text = translate("Train", "%3 does not look like %1.")
    else:
        return engine_text(warning.text)
    return filled(text, warning.person, warning.other or "", photo)


def warning_hint(warning: Finding) -> str:
    """What to do where no button says it."""
    return "" if warning.kind in _OWN_WORDS else engine_text(warning.hint)


def offers(warning: Finding) -> list[Offer]:
    """The buttons."""
    kind, other, photos = warning.kind, warning.other, warning.photos
    if kind == "same person" and other:
        return [_merge(warning, other), _visit(warning)]
    if kind == "several people":
        everything = tuple(photo for group in warning.groups for photo in group)
        return [_split(warning), _right(warning, everything)]
    if kind == "suspicious label":
        first = photos[:1]
        moving = [_move(warning, other, first)] if other else []
        return [*moving, _delete(warning, first), _right(warning, first)]
    if kind == "duplicate":
        return [_delete(warning, _spare(warning)), _visit(warning)]
    if kind == "few photos":
        return [_more(warning)]
    return [_delete(warning, photos[:1]), _visit(warning)]


def _spare(warning: Finding) -> tuple[Path, ...]:
    """The copies that may go: all but one, or those of the person under another one's name."""
    if warning.other is not None:
        folders = {photo.parent for photo in warning.photos[:1]}
        return tuple(photo for photo in warning.photos if photo.parent in folders)
    return warning.photos[1:]


def _cure(kind: CureKind, warning: Finding, photos: Sequence[Path] = (), other: str = "") -> PhotoCure:
    from facecam.engine.people.cures import PhotoCure

    return PhotoCure(kind, warning.person, tuple(photos), other)


def _merge(warning: Finding, other: str) -> Offer:
    words = filled(translate("Train", "&Merge into %1"), other)
    tip = translate("Train", "They are one person: everything of %1 goes to %2")
    tip = filled(tip, warning.person, other)
    done = filled(translate("Train", "%1 is %2 now."), warning.person, other)
    return Offer(words, tip, "merge", "primary", _cure("merge", warning, (), other), done)


def _move(warning: Finding, other: str, photos: Sequence[Path]) -> Offer:
    words = filled(translate("Train", "M&ove to %1"), other)
    done = filled(translate("Train", "The photo is %1's now."), other)
    tip = filled(translate("Train", "It shows %1: move it there"), other)
    return Offer(words, tip, "merge", "primary", _cure("move", warning, photos, other), done)


def _delete(warning: Finding, photos: Sequence[Path]) -> Offer:
    words, done = translate("Train", "&Delete the photo"), translate("Train", "The photo was removed.")
    if len(photos) != 1:
        words = translate("Train", "&Delete %n photos", "", len(photos))
        done = translate("Train", "%n photos were removed.", "", len(photos))
    tip = translate("Train", "Remove it, with what is known by it")
    return Offer(words, tip, "delete", "", _cure("delete", warning, photos), done)


def _right(warning: Finding, photos: Sequence[Path]) -> Offer:
    tip = filled(translate("Train", "It does show %1: do not ask again"), warning.person)
    done = translate("Train", "It will not be asked again.")
    return Offer(translate("Train", "It is &right"), tip, "check", "", _cure("right", warning, photos), done)


def _split(warning: Finding) -> Offer:
    tip = translate("Train", "See the groups side by side in the Enroll tab, and split them")
    return Offer(translate("Train", "&Split…"), tip, "people", "primary", visit=warning.person)


def _visit(warning: Finding) -> Offer:
    tip = filled(translate("Train", "Show all photos of %1 in the Enroll tab"), warning.person)
    return Offer(translate("Train", "Show the &person"), tip, "person", "", visit=warning.person)


def _more(warning: Finding) -> Offer:
    tip = filled(translate("Train", "Go to %1 in the Enroll tab"), warning.person)
    return Offer(translate("Train", "&Add photos…"), tip, "plus", "primary", visit=warning.person)
