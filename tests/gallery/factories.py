"""Vectors placed by angle on a circle, and small galleries of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import numpy as np

from facecam.core.types import Alignment, Embeddings, FloatArray, Identity, alignment_codes
from facecam.gallery.gallery import Gallery, Person
from facecam.gallery.owned_vectors import OwnedVectors

MODEL = "test-model"
CREATED = "2026-01-31T12:00:00+00:00"


def on_circle(*degrees: float) -> FloatArray:
    """Unit vectors (N, 2) at these angles; squared_l2 of two is 2 − 2·cos(difference)."""
    radians = np.radians(degrees)
    return np.asarray(np.stack([np.cos(radians), np.sin(radians)], axis=1), np.float32)


def squared_l2(degrees: float) -> float:
    """The squared distance of unit vectors `degrees` apart."""
    return float(2 - 2 * np.cos(np.radians(degrees)))


def random_units(count: int, dimensions: int, seed: int = 0) -> FloatArray:
    vectors = np.random.default_rng(seed).standard_normal((count, dimensions))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def embeddings(vectors: FloatArray, model_id: str = MODEL) -> Embeddings:
    return Embeddings(vectors, model_id)


def aligned(vectors: FloatArray, model_id: str, alignment: Alignment) -> Embeddings:
    """Vectors that were all made of chips of one alignment."""
    return Embeddings(vectors, model_id, alignment_codes([alignment] * len(vectors)))


def person(name: str) -> Person:
    """A person whose id follows from the name."""
    return Person(Identity(str(uuid.uuid5(uuid.NAMESPACE_URL, name)), name), CREATED)


def circle_gallery(people: Mapping[str, Sequence[float]]) -> Gallery:
    """Names → angles in degrees."""
    entries = [(person(name), embeddings(on_circle(*angles))) for name, angles in people.items()]
    return Gallery.empty(MODEL, 2).add_all(entries)


def random_gallery(counts: Sequence[int], dimensions: int = 16, seed: int = 0) -> Gallery:
    """Person number i is called p<i> and has counts[i] random vectors, rows in random order."""
    rng = np.random.default_rng(seed)
    owners = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    rng.shuffle(owners)
    people = tuple(person(f"p{index}") for index in range(len(counts)))
    return Gallery(MODEL, people, random_units(len(owners), dimensions, seed), owners)


def same(left: Gallery, right: Gallery) -> bool:
    """Whether two galleries hold exactly the same."""
    return (
        (left.model_id, left.people, left.threshold) == (right.model_id, right.people, right.threshold)
        and np.array_equal(left.vectors, right.vectors)
        and np.array_equal(left.owners, right.owners)
        and np.array_equal(left.alignments, right.alignments)
        and left.alignment == right.alignment
        and _bytes(left.rejections) == _bytes(right.rejections)
        and [(model, _bytes(one)) for model, one in left.kept.items()]
        == [(model, _bytes(one)) for model, one in right.kept.items()]
    )


def _bytes(owned: OwnedVectors) -> tuple[bytes, ...]:
    return owned.vectors.tobytes(), owned.owners.tobytes(), owned.alignments.tobytes()
