"""Validation on held-out photos while training. No TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.types import FloatArray
from facecam.metrics import rates
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split, measured_photos
from facecam.training.gate.verification import (
    DECISIVE_RATE,
    MOST_PHOTOS,
    HeldOutPairs,
    held_out_pairs,
    tar_at,
)


@dataclass(frozen=True, slots=True, eq=False)
class ValidationSet:
    """Photos to choose between epochs by, with those they are compared with.

    Attributes:
        samples: the photos.
        pairs: of them.
    """

    samples: tuple[Sample, ...]
    pairs: HeldOutPairs

    @classmethod
    def of(cls, split: Split, *, most: int = MOST_PHOTOS) -> ValidationSet | None:
        """From a split; None where it keeps none aside for this, or they make no pairs."""
        aside, trained = measured_photos(split.validate, split.train, most)
        if not aside:
            return None
        samples = (*aside, *trained)
        owners = np.unique([sample.person for sample in samples], return_inverse=True)[1]
        held: NDArray[np.bool_] = np.arange(len(samples)) < len(aside)
        try:
            return cls(samples, held_out_pairs(owners, held))
        except DataError:
            return None


@dataclass(frozen=True, slots=True, order=True)
class Merit:
    """What epochs are compared by: first TAR at FAR 1e-2, then the area under the ROC curve.

    Attributes:
        tar: 0 where there are too few pairs to say.
        auc: in [0, 1].
    """

    tar: float
    auc: float


def validate(vectors: FloatArray, chosen: ValidationSet, margin: float) -> tuple[Merit, dict[str, float]]:
    """Figures of vectors float32 (M, D) of the set's photos: merit, and `tar`, `auc`, `eer`, `loss` by name.

    `loss` is how far the pairs are from what training wants: same pairs closer, different ones farther than
    half the margin around the distance at which errors are equal.
    """
    distances = rates.squared_distances(vectors, chosen.pairs.first, chosen.pairs.second)
    scores = rates.Scores.of(distances, chosen.pairs.is_same)
    tar, auc = tar_at(scores, DECISIVE_RATE), rates.area_under_roc(scores)
    eer, middle = rates.equal_error(scores)
    too_far = np.maximum(scores.same - middle + margin / 2, 0).mean()
    too_near = np.maximum(middle + margin / 2 - scores.different, 0).mean()
    figures = {"auc": auc, "eer": eer, "loss": float(too_far + too_near)}
    if tar is not None:
        figures["tar"] = tar
    return Merit(round(tar or 0.0, 6), round(auc, 6)), figures
