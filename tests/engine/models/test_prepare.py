"""Set-up makes what is missing or out of date, and leaves what is sound alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import DependencyError, WeightsError
from facecam.core.events import Event, EventSink, Notice, Progress
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.models import prepare
from facecam.engine.models.catalog import RECIPES, Recipe
from facecam.runtime.store import WeightsStore

MMOD = next(recipe for recipe in RECIPES if recipe.name == components.CNN_MODEL)


@pytest.fixture
def copied(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a weights folder of our own that holds the smallest model."""
    shutil.copytree(settings.weights / MMOD.name, tmp_path / "weights" / MMOD.name)
    return replace(settings, weights=tmp_path / "weights")


@pytest.fixture(autouse=True)
def _no_warming_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking dlib for its filters and compiling loops is tested where it belongs."""
    monkeypatch.setattr(prepare, "warm_up_hog", lambda settings: None)


def current(settings: Settings, recipe: Recipe = MMOD) -> bool:
    return prepare.is_current(components.open_weights(settings), recipe, settings.weights)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_what_set_up_made_is_current(settings: Settings, recipe: Recipe) -> None:
    if recipe.optional and not (settings.weights / recipe.name / "card.json").is_file():
        pytest.skip(f"{recipe.name} was not made: its weights are not in this checkout")
    assert current(settings, recipe)


def test_what_is_not_there_is_not_current(copied: Settings) -> None:
    assert current(copied)
    shutil.rmtree(copied.weights / MMOD.name)
    assert not current(copied)


def test_a_damaged_model_is_not_current(copied: Settings) -> None:
    with (copied.weights / MMOD.name / "model.bin").open("r+b") as file:
        file.seek(100)
        file.write(b"damaged")
    assert not current(copied)


def test_a_damaged_card_is_not_current(copied: Settings) -> None:
    (copied.weights / MMOD.name / "card.json").write_text("{", encoding="utf-8")
    assert not current(copied)


def test_a_model_of_other_weights_is_not_current(copied: Settings) -> None:
    assert not current(copied, replace(MMOD, digest=lambda path: "0" * 64))
    card = copied.weights / MMOD.name / "card.json"
    values = json.loads(card.read_text(encoding="utf-8"))
    card.write_text(json.dumps({**values, "source_sha256": "1" * 64}), encoding="utf-8")
    assert not current(copied)


def test_only_what_is_not_current_is_converted(
    copied: Settings, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    converted: list[str] = []

    def convert(store: WeightsStore, recipe: Recipe, weights: Path) -> None:
        converted.append(recipe.name)

    monkeypatch.setattr(prepare, "convert", convert)
    monkeypatch.setattr(prepare, "check_precision", lambda settings, demo: None)
    events: list[Event] = []
    prepare.prepare(copied, demo, on_event=events.append)
    assert converted == [
        recipe.name for recipe in RECIPES if recipe.name != MMOD.name and not recipe.optional
    ]
    absent = [event.text for event in events if isinstance(event, Notice) and "resnet50" in event.text]
    assert len(absent) == 1 and "weights.npz" in absent[0]  # Set-up went on without it.
    progress = [event for event in events if isinstance(event, Progress)]
    assert progress[-1].done == progress[-1].total == len(RECIPES)


def test_the_program_is_complete_without_its_demo(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoDemo(Demo):
        def prepare(self, on_event: EventSink = lambda event: None) -> None:
            raise DependencyError("there is no connection", hint="Repeat later.")

    checked: list[bool] = []
    monkeypatch.setattr(prepare, "check_precision", lambda settings, demo: checked.append(True))
    monkeypatch.setattr(prepare, "convert", lambda *_: pytest.fail("all models are sound"))
    events: list[Event] = []
    prepare.prepare(settings, NoDemo(tmp_path), on_event=events.append)
    assert checked and Notice("no demo: there is no connection", "Repeat later.") in events


def test_without_the_original_weights_the_cure_is_named(
    copied: Settings, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.runtime.package_files.importlib.util.find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="shape_predictor") as caught:
        prepare.prepare(copied, demo)
    assert "-dw True" in caught.value.hint


def test_a_card_of_an_earlier_facecam_is_brought_up_to_date_and_the_users_own_is_not(
    settings: Settings,
) -> None:
    recipe = next(one for one in RECIPES if one.name == components.DEFAULT_MODEL)
    card = components.open_weights(settings).card(recipe.name)
    fresh = recipe.card(card.source_sha256 or "", dict(card.sha256))
    assert not prepare.card_is_former(fresh, recipe)
    former = replace(fresh, threshold=0.1552, cohort=None, calibrated_on=recipe.formerly[0])
    assert prepare.card_is_former(former, recipe)
    assert not prepare.card_is_former(replace(former, calibrated_on="900 different pairs in data"), recipe)


def test_a_former_card_is_renewed_and_the_network_stays(copied: Settings) -> None:
    store = components.open_weights(copied)
    card = store.card(MMOD.name)
    store.renew_card(replace(card, title="An older title"))
    assert prepare.card_is_former(store.card(MMOD.name), MMOD)
    store.renew_card(MMOD.card(card.source_sha256 or "", dict(card.sha256)))
    assert store.card(MMOD.name) == card and current(copied)
