"""The threshold a trained network gets, also one that has hardly learnt anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError, TrainingError
from facecam.core.types import FloatArray
from facecam.engine.runs.layout import BASE_FILE
from facecam.engine.runs.trained_on import photos_learnt_by
from facecam.engine.training_jobs.gate import Measured, _limits, calibrated, chosen_photos
from facecam.engine.training_jobs.strangers import tried_on_strangers
from facecam.gallery.matching.cohort import Cohort
from facecam.runtime.card import ModelCard
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split
from facecam.training.gate.verification import held_out_pairs
from facecam.training.run.folder import RunFolder, write_json
from tests.runtime.tiny import card_for, save_embedder

_PEOPLE, _PHOTOS = 20, 6
_BY_PERSON = Split((), (), (), "person")


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> ModelCard:
    folder = tmp_path_factory.mktemp("model")
    return card_for("new", save_embedder(folder))


def _measured(vectors: FloatArray) -> Measured:
    held = np.ones(len(vectors), np.bool_)
    pairs = held_out_pairs(np.repeat(np.arange(_PEOPLE), _PHOTOS), held)
    return Measured((), held, vectors, vectors, pairs, None)


def _near_each_other(spread: float) -> FloatArray:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=16) + spread * generator.normal(size=(_PEOPLE * _PHOTOS, 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_a_network_that_has_hardly_learnt_gets_its_small_threshold(card: ModelCard) -> None:
    made = calibrated(card, _measured(_near_each_other(3e-3)), _BY_PERSON, None)
    assert made.threshold is not None and 0 < made.threshold < 5e-5


def test_the_probability_of_a_trained_model_is_measured(card: ModelCard) -> None:
    """Nothing is taken over from the model it started with, and too few pairs give none."""
    inherited = replace(card, distance_to_probability=((0.0, 1.0), (1.0, 0.0)))
    measured = replace(_measured(_near_each_other(0.5)), knots=((0.0, 0.9), (4.0, 0.0)))
    assert calibrated(inherited, measured, _BY_PERSON, None).distance_to_probability == measured.knots
    nothing = calibrated(inherited, _measured(_near_each_other(0.5)), _BY_PERSON, None)
    assert nothing.distance_to_probability is None


def test_different_people_with_the_same_vector_are_said(card: ModelCard) -> None:
    vectors = _near_each_other(0.5)
    vectors[: len(vectors) // 2] = vectors[0]
    with pytest.raises(TrainingError, match="gives different people the same vector") as caught:
        calibrated(card, _measured(vectors), _BY_PERSON, None)
    assert "--learning-rate" in caught.value.hint


def test_a_threshold_nobody_measured_is_not_taken_over(card: ModelCard) -> None:
    """Twelve photos of six people: a network beside its start model, whose space the anchor is to keep."""
    start = replace(card, name="start", threshold=0.155, calibrated_on="10,000 pairs")
    owners = np.repeat(np.arange(6), 2)
    vectors = _near_each_other(0.5)[: len(owners)]
    pairs = held_out_pairs(owners, np.ones(len(owners), np.bool_))
    measured = Measured((), np.ones(len(owners), np.bool_), vectors, vectors, pairs, None)
    by_photo = Split((), (), (), "photo")
    card = replace(card, threshold=None, false_accept_rate=None, calibration=())
    assert calibrated(card, measured, by_photo, start).threshold is None
    assert calibrated(card, replace(measured, pairs=None), by_photo, start).threshold is None
    # Enough pairs, of people it was trained on: the smaller of both, and the card says what that is worth.
    full = calibrated(card, _measured(_near_each_other(0.9)), by_photo, start)
    assert full.threshold == 0.155 and "strangers may pass more often" in full.calibrated_on


def test_a_threshold_found_on_strangers_comes_first(card: ModelCard) -> None:
    known, strange, photos = 10, 30, 6
    owners = np.repeat(np.arange(known + strange), photos)
    strangers, held = owners >= known, (owners < known) & (np.arange(len(owners)) % photos == 0)
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(known + strange, 16))[owners] + 0.5 * generator.normal(
        size=(len(owners), 16)
    )
    before = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    drawn_together = before + 0.6 * np.eye(16)[0]
    after = drawn_together / np.linalg.norm(drawn_together, axis=1, keepdims=True)
    old = replace(card, name="old", threshold=0.7, calibration=(), cohort=None)
    new = replace(card, threshold=None, false_accept_rate=None, calibration=())
    report, threshold, score = tried_on_strangers(
        Settings(),
        (new, after.astype(np.float32), None),
        (old, before.astype(np.float32)),
        owners,
        held,
        strangers,
    )
    assert score is None and threshold < 0.7 and report.candidate.named.value <= report.deployed.named.value
    assert (report.people, report.strangers, report.known) == (strange, strange * photos, known)
    given = replace(_measured(_near_each_other(0.5)), strangers=report, threshold=threshold)
    made = calibrated(new, given, Split((), (), (), "photo"), old)
    assert made.threshold == pytest.approx(threshold, rel=1e-3)
    assert made.calibrated_on == "180 photos of 30 people who are strangers to it"
    cohort = Cohort(drawn_together.astype(np.float32), 20, 0.2)
    report, plain, score = tried_on_strangers(
        Settings(),
        (new, after.astype(np.float32), cohort),
        (old, before.astype(np.float32)),
        owners,
        held,
        strangers,
    )
    # By scores it is judged then; what distances decide by stays.
    assert plain == threshold and score is not None and report.candidate.threshold == score != threshold
    with pytest.raises(DataError, match="could not be tried on strangers"):
        everything = np.ones(len(owners), np.bool_)
        tried_on_strangers(
            Settings(),
            (new, after.astype(np.float32), None),
            (old, before.astype(np.float32)),
            owners,
            everything,
            strangers,
        )


def test_scores_a_little_below_nothing_fit_on_a_card(card: ModelCard) -> None:
    limits = _limits(np.linspace(-0.001, 1, 200_000), None, None, _BY_PERSON, None)
    assert limits["calibration"][0] == (1e-4, 0.0) and limits["threshold"] > 0
    assert replace(card, **limits).calibration == limits["calibration"]


def test_photos_the_model_in_use_has_learnt_judge_nobody(tmp_path: Path) -> None:
    """A head on a network, both trained here with other seeds than the training that is judged."""
    settings = replace(Settings(), weights=tmp_path / "weights")

    def samples(*digests: str) -> tuple[Sample, ...]:
        return tuple(Sample("Ada", Path(f"{one}.jpg"), one, Path(f"{one}.png")) for one in digests)

    for model, started, split in (
        ("fine-tune-1", "dlib-resnet", Split(samples("a"), samples("b"), samples("c"), "photo")),
        ("quick-1", "", Split(samples("d"), (), samples("e"), "photo")),
        ("other", "", Split(samples("f"), (), (), "photo")),
    ):
        run = RunFolder(tmp_path / "runs" / f"run-of-{model}")
        run.path.mkdir(parents=True)
        write_json(run.data, split.to_json())
        write_json(run.job, {"name": model})
        write_json(run.outcome, {"model": model})
        write_json(run.path / "trained.json", {"started": started})
        (settings.weights / model).mkdir(parents=True)
        (settings.weights / model / "card.json").write_text("{}")
    write_json(settings.weights / "quick-1" / BASE_FILE, {"base": "fine-tune-1"})
    # One that is not done yet, such as the present one, has made no model that could have learnt anything.
    unfinished = RunFolder(tmp_path / "runs" / "unfinished")
    unfinished.path.mkdir()
    write_json(unfinished.data, Split(samples("g"), (), (), "photo").to_json())
    write_json(unfinished.job, {"name": "fine-tune-2"})
    assert photos_learnt_by(settings, "quick-1") == {"a", "b", "d"}
    assert photos_learnt_by(settings, "dlib-resnet") == frozenset()
    judged = Split(samples("x"), (), samples("a", "c", "d", "y"), "photo")
    chosen, held = chosen_photos(judged, photos_learnt_by(settings, "quick-1"))
    assert [one.digest for one in chosen] == ["c", "y", "x"] and held.tolist() == [True, True, False]
