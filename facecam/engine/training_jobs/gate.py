"""A trained network beside the model in use, on photos kept aside, and the card it gets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.errors import DataError, TrainingError
from facecam.core.events import Notice
from facecam.core.paths import atomic_write, read_file
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.chip_reader import PhotoViews
from facecam.engine.faces.missing_chips import make_missing
from facecam.engine.models.cohorts import uncalibrated
from facecam.engine.runs.layout import HEAD_FILE
from facecam.engine.runs.trained_on import photos_learnt_by
from facecam.engine.scoring import OFF, cohort_file, cohort_of, open_cohort
from facecam.engine.training_jobs.request import TrainingWork
from facecam.engine.training_jobs.strangers import tried_on_strangers
from facecam.gallery.matching.cohort import Cohort
from facecam.metrics import rates
from facecam.metrics.calibration import calibrate, shifted_pairs
from facecam.metrics.probability import Knots, probability_knots
from facecam.runtime.card import CohortSpec, ModelCard
from facecam.runtime.compiled import CompiledNetwork
from facecam.training.data.chips import read_chip
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split, measured_photos
from facecam.training.gate.drift import Drift, MadeFaces
from facecam.training.gate.strangers import StrangersReport
from facecam.training.gate.verification import (
    MOST_PHOTOS,
    GateReport,
    HeldOutPairs,
    compare,
    held_out_pairs,
    pair_scores,
)
from facecam.vision.images.align import ChipSpec

#: The false-accept rate of pairs at which a new model's threshold is set, as for the shipped one.
WANTED_RATE: Final = 0.005
#: Photos that faces of nobody are made of.
_MOST_BLENDED = 400


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Both models on the same photos.

    Attributes:
        samples: the photos.
        held: bool (M,), which were kept aside.
        candidate: float32 (M, D), vectors of the trained network.
        deployed: float32 (M, E), those of the model in use.
        pairs: compared by the gate; None where there are none.
        report: of the gate; None likewise.
        strangers: how both treat people who are nobody's; None where nobody found out.
        threshold: squared_l2, found on them; None likewise.
        knots: (squared_l2, probability of one person) of the trained model, from pairs of the strangers, else
            from `pairs`; None where they are too few.
        drift: both models on faces of nobody, made of the photos; None where they see other squares of a face.
        before: threshold of the model in use, squared_l2, or a score where `cohort` is there; None where it has none.
        cohort: of the trained model, with what its scores mean: `report`, `strangers` and `drift` are of these then;
            None where distances decide.
    """

    samples: tuple[Sample, ...]
    held: NDArray[np.bool_]
    candidate: FloatArray
    deployed: FloatArray
    pairs: HeldOutPairs | None
    report: GateReport | None
    strangers: StrangersReport | None = None
    threshold: float | None = None
    knots: Knots | None = None
    drift: Drift | None = None
    before: float | None = None
    cohort: CohortSpec | None = None

    def drift_harm(self, threshold: float | None) -> str:
        """What made faces say against the trained model at its threshold of distances; "" for nothing."""
        if self.cohort is not None:
            threshold = self.cohort.threshold
        if self.drift is None or self.before is None or threshold is None:
            return ""
        return self.drift.harm(threshold, self.before)


