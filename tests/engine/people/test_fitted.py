"""Cohorts and thresholds fitted to somebody's photos: named when they are deleted, and forgotten by the record."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.evaluation.open_set import apply_threshold
from facecam.engine.models.cohorts import CohortOptions, make_cohort
from facecam.engine.models.custom import calibrate_model
from facecam.engine.people.erasure import erase_everything, plan_erasure
from facecam.engine.people.withdrawal import withdraw
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.runs.trained_on import TrainedOn, photo_digests, trained_on
from facecam.gallery.gallery import Gallery
from facecam.runtime.card import write_card
from tests.engine.models.test_custom import WholePicture, crowd
from tests.runtime.tiny import card_for, save_embedder


@pytest.fixture
def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """64 people with two photos each, two of them enrolled; a model calibrated on them got a cohort by that."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(components, "open_detector", lambda settings: WholePicture())
    monkeypatch.setattr("facecam.metrics.mixture.FACES_PER_COMPONENT", 50)
    monkeypatch.setattr("facecam.engine.models.custom.helps", lambda *_: True)
    folders = {name: tmp_path / name for name in ("data", "database", "weights")}
    settings = replace(Settings(), **folders, model="tiny")
    network = save_embedder(tmp_path / "made")
    components.open_weights(settings).add("tiny", network, card_for("tiny", network))
    crowd(settings.data, 64, 2)
    model_id = calibrate_model(settings, "tiny").model_id
    gallery = Gallery.empty(model_id, 4)
    for row, name in enumerate(("p07", "p08")):
        gallery = gallery.add(name, Embeddings(np.eye(4, dtype=np.float32)[[row]], model_id))
    components.open_store(settings).update(lambda _: gallery)
    return settings


def test_a_cohort_and_thresholds_are_named_by_the_receipt_of_whose_photos_they_were_fitted_to(
    crowded: Settings,
) -> None:
    apply_threshold(crowded, 0.25)
    found = withdraw(crowded, "p07").stays
    assert found.fitted == ("the cohort of tiny", "the threshold in the database", "the threshold of tiny")
    assert found.models == found.perhaps == () and "was fitted to" in found.text
    assert all(
        command in found.hint
        for command in ("`models cohort tiny --faces PATH`", "`models calibrate tiny`", "`evaluate --own")
    )


def test_who_was_enrolled_after_a_calibration_is_not_in_it(crowded: Settings) -> None:
    crowd(crowded.data, 65, 2)
    assert trained_on(crowded, "p64", photo_digests(PhotoLibrary(crowded.data), "p64")) == TrainedOn("p64")


def test_the_record_of_what_was_fitted_forgets_whoever_is_deleted(crowded: Settings) -> None:
    theirs = photo_digests(PhotoLibrary(crowded.data), "p07")
    others = photo_digests(PhotoLibrary(crowded.data), "p08")
    withdraw(crowded, "p07")
    record = (crowded.weights.parent / "runs" / "fitted.json").read_text()
    assert len(theirs) == 2 and not any(digest in record for digest in theirs)
    assert all(digest in record for digest in others)
    assert trained_on(crowded, "p07", theirs) == TrainedOn("p07")


def test_a_cohort_whose_record_was_lost_is_perhaps_of_everybody(crowded: Settings) -> None:
    (crowded.weights.parent / "runs" / "fitted.json").write_text("[")
    stays = withdraw(crowded, "p07").stays
    assert (stays.fitted, stays.perhaps) == ((), ("the cohort of tiny",))
    assert stays.text.startswith("Perhaps also the cohort of tiny: there is no record")


def test_a_cohort_fitted_to_anybodys_photos_is_named_with_what_took_it_over(
    crowded: Settings, tmp_path: Path
) -> None:
    """Photos were given in a folder, in an archive and by a copy; the card says no folder's name."""
    album, archive = tmp_path / "Ada Lovelace", tmp_path / "Ada Lovelace.zip"
    crowd(album, 64, 2)
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(crowded.data / "p07" / "0.png", "a.png")
    for given in ((album,), (crowded.data / "p07", album / "p08"), (archive, album / "p08")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("facecam.metrics.mixture.FACES_PER_COMPONENT", 3)
            card = make_cohort(crowded, "tiny", CohortOptions(given))
        assert card.cohort is not None and "Ada" not in card.cohort.fitted_to
        heir = replace(card, name="heir")
        shutil.copytree(crowded.weights / "tiny", crowded.weights / "heir", dirs_exist_ok=True)
        write_card(heir, crowded.weights / "heir" / "card.json")
        found = trained_on(crowded, "p07", photo_digests(PhotoLibrary(crowded.data), "p07")).fitted
        assert found[:2] == ("the cohort of heir", "the cohort of tiny"), given


def test_erasing_everything_takes_cohorts_fitted_to_people_with_it_and_leaves_the_models(
    crowded: Settings,
) -> None:
    planned = plan_erasure(crowded)
    assert planned.cohorts == ("tiny",) and planned.models == ()
    erase_everything(crowded, planned)
    card = components.open_weights(crowded).card("tiny")
    assert card.cohort is None and not list(crowded.weights.rglob("cohort.npz"))
    assert not (crowded.weights.parent / "runs" / "fitted.json").exists()
    assert plan_erasure(crowded).is_empty


def test_what_is_not_in_force_any_more_leaves_the_record(
    crowded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_threshold(crowded, 0.2)
    later = time.time() + 2 * 86_400
    monkeypatch.setattr("facecam.engine.runs.fitted.time.time", lambda: later)
    for threshold in (0.3, 0.4):
        apply_threshold(crowded, threshold)
    known = json.loads((crowded.weights.parent / "runs" / "fitted.json").read_text())["fitted"]
    assert sorted(mark.split()[0] for mark in known) == ["cohort", "own", "own", "threshold"]
    assert not any(mark.startswith("own") and mark.endswith(" 0.2") for mark in known)
