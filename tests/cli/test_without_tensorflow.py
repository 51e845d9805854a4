"""Where TensorFlow is not installed all works but the training of networks, which says so in two lines.

Everything runs in a process in which, as in those it starts, no module of that name can be found.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
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
#: Ends what a command says, on stdout and, after its exit code, on stderr.
_END = "--- that was all ---"
#: Runs several commands in one process: starting one takes longer than what most of them do.
_COMMANDS = """
import json, sys

sys.path.insert(0, sys.argv[1])
from facecam.cli.main import main

for command in json.loads(sys.argv[2]):
    code = main(command)
    print(sys.argv[3], flush=True)
    print(code, sys.argv[3], sep="\\n", file=sys.stderr, flush=True)
"""


@dataclass(frozen=True)
class Done:
    """What a command did: exit code, and the lines of stdout and stderr."""

    code: int
    lines: list[str]
    said: list[str]


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

    def facecam(self, *commands: list[str]) -> list[Done]:
        """Run commands in one process, in the home's folders unless they name others."""
        done = self.python("-c", _COMMANDS, str(ROOT), json.dumps([*map(self._whole, commands)]), _END)
        assert done.returncode == 0, done.stderr
        out, err = (one.split(f"{_END}\n")[:-1] for one in (done.stdout, done.stderr))
        pairs = zip(out, (one.splitlines() for one in err), strict=True)
        return [Done(int(code), lines.splitlines(), said) for lines, (*said, code) in pairs]

    def _whole(self, command: list[str]) -> list[str]:
        folders = [f"--{name}=" for name in ("data", "database", "weights")]
        named = tuple(word for word in command if word.startswith(tuple(folders)))
        return [
            *command,
            *(
                f"{one}{self.home / one[2:-1]}"
                for one in folders
                if not any(word.startswith(one) for word in named)
            ),
        ]


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
    (done,) = bare.facecam(["models", "prepare"])
    assert done.code == 0, done.said
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


_DETECTORS = ("centerface", "cnn", "mtcnn")


@pytest.fixture(scope="module")
def used(
    prepared: Bare, people: Path, heads: Heads, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Done]:
    """Everything that works, one after the other."""
    folder = tmp_path_factory.mktemp("own")
    photo = str(save(heads[BARACK], folder / "photo.png"))
    film = ["live", "--source", "demo", "--max-frames", "2", "--json", "-", "--no-show"]
    own = [f"--database={folder / 'database'}", f"--data={folder / 'data'}"]
    large = ["--model", "resnet50", f"--database={folder / 'large'}", f"--data={folder / 'large data'}"]
    commands = {
        "verify": ["models", "verify"],
        "enroll": ["enroll", BARACK, photo, *own],
        "recognize": ["recognize", photo, *own],
        **{detector: [*film, "--detector", detector, *own] for detector in _DETECTORS},
        "enroll with resnet50": ["enroll", BARACK, photo, *large],
        "recognize with resnet50": ["recognize", photo, *large],
        "train": ["train", "--hold-out-share", "0.4", "--name", "mine"],
    }
    return dict(zip(commands, prepared.facecam(*commands.values()), strict=True))


@pytest.mark.slow
def test_all_models_are_prepared(used: dict[str, Done]) -> None:
    done = used["verify"]
    assert done.code == 0, done.said
    names = ("blazeface", "centerface", "dlib-mmod", "dlib-resnet", "facemesh", "mtcnn", "resnet50")
    assert done.lines == [f"{name}: ok" for name in names]


def test_faces_are_enrolled_and_recognized_in_photos(used: dict[str, Done]) -> None:
    for what in ("", " with resnet50"):
        enrolled, recognized = used[f"enroll{what}"], used[f"recognize{what}"]
        assert enrolled.code == recognized.code == 0, (enrolled.said, recognized.said)
        assert BARACK in recognized.lines[-1]


@pytest.mark.parametrize("detector", _DETECTORS)
def test_faces_are_recognized_in_films(used: dict[str, Done], detector: str) -> None:
    done = used[detector]
    assert done.code == 0, done.said
    assert len(done.lines) == 2 and all(json.loads(line)["faces"] for line in done.lines)


def test_the_quick_training_works(used: dict[str, Done], prepared: Bare) -> None:
    assert used["train"].code == 0, used["train"].said
    (run,) = (prepared.home / "runs").glob("*quick*")
    assert json.loads((run / "outcome.json").read_text())["state"] == "finished"


#: Commands that need it → what they are about, and what to do instead.
_NEED_IT = (
    (["train", "--preset", "fine-tune"], "training a network", "--preset quick"),
    (["train", "--epochs", "1"], "training a network", "--preset quick"),
    (["distil", "--images", "data"], "teaching a network", ""),
    (["models", "export", "dlib-resnet", "--format", "litert"], "writing litert", "onnx or openvino"),
)


@pytest.fixture(scope="module")
def needing(used: dict[str, Done], prepared: Bare) -> list[Done]:
    """Those, and the doctor; nothing was changed by any of them."""
    before = sorted(path for path in prepared.home.rglob("*") if "cache" not in path.parts)
    done = prepared.facecam(*(command for command, _, _ in _NEED_IT), ["doctor", "--json"])
    assert sorted(path for path in prepared.home.rglob("*") if "cache" not in path.parts) == before
    return done


def test_what_needs_it_says_what_to_install_and_does_nothing(needing: list[Done]) -> None:
    for (_, what, instead), done in zip(_NEED_IT, needing[:-1], strict=True):
        assert done.code == 2 and done.lines == []
        message, hint = (line for line in done.said if line.startswith(("facecam: ", "  ")))
        assert message.endswith(f"{what} needs TensorFlow, which is not installed")
        assert "Python 3.11 to 3.13" in hint and instead in hint


def test_the_doctor_takes_it_for_a_choice(needing: list[Done]) -> None:
    checks = json.loads("\n".join(needing[-1].lines))
    (found,) = (one for one in checks if one["subject"] == "GPU for training")
    assert found["state"] == "note" and "everything else works" in found["detail"]
