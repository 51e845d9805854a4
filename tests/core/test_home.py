"""Where files are: beside a checkout, where the platform keeps user data, or as FACECAM_HOME says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from facecam.core import children, home
from facecam.core.children import command_of, environment_for
from facecam.core.home import ASSETS, HOME, PROGRAM_FOLDER, choose_home, is_checkout


def test_these_tests_run_in_a_checkout_and_its_files_are_beside_it() -> None:
    assert is_checkout(PROGRAM_FOLDER) and HOME == PROGRAM_FOLDER


def test_an_installation_keeps_its_files_where_the_platform_keeps_user_data(tmp_path: Path) -> None:
    installed = choose_home(tmp_path / "site-packages", {})
    assert installed == platformdirs.user_data_path("facecam", appauthor=False)
    assert "site-packages" not in installed.parts


@pytest.mark.parametrize("program", [PROGRAM_FOLDER, Path("/site-packages")])
def test_the_variable_decides_before_everything_else(program: Path, tmp_path: Path) -> None:
    assert choose_home(program, {"FACECAM_HOME": str(tmp_path)}) == tmp_path


def test_the_variable_may_be_relative_or_begin_with_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert choose_home(PROGRAM_FOLDER, {"FACECAM_HOME": "faces"}) == tmp_path / "faces"
    assert choose_home(PROGRAM_FOLDER, {"FACECAM_HOME": "~/faces"}) == Path.home() / "faces"
    assert choose_home(PROGRAM_FOLDER, {"FACECAM_HOME": "~nosuchuser"}) == tmp_path / "~nosuchuser"


@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_variable_says_nothing(nothing: str) -> None:
    assert choose_home(PROGRAM_FOLDER, {"FACECAM_HOME": nothing}) == PROGRAM_FOLDER


def test_everything_the_user_has_follows_the_variable(tmp_path: Path) -> None:
    program = (
        "from facecam.core.config import Settings; from facecam.engine.places import DEMO_FOLDER;"
        "from pathlib import Path; from facecam.engine.runs.layout import runs_folder;"
        "s = Settings(); other = Settings(weights=Path('/models/weights'));"
        "assert runs_folder(other) == runs_folder(s), 'not beside models that lie elsewhere';"
        "print(*(s.data, s.database, s.weights, runs_folder(s), DEMO_FOLDER), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "FACECAM_HOME": str(tmp_path), "PYTHONPATH": str(PROGRAM_FOLDER)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    names = ("data", "database", "weights", "runs", "demo")
    assert done.stdout.split() == [str(tmp_path / name) for name in names]


@pytest.mark.parametrize(
    "file", ["icons/facecam.svg", "translations/facecam_de.qm", "facecam.desktop", "models/manifest.json"]
)
def test_what_the_package_brings_along_is_inside_of_it(file: str) -> None:
    assert (ASSETS / file).is_file() and ASSETS.is_relative_to(PROGRAM_FOLDER / "facecam")


@pytest.mark.parametrize(
    ("checkout", "installed"),
    [
        ("Run `python main.py models prepare`.", "Run `facecam models prepare`."),
        ("Run set-up again: python3 -m facecam.setup prepare", "Run set-up again: facecam models prepare"),
        ("Run `make setup`.", "Run `facecam models prepare`."),
        ("usage: main.py live [-h]", "usage: facecam live [-h]"),
        ("/home/ada/main.py is no picture", "/home/ada/main.py is no picture"),
        ("domain.py", "domain.py"),
    ],
)
def test_commands_are_named_as_they_are_typed_here(
    checkout: str, installed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.as_typed(checkout) == checkout
    monkeypatch.setattr(home, "IN_CHECKOUT", False)
    assert home.as_typed(checkout) == installed


def test_a_child_finds_the_package_from_any_folder_and_nothing_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('the user\\'s random.py')", encoding="utf-8")
    done = subprocess.run(
        command_of("facecam", "--version"),
        env=environment_for(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stdout.startswith("facecam "), done.stderr


def test_a_bundle_is_asked_for_a_module_as_python_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FROZEN", True)
    assert command_of("facecam", "--version") == [sys.executable, "-m", "facecam", "--version"]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from facecam.__main__ import bundled; bundled()",
            "-m",
            "facecam",
            "--version",
        ],
        env=environment_for(LD_LIBRARY_PATH="/bundle", LD_LIBRARY_PATH_ORIG="/mine"),
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("facecam "), done.stderr


def test_openvino_tells_nobody_of_its_use() -> None:
    program = "import facecam.runtime.compiled, sys; print(sys.modules['openvino_telemetry'])"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment_for(), capture_output=True, text=True
    )
    assert done.stdout == "None\n", done.stderr


def test_what_the_environment_had_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/mine")
    made = environment_for(MORE="1")
    assert made["PYTHONPATH"].split(os.pathsep) == [str(PROGRAM_FOLDER), "/mine"] and made["MORE"] == "1"
