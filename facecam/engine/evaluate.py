"""Measuring on pairs of photos how well a model tells people apart."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam import __version__
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.paths import atomic_write, printable, readable_os_errors, sha256_file
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import parts
from facecam.engine.finder import FaceFinder, main_face
from facecam.evaluation import metrics, plots
from facecam.evaluation.folds import (
    FoldedAccuracy,
    ScoreOf,
    can_fold,
    centred_scores,
    fixed_scores,
    folded_accuracy,
    held_out_scores,
    stratified_folds,
)
from facecam.evaluation.metrics import OperatingPoint, Scores, Separation, Values
from facecam.evaluation.pairs import Pair, PairList, PairsKind, locate, read_pairs, same_photo_twice
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.vision.align import extract_chip
from facecam.vision.landmarks import Landmarker
from facecam.vision.picture import read_picture

_log = logging.getLogger(__name__)

#: Side of the face assumed in a photo without one, as a share of the photo's shorter side.
CENTRE_SHARE = 0.4
NO_FACE: Final = "no face found, the middle taken"
FIRST_ATTEMPT: Final = "found at once"
#: Rule of the threshold that the program uses.
IN_USE: Final = "in use"
BEST_ACCURACY: Final = "best accuracy"

_EMBED_TOGETHER = 64
#: Photos in the hands of the pool: enough to keep it busy, few enough to fit in memory.
_IN_WORK = 32
_SAVE_EVERY = 256
_GALLERY_PICTURE_PX = 250


# ---------------------------------------------------------------------- what is asked and answered


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What to measure, and how.

    Attributes:
        pairs: list of pairs, see `read_pairs`.
        images: folder of the photos.
        flip: add the vector of the mirrored chip.
        subtract_mean: subtract the mean vector of the other folds' pairs, then normalise again.
        grid: choose thresholds from 0…4 in steps of 0.01 instead of from the distances.
        limit: measure this many pairs only, spread evenly over the list.
        cache: folder that remembers vectors; None: remember nothing.
    """

    pairs: Path
    images: Path
    flip: bool = True
    subtract_mean: bool = False
    grid: bool = False
    limit: int | None = None
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A pair, its photos and their distance (squared_l2)."""

    pair: Pair
    first: Path
    second: Path
    squared_l2: float


@dataclass(frozen=True, slots=True)
class PhotoFault:
    """A photo that could not be used; every pair with it is left out."""

    name: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class PhotoSummary:
    """What became of the photos.

    Attributes:
        listed: how many the pairs name.
        found_by: how the face was found → number of photos.
        without_face: photos in which none was found; they count, by their middle.
        faults: photos that are missing or unreadable.
    """

    listed: int
    found_by: Mapping[str, int]
    without_face: tuple[str, ...]
    faults: tuple[PhotoFault, ...]


@dataclass(frozen=True, slots=True)
class Speed:
    """How long it took.

    Attributes:
        total_s: from reading the list to the figures.
        photos_s: the part of it spent on photos.
        looked_at: photos detected, aligned and embedded in this run.
        remembered: photos whose vectors came from the cache.
    """

    total_s: float
    photos_s: float
    looked_at: int
    remembered: int


@dataclass(frozen=True, slots=True)
class Setup:
    """What was measured: the model and everything that changes its vectors."""

    model_id: str
    precision: str
    detector: str
    upsample: int
    min_face_px: int | None
    flip: bool
    subtract_mean: bool
    grid: bool


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationReport:
    """The figures, and what they rest on.

    Attributes:
        setup: see `Setup`.
        kind: which kind of list it was.
        scored: the pairs measured, in the list's order.
        scores: their distances, sorted by kind.
        left_out: pairs not measured because a photo is missing or unreadable.
        folded: accuracy by cross-validation; None with too few pairs.
        separation: figures that need no threshold.
        points: thresholds and what each does; the first is the operating point.
        photos: see `PhotoSummary`.
        speed: see `Speed`.
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


