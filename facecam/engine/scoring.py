"""Match scores and thresholds: the plain distance or a score by a cohort, and the threshold that goes with it."""

from __future__ import annotations

import functools
import hashlib
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.home import ASSETS
from facecam.core.paths import printable, read_file, readable_os_errors
from facecam.gallery.gallery import PLAIN_SCORE, Gallery
from facecam.gallery.matching.cohort import BadMixture, Cohort, fingerprint, parse_mixture
from facecam.metrics.false_accepts import Points, rate_at, rate_per_person, threshold_at
from facecam.runtime.card import CohortSpec, ModelCard

_log = logging.getLogger(__name__)

#: The value of the setting that does without.
OFF: Final = "off"
#: squared_l2 for a model nobody calibrated: the margin FaceNet programs were trained with.
FALLBACK_THRESHOLD: Final = 0.2

#: Limits of groups are 0.72 to 0.74 (dlib-resnet, scores and distances) and 0.82 (resnet50) of what one in 200
#: pairs of different people comes below (see docs/EVALUATION.md): the smaller one, which mixes up nobody, is taken.
_GROUP_RATE: Final = 0.005
_GROUP_SHARE: Final = 0.73
#: Faces on which these were found.
_GROUPED_TOGETHER: Final = 2000

Origin = Literal["given", "own people", "number of people", "model card"]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a face must be below to get a name.

    Attributes:
        squared_l2: for distances, in (0, 4].
        match_score: for scores, in (0, 4]; None: distances decide.
        origin: who set it.
    """

    squared_l2: float
    match_score: float | None
    origin: Origin

    @property
    def value(self) -> float:
        """The one that decides."""
        return self.squared_l2 if self.match_score is None else self.match_score


def open_cohort(settings: Settings, card: ModelCard, on_event: EventSink = ignore) -> Cohort | None:
    """What scores are normalised by; None where distances are compared as they are.

    That is so when the user set a threshold, which is one of distances; when
    the setting says so; and when the model has no cohort, or its file is
    missing or damaged, which a notice says.
    """
    spec = card.cohort
    if spec is None or settings.threshold is not None or settings.normalize == OFF or spec.threshold is None:
        return None
    try:
        return cohort_of(settings.weights, card.name, spec, card.dimensions)
    except DataError as error:
        on_event(Notice(f"{error.message}: distances are compared as they are", error.hint))
        return None


def cohort_of(weights: Path, model: str, spec: CohortSpec, dimensions: int) -> Cohort:
    """The cohort of a model, sampled from its mixture.

    Raises:
        DataError: the file is missing, unreadable, or not the one the card speaks of.
    """
    file = cohort_file(weights, model, spec)
    with readable_os_errors("read", file):
        status = file.stat()
    return _sampled(file, status.st_size, status.st_mtime_ns, model, spec, dimensions)


def cohort_file(weights: Path, model: str, spec: CohortSpec) -> Path:
    """The file of a model's cohort.

    Raises:
        DataError: it is missing.
    """
    # The shipped one also serves a weights folder that was set up elsewhere.
    for file in (weights / model / spec.file, ASSETS / "models" / model / spec.file):
        if file.is_file():
            return file
    raise DataError(f"{printable(str(weights / model / spec.file))} is missing", hint=_hint(model))


@functools.lru_cache(maxsize=4)
def _sampled(file: Path, size: int, changed_ns: int, model: str, spec: CohortSpec, dimensions: int) -> Cohort:
    del size, changed_ns  # Only tell one content of the file from another.
    content = read_file(file)
    if hashlib.sha256(content).hexdigest() != spec.sha256:
        raise DataError(
            f"{printable(str(file))} is not the file its card speaks of (SHA-256 differs)", hint=_hint(model)
        )
    try:
        cohort = cohort_from(spec, content)
        if cohort.dimensions != dimensions:
            raise BadMixture(f"it is for vectors of {cohort.dimensions} values, not {dimensions}")
    except BadMixture as error:
        raise DataError(f"{printable(str(file))} cannot be used: {error}", hint=_hint(model)) from error
    return cohort


def cohort_from(spec: CohortSpec, content: bytes) -> Cohort:
    """The cohort sampled from the file of a mixture.

    Raises:
        BadMixture: it is no such file.
    """
    vectors = parse_mixture(content).sample(spec.size, spec.seed)
    wide = np.pad(vectors, ((0, 0), (0, spec.appended)))
    return Cohort(wide, spec.nearest, spec.weight, name_of(spec))


def name_of(spec: CohortSpec) -> str:
    """The name of the score by a cohort, as it is stored with thresholds."""
    return fingerprint(f"{spec.sha256}|{spec.size}|{spec.seed}".encode(), spec.nearest, spec.weight)


def _hint(model: str) -> str:
    return (
        f"Copy it from a complete checkout, or make another: python main.py models cohort {model} --faces DIR"
    )


def limit_for(
    settings: Settings, gallery: Gallery, card: ModelCard, cohort: Cohort | None, people: int | None = None
) -> Limit | None:
    """The threshold for the people of a gallery; None: nobody ever set one.

    The first there is of: the one given by hand; the one measured on these
    people and stored with them; the one that keeps the promised share of
    strangers with so many people, or the card's where that is stricter.

    Args:
        settings: what was given by hand, and the promise.
        gallery: the people, and what is stored with them.
        card, cohort: of the model.
        people: how many; None: those of the gallery.
    """
    stored = stored_limit(settings, gallery, card, cohort)
    count = len(gallery) if people is None else people
    return limit_of_people(settings, card, cohort, count) if stored is None else stored


def stored_limit(
    settings: Settings, gallery: Gallery, card: ModelCard, cohort: Cohort | None
) -> Limit | None:
    """The threshold stored with a gallery, if it is in force; None: others have their say."""
    if settings.threshold is not None or gallery.threshold is None:
        return None
    if gallery.threshold_score == PLAIN_SCORE:
        return Limit(gallery.threshold, None, "own people")
    if cohort is None or gallery.threshold_score != cohort.name:
        _log.info("the stored threshold is one of %s: not used", gallery.threshold_score)
        return None
    usual = FALLBACK_THRESHOLD if card.threshold is None else card.threshold
    return Limit(_same_rate(card, gallery.threshold) or usual, gallery.threshold, "own people")


def limit_of_people(settings: Settings, card: ModelCard, cohort: Cohort | None, people: int) -> Limit | None:
    """The threshold where nobody measured one on these people: by hand, by their number, or the card's."""
    if settings.threshold is not None:
        return Limit(settings.threshold, None, "given")
    if card.threshold is None:
        return None
    rate = rate_per_person(settings.strangers, people)
    spec = card.cohort
    squared_l2 = _stricter(card.threshold, threshold_at(card.calibration, rate))
    if cohort is None or spec is None or spec.threshold is None:
        return Limit(squared_l2, None, _origin(squared_l2, card.threshold))
    score = _stricter(spec.threshold, threshold_at(spec.calibration, rate))
    return Limit(squared_l2, score, _origin(score, spec.threshold))


