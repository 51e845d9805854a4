"""Testing on one's own people: rules on vectors placed by hand, the whole way on real photos."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError, GalleryError
from facecam.engine import components
from facecam.engine.enrollment.rebuild import rebuild
from facecam.engine.evaluation import open_set
from facecam.engine.evaluation.open_set import apply_threshold, report_on, self_test, write_self_test_plots
from facecam.engine.evaluation.open_set_report import SelfTestOptions, SelfTestReport
from facecam.engine.recognition.threshold_prices import OwnTest
from facecam.engine.scoring import Limit, open_cohort
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.cohort import Cohort
from facecam.metrics.open_set import Trials
from facecam.vision.images.read import read_picture
from tests.engine.audit.test_findings import library
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, exposed, mirrored, save
from tests.gallery.factories import on_circle


def report_of(people: dict[str, list[float]]) -> SelfTestReport:
    return report_on(library(people), SelfTestOptions())


def test_people_far_apart_pass() -> None:
    report = report_of({"Ada": [0, 2, 4], "Alan": [90, 92, 94], "Bob": [180, 182, 184]})
    assert (report.people, report.photos) == (3, 9)
    assert report.in_use.fnir.value == 0 and report.in_use.fpir.value == 0
    assert report.confusions == () and report.hurting == ()
    assert "100 % of the photos get the right name" in report.text
    assert "Nobody is taken for somebody else." in report.text


def test_who_is_taken_for_whom_and_by_which_photo() -> None:
    """Ada's photo at 95° lies among Alan's: named wrongly, and it does harm."""
    report = report_of({"Ada": [0, 2, 4, 6, 95], "Alan": [90, 93, 96], "Bob": [180, 182, 184]})
    worst = report.confusions[0]
    assert (worst.person, worst.taken_for, worst.as_known, worst.as_stranger) == ("Ada", "Alan", 1, 1)
    assert [photo.name for photo in worst.photos] == ["Ada-4.jpg"]
    [photo] = [one for one in report.hurting if one.path.name == "Ada-4.jpg"]
    assert photo.text == "Ada-4.jpg is nearer to Alan than to the other photos of its person"
    assert {one.name: one.missed for one in report.results} == {"Ada": 1, "Alan": 0, "Bob": 0}
    assert {one.name: one.attracted for one in report.results}["Alan"] == 1
    assert "Confused most: Ada, taken for Alan in 1 photo." in report.text


def test_a_copy_does_not_flatter() -> None:
    """Two photos of Ada that are one picture: nothing else shows her, so no photo of hers can be known."""
    photos = library({"Ada": [0, 0], "Alan": [90, 92, 94]}, fingerprints=[9, 9, *_apart(3)])
    report = report_on(photos, SelfTestOptions())
    assert report.in_use.fnir.value == 0 and len(report.results) == 2
    assert report.photos == 5


def _apart(count: int) -> list[int]:
    return [photo.facts.fingerprint for photo in library({"x": list(range(count))}).photos if photo.facts]


@pytest.mark.parametrize("with_cohort", [False, True])
def test_in_blocks_nothing_else_comes_out_and_no_table_is_held_whole(
    monkeypatch: pytest.MonkeyPatch, *, with_cohort: bool
) -> None:
    """Also with copies, two of them under two names, and with drawings of people in parts."""
    draw = np.random.default_rng(8)
    people = {f"p{one}": draw.uniform(24 * one, 24 * one + 30, 2 + one % 4).tolist() for one in range(15)}
    people["p4"][1] = people["p4"][0] = people["p3"][0]
    count = sum(map(len, people.values()))
    prints = _apart(count)
    same = list(itertools.accumulate(map(len, people.values())))[2]  # of p3, its first
    prints[same + 5] = prints[same + 6] = prints[same]
    photos = library(people, fingerprints=prints)
    cohort = Cohort(on_circle(*range(0, 360, 7)), 5, 0.3) if with_cohort else None
    photos = replace(photos, cohort=cohort)
    whole = report_on(photos, SelfTestOptions())
    tables: list[int] = []
    of = Trials.of
    monkeypatch.setattr(Trials, "of", lambda values, *rest: tables.append(values.size) or of(values, *rest))
    monkeypatch.setattr("facecam.metrics.neighbors._BLOCK_VALUES", 5 * count)
    parts = report_on(photos, SelfTestOptions())
    assert len(tables) > 2 * count // 20 and max(tables) <= 5 * count
    assert whole.hurting and whole.confusions and parts.text == whole.text
    for name in ("in_use", "suggested", "results", "confusions", "hurting", "looked_up"):
        assert getattr(parts, name) == getattr(whole, name)
    for mine, theirs in ((parts.curve, whole.curve), (parts.plain_curve, whole.plain_curve)):
        assert mine.thresholds == pytest.approx(theirs.thresholds, abs=1e-6)


def test_few_people_get_no_suggestion_but_a_reason() -> None:
    report = report_of({"Ada": [0, 2], "Alan": [90, 92]})
    assert report.suggested is None
    assert "it takes 8 people and 24 photos" in report.text


def test_many_people_get_a_threshold() -> None:
    people = {f"p{index}": [36 * index + spread for spread in (0, 1, 2, 3)] for index in range(10)}
    report = report_of(people)
    assert report.suggested is not None
    assert report.suggested.fpir.value <= 0.01
    assert f"{report.suggested.threshold:.3f} is suggested" in report.text


def test_a_model_trained_on_these_photos_suggests_nothing() -> None:
    """On what it was trained on it looks perfect; a threshold from there would be too wide."""
    people = {f"p{index}": [36 * index + spread for spread in (0, 1, 2, 3)] for index in range(10)}
    report = report_on(replace(library(people), trained_on=True), SelfTestOptions())
    assert report.trained_on and report.suggested is None
    assert "trained on these photos" in report.text and "too little" not in report.text


def test_one_person_cannot_be_tested() -> None:
    with pytest.raises(DataError, match="two people"):
        report_of({"Ada": [0, 2, 4]})


def test_people_with_one_photo_each_cannot_be_tested() -> None:
    with pytest.raises(DataError, match="two photos"):
        report_of({"Ada": [0], "Alan": [90]})


@pytest.mark.parametrize("target", [0.0, -1.0, 0.9, float("nan")])
def test_a_target_that_cannot_be_meant(target: float) -> None:
    with pytest.raises(ConfigError):
        SelfTestOptions(target=target)


def test_the_rule_is_the_matchers(settings: Settings) -> None:
    """`LeaveOneOut` works by this rule; if that changes, so must the self-test."""
    card = components.open_embedder(settings).card
    matcher = components.matcher_of(
        Gallery.empty(card.model_id, card.dimensions), Limit(0.2, None, "model card"), card
    )
    assert matcher.rule == components.MATCH_RULE == "counted_centre"
    assert components.spread_of(card) == pytest.approx(0.085, abs=0.002)


def test_real_photos_and_the_plot(
    settings: Settings, heads: Heads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (EILEEN, BARACK, JOE):
        save(heads[name], settings.data / name / "a.png")
        save(mirrored(heads[name]), settings.data / name / "b.png")
    save(exposed(heads[JOE], 0.8), settings.data / JOE / "copy.png")
    report = self_test(settings)
    assert (report.people, report.photos) == (3, 7)
    card = components.open_embedder(settings).card
    assert card.cohort is not None
    assert (report.in_use.threshold, report.measure) == (card.cohort.threshold, "match_score")
    plain = self_test(replace(settings, normalize="off"))
    assert (plain.in_use.threshold, plain.measure) == (card.threshold, "squared_l2")
    assert report.in_use.fnir.value == 0 and report.in_use.fpir.value == 0
    gallery, _ = rebuild(settings)
    assert OwnTest.of(settings.database, gallery) is None
    self_test(settings)
    assert OwnTest.of(settings.database, gallery) is None, "three people say nothing about strangers"
    monkeypatch.setattr(open_set, "FEWEST_PEOPLE", 3)
    monkeypatch.setattr(open_set, "FEWEST_PHOTOS", 7)
    again = self_test(settings).in_use
    kept = OwnTest.of(settings.database, gallery)
    assert kept is not None and kept.in_use == (again.threshold, again.fpir.value, again.fnir.value)
    files = write_self_test_plots(report, tmp_path / "plots")
    assert [file.name for file in files] == ["self-test.png", "people-pca.png", "people-tsne.png"]
    assert all(read_picture(file).std() > 5 for file in files)


def test_a_threshold_is_stored_with_the_database(settings: Settings, enrolled: Enrol) -> None:
    with pytest.raises(GalleryError, match="no database"):
        apply_threshold(settings, 0.13)
    enrolled(JOE)
    assert apply_threshold(settings, 0.13).threshold == 0.13
    stored = components.open_store(settings).load()
    assert stored is not None and stored.threshold == 0.13
    card = components.open_embedder(settings).card
    assert components.accepted_threshold(settings, stored, card) == 0.13
    assert components.accepted_threshold(replace(settings, threshold=0.2), stored, card) == 0.2


def test_a_threshold_of_scores_is_stored_as_one(settings: Settings, enrolled: Enrol) -> None:
    enrolled(JOE)
    cohort = open_cohort(settings, components.open_embedder(settings).card)
    assert cohort is not None
    apply_threshold(settings, 0.11, score=cohort.name)
    stored = components.open_store(settings).load()
    assert stored is not None and (stored.threshold, stored.threshold_score) == (0.11, cohort.name)
    matcher = components.open_matcher(settings, stored, components.open_embedder(settings).card)
    assert matcher.match_threshold == 0.11
    # Without the cohort it means nothing: the card's distance is in force.
    plain = components.open_matcher(
        replace(settings, normalize="off"), stored, components.open_embedder(settings).card
    )
    assert (
        plain.match_threshold is None and plain.threshold == components.open_embedder(settings).card.threshold
    )
