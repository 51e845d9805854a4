"""Identification test: few photos of each person enrolled, all others looked up."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, ignore
from facecam.core.types import FloatArray
from facecam.engine import components
from facecam.engine.evaluation.common import PhotoSummary, Setup, Speed, setup_of, summary, vectors_of
from facecam.engine.faces.photo_batches import NO_FACE, PhotoVectors
from facecam.engine.photos.people_folders import people_folders
from facecam.engine.scoring import Limit, limit_of_people, open_cohort
from facecam.gallery.matching.cohort import Cohort
from facecam.metrics.closed_set import ClosedSet, LabeledEmbeddings, closed_set, with_enough

MOST_TRIALS = 1000


@dataclass(frozen=True, slots=True)
class IdentifyOptions:
    """What to measure.

    Attributes:
        folder: holds a folder of photos per person.
        photos: how many of each are enrolled, one measurement each, ≥ 1.
        trials: drawings of the enrolled photos, 1 to 1000.
        flip: add the vector of the mirrored chip.
        cache: folder that remembers vectors; None: remember nothing.
        seed: of the drawings.
    """

    folder: Path
    photos: tuple[int, ...] = (1, 5)
    trials: int = 10
    flip: bool = True
    cache: Path | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.photos or min(self.photos) < 1 or len(set(self.photos)) < len(self.photos):
            raise ConfigError(
                f"--photos {','.join(map(str, self.photos))} cannot be meant",
                hint="Give numbers from 1 up, each once, such as --photos 1,5.",
            )
        if not 1 <= self.trials <= MOST_TRIALS:
            raise ConfigError(f"--trials {self.trials}", hint=f"Give 1 to {MOST_TRIALS}.")


@dataclass(frozen=True, slots=True, eq=False)
class IdentifyReport:
    """The figures, and what they rest on; rows are those of `vectors`.

    Attributes:
        setup: model and everything that changes its vectors.
        people: names.
        results: one for each number of enrolled photos that could be measured.
        too_few: number of enrolled photos → people without enough photos, who are neither enrolled nor looked up.
        paths: the photos that could be read.
        owners: int (N,), whose they are.
        vectors: float32 (N, D).
        copies: photos left out since another of the same person is the same picture.
        limit: the threshold in use for so many people, None where the model has none.
        trials, seed: as asked for.
        photos: what became of the photos.
        speed: how long it took.
    """

    setup: Setup
    people: tuple[str, ...]
    results: tuple[ClosedSet, ...]
    too_few: Mapping[int, tuple[str, ...]]
    paths: tuple[Path, ...]
    owners: np.ndarray
    vectors: FloatArray
    copies: int
    limit: Limit | None
    trials: int
    seed: int
    photos: PhotoSummary
    speed: Speed


def identify(
    settings: Settings,
    options: IdentifyOptions,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> IdentifyReport:
    """Enroll some photos of everybody, drawn at random, look all others up, several times over.

    The nearest person by the program's own match rule counts, however far.
    Each photo counts by its main face; one in which no face is found is not
    enrolled, but looked up by its middle: leaving it out would flatter the
    figures.

    Args:
        settings: model, detector, threshold.
        options: see `IdentifyOptions`.
        on_event: gets `Progress("photos", …)` and notices.
        cancel: stops between photos; what was computed is kept in the cache.

    Raises:
        ConfigError: the folder does not exist.
        DataError: fewer than two people with enough photos, for every number asked for.
        WeightsError: a model is missing or damaged.

    Example:
        `identify(settings, IdentifyOptions(Path("att"), photos=(1, 5))).results[0].rank_one.value`
    """
    started_s = time.monotonic()
    groups = people_folders(options.folder, on_event)
    embedder = components.open_embedder(settings)
    setup = setup_of(settings, embedder, flip=options.flip)
    wanted = {str(path): path for photos in groups.values() for path in photos}
    read = vectors_of(
        settings, embedder, wanted, flip=options.flip, cache=options.cache, on_event=on_event, cancel=cancel
    )
    photos_s = time.monotonic() - started_s
    paths, owners, copies = _distinct(groups, read)
    rows = [read.rows[str(path)] for path in paths]
    has_face = np.array([read.found_by[str(path)] != NO_FACE for path in paths], np.bool_)
    faces = LabeledEmbeddings(read.vectors[rows], owners, has_face, setup.model_id)
    names, cohort = tuple(groups), open_cohort(settings, embedder.card, on_event)
    limit = limit_of_people(settings, embedder.card, cohort, len(names))
    results = _results(
        faces, names, options, limit, components.spread_of(embedder.card), cohort, on_event, cancel
    )
    return IdentifyReport(
        setup=setup,
        people=names,
        results=results,
        too_few={photos: _too_few(faces, names, photos) for photos in options.photos},
        paths=paths,
        owners=owners,
        vectors=faces.vectors,
        copies=copies,
        limit=limit,
        trials=options.trials,
        seed=options.seed,
        photos=summary(len(wanted), read, read.faults),
        speed=Speed(time.monotonic() - started_s, photos_s, read.looked_at, read.remembered),
    )


def _distinct(
    groups: Mapping[str, tuple[Path, ...]], read: PhotoVectors
) -> tuple[tuple[Path, ...], np.ndarray, int]:
    """Readable photos and whose they are, copies of a person's picture taken out."""
    paths: list[Path] = []
    owners: list[int] = []
    copies = 0
    for person, photos in enumerate(groups.values()):
        seen: set[bytes] = set()
        for path in photos:
            row = read.rows.get(str(path))
            if row is None:
                continue
            content = read.vectors[row].tobytes()
            if content in seen:
                copies += 1
                continue
            seen.add(content)
            paths.append(path)
            owners.append(person)
    return tuple(paths), np.array(owners, np.intp), copies


def _too_few(faces: LabeledEmbeddings, names: tuple[str, ...], photos: int) -> tuple[str, ...]:
    enough = set(with_enough(faces, len(names), photos).tolist())
    return tuple(name for one, name in enumerate(names) if one not in enough)


def _results(
    faces: LabeledEmbeddings,
    names: tuple[str, ...],
    options: IdentifyOptions,
    limit: Limit | None,
    spread: float,
    cohort: Cohort | None,
    on_event: EventSink,
    cancel: CancelToken,
) -> tuple[ClosedSet, ...]:
    """One for each number of photos; those that cannot be measured are said, unless that is all of them."""
    results: list[ClosedSet] = []
    faults: list[DataError] = []
    for photos in options.photos:
        try:
            results.append(
                closed_set(
                    faces,
                    len(names),
                    photos,
                    rule=components.MATCH_RULE,
                    spread=spread,
                    trials=options.trials,
                    threshold=None if limit is None else limit.value,
                    cohort=cohort,
                    seed=options.seed,
                    cancel=cancel,
                )
            )
        except DataError as fault:
            faults.append(fault)
    if not results:
        raise faults[0]
    for said in faults:
        on_event(Notice(said.message, said.hint))
    return tuple(results)
