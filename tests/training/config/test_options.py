"""Options and presets: what is refused, and in which words."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from facecam.core.errors import ConfigError
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import DEFAULT_PRESET, Phase, Preset, find_preset, presets, read_preset
from facecam.training.run.folder import config_text


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"margin": 5.0}, "--margin"),
        ({"epochs": 0}, "--epochs"),
        ({"learning_rate": float("nan")}, "--learning-rate"),
        ({"mining": "hardest"}, "--mining"),
        ({"photos_per_person": 1}, "--photos-per-person"),
        ({"schedule": "file"}, "--schedule"),
        ({"interpolation": "half"}, "--interpolation"),
        ({"interpolation": "1.5"}, "--interpolation"),
        ({"hold_out_share": 1.0}, "--hold-out-share"),
        ({"chip_padding": -0.1}, "--chip-padding"),
        ({"chip_padding": 0.7, "method": "head"}, "--chip-padding"),
        ({"xla": True, "mining": "batch_random"}, "--mining"),
        ({"xla": True, "pool": "offline"}, "--pool"),
        ({"xla": True, "generic_faces": Path("faces")}, "--generic-faces"),
        ({"backbone": "resnet8-crops", "loss": "cosface"}, "--embedding-size"),
        ({"backbone": "resnet8-crops", "embedding_size": 320}, "--backbone"),
    ],
)
def test_a_value_that_cannot_be_meant_names_its_flag(changes: dict[str, object], flag: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainOptions(**changes)  # type: ignore[arg-type]
    assert flag in caught.value.message and caught.value.hint


def test_every_option_says_what_it_is_and_where_it_belongs() -> None:
    for field in dataclasses.fields(TrainOptions):
        assert field.metadata["help"] and field.metadata["group"], field.name


def test_a_batch_size_sets_the_number_of_people() -> None:
    assert TrainOptions(batch_size=32, photos_per_person=4).people_in_batch == 8
    assert TrainOptions(batch_size=2, photos_per_person=4).people_in_batch == 2


def test_all_presets_can_be_read_and_the_default_is_first() -> None:
    found = presets()
    assert found[0].name == DEFAULT_PRESET
    assert {"quick", "resnet50-semi-hard", "facenet-tf2", "inception-resnet-centre"} <= {
        one.name for one in found
    }
    assert all(one.title and one.description for one in found)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("[options]\nlerning_rate = 1.0", "unknown key lerning_rate", "Did you mean learning_rate?"),
        ("[option]\nepochs = 1", "unknown key option", "Did you mean options?"),
        ("[options]\nepochs = 'many'", "epochs = 'many' is not a whole number", "how often"),
        (f"[options]\nmargin = {'9' * 400}", "margin is a number of 400 digits", "smaller"),
        ("[options]\nema = 1", "ema = 1 is not true or false", "mean of the weights"),
        ("[[phases]]\nbackbone = 'tiny'", "changes backbone", "whole training"),
        ("[options\n", "cannot read", "Mend"),
        ("", "there is no option in it", "--preset quick"),
        ("title = 'Mine'\n[options]\n[[phases]]\nname = 'a'", "there is no option in it", "--preset quick"),
    ],
)
def test_a_faulty_preset_says_what_is_wrong(tmp_path: Path, text: str, said: str, hint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_preset(path)
    assert said in caught.value.message and hint in caught.value.hint


def test_an_unknown_preset_is_answered_with_a_similar_one() -> None:
    with pytest.raises(ConfigError) as caught:
        find_preset("fine-tun")
    assert caught.value.hint == "Did you mean fine-tune?"


def test_what_a_run_writes_down_is_a_preset_that_does_it_again(tmp_path: Path) -> None:
    options = TrainOptions(margin=0.5, generic_faces=Path("a b/ü\\x"), noise_percentile=95.0, ema=True)
    preset = Preset("odd", 'with "quotes"', "line\nbreak", options, (Phase("first", {"loss": "softmax"}),))
    path = tmp_path / "config.toml"
    path.write_text(config_text(preset, options), encoding="utf-8")
    again = read_preset(path)
    assert (again.options, again.phases, again.title) == (options, preset.phases, preset.title)
