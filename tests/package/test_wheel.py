"""The wheel in an empty environment: it has all it needs at run time, prepares its models itself, and works.

Needs packages from the index, as set-up does: the dependencies, and the files the models are made of.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from facecam import __version__
from facecam.core.home import PROGRAM_FOLDER
from facecam.engine.demo import Demo
from tests.engine.studio import EILEEN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of a copy, so that no build folder stays in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROGRAM_FOLDER / "facecam", source / "facecam", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROGRAM_FOLDER / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*command, "--wheel-dir", folder, source], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


@dataclass(frozen=True)
class Installed:
    """An environment in which the wheel and its dependencies are, and nothing else."""

    folder: Path
    home: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, in an empty working folder, with a home of its own."""
        work = self.home.parent / "work"
        work.mkdir(exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [str(self._bin / program), *arguments],
            env={**kept, "FACECAM_HOME": str(self.home)},
            cwd=work,
            capture_output=True,
            text=True,
        )

    @property
    def _bin(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The wheel, installed by uv where it can be had: pip takes half a minute for the same."""
    folder = tmp_path_factory.mktemp("installed")
    made = Installed(folder / "env", folder / "home")
    python = str(made._bin / "python")
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    # Python takes seconds to put pip into an environment, uv none.
    bare = ["--without-pip"] if uv else []
    subprocess.run([sys.executable, "-m", "venv", *bare, str(folder / "env")], check=True)
    tool = [uv, "pip", "install", "--python", python, "pip"] if uv else [python, "-m", "pip", "install"]
    # The pins stand in for whatever is newest on the day; they are within what the wheel asks for.
    lock = PROGRAM_FOLDER / "requirements.txt"
    done = subprocess.run(
        [*tool, "--quiet", "--constraint", str(lock), str(wheel)],
        capture_output=True,
        text=True,
    )
    if done.returncode and ("connect" in done.stderr.lower() or "sending request" in done.stderr):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    yield made
    shutil.rmtree(folder)  # A gigabyte.


def test_it_holds_the_program_and_nothing_of_the_checks(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"facecam", f"facecam-{__version__}.dist-info"}
    unwanted = ("/tests/", "/test_", "conftest", "facecam/setup", "pytest", ".ts")
    assert not [
        name for name in names if any(word in name for word in unwanted[:-1]) or name.endswith(unwanted[-1])
    ]
    needed = (
        "py.typed",
        "__init__.pyi",
        "__main__.py",
        "assets/models/manifest.json",
        "assets/models/cards.toml",
        "assets/models/published.toml",
        "assets/models/packages.toml",
    )
    needed += (
        "assets/models/dlib-resnet/cohort.npz",
        "assets/icons/facecam.svg",
        "training/config/presets/quick.toml",
    )
    needed += (
        "assets/translations/facecam_de.qm",
        "assets/translations/engine_de.txt",
        "assets/contact_sheet.html",
    )
    assert {f"facecam/{name}" for name in needed} <= set(names)
    assert wheel.stat().st_size < 4_000_000


def test_the_command_is_on_the_path(installed: Installed) -> None:
    for program in (["facecam"], ["python", "-m", "facecam"]):
        done = installed.run(*program, "--version")
        assert (done.returncode, done.stdout) == (0, f"facecam {__version__}\n"), done.stderr
    words = installed.run("facecam", "--help").stdout
    assert "facecam COMMAND --help" in words and "main.py" not in words


def test_importing_it_is_light_and_nothing_of_set_up_or_checks_is_there(installed: Installed) -> None:
    program = (
        "import sys, importlib.util as u, facecam;"
        "print(*(m for m in ('numpy', 'openvino', 'cv2') if m in sys.modules));"
        "print(*(m for m in ('facecam.setup', 'tests', 'tensorflow', 'PySide6', 'pytest') if u.find_spec(m)));"
        "from facecam.core.config import Settings; print(Settings().weights)"
    )
    done = installed.run("python", "-c", program)
    assert done.stdout.splitlines() == ["", "", str(installed.home / "weights")], done.stderr


def test_what_is_left_out_is_two_lines(installed: Installed) -> None:
    environment = "import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen';"
    program = f"{environment} from facecam.__main__ import window; raise SystemExit(window())"
    done = installed.run("python", "-c", program)
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and len(lines) == 2, done.stderr
    assert "Qt" in lines[0] and "pip install 'facecam[gui] @ file:" in lines[1]


def test_without_a_connection_the_first_use_ends_in_two_lines(installed: Installed, demo: Demo) -> None:
    program = (
        "import os; os.environ.update(PIP_INDEX_URL='http://127.0.0.1:9/', PIP_EXTRA_INDEX_URL='',"
        " PIP_FIND_LINKS='', PIP_CONFIG_FILE=os.devnull, PIP_RETRIES='0', PIP_NO_INDEX='0');"
        "import sys; from facecam.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done = installed.run("python", "-c", program, "recognize", str(demo.portraits()[0].path))
    *notes, what, hint = done.stderr.splitlines()
    assert done.returncode == 2 and "cannot be fetched" in what and "Connect to the network" in hint
    assert all(line.startswith("note:") for line in notes), done.stderr


def test_the_first_photo_is_recognized_after_the_models_were_prepared(
    installed: Installed, demo: Demo
) -> None:
    photo = str(next(one.path for one in demo.portraits() if one.name == EILEEN))
    shutil.copytree(
        demo.folder, installed.home / "demo"
    )  # Fetching it, too, would take the most of this test.
    first = installed.run("facecam", "recognize", photo)
    assert first.returncode == 0, first.stderr
    assert first.stdout == f"{photo}: unknown\n" and "this is the first use" in first.stderr
    assert installed.run("facecam", "enroll", EILEEN, photo).returncode == 0
    second = installed.run("facecam", "recognize", photo)
    assert f"{photo}: {EILEEN} (" in second.stdout and "first use" not in second.stderr
    program = f"import facecam; print(facecam.FaceRecognizer.open().recognize({photo!r})[0].name)"
    assert installed.run("python", "-c", program).stdout == f"{EILEEN}\n"
    assert {one.name for one in installed.home.iterdir()} >= {"data", "database", "weights", "originals"}
    doctor = installed.run("facecam", "doctor")
    assert "main.py" not in doctor.stdout + doctor.stderr, doctor.stdout
