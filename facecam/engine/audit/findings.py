"""Audit findings: what is wrong with the photos in `data/`. Nothing is moved, renamed or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import NEVER, CancelToken, EventSink, ignore
from facecam.core.paths import printable
from facecam.engine.faces.library_scan import LibraryPhoto, LibraryPhotos, look_at_library
from facecam.engine.photos.quality import Reason, is_enrollable, judge
from facecam.metrics.label_errors import LabelDoubt, Looks, alike_people, label_doubts
from facecam.metrics.neighbors import Rows, nearest_own, picture_groups, rows_of_people
from facecam.vision.images.fingerprint import SAME_PICTURE_BITS

FindingKind = Literal[
    "unreadable",
    "same person",
    "several people",
    "suspicious label",
    "duplicate",
    "no face",
    "blurred",
    "poor photo",
]
KINDS: Final[tuple[FindingKind, ...]] = get_args(FindingKind)

#: squared_l2 of two copies of one picture, saved at other sizes and qualities, at most.
SAME_PICTURE_L2 = 0.05
#: Of the reasons not to enroll a photo these are faults of the picture; a turned head teaches a training something.
_POOR: Final[tuple[Reason, ...]] = ("too small", "cut off", "too dark", "too bright", "too flat")
_HINTS: Final[dict[FindingKind, str]] = {
    "unreadable": "Open it in a picture program and save it again, or take it out of data/.",
    "same person": "If they are one person: python main.py people merge SOURCE TARGET.",
    "several people": "Look at the groups; if they are several people, give each a folder of their own.",
    "suspicious label": "Look at the photo; if it shows somebody else, move it to their folder.",
    "duplicate": "Keep one of them: a copy teaches nothing new.",
    "no face": "Use a photo that shows the face from the front.",
    "blurred": "Use a sharper photo.",
    "poor photo": "Use a better photo.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at.

    Attributes:
        kind: what sort of thing; `few photos` is said before a training only.
        person: whose folder the first photo is in.
        photos: the photos it is about, the doubtful one first; of two people that seem one, some of each.
        text: one line in plain words, with numbers.
        hint: what to do about it.
        other: the other person it is about; None where there is none.
        groups: of photos that look like several people, those of each.
    """

    kind: FindingKind | Literal["few photos"]
    person: str
    photos: tuple[Path, ...]
    text: str
    hint: str
    other: str | None = None
    groups: tuple[tuple[Path, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonHealth:
    """A person's photos: how many, and how many show a usable face nobody has seen yet."""

    name: str
    photos: int
    usable: int


@dataclass(frozen=True, slots=True)
class DataHealth:
    """The state of `data/`.

    Attributes:
        people: everybody, alphabetical.
        findings: by kind, the gravest kind first.
        looked_at: photos looked at in this run.
        remembered: photos known from an earlier one.
    """

    people: tuple[PersonHealth, ...]
    findings: tuple[Finding, ...]
    looked_at: int
    remembered: int

    def count(self, kind: FindingKind) -> int:
        """How many findings of a kind there are."""
        return sum(finding.kind == kind for finding in self.findings)


def check_data(
    settings: Settings,
    *,
    remember: bool = True,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> DataHealth:
    """Look at every photo of `data/` and say what is wrong with it.

    Args:
        settings: model, detector, folders.
        remember: keep what is seen beside the database, so that the next check takes seconds.
        on_event: gets `Progress("photos", …)` and notices.
        cancel: stops between photos.

    Raises:
        WeightsError: a model is missing or damaged.
        DataError: `data/` cannot be read.
    """
    library = look_at_library(settings, remember=remember, on_event=on_event, cancel=cancel)
    return health_of(library)


def health_of(library: LibraryPhotos) -> DataHealth:
    """The same, from photos that were looked at already."""
    pictures = pictures_of(library)
    findings = [
        *_photo_findings(library),
        *_duplicates(library, pictures),
        *_people_findings(library, pictures),
        *_mixed_people(library),
    ]
    findings.sort(key=lambda finding: KINDS.index(finding.kind))
    return DataHealth(_people(library, pictures), tuple(findings), library.looked_at, library.remembered)


def pictures_of(library: LibraryPhotos) -> Rows:
    """(N,), equal numbers for copies of one picture: alike as a whole and, where there are faces, in these."""
    groups = np.arange(len(library.photos), dtype=np.intp)
    readable = np.flatnonzero([photo.facts is not None for photo in library.photos])
    prints = [facts.fingerprint for photo in library.photos if (facts := photo.facts) is not None]
    groups[readable] = readable[picture_groups(prints, SAME_PICTURE_BITS)]
    for row in np.flatnonzero(groups != np.arange(len(groups))):
        first = groups[row]
        both_have_faces = library.photos[row].has_face and library.photos[first].has_face
        squared_l2 = float(((library.vectors[row] - library.vectors[first]) ** 2).sum())
        if both_have_faces and squared_l2 > SAME_PICTURE_L2:
            groups[row] = row
    return groups


def is_usable(photo: LibraryPhoto) -> bool:
    """Whether a photo shows a face good enough to learn from."""
    if photo.facts is None or photo.facts.quality is None:
        return False
    return is_enrollable(photo.facts.quality)


# ---------------------------------------------------------------------- one photo at a time


def _photo_findings(library: LibraryPhotos) -> Iterator[Finding]:
    for row, photo in enumerate(library.photos):
        if (fault := _photo_fault(photo)) is not None:
            kind, text, hint = fault
            yield _finding(library, kind, [row], text, hint)


def _photo_fault(photo: LibraryPhoto) -> tuple[FindingKind, str, str] | None:
    """Kind, text and hint ("" for the usual one) of what is wrong with a photo by itself."""
    name = printable(photo.path.name)
    if photo.facts is None:
        fault = photo.fault
        return "unreadable", fault.message if fault else f"{name} cannot be read", fault.hint if fault else ""
    if photo.facts.quality is None:
        return "no face", f"{name}: no face was found, however the picture was turned or enlarged", ""
    reason, detail = judge(photo.facts.quality)
    if reason == "blurred":
        return "blurred", f"{name} is blurred: {detail}", ""
    if reason in _POOR:
        return "poor photo", f"{name} is {reason}: {detail}", ""
    return None


# ---------------------------------------------------------------------- copies


def _duplicates(library: LibraryPhotos, pictures: Rows) -> Iterator[Finding]:
    for rows in rows_of_people(pictures, len(pictures)):
        if len(rows) < 2:
            continue
        for copies in _by_person(library, rows).values():
            if len(copies) > 1:
                names = ", ".join(printable(library.photos[row].path.name) for row in copies[:4])
                yield _finding(library, "duplicate", copies, f"the same picture {len(copies)} times: {names}")
        yield from _under_two_names(library, _by_person(library, rows))


def _by_person(library: LibraryPhotos, rows: Rows) -> dict[int, list[int]]:
    people: dict[int, list[int]] = {}
    for row in rows:
        people.setdefault(library.photos[row].person, []).append(int(row))
    return people


def _under_two_names(library: LibraryPhotos, copies: dict[int, list[int]]) -> Iterator[Finding]:
    if len(copies) > 1:
        names = [library.people[person] for person in copies]
        rows = [row for mine in copies.values() for row in mine]
        text = f"the same picture is there as {' and as '.join(names[:3])}"
        hint = "Remove it from the people it does not show."
        yield _finding(library, "duplicate", rows, text, hint, other=names[1])


# ---------------------------------------------------------------------- people


def _people_findings(library: LibraryPhotos, pictures: Rows) -> Iterator[Finding]:
    rows = library.with_face
    if not len(rows):
        return
    vectors, owners, groups = library.vectors[rows], library.owners[rows], pictures[rows]
    people, threshold = len(library.people), library.threshold
    looks = Looks.of(vectors, owners, people, threshold, groups)
    doubts = label_doubts(looks, nearest_own(vectors, owners, groups), owners, threshold)
    trusted = np.ones(len(rows), np.bool_)
    trusted[[doubt.row for doubt in doubts]] = False
    # Two names of one person make each other's photos doubtful: they are compared with these among them.
    alike = alike_people(looks, threshold)
    one_person = {frozenset((pair.first, pair.second)) for pair in alike}
    for pair in alike:
        examples = [
            int(rows[row]) for who in (pair.first, pair.second) for row in np.flatnonzero(owners == who)[:3]
        ]
        first, second = library.people[pair.first], library.people[pair.second]
        text = f"{first} and {second} look like one person: squared_l2 {pair.squared_l2:.2f} between their photos"
        yield _finding(library, "same person", examples, text, other=second)
    for doubt in doubts:
        if library.photos[int(rows[doubt.row])].path in library.certain:
            continue
        if doubt.likely is None or frozenset((doubt.owner, doubt.likely)) not in one_person:
            yield _doubt(library, int(rows[doubt.row]), doubt, _examples(doubt, rows, owners, trusted))


def _mixed_people(library: LibraryPhotos) -> Iterator[Finding]:
    """People whose photos look like several people."""
    for rows in rows_of_people(library.owners, len(library.people)):
        # A blurred face is like nobody's.
        own = [int(row) for row in rows if library.photos[row].has_face and is_usable(library.photos[row])]
        paths = [library.photos[row].path for row in own]
        groups = library.looks.groups(library.vectors[own], [path in library.certain for path in paths])
        if not groups:
            continue
        counts = [str(len(group)) for group in groups]
        numbers = f"{', '.join(counts[:-1])} and {counts[-1]}"
        first = [own[row] for group in groups for row in group[:2]]
        photos = tuple(tuple(paths[row] for row in group) for group in groups)
        text = f"these look like {len(groups)} people: {numbers} photos"
        yield _finding(library, "several people", first, text, groups=photos)


def _examples(doubt: LabelDoubt, rows: Rows, owners: Rows, trusted: np.ndarray) -> list[int]:
    """Photos to compare the doubtful one with: of its owner, and of whom it looks like."""
    whom = [doubt.owner] if doubt.likely is None else [doubt.owner, doubt.likely]
    return [int(rows[row]) for who in whom for row in np.flatnonzero((owners == who) & trusted)[:2]]


def _doubt(library: LibraryPhotos, row: int, doubt: LabelDoubt, examples: list[int]) -> Finding:
    owner, name = library.people[doubt.owner], printable(library.photos[row].path.name)
    own = f"squared_l2 {doubt.own_squared_l2:.2f} to {owner}'s other photos"
    if np.isinf(doubt.own_squared_l2):
        own = f"{owner} has no other photo"
    if doubt.likely is None:
        return _finding(library, "suspicious label", [row, *examples], f"{name} is unlike {owner}: {own}")
    likely = library.people[doubt.likely]
    text = f"{name} looks like {likely} ({doubt.other_squared_l2:.2f}), not like {owner}: {own}"
    return _finding(library, "suspicious label", [row, *examples], text, other=likely)


def _finding(
    library: LibraryPhotos, kind: FindingKind, rows: list[int], text: str, hint: str = "", **more: Any
) -> Finding:
    person = library.people[library.photos[rows[0]].person]
    photos = tuple(library.photos[row].path for row in rows)
    return Finding(kind, person, photos, text, hint or _HINTS[kind], **more)


def _people(library: LibraryPhotos, pictures: Rows) -> tuple[PersonHealth, ...]:
    photos, usable = np.zeros(len(library.people), int), np.zeros(len(library.people), int)
    seen: set[tuple[int, int]] = set()
    for row, photo in enumerate(library.photos):
        photos[photo.person] += 1
        picture = (photo.person, int(pictures[row]))
        usable[photo.person] += is_usable(photo) and picture not in seen
        seen.add(picture)
    return tuple(
        PersonHealth(name, int(photos[index]), int(usable[index]))
        for index, name in enumerate(library.people)
    )
