"""From photos to the model in use: three people, five photos each, through the real engine."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, TrainingError, WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, Notice, Progress, ignore
from facecam.engine import components
from facecam.engine.faces.chip_cache import chip_store, prepare_photos
from facecam.engine.faces.face_finder import FaceFinder
from facecam.engine.faces.library_scan import forget_photos_seen
from facecam.engine.faces.missing_chips import make_missing
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.engine.models.trained_card import trained_card
from facecam.engine.runs.layout import runs_folder
from facecam.engine.scoring import name_of, open_cohort
from facecam.engine.training_jobs import history
from facecam.engine.training_jobs import run as training_run
from facecam.engine.training_jobs.estimate import estimate
from facecam.engine.training_jobs.gate import Measured, calibrated, measure
from facecam.engine.training_jobs.label_noise import preview_noise
from facecam.engine.training_jobs.plan import plan_run
from facecam.engine.training_jobs.plots import read_projections
from facecam.engine.training_jobs.request import TrainingWork, TrainOutcome, TrainRequest
from facecam.engine.training_jobs.strangers import strangers_in
from facecam.engine.training_jobs.survey import survey
from facecam.engine.training_jobs.tfrecords import export_tfrecords, split_of_tfrecords
from facecam.metrics.rates import wilson
from facecam.runtime.card import ModelCard
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import find_preset, presets
from facecam.training.data.chips import read_chip
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split
from facecam.training.gate.drift import Drift
from facecam.training.gate.strangers import StrangersReport, Treatment
from facecam.training.gate.verification import compare, held_out_pairs
from facecam.training.head.choice import Strength
from facecam.training.head.judging import HeadJudged, judge_head
from facecam.training.run.folder import RunFolder
from facecam.vision.images.align import DLIB_CHIP
from tests.engine.studio import blurred, exposed, mirrored, nobody, save
from tests.training.making import tiny

QUICK_PRESET = find_preset("quick")
QUICK = TrainRequest(replace(find_preset("quick").options, hold_out_share=0.4), "quick")


@pytest.fixture(scope="module")
def photos(heads, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`data/` with three people, a picture of nobody and a text that calls itself a picture."""
    folder = tmp_path_factory.mktemp("training") / "data"
    for name, head in heads.items():
        variants = (head, mirrored(head), exposed(head, 0.75), exposed(head, 1.15, 5), blurred(head, 1.0))
        for number, picture in enumerate(variants):
            save(picture, folder / name / f"{number}.png")
    save(heads["Joe Biden"], folder / "Joe Biden" / "copy.png")
    save(nobody(), folder / "Joe Biden" / "nobody.png")
    (folder / "Joe Biden" / "text.jpg").write_text("no picture")
    save(heads["Joe Biden"], folder / "one photo" / "0.png")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The user's cache folder, for this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def own(weights: Path, photos: Path, cache: None, tmp_path: Path) -> Settings:
    """Settings with models of their own, so that a deployment changes nothing else."""
    (tmp_path / "weights").mkdir()
    for name in ("dlib", "dlib-resnet", "dlib-mmod", "centerface", "blazeface"):
        if (weights / name).exists():
            (tmp_path / "weights" / name).symlink_to(weights / name, target_is_directory=True)
    return replace(Settings(), weights=tmp_path / "weights", data=photos, database=tmp_path / "database")


def test_chips_that_went_are_made_again(own: Settings) -> None:
    """As when a person is deleted whose photos another data folder has, too."""
    samples = prepare_photos(own).people["Joe Biden"]
    before = [sample.chip.read_bytes() for sample in samples]
    forget_photos_seen(own, (), [samples[0].digest, samples[1].digest])
    assert [sample.chip.is_file() for sample in samples[:3]] == [False, False, True]
    assert make_missing(own, samples, DLIB_CHIP) == 2
    assert [sample.chip.read_bytes() for sample in samples] == before
    gone = replace(samples[0], photo=own.data / "gone.png", chip=own.data / "gone" / "chip.png")
    assert make_missing(own, [gone], DLIB_CHIP) == 0 and not gone.chip.exists()


