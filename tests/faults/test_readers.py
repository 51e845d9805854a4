"""A sample of the damaged files of `make faults`: two lines at most, no crash, little time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from facecam.core.errors import FacecamError
from facecam.engine.places import ROOT
from tests.faults.damage import KINDS, Read
from tests.faults.foreign import films, pictures
from tests.faults.readers import readers


@pytest.mark.skipif(not hasattr(os, "fork"), reason="trials are forked; this system cannot")
@pytest.mark.parametrize(("kind", "trials"), [("own", 430), ("pictures", 500), ("films", 60)])
def test_damaged_files_are_two_lines_at_most(tmp_path: Path, kind: str, trials: int) -> None:
    log = tmp_path / "log.jsonl"
    command = [
        sys.executable,
        "-m",
        "tests.faults",
        kind,
        "--log",
        str(log),
        "--sample",
        str(trials),
        "--seed",
        "1",
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    tried = [json.loads(line) for line in log.with_suffix(".files.jsonl").read_text().splitlines()]
    ends = {one["end"] for one in tried}
    assert len(tried) == trials and ends == {"read", "refused"}
    assert len({one["name"] for one in tried}) > {"own": 35, "pictures": 15, "films": 3}[kind]


def test_what_takes_long_or_much_is_not_fine() -> None:
    ends = [
        Read("films", "a", 0, *rest) for rest in (("read", 4.9, 600), ("read", 5.1, 1), ("refused", 1.0, 701))
    ]
    assert [one.fine for one in (*ends, Read("films", "a", 0, "crash: status 11"))] == [
        True,
        False,
        False,
        False,
    ]


def test_sound_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user-cache"))
    not_read = []
    for reader in (*readers(tmp_path / "own"), *pictures(tmp_path / "pictures"), *films(tmp_path / "films")):
        if reader.name in ("classifier", "journal"):
            continue  # Of no right kind to begin with: damage of what is never right.
        try:
            reader.read()
        except FacecamError as error:
            not_read.append((reader.name, str(error)))
    assert not_read == []
    assert sum(kind.trials for kind in KINDS.values()) >= 41_000
