"""Where TensorFlow is not installed all works but the training of networks, which says so in two lines.

Everything runs in a process in which, as in those it starts, no module of that name can be found.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from facecam.engine.demo import Demo
from facecam.engine.places import ROOT
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, blurred, exposed, mirrored, save

#: Python imports this at its start from a folder of PYTHONPATH.
_SITECUSTOMIZE = """
from importlib.machinery import PathFinder

find_anything = PathFinder.find_spec

def find_spec(name, path=None, target=None):
    hidden = name.partition(".")[0] in ("tensorflow", "keras", "tf_keras")
    return None if hidden else find_anything(name, path, target)

PathFinder.find_spec = find_spec
"""
#: Runs several commands in one process; the last line of stderr says how they ended.
_COMMANDS = """
import json, sys

sys.path.insert(0, sys.argv[1])
from facecam.cli.main import main

print(json.dumps([main(command) for command in json.loads(sys.argv[2])]), file=sys.stderr)
"""


class Bare:
    """A home without models, in which Python finds no TensorFlow."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "hidden").mkdir()
        (home / "hidden" / "sitecustomize.py").write_text(_SITECUSTOMIZE, encoding="utf-8")
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(home / "hidden"),
            "XDG_CACHE_HOME": str(home / "cache"),
        }

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def facecam(self, *commands: list[str]) -> tuple[list[int], list[str], list[str]]:
        """Run commands in one process: their exit codes, and the lines of stdout and stderr."""
        folders = [f"--{name}={self.home / name}" for name in ("data", "database", "weights")]
        whole = [[*command, *folders] for command in commands]
        done = self.python("-c", _COMMANDS, str(ROOT), json.dumps(whole))
        assert done.returncode == 0, done.stderr
        *said, codes = done.stderr.splitlines()
        return json.loads(codes), done.stdout.splitlines(), said


@pytest.fixture(scope="module")
def bare(weights: Path, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """With nothing prepared but the demo, and of the weights those that are shipped."""
    home = tmp_path_factory.mktemp("bare")
    for file in ("resnet50/weights.npz",):
        if not (weights / file).is_file():
            pytest.skip(f"{file} is not in this checkout")
        (home / "weights" / file).parent.mkdir(parents=True)
        shutil.copy(weights / file, home / "weights" / file)
    return Bare(home)


@pytest.fixture(scope="module")
def prepared(bare: Bare) -> Bare:
    """The same after `models prepare`."""
    codes, _, said = bare.facecam(["models", "prepare"])
    assert codes == [0], said
    return bare


@pytest.fixture(scope="module")
def people(prepared: Bare, heads: Heads) -> Path:
    """`data/` with five photos each of three people."""
    for name, head in heads.items():
        variants = (head, mirrored(head), exposed(head, 0.75), exposed(head, 1.15, 5), blurred(head, 1.0))
        for number, picture in enumerate(variants):
            save(picture, prepared.home / "data" / name / f"{number}.png")
    return prepared.home / "data"


def test_it_cannot_be_found(bare: Bare) -> None:
    """Else all the rest would show nothing."""
    for module in ("tensorflow", "keras"):
        assert f"No module named '{module}'" in bare.python("-c", f"import {module}").stderr
    assert bare.python("-c", "import openvino").returncode == 0


@pytest.mark.slow
def test_all_models_are_prepared(prepared: Bare) -> None:
    codes, lines, said = prepared.facecam(["models", "verify"])
    assert codes == [0], said
    names = ("blazeface", "centerface", "dlib-mmod", "dlib-resnet", "facemesh", "mtcnn", "resnet50")
    assert lines == [f"{name}: ok" for name in names]


@pytest.mark.slow
def test_faces_are_enrolled_and_recognized_in_photos_and_films(
    prepared: Bare, heads: Heads, tmp_path: Path
) -> None:
    photo = str(save(heads[BARACK], tmp_path / "photo.png"))
    film = ["live", "--source", "demo", "--max-frames", "2", "--json", "-", "--no-show"]
    large = ["--model", "resnet50", f"--database={tmp_path / 'database'}", f"--data={tmp_path / 'data'}"]
    commands = [
        ["enroll", BARACK, photo],
        ["recognize", photo],
        *([*film, "--detector", detector] for detector in ("centerface", "cnn", "mtcnn")),
    ]
    codes, lines, said = prepared.facecam(*commands)
    assert codes == [0] * len(commands), said
    assert sum(BARACK in line for line in lines) >= 2
    with_resnet50 = [["enroll", BARACK, photo], ["recognize", photo]]
    folders = [f"--weights={prepared.home / 'weights'}", *large]
    whole = [[*command, *folders] for command in with_resnet50]
    done = prepared.python("-c", _COMMANDS, str(ROOT), json.dumps(whole))
    assert done.stderr.splitlines()[-1] == "[0, 0]", done.stderr
    assert BARACK in done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_the_quick_training_works(prepared: Bare, people: Path) -> None:
    codes, _, said = prepared.facecam(["train", "--hold-out-share", "0.4", "--name", "mine"])
    assert codes == [0], said
    (run,) = (prepared.home / "runs").glob("*quick*")
    assert json.loads((run / "outcome.json").read_text())["state"] == "finished"


#: Commands that need it → what they are about, and what to do instead.
_NEED_IT = (
    (["train", "--preset", "fine-tune"], "training a network", "--preset quick"),
    (["train", "--epochs", "1"], "training a network", "--preset quick"),
    (["distil", "--images", "data"], "teaching a network", ""),
    (["models", "export", "dlib-resnet", "--format", "litert"], "writing litert", "onnx or openvino"),
)


def test_what_needs_it_says_what_to_install_and_does_nothing(prepared: Bare, people: Path) -> None:
    before = sorted(path for path in prepared.home.rglob("*") if "cache" not in path.parts)
    codes, lines, said = prepared.facecam(*(command for command, _, _ in _NEED_IT))
    assert codes == [2] * len(_NEED_IT) and lines == []
    told = [line for line in said if line.startswith(("facecam: ", "  "))]
    assert len(told) == 2 * len(_NEED_IT), said
    for (_, what, instead), message, hint in zip(_NEED_IT, told[::2], told[1::2], strict=True):
        assert message.endswith(f"{what} needs TensorFlow, which is not installed")
        assert "Python 3.11 to 3.13" in hint and instead in hint
    assert sorted(path for path in prepared.home.rglob("*") if "cache" not in path.parts) == before


def test_the_doctor_takes_it_for_a_choice(prepared: Bare) -> None:
    _, lines, _ = prepared.facecam(["doctor", "--json"])
    checks = json.loads("\n".join(lines))
    (found,) = (one for one in checks if one["subject"] == "GPU for training")
    assert found["state"] == "note" and "everything else works" in found["detail"]
