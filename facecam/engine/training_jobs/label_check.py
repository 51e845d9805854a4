"""Label check before a training: photos that seem to carry the wrong name, left out on wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from facecam.core.events import Notice
from facecam.core.paths import printable
from facecam.core.words import counted, listed
from facecam.engine import components
from facecam.engine.faces.chip_reader import ChipReader
from facecam.engine.training_jobs.label_noise import without_photos
from facecam.engine.training_jobs.request import TrainingWork
from facecam.metrics.label_errors import Looks, label_doubts
from facecam.metrics.neighbors import nearest_own
from facecam.training.data.sample import Sample
from facecam.vision.images.align import ChipSpec

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class DoubtfulPhoto:
    """A photo that looks like somebody else, or unlike its person.

    Attributes:
        sample: the photo.
        likely: whom it looks like; None when like nobody here.
    """

    sample: Sample
    likely: str | None

    def __str__(self) -> str:
        where = printable(f"{self.sample.person}/{self.sample.photo.name}")
        return where if self.likely is None else f"{where} (looks like {printable(self.likely)})"


def doubtful_photos(
    work: TrainingWork, people: Mapping[str, Sequence[Sample]], chip: ChipSpec
) -> tuple[DoubtfulPhoto, ...]:
    """Photos that may show somebody else than their folder says, by the model in use; worst first.

    Args:
        work: the model in use compares.
        people: name → photos.
        chip: which square of the face the photos' chips show.
    """
    embedder = components.open_embedder(replace(work.settings, model=None))
    samples = [one for photos in people.values() for one in photos]
    if embedder.card.threshold is None or len(people) < 2 or not samples:
        return ()
    names = list(people)
    owners = np.repeat(np.arange(len(names)), [len(photos) for photos in people.values()])
    vectors = ChipReader(work.settings, embedder, chip).vectors(samples, "labels", work.on_event, work.cancel)
    looks = Looks.of(vectors, owners, len(names), embedder.card.threshold)
    doubts = label_doubts(looks, nearest_own(vectors, owners), owners, embedder.card.threshold)
    return tuple(
        DoubtfulPhoto(samples[one.row], None if one.likely is None else names[one.likely]) for one in doubts
    )


def with_right_labels(
    work: TrainingWork, people: Mapping[str, Sequence[Sample]], chip: ChipSpec, *, leave_out: bool
) -> dict[str, tuple[Sample, ...]]:
    """The photos, less the doubtful ones where wanted; nothing is deleted, and either way they are named.

    Args:
        leave_out: whether the doubtful ones take no part.
        work, people, chip: see `doubtful_photos`.
    """
    doubtful = doubtful_photos(work, people, chip)
    if doubtful:
        count = f"{len(doubtful)} of {counted(sum(map(len, people.values())), 'photo')}"
        named = listed(map(str, doubtful), _MOST_NAMED)
        work.on_event(
            Notice(
                f"{count} left out as wrong labels: {named}"
                if leave_out
                else f"{count} may carry the wrong name: {named}",
                "They stay in data/. See each with `python main.py people check`."
                if leave_out
                else "Look at them with `python main.py people check`, or leave them out: --wrong-labels leave_out",
            )
        )
    gone = {(one.sample.person, one.sample.digest) for one in doubtful} if leave_out else set()
    return without_photos(people, gone)
