"""Photos least like their person's others, shown before they are left out of a training."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from facecam.core.events import Notice
from facecam.core.types import FloatArray
from facecam.core.words import counted, listed
from facecam.engine import components
from facecam.engine.faces.chip_reader import ChipReader
from facecam.engine.training_jobs.request import TrainingWork
from facecam.training.data.sample import Sample
from facecam.vision.images.align import DLIB_CHIP, ChipSpec


@dataclass(frozen=True, slots=True)
class NoisyPhoto:
    """A photo far from the mean of its person's photos.

    Attributes:
        sample: the photo.
        squared_l2: between its vector and the mean vector, made unit, of the person's others.
    """

    sample: Sample
    squared_l2: float


@dataclass(frozen=True, slots=True)
class NoisePreview:
    """What a noise filter would leave out.

    Attributes:
        noisy: farthest first.
        limit: squared_l2 of the percentile; photos beyond it are left out.
        photos: looked at.
    """

    noisy: tuple[NoisyPhoto, ...]
    limit: float
    photos: int


def preview_noise(
    work: TrainingWork,
    people: Mapping[str, Sequence[Sample]],
    percentile: float,
    chip: ChipSpec = DLIB_CHIP,
) -> NoisePreview:
    """Which photos lie beyond a percentile of the distances to their person's mean vector.

    Args:
        work: the model in use measures.
        people: name → photos; those with fewer than three are not judged.
        percentile: in (0, 100]; 95 leaves out the farthest twentieth of all.
        chip: which square of the face the photos' chips show.
    """
    judged = [sample for photos in people.values() if len(photos) >= 3 for sample in photos]
    if not judged:
        return NoisePreview((), 0.0, 0)
    reader = ChipReader(work.settings, components.open_embedder(replace(work.settings, model=None)), chip)
    vectors = reader.vectors(judged, "noise", work.on_event, work.cancel)
    distances = _distances(vectors, [one.person for one in judged])
    limit = float(np.percentile(distances, percentile))
    far = [NoisyPhoto(one, float(away)) for one, away in zip(judged, distances, strict=True) if away > limit]
    return NoisePreview(tuple(sorted(far, key=lambda one: -one.squared_l2)), limit, len(judged))


def without_noise(
    work: TrainingWork, people: Mapping[str, Sequence[Sample]], percentile: float, chip: ChipSpec
) -> dict[str, tuple[Sample, ...]]:
    """The photos less those `preview_noise` names; nothing is deleted."""
    preview = preview_noise(work, people, percentile, chip)
    gone = {(one.sample.person, one.sample.digest) for one in preview.noisy}
    if gone:
        shown = listed((f"{one.sample.person}/{one.sample.photo.name}" for one in preview.noisy), 5)
        work.on_event(
            Notice(
                f"{len(gone)} of {counted(preview.photos, 'photo')} {'is' if len(gone) == 1 else 'are'} left out "
                f"as least like their person: {shown}",
                "They stay in data/. See all of them with `python main.py train --show-noise`.",
            )
        )
    return without_photos(people, gone)


def without_photos(
    people: Mapping[str, Sequence[Sample]], gone: Collection[tuple[str, str]]
) -> dict[str, tuple[Sample, ...]]:
    """All photos but those, given by name and digest."""
    return {
        name: tuple(one for one in photos if (name, one.digest) not in gone)
        for name, photos in people.items()
    }


def _distances(vectors: FloatArray, people: Sequence[str]) -> np.ndarray:
    """squared_l2 of each vector to the unit mean of the same person's others, float64 (N,)."""
    owners = np.unique(people, return_inverse=True)[1]
    sums = np.zeros((owners.max() + 1, vectors.shape[1]))
    np.add.at(sums, owners, vectors)
    others = sums[owners] - vectors
    others /= np.maximum(np.linalg.norm(others, axis=1, keepdims=True), 1e-12)
    return np.asarray(((vectors - others) ** 2).sum(axis=1))