def evaluate(
    settings: Settings,
    options: EvaluateOptions,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
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
    listed = _read(options)
    located = locate(listed.photos, options.images)
    if not located.found:
        raise DataError(
            f"none of the {len(listed.photos)} photos of the list is in {printable(str(options.images))}",
            hint=f"The first should be {printable(listed.photos[0])} there; check --images.",
        )
    embedder = parts.open_embedder(settings)
    setup = _setup(settings, options, embedder)
    cache = VectorCache(options.cache, _cache_key(setup, embedder), embedder.card.dimensions, on_event)
    photos = PhotoReader(settings, embedder, cache, flip=options.flip).read(
        located.found, on_event, cancel or CancelToken()
    )
    photos_s = time.monotonic() - started_s
    faults = (*map(_missing, located.missing), *photos.faults)
    measured = _measure(settings, options, listed, photos, embedder)
    speed = Speed(time.monotonic() - started_s, photos_s, photos.looked_at, photos.remembered)
    return EvaluationReport(
        setup=setup,
        kind=listed.kind,
        scored=tuple(
            ScoredPair(pair, located.found[pair.first], located.found[pair.second], float(distance))
            for pair, distance in zip(measured.pairs, measured.squared_l2, strict=True)
        ),
        scores=measured.scores,
        left_out=len(listed.pairs) - len(measured.pairs),
        folded=measured.folded,
        separation=metrics.separation(measured.scores),
        points=measured.points,
        photos=_summary(listed, photos, faults),
        speed=speed,
    )


def _read(options: EvaluateOptions) -> PairList:
    if not options.images.is_dir():
        raise ConfigError(
            f"the folder of photos {printable(str(options.images))} does not exist",
            hint="Name the folder that holds them with --images.",
        )
    listed = read_pairs(options.pairs)
    return listed if options.limit is None else listed.limited(options.limit)


def _setup(settings: Settings, options: EvaluateOptions, embedder: Embedder) -> Setup:
    return Setup(
        model_id=embedder.card.model_id,
        precision=embedder.precision,
        detector=settings.detector,
        upsample=settings.upsample,
        min_face_px=settings.min_face_px,
        flip=options.flip,
        subtract_mean=options.subtract_mean,
        grid=options.grid,
    )


def _missing(name: str) -> PhotoFault:
    return PhotoFault(
        name, f"{printable(name)} is missing", "Put it there, or take its pairs out of the list."
    )


def _summary(listed: PairList, photos: PhotoVectors, faults: tuple[PhotoFault, ...]) -> PhotoSummary:
    without = tuple(name for name, how in photos.found_by.items() if how == NO_FACE)
    counts = dict(Counter(photos.found_by.values()).most_common())
    return PhotoSummary(len(listed.photos), counts, without, faults)


# ---------------------------------------------------------------------- from vectors to figures


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    pairs: tuple[Pair, ...]
    squared_l2: Values
    scores: Scores
    folded: FoldedAccuracy | None
    points: tuple[OperatingPoint, ...]


def _measure(
    settings: Settings,
    options: EvaluateOptions,
    listed: PairList,
    photos: PhotoVectors,
    embedder: Embedder,
) -> _Measured:
    # Folds are those of the whole list, so that a missing photo does not move other pairs.
    folds = _folds(listed)
    usable = np.array([pair.first in photos.rows and pair.second in photos.rows for pair in listed.pairs])
    pairs = tuple(pair for pair, good in zip(listed.pairs, usable, strict=True) if good)
    is_same = listed.is_same[usable]
    _require_both(is_same, len(listed.pairs))
    folds = None if folds is None or not can_fold(is_same, folds[usable]) else folds[usable]
    score_of = _score_of(photos, pairs, options.subtract_mean)
    candidates = metrics.grid() if options.grid else None
    squared_l2 = held_out_scores(score_of, folds, len(pairs))
    scores = Scores.of(squared_l2, is_same)
    folded = None if folds is None else folded_accuracy(score_of, is_same, folds, candidates)
    # The threshold of the card was found without the mean taken off: it does not fit such distances.
    in_use = None if options.subtract_mean else settings.threshold or embedder.card.threshold
    return _Measured(pairs, squared_l2, scores, folded, _points(scores, candidates, in_use))


def _folds(listed: PairList) -> NDArray[np.intp] | None:
    if listed.kind == "view2":
        return np.array([pair.fold for pair in listed.pairs], np.intp)
    return stratified_folds(listed.is_same)


def _require_both(is_same: NDArray[np.bool_], listed: int) -> None:
    for kind, words in ((True, "of the same person"), (False, "of different people")):
        if not (is_same == kind).any():
            raise DataError(
                f"no pair {words} can be measured: {listed - len(is_same)} of {listed} pairs lack a photo",
                hint="Check that --images is the folder the list was made for, and that its photos open.",
            )


def _points(scores: Scores, candidates: Values | None, in_use: float | None) -> tuple[OperatingPoint, ...]:
    candidates = scores.thresholds() if candidates is None else candidates
    rules = [(IN_USE, in_use)] if in_use is not None else []
    rules += [
        (BEST_ACCURACY, metrics.best_by_accuracy(scores, candidates)),
        ("best Youden's J", metrics.best_by_youden(scores, candidates)),
        ("equal error", metrics.equal_error(scores)[1]),
    ]
    return tuple(metrics.operating_point(rule, scores, at) for rule, at in rules if at is not None)


def _score_of(photos: PhotoVectors, pairs: Sequence[Pair], subtract_mean: bool) -> ScoreOf:
    first = np.array([photos.rows[pair.first] for pair in pairs], np.intp)
    second = np.array([photos.rows[pair.second] for pair in pairs], np.intp)
    score_of = centred_scores if subtract_mean else fixed_scores
    return score_of(photos.vectors, first, second)


# ---------------------------------------------------------------------- from photos to vectors


@dataclass(frozen=True, slots=True, eq=False)
class PhotoVectors:
    """Vectors of photos.

    Attributes:
        vectors: float32 (M, D), unit rows.
        rows: photo → its row.
        found_by: photo → how its face was found.
        faults: photos that could not be read.
        looked_at: photos detected, aligned and embedded now.
        remembered: photos known from the cache.
    """

    vectors: FloatArray
    rows: Mapping[str, int]
    found_by: Mapping[str, str]
    faults: tuple[PhotoFault, ...]
    looked_at: int
    remembered: int


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What a thread of the pool found out about one photo; without chip it is known already."""

    digest: bytes
    chip: ImageArray | None = None
    how: str = ""


class PhotoReader:
    """Makes vectors of photos on all cores: threads detect and align, batches are embedded meanwhile.

    Args:
        settings: which detector.
        embedder: the model.
        cache: remembers vectors by the content of the photo.
        flip: add the vector of the mirrored chip.
    """

    def __init__(self, settings: Settings, embedder: Embedder, cache: VectorCache, *, flip: bool) -> None:
        self._settings, self._embedder, self._cache, self._flip = settings, embedder, cache, flip
        # A detector is made for one call at a time: every thread has its own.
        self._per_thread = threading.local()

    def read(self, photos: Mapping[str, Path], on_event: EventSink, cancel: CancelToken) -> PhotoVectors:
        """Vectors of all photos (name → file); what is done before a stop or a fault stays in the cache."""
        digests: dict[str, bytes] = {}
        faults: list[PhotoFault] = []
        batch: list[_Look] = []
        looked_at = 0
        try:
            with closing(self._looks(photos, cancel)) as looks:
                for name, look in looks:
                    if isinstance(look, DataError):
                        faults.append(PhotoFault(name, look.message, look.hint))
                        continue
                    digests[name] = look.digest
                    if look.chip is not None:
                        batch.append(look)
                        looked_at += 1
                    if len(batch) == _EMBED_TOGETHER:
                        self._embed(batch)
                    on_event(Progress("photos", len(digests) + len(faults), len(photos)))
            self._embed(batch)
        finally:
            self._cache.save()
        return self._gathered(digests, tuple(faults), looked_at)

    def _looks(
        self, photos: Mapping[str, Path], cancel: CancelToken
    ) -> Generator[tuple[str, _Look | DataError]]:
        pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="photos")
        waiting: deque[tuple[str, Future[_Look | DataError]]] = deque()
        try:
            for name, path in photos.items():
                waiting.append((name, pool.submit(self._look, path)))
                if len(waiting) == _IN_WORK:
                    cancel.check()
                    name, work = waiting.popleft()
                    yield name, work.result()
            for name, work in waiting:
                cancel.check()
                yield name, work.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _look(self, path: Path) -> _Look | DataError:
        try:
            digest = bytes.fromhex(sha256_file(path))
            if digest in self._cache:
                return _Look(digest)
            image = read_picture(path)
        except DataError as fault:
            return fault
        tools = self._tools()
        found = tools.finder.find(image)
        if found.detections:
            face = main_face(found.detections, found.image)
            return _Look(digest, self._embedder.chip(found.image, face), found.how or FIRST_ATTEMPT)
        landmarks = tools.landmarker(image, centre_box(image))
        return _Look(digest, extract_chip(image, landmarks, self._embedder.chip_spec), NO_FACE)

    def _tools(self) -> _Tools:
        if not hasattr(self._per_thread, "tools"):
            landmarker = Landmarker(find_dlib_file(LANDMARKS, self._settings.weights))
            self._per_thread.tools = _Tools(FaceFinder(self._settings), landmarker)
        tools: _Tools = self._per_thread.tools
        return tools

    def _embed(self, batch: list[_Look]) -> None:
        chips = [look.chip for look in batch if look.chip is not None]
        vectors = self._embedder.embed(chips, mirror=self._flip).vectors
        for look, vector in zip(batch, vectors, strict=True):
            self._cache.add(look.digest, look.how, vector)
        batch.clear()

    def _gathered(
        self, digests: Mapping[str, bytes], faults: tuple[PhotoFault, ...], looked_at: int
    ) -> PhotoVectors:
        known = {name: self._cache.get(digest) for name, digest in digests.items()}
        vectors = [entry.vector for entry in known.values()]
        return PhotoVectors(
            vectors=np.stack(vectors)
            if vectors
            else np.zeros((0, self._embedder.card.dimensions), np.float32),
            rows={name: row for row, name in enumerate(known)},
            found_by={name: entry.how for name, entry in known.items()},
            faults=faults,
            looked_at=looked_at,
            remembered=len(digests) - looked_at,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Tools:
    finder: FaceFinder
    landmarker: Landmarker


def centre_box(image: ImageArray) -> Box:
    """The face assumed in a photo in which none was found: a square in the middle, 40 % of the shorter side.

    Photos of face sets show their person in the middle at about this size.
    """
    height, width = image.shape[:2]
    half = CENTRE_SHARE * min(height, width) / 2
    return Box(width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)


# ---------------------------------------------------------------------- remembering vectors


def user_cache_folder() -> Path:
    """Where this user's programs keep what can be computed again, with our name added.

    Raises:
        ConfigError: the user has no home folder.
    """
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
            return base / "facecam" / "Cache" / "evaluate"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "facecam" / "evaluate"
        # A relative XDG_CACHE_HOME is to be ignored. (XDG Base Directory Specification)
        wanted = Path(os.environ.get("XDG_CACHE_HOME", ""))
        return (wanted if wanted.is_absolute() else Path.home() / ".cache") / "facecam" / "evaluate"
    except RuntimeError as error:
        raise ConfigError(
            "there is no home folder to keep the cache in", hint="Name a folder with --cache."
        ) from error


def _cache_key(setup: Setup, embedder: Embedder) -> dict[str, object]:
    """Everything besides the photo that its vector depends on."""
    key = asdict(setup) | {"chip": asdict(embedder.chip_spec), "program": __version__}
    return {name: value for name, value in key.items() if name not in ("subtract_mean", "grid")}


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """A photo's vector, float32 (D,) of norm 1, and how its face was found."""

    how: str
    vector: FloatArray


class VectorCache:
    """Vectors by the SHA-256 of the photo, kept on disk between runs.

    The content of a photo identifies it, not its path and date: these change
    when a folder is copied, and stay when a photo is replaced by a program
    that restores dates. Hashing costs a hundredth of finding a face.

    Every few hundred vectors become one file, which is written once, whole or
    not at all, under the SHA-256 of its own content. So a run that is killed
    loses little, two runs do not disturb each other, and a damaged file is
    known by its name: it is removed and its photos are looked at again. The
    files are plain numbers; nothing in them can be run.

    Args:
        folder: of the cache; None: remember only while this object lives.
        key: what the vectors depend on besides the photo; other keys have other folders.
        dimensions: D.
        on_event: gets a notice for what is damaged or cannot be written.
    """

    def __init__(
        self, folder: Path | None, key: Mapping[str, object], dimensions: int, on_event: EventSink = ignore
    ) -> None:
        text = json.dumps(dict(key), sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._folder = None if folder is None else folder / name
        self._about, self._dimensions, self._on_event = text, dimensions, on_event
        self._known: dict[bytes, Remembered] = {}
        self._unsaved: list[bytes] = []
        if self._folder is not None and self._folder.is_dir():
            self._load(self._folder)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._known

    def __len__(self) -> int:
        return len(self._known)

    def get(self, digest: bytes) -> Remembered:
        """What is known of a photo; KeyError if nothing is."""
        return self._known[digest]

    def add(self, digest: bytes, how: str, vector: FloatArray) -> None:
        """Remember a photo; saved with the next few hundred."""
        if digest not in self._known:
            self._unsaved.append(digest)
        self._known[digest] = Remembered(how, vector)
        if len(self._unsaved) >= _SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Write what is not written yet; a disk that refuses ends saving, not the evaluation."""
        if self._folder is None or not self._unsaved:
            return
        content = _packed([(digest, self._known[digest]) for digest in self._unsaved])
        try:
            with readable_os_errors("make the folder", self._folder):
                # Vectors of faces are personal data: for this user's eyes only.
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(self._folder / f"{hashlib.sha256(content).hexdigest()}.vectors", content)
            if not (self._folder / "about.json").exists():
                atomic_write(self._folder / "about.json", f"{self._about}\n".encode())
        except DataError as error:
            self._on_event(Notice(f"vectors are not remembered: {error.message}", error.hint))
            self._folder = None
            return
        self._unsaved.clear()

    def _load(self, folder: Path) -> None:
        with readable_os_errors("read the cache", folder):
            files = sorted(folder.glob("*.vectors"))
        for file in files:
            try:
                self._known.update(_unpacked(file, self._dimensions))
            except (OSError, ValueError) as error:
                self._discard(file, error)

    def _discard(self, file: Path, error: Exception) -> None:
        _log.info("cache file %s: %s", file, error)
        self._on_event(
            Notice(f"a damaged file of the cache was discarded: {file}", "Its photos are looked at again.")
        )
        try:
            file.unlink()
        except OSError as refusal:
            _log.warning("could not remove %s: %s", file, refusal)


def _packed(entries: Sequence[tuple[bytes, Remembered]]) -> bytes:
    """One line of JSON, then the digests, then the vectors as little-endian float32."""
    header = json.dumps({"how": [entry.how for _, entry in entries]}, ensure_ascii=False)
    digests = b"".join(digest for digest, _ in entries)
    vectors = np.stack([entry.vector for _, entry in entries]).astype("<f4")
    return f"{header}\n".encode() + digests + vectors.tobytes()


def _unpacked(file: Path, dimensions: int) -> Iterator[tuple[bytes, Remembered]]:
    """The entries of a file; ValueError if it is not exactly what was written."""
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.stem:
        raise ValueError("the content does not fit the name")
    header, _, body = content.partition(b"\n")
    found_by = _found_by(json.loads(header))
    count = len(found_by)
    if len(body) != count * (32 + 4 * dimensions):
        raise ValueError(f"{len(body)} bytes for {count} vectors")
    vectors = np.frombuffer(body, "<f4", offset=32 * count).reshape(count, dimensions).astype(np.float32)
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise ValueError("the vectors are not of norm 1")
    digests = [body[32 * row : 32 * row + 32] for row in range(count)]
    return zip(digests, map(Remembered, found_by, vectors), strict=True)


def _found_by(header: object) -> list[str]:
    words = header.get("how") if isinstance(header, dict) else None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("the header is not one of ours")
    return words


# ---------------------------------------------------------------------- pictures of the result


def write_plots(report: EvaluationReport, folder: Path) -> list[Path]:
    """Draw ROC, error rates, histograms, and the pairs judged wrongly, as PNG; returns the files.

    Raises:
        DependencyError: matplotlib is not installed.
        DataError: the folder cannot be written.
    """
    with readable_os_errors("make the folder", folder):
        folder.mkdir(parents=True, exist_ok=True)
    point = report.points[0]
    figures = {
        "roc": plots.draw_roc(report.scores, point),
        "error-rates": plots.draw_error_rates(report.scores, point),
        "histogram": plots.draw_histogram(report.scores, point),
    }
    for name, same in (("false-accepts", False), ("false-rejects", True)):
        figures[name] = plots.draw_gallery(*_wrong_pairs(report, same=same))
    files = [folder / f"{name}.png" for name in figures]
    for file, figure in zip(files, figures.values(), strict=True):
        plots.save(figure, file)
    return files


def _wrong_pairs(report: EvaluationReport, *, same: bool) -> tuple[str, list[plots.PicturePair]]:
    """Title and pictures of the pairs the operating point judges wrongly, the worst first."""
    threshold = report.points[0].threshold
    wrong = [one for one in report.scored if one.pair.same == same and (one.squared_l2 < threshold) != same]
    wrong.sort(key=lambda one: -one.squared_l2 if same else one.squared_l2)
    what = "Same person, rejected" if same else "Different people, accepted"
    shown = wrong[: plots.MOST_PAIRS]
    counted = f"{len(wrong)} pair{'' if len(wrong) == 1 else 's'}"
    if len(shown) < len(wrong):
        counted = f"{len(shown)} worst of {counted}"
    title = f"{what} at squared_l2 {threshold:.4f} ({report.points[0].rule}): {counted}"
    return title, [_picture_pair(one) for one in shown]


def _picture_pair(one: ScoredPair) -> plots.PicturePair:
    pictures = [read_picture(path, _GALLERY_PICTURE_PX) for path in (one.first, one.second)]
    names = [printable(Path(name).name) for name in (one.pair.first, one.pair.second)]
    return plots.PicturePair(pictures[0], pictures[1], names[0], names[1], one.squared_l2)


def photos_used_twice(report: EvaluationReport) -> int:
    """How many of the measured pairs compare a photo with itself."""
    return same_photo_twice([one.pair for one in report.scored])
