"""Finding dlib's files: fetched before packaged, never unverified."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from facecam.core.errors import WeightsError
from facecam.runtime import dlib_files
from facecam.runtime.dlib_files import DOWNLOAD_FOLDER, KNOWN_SHA256, LANDMARKS, MMOD, RESNET, find_dlib_file

NAME = "tiny.dat"
CONTENT = b"twelve bytes"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package whose models folder holds the published tiny.dat."""
    models = tmp_path / "site" / "face_recognition_models" / "models"
    models.mkdir(parents=True)
    (models / NAME).write_bytes(CONTENT)
    spec = ModuleSpec("face_recognition_models", None, is_package=True)
    spec.submodule_search_locations = [str(models.parent)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setitem(dlib_files.KNOWN_SHA256, NAME, hashlib.sha256(CONTENT).hexdigest())
    return models


def fetched(weights: Path, content: bytes) -> Path:
    """A file as `-dw` leaves it."""
    path = weights / DOWNLOAD_FOLDER / NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", [RESNET, MMOD, LANDMARKS])
def test_the_published_files_are_there_without_running_the_package(
    weights: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "face_recognition_models", raising=False)
    path = find_dlib_file(name, weights)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == KNOWN_SHA256[name]
    assert "face_recognition_models" not in sys.modules


def test_the_packages_file_serves_where_nothing_was_fetched(package: Path, tmp_path: Path) -> None:
    assert find_dlib_file(NAME, tmp_path / "weights") == package / NAME


def test_a_fetched_file_comes_first(package: Path, tmp_path: Path) -> None:
    path = fetched(tmp_path / "weights", CONTENT)
    assert find_dlib_file(NAME, tmp_path / "weights") == path


def test_a_fetched_file_serves_without_the_package(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    path = fetched(tmp_path / "weights", CONTENT)
    assert find_dlib_file(NAME, tmp_path / "weights") == path


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"\0", b"twelve bytez"])
def test_a_damaged_file_is_never_used(package: Path, tmp_path: Path, content: bytes) -> None:
    path = fetched(tmp_path / "weights", content)
    with pytest.raises(WeightsError, match="checksum") as caught:
        find_dlib_file(NAME, tmp_path / "weights")
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_a_damaged_package_is_named(package: Path, tmp_path: Path) -> None:
    (package / NAME).write_bytes(b"something else")
    with pytest.raises(WeightsError, match="checksum"):
        find_dlib_file(NAME, tmp_path / "weights")


def test_a_missing_file_is_named_with_its_cure(package: Path, tmp_path: Path) -> None:
    (package / NAME).unlink()
    with pytest.raises(WeightsError, match=NAME) as caught:
        find_dlib_file(NAME, tmp_path / "weights")
    assert "-dw" in caught.value.hint


def test_a_missing_package_is_no_other_exception(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsError):
        find_dlib_file(NAME, tmp_path / "weights")


def test_a_folder_of_that_name_is_not_the_file(package: Path, tmp_path: Path) -> None:
    (tmp_path / "weights" / DOWNLOAD_FOLDER / NAME).mkdir(parents=True)
    assert find_dlib_file(NAME, tmp_path / "weights") == package / NAME
