"""TensorFlow missing or broken is said in words a user can act on."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from facecam.core.errors import DependencyError
from facecam.core.events import CancelToken, ignore
from facecam.training import frameworks
from facecam.training.frameworks import has_tensorflow, require_tensorflow, tensorflow_cure
from facecam.training.worker import run_job
from tests.training.making import plan, tiny


def refuse(name: str) -> None:
    raise ModuleNotFoundError(f"{name} is refused", name=name)


@pytest.mark.parametrize("find", [lambda name: None, refuse])
def test_a_module_that_is_nowhere_or_refused_is_not_there(
    monkeypatch: pytest.MonkeyPatch, find: object
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", find)
    assert not has_tensorflow()
    with pytest.raises(DependencyError, match="flying needs TensorFlow, which is not installed") as caught:
        require_tensorflow("flying", otherwise="or walk")
    assert caught.value.hint == f"{tensorflow_cure()}, or walk."


def test_one_of_the_two_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "keras" else object())
    assert not has_tensorflow()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert has_tensorflow()
    require_tensorflow("flying")


def test_the_cure_is_that_of_a_checkout_or_of_an_installed_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(frameworks, "PROGRAM_FOLDER", tmp_path)
    assert "pip install 'facecam[train]'" in tensorflow_cure()
    (tmp_path / "requirements.txt").touch()
    assert "make setup" in tensorflow_cure()


def test_a_tensorflow_that_does_not_start_is_no_riddle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows without the C++ runtime: found, and its import raises."""
    run = plan(tmp_path, tiny())
    monkeypatch.setitem(sys.modules, "facecam.training.devices", None)
    with pytest.raises(DependencyError, match="TensorFlow does not start: ") as caught:
        run_job(run, ignore, CancelToken())
    assert "Python 3.11 to 3.13" in caught.value.hint
