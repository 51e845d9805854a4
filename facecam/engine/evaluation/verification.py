"""Verification test: how well a model tells people apart on pairs of photos."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import NEVER, CancelToken, EventSink, ignore
from facecam.core.paths import make_folder, printable
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.evaluation.common import PhotoSummary, Setup, Speed, setup_of, summary, vectors_of
from facecam.engine.evaluation.map_images import MAPS, write_maps
from facecam.engine.faces.photo_batches import PhotoFault, PhotoVectors
from facecam.engine.photos.people_folders import people_folders
from facecam.engine.scoring import limit_of_people, open_cohort
from facecam.gallery.matching.cohort import Cohort
from facecam.metrics import rates
from facecam.metrics.all_pairs import MOST_PAIRS, EveryPair, pairs_of
from facecam.metrics.folds import (
    FoldedAccuracy,
    ScoreOf,
    can_fold,
    centered_scores,
    fixed_scores,
    folded_accuracy,
    held_out_scores,
    normalized_scores,
    stratified_folds,
)
from facecam.metrics.pair_counts import count_pairs
from facecam.metrics.pairs import Pair, PairList, PairsKind, locate, read_pairs, same_photo_twice
from facecam.metrics.plots import curves
from facecam.metrics.plots.people_map import MapOfPeople, most_photographed
from facecam.metrics.rates import OperatingPoint, Scores, Separation, Values

Measure = Literal["squared_l2", "match_score"]

#: Rule of the threshold that the program uses.
IN_USE: Final = "in use"
BEST_ACCURACY: Final = "best accuracy"

#: What `write_plots` writes into its folder.
_CURVES: Final = ("roc.png", "error-rates.png", "histogram.png", "false-accepts.png", "false-rejects.png")
PLOTS: Final = (*_CURVES, *MAPS)


# ---------------------------------------------------------------------- what is asked and answered


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What to measure, and how.

    Attributes:
        pairs: list of pairs, see `read_pairs`; None: every pair of photos of `images`, see `people_folders`.
        images: folder of the photos.
        flip: add the vector of the mirrored chip.
        subtract_mean: subtract the mean vector of the other folds' pairs, then normalise again.
        grid: choose thresholds from 0…4 in steps of 0.01 instead of from the distances.
        limit: measure this many pairs only, spread evenly over the list.
        cache: folder that remembers vectors; None: remember nothing.
        each: every pair's score is asked for. Else, where there are more than `MOST_PAIRS`, they are counted in fine
            bins: figures and thresholds are those of all, to 1.5e-5 squared_l2, and the worst pairs are named.
    """

    pairs: Path | None
    images: Path
    flip: bool = True
    subtract_mean: bool = False
    grid: bool = False
    limit: int | None = None
    cache: Path | None = None
    each: bool = False


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A pair, its photos, their distance (squared_l2), and what they are judged by.

    `score` is the distance itself, or what a cohort makes of it.
    """

    pair: Pair
    first: Path
    second: Path
    squared_l2: float
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationReport:
    """The figures, and what they rest on.

    Attributes:
        setup: see `Setup`.
        kind: which kind of list it was.
        scored: the pairs measured, in the list's order; of pairs that were counted the worst of each kind.
        scores: what they are judged by, sorted by kind: distances, or scores by a cohort.
        left_out: pairs not measured because a photo is missing or unreadable.
        folded: accuracy by cross-validation; None with too few pairs.
        separation: figures that need no threshold.
        points: thresholds and what each does; the first is the operating point.
        photos: see `PhotoSummary`.
        speed: see `Speed`.
        faces: vectors of the most photographed people, for a map; people are the folders of the photos.
        measure: what thresholds are of: `squared_l2` or `match_score`.
    """

    setup: Setup
    kind: PairsKind
    scored: tuple[ScoredPair, ...]
    scores: Scores
    left_out: int
    folded: FoldedAccuracy | None
    separation: Separation
    points: tuple[OperatingPoint, ...]
    photos: PhotoSummary
    speed: Speed
    faces: MapOfPeople
    measure: Measure = "squared_l2"


def evaluate(
    settings: Settings,
    options: EvaluateOptions,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> EvaluationReport:
    """Measure a model on pairs of photos.

    Each photo counts by its main face; `FaceFinder` tries harder where the
    detector sees none, and where that fails too the middle of the photo is
    taken for the face: leaving such photos out would flatter the figures.

    Args:
        settings: model, detector, threshold.
        options: see `EvaluateOptions`.
        on_event: gets progress and notices.
        cancel: stops between photos; what was computed is kept in the cache.

    Raises:
        DataError: the list is malformed, or no pair of one kind can be measured.
        ConfigError: the folder of photos does not exist.
        WeightsError: a model is missing or damaged.
    """
    started_s = time.monotonic()
    listed = _read(options, on_event)
    located = locate(listed.photos, options.images)
    if not located.found:
        raise DataError(
            f"none of the {len(listed.photos)} photos of the list is in {printable(str(options.images))}",
            hint=f"The first should be {printable(listed.photos[0])} there; check --images.",
        )
    embedder = components.open_embedder(settings)
    setup = setup_of(
        settings, embedder, flip=options.flip, subtract_mean=options.subtract_mean, grid=options.grid
    )
    photos = vectors_of(
        settings,
        embedder,
        located.found,
        flip=options.flip,
        cache=options.cache,
        on_event=on_event,
        cancel=cancel,
    )
    photos_s = time.monotonic() - started_s
    faults = (*map(_missing, located.missing), *photos.faults)
    # A mean taken off moves all vectors: the cohort was not moved with them.
    cohort = None if options.subtract_mean else open_cohort(settings, embedder.card, on_event)
    given = _Given(settings, options, photos, located.found, embedder, cohort)
    measured = _count(given, listed, cancel) if isinstance(listed, EveryPair) else _measure(given, listed)
    speed = Speed(time.monotonic() - started_s, photos_s, photos.looked_at, photos.remembered)
    return EvaluationReport(
        setup=setup,
        kind=listed.kind,
        scored=measured.scored,
        scores=measured.scores,
        left_out=len(listed) - measured.scores.pairs_same - measured.scores.pairs_different,
        folded=measured.folded,
        separation=rates.separation(measured.scores),
        points=measured.points,
        photos=summary(len(listed.photos), photos, faults),
        speed=speed,
        faces=most_photographed(photos.vectors, [Path(name).parent.name for name in photos.rows]),
        measure="squared_l2" if cohort is None else "match_score",
    )


def _read(options: EvaluateOptions, on_event: EventSink) -> PairList | EveryPair:
    if not options.images.is_dir():
        raise ConfigError(
            f"the folder of photos {printable(str(options.images))} does not exist",
            hint="Name the folder that holds them with --images.",
        )
    if options.pairs is not None:
        listed = read_pairs(options.pairs)
        return listed if options.limit is None else listed.limited(options.limit)
    folder, people = options.images, people_folders(options.images, on_event)
    every = EveryPair({name: [p.relative_to(folder).as_posix() for p in own] for name, own in people.items()})
    one_by_one = options.each or options.subtract_mean or len(every) <= MOST_PAIRS
    return every.listed(options.limit) if one_by_one or options.limit is not None else every


def _missing(name: str) -> PhotoFault:
    return PhotoFault(
        name, f"{printable(name)} is missing", "Put it there, or take its pairs out of the list."
    )


# ---------------------------------------------------------------------- from vectors to figures


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    settings: Settings
    options: EvaluateOptions
    photos: PhotoVectors
    found: Mapping[str, Path]
    embedder: Embedder
    cohort: Cohort | None

    def limit(self) -> float | None:
        """The threshold in use."""
        # That of the card was found without the mean taken off: it does not fit such distances.
        if self.options.subtract_mean:
            return None
        found = limit_of_people(self.settings, self.embedder.card, self.cohort, 0)
        return None if found is None else found.value

    def scored(self, pair: Pair, squared_l2: float, score: float) -> ScoredPair:
        return ScoredPair(pair, self.found[pair.first], self.found[pair.second], squared_l2, score)


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    scored: tuple[ScoredPair, ...]
    scores: Scores
    folded: FoldedAccuracy | None
    points: tuple[OperatingPoint, ...]


def _count(given: _Given, every: EveryPair, cancel: CancelToken) -> _Measured:
    """Pairs that are too many to be held; folds are those of the photos that could be read."""
    photos, cohort = given.photos, given.cohort
    names = [(person, photo) for person, own in enumerate(every.people.values()) for photo in own]
    names = [(person, photo) for person, photo in names if photo in photos.rows]
    owners = np.array([person for person, _ in names], np.intp)
    _require_both(pairs_of(np.bincount(owners)), len(every))
    vectors = photos.vectors[[photos.rows[photo] for _, photo in names]]
    shifts = None if cohort is None else cohort.shifts(vectors)
    counted = count_pairs(vectors, owners, shifts, curves.MOST_PAIRS, cancel)
    candidates, scores = rates.grid() if given.options.grid else None, counted.scores
    worst = [(one, same) for same in (True, False) for one in (counted.farthest if same else counted.nearest)]
    scored = []
    for (score, *rows), same in worst:
        pair = Pair(names[rows[0]][1], names[rows[1]][1], same, 0)
        [squared_l2] = rates.squared_distances(vectors, *np.array(rows)[:, None])
        scored.append(given.scored(pair, float(squared_l2), score))
    points = _points(scores, candidates, given.limit())
    return _Measured(tuple(scored), scores, counted.folded_accuracy(candidates), points)


def _measure(given: _Given, listed: PairList) -> _Measured:
    options, photos, cohort = given.options, given.photos, given.cohort
    # Folds are those of the whole list, so that a missing photo does not move other pairs.
    folds = _folds(listed)
    usable = np.array([pair.first in photos.rows and pair.second in photos.rows for pair in listed.pairs])
    pairs = tuple(pair for pair, good in zip(listed.pairs, usable, strict=True) if good)
    is_same = listed.is_same[usable]
    _require_both((int(is_same.sum()), int((~is_same).sum())), len(listed))
    folds = None if folds is None or not can_fold(is_same, folds[usable]) else folds[usable]
    score_of = _score_of(photos, pairs, options.subtract_mean, cohort)
    candidates = rates.grid() if options.grid else None
    per_pair = held_out_scores(score_of, folds, len(pairs))
    squared_l2 = per_pair if cohort is None else _score_of(photos, pairs)(np.ones(len(pairs), np.bool_))
    scores = Scores.of(per_pair, is_same)
    folded = None if folds is None else folded_accuracy(score_of, is_same, folds, candidates)
    scored = tuple(map(given.scored, pairs, squared_l2.tolist(), per_pair.tolist()))
    return _Measured(scored, scores, folded, _points(scores, candidates, given.limit()))


def _folds(listed: PairList) -> NDArray[np.intp] | None:
    if listed.kind == "view2":
        return np.array([pair.fold for pair in listed.pairs], np.intp)
    return stratified_folds(listed.is_same)


def _require_both(usable: tuple[int, int], listed: int) -> None:
    for count, words in zip(usable, ("of the same person", "of different people"), strict=True):
        if not count:
            raise DataError(
                f"no pair {words} can be measured: {listed - sum(usable)} of {listed} pairs lack a photo",
                hint="Check that --images is the folder the list was made for, and that its photos open.",
            )


def _points(scores: Scores, candidates: Values | None, in_use: float | None) -> tuple[OperatingPoint, ...]:
    candidates = scores.thresholds() if candidates is None else candidates
    rules = [(IN_USE, in_use)] if in_use is not None else []
    rules += [
        (BEST_ACCURACY, rates.best_by_accuracy(scores, candidates)),
        ("best Youden's J", rates.best_by_youden(scores, candidates)),
        ("equal error", rates.equal_error(scores)[1]),
    ]
    return tuple(rates.operating_point(rule, scores, at) for rule, at in rules if at is not None)


def _score_of(
    photos: PhotoVectors, pairs: Sequence[Pair], subtract_mean: bool = False, cohort: Cohort | None = None
) -> ScoreOf:
    first = np.array([photos.rows[pair.first] for pair in pairs], np.intp)
    second = np.array([photos.rows[pair.second] for pair in pairs], np.intp)
    if cohort is not None:
        return normalized_scores(photos.vectors, first, second, cohort)
    score_of = centered_scores if subtract_mean else fixed_scores
    return score_of(photos.vectors, first, second)


# ---------------------------------------------------------------------- pictures of the result


def write_plots(
    report: EvaluationReport,
    folder: Path,
    on_event: EventSink = ignore,
    words: Callable[[str], str] | None = None,
) -> list[Path]:
    """Draw ROC, error rates, histograms, the pairs judged wrongly and maps of the people, as PNG; returns the files.

    `words` says each text of them in another language.

    Raises:
        DependencyError: matplotlib is not installed.
        DataError: the folder cannot be written.
    """
    make_folder(folder)
    point = report.points[0]
    figures = (
        curves.draw_roc(report.scores, point),
        curves.draw_error_rates(report.scores, point, report.measure),
        curves.draw_histogram(report.scores, point, report.measure),
        *(curves.draw_gallery(*_wrong_pairs(report, same=same)) for same in (False, True)),
    )
    files = [folder / name for name in _CURVES]
    for file, figure in zip(files, figures, strict=True):
        curves.save(figure, file, words=words)
    return [*files, *write_maps(report.faces, folder, on_event, words)]


def _wrong_pairs(report: EvaluationReport, *, same: bool) -> tuple[str, list[curves.PicturePair]]:
    """Title and pictures of the pairs the operating point judges wrongly, the worst first."""
    threshold = report.points[0].threshold
    wrong = [one for one in report.scored if one.pair.same == same and (one.score < threshold) != same]
    wrong.sort(key=lambda one: -one.score if same else one.score)
    what = "Same person, rejected" if same else "Different people, accepted"
    shown = wrong[: curves.MOST_PAIRS]
    decisions = report.points[0].decisions
    count = decisions.false_rejects if same else decisions.false_accepts
    words = counted(count, "pair")
    if len(shown) < count:
        words = f"{len(shown)} worst of {words}"
    title = f"{what} at {curves.in_words(report.measure)} {threshold:.4f} ({report.points[0].rule}): {words}"
    return title, [
        curves.picture_pair(
            (one.first, one.second),
            [Path(one.pair.first).name, Path(one.pair.second).name],
            f"{one.score:.4f}",
        )
        for one in shown
    ]


def photos_used_twice(report: EvaluationReport) -> int:
    """How many of the measured pairs compare a photo with itself."""
    return same_photo_twice([one.pair for one in report.scored])
