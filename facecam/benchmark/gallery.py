"""Gallery benchmark: the time of a look-up among many, and the recall of the index."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np

from facecam.benchmark.timing import Row, compare, row_from, time_ms
from facecam.core.types import FloatArray
from facecam.engine import components
from facecam.engine.models.cohorts import NEAREST, SIZE, WEIGHT
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.match import Matcher
from facecam.gallery.matching.neighbors import EXACT_UP_TO, NeighborIndex
from facecam.gallery.storage.store import GalleryStore

SIZES = (10_000, 50_000, 100_000, 1_000_000)
#: Ten thousand people with five vectors each.
WANTED_SIZE = 50_000
_VECTORS_EACH = 5
_DIMENSIONS = 128
#: Spread of a person's vectors, so that two of them are about as far apart (squared_l2 0.09) as real ones.
_SPREAD = 0.21
_THRESHOLD = 0.155
_QUERIES = 200


def matching_rows(peer: ModuleType, runs: int, *, through_index: bool) -> Iterator[Row]:
    """One face against galleries of several sizes; the largest also through the index where that is asked for."""
    for count in SIZES:
        gallery, queries = _made_up(count)
        if count == WANTED_SIZE:
            yield _loading(gallery, runs)
        exact = Matcher(gallery, _THRESHOLD, components.MATCH_RULE)
        if count == WANTED_SIZE:
            yield from _by_scores(gallery, queries, runs)
        query = queries[:1]
        # The peer compares against float64 encodings, as face_encodings gives them.
        known = gallery.vectors.astype(np.float64)
        yield compare(
            f"match 1 face, {count:,} vectors",
            lambda exact=exact, query=query: exact.match(query),  # type: ignore[misc]
            lambda known=known, query=query: peer.face_distance(known, query[0]),  # type: ignore[misc]
            runs=runs,
            wanted="5 ms" if count == WANTED_SIZE else "",
        )
        if through_index and count > EXACT_UP_TO:
            yield from _through_index(gallery, queries, exact, runs)


def _by_scores(gallery: Gallery, queries: FloatArray, runs: int) -> Iterator[Row]:
    """With a cohort of the usual size: what people cost once, and a face that was not seen before."""
    cohort = Cohort(
        _unit(np.random.default_rng(2).standard_normal((SIZE, _DIMENSIONS), np.float32)), NEAREST, WEIGHT
    )
    started_s = time.perf_counter()
    scored = Matcher(gallery, _THRESHOLD, components.MATCH_RULE, cohort=cohort)
    yield row_from(
        f"compare {len(gallery):,} people with the cohort, once",
        "ms",
        [1e3 * (time.perf_counter() - started_s)],
    )
    faces = iter(np.tile(queries, (1 + runs, 1)))
    noise = np.random.default_rng(3)

    def match() -> None:
        # Faces seen before are remembered: each is a little another one.
        face = next(faces) + np.float32(1e-4) * noise.standard_normal(_DIMENSIONS, np.float32)
        scored.match(_unit(face[None]))

    yield compare(
        f"match 1 face by scores, {len(gallery.vectors):,} vectors", match, runs=min(runs, len(queries)), calls=1,
        wanted="5 ms",
    )  # fmt: skip


def _through_index(gallery: Gallery, queries: FloatArray, exact: Matcher, runs: int) -> Iterator[Row]:
    count = len(gallery.vectors)
    index = NeighborIndex(gallery.vectors)
    started_s = time.perf_counter()
    index.build()
    yield row_from(f"build the index of {count:,} vectors", "s", [time.perf_counter() - started_s])
    quick = Matcher(gallery, _THRESHOLD, components.MATCH_RULE, index=index)
    yield compare(
        f"match 1 face, {count:,} vectors, through the index", lambda: quick.match(queries[:1]), runs=runs, calls=10,
        wanted="10 ms",
    )  # fmt: skip
    nearest = [one.nearest for one in quick.match(queries)]
    right = np.mean([one.nearest == own for one, own in zip(exact.match(queries), nearest, strict=True)])
    yield row_from(
        f"the same person as without it, of {_QUERIES} faces", "%", [100 * float(right)], wanted="99.5 %"
    )


def _made_up(count: int) -> tuple[Gallery, FloatArray]:
    """People with five vectors each around a centre of their own, and faces of some of them."""
    generator = np.random.default_rng(1)
    people = -(-count // _VECTORS_EACH)
    centers = _unit(generator.standard_normal((people, _DIMENSIONS), np.float32))
    owners = np.arange(count, dtype=np.int32) // _VECTORS_EACH
    vectors = _around(centers[owners], generator)
    queries = _around(centers[:: max(1, people // _QUERIES)][:_QUERIES], generator)
    persons = tuple(Person.new(f"person {index}") for index in range(people))
    return Gallery("bench@0", persons, vectors, owners), queries


def _around(centers: FloatArray, generator: np.random.Generator) -> FloatArray:
    noise = generator.standard_normal(centers.shape, np.float32) * np.float32(_SPREAD / np.sqrt(_DIMENSIONS))
    return _unit(centers + noise)


def _unit(values: FloatArray) -> FloatArray:
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)


def _loading(gallery: Gallery, runs: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="facecam-bench-") as folder:
        GalleryStore(Path(folder)).update(lambda _: gallery)
        loads_ms = [time_ms(GalleryStore(Path(folder)).load) for _ in range(runs)]
    return row_from(
        f"load a database of {len(gallery):,} people × {_VECTORS_EACH}", "ms", loads_ms, wanted="1,000 ms"
    )
