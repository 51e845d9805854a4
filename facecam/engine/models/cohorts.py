"""Cohorts of models: from pictures of many different faces to a file beside the card."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import EventSink, Notice, ignore, progressing
from facecam.core.paths import atomic_write, delete_file, resolved
from facecam.core.types import FloatArray, ImageArray
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine import components as parts
from facecam.engine.faces.face_finder import FaceFinder, main_face
from facecam.engine.photos.image_sources import FaceSource, SourceReader, list_sources
from facecam.engine.runs.fitted import OWN_PEOPLE, mark_of_cohort, note_fitted
from facecam.engine.scoring import cohort_of
from facecam.gallery.matching.cohort import Cohort, mixture_bytes
from facecam.metrics.calibration import calibrate, shifted_pairs
from facecam.metrics.grouping import best_limit
from facecam.metrics.mixture import FACES_PER_COMPONENT, components_for, fit_mixture
from facecam.metrics.probability import probability_knots
from facecam.runtime.card import CohortSpec, ModelCard
from facecam.vision.images.align import DLIB_CHIP

COHORT_FILE: Final = "cohort.npz"
#: Vectors sampled, and how many nearest ones of them are averaged: chosen on LFW View 1 and AT&T.
SIZE: Final = 12_000
NEAREST: Final = 200
#: Share of the mean cosine that is taken off: 0.15 to 0.3 do nearly as well, 0.5 is worse than nothing.
WEIGHT: Final = 0.2
_SEED = 0
_EMBED_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class CohortOptions:
    """What a cohort is made from.

    Attributes:
        faces: folders, zip files or pictures of many different people.
        fitted_to: what these are, in words; empty: how many pictures.
        licence: on which terms they were given.
        components: Gaussians of the mixture; None: as many as the faces support.
    """

    faces: Sequence[Path]
    fitted_to: str = ""
    licence: str = "unknown"
    components: int | None = None


def make_cohort(
    settings: Settings,
    name: str,
    options: CohortOptions,
    *,
    on_event: EventSink = ignore,
) -> ModelCard:
    """Fit a mixture to faces and put it beside the model's card; scores by it must be calibrated then.

    Args:
        settings: the weights, and the detector.
        name: the model.
        options: see `CohortOptions`.
        on_event: gets progress and notices.

    Raises:
        WeightsError: no such model.
        ConfigError: a path that does not exist, or a number of components that cannot be meant.
        DataError: no pictures, or too few faces in them.
    """
    embedder = parts.open_embedder(replace(settings, model=name))
    sources = list_sources(options.faces, on_event)
    vectors, digests = _vectors(settings, embedder, sources, on_event)
    count = components_for(len(vectors))
    if not count:
        raise DataError(
            f"{counted(len(vectors), 'face')} in {counted(len(sources), 'picture')} are too few",
            hint=f"Name pictures of at least {FACES_PER_COMPONENT} different people; 12,000 are good.",
        )
    if options.components is not None:
        if not 1 <= options.components <= count:
            raise ConfigError(
                f"--components is {options.components}",
                hint=f"Give a number from 1 to {count} for {counted(len(vectors), 'face')}.",
            )
        count = options.components
    # Not the names of what was given: they may be those of somebody who is deleted later, and cards are handed on.
    words = options.fitted_to or counted(len(sources), "picture")
    words = with_own(settings, words, [source.path for source in sources])
    spec, content = fitted(vectors, count, fitted_to=words, licence=options.licence)
    note_fitted(settings, mark_of_cohort(replace(embedder.card, cohort=spec)), digests)
    return put_cohort(settings, embedder.card, spec, content)


def with_own(settings: Settings, words: str, photos: Iterable[Path]) -> str:
    """What a cohort was fitted to, and whether photos of the user's people were among that."""
    data = resolved(settings.data)
    own = any(data in resolved(photo).parents for photo in photos)
    return f"{words}, {OWN_PEOPLE}" if own else words


def fitted(vectors: FloatArray, components: int, *, fitted_to: str, licence: str) -> tuple[CohortSpec, bytes]:
    """A mixture of vectors float32 (N, D), unit rows, as a file, and what the card says of it."""
    content = mixture_bytes(fit_mixture(vectors, components))
    spec = CohortSpec(
        file=COHORT_FILE,
        sha256=hashlib.sha256(content).hexdigest(),
        size=SIZE,
        seed=_SEED,
        nearest=NEAREST,
        weight=WEIGHT,
        components=components,
        fitted_to=f"{fitted_to} ({len(vectors):,} faces)",
        licence=licence,
    )
    return spec, content


