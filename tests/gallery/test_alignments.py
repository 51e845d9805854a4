"""Which alignment made a vector is kept with it, through every change, in memory and on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facecam.core.types import ALIGNMENTS, Embeddings
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.store import GalleryStore
from tests.gallery.factories import MODEL, aligned, embeddings, on_circle, random_units, same


def names(codes: np.ndarray) -> list[str]:
    return [ALIGNMENTS[code] for code in codes.tolist()]


@pytest.fixture
def mixed() -> Gallery:
    """Ada: two of `five+dlib`, one of `dlib`; Eve: one of `five`; a face of `five` was said not to be Ada."""
    gallery = Gallery.empty(MODEL, 2, "five+dlib")
    gallery = gallery.add("Ada", aligned(on_circle(0, 5), MODEL, "five+dlib"))
    gallery = gallery.add("Ada", embeddings(on_circle(10))).add("Eve", aligned(on_circle(90), MODEL, "five"))
    return gallery.reject("Ada", aligned(on_circle(20), MODEL, "five"))


def test_what_says_nothing_of_it_is_dlibs() -> None:
    gallery = Gallery.empty(MODEL, 2).add("Ada", embeddings(on_circle(0, 1)))
    assert names(gallery.alignments) == ["dlib", "dlib"] and gallery.alignment == "dlib"


@pytest.mark.parametrize("codes", [np.zeros(3, np.uint8), np.zeros(2, np.int64), np.full(2, 3, np.uint8)])
def test_codes_that_do_not_fit_are_refused(codes: np.ndarray) -> None:
    with pytest.raises(ValueError, match="alignments"):
        Embeddings(on_circle(0, 1), MODEL, codes)


def test_each_vector_keeps_its_own(mixed: Gallery) -> None:
    assert names(mixed.alignments) == ["five+dlib", "five+dlib", "dlib", "five"]
    assert names(mixed.embeddings_of("Ada").alignments) == ["five+dlib", "five+dlib", "dlib"]
    assert names(mixed.rejected_of("Ada").alignments) == ["five"]
    with pytest.raises(ValueError, match="read-only"):
        mixed.alignments[0] = 0


def test_changes_keep_them_with_their_vectors(mixed: Gallery) -> None:
    less = mixed.without_vectors("Ada", on_circle(0))
    assert names(less.alignments) == ["five+dlib", "dlib", "five"]
    assert names(mixed.remove("Ada").alignments) == ["five"]
    assert names(mixed.merge("Eve", "Ada").embeddings_of("Ada").alignments) == names(mixed.alignments)
    assert names(mixed.rename("Ada", "Zoë").embeddings_of("Zoë").alignments) == names(mixed.alignments)[:3]
    assert mixed.with_threshold(0.1).alignment == "five+dlib"


def test_they_survive_the_disk(tmp_path: Path, mixed: Gallery) -> None:
    GalleryStore(tmp_path).update(lambda before: mixed)
    loaded = GalleryStore(tmp_path).load()
    assert loaded is not None and same(loaded, mixed)
    document = json.loads((tmp_path / "gen-000001" / "gallery.json").read_text(encoding="utf-8"))
    assert document["alignments"] == [["five+dlib", 2], ["dlib", 1], ["five", 1]]
    assert document["rejection_alignments"] == [["five", 1]]
    assert document["alignment"] == "five+dlib"
    assert document["format"] == 3, "an older facecam would forget them with its next change"


def test_where_all_is_dlibs_the_file_is_the_one_of_before(tmp_path: Path) -> None:
    GalleryStore(tmp_path).update(lambda before: Gallery.empty(MODEL, 2).add("Ada", embeddings(on_circle(0))))
    document = json.loads((tmp_path / "gen-000001" / "gallery.json").read_text(encoding="utf-8"))
    assert document["format"] == 1 and "alignment" not in str(document)


# ------------------------------------------------------------- vectors by other models


def other(*degrees: float) -> Embeddings:
    """By a model with three values a vector."""
    flat = on_circle(*degrees)
    return aligned(np.pad(flat, ((0, 0), (0, 1))), "other@1", "five")


def test_vectors_of_another_model_are_kept_for_a_person(tmp_path: Path, mixed: Gallery) -> None:
    gallery = mixed.keep("Eve", other(1, 2)).keep("Ada", other(3)).keep("Eve", other(4))
    assert gallery.kept_of("Eve")[0].vectors.tobytes() == other(4).vectors.tobytes()
    assert np.array_equal(gallery.vectors, mixed.vectors), "they are never matched"
    GalleryStore(tmp_path).update(lambda before: gallery)
    loaded = GalleryStore(tmp_path).load()
    assert loaded is not None and same(loaded, gallery)
    assert json.loads((tmp_path / "gen-000001" / "gallery.json").read_bytes())["format"] == 3


def test_they_go_with_their_person_and_follow_a_merge(mixed: Gallery) -> None:
    gallery = mixed.keep("Eve", other(1)).keep("Ada", other(3))
    (left,) = gallery.remove("Ada").kept_of("Eve")
    assert left.vectors.tobytes() == other(1).vectors.tobytes()
    assert gallery.remove("Eve").kept_of("Ada")[0].vectors.tobytes() == other(3).vectors.tobytes()
    (joined,) = gallery.merge("Eve", "Ada").kept_of("Ada")
    assert sorted(map(bytes, joined.vectors)) == sorted(map(bytes, other(1, 3).vectors))
    assert not gallery.keep("Eve", other()).keep("Ada", other()).kept


def test_a_deletion_leaves_nothing_of_them(tmp_path: Path, mixed: Gallery) -> None:
    store, vectors = GalleryStore(tmp_path), random_units(1, 64)
    store.update(lambda before: mixed.keep("Ada", Embeddings(vectors, "other@1")))
    store.update(lambda before: before.remove("Ada") if before else mixed, forget=True)
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and vectors.tobytes() in path.read_bytes()
    ]


def test_those_of_the_gallerys_own_model_are_refused(mixed: Gallery) -> None:
    with pytest.raises(ValueError, match="other models"):
        mixed.keep("Ada", embeddings(on_circle(1)))


def test_what_a_person_has_already_is_not_new(mixed: Gallery) -> None:
    again = mixed.unknown_of("Ada", embeddings(on_circle(5, 30)))
    assert again.vectors.tobytes() == on_circle(30).tobytes()
    assert len(mixed.unknown_of("Nobody yet", embeddings(on_circle(5)))) == 1