def measure(
    work: TrainingWork,
    card: ModelCard,
    folder: Path,
    split: Split,
    chip: ChipSpec,
    strangers: Sequence[Sample] = (),
    start: ModelCard | None = None,
) -> Measured:
    """Vectors of both models of the same photos, and the verdict: by scores of the models that have a cohort.

    Args:
        work: see `TrainingWork`.
        card: of the trained network.
        folder: with its files; gets that of its cohort.
        split: which photos were kept aside.
        chip: what the photos' chips show.
        strangers: photos of other people, on whom both models are tried.
        start: card of the model whose space was kept; None when it was not.

    Raises:
        WeightsError: one of the networks cannot be run.
        TrainingError: the trained one gives everybody the same vector.
    """
    settings = work.settings
    samples, held = chosen_photos(
        split, photos_learnt_by(settings, components.open_weights(settings).deployed())
    )
    candidate = components.embedder_of(settings, card, CompiledNetwork(folder / card.file))
    deployed = components.open_embedder(replace(settings, model=None))
    every = (*samples, *strangers)
    views = PhotoViews(settings, candidate, deployed).batches(
        every, chip, "evaluate", work.on_event, work.cancel
    )
    both = [
        (candidate.embed(a, mirror=True).vectors, deployed.embed(b, mirror=True).vectors) for a, b in views
    ]
    all_new, all_old = (np.concatenate(vectors) for vectors in zip(*both, strict=True))
    new, old = all_new[: len(samples)], all_old[: len(samples)]
    _require_life(new)
    whose = np.unique([sample.person for sample in samples], return_inverse=True)[1]
    # Each as live has it: by scores where it has a cohort.
    spec, own = _kept_cohort(work, card, folder, start)
    theirs = open_cohort(replace(settings, threshold=None), deployed.card)
    limit = deployed.card.threshold
    if theirs is not None and deployed.card.cohort is not None:
        limit = deployed.card.cohort.threshold
    # A head leaves faces of nobody where they are.
    is_head = (folder / HEAD_FILE).is_file()
    drift = None if is_head else _drift(settings, (candidate, deployed), (own, theirs), samples, whose, chip)
    try:
        pairs = held_out_pairs(whose, held)
    except DataError as fault:
        work.on_event(Notice(f"no comparison with the model in use: {fault.message}", fault.hint))
        return Measured(samples, held, new, old, None, None, drift=drift, before=limit)
    shifts = _shifts(own, new), _shifts(theirs, old)
    report = compare((card.name, new), (deployed.card.name, old), pairs, shifts=shifts)
    measured = Measured(samples, held, new, old, pairs, report, drift=drift, before=limit)
    score = None
    if strangers:
        names = [f"own {one.person}" for one in samples] + [f"other {one.person}" for one in strangers]
        try:
            found, threshold, score = tried_on_strangers(
                settings,
                (card, all_new, own),
                (deployed.card, all_old),
                np.unique(names, return_inverse=True)[1],
                np.append(held, np.zeros(len(strangers), np.bool_)),
                np.arange(len(every)) >= len(samples),
            )
            measured = replace(measured, strangers=found, threshold=threshold)
        except DataError as fault:
            work.on_event(Notice(fault.message, fault.hint))

    def knots(cohort: Cohort | None) -> Knots | None:
        """Of people it has not learned, if there are some: those of the training are told apart better than others."""
        if measured.strangers is not None:
            owners = np.unique([one.person for one in strangers], return_inverse=True)[1]
            vectors = all_new[len(samples) :]
            added = np.zeros(len(vectors), np.float32) if cohort is None else cohort.shifts(vectors)
            if (fitted := probability_knots(*shifted_pairs(vectors, owners, added))) is not None:
                return fitted
        scores = pair_scores(new, pairs, _shifts(cohort, new))
        return probability_knots(scores[pairs.is_same], scores[~pairs.is_same])

    measured = replace(measured, knots=knots(None))
    if spec is None:
        return measured
    different = pair_scores(new, pairs, shifts[0])[~pairs.is_same]
    inherited = None if start is None or start.cohort is None else (start.name, start.cohort.threshold)
    limits = _limits(different, score, measured.strangers, split, inherited)
    # Scores may be below 0; where different people have such they tell nobody apart, and where nobody measured them
    # they mean nothing: then live has distances, and they decide here, too.
    if limits.get("threshold", 0.0) <= 0:
        return measure(work, card, folder, split, chip, strangers if measured.strangers else ())
    return replace(measured, cohort=replace(spec, score_to_probability=knots(own), **limits))


def _kept_cohort(
    work: TrainingWork, card: ModelCard, folder: Path, start: ModelCard | None
) -> tuple[CohortSpec, Cohort] | tuple[None, None]:
    """The cohort of the model whose space was kept, copied beside the trained one; what its scores mean is not known.

    In the trained space it does as well as one fitted there, see docs/EXPERIMENTS.md.
    """
    settings = work.settings
    if start is None or start.cohort is None or settings.normalize == OFF:
        return None, None
    if start.dimensions != card.dimensions:
        return None, None  # A head brings its own.
    try:
        cohort = cohort_of(settings.weights, start.name, start.cohort, start.dimensions)
        content = read_file(cohort_file(settings.weights, start.name, start.cohort))
    except DataError as error:
        work.on_event(Notice(f"{error.message}: distances are compared as they are", error.hint))
        return None, None
    atomic_write(folder / start.cohort.file, content)
    return uncalibrated(start.cohort), cohort


def _drift(
    settings: Settings,
    models: tuple[Embedder, Embedder],
    cohorts: tuple[Cohort | None, Cohort | None],
    samples: Sequence[Sample],
    owners: NDArray[np.intp],
    chip: ChipSpec,
) -> Drift | None:
    """The trained model and the one in use on faces made of some of the photos."""
    if any(model.chip_spec != chip for model in models):
        return None
    some = np.random.default_rng(0).permutation(len(samples))[:_MOST_BLENDED]
    make_missing(settings, [samples[row] for row in some], chip)
    there = np.array([row for row in some if samples[row].chip.is_file()], np.intp)
    made = MadeFaces.of([read_chip(samples[row].chip) for row in there], owners[there])
    new, old = (model.embed(made.chips, mirror=True).vectors for model in models)
    return Drift.of(new, old, made.parents, (_shifts(cohorts[0], new), _shifts(cohorts[1], old)))


def _shifts(cohort: Cohort | None, vectors: FloatArray) -> FloatArray | None:
    return None if cohort is None else cohort.shifts(vectors)