def put_cohort(settings: Settings, card: ModelCard, spec: CohortSpec, content: bytes) -> ModelCard:
    """Write the file and a card that speaks of it.

    Raises:
        WeightsError: the model is gone.
        DataError: disk full or no permission.
    """
    store = parts.open_weights(settings)
    atomic_write(store.path(card.name) / spec.file, content)
    changed = replace(card, cohort=spec)
    store.renew_card(changed)
    return changed


def drop_cohort(settings: Settings, card: ModelCard) -> None:
    """A model goes on without its cohort: distances are compared as they are.

    Raises:
        WeightsError: the model is gone.
        DataError: no permission.
    """
    if card.cohort is None:
        return
    store = parts.open_weights(settings)
    store.renew_card(replace(card, cohort=None))
    delete_file(store.path(card.name) / card.cohort.file)


def calibrated_spec(
    settings: Settings,
    card: ModelCard,
    vectors: FloatArray,
    owners: NDArray[np.integer],
    wanted_rate: float,
    calibrated_on: str,
    on_event: EventSink = ignore,
) -> CohortSpec | None:
    """The card's cohort with thresholds of scores from pairs of known people; as it was where that cannot be.

    Args:
        settings: the weights.
        card: of the model.
        vectors, owners: float32 (N, D), unit rows, and whose they are.
        wanted_rate: the false-accept rate the threshold is set at.
        calibrated_on: in words.
        on_event: gets a notice when its file is missing or damaged.
    """
    spec = card.cohort
    if spec is None:
        return None
    try:
        cohort = cohort_of(settings.weights, card.name, spec, card.dimensions)
    except DataError as error:
        on_event(Notice(error.message, error.hint))
        return spec
    return with_scores(spec, cohort, vectors, owners, wanted_rate, calibrated_on)


def with_scores(
    spec: CohortSpec,
    cohort: Cohort,
    vectors: FloatArray,
    owners: NDArray[np.integer],
    wanted_rate: float,
    calibrated_on: str,
) -> CohortSpec:
    """The same from an open cohort."""
    shifts = cohort.shifts(vectors)
    same, different = shifted_pairs(vectors, owners, shifts)
    calibration = calibrate(different)
    point = calibration.best_for(wanted_rate)
    if point is None:
        return spec
    group_score = best_limit(vectors, owners, point[1], shifts)
    return replace(
        spec,
        threshold=round(point[1], 4),
        false_accept_rate=point[0],
        calibration=tuple((rate, round(threshold, 4)) for rate, threshold in calibration.points),
        calibrated_on=calibrated_on,
        score_to_probability=probability_knots(same, different),
        group_score=None if group_score is None else round(group_score, 4),
    )


def uncalibrated(spec: CohortSpec) -> CohortSpec:
    """The same cohort where nobody knows yet what its scores mean, as in another model."""
    return replace(
        spec,
        threshold=None,
        false_accept_rate=None,
        calibration=(),
        calibrated_on="",
        score_to_probability=None,
        group_score=None,
    )


def helps(cohort: Cohort, vectors: FloatArray, owners: NDArray[np.integer], rate: float) -> bool:
    """Whether, at a false-accept rate, scores find no fewer pairs of one person than distances do."""
    found = []
    for shifts in (np.zeros(len(vectors), np.float32), cohort.shifts(vectors)):
        same, different = shifted_pairs(vectors, owners, shifts)
        found.append(float((same < np.quantile(different, rate)).mean()) if len(same) else 0.0)
    return found[1] >= found[0]


def _vectors(
    settings: Settings, embedder: Embedder, sources: Sequence[FaceSource], on_event: EventSink
) -> tuple[FloatArray, list[str]]:
    """One vector of each picture in which a face is found, mirrored chips added; and SHA-256 of each."""
    finder, reader = FaceFinder(settings), SourceReader()
    chips: list[ImageArray] = []
    digests: list[str] = []
    unusable = 0
    vectors: list[FloatArray] = [np.zeros((0, embedder.card.dimensions), np.float32)]

    def embed() -> None:
        vectors.append(embedder.embed(chips, mirror=True).vectors)
        chips.clear()

    try:
        for source in progressing(sources, "faces", on_event):
            try:
                image, digest = reader.read(source), reader.digest(source)
            except DataError:
                unusable += 1
                continue
            found = finder.find(image)
            if found.detections:
                chips.append(embedder.views(found.image, main_face(found.detections, found.image)))
            elif (
                image.shape[:2] == (DLIB_CHIP.side_px, DLIB_CHIP.side_px) and embedder.chip_spec == DLIB_CHIP
            ):
                chips.append(image)  # A face chip already, too narrow for the detector.
            else:
                unusable += 1
                continue
            digests.append(digest)
            if len(chips) == _EMBED_TOGETHER:
                embed()
        embed()
    finally:
        reader.close()
    if unusable:
        on_event(Notice(f"{counted(unusable, 'picture')} left out: unreadable, or without a face"))
    return np.concatenate(vectors), digests
