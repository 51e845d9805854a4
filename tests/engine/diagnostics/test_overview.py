"""The state of everything, without loading a network and without raising."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.diagnostics.overview import take_overview
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.gallery.gallery import Gallery


def enroll(settings: Settings, model_id: str, *names: str) -> None:
    rows = np.eye(128, dtype=np.float32)
    people = [(name, Embeddings(rows[index : index + 1], model_id)) for index, name in enumerate(names)]
    gallery = Gallery.empty(model_id, 128, photo_alignment(settings)).add_all(people)
    components.open_store(settings).update(lambda _: gallery, start_over=True)


def model_id(settings: Settings) -> str:
    return components.open_weights(settings).card("dlib-resnet").model_id


def photo(settings: Settings, person: str, name: str = "a.jpg") -> None:
    folder = settings.data / person
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"not looked into")


def test_nobody_yet(settings: Settings) -> None:
    seen = take_overview(settings)
    assert (seen.people, seen.waiting, seen.photos, seen.gallery) == (0, 0, 0, "empty")
    assert seen.model is not None and seen.model.name == "dlib-resnet" and seen.model.in_use
    assert seen.model_fault is None and seen.gallery_fault is None
    assert seen.precision in ("f32", "bf16", "f16") and seen.processor
    assert [one.name for one in seen.models if one.in_use] == ["dlib-resnet"]
    assert all(one.licence and one.lineage and one.title for one in seen.models)


def test_people_photos_and_those_who_wait(settings: Settings) -> None:
    enroll(settings, model_id(settings), "Ada", "Alan")
    for person, name in (("Ada", "1.jpg"), ("Ada", "2.jpg"), ("Grace", "1.jpg"), ("Grace", "x.txt")):
        photo(settings, person, name)
    seen = take_overview(settings)
    assert (seen.people, seen.waiting, seen.photos, seen.gallery) == (2, 1, 3, "ready")


def test_a_gallery_of_another_model(settings: Settings) -> None:
    enroll(settings, "another", "Ada")
    assert take_overview(settings).gallery == "other model"


def test_a_gallery_of_another_alignment(settings: Settings) -> None:
    """Only where there are photos to make it anew from, and only if that betters anything."""
    enroll(settings, model_id(settings), "Ada")
    store = components.open_store(settings)
    store.update(lambda gallery: replace(gallery, alignment="dlib") if gallery else Gallery.empty("", 1))
    assert take_overview(settings).gallery == "ready"
    photo(settings, "Ada")
    assert take_overview(replace(settings, detector="centerface")).gallery == "other alignment"
    assert take_overview(replace(settings, detector="hog")).gallery == "ready"


def test_a_damaged_gallery_and_a_lost_one_of_its_files(settings: Settings) -> None:
    enroll(settings, model_id(settings), "Ada")
    for file in settings.database.rglob("*.npy"):
        file.write_bytes(b"")
    seen = take_overview(settings)
    assert seen.gallery == "damaged" and seen.gallery_fault is not None and seen.gallery_fault.hint


def test_a_server_that_does_not_answer_is_no_damage(settings: Settings) -> None:
    seen = take_overview(replace(settings, server="postgresql://a@127.0.0.1:9/b"))
    assert seen.gallery == "away" and seen.gallery_fault is not None and seen.gallery_fault.hint


def test_no_model(settings: Settings, tmp_path: Path) -> None:
    enroll(settings, "another", "Ada")
    seen = take_overview(replace(settings, weights=tmp_path / "nothing"))
    assert seen.model is None and seen.models == () and seen.precision == ""
    assert seen.model_fault is not None and "models prepare" in seen.model_fault.hint
    assert seen.gallery == "unknown" and seen.people == 1


@pytest.mark.parametrize("damage", ["bytes", "card", "gone"])
def test_a_damaged_model(settings: Settings, tmp_path: Path, damage: str) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(settings.weights / "dlib-resnet", weights / "dlib-resnet")
    file = weights / "dlib-resnet" / ("card.json" if damage == "card" else "model.bin")
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"{}")
    seen = take_overview(replace(settings, weights=weights))
    assert seen.model is None and seen.model_fault is not None and seen.model_fault.hint


def test_the_models_precision_can_be_chosen(settings: Settings) -> None:
    assert take_overview(replace(settings, precision="bf16")).precision == "bf16"
