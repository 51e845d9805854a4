"""Quality limits: from what size, sharpness, light and head pose names hold."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import NEVER, EventSink, Progress, ignore
from facecam.engine import components
from facecam.engine.evaluation.common import Setup, setup_of
from facecam.engine.evaluation.degradation import SPOILINGS, Spoiling
from facecam.engine.evaluation.degraded_photos import DegradedPhoto, PhotoWatcher
from facecam.engine.faces.photo_batches import PhotoFault
from facecam.engine.faces.thread_map import ordered_photo_map
from facecam.engine.photos.people_folders import people_folders
from facecam.engine.photos.quality import judge
from facecam.metrics.degraded_pairs import PairRates, Rows, pair_rates
from facecam.metrics.pairs import spread
from facecam.metrics.rates import Estimate, wilson
from facecam.vision.images.quality import FaceQuality

_LEAST_EACH: Final = 2
Item = TypeVar("Item")
#: Borders of the rows of |yaw|; photos of the first row are the frontal ones.
YAWS: Final = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0, 1.5)


@dataclass(frozen=True, slots=True)
class LimitsOptions:
    """What to measure on.

    Attributes:
        folder: holds a folder of photos per person.
        limit: photos at most, see `limited`.
        flip: add the vector of the mirrored face.
    """

    folder: Path
    limit: int | None = None
    flip: bool = True


@dataclass(frozen=True, slots=True)
class LimitRow:
    """What becomes of names under one condition.

    Attributes:
        words: the condition.
        kind: `as it is`, `size`, `blur`, `dark` or `yaw`.
        value: of the condition; the upper border for `yaw`; 0 for `as it is`.
        photos: photos that take part.
        found: share of them in which the face is found; None for `yaw`.
        known: spoiled photos against good ones, as when somebody enrolled from good photos comes by.
        alike: spoiled photos against photos as bad; None for `yaw`.
        medians: of the measurements the verdicts look at, by name.
        fit: share of the faces found that enrollment would take.
    """

    words: str
    kind: str
    value: float
    photos: int
    found: Estimate | None
    known: PairRates
    alike: PairRates | None
    medians: Mapping[str, float]
    fit: float | None


@dataclass(frozen=True, slots=True, eq=False)
class LimitsReport:
    """The figures.

    Attributes:
        setup: see `Setup`.
        threshold: squared_l2 in use.
        people: people with photos that count.
        photos: photos that count: those in which a face is found as they are.
        without_face: photos in which none is found.
        faults: photos that could not be read.
        rows: see `LimitRow`.
    """

    setup: Setup
    threshold: float
    people: int
    photos: int
    without_face: int
    faults: tuple[PhotoFault, ...]
    rows: tuple[LimitRow, ...]


def measure_limits(
    settings: Settings,
    options: LimitsOptions,
    *,
    spoilings: Sequence[Spoiling] | None = None,
    on_event: EventSink = ignore,
) -> LimitsReport:
    """Make clear photos worse step by step, look for their faces and compare them.

    Of every photo only vectors and measurements are kept.

    Raises:
        ConfigError: the folder does not exist.
        DataError: it holds fewer than two people, or no photo with a face.
    """
    spoilings = SPOILINGS if spoilings is None else spoilings
    people = people_folders(options.folder, on_event)
    photos = limited(people, options.limit)
    watcher = PhotoWatcher(settings, components.open_embedder(settings), spoilings, flip=options.flip)
    looks, owners, faults, without = _looks(watcher, photos, on_event)
    if not looks:
        raise DataError(
            f"in none of the {len(photos)} photos in {options.folder} a face was found",
            hint="Use clear photos of faces, a folder per person.",
        )
    whose = np.unique(owners, return_inverse=True)[1].astype(np.intp)
    threshold = components.threshold_of(settings, watcher.embedder.card)
    table = _LimitTable(looks, whose, threshold)
    rows = (table.plain(), *(table.spoiled(n, one) for n, one in enumerate(spoilings, 1)), *table.turned())
    return LimitsReport(
        setup=setup_of(settings, watcher.embedder, flip=options.flip),
        threshold=threshold,
        people=len(set(owners)),
        photos=len(looks),
        without_face=without,
        faults=tuple(faults),
        rows=rows,
    )


def limited(people: Mapping[str, Sequence[Path]], most: int | None) -> list[tuple[str, Path]]:
    """At most so many photos with their people: as many people as possible with at least two, evenly from all."""
    if most is None or most >= sum(map(len, people.values())):
        return [(name, path) for name, paths in people.items() for path in paths]
    # One photo alone makes no pair of one person.
    names = sorted(people, key=lambda name: len(people[name]) < _LEAST_EACH)
    each = max(_LEAST_EACH, most // len(names))
    chosen = [(name, path) for name in names for path in _spread(people[name], each)]
    return _spread(chosen, most) if each > _LEAST_EACH else chosen[:most]


def _spread(items: Sequence[Item], count: int) -> list[Item]:
    """`count` of them, each from the middle of its share; all where there are not so many."""
    if count >= len(items):
        return list(items)
    return [items[place] for place in spread(len(items), count)]


def _looks(
    watcher: PhotoWatcher, photos: Sequence[tuple[str, Path]], on_event: EventSink
) -> tuple[list[DegradedPhoto], list[str], list[PhotoFault], int]:
    looks: list[DegradedPhoto] = []
    owners: list[str] = []
    faults: list[PhotoFault] = []
    without = 0
    with closing(ordered_photo_map(watcher.faces, ((one, one[1]) for one in photos), NEVER)) as answers:
        for number, ((name, path), found) in enumerate(answers, start=1):
            if isinstance(found, DataError):
                faults.append(PhotoFault(str(path), found.message, found.hint))
            elif found is None:
                without += 1
            else:
                looks.append(watcher.look(found))
                owners.append(name)
            on_event(Progress("photos", number, len(photos)))
    return looks, owners, faults, without


@dataclass(frozen=True, slots=True, eq=False)
class _LimitTable:
    """All looks, and the rows made of them.

    Attributes:
        looks: one a photo.
        whose: int (N,), the person of each.
        threshold: squared_l2.
    """

    looks: Sequence[DegradedPhoto]
    whose: Rows
    threshold: float

    def plain(self) -> LimitRow:
        rows = np.arange(len(self.looks))
        return self._row("photos as they are", "as it is", 0.0, 0, rows, rows)

    def spoiled(self, place: int, spoiling: Spoiling) -> LimitRow:
        tried = np.flatnonzero([look.tried[place] for look in self.looks])
        everybody = np.arange(len(self.looks))
        return self._row(spoiling.words, spoiling.kind, spoiling.value, place, tried, everybody)

    def turned(self) -> Iterator[LimitRow]:
        """By how far the head is turned, against frontal photos."""
        yaws = np.array([abs(look.qualities[0].yaw) if look.qualities[0] else np.inf for look in self.looks])
        frontal = np.flatnonzero(yaws < YAWS[1])
        for low, high in pairwise(YAWS):
            rows = np.flatnonzero((yaws >= low) & (yaws < high))
            yield self._row(f"|yaw| {low:g} to {high:g}, against frontal", "yaw", high, 0, rows, frontal)

    def _row(self, words: str, kind: str, value: float, place: int, rows: Rows, others: Rows) -> LimitRow:
        good = np.stack([look.vectors[0] for look in self.looks])
        poor = np.stack([look.vectors[place] for look in self.looks])
        seen = [look.qualities[place] for look in (self.looks[row] for row in rows)]
        qualities = [one for one in seen if one is not None]
        turned = kind == "yaw"
        alike = None if turned else pair_rates(poor, poor, self.whose, rows, rows, self.threshold)
        return LimitRow(
            words=words,
            kind=kind,
            value=value,
            photos=len(rows),
            found=None if turned or not len(rows) else wilson(len(qualities), len(rows)),
            known=pair_rates(poor, good, self.whose, rows, others, self.threshold),
            alike=alike,
            medians=_medians(qualities),
            fit=float(np.mean([judge(one)[0] == "good" for one in qualities])) if qualities else None,
        )


def _medians(qualities: Sequence[FaceQuality]) -> dict[str, float]:
    if not qualities:
        return {}
    names = ("size_px", "sharpness", "brightness", "contrast")
    values = {name: statistics.median(getattr(one, name) for one in qualities) for name in names}
    return values | {"yaw": statistics.median(abs(one.yaw) for one in qualities)}