def limit_of_groups(card: ModelCard, cohort: Cohort | None, faces: int = 0) -> Limit | None:
    """The mean distance, or score, below which two groups of faces are one person; None: nobody measured the model.

    The least of it: how much higher it is for the groups there are, `metrics.grouping.JoinLimit` says.
    The card's own, found on people; else that share of the distance below
    which one in 200 pairs of different people is (of the threshold, where that
    is not known) which it is for the models that were measured. It was found on up to 2,000 faces;
    of more each has more strangers like it, so fewer pairs may come below.

    Args:
        card, cohort: of the model.
        faces: how many are to be grouped.
    """
    if card.threshold is None:
        return None
    squared_l2 = _group_limit(card.group_distance, card.calibration, card.threshold, faces)
    spec = card.cohort
    if cohort is None or spec is None or spec.threshold is None:
        return Limit(squared_l2, None, "model card")
    score = _group_limit(spec.group_score, spec.calibration, spec.threshold, faces)
    return Limit(squared_l2, score, "model card")


def higher(limit: Limit, card: ModelCard, value: float) -> Limit:
    """A limit of groups with another `value` of the kind that decides."""
    if value == limit.value:
        return limit
    if limit.match_score is None:
        return replace(limit, squared_l2=value)
    return replace(limit, squared_l2=_same_rate(card, value) or limit.squared_l2, match_score=value)


def distance_of_groups(card: ModelCard, threshold: float) -> float:
    """The same as a plain squared_l2; of a model nobody measured, from the `threshold` in force."""
    limit = limit_of_groups(card, None)
    return _GROUP_SHARE * threshold if limit is None else limit.squared_l2


def _group_limit(measured: float | None, calibration: Points, threshold: float, faces: int) -> float:
    usual = threshold_at(calibration, _GROUP_RATE) or threshold
    limit = _GROUP_SHARE * usual if measured is None else measured
    rate = rate_at(calibration, limit)
    if faces <= _GROUPED_TOGETHER or rate is None:
        return limit
    return min(limit, threshold_at(calibration, rate * _GROUPED_TOGETHER / faces) or limit)


def _stricter(usual: float, promised: float | None) -> float:
    return usual if promised is None else min(usual, promised)


def _origin(value: float, of_card: float) -> Origin:
    return "number of people" if value < of_card else "model card"


def _same_rate(card: ModelCard, match_score: float) -> float | None:
    """The squared_l2 that as many different people come below as come below a score."""
    rate = None if card.cohort is None else rate_at(card.cohort.calibration, match_score)
    return None if rate is None else threshold_at(card.calibration, rate)
