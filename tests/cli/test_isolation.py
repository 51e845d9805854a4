"""In a process of its own: no TensorFlow, no Qt, no socket; interrupted pipes and signals end cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from facecam.core.config import Settings
from facecam.engine.places import ROOT
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, save

pytestmark = pytest.mark.usefixtures("demo")
_WATCHED = """
import json, socket, sys

opened = []
real = socket.socket

class Watched(real):
    def __init__(self, *arguments, **options):
        opened.append([str(one) for one in arguments])
        super().__init__(*arguments, **options)

socket.socket = Watched
sys.path.insert(0, sys.argv[1])
from facecam.cli.main import main

codes = [main(command) for command in json.loads(sys.argv[2])]
loaded = sorted(name for name in ("tensorflow", "keras", "PySide6", "torch", "face_recognition", "mtcnn")
                if name in sys.modules)
print(json.dumps({"codes": codes, "sockets": opened, "loaded": loaded}), file=sys.stderr)
"""


def folders(settings: Settings) -> list[str]:
    return [
        f"--data={settings.data}",
        f"--database={settings.database}",
        f"--weights={settings.weights}",
    ]


def test_enrolling_and_recognizing_open_no_socket_and_load_no_framework(
    settings: Settings, heads: Heads, studio: Path, tmp_path: Path
) -> None:
    photo = str(save(heads[BARACK], studio / "a.png"))
    shared = folders(settings)
    commands = [
        ["enroll", BARACK, photo, *shared],
        ["recognize", photo, *shared],
        ["live", "--source", "demo", "--max-frames", "2", "--json", "-", "--no-show", *shared],
        [
            "live",
            "--source",
            str(studio),
            "--detector",
            "mtcnn",
            "--output",
            str(tmp_path / "o.mp4"),
            *shared,
        ],
        ["-t", "False", "-wc", "False", "--source", str(studio), *shared],
        ["people", "list", *shared],
    ]
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(ROOT), json.dumps(commands)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    assert report["codes"] == [0] * len(commands), done.stderr
    assert report["sockets"] == [] and report["loaded"] == []


def live(settings: Settings, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "main.py"), "live", "--source", "demo", "--no-show", "--json", "-"]
    return subprocess.Popen(
        [*command, *more, *folders(settings)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def test_a_reader_that_has_seen_enough_ends_it_quietly(settings: Settings) -> None:
    """`python main.py live --json - | head -1`"""
    with live(settings) as process:
        assert process.stdout is not None and process.stderr is not None
        json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.wait(120) == 0
        assert "Traceback" not in process.stderr.read()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_it_does_so_in_time_and_finishes_the_recording(
    settings: Settings, tmp_path: Path, number: signal.Signals
) -> None:
    """By Ctrl+C, or by the system, which ends services and programs of who logs out."""
    with live(settings, "--output", str(tmp_path / "out.mp4")) as process:
        assert process.stdout is not None and process.stderr is not None
        for _ in range(3):
            json.loads(process.stdout.readline())
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(120) == 128 + number
        assert process.stderr.read().splitlines()[-1] == "stopped"
    assert all(json.loads(line)["frame"] >= 3 for line in rest.splitlines())
    assert (tmp_path / "out.mp4").stat().st_size > 1000
    assert not list(tmp_path.glob(".*part*"))


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("program", [["main.py"], ["-m", "facecam"]])
def test_ctrl_c_while_the_program_loads_is_no_traceback(program: list[str]) -> None:
    """Loaded is what `facecam.core.config` is the last of: there it waits to be interrupted."""
    waiting = (
        "import sys, runpy, os, signal\n"
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'facecam.core.config':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop())\n"
        "sys.path.insert(0, os.getcwd())\n"
        "one = sys.argv.pop(1)\n"
        "runpy.run_module(one, run_name='__main__', alter_sys=True) if one == 'facecam' else "
        "runpy.run_path(one, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", waiting, program[-1], "--version"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGINT and "Traceback" not in done.stderr, done.stderr
