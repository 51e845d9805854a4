"""The shipped models: their cards can be made, and what they claim is sane."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from facecam.core.errors import WeightsError
from facecam.engine import components
from facecam.engine.models.catalog import RECIPES, Recipe
from facecam.runtime.card import network_files, read_card, write_card


def by_name(name: str) -> Recipe:
    return next(recipe for recipe in RECIPES if recipe.name == name)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_each_card_can_be_written_and_read_back(recipe: Recipe, tmp_path: Path) -> None:
    files = [part for file in recipe.values["files"] for part in network_files(file)]
    card = recipe.card("a" * 64, dict.fromkeys(files, "b" * 64))
    write_card(card, tmp_path / "card.json")
    assert read_card(tmp_path / "card.json") == card
    assert card.model_id == f"{recipe.name}@{'a' * 12}"
    assert card.licence and card.lineage


def test_only_the_network_to_be_trained_further_forbids_commercial_use() -> None:
    bound = [recipe.name for recipe in RECIPES if "commercial" in recipe.values["licence"]]
    assert bound == ["resnet50"] and components.DEFAULT_MODEL not in bound


def test_everything_the_parts_ask_for_is_made() -> None:
    needed = {recipe.name for recipe in RECIPES if not recipe.optional}
    detectors = {
        components.CENTERFACE_MODEL,
        components.BLAZE_MODEL,
        components.CNN_MODEL,
        components.MTCNN_MODEL,
    }
    assert needed == {components.DEFAULT_MODEL, components.MESH_MODEL, *detectors}
    assert by_name(components.DEFAULT_MODEL).values["task"] == "embedding"


def test_the_threshold_is_one_of_the_measured_points() -> None:
    values = by_name("dlib-resnet").values
    assert (values["false_accept_rate"], values["threshold"]) in values["calibration"]
    for (rate, threshold), (next_rate, next_threshold) in pairwise(values["calibration"]):
        assert rate < next_rate and threshold < next_threshold


def test_similarity_falls_with_distance() -> None:
    knots = by_name("dlib-resnet").values["distance_to_probability"]
    assert knots[0][0] == 0.0 and knots[0][1] > 0.9999 and knots[-1] == (4.0, 0.0)
    for (distance, probability), (further, less) in pairwise(knots):
        assert distance < further and probability >= less


def test_a_missing_package_is_said_with_the_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("facecam.runtime.package_files.importlib.util.find_spec", lambda name: None)
    for recipe in RECIPES:
        with pytest.raises(WeightsError) as caught:
            recipe.source(tmp_path)
        assert "set" in caught.value.hint.lower()


def test_the_mtcnn_digest_changes_with_any_of_its_files(tmp_path: Path) -> None:
    recipe = by_name("mtcnn")
    names = ("pnet.lz4", "rnet.lz4", "onet.lz4")
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    digests = {recipe.digest(tmp_path)}
    for name in names:
        (tmp_path / name).write_bytes(b"changed")
        digests.add(recipe.digest(tmp_path))
    assert len(digests) == 4
