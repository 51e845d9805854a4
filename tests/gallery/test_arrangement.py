"""What was taken away and is given back is where it was, also when something else came meanwhile."""

from __future__ import annotations

import json

import numpy as np
import pytest

from facecam.engine.transactions.restoration import Restoration
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery
from tests.gallery.factories import embeddings, on_circle, person, random_gallery, random_units


def _household() -> Gallery:
    """Rows of everybody mixed, two of them alike, rejections, vectors by other models."""
    gallery = random_gallery([3, 2, 4]).add("p0", embeddings(random_units(2, 16, 5)))
    gallery = gallery.add("p0", gallery.embeddings_of("p0").rows(np.array([0])))
    for who, seed in (("p1", 6), ("p0", 7), ("p1", 8)):
        gallery = gallery.reject(who, embeddings(random_units(2, 16, seed)))
    for who, model in (("p2", "one"), ("p0", "one"), ("p0", "two")):
        gallery = gallery.keep(who, embeddings(on_circle(1, 2), model))
    return gallery


def _all_of(gallery: Gallery) -> list[object]:
    rejections = gallery.rejections
    kept = [(model, one.vectors.tolist(), one.owners.tolist()) for model, one in gallery.kept.items()]
    arrays = gallery.owners, gallery.vectors, gallery.alignments, rejections.owners, rejections.vectors
    return [gallery.people, *(one.tolist() for one in arrays), kept]


def _without_and_with(gallery: Gallery, name: str) -> Gallery:
    who, own, rejected = gallery.find(name), gallery.embeddings_of(name), gallery.rejected_of(name)
    kept = gallery.kept_of(name)
    back = gallery.remove(name).add(who, own)
    for one in reversed(kept):
        back = back.keep(name, one)
    return back.reject(name, rejected)


def test_who_comes_back_is_where_they_were() -> None:
    gallery = _household()
    arrangement = Arrangement.of(gallery)
    assert _all_of(arrangement.applied(gallery)) == _all_of(gallery)
    for name in ("p0", "p1", "p2"):
        back = _without_and_with(gallery, name)
        assert _all_of(back) != _all_of(gallery)
        assert _all_of(arrangement.applied(back)) == _all_of(gallery)


def test_what_came_since_is_behind_and_what_went_is_missing() -> None:
    gallery = _household()
    first = gallery.embeddings_of("p0").rows(np.array([0]))
    later = embeddings(random_units(2, 16, 9))
    now = gallery.without_vectors("p0", first.vectors).remove("p1").add(person("new"), later).add("p0", first)
    back = Arrangement.of(gallery).applied(now)
    assert [one.identity.name for one in back.people] == ["p0", "p2", "new"]
    assert back.vectors_of("p0").tolist() == gallery.vectors_of("p0")[:-1].tolist()
    assert back.vectors[-2:].tolist() == later.vectors.tolist() and back.owners[-2:].tolist() == [2, 2]


def test_nobody_and_another_model_are_no_trouble() -> None:
    gallery, empty = _household(), Gallery.empty("other", 4)
    assert _all_of(Arrangement.of(gallery).applied(empty)) == _all_of(empty)
    assert _all_of(Arrangement.of(empty).applied(gallery)) == _all_of(gallery)


def test_it_survives_a_crash() -> None:
    gallery = _household()
    written = json.dumps(Restoration(arrangement=Arrangement.of(gallery)).to_json())
    restoration = Restoration.from_json(json.loads(written))
    back = restoration.applied(_without_and_with(gallery, "p0"))
    assert back is not None and _all_of(back) == _all_of(gallery)


_NO_VALUES = (True, 0.5, "", [], {}, [[]], {"dtype": "<u8", "shape": [1, 1], "base64": "AAAAAAAAAAA="})


@pytest.mark.parametrize("name", ["person", "rejections", "vectors", "others", "arrangement"])
@pytest.mark.parametrize("value", _NO_VALUES)
def test_a_restoration_that_was_damaged_is_refused_when_it_is_read(name: str, value: object) -> None:
    document = Restoration(arrangement=Arrangement.of(_household())).to_json()
    if value == [] and name not in ("person", "arrangement"):
        return  # Nothing of it comes back.
    document[name] = value
    with pytest.raises((ValueError, KeyError, TypeError)):
        Restoration.from_json(document)


@pytest.mark.parametrize("name", ["people", "own", "rejected", "kept"])
@pytest.mark.parametrize("value", _NO_VALUES[:3] + _NO_VALUES[5:])
def test_an_order_that_was_damaged_is_refused_when_it_is_read(name: str, value: object) -> None:
    document = Restoration(arrangement=Arrangement.of(_household())).to_json()
    document["arrangement"][name] = value
    with pytest.raises((ValueError, KeyError, TypeError)):
        Restoration.from_json(document)
