"""Fit of a head: seconds, on vectors that were made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import TrainingError
from facecam.core.events import NEVER, CancelToken, EventSink, Metrics, Notice, ignore
from facecam.core.types import FloatArray
from facecam.training.head.centers import Rows, Values, find_centers, unit
from facecam.training.head.choice import NOTHING, Strength, choose_strength, operating_point
from facecam.training.head.head import Head

#: Values a code takes at most: with more people codes are no longer at right angles, only nearly.
MOST_CODE_VALUES: Final = 64


@dataclass(frozen=True, slots=True)
class HeadOptions:
    """What may be said about a head; the defaults suit everybody.

    Attributes:
        strength: how far it goes; None: found by cross-validation.
        seed: of everything random.
    """

    strength: Strength | None = None
    seed: int = 0


def fit_head(
    vectors: FloatArray,
    mirrored: FloatArray | None,
    labels: NDArray[Any],
    options: HeadOptions = HeadOptions(),
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
    sessions: Rows | None = None,
) -> Head:
    """Train a head on the vectors of a frozen model.

    Wrong labels among the photos move the centres little; two names for one person give both the same
    share, so nothing is torn apart. Where nothing is gained the head changes nothing, and a notice says so.

    Args:
        vectors: float32 (N, D), unit rows, one for each photo.
        mirrored: the same of the mirrored photos, or None.
        labels: (N,), names or numbers of the people.
        options: see `HeadOptions`.
        on_event: gets progress, the chosen numbers as metrics, and notices.
        cancel: stops between steps of the cross-validation.
        sessions: int (N,), equal for near copies; None: there are none.

    Raises:
        TrainingError: fewer than two people.
        Cancelled: asked to stop.
    """
    _check(vectors, mirrored, labels)
    people, owners = np.unique(labels, return_inverse=True)
    if len(people) < 2:
        raise TrainingError(
            "there are photos of one person only", hint="Enroll somebody else: a head tells people apart."
        )
    if len(people) == len(labels):
        return _nothing(
            vectors, "everybody has one photo only: a head learns from several of the same person", on_event
        )
    strength = options.strength or choose_strength(
        vectors, mirrored, owners, sessions, seed=options.seed, on_event=on_event, cancel=cancel
    )
    if strength.gain == 0:
        return _nothing(
            vectors, "the model in use tells these people apart as well as a head could", on_event
        )
    return _head(vectors, mirrored, owners, strength, options.seed, on_event)


def _head(
    vectors: FloatArray,
    mirrored: FloatArray | None,
    owners: Rows,
    strength: Strength,
    seed: int,
    on_event: EventSink,
) -> Head:
    centers = find_centers(vectors, mirrored, owners)
    similarity, sharpness = operating_point(centers, strength)
    doubtful = int((np.isfinite(centers.own) & ~centers.trusted).sum())
    values = {"gain": strength.gain, "similarity": similarity, "sharpness": sharpness, "doubtful": doubtful}
    on_event(Metrics("head", 0, values))
    codes = identity_codes(len(centers.centers), seed)
    return Head(
        np.asarray(centers.centers, np.float32),
        np.asarray(codes, np.float32),
        similarity,
        sharpness,
        strength.gain,
    )


def identity_codes(people: int, seed: int) -> Values:
    """A unit vector for each person, float64 (people, ≤ 64): at right angles, or nearly so for many people.

    Random directions of 64 values have cosines of 0 ± 0.125. (Johnson and Lindenstrauss 1984, Extensions of
    Lipschitz mappings into a Hilbert space, Contemporary Mathematics 26:189)
    """
    if people <= MOST_CODE_VALUES:
        return np.eye(people)
    return unit(np.random.default_rng(seed).normal(size=(people, MOST_CODE_VALUES)))


def _nothing(vectors: FloatArray, why: str, on_event: EventSink) -> Head:
    on_event(Metrics("head", 0, {"gain": NOTHING.gain}))
    on_event(
        Notice(f"Nothing was changed: {why}.", "More photos of each person, in other light, may change that.")
    )
    return Head.identity(vectors.shape[1])


def _check(vectors: FloatArray, mirrored: FloatArray | None, labels: NDArray[Any]) -> None:
    if vectors.ndim != 2 or len(labels) != len(vectors) or not len(vectors):
        raise ValueError(f"expected a label for each vector. Received: {vectors.shape} and {labels.shape}")
    if mirrored is not None and mirrored.shape != vectors.shape:
        raise ValueError(f"expected mirrored {vectors.shape}. Received: {mirrored.shape}")
