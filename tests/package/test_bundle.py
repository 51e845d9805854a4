"""The bundle, started as where there is no Python; `make bundle` makes it, and `make check` before the tests."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from facecam import __version__
from facecam.core.home import PROGRAM_FOLDER
from facecam.engine.demo import Demo
from tests.engine.studio import BARACK, EILEEN, JOE

_BUNDLE = PROGRAM_FOLDER / "build" / "bundle" / "facecam"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not _BUNDLE.is_dir(), reason="there is no bundle: `make bundle` makes one"),
]
_STAYS_S = 3.0


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An empty home, and of the tests' environment nothing that leads to Python, the checkout or a registry."""
    ours = ("PYTHON", "VIRTUAL_ENV", "FACECAM_", "XDG_", "PIP_", "UV_", "LD_LIBRARY_PATH", "PATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    home = str(tmp_path_factory.mktemp("home"))
    return {**kept, "HOME": home, "PATH": os.defpath, "QT_QPA_PLATFORM": "offscreen"}


def start(
    environment: dict[str, str], *arguments: str, program: str = "facecam"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(_BUNDLE / program), *arguments],
        env=environment,
        cwd=environment["HOME"],
        capture_output=True,
        text=True,
    )


def test_a_photo_is_recognized_without_a_network(environment: dict[str, str], demo: Demo) -> None:
    assert start(environment, "--version").stdout == f"facecam {__version__}\n"
    photos = {one.name: str(one.path) for one in demo.portraits()}
    first = start(environment, "recognize", photos[EILEEN])
    assert (first.returncode, first.stdout) == (0, f"{photos[EILEEN]}: unknown\n"), first.stderr
    assert "this is the first use" in first.stderr and "no demo" not in first.stderr
    for name in (EILEEN, BARACK):
        assert start(environment, "enroll", name, photos[name]).returncode == 0
    second = start(environment, "recognize", photos[EILEEN], photos[JOE])
    assert f"{photos[EILEEN]}: {EILEEN} (" in second.stdout and f"{photos[JOE]}: unknown" in second.stdout
    doctor = start(environment, "doctor")
    assert doctor.returncode == 0, doctor.stdout


def test_a_film_plays_headless(environment: dict[str, str]) -> None:
    done = start(environment, "live", "--source", "demo", "--no-show", "--json", "-", "--max-frames", "90")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 90, done.stderr
    assert {face["name"] for line in lines for face in line["faces"]} - {None} <= {EILEEN, BARACK}
    assert any(face["name"] for line in lines for face in line["faces"])


def test_the_window_opens_and_stays(environment: dict[str, str]) -> None:
    painted = Path(environment["HOME"], "painted")
    reporting = {**environment, "FACECAM_FIRST_PAINT_FILE": str(painted)}
    done = start(reporting, program="facecam-window")
    assert (done.returncode, done.stderr) == (0, "") and painted.is_file()
    with subprocess.Popen(
        [str(_BUNDLE / "facecam-window")], env=environment, cwd=environment["HOME"], stderr=subprocess.PIPE
    ) as window:
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                window.wait(_STAYS_S)
        finally:
            window.terminate()
        assert window.communicate()[1] == b""


def test_training_of_a_network_says_what_it_needs(environment: dict[str, str]) -> None:
    done = start(environment, "train", "--method", "network")
    what, hint = done.stderr.splitlines()[-2:]
    assert done.returncode == 2 and "needs TensorFlow" in what and "install the package" in hint
