"""Doubts about imported vectors: whether the model they are said to be of can have made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import EventSink, Notice
from facecam.core.types import FloatArray
from facecam.core.words import counted, listed
from facecam.engine.faces.looks_of_people import LooksOfPeople
from facecam.engine.scoring import open_cohort
from facecam.gallery.names import spelled
from facecam.runtime.card import ModelCard

#: Cosine to the middle of all faces, below which nothing is a face of the model: of 12,000 faces by dlib's network the
#: least has 0.80, of 1,000 vectors of random numbers the most has 0.26.
_LEAST_COSINE: Final = 0.6


def tell_doubts(
    settings: Settings, card: ModelCard, people: Mapping[str, FloatArray], on_event: EventSink
) -> None:
    """Say whose vectors, float32 (n, D), unit rows, are no faces of the model, or several people's."""
    for notice in (*_no_faces(settings, card, people), *_several(settings, card, people)):
        on_event(notice)


def _no_faces(settings: Settings, card: ModelCard, people: Mapping[str, FloatArray]) -> Iterator[Notice]:
    cohort = open_cohort(replace(settings, threshold=None), card)
    if cohort is None:
        return  # Nobody knows what faces look like to this model.
    middle = cohort.vectors.mean(axis=0)
    middle /= np.linalg.norm(middle)
    odd = [name for name, vectors in people.items() if float((vectors @ middle).min()) < _LEAST_COSINE]
    if odd:
        names = listed((f"'{spelled(name)}'" for name in odd), 5)
        yield Notice(
            f"the vectors of {names} are like no face to the model {card.name}: "
            "another network made them, or they are other numbers",
            "Nobody will be recognized by them: python main.py people delete NAME, then enroll from photos.",
        )


def _several(settings: Settings, card: ModelCard, people: Mapping[str, FloatArray]) -> Iterator[Notice]:
    looks = LooksOfPeople.of(settings, card)
    groups = {name: len(looks.groups(vectors)) for name, vectors in people.items()}
    mixed = [f"{spelled(name)} ({count})" for name, count in groups.items() if count]
    if mixed:
        yield Notice(
            f"the vectors of {counted(len(mixed), 'person')} look like those of several people: "
            f"{', '.join(mixed[:5])}{' …' if len(mixed) > 5 else ''}",
            "Look into the file: names and vectors may be in another order.",
        )
