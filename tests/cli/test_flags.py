"""Flags: values checked, settings from file and flags in their order."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import pytest

from facecam.cli.terminal.flags import Parser, add_shared_flags, boolean, box, positive, settings_from
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.types import Box
from tests.cli.conftest import Run


def parsed(*arguments: str) -> argparse.Namespace:
    parser = Parser(prog="main.py test", allow_abbrev=False)
    add_shared_flags(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1", "yes", "YES", " Yes "])
def test_yes(text: str) -> None:
    assert boolean(text) is True


@pytest.mark.parametrize("text", ["false", "False", "FALSE", "0", "no", "No"])
def test_no(text: str) -> None:
    assert boolean(text) is False


@pytest.mark.parametrize("text", ["", "maybe", "2", "-1", "tru", "on", "None"])
def test_neither(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="neither true nor false"):
        boolean(text)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "many", "1e3"])
def test_counts_begin_at_one(text: str) -> None:
    assert positive("17") == 17
    with pytest.raises(argparse.ArgumentTypeError):
        positive(text)


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "a,b,c,d", "3,2,1,4", "nan,1,2,3", "-inf,-inf,inf,inf", "1e300,1,2e300,3", "0,0,1e7,1"],
)
def test_boxes_are_four_numbers_of_a_picture(text: str) -> None:
    assert box("-5,1.5,20,30") == Box(-5, 1.5, 20, 30)
    with pytest.raises(argparse.ArgumentTypeError, match="is no box"):
        box(text)


def test_every_setting_has_a_flag() -> None:
    values = {
        "data": "d",
        "database": "b",
        "weights": "w",
        "detector": "cnn",
        "model": "mine",
        "threshold": "0.3",
        "device": "cpu",
        "precision": "f32",
        "upsample": "2",
        "min_face_px": "50",
        "liveness_model": "spoof",
        "strangers": "0.01",
        "normalize": "off",
        "strangers_expected": "0.2",
        "keep_visits_days": "30",
        "keep_unknown_days": "3",
        "keep_recordings_days": "365",
        "keep_runs_days": "90",
        "blur_faces": "only",
        "blur_people": "Ada; Eve",
    }
    switches = ("same_person_twice", "require_live", "live_challenge")
    # The server is named by --database.
    assert {*values, *switches, "server"} == {field.name for field in dataclasses.fields(Settings)}
    flags = [part for name, value in values.items() for part in (f"--{name.replace('_', '-')}", value)]
    on = [f"--{name.replace('_', '-')}" for name in switches]
    assert settings_from(parsed(*flags, *on)) == Settings(
        Path("d"),
        Path("b"),
        Path("w"),
        "cnn",
        "mine",
        0.3,
        "cpu",
        "f32",
        2,
        50,
        True,
        True,
        True,
        "spoof",
        0.01,
        "off",
        0.2,
        30,
        3,
        365,
        90,
        "only",
        "Ada; Eve",
    )


def test_nothing_given_means_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_from(parsed()) == Settings()


def test_defaults_then_file_then_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facecam.toml").write_text("detector = 'cnn'\nupsample = 1\n", encoding="utf-8")
    assert settings_from(parsed()).detector == "cnn"
    assert settings_from(parsed("--detector", "mtcnn")).detector == "mtcnn"
    assert settings_from(parsed("--detector", "mtcnn")).upsample == 1
    (tmp_path / "other.toml").write_text("upsample = 3\n", encoding="utf-8")
    assert settings_from(parsed("--config", "other.toml")) == dataclasses.replace(Settings(), upsample=3)


def test_a_flag_may_undo_what_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facecam.toml").write_text("upsample = 1\nsame_person_twice = true\n", encoding="utf-8")
    assert settings_from(parsed("--upsample", "0")).upsample == 0
    assert settings_from(parsed()).same_person_twice
    assert not settings_from(parsed("--no-same-person-twice")).same_person_twice


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--detector", "dog"], "--detector"),
        (["--threshold", "near"], "--threshold"),
        (["--upsample", "x"], "--upsample"),
        (["--min-face-px", "x"], "--min-face-px"),
        (["--precision", "int8"], "--precision"),
        (["--data"], "--data"),
    ],
)
def test_a_wrong_value_is_refused_naming_the_flag(arguments: list[str], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        parsed(*arguments)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["--data", "--database", "--config", "--output", "--photo"])
def test_an_empty_name_is_not_the_folder_one_is_in(name: str) -> None:
    parser = Parser(prog="x")
    add_shared_flags(parser)
    parser.path("--output", "DIR", "")
    parser.path("--photo", "FILE", "", there=True)
    with pytest.raises(ConfigError, match="an empty name is no file or folder"):
        parser.parse_args([name, ""])


def test_only_what_is_unknown_is_taken_for_misspelt() -> None:
    parser = Parser(prog="x")
    parser.count("--augment", "")
    parser.path("--sweep", "FILE", "")
    with pytest.raises(ConfigError) as caught:
        parser.parse_args(["--sweep", ""])
    assert "--help" in caught.value.hint
    with pytest.raises(ConfigError) as caught:
        parser.parse_args(["--argument", "1"])
    assert caught.value.hint == "Did you mean --augment?"


def test_flags_are_not_guessed_from_their_beginnings() -> None:
    """`--det` may mean another flag tomorrow."""
    with pytest.raises(ConfigError) as caught:
        parsed("--detecto", "cnn")
    assert "--detector" in caught.value.hint


def test_a_misspelt_setting_in_the_file_is_said_like_a_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facecam.toml").write_text("detecter = 'cnn'\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        settings_from(parsed())
    assert caught.value.hint == "Did you mean detector?"


@pytest.mark.parametrize("command", ["encrypt", "people", "models", "runs", "classify"])
def test_a_missing_action_is_answered_with_those_there_are(run: Run, command: str) -> None:
    message, hint = run(command, bare=True).two_lines()
    known = {
        "encrypt": "off",
        "people": "rename",
        "models": "deploy",
        "runs": "compare",
        "classify": "predict",
    }
    assert "ACTION" in message and known[command] in hint and "--help" in hint
