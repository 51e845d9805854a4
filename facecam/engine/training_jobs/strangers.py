"""Photos of other people, on whom both models are tried after a training."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.paths import printable
from facecam.core.types import FloatArray
from facecam.engine import components
from facecam.engine.faces.chip_cache import prepare_photos
from facecam.engine.scoring import limit_of_people, open_cohort
from facecam.engine.training_jobs.request import TrainingWork
from facecam.gallery.matching.cohort import Cohort
from facecam.metrics.rates import Rows
from facecam.runtime.card import ModelCard
from facecam.training.data.sample import Sample
from facecam.training.gate.strangers import Lookups, StrangersReport, judge_strangers, matched_threshold
from facecam.vision.images.align import ChipSpec

#: Fewer do not show the harm a network can do: 1 in 20 of 100 photos are five.
FEWEST_PEOPLE, FEWEST_PHOTOS = 20, 100
#: Of one person, and in all; more change nothing.
_MOST_OF_ONE, _MOST_PHOTOS = 10, 2000
#: The spread of a gallery follows the threshold, and the threshold the distances with that spread.
_ROUNDS: Final = 2


def strangers_in(
    work: TrainingWork, folder: Path, own: Collection[str], chip: ChipSpec
) -> tuple[Sample, ...]:
    """Photos of other people, some of each.

    Args:
        work: which detector; gets `Progress("prepare", …)`.
        folder: holds a folder of photos per person.
        own: SHA-256 of photos of the user's own people, which are left out.
        chip: which square of the face.

    Raises:
        ConfigError: no such folder, or too few people or photos to say anything.
    """
    if not folder.is_dir():
        raise ConfigError(
            f"--stranger-photos {printable(str(folder))} is not a folder",
            hint="Name a folder that holds a folder of photos per person.",
        )
    theirs_only = replace(work.settings, data=folder)
    prepared = prepare_photos(theirs_only, chip, on_event=work.on_event, cancel=work.cancel)
    theirs = {
        name: [one for one in samples if one.digest not in own][:_MOST_OF_ONE]
        for name, samples in prepared.people.items()
    }
    found = [one for samples in theirs.values() for one in samples][:_MOST_PHOTOS]
    people = len({one.person for one in found})
    if people < FEWEST_PEOPLE or len(found) < FEWEST_PHOTOS:
        raise ConfigError(
            f"--stranger-photos {printable(str(folder))} has {len(found)} usable photos of {people} people",
            hint=f"It takes {FEWEST_PHOTOS} of {FEWEST_PEOPLE} people, none of them yours.",
        )
    return tuple(found)


def tried_on_strangers(
    settings: Settings,
    candidate: tuple[ModelCard, FloatArray, Cohort | None],
    deployed: tuple[ModelCard, FloatArray],
    owners: Rows,
    held: np.ndarray,
    strangers: np.ndarray,
) -> tuple[StrangersReport, float, float | None]:
    """Both models on the same photos, each as live names people by it, and thresholds for the trained one.

    Args:
        settings: which share of strangers live promises to name.
        candidate: card, vectors, float32 (M, D), unit rows, and cohort of the trained model.
        deployed: the same of the model in use.
        owners: int (M,), whose each photo is.
        held: bool (M,), new photos of people who are enrolled with all others that are no strangers'.
        strangers: bool (M,).

    Returns:
        The report, the threshold of distances and, where there is a cohort, that of its scores, of which the report is.

    Raises:
        DataError: the model in use has no threshold, or no person has both enrolled and new photos.
    """
    own = replace(settings, threshold=None)
    enrolled = ~held & ~strangers
    known = held & np.isin(owners, owners[enrolled])
    cohort = open_cohort(own, deployed[0])
    limit = limit_of_people(own, deployed[0], cohort, len(np.unique(owners[enrolled])))
    if limit is None or not known.any():
        raise DataError(
            "the models could not be tried on strangers: nobody has both photos of the training and new ones",
            hint="Use --hold-out photo, and a model with a threshold.",
        )

    def looked_up(vectors: FloatArray, spread: float, by: Cohort | None) -> Lookups:
        return Lookups.of(vectors, owners, enrolled, known, strangers=strangers, spread=spread, cohort=by)

    old = looked_up(deployed[1], components.spread_of(deployed[0]), cohort)
    threshold = limit.squared_l2
    for _ in range(_ROUNDS):
        spread = components.spread_of(replace(candidate[0], threshold=threshold))
        new = looked_up(candidate[1], spread, None)
        threshold = matched_threshold(old, new, limit.value)
    score = None
    if candidate[2] is not None:
        new = looked_up(
            candidate[1], components.spread_of(replace(candidate[0], threshold=threshold)), candidate[2]
        )
        score = matched_threshold(old, new, limit.value)
    decisive = threshold if score is None else score
    report = judge_strangers((candidate[0].name, new, decisive), (deployed[0].name, old, limit.value))
    return report, threshold, score
