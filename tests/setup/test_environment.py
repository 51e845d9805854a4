"""What set-up does, what it does not do again, what it says when a step fails. Nothing is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facecam.setup import environment
from facecam.setup.system import SetupError
from tests.setup.test_system import DEBIAN


class Checkout:
    """A checkout of empty files, and what set-up did in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.done: list[str] = []
        self.said: list[str] = []
        self.machine = replace(DEBIAN, has_module=self.has_module)
        self.pip_fails = self.uv_fails = self.models_fail = False
        (root / "requirements.txt").write_text("numpy==2.4.0\nuv==1.2.3\n", encoding="utf-8")
        (root / "requirements-cuda.txt").write_text("# 2.8 GB to fetch\nnvidia-x==1\n", encoding="utf-8")
        (root / "weights").mkdir()

    def has_module(self, name: str) -> bool:
        self.done.append("system")
        return True

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / "facecam-setup.json"

    def prepare(self, cuda: bool | None = None) -> bool:
        """Set up; `done` holds the steps of this time only."""
        self.done.clear()
        return environment.prepare(self.said.append, self.machine, cuda=cuda)

    def create(self, clear: bool) -> None:
        self.done.append("venv cleared" if clear else "venv")
        python = environment.PYTHON
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text("", encoding="utf-8")
        config = f"home = /usr\nversion = {sys.version.split()[0]}\n"
        (self.root / ".venv" / "pyvenv.cfg").write_text(config, encoding="utf-8")

    def run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        tool = "uv" if command[0].endswith("uv") else "pip"
        self.done.append(f"{tool} {command[-1]}" if command[-1] == "uv==1.2.3" else tool)
        assert "--no-deps" in command and str(environment.PYTHON) in command
        failed = self.uv_fails if tool == "uv" else self.pip_fails
        error = "warning: x\nERROR: No space left on device\n" if failed else ""
        return subprocess.CompletedProcess(command, int(failed), "", error)

    def call(self, command: list[str], **_: Any) -> int:
        self.done.append("models")
        assert command[1:] == ["-m", "facecam", "models", "prepare"]
        if not self.models_fail:
            for name in ("dlib-resnet/model.bin", "dlib-resnet/model.xml", "mtcnn/pnet.bin"):
                path = self.root / "weights" / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(name, encoding="utf-8")
        return int(self.models_fail)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path)
    folder = tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "FOLDER": folder,
        "PYTHON": folder / "bin" / "python",
        "_STAMP": made.stamp,
        "_REQUIREMENTS": tmp_path / "requirements.txt",
        "_CUDA": tmp_path / "requirements-cuda.txt",
        "_PIP": (str(folder / "bin" / "python"), "-m", "pip", "install"),
    }.items():
        monkeypatch.setattr(environment, name, value)

    class Builder:
        def __init__(self, *, with_pip: bool, clear: bool) -> None:
            assert with_pip
            self._clear = clear

        def create(self, folder: Path) -> None:
            made.create(self._clear)

    monkeypatch.setattr("facecam.setup.environment.venv.EnvBuilder", Builder)
    monkeypatch.setattr("facecam.setup.environment.subprocess.run", made.run)
    monkeypatch.setattr("facecam.setup.environment.subprocess.call", made.call)
    monkeypatch.setattr("facecam.setup.environment.shutil.which", lambda name: None)
    return made


INSTALLED = ["pip uv==1.2.3", "uv"]
EVERYTHING = ["system", "venv cleared", *INSTALLED, "models"]


def test_a_fresh_clone_gets_everything_once(checkout: Checkout) -> None:
    assert checkout.prepare() is True
    assert checkout.done == EVERYTHING
    assert checkout.prepare() is False
    assert checkout.done == []
    assert len(checkout.said) == 3 and all(checkout.said)