def test_a_training_whose_chips_went_meanwhile_goes_on(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = prepare_photos(own).people["Joe Biden"]
    run = RunFolder(tmp_path / "runs" / "2026-01-31-test-1")
    run.path.mkdir(parents=True)
    run.write_plan(
        QUICK_PRESET, QUICK.options, Split(samples[:3], (), samples[3:], "photo"), {"name": "mine"}
    )
    starts: list[list[bool]] = []

    def child(*_: object) -> dict[str, object]:
        starts.append([sample.chip.is_file() for sample in samples])
        if len(starts) == 1:
            forget_photos_seen(own, (), [samples[0].digest])
        if len(starts) in (1, 3):
            raise DataError("could not read a chip", hint="Check the spelling of the path.")
        return {"stopped": False}

    monkeypatch.setattr(training_run, "train_in_child", child)
    going_on = training_run._Run(own, ignore, CancelToken(), run)
    assert going_on._in_child() == {"stopped": False}
    assert starts == [[True] * 5] * 2
    with pytest.raises(DataError, match="could not read a chip"):
        going_on._in_child()


def test_photos_become_chips_once(own: Settings) -> None:
    prepared = prepare_photos(own)
    assert {name: len(samples) for name, samples in prepared.people.items()} == {
        "Barack Obama": 5,
        "Eileen Collins": 5,
        "Joe Biden": 5,
        "one photo": 1,
    }
    assert prepared.copies == 1 and {one.kind for one in prepared.left_out} == {"no face", "unreadable"}
    chip = prepared.people["Joe Biden"][0].chip
    made_ns = chip.stat().st_mtime_ns
    assert prepare_photos(own) == prepared and chip.stat().st_mtime_ns == made_ns
    with pytest.raises(Cancelled):
        cancel = CancelToken()
        cancel.cancel()
        prepare_photos(own, cancel=cancel)
    gone = prepared.people["Joe Biden"][-1]
    remembered = chip_store(own).folder.parent / "digests.json"
    assert str(gone.photo) in remembered.read_text()
    forget_photos_seen(own, [gone.photo])
    assert str(gone.photo) not in remembered.read_text()
    assert not gone.chip.exists() and prepare_photos(own) == prepared


@pytest.mark.slow
def test_the_quick_way_from_photos_to_the_model_in_use(own: Settings) -> None:
    events: list[Event] = []
    outcome = training_run.run_training(own, replace(QUICK, name="mine"), on_event=events.append)
    left_out = [one for one in events if isinstance(one, Notice) and "cannot be used" in one.text]
    assert outcome.unusable == 2 and left_out[0].text.startswith("2 photos cannot be used: ")
    assert "people check" in left_out[0].hint
    assert outcome.model in ("mine", None) and not outcome.stopped
    (run,) = history.runs(own)
    assert (run.state, run.people, run.preset) == ("finished", 3, "quick") and run.folder == outcome.run
    if outcome.model is None:
        assert components.open_weights(own).deployed() == "dlib-resnet"
        return
    # Three people are no evidence: it is put in use when asked for, not by itself.
    assert outcome.gate is not None and outcome.gate.verdict == "too few" and not outcome.deployed
    assert components.open_weights(own).deployed() == "dlib-resnet"
    assert outcome.gate.candidate_range is not None and outcome.gate == run.gate
    assert outcome.strangers is None and "could not be tried on strangers" in outcome.caution
    wanted = replace(QUICK, name="wanted", options=replace(QUICK.options, deploy="always"))
    outcome = training_run.run_training(own, wanted)
    run = history.runs(own)[0]
    assert outcome.deployed and run.deployed and components.open_weights(own).deployed() == "wanted"
    gallery = components.open_store(own).load()
    assert gallery is not None and len(gallery) == 4 and gallery.model_id.startswith("wanted@")
    # Who took part is in the run alone: nobody takes them out of what lies in weights/.
    split = RunFolder(outcome.run).read_split()
    words = {word for one in split.train for word in (one.person, one.digest, str(own.data))}
    model = components.open_weights(own).path("wanted")
    held = b"".join(path.read_bytes() for path in model.iterdir() if path.suffix != ".bin")
    assert not [word for word in words if word.encode() in held]
    before, after = read_projections(outcome.run)
    assert before.people == after.people and np.isfinite(after.points).all()
    assert {"before.png", "after.png", "curves.png"} <= {path.name for path in outcome.run.iterdir()}
    assert any(isinstance(event, Progress) and event.stage == "evaluate" for event in events)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The training process is this one: loading TensorFlow once is enough."""
    from facecam.training.worker import run_job

    monkeypatch.setattr("facecam.engine.training_jobs.run.train_in_child", run_job)


def test_a_network_that_is_not_better_is_kept_and_may_be_used_anyway(
    own: Settings, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = tiny(epochs=1, batches_per_epoch=1, hold_out_share=0.4, tensorboard=True)
    events: list[Event] = []
    outcome = training_run.run_training(
        own, TrainRequest(options, "resnet50-semi-hard"), on_event=events.append
    )
    assert outcome.model == "resnet50-semi-hard-1" and not outcome.deployed and not outcome.usable
    assert Progress("start", 0, 0) in events, "TensorFlow takes its time: what goes on is said"
    assert outcome.gate is not None and outcome.gate.verdict == "too few" and outcome.gate.photos == 3
    assert (
        components.open_weights(own).deployed() == "dlib-resnet" and components.open_store(own).load() is None
    )
    card = components.open_weights(own).card(outcome.model)
    assert "3 people" in card.lineage and card.dimensions == 8
    assert list((outcome.run / "tensorboard").glob("events.out.tfevents.*"))
    history.keep(outcome.run)
    assert json.loads((outcome.run / "outcome.json").read_text())["decision"] == "kept"
    with pytest.raises(WeightsError, match="no threshold"):
        history.deploy_model(own, outcome.model)
    assert components.open_weights(own).deployed() == "dlib-resnet"
    info = history.deploy_model(replace(own, threshold=1.0), outcome.model)
    assert info.model == outcome.model == components.open_weights(own).deployed() and info.people >= 1
    assert history.runs(own)[0].deployed
    monkeypatch.setattr("facecam.engine.training_jobs.run.train_in_child", lambda *_: {"stopped": True})
    again = replace(options, learning_rate=0.5, deploy="never")
    second = training_run.run_training(own, TrainRequest(again, "resnet50-semi-hard"))
    comparison = history.compare_runs(own, [outcome.run.name, second.run.name])
    document = json.loads((outcome.run / "data.json").read_text())
    took_part = len(document["train"]) + len(document["held"])
    assert comparison.runs[0].photos == took_part > len(document["train"]), "those kept aside took part, too"
    assert comparison.same_data and set(comparison.differing) == {"learning_rate", "deploy"}


def test_the_model_sees_the_room_around_the_face_it_was_trained_on(
    own: Settings, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Measured] = []
    monkeypatch.setattr(
        "facecam.engine.training_jobs.run.measure", lambda *given: seen.append(measure(*given)) or seen[-1]
    )
    options = tiny(epochs=1, batches_per_epoch=1, hold_out_share=0.4, noise_percentile=99.0, deploy="never")
    models = [
        training_run.run_training(
            own, TrainRequest(replace(options, chip_padding=padding), "resnet50-semi-hard")
        ).model
        for padding in (0.25, 0.7)
    ]
    cards = [components.open_weights(own).card(model) for model in models if model is not None]
    assert [card.chip_padding for card in cards] == [0.25, 0.7]
    narrow, wide = seen
    assert [one.photo for one in narrow.samples] == [one.photo for one in wide.samples]
    # The model in use sees its own squares of the same photos in both runs.
    assert np.abs(narrow.deployed - wide.deployed).max() < 1e-5
    for changes, words in (
        ({"start": models[1]}, "was trained with --chip-padding 0.7, not 0.25"),
        ({"start": "auto", "anchor_weight": 1.0, "chip_padding": 0.7}, "a padding of 0.25"),
    ):
        request = TrainRequest(replace(options, **changes), "resnet50-semi-hard")  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match=words):
            training_run.run_training(own, request)
    # What was the whole chip is its middle now: 1.5 of 2.4 sides of the face.
    for near, far in zip(narrow.samples, wide.samples, strict=True):
        whole = cv2.resize(read_chip(near.chip), (94, 94), interpolation=cv2.INTER_AREA).astype(float)
        middle = read_chip(far.chip)[28:122, 28:122].astype(float)
        assert np.abs(whole - middle).mean() < 12


@pytest.fixture
def as_shipped(monkeypatch: pytest.MonkeyPatch, weights: Path) -> dict[str, object]:
    """A training that ends with the shipped network, better on photos of its people, that says it began at random."""
    said: dict[str, object] = {
        "stopped": False,
        "started": "random",
        "title": "The shipped one once more",
        "side_px": 150,
        "mean": [122.782, 117.001, 104.298],
        "std": [256.0, 256.0, 256.0],
        "dimensions": 128,
    }

    def train_in_child(run: RunFolder, *_: object) -> dict[str, object]:
        run.model.mkdir(exist_ok=True)
        for file in ("model.xml", "model.bin"):
            shutil.copyfile(weights / "dlib-resnet" / file, run.model / file)
        return said

    monkeypatch.setattr("facecam.engine.training_jobs.run.train_in_child", train_in_child)

    def measure(work: TrainingWork, card: ModelCard, folder: Path, chosen: Split, *_: object) -> Measured:
        samples = chosen.held + chosen.train
        held = np.arange(len(samples)) < len(chosen.held)
        owners = np.unique([one.person for one in samples], return_inverse=True)[1]
        vectors = np.eye(len(samples), dtype=np.float32)[owners]
        pairs = held_out_pairs(owners, held)
        report = replace(compare((card.name, vectors), ("dlib-resnet", vectors), pairs), verdict="better")
        return Measured(samples, held, vectors, vectors, pairs, report)

    monkeypatch.setattr("facecam.engine.training_jobs.run.measure", measure)
    monkeypatch.setattr("facecam.engine.training_jobs.run.choose_precision", lambda *_, **__: None)
    return said


def test_a_trained_network_goes_on_with_the_cohort_of_the_one_it_began_with(
    own: Settings, tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shipped network once more: both are judged by scores, which are measured on strangers for the trained one."""
    people, folder = prepare_photos(own).people, tmp_path / "model"
    folder.mkdir()
    for file in ("model.xml", "model.bin"):
        shutil.copyfile(weights / "dlib-resnet" / file, folder / file)
    said = {"title": "Once more", "side_px": 150, "mean": [122.782, 117.001, 104.298], "std": [256.0] * 3}
    card = trained_card("mine", folder, {**said, "dimensions": 128}, DLIB_CHIP.padding, "here", "own")
    start = components.open_weights(own).card("dlib-resnet")
    assert start.cohort is not None
    known = [people[name] for name in ("Barack Obama", "Eileen Collins")]
    split = Split(
        tuple(one for photos in known for one in photos[:3]),
        (),
        tuple(one for photos in known for one in photos[3:]),
        "photo",
    )
    work = TrainingWork(own, ignore, CancelToken())
    measured = measure(work, card, folder, split, DLIB_CHIP, people["Joe Biden"], start)
    made = calibrated(card, measured, split, start)
    assert measured.report is not None and measured.strangers is not None and made.cohort is not None
    assert measured.report.candidate.auc == measured.report.deployed.auc
    assert measured.before == start.cohort.threshold
    assert made.cohort.threshold == pytest.approx(measured.strangers.candidate.threshold, rel=1e-3)
    assert made.threshold == pytest.approx(measured.threshold, rel=1e-3) != made.cohort.threshold
    assert name_of(made.cohort) == name_of(start.cohort) and made.cohort.calibration == ()
    assert made.cohort.calibrated_on == "5 photos of 1 person who are strangers to it"
    assert open_cohort(own, start) is not None and (folder / "cohort.npz").is_file()
    # On so few photos and without strangers, or in a space of its own, nobody knows what scores would mean.
    for begun in (start, None):
        untried = measure(work, card, folder, split, DLIB_CHIP, (), begun)
        assert calibrated(card, untried, split, begun).cohort is None
    off = TrainingWork(replace(own, normalize="off"), ignore, CancelToken())
    assert measure(off, card, folder, split, DLIB_CHIP, people["Joe Biden"], start).cohort is None
    # Where scores tell nobody apart live has distances, so it is judged by them.
    monkeypatch.setattr("facecam.engine.training_jobs.gate._limits", lambda *_: {"threshold": 0.0})
    plain = measure(work, card, folder, split, DLIB_CHIP, people["Joe Biden"], start)
    assert plain.cohort is None and plain.strangers is not None
    assert plain.strangers.candidate.threshold == plain.threshold == measured.threshold


def test_a_threshold_of_people_it_was_trained_on_is_no_reason_to_put_a_model_in_use(
    own: Settings, as_shipped: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_use: list[str] = []
    monkeypatch.setattr(
        "facecam.engine.training_jobs.run.deploy_model", lambda _, name, *__: put_in_use.append(name)
    )
    # Three people are too few to find a threshold on.
    monkeypatch.setattr(
        "facecam.engine.training_jobs.run.calibrated", lambda card, *_: replace(card, threshold=0.1)
    )
    options = tiny(hold_out_share=0.4, projection="none")
    events: list[Event] = []
    request = TrainRequest(options, "resnet50-semi-hard", "own-space")
    outcome = training_run.run_training(own, request, on_event=events.append)
    assert outcome.gate is not None and not outcome.deployed and not put_in_use
    said = [event for event in events if isinstance(event, Notice)]
    assert outcome.caution in [notice.text for notice in said] and "strangers may pass" in outcome.caution
    assert "models deploy own-space, then people rebuild" in said[-1].hint
    always = TrainRequest(replace(options, deploy="always"), "resnet50-semi-hard", "wanted")
    assert training_run.run_training(own, always).deployed and put_in_use == ["wanted"]


@pytest.mark.parametrize("hold_out", ["photo", "person"])
def test_a_network_that_nobody_tried_on_strangers_is_not_put_in_use_by_itself(
    own: Settings, as_shipped: dict[str, object], monkeypatch: pytest.MonkeyPatch, hold_out: str
) -> None:
    """Twelve people and an anchor: better on their photos, and four times as many strangers got a name."""
    monkeypatch.setattr(
        "facecam.engine.training_jobs.run.calibrated", lambda card, *_: replace(card, threshold=0.1)
    )
    as_shipped["started"] = "dlib-resnet"
    options = tiny(hold_out_share=0.3, projection="none", anchor_weight=1.0)
    data = own.data
    if hold_out == "person":
        data = shutil.copytree(own.data, own.weights.parent / "data")
        shutil.copytree(data / "Joe Biden", data / "Mirrored")
        for photo in (data / "Mirrored").glob("*.png"):
            save(exposed(cv2.imread(str(photo))[..., ::-1], 0.9), photo)
    events: list[Event] = []
    request = TrainRequest(replace(options, hold_out=hold_out), "fine-tune", "same-space")
    outcome = training_run.run_training(replace(own, data=data), request, on_event=events.append)
    assert outcome.gate is not None and not outcome.deployed
    assert outcome.caution.startswith("Nobody has tried same-space on strangers")
    said = [event for event in events if isinstance(event, Notice)]
    assert [one.text for one in said[-3:]] == [
        outcome.gate.text,
        outcome.caution,
        "same-space is kept in weights/; dlib-resnet stays in use.",
    ]
    assert "models deploy same-space, then people rebuild" in said[-1].hint
    assert components.open_weights(own).deployed() == "dlib-resnet"
    info = history.deploy_model(own, "same-space")
    assert info.model == components.open_weights(own).deployed() == "same-space"


@pytest.mark.parametrize(
    ("harmless", "gain", "words"),
    [(True, 0.98, ""), (False, 0.98, "misses more known people"), (True, 0.9, "does not surely miss fewer")],
)
def test_a_network_tried_on_strangers_is_put_in_use_where_it_gains_and_does_no_harm(
    own: Settings,
    as_shipped: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    harmless: bool,
    gain: float,
    words: str,
) -> None:
    """`--stranger-photos`: both models are tried on them; where nothing speaks against it the better one is used."""
    as_shipped["started"] = "dlib-resnet"
    put_in_use: list[str] = []
    asked: list[Path] = []
    measured_before = training_run.measure
    after = Treatment("mine", 0.11, wilson(1, 100), wilson(2, 60), None)
    before = Treatment("dlib-resnet", 0.155, wilson(2, 100), wilson(2 if harmless else 1, 60), None)
    report = StrangersReport(after, before, 100, 20, 60, "As measured.", gain)

    def strangers_in(work: TrainingWork, folder: Path, *_: object) -> tuple[Sample, ...]:
        asked.append(folder)
        return ()

    def measure(*given: Any) -> Measured:
        return replace(measured_before(*given), strangers=report, threshold=0.11)

    monkeypatch.setattr("facecam.engine.training_jobs.plan.strangers_in", strangers_in)
    monkeypatch.setattr("facecam.engine.training_jobs.run.strangers_in", strangers_in)
    monkeypatch.setattr("facecam.engine.training_jobs.run.measure", measure)
    monkeypatch.setattr(
        "facecam.engine.training_jobs.run.deploy_model", lambda _, name, *__: put_in_use.append(name)
    )
    options = tiny(hold_out_share=0.4, projection="none", stranger_photos=Path("others"))
    outcome = training_run.run_training(own, TrainRequest(options, "fine-tune", "mine"))
    assert asked == [Path("others")] * 2
    assert outcome.deployed == (not words) and put_in_use == ["mine"] * (not words)
    assert outcome.strangers == report and words in outcome.caution and bool(words) == bool(outcome.caution)
    card = components.open_weights(own).card("mine")
    assert card.threshold == 0.11 and card.calibrated_on == "100 photos of 20 people who are strangers to it"


def test_faces_that_drew_together_keep_a_network_out_of_use(
    own: Settings, as_shipped: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better on its people's photos, no harm by strangers: faces made of two people's photos say otherwise."""
    as_shipped["started"] = "dlib-resnet"
    measured_before = training_run.measure
    after = Treatment("mine", 0.11, wilson(1, 100), wilson(2, 60), None)
    report = StrangersReport(after, replace(after, model="dlib-resnet"), 100, 20, 60, "As measured.")
    far, near = np.linspace(0.1, 0.5, 100), np.linspace(0.0, 0.4, 100)

    def measure(*given: Any) -> Measured:
        drift = Drift(near, far)
        return replace(measured_before(*given), strangers=report, threshold=0.16, drift=drift, before=0.16)

    monkeypatch.setattr("facecam.engine.training_jobs.run.measure", measure)
    outcome = training_run.run_training(
        own, TrainRequest(tiny(hold_out_share=0.4, projection="none"), "fine-tune", "mine")
    )
    assert (
        not outcome.deployed and outcome.caution.startswith("Faces of nobody") and "before" in outcome.caution
    )


def test_fetched_portraits_are_the_strangers_and_few_people_are_warned(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.engine.training_jobs.plan.STRANGERS_FOLDER", tmp_path)
    seen: list[Path] = []
    monkeypatch.setattr(
        "facecam.engine.training_jobs.plan.strangers_in", lambda _, folder, *__, **___: seen.append(folder)
    )

    def planned(count: int) -> tuple[TrainOptions, list[str]]:
        for number in range(count):
            (tmp_path / f"{number}").mkdir(exist_ok=True)
            (tmp_path / f"{number}" / "portrait.jpg").touch()
        events: list[Event] = []
        run = plan_run(TrainingWork(own, events.append, CancelToken()), TrainRequest(tiny(), "fine-tune"))
        return run.read_config().options, [one.text for one in events if isinstance(one, Notice)]

    options, said = planned(99)
    assert options.stranger_photos is None and not seen
    assert any("not safe" in text for text in said)
    options, said = planned(100)
    assert options.stranger_photos == tmp_path and seen == [tmp_path]
    assert any("will be tried on the strangers" in text for text in said)


def test_too_few_strangers_are_said_before_the_training(
    own: Settings, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.engine.training_jobs.run.train_in_child", lambda *_: pytest.fail("trained"))
    for folder, words in ((tmp_path / "nowhere", "is not a folder"), (own.data, "usable photos of 4 people")):
        request = TrainRequest(tiny(stranger_photos=folder), "fine-tune")
        with pytest.raises(ConfigError, match=words) as caught:
            training_run.run_training(own, request)
        assert "--stranger-photos" in caught.value.message and caught.value.hint
    few = tmp_path / "few"
    for person in sorted((shared_data / "people-set").iterdir())[:4]:
        (few / person.name).mkdir(parents=True)
        for photo in sorted(person.iterdir())[:3]:
            shutil.copyfile(photo, few / person.name / photo.name)
    monkeypatch.setattr("facecam.engine.training_jobs.strangers.FEWEST_PEOPLE", 3)
    monkeypatch.setattr("facecam.engine.training_jobs.strangers.FEWEST_PHOTOS", 6)

    def found(own_photos: Collection[str]) -> tuple[Sample, ...]:
        return strangers_in(TrainingWork(own, ignore, CancelToken()), few, own_photos, DLIB_CHIP)

    everybody = found(())
    assert 6 <= len(everybody) <= 12 and len({one.person for one in everybody}) in (3, 4)
    # A photo of the user's own people is no stranger's.
    assert found({everybody[0].digest}) == everybody[1:]


@pytest.mark.parametrize(
    ("harmless", "gain", "words"),
    [(True, 0.98, ""), (False, 0.98, "misses more known people"), (True, 0.9, "does not surely miss fewer")],
)
def test_a_head_is_put_in_use_when_it_surely_gains_and_strangers_fare_no_worse(
    own: Settings,
    monkeypatch: pytest.MonkeyPatch,
    shared_data: Path,
    tmp_path: Path,
    harmless: bool,
    gain: float,
    words: str,
) -> None:
    people = sorted((shared_data / "people-set").iterdir())[:8]
    for person in people:
        for photo in sorted(person.iterdir())[:6]:
            (tmp_path / "data" / person.name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(photo, tmp_path / "data" / person.name / photo.name)
    judged, looked = list[HeadJudged](), Counter[Path]()

    def judge(*given: Any, **named: Any) -> HeadJudged | None:
        found = judge_head(*given, **named)
        assert found is not None and len(looked) == 48
        looked.clear()
        strangers = found.strangers
        missed = replace(
            strangers.candidate.missed, value=strangers.deployed.missed.value + (not harmless) * 0.1
        )
        kept = replace(
            strangers, candidate=replace(strangers.candidate, missed=missed), probability_better=gain
        )
        judged.append(replace(found, gate=replace(found.gate, verdict="better"), strangers=kept))
        return judged[-1]

    monkeypatch.setattr("facecam.engine.training_jobs.head.judge_head", judge)
    # However little these few people give a head to learn.
    monkeypatch.setattr(
        "facecam.training.head.fit.choose_strength", lambda *_, **__: Strength(0.1, 4.0, 0.25)
    )
    settings, look = replace(own, data=tmp_path / "data"), PhotoReader.look

    def counted(self: PhotoReader, photo: Path, *given: Any, **named: Any) -> Any:
        looked[photo] += 1
        return look(self, photo, *given, **named)

    monkeypatch.setattr(PhotoReader, "look", counted)
    # Putting it in use enrolls everybody with it.
    monkeypatch.setattr(training_run, "deploy_model", lambda *_: None)
    outcome = training_run.run_training(settings, TrainRequest(find_preset("quick").options, "quick", "mine"))
    assert looked == {}, "judged and drawn by the vectors that it learnt from"
    before, after = read_projections(outcome.run)
    assert len(before.points) == len(after.points) == 48 and not np.allclose(before.points, after.points)
    assert outcome.gate == judged[0].gate and outcome.strangers == judged[0].strangers
    assert outcome.gate is not None and outcome.gate.photos == 48 and judged[0].strangers.people == 8
    card = components.open_weights(own).card("mine")
    distances, scores = judged[0].distances, judged[0].scores
    assert card.threshold == pytest.approx(distances.threshold, rel=1e-3)
    assert card.distance_to_probability == distances.knots
    # Live goes on with scores: the model keeps the cohort of its base, and what they mean was measured.
    assert scores is not None and card.cohort is not None
    assert card.cohort.threshold == pytest.approx(scores.threshold, rel=1e-3)
    assert card.cohort.score_to_probability == scores.knots
    cohort = open_cohort(own, card)
    assert cohort is not None and cohort.dimensions == card.dimensions == 128 + 8
    assert "48 photos of 8 people, those of the training playing strangers by turns" in card.calibrated_on
    assert words in outcome.caution and bool(words) == bool(outcome.caution), outcome.caution
    assert outcome.deployed == (not words)
    written = json.loads((outcome.run / "outcome.json").read_text())
    assert written["strangers"]["candidate"]["named"]["value"] == judged[0].strangers.candidate.named.value


def test_a_head_is_put_on_the_model_that_is_named(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def base_of(_: Settings, start: str) -> str:
        asked.append(start)
        raise TrainingError("enough", hint="")

    monkeypatch.setattr("facecam.engine.training_jobs.head.base_of", base_of)
    for model, start in (("mine", "auto"), ("mine", "named"), (None, "auto")):
        request = replace(QUICK, options=replace(QUICK.options, start=start))
        with pytest.raises(TrainingError, match="enough"):
            training_run.run_training(replace(own, model=model), request)
    assert asked == ["mine", "named", "auto"]


def test_a_head_on_a_network_that_is_not_in_use_is_no_safer_than_that_network(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = components.open_weights(own)
    card = store.card("dlib-resnet")
    files = {file: store.path("dlib-resnet") / file for file in card.sha256}
    store.add("untried", files, replace(card, name="untried"))
    outcome = training_run.run_training(own, replace(QUICK, options=replace(QUICK.options, start="untried")))
    if outcome.model is None:
        pytest.skip("a head brings nothing for these three faces")
    assert not outcome.deployed and "on strangers" in outcome.caution


def test_a_run_that_stored_its_model_can_be_continued_but_replaces_nobody_elses(
    own: Settings, as_shipped: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DataError("no space left", hint="Free some.")

    options = tiny(hold_out_share=0.4, projection="none", deploy="never")
    with monkeypatch.context() as patch, pytest.raises(DataError, match="no space left"):
        patch.setattr("facecam.engine.training_jobs.run.draw_run", full)
        training_run.run_training(own, TrainRequest(options, "resnet50-semi-hard", "mine"))
    store = components.open_weights(own)
    (run,) = history.runs(own)
    assert run.state == "failed" and "mine" in store.names()
    outcome = training_run.run_training(own, TrainRequest(resume=run.folder))
    assert outcome.model == "mine" and history.runs(own)[0].state == "finished"
    # Meanwhile somebody removes it and adds another network under its name.
    files = {file: run.folder / "model" / file for file in ("model.xml", "model.bin")}
    other = replace(store.card("mine"), source_sha256="0" * 64, title="somebody else's")
    store.add("mine", files, other, replace=True)
    with pytest.raises(WeightsError, match="there is a model 'mine' already") as caught:
        training_run.run_training(own, TrainRequest(resume=run.folder))
    assert f"train --resume {run.folder.name}" in caught.value.hint
    assert store.card("mine").title == "somebody else's"


def test_a_database_that_cannot_be_made_takes_the_deployment_back(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = training_run.run_training(own, replace(QUICK, options=replace(QUICK.options, deploy="never")))
    if outcome.model is None:
        pytest.skip("a head brings nothing for these three faces")

    def full(*_: object, **__: object) -> None:
        raise DataError("no space left", hint="Free some.")

    monkeypatch.setattr("facecam.engine.training_jobs.deploy.rebuild", full)
    with pytest.raises(DataError, match="no space left"):
        history.deploy_model(own, outcome.model)
    assert components.open_weights(own).deployed() == "dlib-resnet"


def test_a_broken_training_can_be_seen_and_continued(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise TrainingError("fell over", hint="again")

    monkeypatch.setattr("facecam.engine.training_jobs.run.train_in_child", breaks)
    with pytest.raises(TrainingError, match="fell over"):
        training_run.run_training(own, TrainRequest(tiny(), "att-scratch"))
    (run,) = history.runs(own)
    assert run.state == "failed" and not run.resumable and history.resumable(own) is None
    (run.folder / "checkpoints").mkdir()
    (run.folder / "checkpoints" / "step-000000001.npz").write_bytes(b"")
    found = history.resumable(own)
    assert found is not None and found.folder == run.folder

    def stops(run: object, on_event: object, cancel: object) -> dict[str, object]:
        return {"stopped": True}

    monkeypatch.setattr("facecam.engine.training_jobs.run.train_in_child", stops)
    outcome = training_run.run_training(own, TrainRequest(resume=found.folder))
    assert isinstance(outcome, TrainOutcome) and outcome.stopped and outcome.run == run.folder
    with pytest.raises(ConfigError, match="not a run"):
        training_run.run_training(own, TrainRequest(resume=own.data))


@pytest.mark.parametrize(
    ("changes", "request_changes", "said"),
    [
        ({"min_photos": 50}, {}, "training needs 2 people"),
        ({"generic_faces": Path("nowhere")}, {}, "generic-faces"),
        ({}, {"name": "Über"}, "--name"),
        ({}, {"name": "dlib-resnet"}, "already"),
        ({}, {"preset": "fine-tun"}, "no preset"),
        ({}, {"tfrecords": Path("nowhere")}, "from-tfrecords"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_is_written(
    own: Settings, changes: dict[str, object], request_changes: dict[str, object], said: str
) -> None:
    request = replace(QUICK, options=replace(QUICK.options, **changes), **request_changes)  # type: ignore[arg-type]
    with pytest.raises((ConfigError, DataError), match=said) as caught:
        training_run.run_training(own, request)
    assert isinstance(caught.value, ConfigError) or str(own.data) in caught.value.message
    assert not runs_folder(own).exists()


def test_photos_least_like_their_person_are_shown_before_they_are_left_out(
    own: Settings, tmp_path: Path, heads
) -> None:
    data = tmp_path / "mixed"
    for name in ("Barack Obama", "Joe Biden"):
        for number in range(5):
            save(exposed(heads[name], 0.8 + number / 20), data / name / f"{number}.png")
    save(mirrored(heads["Joe Biden"]), data / "Barack Obama" / "wrong.png")
    settings = replace(own, data=data)
    people = prepare_photos(settings).people
    preview = preview_noise(TrainingWork(settings, ignore, CancelToken()), people, 90.0)
    assert preview.photos == 11 and preview.noisy[0].sample.photo.name == "wrong.png"
    assert preview.noisy[0].squared_l2 > 0.3 > preview.limit
    events: list[Event] = []
    request = replace(QUICK, options=replace(QUICK.options, noise_percentile=90.0))
    outcome = training_run.run_training(settings, request, on_event=events.append)
    data_json = json.loads((outcome.run / "data.json").read_text())
    assert not [one for kind in ("train", "held") for one in data_json[kind] if "wrong" in one["photo"]]
    assert any(isinstance(one, Notice) and "wrong.png" in one.text for one in events)
    assert (data / "Barack Obama" / "wrong.png").is_file()


@pytest.mark.parametrize("leave_out", [False, True])
def test_wrong_labels_are_named_before_the_training_and_left_out_on_wish(
    own: Settings, here: None, tmp_path: Path, heads: Any, monkeypatch: pytest.MonkeyPatch, leave_out: bool
) -> None:
    data = shutil.copytree(own.data, tmp_path / "data")
    save(exposed(heads["Barack Obama"], 0.9), data / "Joe Biden" / "wrong.png")
    events: list[Event] = []

    def starts(run: RunFolder, *_: object) -> dict[str, object]:
        events.append(Progress("train", 0, 1))
        return {"stopped": True}

    monkeypatch.setattr("facecam.engine.training_jobs.run.train_in_child", starts)
    options = tiny(hold_out_share=0.4, wrong_labels="leave_out" if leave_out else "keep")
    request = TrainRequest(options, "resnet50-semi-hard")
    outcome = training_run.run_training(replace(own, data=data), request, on_event=events.append)
    words = "left out as wrong labels" if leave_out else "may carry the wrong name"
    said = [event for event in events if isinstance(event, Notice) and words in event.text]
    assert len(said) == 1 and "Joe Biden/wrong.png (looks like Barack Obama)" in said[0].text
    assert said[0].text.startswith("2 of 17 photos") and "people check" in said[0].hint
    assert leave_out or "--wrong-labels leave_out" in said[0].hint
    assert events.index(said[0]) < events.index(Progress("train", 0, 1))
    chosen = RunFolder(outcome.run).read_split()
    photos = {one.photo.name for one in chosen.train + chosen.held}
    assert ("wrong.png" in photos) != leave_out
    assert (data / "Joe Biden" / "wrong.png").is_file()


def test_tfrecords_go_out_and_come_back(own: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    options = TrainOptions(hold_out_share=0.4)
    assert export_tfrecords(own, folder, options) == (12, 3)  # Photos of one moment stay together.
    assert (folder / "info.csv").read_text() == "train_num,val_num\n12,3\n"
    chosen = split_of_tfrecords(own, folder)
    assert (len(chosen.train), len(chosen.held), chosen.by) == (12, 3, "photo")
    assert chosen.people == ("id 0", "id 1", "id 2") and all(one.chip.is_file() for one in chosen.train)
    with pytest.raises(ConfigError, match="no .tfrecord files"):
        split_of_tfrecords(own, tmp_path)
    wide = TrainRequest(replace(options, chip_padding=0.7), "resnet50-semi-hard", tfrecords=folder)
    with pytest.raises(ConfigError, match="cut already"):
        training_run.run_training(own, wide)


def test_the_survey_names_what_to_look_at_and_finds_the_faces_for_the_training(
    own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare_photos(own)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another cache"))
    summary = survey(own)
    with monkeypatch.context() as patch:
        patch.setattr(FaceFinder, "find", lambda *_: pytest.fail("faces were looked for once more"))
        again = prepare_photos(own)
    for name, samples in prepared.people.items():
        chips = [[one.chip.read_bytes() for one in some] for some in (samples, again.people[name])]
        assert chips[0] == chips[1]
    assert [one.kind for one in again.left_out] == [one.kind for one in prepared.left_out]
    assert (summary.people_count, summary.photos_count) == (4, 19) and summary.usable_count >= 4
    kinds = {warning.kind for warning in summary.warnings}
    assert {"few photos", "duplicate", "unreadable", "no face"} <= kinds
    assert summary.digest == survey(own).digest
    quick = estimate(own, QUICK.options, summary)
    long = estimate(own, find_preset("resnet50-semi-hard").options, summary)
    assert quick.seconds < long.seconds and quick.why.endswith(".")
    for preset in presets():
        assert estimate(own, preset.options, summary).seconds > 0, preset.name


def test_a_card_does_not_say_in_which_folder_the_start_weights_were() -> None:
    lineage, _ = training_run._origin(None, {"started": "/of Ada/start.npz"}, 3)
    assert lineage.endswith("from start.npz") and "Ada" not in lineage
