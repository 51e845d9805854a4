"""Faces made of two people's photos, and whether they have drawn together."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.types import FloatArray
from facecam.training.gate.drift import Drift, MadeFaces


def chips(people: int, each: int = 3) -> tuple[list[np.ndarray], np.ndarray]:
    generator = np.random.default_rng(0)
    owners = np.repeat(np.arange(people), each)
    return [generator.integers(0, 256, (60, 60, 3), np.uint8) for _ in owners], owners


def unit(rows: np.ndarray) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_every_pair_of_people_has_two_faces_and_none_is_anybodys_photo() -> None:
    given, owners = chips(5)
    made = MadeFaces.of(given, owners)
    pairs, counts = np.unique(made.parents, axis=0, return_counts=True)
    assert len(pairs) == 10 and set(counts) == {2} and len(made.chips) == 20
    assert all(face.shape == (60, 60, 3) and face.dtype == np.uint8 for face in made.chips)
    assert not any(np.array_equal(face, chip) for face in made.chips for chip in given)
    again = MadeFaces.of(given, owners)
    assert all(np.array_equal(*both) for both in zip(made.chips, again.chips, strict=True))


def test_many_people_give_no_more_faces_than_are_needed() -> None:
    made = MadeFaces.of(*chips(40))
    assert len(made.chips) == len(made.parents) == 132


@pytest.mark.parametrize("drawn_together", [0.0, 0.4])
def test_drawing_together_is_seen_and_nothing_else(drawn_together: float) -> None:
    parents = MadeFaces.of(*chips(12)).parents
    generator = np.random.default_rng(1)
    people = generator.normal(size=(12, 32))
    rows = people[parents].sum(axis=1) + 0.3 * generator.normal(size=(len(parents), 32))
    old, new = unit(rows), unit(unit(rows) + drawn_together * np.eye(32)[0])
    drift = Drift.of(new, old, parents)
    first, second = np.triu_indices(len(parents), k=1)
    common = [bool(set(parents[a]) & set(parents[b])) for a, b in zip(first, second, strict=True)]
    assert len(drift.new) == len(drift.old) == common.count(False)
    threshold = float(np.quantile(drift.old, 0.03))
    said = drift.harm(threshold, threshold)
    assert bool(said) == bool(drawn_together)
    # At a threshold of its own that as many pairs are below, it is no worse.
    assert not drift.harm(float(np.quantile(drift.new, 0.03)), threshold)

    added = np.asarray(generator.normal(size=len(parents)), np.float32)
    scored = Drift.of(new, old, parents, (added, None))
    apart = ~np.array(common)
    assert np.allclose(scored.new - drift.new, added[first[apart]] + added[second[apart]], atol=1e-6)
    assert np.array_equal(scored.old, drift.old)


@pytest.mark.parametrize("people", [1, 2, 3, 5])
def test_few_people_are_no_evidence(people: int) -> None:
    parents = MadeFaces.of(*chips(people)).parents
    vectors = unit(np.ones((len(parents), 4))) if len(parents) else np.zeros((0, 4), np.float32)
    assert Drift.of(vectors, vectors, parents).harm(4.0, 1e-6) == ""
