from __future__ import annotations

import uuid
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from facecam.core.errors import GalleryError
from facecam.core.types import Identity
from facecam.gallery.gallery import Gallery, Person
from tests.gallery.factories import (
    CREATED,
    MODEL,
    circle_gallery,
    embeddings,
    on_circle,
    person,
    random_gallery,
    random_units,
    same,
)


@pytest.fixture
def trio() -> Gallery:
    return circle_gallery({"Ada": [0, 10], "Grace": [90], "Linus": [180, 190, 200]})


def test_empty_gallery() -> None:
    gallery = Gallery.empty(MODEL, 128)
    assert (len(gallery), gallery.dimensions, gallery.vectors.shape) == (0, 128, (0, 128))
    assert gallery.counts().tolist() == []


@pytest.mark.parametrize(
    "change",
    [
        {"vectors": np.eye(2)},  # float64
        {"vectors": np.zeros((1, 2), np.float32)},
        {"vectors": np.full((1, 2), np.nan, np.float32)},
        {"vectors": on_circle(0)[0]},
        {"owners": np.zeros(2, np.int32)},
        {"owners": np.zeros(1, np.int64)},
        {"owners": np.array([1], np.int32)},
        {"owners": np.array([-1], np.int32)},
        {"people": (person("Ada"), person("Ada"))},
        {"people": (person("Ada"), replace(person("Ada"), identity=Identity("other", "Ada")))},
        {"threshold": float("nan")},
        {"threshold": 0.0},
        {"threshold": 4.1},
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object]) -> None:
    fitting: dict[str, object] = {
        "model_id": MODEL,
        "people": (person("Ada"),),
        "vectors": on_circle(0),
        "owners": np.zeros(1, np.int32),
    }
    Gallery(**fitting)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected"):
        Gallery(**{**fitting, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("created", ["2026-01-31T12:00:00", "2026-01-31T12:00:00+02:00", "yesterday", ""])
def test_a_person_needs_a_date_in_utc(created: str) -> None:
    with pytest.raises(ValueError, match="UTC|isoformat"):
        Person(Identity("1", "Ada"), created)


def test_a_stored_name_is_clean() -> None:
    with pytest.raises(ValueError, match="NFC"):
        Person(Identity("1", "Zoe\u0308"), CREATED)


def test_frozen_down_to_the_arrays(trio: Gallery) -> None:
    with pytest.raises(ValueError, match="read-only"):
        trio.vectors[0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        trio.model_id = "x"  # type: ignore[misc]


def test_add_makes_a_new_person_and_leaves_the_old_gallery_alone(trio: Gallery) -> None:
    added = trio.add(" Zoe\u0308 ", embeddings(on_circle(45, 50)))
    zoe = added.find("Zoë")
    assert uuid.UUID(zoe.identity.id).version == 4
    assert datetime.now(UTC) - datetime.fromisoformat(zoe.created) < timedelta(minutes=1)
    assert np.array_equal(added.vectors_of("Zoë"), on_circle(45, 50))
    assert (len(trio), len(added)) == (3, 4)


def test_add_to_somebody_known_by_name_id_or_identity(trio: Gallery) -> None:
    ada = trio.find("Ada")
    for who in ("Ada", ada.identity.id, ada.identity, ada):
        added = trio.add(who, embeddings(on_circle(5)))
        assert added.people == trio.people
        assert np.array_equal(added.vectors_of("Ada"), on_circle(0, 10, 5))


def test_add_takes_in_identities_and_persons_as_they_are(trio: Gallery) -> None:
    identity = Identity("id-1", "Zoë")
    newcomer = Person(identity, CREATED, consent="on paper")
    assert trio.add(identity, embeddings(on_circle(1))).find("id-1").identity == identity
    assert trio.add(newcomer, embeddings(on_circle(1))).find("Zoë") == newcomer
    with pytest.raises(GalleryError, match="already belongs"):
        trio.add(Identity("id-2", "Ada"), embeddings(on_circle(1)))


def test_add_nothing_makes_a_person_without_vectors() -> None:
    gallery = Gallery.empty(MODEL, 2).add("Ada", embeddings(np.empty((0, 2), np.float32)))
    assert gallery.vectors_of("Ada").shape == (0, 2)
    assert gallery.counts().tolist() == [0]


def test_add_all_puts_entries_of_one_name_together() -> None:
    gallery = Gallery.empty(MODEL, 2).add_all(
        [
            ("Ada", embeddings(on_circle(0))),
            ("Grace", embeddings(on_circle(90))),
            ("Ada ", embeddings(on_circle(5))),
        ]
    )
    assert [identity.name for identity in gallery.identities] == ["Ada", "Grace"]
    assert np.array_equal(gallery.vectors_of("Ada"), on_circle(0, 5))


def test_vectors_of_another_model_are_refused_with_the_cure(trio: Gallery) -> None:
    with pytest.raises(GalleryError, match="another-model") as caught:
        trio.add("Ada", embeddings(on_circle(0), "another-model"))
    assert "python main.py people rebuild" in caught.value.hint
    with pytest.raises(GalleryError, match="2 values. Received: 3"):
        trio.add("Ada", embeddings(random_units(1, 3)))


def test_an_unknown_name_gets_a_suggestion(trio: Gallery) -> None:
    with pytest.raises(GalleryError, match="'grase'") as caught:
        trio.find("grase")
    assert caught.value.hint == "Did you mean 'Grace'?"
    with pytest.raises(GalleryError) as caught:
        trio.find("Xyzzy")
    assert "people list" in caught.value.hint
    with pytest.raises(GalleryError) as caught:
        Gallery.empty(MODEL, 2).find("Ada")
    assert "empty" in caught.value.hint
    with pytest.raises(GalleryError, match="'Ada'"):
        trio.find(Identity("no such id", "Ada"))


def test_an_id_wins_over_a_name(trio: Gallery) -> None:
    ada = trio.find("Ada").identity
    confusing = trio.rename("Linus", ada.id)
    assert confusing.find(ada.id).identity == ada


def test_rename_keeps_id_and_vectors(trio: Gallery) -> None:
    renamed = trio.rename("Ada", "  Ada Lovelace")
    assert renamed.find("Ada Lovelace").identity.id == trio.find("Ada").identity.id
    assert np.array_equal(renamed.vectors_of("Ada Lovelace"), trio.vectors_of("Ada"))
    assert same(trio.rename("Ada", "Ada"), trio)


def test_rename_to_a_taken_name_points_at_merge(trio: Gallery) -> None:
    with pytest.raises(GalleryError, match="already belongs") as caught:
        trio.rename("Ada", "Grace")
    assert "people merge" in caught.value.hint


def test_merge_moves_vectors_and_keeps_the_target(trio: Gallery) -> None:
    merged = trio.merge("Ada", "Linus")
    assert [identity.name for identity in merged.identities] == ["Grace", "Linus"]
    assert merged.find("Linus").identity == trio.find("Linus").identity
    assert {tuple(row) for row in merged.vectors_of("Linus")} == {
        tuple(row) for row in on_circle(0, 10, 180, 190, 200)
    }
    assert np.array_equal(merged.vectors_of("Grace"), on_circle(90))
    with pytest.raises(GalleryError, match="themselves"):
        trio.merge("Ada", "Ada")


def test_merge_keeps_the_earlier_date_and_a_consent() -> None:
    early = Person(Identity("1", "A"), "2025-01-01T00:00:00+00:00", consent="on paper")
    late = Person(Identity("2", "B"), "2026-01-01T00:00:00Z")
    gallery = Gallery(MODEL, (early, late), np.empty((0, 2), np.float32), np.empty(0, np.int32))
    kept = gallery.merge("A", "B").find("B")
    assert (kept.created, kept.consent) == (early.created, "on paper")
    assert gallery.with_consent("B", "by mail").merge("A", "B").find("B").consent == "by mail"


def test_remove_takes_the_vectors_and_reindexes(trio: Gallery) -> None:
    removed = trio.remove("Grace")
    assert [identity.name for identity in removed.identities] == ["Ada", "Linus"]
    assert removed.owners.tolist() == [0, 0, 1, 1, 1]
    assert np.array_equal(removed.vectors_of("Linus"), trio.vectors_of("Linus"))
    everybody_gone = removed.remove("Ada").remove("Linus")
    assert (len(everybody_gone), everybody_gone.vectors.shape) == (0, (0, 2))


def test_vectors_follow_their_person_through_random_changes() -> None:
    """Whatever is done, each remaining person has exactly the vectors they were given."""
    rng = np.random.default_rng(3)
    gallery = random_gallery([3, 1, 4, 1, 5, 2, 6])
    expected = {identity.name: gallery.vectors_of(identity) for identity in gallery.identities}
    for step in range(60):
        names = sorted(expected)
        first, second = (names[index] for index in rng.permutation(len(names))[:2])
        match step % 4:
            case 0:
                more = random_units(int(rng.integers(1, 4)), 16, seed=step)
                gallery = gallery.add(f"new{step}", embeddings(more)).add(first, embeddings(more))
                expected[f"new{step}"] = more
                expected[first] = np.concatenate([expected[first], more])
            case 1:
                gallery = gallery.rename(first, f"renamed{step}")
                expected[f"renamed{step}"] = expected.pop(first)
            case 2 if len(names) > 3:
                gallery = gallery.merge(first, second)
                expected[second] = np.concatenate([expected[second], expected.pop(first)])
            case 3 if len(names) > 3:
                gallery = gallery.remove(first)
                del expected[first]
    assert sorted(identity.name for identity in gallery.identities) == sorted(expected)
    for name, vectors in expected.items():
        assert np.array_equal(np.sort(gallery.vectors_of(name), axis=0), np.sort(vectors, axis=0))


def test_threshold_and_consent(trio: Gallery) -> None:
    assert trio.with_threshold(0.25).threshold == 0.25
    assert trio.with_threshold(0.25).with_threshold(None).threshold is None
    assert trio.with_consent("Ada", "2026, by mail").find("Ada").consent == "2026, by mail"
