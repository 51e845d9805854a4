"""Eight people of AT&T, five photos each: groups that are people, and names as probable as they are right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.faces.photo_embeddings import read_faces
from facecam.engine.tools.clustering import cluster
from facecam.gallery.gallery import Gallery
from facecam.metrics.grouping import bcubed

_PEOPLE, _PHOTOS = 8, 5


@pytest.fixture(scope="module")
def photos(shared_data: Path) -> list[Path]:
    return [
        shared_data / "att" / f"s{person}" / f"{photo}.pgm"
        for person in range(1, _PEOPLE + 1)
        for photo in range(1, _PHOTOS + 1)
    ]


def test_the_groups_are_people(settings: Settings, photos: list[Path]) -> None:
    found = cluster(replace(settings, threshold=0.5), photos)
    labels = np.full(len(found.found.faces), -1)
    for one in found.clusters:
        labels[list(one.faces)] = one.number
    owners = np.unique([face.path.parent.name for face in found.found.faces], return_inverse=True)[1]
    assert len(owners) == len(photos)
    assert bcubed(labels, owners).f > 0.95
    card = components.open_embedder(settings).card
    assert card.cohort is not None and card.cohort.threshold is not None and found.match_score is not None
    # A threshold for names has no say; that of pairs is the highest limit, the card's for groups the lowest.
    assert found.squared_l2 < 0.5
    assert (card.cohort.group_score or 0) <= found.match_score <= card.cohort.threshold


def test_names_are_as_probable_as_they_are_right(settings: Settings, photos: list[Path]) -> None:
    """Half of the people are enrolled with a photo each, the others are strangers."""
    embedder = components.open_embedder(settings)
    found = read_faces(settings, embedder, photos)
    owners = np.array([int(face.path.parent.name[1:]) - 1 for face in found.faces])
    first = np.array([face.path.stem == "1" for face in found.faces])
    known = _PEOPLE // 2
    gallery = Gallery.empty(embedder.card.model_id, embedder.card.dimensions)
    for person in range(known):
        rows = (owners == person) & first
        gallery = gallery.add(str(person), Embeddings(found.vectors[rows], embedder.card.model_id))
    probes = ~first
    matches = components.open_matcher(settings, gallery, embedder.card).match(found.vectors[probes])
    shown = np.array([match.probability for match in matches], np.float64)
    right = np.array(
        [
            match.nearest is not None and match.nearest.name == str(owner)
            for match, owner in zip(matches, owners[probes], strict=True)
        ]
    )
    assert right.sum() == known * (_PHOTOS - 1), "everybody enrolled is nearest to their photos"
    assert shown[right].mean() > 0.9 and shown[~right].mean() < 0.2
    assert abs(shown.mean() - right.mean()) < 0.08