def test_the_stamp_remembers_what_it_was_made_for(checkout: Checkout) -> None:
    checkout.prepare()
    stamp = json.loads(checkout.stamp.read_text(encoding="utf-8"))
    assert stamp["python"] == sys.version.split()[0] and len(stamp["requirements"]) == 64
    assert stamp["models"]["weights/dlib-resnet/model.bin"] == len("dlib-resnet/model.bin")
    assert "weights/mtcnn/pnet.bin" in stamp["models"]


def test_other_requirements_are_installed_into_the_same_environment(checkout: Checkout) -> None:
    checkout.prepare()
    (checkout.root / "requirements.txt").write_text("numpy==2.5.0\nuv==1.2.3\n", encoding="utf-8")
    assert checkout.prepare() and checkout.done == ["system", "venv", *INSTALLED, "models"]
    assert checkout.prepare() is False


def test_with_an_nvidia_driver_the_cuda_libraries_come_too_unless_declined(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said with their size, and not asked twice: what was declined stays out until somebody wants it."""
    checkout.prepare()
    checkout.machine = replace(checkout.machine, has_file=lambda path: True)
    both = ["system", "venv", *INSTALLED, *INSTALLED, "models"]
    assert checkout.prepare() and checkout.done == both
    assert any("2.8 GB" in said and "--cpu" in said for said in checkout.said)
    assert checkout.prepare() is False
    assert checkout.prepare(cuda=False) and checkout.done == ["system", "venv", *INSTALLED, "models"]
    assert checkout.prepare() is False and checkout.prepare(cuda=False) is False
    assert checkout.prepare(cuda=True) and checkout.done == both
    assert checkout.prepare(cuda=False)
    checkout.machine = replace(checkout.machine, has_file=lambda path: False)
    assert checkout.prepare(cuda=True)  # remembered until there is a card
    checkout.machine = replace(checkout.machine, has_file=lambda path: True)
    assert checkout.prepare() and checkout.done == both


def test_another_python_gets_a_new_environment(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.prepare()
    monkeypatch.setattr(sys, "version", "3.99.1 (main)")
    assert checkout.prepare() and checkout.done == EVERYTHING


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"', "null", '{"python": 3}', "\xff"])
def test_a_stamp_that_is_broken_means_again(checkout: Checkout, content: str) -> None:
    checkout.prepare()
    checkout.stamp.write_bytes(content.encode("latin-1"))
    assert checkout.prepare() and checkout.done == ["system", "venv", *INSTALLED, "models"]
    assert checkout.prepare() is False


@pytest.mark.parametrize("what", ["stamp", "python", "folder"])
def test_what_was_deleted_is_made_again(checkout: Checkout, what: str) -> None:
    checkout.prepare()
    if what == "folder":
        shutil.rmtree(checkout.root / ".venv")
    else:
        (checkout.stamp if what == "stamp" else environment.PYTHON).unlink()
    assert checkout.prepare() and "uv" in checkout.done
    assert environment.PYTHON.is_file() and checkout.prepare() is False


@pytest.mark.parametrize("fault", ["deleted", "cut", "never made"])
def test_models_that_are_not_whole_are_made_again_without_pip(checkout: Checkout, fault: str) -> None:
    checkout.prepare()
    model = checkout.root / "weights" / "dlib-resnet" / "model.bin"
    if fault == "deleted":
        model.unlink()
    elif fault == "cut":
        model.write_text("half", encoding="utf-8")
    else:
        stamp = json.loads(checkout.stamp.read_text(encoding="utf-8"))
        checkout.stamp.write_text(json.dumps({**stamp, "models": {}}), encoding="utf-8")
    assert checkout.prepare() and checkout.done == ["models"]
    assert checkout.prepare() is False


def test_the_users_own_models_do_not_matter(checkout: Checkout) -> None:
    checkout.prepare()
    own = checkout.root / "weights" / "mine"
    own.mkdir()
    (own / "model.onnx").write_bytes(b"mine")
    assert checkout.prepare() is False
    (own / "model.onnx").unlink()
    assert checkout.prepare() is False


def test_a_failed_installation_is_said_and_tried_again(checkout: Checkout) -> None:
    checkout.pip_fails = checkout.uv_fails = True
    for _ in range(2):
        with pytest.raises(SetupError) as caught:
            checkout.prepare()
        assert caught.value.message == "ERROR: No space left on device" and "disk" in caught.value.hint
        assert "models" not in checkout.done and not checkout.stamp.exists()
    checkout.pip_fails = False
    assert checkout.prepare() and checkout.prepare() is False


def test_failed_models_are_tried_again_without_pip(checkout: Checkout) -> None:
    checkout.models_fail = True
    with pytest.raises(SetupError) as caught:
        checkout.prepare()
    assert "models" in caught.value.message and caught.value.hint
    checkout.models_fail = False
    assert checkout.prepare() and checkout.done == ["models"]


def test_an_environment_that_cannot_be_made_is_said(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any, folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facecam.setup.environment.venv.EnvBuilder.create", full)
    with pytest.raises(SetupError, match="No space left"):
        checkout.prepare()


def test_a_missing_list_of_packages_is_said_before_anything_is_done(checkout: Checkout) -> None:
    (checkout.root / "requirements.txt").unlink()
    with pytest.raises(SetupError) as caught:
        checkout.prepare()
    assert "requirements.txt" in caught.value.message and "Clone" in caught.value.hint
    assert checkout.done == []


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 8, 0), (2, 7, 18)])
def test_an_old_python_is_refused_first_of_all(checkout: Checkout, version: tuple[int, ...]) -> None:
    checkout.machine = replace(DEBIAN, python=version)
    with pytest.raises(SetupError) as caught:
        checkout.prepare()
    assert ".".join(map(str, version)) in caught.value.message and "3.11" in caught.value.message
    assert caught.value.hint and checkout.done == []


def test_a_disk_that_is_full_when_the_stamp_is_written_is_said(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., int] = Path.write_text

    def full(self: Path, *arguments: Any, **options: Any) -> int:
        if self == checkout.stamp:
            raise OSError(28, "No space left on device")
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(SetupError, match="space"):
        checkout.prepare()


def test_the_uv_of_the_system_is_taken_where_there_is_one(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.setup.environment.shutil.which", lambda name: f"/usr/bin/{name}")
    assert checkout.prepare() and checkout.done == ["system", "venv cleared", "uv", "models"]


def test_where_uv_cannot_be_had_pip_installs(checkout: Checkout) -> None:
    (checkout.root / "requirements.txt").write_text("numpy==2.4.0\n", encoding="utf-8")
    assert checkout.prepare() and checkout.done == ["system", "venv cleared", "pip", "models"]
    assert any("uv cannot be had" in said for said in checkout.said)


def test_where_uv_fails_pip_installs(checkout: Checkout) -> None:
    checkout.uv_fails = True
    assert checkout.prepare() and checkout.done == ["system", "venv cleared", *INSTALLED, "pip", "models"]
    assert any("uv could not" in said for said in checkout.said) and checkout.prepare() is False


def test_an_unfit_platform_is_refused_before_anything_is_made(checkout: Checkout) -> None:
    checkout.machine = replace(DEBIAN, processor="armv7l")
    with pytest.raises(SetupError, match="does not run"):
        checkout.prepare()
    assert checkout.done == [] and not (checkout.root / ".venv").exists()


def test_the_library_is_found_from_any_folder(checkout: Checkout) -> None:
    checkout.prepare()
    (link,) = (checkout.root / ".venv").rglob("*.pth")
    assert link.parent.name == "site-packages" and link.read_text(encoding="utf-8") == f"{checkout.root}\n"
    link.unlink()
    assert not checkout.prepare(), "nothing else is done again"
    assert link.is_file()