def chosen_photos(split: Split, learnt: Collection[str]) -> tuple[tuple[Sample, ...], NDArray[np.bool_]]:
    """Photos kept aside and photos trained on, up to a limit; and which are which.

    Those the model in use has learnt (`learnt`, SHA-256) judge nobody: it would look better than it is.
    """
    unseen = [one for one in split.held if one.digest not in learnt]
    held, train = measured_photos(unseen, split.train, MOST_PHOTOS)
    return held + train, np.arange(len(held) + len(train)) < len(held)


def calibrated(card: ModelCard, measured: Measured, split: Split, start: ModelCard | None) -> ModelCard:
    """The card with the threshold its own distances ask for; strangers decide, where there are any.

    People of the training are told apart better than strangers are, so a threshold from their photos is too
    generous. By person the pairs kept aside are of strangers: their threshold is taken as it is. By photo the
    smaller one is taken: theirs, or that of the model the training started from, which alone is none.

    Args:
        card: of the trained model.
        measured: see `measure`.
        split: which photos were kept aside, and how.
        start: card of the model whose space was kept; None when it was not.

    Raises:
        TrainingError: the trained network gives too many different people the same vector.
    """
    pairs = measured.pairs
    different = None if pairs is None else pair_scores(measured.candidate, pairs)[~pairs.is_same]
    inherited = None if start is None else (start.name, start.threshold)
    limits = _limits(different, measured.threshold, measured.strangers, split, inherited)
    if limits.get("threshold", 1.0) <= 0:
        raise _lifeless("different people")
    return replace(card, distance_to_probability=measured.knots, cohort=measured.cohort, **limits)


def _limits(
    different: rates.Values | None,
    threshold: float | None,
    strangers: StrangersReport | None,
    split: Split,
    start: tuple[str, float | None] | None,
) -> dict[str, Any]:
    """Threshold and calibration as a card has them, of distances or of scores; empty where nothing gives one.

    Args:
        different: of the pairs of different people compared by the gate; None without pairs.
        threshold: found on strangers; None where nobody found out.
        strangers: who these are.
        split: how photos were kept aside.
        start: name and threshold of the model whose space was kept; None when it was not.
    """
    if strangers is not None and threshold is not None:
        words = (
            f"{counted(strangers.strangers, 'photo')} of {counted(strangers.people, 'person')} who are "
            "strangers to it"
        )
        return measured_limit(threshold, None, (), words)
    found = None if different is None else calibrate(different)
    point = None if found is None else found.best_for(WANTED_RATE)
    if found is None or point is None:
        return {}  # What nobody measured is not taken over.
    name, inherited = start or ("", None)
    if split.by == "person":
        words = f"{found.different_pairs} pairs with people kept out of the training, mirrored chip added"
        return measured_limit(point[1], point[0], found.points, words)
    measured = f"{found.different_pairs} pairs of people of the training"
    if inherited is None or point[1] < inherited:
        words = f"{measured}, photos kept aside: strangers may pass more often"
        return measured_limit(point[1], point[0], found.points, words)
    words = f"that of {name}, smaller than {measured} ask for: strangers may pass more often"
    return measured_limit(inherited, None, (), words)


def knows_no_strangers(card: ModelCard, split: Split, start: ModelCard | None) -> bool:
    """Whether nothing is known of how a model treats people it was not trained on.

    So it is where people of the training alone gave the threshold: the network has a space of its own (no start model
    whose threshold is a bound), and photos were kept aside, not people. That it tells its own people apart better than
    the model in use says nothing about strangers.

    Args:
        card: of the trained model, before `calibrated`.
        split: which photos were kept aside, and how.
        start: card of the model whose space was kept; None when it was not.
    """
    inherited = None if start is None else start.threshold
    return card.threshold is None and inherited is None and split.by == "photo"


def measured_limit(
    threshold: float, rate: float | None, points: Sequence[tuple[float, float]], words: str
) -> dict[str, Any]:
    """Threshold, its rate, the calibration and who it was measured on, as a card has them, to four digits."""
    return {
        "threshold": _rounded(threshold),
        "false_accept_rate": rate,
        # Scores of the rarest pairs may be a little below 0, which no card holds.
        "calibration": tuple((one, max(0.0, _rounded(at))) for one, at in points),
        "calibrated_on": words,
    }


def _rounded(squared_l2: float) -> float:
    """To four digits: a network that has hardly learnt yet keeps all its vectors within a thousandth."""
    return float(f"{squared_l2:.4g}")


def _require_life(vectors: FloatArray) -> None:
    if len(vectors) > 1 and float(np.ptp(vectors, axis=0).max()) < 1e-4:
        raise _lifeless("every face")


def _lifeless(whom: str) -> TrainingError:
    return TrainingError(
        f"the trained network gives {whom} the same vector",
        hint="Train again with a lower --learning-rate, or with --mining semi_hard.",
    )
