"""`models`: what is there, whether it is sound, adding and removing."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.engine.models import prepare
from facecam.engine.models.catalog import RECIPES
from facecam.engine.models.portraits import Portraits
from facecam.gallery.storage.audit_trail import AuditTrail
from tests.cli.conftest import Outcome, Run
from tests.runtime.tiny import onnx_embedder

COHORT = next(recipe.values["cohort"] for recipe in RECIPES if recipe.name == "dlib-resnet")

#: Of distances, on the shipped card.
THRESHOLD = next(one.values["threshold"] for one in RECIPES if one.name == "dlib-resnet")


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A weights folder of our own with the smallest shipped model."""
    shutil.copytree(settings.weights / "dlib-mmod", tmp_path / "weights" / "dlib-mmod")
    return tmp_path / "weights"


@pytest.fixture
def models(run: Run, folder: Path, settings: Settings, tmp_path: Path) -> Run:
    def run_models(*arguments: object, bare: bool = False) -> Outcome:
        places = ("--weights", folder, "--data", tmp_path / "nobody", "--database", settings.database)
        return run("models", *arguments, *places, bare=True)

    return run_models


def test_an_anti_spoofing_network_is_added_and_listed(
    models: Run, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "Spoof.onnx"
    file.write_bytes(onnx_embedder(("N", 3, 80, 80), dimensions=3))
    message, hint = models("add", file, "--task", "liveness").two_lines()
    assert "3 values" in message and "--live-output" in hint
    flags = ("--task", "liveness", "--live-output", 1, "--crop", 2.7, "--live-threshold", 0.8)
    document = models("add", file, *flags, "--json").json()
    assert (document["task"], document["dimensions"], document["threshold"]) == ("liveness", 3, None)
    (line,) = AuditTrail(settings.database).read()
    assert (line.what, dict(line.details)) == ("threshold", {"value": 0.8, "kind": "liveness"})
    assert "--liveness-model" in models("list").out
    assert "--task liveness" in models("add", file, "--live-output", 1).two_lines()[0]


def test_the_shipped_models_are_listed(run: Run) -> None:
    rows = {row["name"]: row for row in run("models", "list", "--json").json()}
    assert set(rows) >= {"dlib-resnet", "dlib-mmod", "mtcnn"}
    resnet = rows["dlib-resnet"]
    assert resnet["deployed"] and resnet["dimensions"] == 128 and resnet["licence"] == "CC0-1.0"
    assert resnet["model_id"].startswith("dlib-resnet@") and resnet["threshold"] == THRESHOLD
    assert resnet["cohort"]["match_threshold"] == COHORT.threshold
    assert sum(row["deployed"] for row in rows.values()) == 1
    words = run("models", "list").out
    assert "* dlib-resnet: " in words and f"threshold {THRESHOLD} (1 in 200 strangers)" in words


def test_strangers_are_fetched_into_a_folder_and_counted(
    models: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def fetch(settings: Settings, folder: Path, **how: object) -> Portraits:
        asked.append((folder, how["count"], how["site"]))
        return Portraits(folder, 3, 2, {"A000001": "2 faces"})

    monkeypatch.setattr("facecam.engine.models.portraits.fetch_portraits", fetch)
    there = tmp_path / "others"
    outcome = models("strangers", "--output", there, "--count", 4)
    assert outcome.code == 0 and "3 people in" in outcome.out and "2 of them new; 1 without" in outcome.out
    document = models("strangers", "--output", there, "--site", "http://localhost:1", "--json").json()
    assert document == {"folder": str(there), "people": 3, "refused": {"A000001": "2 faces"}}
    assert asked == [(there, 4, "https://unitedstates.github.io"), (there, None, "http://localhost:1")]
    (tmp_path / "file").touch()
    assert models("strangers", "--output", tmp_path / "file").code == 2


def test_no_models_yet_is_said_with_the_cure(run: Run, tmp_path: Path) -> None:
    outcome = run("models", "list", "--weights", tmp_path / "none", bare=True)
    assert outcome.code == 0 and "models prepare" in outcome.out
    assert run("models", "list", "--json", "--weights", tmp_path / "none", bare=True).json() == []


@pytest.mark.parametrize("there", [True, False])
def test_verifying_a_folder_without_models_misses_the_one_in_use(
    run: Run, tmp_path: Path, there: bool
) -> None:
    folder = tmp_path / "none"
    if there:
        folder.mkdir()
    outcome = run("models", "verify", "--weights", folder, bare=True)
    assert outcome.code == 1 and "no model 'dlib-resnet'" in outcome.out and "models prepare" in outcome.out
    (row,) = run("models", "verify", "--json", "--weights", folder, bare=True).json()
    assert (row["name"], row["status"]) == ("dlib-resnet", "missing file") and row["message"] and row["hint"]
    assert folder.exists() == there


def test_a_broken_card_is_listed_with_its_fault(models: Run, folder: Path) -> None:
    (folder / "dlib-mmod" / "card.json").write_text("{", encoding="utf-8")
    outcome = models("list", "--json")
    (row,) = outcome.json()
    assert outcome.code == 1 and row["name"] == "dlib-mmod" and row["error"] and row["hint"]
    assert "dlib-mmod: " in models("list").out


def test_verify_finds_a_changed_byte(models: Run, folder: Path) -> None:
    assert models("verify").out.startswith("dlib-mmod: ok\n")
    binary = folder / "dlib-mmod" / "model.bin"
    content = bytearray(binary.read_bytes())
    content[5000] ^= 1
    binary.write_bytes(content)
    outcome = models("verify", "--json")
    row = outcome.json()[0]
    assert outcome.code == 1 and (row["status"], row["file"]) == ("checksum differs", "model.bin")
    assert row["message"] and row["hint"]


def test_verify_misses_the_model_in_use(models: Run, folder: Path) -> None:
    outcome = models("verify")
    assert outcome.code == 1 and "no model 'dlib-resnet'" in outcome.out and "models prepare" in outcome.out
    (folder / "deployed.json").write_text('{"model": "gone"}', encoding="utf-8")
    assert [row["status"] for row in models("verify", "--json").json()] == ["ok", "missing file"]


@pytest.mark.parametrize(("answer", "gone"), [("y", True), ("", False)])
def test_removing_asks_first(
    models: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, gone: bool
) -> None:
    file = tmp_path / "mine.onnx"
    file.write_bytes(onnx_embedder())
    assert models("add", file).code == 1
    monkeypatch.setattr("sys.stdin", io.StringIO())
    message, hint = models("remove", "mine").two_lines()
    assert "nobody is there" in message and "--yes" in hint
    monkeypatch.setattr("builtins.input", lambda _: answer)
    outcome = models("remove", "mine", "--json")
    assert outcome.code == 0 and outcome.json()["removed"] is gone
    assert (folder / "mine").exists() is not gone


@pytest.mark.parametrize("more", [[], ["--yes"], ["--json", "--yes"]])
def test_what_comes_with_the_program_stays_and_nobody_is_asked(
    models: Run, folder: Path, more: list[str]
) -> None:
    message, hint = models("remove", "dlib-mmod", *more).two_lines()
    assert message == "dlib-mmod comes with the program" and hint.startswith("It stays")
    assert (folder / "dlib-mmod").is_dir()


def test_a_threshold_that_cannot_be_found_anew_stays_and_that_is_said(run: Run, settings: Settings) -> None:
    settings.data.mkdir()
    outcome = run("models", "calibrate", "dlib-resnet")
    message, hint = outcome.two_lines()
    assert f"keeps its threshold {THRESHOLD}" in message and "15 people" in hint


def test_add_show_deploy_and_remove_ones_own(models: Run, tmp_path: Path) -> None:
    file = tmp_path / "Mine.onnx"
    file.write_bytes(onnx_embedder())
    added = models("add", file, "--licence", "MIT", "--json")
    document = added.json()
    assert added.code == 1 and "mine has no threshold" in added.err, "scripts see that it names nobody yet"
    assert (document["name"], document["licence"], document["threshold"]) == ("mine", "MIT", None)
    models("add", file).two_lines()
    assert models("add", file, "--replace", "--name", "mine").code == 1
    assert models("add", file, "--overwrite", "--name", "mine").code == 1
    deployed = models("deploy", "mine")
    assert "people rebuild" in deployed.out and "the model mine has no threshold yet" in deployed.err
    assert [row["name"] for row in models("list", "--json").json() if row["deployed"]] == ["mine"]
    _, hint = models("remove", "mine", "--yes").two_lines()
    assert "another one" in hint, "the model in use stays"
    models("add", file, "--name", "other")
    assert models("remove", "other", "--yes").out == "other was removed.\n"
    assert {row["name"] for row in models("list", "--json").json()} == {"dlib-mmod", "mine"}


def test_when_the_model_in_use_is_gone_the_list_can_still_be_read(
    models: Run, folder: Path, tmp_path: Path
) -> None:
    """It is where people look to see what to deploy."""
    file = tmp_path / "Mine.onnx"
    file.write_bytes(onnx_embedder())
    models("add", file)
    models("deploy", "mine")
    shutil.rmtree(folder / "mine")
    outcome = models("list", "--json")
    assert outcome.code < 2 and [row["name"] for row in outcome.json()] == ["dlib-mmod"]


@pytest.mark.parametrize("name", ["../evil", "A B", "con"])
def test_a_name_that_cannot_be_one_is_two_lines(models: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / "Mine.onnx"
    file.write_bytes(onnx_embedder())
    message, hint = models("add", file, "--name", name).two_lines()
    assert message.startswith("--name: ") and "file" not in hint, "what was typed is to blame"


@pytest.mark.parametrize("size", ["112", "112x", "x112", "0x0", "99999x3", "-1x5"])
def test_a_size_that_is_none_is_two_lines(models: Run, tmp_path: Path, size: str) -> None:
    file = tmp_path / "Mine.onnx"
    file.write_bytes(onnx_embedder(("N", 3, "H", "W")))
    models("add", file, f"--input-size={size}").two_lines()


@pytest.mark.parametrize("action", ["deploy", "remove"])
def test_json_is_all_that_is_printed_where_it_is_asked_for(models: Run, tmp_path: Path, action: str) -> None:
    file = tmp_path / "Mine.onnx"
    file.write_bytes(onnx_embedder())
    models("add", file)
    sure = ["--yes"] if action == "remove" else []
    assert models(action, "mine", *sure, "--json").json()["name"] == "mine"


def test_prepare_is_quiet_when_everything_is_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in ("check_precision", "warm_up_hog"):
        monkeypatch.setattr(prepare, step, lambda *_: None)
    monkeypatch.setattr(prepare, "convert", lambda *_: pytest.fail("all models are sound"))
    assert run("models", "prepare").code == 0
    rows = run("models", "prepare", "--json").json()
    assert "dlib-resnet" in [row["name"] for row in rows]


def test_prepare_tells_the_program_that_started_it_how_far_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in ("check_precision", "warm_up_hog"):
        monkeypatch.setattr(prepare, step, lambda *_: None)
    lines = [json.loads(line) for line in run("models", "prepare", "--events").out.splitlines()]
    assert {"stage": "models", "done": 7, "total": 7} in lines


@pytest.mark.parametrize("action", [["calibrate", "dlib-resnet"], ["get", "sface"]])
def test_a_photo_is_no_folder_of_people(run: Run, action: list[str], tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    message, hint = run("models", *action, "--photos", tmp_path / "photo.jpg").two_lines()
    assert message.endswith("photo.jpg is not a folder") and "folder" in hint


def test_what_cannot_be_the_name_of_a_model(run: Run) -> None:
    for command in (["models", "deploy", "../x"], ["recognize", __file__, "--model", "../x"]):
        message, hint = run(*command).two_lines()
        assert message == "../x cannot be the name of a model" and "models list" in hint
